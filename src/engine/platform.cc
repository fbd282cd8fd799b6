#include "engine/platform.h"

#include <algorithm>

#include "engine/environment.h"
#include "loop/callback_scope.h"

// V8's mutexes are Abseil's. Weak: a V8 built otherwise may have none, or its own names for it.
namespace absl {
enum class OnDeadlockCycle : int { kIgnore, kReport, kAbort };
[[gnu::weak]] void SetMutexDeadlockDetectionMode(OnDeadlockCycle mode);
}  // namespace absl

namespace vireo::engine {

namespace {

/// Debian's Abseil looks for cycles of locks at every lock, and keeps a graph of a megabyte for it, which is a
/// debugging aid for those who write V8.
std::unique_ptr<v8::Platform> make_system_platform() {
  if (absl::SetMutexDeadlockDetectionMode != nullptr)
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  return v8::platform::NewSingleThreadedDefaultPlatform();
}

}  // namespace

// --- ForegroundRunner
// -----------------------------------------------------------------------------------------------------

void ForegroundRunner::attach(Environment& env) {
  std::scoped_lock lock(mutex_);
  env_ = &env;
  async_ = new uv_async_t;
  async_->data = this;
  uv_async_init(env.loop(), async_,
                [](uv_async_t* async) { static_cast<ForegroundRunner*>(async->data)->run_tasks(); });
  uv_unref(reinterpret_cast<uv_handle_t*>(async_));
  timer_ = new uv_timer_t;
  timer_->data = this;
  uv_timer_init(env.loop(), timer_);
  uv_unref(reinterpret_cast<uv_handle_t*>(timer_));
  if (!tasks_.empty() || !delayed_.empty()) uv_async_send(async_);
}

void ForegroundRunner::detach() {
  std::deque<std::unique_ptr<v8::Task>> dropped;
  std::vector<Delayed> dropped_later;
  std::scoped_lock lock(mutex_);
  if (async_ != nullptr) {
    uv_close(reinterpret_cast<uv_handle_t*>(async_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
    uv_close(reinterpret_cast<uv_handle_t*>(timer_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
  }
  async_ = nullptr;
  timer_ = nullptr;
  env_ = nullptr;
  tasks_.swap(dropped);
  delayed_.swap(dropped_later);
}

bool ForegroundRunner::run_tasks() {
  std::deque<std::unique_ptr<v8::Task>> ready;
  Environment* env;
  {
    std::scoped_lock lock(mutex_);
    env = env_;
    ready.swap(tasks_);
    const uint64_t now = uv_hrtime();
    for (auto it = delayed_.begin(); it != delayed_.end();) {
      if (it->due > now) {
        ++it;
        continue;
      }
      ready.push_back(std::move(it->task));
      it = delayed_.erase(it);
    }
    arm_timer();
  }
  if (env == nullptr || ready.empty()) return false;
  for (std::unique_ptr<v8::Task>& task : ready) {
    if (!env->can_call_into_js()) return true;
    loop::LoopEntry entry(*env);
    loop::CallbackScope scope(*env);
    task->Run();
  }
  return true;
}

// With the lock held, on the loop's thread.
void ForegroundRunner::arm_timer() {
  if (timer_ == nullptr || delayed_.empty()) return;
  const uint64_t first = std::min_element(delayed_.begin(), delayed_.end(), [](const Delayed& a, const Delayed& b) {
                           return a.due < b.due;
                         })->due;
  const uint64_t now = uv_hrtime();
  uv_timer_start(
      timer_, [](uv_timer_t* timer) { static_cast<ForegroundRunner*>(timer->data)->run_tasks(); },
      first > now ? (first - now) / 1'000'000 + 1 : 0, 0);
  uv_unref(reinterpret_cast<uv_handle_t*>(timer_));
}

void ForegroundRunner::post(std::unique_ptr<v8::Task> task) {
  std::scoped_lock lock(mutex_);
  tasks_.push_back(std::move(task));
  if (async_ != nullptr) uv_async_send(async_);
}

void ForegroundRunner::PostTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
  post(std::move(task));
}
void ForegroundRunner::PostNonNestableTaskImpl(std::unique_ptr<v8::Task> task, const v8::SourceLocation&) {
  post(std::move(task));
}

void ForegroundRunner::PostDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay_in_seconds,
                                           const v8::SourceLocation&) {
  std::scoped_lock lock(mutex_);
  delayed_.push_back({uv_hrtime() + static_cast<uint64_t>(delay_in_seconds * 1e9), std::move(task)});
  if (async_ != nullptr) uv_async_send(async_);  // the timer may be armed on the loop's thread only
}

void ForegroundRunner::PostNonNestableDelayedTaskImpl(std::unique_ptr<v8::Task> task, double delay_in_seconds,
                                                      const v8::SourceLocation& location) {
  PostDelayedTaskImpl(std::move(task), delay_in_seconds, location);
}

// --- Platform
// ---------------------------------------------------------------------------------------------------------------

/// A worker task that reports its end, so that the main thread can wait for results that keep no uv handle alive
/// (WebAssembly compilation, for one).
class Platform::CountedTask final : public v8::Task {
 public:
  CountedTask(Platform& platform, std::unique_ptr<v8::Task> task) : platform_(platform), task_(std::move(task)) {
    std::scoped_lock lock(platform_.mutex_);
    platform_.running_++;
  }
  ~CountedTask() override {
    task_.reset();
    std::scoped_lock lock(platform_.mutex_);
    if (--platform_.running_ == 0) platform_.idle_.notify_all();
  }
  void Run() override { task_->Run(); }

 private:
  Platform& platform_;
  std::unique_ptr<v8::Task> task_;
};

Platform::Platform(int threads)
    : system_(make_system_platform()), pages_(*system_->GetPageAllocator()), workers_(threads) {}

Platform::~Platform() = default;

std::shared_ptr<ForegroundRunner> Platform::register_isolate(v8::Isolate* isolate) {
  auto runner = std::make_shared<ForegroundRunner>();
  std::scoped_lock lock(mutex_);
  runners_[isolate] = runner;
  return runner;
}

void Platform::unregister_isolate(v8::Isolate* isolate) {
  std::scoped_lock lock(mutex_);
  runners_.erase(isolate);
}

bool Platform::wait_for_workers() {
  std::unique_lock lock(mutex_);
  if (running_ == 0) return false;
  idle_.wait(lock, [this] { return running_ == 0; });
  return true;
}

std::shared_ptr<v8::TaskRunner> Platform::GetForegroundTaskRunner(v8::Isolate* isolate, v8::TaskPriority) {
  std::scoped_lock lock(mutex_);
  return runners_.at(isolate);
}

std::unique_ptr<v8::JobHandle> Platform::CreateJobImpl(v8::TaskPriority priority, std::unique_ptr<v8::JobTask> task,
                                                       const v8::SourceLocation&) {
  return v8::platform::NewDefaultJobHandle(this, priority, std::move(task),
                                           static_cast<size_t>(NumberOfWorkerThreads()));
}

void Platform::PostTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                          const v8::SourceLocation& location) {
  workers_.post(priority, std::make_unique<CountedTask>(*this, std::move(task)));
}

void Platform::PostDelayedTaskOnWorkerThreadImpl(v8::TaskPriority priority, std::unique_ptr<v8::Task> task,
                                                 double delay_in_seconds, const v8::SourceLocation& location) {
  workers_.post_delayed(priority, std::move(task), delay_in_seconds);
}

}  // namespace vireo::engine
