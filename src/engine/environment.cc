#include "engine/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bind/from_js.h"
#include "bind/to_js.h"
#include "errors/stack.h"
#include "loop/callback_scope.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VIREO_SANITIZED 1
#endif
#endif

namespace vireo {

namespace {

/// Three semi-spaces of 8 MiB, as V8 counts.
constexpr size_t kMaxYoungGeneration = 24U << 20;

/// Lines of "class NAME INDEX" and "hook NUMBER INDEX": what save_into wrote.
template <class F>
void for_each_line(std::string_view text, F&& visit) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const size_t first = line.find(' ');
    const size_t last = line.rfind(' ');
    visit(line.substr(0, first), line.substr(first + 1, last - first - 1),
          std::strtoul(std::string(line.substr(last + 1)).c_str(), nullptr, 10));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

void on_promise_reject(v8::PromiseRejectMessage message) {
  v8::Isolate* isolate = message.GetPromise()->GetIsolate();
  Environment& env = Environment::of(isolate);
  v8::Local<v8::Function> hook = env.hook(Hook::kPromiseReject);
  if (hook.IsEmpty() || !env.can_call_into_js()) return;
  v8::HandleScope scope(isolate);
  v8::Local<v8::Value> reason = message.GetValue();
  if (reason.IsEmpty()) reason = v8::Undefined(isolate);
  v8::Local<v8::Value> args[] = {v8::Integer::New(isolate, message.GetEvent()), message.GetPromise(), reason};
  v8::TryCatch try_catch(isolate);
  if (hook->Call(env.context(), v8::Undefined(isolate), 3, args).IsEmpty() && try_catch.HasCaught() &&
      !try_catch.HasTerminated()) {
    bind::Context cx(isolate, env.context(), env);
    v8::TryCatch ignore(isolate);
    v8::Local<v8::String> text;
    const std::string shown =
        try_catch.Exception()->ToString(env.context()).ToLocal(&text) ? bind::utf8_of(isolate, text) : "unknown";
    std::fprintf(stderr, "Exception in PromiseRejectCallback:\n%s\n", shown.c_str());
  }
}

[[noreturn]] void on_fatal_error(const char* location, const char* message) {
  std::fprintf(stderr, "\nFATAL ERROR: %s %s\n", location == nullptr ? "" : location, message);
  std::fflush(stderr);
  std::abort();
}

[[noreturn]] void on_out_of_memory(const char* location, const v8::OOMDetails& details) {
  std::fprintf(stderr, "\nFATAL ERROR: %s %s JavaScript heap out of memory\n", location == nullptr ? "" : location,
               details.is_heap_oom ? "Allocation failed -" : "Out of memory:");
  if (details.detail != nullptr) std::fprintf(stderr, "Reason: %s\n", details.detail);
  std::fflush(stderr);
  std::abort();
}

}  // namespace

Environment::Environment(engine::Platform& platform, const engine::Blob& blob, EnvironmentOptions options)
    : platform_(platform), blob_(blob), options_(std::move(options)), milestones_(options_.milestones) {
  if (milestones_.origin == 0) milestones_.origin = milestones_.node_start = milestones_.v8_start = uv_hrtime();
  open_loop();
  if (blob.snapshot().empty()) return;  // the snapshot maker brings its own isolate: see engine/snapshot.cc

  allocator_.reset(v8::ArrayBuffer::Allocator::NewDefaultAllocator());
  isolate_ = v8::Isolate::Allocate();
  platform_.register_isolate(isolate_)->attach(*this);
  snapshot_ = {blob.snapshot().data(), static_cast<int>(blob.snapshot().size())};
  v8::Isolate::CreateParams params;
  params.snapshot_blob = &snapshot_;
  params.external_references = blob.external_references();
  params.array_buffer_allocator = allocator_.get();
  params.constraints.ConfigureDefaults(uv_get_total_memory(),
                                       uv_get_constrained_memory() == UINT64_MAX ? 0 : uv_get_constrained_memory());
  // Half of V8's default: a server's young generation creeps up to the limit whatever it does, and beyond this size
  // that buys no speed that we could measure. --max-semi-space-size says otherwise.
  params.constraints.set_max_young_generation_size_in_bytes(
      std::min<size_t>(params.constraints.max_young_generation_size_in_bytes(), kMaxYoungGeneration));
  constexpr double kMiB = 1 << 20;
  ResourceLimits& limits = options_.limits;
  if (limits.young_generation > 0)
    params.constraints.set_max_young_generation_size_in_bytes(static_cast<size_t>(limits.young_generation * kMiB));
  if (limits.old_generation > 0)
    params.constraints.set_max_old_generation_size_in_bytes(static_cast<size_t>(limits.old_generation * kMiB));
  if (limits.code_range > 0)
    params.constraints.set_code_range_size_in_bytes(static_cast<size_t>(limits.code_range * kMiB));
  limits.young_generation = static_cast<double>(params.constraints.max_young_generation_size_in_bytes()) / kMiB;
  limits.old_generation = static_cast<double>(params.constraints.max_old_generation_size_in_bytes()) / kMiB;
  limits.code_range = static_cast<double>(params.constraints.code_range_size_in_bytes()) / kMiB;
  v8::Isolate::Initialize(isolate_, params);
  isolate_->SetData(0, this);
  isolate_->Enter();
  isolate_->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate_->SetPromiseRejectCallback(on_promise_reject);
  isolate_->SetFatalErrorHandler(on_fatal_error);
  isolate_->SetOOMErrorHandler(on_out_of_memory);
  isolate_->SetPrepareStackTraceCallback(errors::prepare_stack_trace);
  isolate_->SetCaptureStackTraceForUncaughtExceptions(true, 10, v8::StackTrace::kDetailed);
  if (!options_.is_main_thread) isolate_->AddNearHeapLimitCallback(&on_near_heap_limit, this);
  restore_from_snapshot();
  milestones_.environment = uv_hrtime();
}

void Environment::open_loop() {
  if (uv_loop_init(&loop_) != 0) on_fatal_error("Environment", "cannot make an event loop");
  loop_.data = this;
  loop_base_ = uv_now(&loop_);
  timer_.data = this;
  uv_timer_init(&loop_, &timer_);
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
  immediate_check_.data = this;
  uv_check_init(&loop_, &immediate_check_);
  uv_check_start(&immediate_check_,
                 [](uv_check_t* check) { static_cast<Environment*>(check->data)->run_immediates(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(&immediate_check_));
  uv_idle_init(&loop_, &immediate_idle_);
  if (!options_.is_main_thread) {
    uv_async_init(&loop_, &stop_, [](uv_async_t* async) { uv_stop(async->loop); });
    uv_unref(reinterpret_cast<uv_handle_t*>(&stop_));
  }
}

void Environment::request_stop() {
  ending_ = true;
  isolate_->TerminateExecution();
  uv_async_send(&stop_);
}

/// A worker that has used up its heap ends; the others live on. Some room is left for the way out.
size_t Environment::on_near_heap_limit(void* data, size_t current, size_t) {
  constexpr size_t kRoom = size_t{64} << 20;
  auto* self = static_cast<Environment*>(data);
  self->out_of_memory_ = true;
  self->request_stop();
  return current + kRoom;
}

void Environment::restore_from_snapshot() {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Context> context = v8::Context::FromSnapshot(isolate_, 0).ToLocalChecked();
  context_.Reset(isolate_, context);
  for_each_line(blob_.meta(), [&](std::string_view kind, std::string_view name, size_t index) {
    if (kind == "class") {
      snapshot_classes_.emplace(name, index);
    } else {
      v8::Local<v8::Object> value;
      if (context->GetDataFromSnapshotOnce<v8::Object>(index).ToLocal(&value)) {
        set_hook(static_cast<Hook>(std::strtoul(std::string(name).c_str(), nullptr, 10)), value);
      }
    }
  });
}

std::string Environment::save_into(v8::SnapshotCreator& creator) {
  std::string meta;
  v8::HandleScope scope(isolate_);
  for (auto& [key, class_template] : class_templates_) {
    const size_t index = creator.AddData(class_template.Get(isolate_));
    meta += "class " + std::string(bind::Registry::class_name(key)) + " " + std::to_string(index) + "\n";
  }
  for (size_t i = 0; i < hooks_.size(); i++) {
    if (hooks_[i].IsEmpty()) continue;
    const size_t index = creator.AddData(context(), hooks_[i].Get(isolate_));
    meta += "hook " + std::to_string(i) + " " + std::to_string(index) + "\n";
  }
  class_templates_.clear();
  bindings_.clear();
  for (auto& hook : hooks_) hook.Reset();
  return meta;
}

Environment::~Environment() {
  ending_ = true;
  if (isolate_ != nullptr && !blob_.snapshot().empty()) {
    {
      v8::HandleScope scope(isolate_);
      v8::Context::Scope context_scope(context());
      run_at_exit();
      close_everything();
      state_.clear();
      while (objects_ != nullptr) {
        bind::Object* object = objects_;
        delete object;
      }
    }
    for (auto& hook : hooks_) hook.Reset();
    class_templates_.clear();
    bindings_.clear();
    context_.Reset();
    isolate_->Exit();
    isolate_->Dispose();
    platform_.unregister_isolate(isolate_);
  } else {
    close_everything();
  }
  uv_loop_close(&loop_);
}

void Environment::close_everything() {
  for (loop::Request* request = requests_; request != nullptr; request = request->next_) request->cancel();
  for (loop::Handle* handle = handles_; handle != nullptr; handle = handle->next_handle_) handle->close();
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&immediate_check_), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&immediate_idle_), nullptr);
  if (!options_.is_main_thread) uv_close(reinterpret_cast<uv_handle_t*>(&stop_), nullptr);
  if (isolate_ != nullptr && !blob_.snapshot().empty()) {
    static_cast<engine::ForegroundRunner&>(
        *platform_.GetForegroundTaskRunner(isolate_, v8::TaskPriority::kUserBlocking))
        .detach();
  }
  uv_run(&loop_, UV_RUN_DEFAULT);
}

// --- running
// ------------------------------------------------------------------------------------------------------------

int Environment::run() {
  v8::HandleScope scope(isolate_);
  v8::Context::Scope context_scope(context());
  use_tick_info();
  {
    v8::Local<v8::Function> start = hook(Hook::kStart);
    if (start.IsEmpty()) on_fatal_error("Environment", "the snapshot has no start function");
    (void)loop::call_into_js(*this, loop::AsyncContext(), v8::Undefined(isolate_), start, 0, nullptr);
  }
  milestones_.loop_start = uv_hrtime();
  while (!ending_) {
    if (!spin()) break;
  }
  milestones_.loop_exit = uv_hrtime();
  if (!ending_) exit_code_ = emit_exit();
  run_at_exit();
  return exit_code_;
}

/// Runs the loop until it is empty, then asks 'beforeExit' listeners for more work. False when there is none.
bool Environment::spin() {
  auto& tasks = static_cast<engine::ForegroundRunner&>(
      *platform_.GetForegroundTaskRunner(isolate_, v8::TaskPriority::kUserBlocking));
  bool had_tasks;
  do {
    uv_run(&loop_, UV_RUN_DEFAULT);
    if (ending_) return false;
    had_tasks = tasks.run_tasks();
    if (had_tasks || uv_loop_alive(&loop_) != 0) continue;
    // Worker tasks (WebAssembly compilation) keep no handle alive, but their results must not be lost.
    platform_.wait_for_workers();
    had_tasks = tasks.run_tasks();
  } while (!ending_ && (had_tasks || uv_loop_alive(&loop_) != 0));
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Function> before_exit = hook(Hook::kBeforeExit);
  if (!before_exit.IsEmpty())
    (void)loop::call_into_js(*this, loop::AsyncContext(), v8::Undefined(isolate_), before_exit, 0, nullptr);
  return !ending_ && uv_loop_alive(&loop_) != 0;
}

bool Environment::spin_once() {
  const int depth = std::exchange(callback_depth_, 0);  // callbacks of this round are outermost ones
  drain();
  const bool alive = !ending_ && uv_run(&loop_, UV_RUN_ONCE) != 0;
  drain();
  callback_depth_ = depth;
  return alive && !ending_;
}

int Environment::emit_exit() {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Function> function = hook(Hook::kExit);
  if (function.IsEmpty()) return 0;
  v8::TryCatch try_catch(isolate_);
  v8::Local<v8::Value> code;
  if (!function->Call(context(), v8::Undefined(isolate_), 0, nullptr).ToLocal(&code)) {
    if (ending_) return exit_code_;
    report_exception(try_catch);
    return ending_ ? exit_code_ : 7;
  }
  return code->Int32Value(context()).FromMaybe(0);
}

void Environment::run_at_exit() {
  while (!at_exit_.empty()) {
    std::function<void()> callback = std::move(at_exit_.back());
    at_exit_.pop_back();
    callback();
  }
}

void Environment::exit(int code) {
  exit_code_ = code;
  if (options_.is_main_thread) {
    // The process goes as a whole: the kernel closes what is open faster than we could.
    run_at_exit();
    std::fflush(nullptr);
    ::_exit(code);
  }
  ending_ = true;
  isolate_->TerminateExecution();
  uv_stop(&loop_);
}

// --- hooks
// --------------------------------------------------------------------------------------------------------------

v8::Local<v8::Function> Environment::hook(Hook hook) const {
  const auto& slot = hooks_[static_cast<size_t>(hook)];
  return slot.IsEmpty() ? v8::Local<v8::Function>() : slot.Get(isolate_).As<v8::Function>();
}

void Environment::set_hook(Hook hook, v8::Local<v8::Object> value) {
  hooks_[static_cast<size_t>(hook)].Reset(isolate_, value);
  if (hook == Hook::kTickInfo) use_tick_info();
  if (hook == Hook::kImmediateInfo) use_immediate_info();
  if (hook == Hook::kAsyncInfo) use_async_info();
}

void Environment::use_tick_info() {
  const auto& slot = hooks_[static_cast<size_t>(Hook::kTickInfo)];
  bind::Bytes bytes;
  if (!slot.IsEmpty() && bind::bytes_of(slot.Get(isolate_), bytes) && bytes.size() >= 2) tick_info_ = bytes.data();
}

void Environment::use_immediate_info() {
  const auto& slot = hooks_[static_cast<size_t>(Hook::kImmediateInfo)];
  bind::Bytes bytes;
  if (!slot.IsEmpty() && bind::bytes_of(slot.Get(isolate_), bytes) && bytes.size() >= 12)
    immediate_info_ = reinterpret_cast<uint32_t*>(bytes.data());
}

void Environment::use_async_info() {
  const auto& slot = hooks_[static_cast<size_t>(Hook::kAsyncInfo)];
  bind::Bytes bytes;
  if (!slot.IsEmpty() && bind::bytes_of(slot.Get(isolate_), bytes) && bytes.size() >= 4)
    async_info_ = reinterpret_cast<uint32_t*>(bytes.data());
}

v8::Local<v8::Object> Environment::buffer_prototype() const {
  const auto& slot = hooks_[static_cast<size_t>(Hook::kBufferPrototype)];
  return slot.IsEmpty() ? v8::Local<v8::Object>() : slot.Get(isolate_);
}

// --- binding layer
// ----------------------------------------------------------------------------------------------------------

v8::Local<v8::FunctionTemplate> Environment::class_template(const bind::ClassInfo* key) {
  if (const auto found = class_templates_.find(key); found != class_templates_.end())
    return found->second.Get(isolate_);
  const std::string name(bind::Registry::class_name(key));
  if (const auto saved = snapshot_classes_.find(name); saved != snapshot_classes_.end()) {
    v8::Local<v8::FunctionTemplate> restored =
        isolate_->GetDataFromSnapshotOnce<v8::FunctionTemplate>(saved->second).ToLocalChecked();
    snapshot_classes_.erase(saved);
    set_class_template(key, restored);
    return restored;
  }
  (void)binding(std::string_view(name).substr(0, name.find('.')));  // declares the class
  const auto declared = class_templates_.find(key);
  if (declared == class_templates_.end()) on_fatal_error("bind", "a class without a BIND_MODULE");
  return declared->second.Get(isolate_);
}

void Environment::set_class_template(const bind::ClassInfo* key, v8::Local<v8::FunctionTemplate> class_template) {
  class_templates_[key].Reset(isolate_, class_template);
}

v8::MaybeLocal<v8::Object> Environment::binding(std::string_view name) {
  const std::string key(name);
  if (const auto found = bindings_.find(key); found != bindings_.end()) return found->second.Get(isolate_);
  bind::Context cx(isolate_, context(), *this);
  v8::Local<v8::Object> object;
  if (!bind::Registry::instantiate(cx, name).ToLocal(&object)) return {};
  bindings_[key].Reset(isolate_, object);
  return object;
}

namespace {

/// Small modules most of whose functions run at every start, and cannot run while the snapshot is made
/// (cli/rehearsal.js): they are compiled whole, so that the snapshot has their bytecode.
bool runs_at_every_start(std::string_view id) {
  static constexpr std::array<std::string_view, 14> kIds = {"child_process/start",
                                                            "cli/bootstrap",
                                                            "cli/env_file",
                                                            "cli/flags",
                                                            "cli/globals",
                                                            "cli/main",
                                                            "cli/options",
                                                            "engine/lifecycle",
                                                            "modules/entry",
                                                            "modules/package_json",
                                                            "perf_hooks/clock",
                                                            "process/apply_options",
                                                            "process/sync_write_stream",
                                                            "util/debuglog"};
  return std::ranges::find(kIds, id) != kIds.end();
}

}  // namespace

v8::MaybeLocal<v8::Function> Environment::compile_builtin(std::string_view id) {
  const std::optional<size_t> found = blob_.sources().find(id);
  bind::Context cx(isolate_, context(), *this);
  if (!found) {
    bind::Error::plain("No such built-in module: " + std::string(id)).throw_in(cx);
    return {};
  }
  v8::EscapableHandleScope scope(isolate_);
  v8::Local<v8::String> source;
  if (!v8::String::NewExternalOneByte(isolate_, blob_.text(*found)).ToLocal(&source)) return {};
  v8::Local<v8::String> resource = bind::string_to_js(cx, "node:internal/" + std::string(id));
  v8::ScriptOrigin origin(resource, 0, 0, true);
  v8::Local<v8::String> parameters[] = {bind::name(isolate_, "exports"), bind::name(isolate_, "require"),
                                        bind::name(isolate_, "module"), bind::name(isolate_, "binding"),
                                        bind::name(isolate_, "process")};
  v8::ScriptCompiler::CachedData* cached = nullptr;
  if (const std::string_view cache = blob_.caches().get(id); !cache.empty()) {
    cached = new v8::ScriptCompiler::CachedData(reinterpret_cast<const uint8_t*>(cache.data()),
                                                static_cast<int>(cache.size()));
  }
  v8::ScriptCompiler::Source script(source, origin, cached);
  v8::ScriptCompiler::CompileOptions how = v8::ScriptCompiler::kNoCompileOptions;
  if (cached != nullptr) {
    how = v8::ScriptCompiler::kConsumeCodeCache;
  } else if (runs_at_every_start(id)) {
    how = v8::ScriptCompiler::kEagerCompile;
  }
  v8::Local<v8::Function> function;
  if (!v8::ScriptCompiler::CompileFunction(context(), &script, std::size(parameters), parameters, 0, nullptr, how)
           .ToLocal(&function)) {
    return {};
  }
  return scope.Escape(function);
}

// --- errors
// -----------------------------------------------------------------------------------------------------------------

/// "file:line\nsource line\n   ^^^\n", as Node shows where an error was thrown.
std::string Environment::frame_of(v8::Local<v8::Message> message) {
  if (message.IsEmpty()) return {};
  v8::Local<v8::String> source_line;
  if (!message->GetSourceLine(context()).ToLocal(&source_line)) return {};
  const std::string line = bind::utf8_of(isolate_, source_line);
  std::string file = "undefined";
  if (v8::Local<v8::Value> name = message->GetScriptResourceName(); name->IsString())
    file = bind::utf8_of(isolate_, name.As<v8::String>());
  const int line_number = message->GetLineNumber(context()).FromMaybe(0);
  int start = message->GetStartColumn(context()).FromMaybe(0);
  int end = message->GetEndColumn(context()).FromMaybe(0);
  const int script_start =
      message->GetScriptOrigin().LineOffset() + 1 == line_number ? message->GetScriptOrigin().ColumnOffset() : 0;
  if (start >= script_start) {
    start -= script_start;
    end -= script_start;
  }
  std::string frame = file + ":" + std::to_string(line_number) + "\n" + line + "\n";
  // Lines of bundled code can be megabytes long: no caret beyond what a person can see.
  constexpr int kLongest = 1000;
  if (start < 0 || start > kLongest) return frame;
  for (int i = 0; i < start; i++) frame += static_cast<size_t>(i) < line.size() && line[i] == '\t' ? '\t' : ' ';
  frame.append(static_cast<size_t>(std::clamp(end - start, 1, kLongest)), '^');
  frame += "\n";
  return frame;
}

namespace {

v8::Local<v8::Private> syntax_error_place(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, bind::name(isolate, "vireo:place"));
}

v8::Local<v8::Private> decorated_mark(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, bind::name(isolate, "vireo:decorated"));
}

}  // namespace

void Environment::decorate_stack(const v8::TryCatch& try_catch) {
  if (!try_catch.HasCaught() || try_catch.HasTerminated() || try_catch.Message().IsEmpty()) return;
  v8::HandleScope scope(isolate_);
  if (!try_catch.Exception()->IsObject()) return;
  v8::Local<v8::Object> error = try_catch.Exception().As<v8::Object>();
  v8::Local<v8::Private> mark = decorated_mark(isolate_);
  if (error->HasPrivate(context(), mark).FromMaybe(true)) return;
  const std::string frame = frame_of(try_catch.Message());
  if (frame.empty()) return;
  v8::TryCatch ignore(isolate_);
  v8::Local<v8::Value> stack;
  v8::Local<v8::String> name = bind::name(isolate_, "stack");
  if (!error->Get(context(), name).ToLocal(&stack) || !stack->IsString()) return;
  bind::Context cx(isolate_, context(), *this);
  const std::string text = frame + "\n" + bind::utf8_of(isolate_, stack.As<v8::String>());
  if (error->Set(context(), name, bind::string_to_js(cx, text)).FromMaybe(false))
    (void)error->SetPrivate(context(), mark, v8::True(isolate_));
}

void Environment::mark_syntax_error(const v8::TryCatch& try_catch) {
  v8::HandleScope scope(isolate_);
  v8::Local<v8::Value> error = try_catch.Exception();
  if (!try_catch.HasCaught() || !error->IsObject() || try_catch.Message().IsEmpty()) return;
  bind::Context cx(isolate_, context(), *this);
  (void)error.As<v8::Object>()->SetPrivate(context(), syntax_error_place(isolate_),
                                           bind::string_to_js(cx, frame_of(try_catch.Message())));
}

std::optional<std::string> Environment::syntax_error_frame(v8::Local<v8::Value> error) {
  v8::Local<v8::Value> place;
  if (!error->IsObject() ||
      !error.As<v8::Object>()->GetPrivate(context(), syntax_error_place(isolate_)).ToLocal(&place) ||
      !place->IsString()) {
    return std::nullopt;
  }
  return bind::utf8_of(isolate_, place.As<v8::String>());
}

/// Where a program's error was made, when the message points at our code that passed it on (module loading, rejected
/// promises); empty when it was made here.
std::string Environment::origin_frame_of(v8::Local<v8::Value> error, v8::Local<v8::Message> message) {
  const auto is_ours = [&](v8::Local<v8::Value> name) {
    return name->IsString() && bind::utf8_of(isolate_, name.As<v8::String>()).starts_with("node:internal/");
  };
  if (message.IsEmpty() || !error->IsNativeError() || !is_ours(message->GetScriptResourceName())) return {};
  v8::Local<v8::StackTrace> trace = v8::Exception::GetStackTrace(error);
  if (trace.IsEmpty() || trace->GetFrameCount() == 0) return {};
  v8::Local<v8::StackFrame> top = trace->GetFrame(isolate_, 0);
  v8::Local<v8::String> name = top->GetScriptNameOrSourceURL();
  v8::Local<v8::String> source = top->GetScriptSource();
  if (name.IsEmpty() || source.IsEmpty() || is_ours(name)) return {};
  const std::string text = bind::utf8_of(isolate_, source);
  size_t start = 0;
  for (int line = 1; line < top->GetLineNumber() && start != std::string::npos; line++) {
    start = text.find('\n', start);
    if (start != std::string::npos) start++;
  }
  if (start == std::string::npos) return {};
  const std::string line = text.substr(start, text.find('\n', start) - start);
  std::string frame = bind::utf8_of(isolate_, name) + ":" + std::to_string(top->GetLineNumber()) + "\n" + line + "\n";
  constexpr int kLongest = 1000;
  if (top->GetColumn() < 1 || top->GetColumn() > kLongest) return frame;
  for (int i = 0; i < top->GetColumn() - 1; i++)
    frame += static_cast<size_t>(i) < line.size() && line[i] == '\t' ? '\t' : ' ';
  return frame + "^\n";
}

bool Environment::report_exception(const v8::TryCatch& try_catch) {
  if (!try_catch.HasCaught() || try_catch.HasTerminated()) return false;
  return report_exception(try_catch.Exception(), try_catch.Message(), false);
}

bool Environment::report_exception(v8::Local<v8::Value> error, v8::Local<v8::Message> message, bool from_promise) {
  if (ending_) return false;
  v8::HandleScope scope(isolate_);
  bind::Context cx(isolate_, context(), *this);
  // A syntax error was thrown where the compiler was called; the place that matters is in the source.
  std::string frame = syntax_error_frame(error).value_or(std::string());
  if (frame.empty()) frame = origin_frame_of(error, message);
  if (frame.empty()) frame = frame_of(message);
  // Its stack says so itself.
  if (error->IsObject() && error.As<v8::Object>()->HasPrivate(context(), decorated_mark(isolate_)).FromMaybe(false)) {
    frame.clear();
  }
  v8::Local<v8::Function> handler = hook(Hook::kUncaught);
  if (!handler.IsEmpty()) {
    v8::TryCatch try_catch(isolate_);
    v8::Local<v8::Value> args[] = {
        error, v8::Boolean::New(isolate_, from_promise),
        frame.empty() ? v8::Local<v8::Value>(v8::Undefined(isolate_)) : bind::string_to_js(cx, frame).As<v8::Value>()};
    v8::Local<v8::Value> handled;
    if (handler->Call(context(), v8::Undefined(isolate_), 3, args).ToLocal(&handled) && handled->IsTrue()) return true;
    if (ending_) return false;
    if (try_catch.HasCaught() && !try_catch.HasTerminated()) error = try_catch.Exception();
  }
  // No handler, or it failed: the bare facts, and the end.
  v8::Local<v8::Value> stack;
  std::string text;
  v8::TryCatch ignore(isolate_);
  if (error->IsObject() && error.As<v8::Object>()->Get(context(), bind::name(isolate_, "stack")).ToLocal(&stack) &&
      stack->IsString()) {
    text = bind::utf8_of(isolate_, stack.As<v8::String>());
  } else if (v8::Local<v8::String> string; error->ToDetailString(context()).ToLocal(&string)) {
    text = bind::utf8_of(isolate_, string);
  }
  std::fprintf(stderr, "%s\n%s\n", frame.c_str(), text.c_str());
  exit(handler.IsEmpty() ? 1 : 7);
  return false;
}

void Environment::drain() {
  if (ending_) return;
  callback_depth_++;
  const bool has_ticks = tick_info_ != nullptr && tick_info_[0] != 0;
  if (!has_ticks) isolate_->PerformMicrotaskCheckpoint();
  while (!ending_ && tick_info_ != nullptr && (tick_info_[0] != 0 || tick_info_[1] != 0)) {
    v8::HandleScope scope(isolate_);
    v8::Local<v8::Function> ticks = hook(Hook::kTicks);
    if (ticks.IsEmpty()) break;
    v8::TryCatch try_catch(isolate_);
    if (ticks->Call(context(), v8::Undefined(isolate_), 0, nullptr).IsEmpty() && !report_exception(try_catch)) break;
  }
  callback_depth_--;
}

// --- timers and immediates
// ----------------------------------------------------------------------------------------------------

void Environment::schedule_timer(int64_t milliseconds) {
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<Environment*>(timer->data)->run_timers(); },
      static_cast<uint64_t>(std::max<int64_t>(milliseconds, 1)), 0);
}

void Environment::set_timer_ref(bool ref) {
  if (ref) uv_ref(reinterpret_cast<uv_handle_t*>(&timer_));
  else uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
}

void Environment::set_immediate_ref(bool ref) {
  // The idle handle keeps the loop from sleeping while immediates wait.
  if (ref) uv_idle_start(&immediate_idle_, [](uv_idle_t*) {});
  else uv_idle_stop(&immediate_idle_);
}

double Environment::loop_now() {
  uv_update_time(&loop_);
  return static_cast<double>(uv_now(&loop_) - loop_base_);
}

void Environment::run_timers() {
  if (ending_) return;
  loop::LoopEntry entry(*this);
  v8::Local<v8::Function> function = hook(Hook::kTimers);
  if (function.IsEmpty()) return;
  loop::CallbackScope scope(*this);
  double next = 0;
  for (;;) {
    v8::TryCatch try_catch(isolate_);
    v8::Local<v8::Value> now = v8::Number::New(isolate_, loop_now());
    v8::Local<v8::Value> result;
    if (function->Call(context(), v8::Undefined(isolate_), 1, &now).ToLocal(&result)) {
      next = result->NumberValue(context()).FromMaybe(0);
      break;
    }
    // A timer threw and somebody handled it: the timers after it are still due.
    if (!report_exception(try_catch)) return;
  }
  if (next == 0) return;
  schedule_timer(static_cast<int64_t>(std::abs(next) - loop_now()));
  set_timer_ref(next > 0);
}

void Environment::run_immediates() {
  if (ending_ || immediate_info_ == nullptr || (immediate_info_[0] == 0 && immediate_info_[2] == 0)) return;
  loop::LoopEntry entry(*this);
  v8::Local<v8::Function> function = hook(Hook::kImmediates);
  if (function.IsEmpty()) return;
  loop::CallbackScope scope(*this);
  do {
    v8::TryCatch try_catch(isolate_);
    if (function->Call(context(), v8::Undefined(isolate_), 0, nullptr).IsEmpty() && !report_exception(try_catch))
      return;
  } while (immediate_info_[2] != 0 && !ending_);
  if (immediate_info_[1] == 0) set_immediate_ref(false);
}

// --- accounts
// -------------------------------------------------------------------------------------------------------------------

void Environment::add_object(bind::Object* object) {
  object->next_ = objects_;
  if (objects_ != nullptr) objects_->previous_ = object;
  objects_ = object;
}

void Environment::remove_object(bind::Object* object) {
  if (object->previous_ != nullptr) object->previous_->next_ = object->next_;
  else objects_ = object->next_;
  if (object->next_ != nullptr) object->next_->previous_ = object->previous_;
}

void Environment::add_handle(loop::Handle* handle) {
  handle->next_handle_ = handles_;
  if (handles_ != nullptr) handles_->previous_handle_ = handle;
  handles_ = handle;
}

void Environment::remove_handle(loop::Handle* handle) {
  if (handle->previous_handle_ != nullptr) handle->previous_handle_->next_handle_ = handle->next_handle_;
  else handles_ = handle->next_handle_;
  if (handle->next_handle_ != nullptr) handle->next_handle_->previous_handle_ = handle->previous_handle_;
  handle->next_handle_ = handle->previous_handle_ = nullptr;
}

void Environment::add_request(loop::Request* request) {
  request->next_ = requests_;
  if (requests_ != nullptr) requests_->previous_ = request;
  requests_ = request;
}

void Environment::remove_request(loop::Request* request) {
  if (request->previous_ != nullptr) request->previous_->next_ = request->next_;
  else requests_ = request->next_;
  if (request->next_ != nullptr) request->next_->previous_ = request->previous_;
}

std::vector<std::string> Environment::active_resources() const {
  std::vector<std::string> names;
  for (loop::Request* request = requests_; request != nullptr; request = request->next_)
    names.emplace_back(request->type_name());
  for (loop::Handle* handle = handles_; handle != nullptr; handle = handle->next_handle_) {
    // A connected socket that does not read yet is inactive for libuv, but there.
    const bool is_there = uv_is_active(handle->uv_handle()) != 0 || uv_handle_get_type(handle->uv_handle()) == UV_TCP;
    // What only serves another resource has no name.
    if (handle->has_ref() && is_there && *handle->type_name() != 0) names.emplace_back(handle->type_name());
  }
  return names;
}

}  // namespace vireo
