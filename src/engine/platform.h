// V8's platform: worker threads from V8's own default platform, foreground tasks on each isolate's libuv loop.
#pragma once

#include <libplatform/libplatform.h>
#include <uv.h>
#include <v8-platform.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "engine/page_allocator.h"
#include "engine/worker_pool.h"

namespace vireo {
class Environment;
}

namespace vireo::engine {

/// V8's features beyond its defaults. The snapshot must be made with the same ones.
/// The threshold: by default, what runs before a program's first line is already enough for V8 to start its worker
/// threads and compile baseline code there; a start costs a millisecond less without.
inline constexpr char kV8Features[] = "--js-source-phase-imports --baseline-batch-compilation-threshold=16384";

/// Tasks that V8 wants run on an isolate's own thread. Thread-safe to post to; woken through a uv_async_t, which keeps
/// no loop alive by itself.
class ForegroundRunner final : public v8::TaskRunner {
 public:
  /// Ties the runner to the loop of an Environment; before that, tasks only queue up.
  void attach(Environment& env);
  /// Closes its handles on the loop and drops what is queued.
  void detach();
  /// Runs what is queued and due; false when there was nothing.
  bool run_tasks();

  bool IdleTasksEnabled() override { return false; }
  bool NonNestableTasksEnabled() const override { return true; }
  bool NonNestableDelayedTasksEnabled() const override { return true; }

 protected:
  void PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation& location) override;
  void PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation& location) override;
  void PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay_in_seconds,
                           const v8::SourceLocation& location) override;
  void PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay_in_seconds,
                                      const v8::SourceLocation& location) override;

 private:
  struct Delayed {
    uint64_t due;  // uv_hrtime, ns
    std::unique_ptr<v8::Task> task;
  };
  void post(std::unique_ptr<v8::Task> task);
  void arm_timer();

  std::mutex mutex_;
  std::deque<std::unique_ptr<v8::Task>> tasks_;
  std::vector<Delayed> delayed_;
  Environment* env_ = nullptr;
  uv_async_t* async_ = nullptr;
  uv_timer_t* timer_ = nullptr;
};

class Platform final : public v8::Platform {
 public:
  /// `threads` workers; 0 picks a number for this machine.
  explicit Platform(int threads);
  ~Platform() override;

  std::shared_ptr<ForegroundRunner> register_isolate(v8::Isolate* isolate);
  void unregister_isolate(v8::Isolate* isolate);

  /// Blocks until no worker task is under way. True when one was.
  bool wait_for_workers();

  v8::PageAllocator* GetPageAllocator() override { return &pages_; }
  int NumberOfWorkerThreads() override { return workers_.size(); }
  std::shared_ptr<v8::TaskRunner> GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority priority) override;
  bool IdleTasksEnabled(v8::Isolate*) override { return false; }
  double MonotonicallyIncreasingTime() override { return system_->MonotonicallyIncreasingTime(); }
  double CurrentClockTimeMillis() override { return system_->CurrentClockTimeMillis(); }
  v8::TracingController* GetTracingController() override { return system_->GetTracingController(); }
  v8::ThreadIsolatedAllocator* GetThreadIsolatedAllocator() override { return system_->GetThreadIsolatedAllocator(); }

 protected:
  std::unique_ptr<v8::JobHandle> CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                               const v8::SourceLocation& location) override;
  void PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                  const v8::SourceLocation& location) override;
  void PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                         double delay_in_seconds, const v8::SourceLocation& location) override;

 private:
  class CountedTask;

  /// Clocks and the tracing controller are V8's own.
  std::unique_ptr<v8::Platform> system_;
  PageAllocator pages_;
  std::mutex mutex_;
  std::condition_variable idle_;
  int running_ = 0;
  std::unordered_map<v8::Isolate*, std::shared_ptr<ForegroundRunner>> runners_;
  WorkerPool workers_;  // last: its tasks use the rest
};

}  // namespace vireo::engine
