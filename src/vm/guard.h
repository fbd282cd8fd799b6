// Running code that may be stopped: by a time limit, by SIGINT.
#pragma once

#include <semaphore.h>
#include <signal.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::vm {

/// How a piece of code may be stopped.
struct Limits {
  int64_t milliseconds = 0;  ///< 0: no limit
  bool break_on_sigint = false;
  [[nodiscard]] bool any() const { return milliseconds > 0 || break_on_sigint; }
};

/// While it exists, a thread waits for the limits to be reached and then terminates what runs in the isolate. SIGINT's
/// former handler is put back at the end.
class Guard {
 public:
  Guard(v8::Isolate* isolate, const Limits& limits);
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  enum class Outcome : uint8_t { kFinished, kTimeout, kInterrupted };
  /// Ends the watch; says whether a limit was reached.
  Outcome stop();

 private:
  static void on_sigint(int signal);

  v8::Isolate* isolate_;
  Limits limits_;
  sem_t wake_;
  std::atomic<bool> done_ = false;
  std::atomic<bool> interrupted_ = false;
  Outcome outcome_ = Outcome::kFinished;
  struct sigaction former_{};
  Guard* outer_ = nullptr;
  std::thread thread_;
};

/// Runs `code` (a callable that gives a MaybeLocal<Value>) in `context` under limits; then, when the context has a
/// microtask queue of its own, that queue.
template <class F>
bind::Result<v8::Local<v8::Value>> run_limited(bind::Context& cx, v8::Local<v8::Context> context, const Limits& limits,
                                               F&& code) {
  v8::MicrotaskQueue* queue = context->GetMicrotaskQueue();
  const bool own_queue = queue != cx.env.context()->GetMicrotaskQueue();
  v8::Local<v8::Value> result;
  const auto run = [&] {
    if (!code().ToLocal(&result)) return false;
    if (own_queue) queue->PerformCheckpoint(cx.isolate);
    return !cx.isolate->IsExecutionTerminating();
  };
  if (!limits.any()) {
    if (!run()) return bind::fail(bind::Error::pending());
    return result;
  }
  v8::TryCatch try_catch(cx.isolate);
  Guard guard(cx.isolate, limits);
  const bool finished = run();
  const Guard::Outcome outcome = guard.stop();
  if (outcome != Guard::Outcome::kFinished) {
    cx.isolate->CancelTerminateExecution();  // it may have come after the last instruction
    try_catch.Reset();
    if (outcome == Guard::Outcome::kInterrupted) {
      return bind::fail(
          bind::Error::coded("ERR_SCRIPT_EXECUTION_INTERRUPTED", "Script execution was interrupted by `SIGINT`"));
    }
    return bind::fail(
        bind::Error::coded("ERR_SCRIPT_EXECUTION_TIMEOUT",
                           "Script execution timed out after " + std::to_string(limits.milliseconds) + "ms"));
  }
  if (!finished) {
    try_catch.ReThrow();
    return bind::fail(bind::Error::pending());
  }
  return result;
}

}  // namespace vireo::vm
