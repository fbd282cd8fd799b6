#include "vm/guard.h"

#include <ctime>
#include <mutex>

namespace vireo::vm {

namespace {

// Signals belong to the process: the innermost guard that listens to SIGINT. The lock is for workers' guards.
std::atomic<Guard*> innermost_guard = nullptr;
std::mutex signal_lock;

}  // namespace

void Guard::on_sigint(int) {
  // Only what is safe in a signal handler.
  Guard* guard = innermost_guard.load();
  if (guard == nullptr) return;
  guard->interrupted_ = true;
  sem_post(&guard->wake_);
}

Guard::Guard(v8::Isolate* isolate, const Limits& limits) : isolate_(isolate), limits_(limits) {
  sem_init(&wake_, 0, 0);
  if (limits_.break_on_sigint) {
    const std::lock_guard lock(signal_lock);
    outer_ = innermost_guard.exchange(this);
    struct sigaction action{};
    action.sa_handler = on_sigint;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    sigaction(SIGINT, &action, &former_);
  }
  thread_ = std::thread([this] {
    timespec until{};
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += limits_.milliseconds / 1000;
    until.tv_nsec += limits_.milliseconds % 1000 * 1'000'000;
    if (until.tv_nsec >= 1'000'000'000) {
      until.tv_sec++;
      until.tv_nsec -= 1'000'000'000;
    }
    for (;;) {
      const int failed = limits_.milliseconds > 0 ? sem_clockwait(&wake_, CLOCK_MONOTONIC, &until) : sem_wait(&wake_);
      if (failed != 0 && errno == EINTR) continue;
      if (done_ && !interrupted_) return;
      outcome_ = failed == 0 ? Outcome::kInterrupted : Outcome::kTimeout;
      isolate_->TerminateExecution();
      return;
    }
  });
}

Guard::Outcome Guard::stop() {
  if (!thread_.joinable()) return outcome_;
  if (limits_.break_on_sigint) {
    const std::lock_guard lock(signal_lock);
    sigaction(SIGINT, &former_, nullptr);
    innermost_guard = outer_;
  }
  done_ = true;
  sem_post(&wake_);
  thread_.join();
  sem_destroy(&wake_);
  return outcome_;
}

Guard::~Guard() { stop(); }

}  // namespace vireo::vm
