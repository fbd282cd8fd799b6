#include "engine/worker_pool.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace vireo::engine {

namespace {

int pick_size(int threads) {
  if (threads > 0) return threads;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()) - 1, 1, 16);
}

}  // namespace

WorkerPool::WorkerPool(int threads) : size_(pick_size(threads)) {}

WorkerPool::~WorkerPool() {
  {
    std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

// With the lock held.
void WorkerPool::start_threads() {
  if (!threads_.empty() || ends_) return;
  // Signals are for the main thread.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int i = 0; i < size_; i++) {
    threads_.emplace_back([this] {
      pthread_setname_np(pthread_self(), "V8Worker");
      work();
    });
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void WorkerPool::post(v8::TaskPriority priority, std::unique_ptr<v8::Task> task) {
  {
    std::scoped_lock lock(mutex_);
    ready_[static_cast<size_t>(priority)].push_back(std::move(task));
    start_threads();
  }
  changed_.notify_one();
}

void WorkerPool::post_delayed(v8::TaskPriority priority, std::unique_ptr<v8::Task> task, double delay) {
  {
    std::scoped_lock lock(mutex_);
    const auto due = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(delay));
    delayed_.push_back({due, priority, std::move(task)});
    start_threads();
  }
  changed_.notify_one();  // its wait may have become shorter
}

// Gives up the lock while there is nothing to do; null when the pool ends.
std::unique_ptr<v8::Task> WorkerPool::next(std::unique_lock<std::mutex>& lock) {
  while (!ends_) {
    const auto now = Clock::now();
    for (auto it = delayed_.begin(); it != delayed_.end();) {
      if (it->due <= now) {
        ready_[static_cast<size_t>(it->priority)].push_back(std::move(it->task));
        it = delayed_.erase(it);
      } else {
        ++it;
      }
    }
    for (size_t priority = std::size(ready_); priority-- > 0;) {
      auto& queue = ready_[priority];
      if (queue.empty()) continue;
      std::unique_ptr<v8::Task> task = std::move(queue.front());
      queue.pop_front();
      return task;
    }
    const auto first = std::ranges::min_element(delayed_, {}, &Delayed::due);
    if (first == delayed_.end()) changed_.wait(lock);
    else changed_.wait_until(lock, first->due);
  }
  return nullptr;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (std::unique_ptr<v8::Task> task = next(lock)) {
    lock.unlock();
    task->Run();
    task.reset();
    lock.lock();
  }
}

}  // namespace vireo::engine
