// A Worker's thread: an Environment of its own on a loop of its own.
#pragma once

#include <atomic>
#include <mutex>

#include "engine/environment.h"
#include "loop/handle.h"
#include "worker/message.h"

namespace vireo::worker {

/// The native side of a Worker, in the parent. Calls `onexit(exit code, out of memory)` of its wrapper when the thread
/// is over.
class Thread final : public loop::Handle {
 public:
  /// @param limits young generation, old generation, code range, stack: MiB; 0 or less: V8's own
  Thread(Environment& env, std::vector<std::string> exec_argv, std::vector<double> limits, std::string name,
         bool parses_exec_argv);
  ~Thread() override;

  /// Starts; an error number of libuv, or 0.
  int32_t start();
  /// Stops it where it is.
  void stop();
  /// The same, and waits until it has.
  void end();
  /// The parent's end of the channel for control messages, once.
  v8::Local<v8::Value> control_port(bind::Context& cx);
  [[nodiscard]] double id() const { return static_cast<double>(id_); }
  /// What the worker's heap really is limited to, once it runs.
  [[nodiscard]] std::vector<double> limits() const;
  /// [milliseconds the loop has been idle, milliseconds since it started]; -1: it does not run.
  [[nodiscard]] std::vector<double> loop_times();

  /// For the worker's Environment.
  [[nodiscard]] std::shared_ptr<PortEnd> take_child_end() { return std::move(child_end_); }
  [[nodiscard]] std::shared_ptr<PortEnd> take_mailbox_end() { return std::move(mailbox_end_); }
  [[nodiscard]] const std::string& name() const { return name_; }

  [[nodiscard]] const char* type_name() const override { return "Worker"; }

 private:
  void run();
  void join();
  void on_exit();

  std::vector<std::string> exec_argv_;
  ResourceLimits limits_;
  std::string name_;
  bool parses_exec_argv_;
  uint64_t id_;
  std::shared_ptr<PortEnd> parent_end_;
  std::shared_ptr<PortEnd> child_end_;
  std::shared_ptr<PortEnd> mailbox_end_;
  uv_async_t async_{};
  uv_thread_t thread_{};
  bool is_started_ = false;
  bool is_joined_ = false;
  std::mutex mutex_;  // the next three
  Environment* child_ = nullptr;
  bool stop_requested_ = false;
  bool parent_listens_ = true;
  int exit_code_ = 0;
  bool out_of_memory_ = false;
};

}  // namespace vireo::worker
