// The threads that V8 compiles and collects garbage on.
#pragma once

#include <v8-platform.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace vireo::engine {

/// Runs V8's background tasks. Threads start with the first task: a short program never needs one.
class WorkerPool {
 public:
  /// `threads` of them; 0 picks what suits this machine: one less than it has processors, at least 1 and at most 16.
  explicit WorkerPool(int threads);
  /// Drops what waits, and joins the threads.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  [[nodiscard]] int size() const { return size_; }
  void post(v8::TaskPriority priority, std::unique_ptr<v8::Task> task);
  /// `delay` in seconds.
  void post_delayed(v8::TaskPriority priority, std::unique_ptr<v8::Task> task, double delay);

 private:
  using Clock = std::chrono::steady_clock;
  struct Delayed {
    Clock::time_point due;
    v8::TaskPriority priority;
    std::unique_ptr<v8::Task> task;
  };
  void start_threads();
  void work();
  std::unique_ptr<v8::Task> next(std::unique_lock<std::mutex>& lock);

  const int size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<v8::Task>> ready_[static_cast<size_t>(v8::TaskPriority::kMaxPriority) + 1];
  std::vector<Delayed> delayed_;
  std::vector<std::thread> threads_;
  bool ends_ = false;
};

}  // namespace vireo::engine
