// Everything that belongs to one isolate hangs off its Environment. No globals: an Environment per thread is all that
// worker threads need. What an Environment opened, it closes.
#pragma once

#include <uv.h>
#include <v8.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bind/module.h"
#include "cli/options.h"
#include "engine/blob.h"
#include "engine/platform.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"
#include "loop/request.h"

namespace vireo {

/// JavaScript functions and objects that C++ calls or reads. Set by JavaScript (mostly while the snapshot is made: they
/// are part of it), one slot each.
enum class Hook : uint8_t {
  kLoaderRequire,      ///< require(id) of the internal module loader
  kStart,              ///< start(): runs the program
  kBeforeExit,         ///< the loop is empty: emits 'beforeExit'
  kExit,               ///< exit() -> exit code: emits 'exit'
  kTicks,              ///< processTicksAndRejections()
  kTickInfo,           ///< Uint8Array(2): ticks queued, rejections pending
  kUncaught,           ///< onUncaught(error, fromPromise, frame) -> handled
  kPromiseReject,      ///< (type, promise, reason)
  kTimers,             ///< processTimers(now) -> next expiry
  kImmediates,         ///< processImmediate()
  kImmediateInfo,      ///< Uint32Array(3): count, ref'd count, has outstanding
  kAsyncInfo,          ///< Uint32Array(1): how many async hooks are enabled
  kAsyncInit,          ///< (type, resource): a native resource begins
  kAsyncBefore,        ///< (resource)
  kAsyncAfter,         ///< (resource)
  kAsyncDestroy,       ///< (resource)
  kCodedError,         ///< (code, message, type) -> error
  kBufferPrototype,    ///< Buffer.prototype
  kFormatStack,        ///< (first line, call sites) -> error.stack, with source maps
  kPrepareStackTrace,  ///< Error.prepareStackTrace as it is at first: need not be called
  kCount
};

/// When the process and an Environment reached what `performance.nodeTiming` shows; `uv_hrtime()`, 0 before it did.
struct Milestones {
  uint64_t origin = 0;  ///< the process (or the worker) started: 0 of performance.now()
  uint64_t node_start = 0;
  uint64_t v8_start = 0;
  uint64_t environment = 0;
  uint64_t bootstrap_complete = 0;
  uint64_t loop_start = 0;
  uint64_t loop_exit = 0;
};

/// Limits of a worker's heap and stack, in MiB; 0: V8's own.
struct ResourceLimits {
  double young_generation = 0;
  double old_generation = 0;
  double code_range = 0;
  double stack = 4;
};

struct EnvironmentOptions {
  std::vector<std::string> argv;       ///< argv[0], the script, its arguments
  std::vector<std::string> exec_argv;  ///< options for the runtime itself
  std::string exec_path;
  bool is_main_thread = true;
  ResourceLimits limits;   ///< of a worker; what V8 chose is written back
  void* thread = nullptr;  ///< the worker::Thread that runs a worker's Environment
  Milestones milestones;   ///< those of the process, before this Environment
  std::shared_ptr<const cli::CommandLine> command_line = std::make_shared<cli::CommandLine>();
};

class Environment {
 public:
  /// Takes the snapshot in `blob`; an empty one gives an Environment in which the snapshot can be made.
  Environment(engine::Platform& platform, const engine::Blob& blob, EnvironmentOptions options);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  static Environment& of(v8::Isolate* isolate) { return *static_cast<Environment*>(isolate->GetData(0)); }

  /// Runs the program to its end; gives the exit code.
  int run();

  /// `process.reallyExit`: ends the process, from within JavaScript if need be. Does not return on the main thread.
  void exit(int code);

  /// From any thread: a worker stops where it is, without 'exit'.
  void request_stop();
  /// The heap limit of a worker was reached: it was stopped for that.
  [[nodiscard]] bool ran_out_of_memory() const { return out_of_memory_; }

  [[nodiscard]] v8::Isolate* isolate() const { return isolate_; }
  [[nodiscard]] v8::Local<v8::Context> context() const { return context_.Get(isolate_); }
  [[nodiscard]] uv_loop_t* loop() { return &loop_; }
  [[nodiscard]] const EnvironmentOptions& options() const { return options_; }
  [[nodiscard]] const engine::Blob& blob() const { return blob_; }
  [[nodiscard]] engine::Platform& platform() { return platform_; }
  /// What triggers the resources that are announced now, if not the code that runs: see loop::TriggerScope.
  [[nodiscard]] const loop::AsyncContext* default_trigger() const { return default_trigger_; }
  void set_default_trigger(const loop::AsyncContext* source) { default_trigger_ = source; }
  /// `uv_hrtime()` at the start of the process or worker, nanoseconds.
  [[nodiscard]] uint64_t time_origin() const { return milestones_.origin; }
  [[nodiscard]] Milestones& milestones() { return milestones_; }
  /// Whether JavaScript may be entered: false while ending.
  [[nodiscard]] bool can_call_into_js() const { return !ending_; }

  // --- hooks ---
  [[nodiscard]] v8::Local<v8::Function> hook(Hook hook) const;
  void set_hook(Hook hook, v8::Local<v8::Object> value);
  [[nodiscard]] v8::Local<v8::Object> buffer_prototype() const;

  // --- classes of the binding layer ---
  v8::Local<v8::FunctionTemplate> class_template(const bind::ClassInfo* key);
  void set_class_template(const bind::ClassInfo* key, v8::Local<v8::FunctionTemplate> class_template);
  /// The object of BIND_MODULE(name), the same one at every call.
  v8::MaybeLocal<v8::Object> binding(std::string_view name);

  // --- internal modules ---
  /// Compiles `src/<id>.js` into its wrapper function.
  v8::MaybeLocal<v8::Function> compile_builtin(std::string_view id);

  // --- errors ---
  /// Hands an exception to the uncaught handler. Gives false when the process is to end (it then has ended, or is about
  /// to).
  bool report_exception(const v8::TryCatch& try_catch);
  bool report_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message, bool from_promise);

  /// Remembers where in the source a compile error is, for the report if nobody catches it.
  void mark_syntax_error(const v8::TryCatch& try_catch);

  /// What mark_syntax_error remembered of an error, if it did.
  std::optional<std::string> syntax_error_frame(v8::Local<v8::Value> error);

  /// Puts the place in the source, "file:line\nsource line\n   ^\n\n", before `error.stack`, once.
  void decorate_stack(const v8::TryCatch& try_catch);

  /// Microtasks, ticks, rejections, until all are empty. The callback scope calls it at the outermost level.
  void drain();

  /// Whether a program watches asynchronous resources (node:async_hooks).
  [[nodiscard]] bool async_hooks_enabled() const { return async_info_ != nullptr && *async_info_ != 0; }

  /// For the few that must wait for a promise inside a call from JavaScript: one round of the loop, with microtasks and
  /// ticks before and after it. False when nothing is left that could make progress.
  bool spin_once();

  // --- timers and immediates (loop/loop_binding.cc) ---
  void schedule_timer(int64_t milliseconds);
  void set_timer_ref(bool ref);
  void set_immediate_ref(bool ref);
  [[nodiscard]] double loop_now();

  /// Called when the Environment ends, last registered first: restore the terminal, remove sockets, ...
  void at_exit(std::function<void()> callback) { at_exit_.push_back(std::move(callback)); }

  // --- state of a feature: one object a type, made on first use, destroyed with the Environment ---
  template <class T>
  T& state() {
    static constexpr char kKey = 0;  // its address is the key
    auto found = state_.find(&kKey);
    if (found == state_.end()) {
      found = state_.emplace(&kKey, State(new T(*this), [](void* object) { delete static_cast<T*>(object); })).first;
    }
    return *static_cast<T*>(found->second.get());
  }

  // --- accounts, kept by the base classes ---
  void add_object(bind::Object* object);
  void remove_object(bind::Object* object);
  void add_handle(loop::Handle* handle);
  void remove_handle(loop::Handle* handle);
  void add_request(loop::Request* request);
  void remove_request(loop::Request* request);
  /// Type names of open, ref'd handles and pending requests.
  [[nodiscard]] std::vector<std::string> active_resources() const;
  [[nodiscard]] size_t request_count() const {
    size_t count = 0;
    for (loop::Request* request = requests_; request != nullptr; request = request->next_) count++;
    return count;
  }
  template <class F>
  void for_each_handle(F&& visit) const {
    for (loop::Handle* handle = handles_; handle != nullptr; handle = handle->next_handle_) visit(*handle);
  }

  /// For the snapshot maker: what must survive besides the context. See engine/snapshot.cc.
  std::string save_into(v8::SnapshotCreator& creator);

 private:
  friend class loop::CallbackScope;
  friend class SnapshotEnvironment;

  void open_loop();
  void restore_from_snapshot();
  void use_tick_info();
  void use_immediate_info();
  void use_async_info();
  void run_timers();
  void run_immediates();
  bool spin();
  int emit_exit();
  void run_at_exit();
  static size_t on_near_heap_limit(void* data, size_t current, size_t initial);
  void close_everything();
  std::string frame_of(v8::Local<v8::Message> message);
  std::string origin_frame_of(v8::Local<v8::Value> error, v8::Local<v8::Message> message);

  engine::Platform& platform_;
  const engine::Blob& blob_;
  EnvironmentOptions options_;
  Milestones milestones_;
  const loop::AsyncContext* default_trigger_ = nullptr;
  uv_loop_t loop_{};
  uint64_t loop_base_ = 0;      // JavaScript counts the loop's time from here, to have small numbers
  v8::StartupData snapshot_{};  // V8 looks at it again whenever it takes a code cache
  v8::Isolate* isolate_ = nullptr;
  std::unique_ptr<v8::ArrayBuffer::Allocator> allocator_;
  v8::Global<v8::Context> context_;
  std::array<v8::Global<v8::Object>, static_cast<size_t>(Hook::kCount)> hooks_;
  std::unordered_map<const bind::ClassInfo*, v8::Global<v8::FunctionTemplate>> class_templates_;
  std::unordered_map<std::string, size_t> snapshot_classes_;  // not yet fetched: V8 gives each only once
  std::unordered_map<std::string, v8::Global<v8::Object>> bindings_;

  int callback_depth_ = 0;
  std::atomic<bool> ending_ = false;
  std::atomic<bool> out_of_memory_ = false;
  int exit_code_ = 0;
  uint8_t* tick_info_ = nullptr;
  uint32_t* immediate_info_ = nullptr;
  const uint32_t* async_info_ = nullptr;
  uv_timer_t timer_{};
  uv_check_t immediate_check_{};
  uv_idle_t immediate_idle_{};
  uv_async_t stop_{};  // workers only: wakes the loop for request_stop()

  bind::Object* objects_ = nullptr;
  loop::Handle* handles_ = nullptr;
  loop::Request* requests_ = nullptr;
  std::vector<std::function<void()>> at_exit_;
  using State = std::unique_ptr<void, void (*)(void*)>;
  std::unordered_map<const void*, State> state_;
};

}  // namespace vireo
