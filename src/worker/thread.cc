#include "worker/thread.h"

#include <pthread.h>

#include <algorithm>
#include <set>

#include "cli/options.h"
#include "loop/callback_scope.h"
#include "process/environment_variables.h"
#include "worker/port.h"

namespace vireo::worker {

namespace {

/// What the stack must have left for C++ when V8 says that it is full.
constexpr size_t kStackReserve = size_t{192} << 10;

std::atomic<uint64_t> next_id{1};  // NOLINT

/// As src/worker/thread_messages.js has it: no program can join a channel with this name by accident.
std::string mailbox_name(uint64_t id) { return std::string(1, '\0') + "mailbox of thread " + std::to_string(id); }

/// The threads that an Environment has started: they end before it does.
struct Threads {
  explicit Threads(Environment& env) {
    env.at_exit([this] {
      for (Thread* thread : std::set<Thread*>(running)) thread->end();
    });
  }
  std::set<Thread*> running;
};

}  // namespace

Thread::Thread(Environment& env, std::vector<std::string> exec_argv, std::vector<double> limits, std::string name,
               bool parses_exec_argv)
    : Handle(env),
      exec_argv_(std::move(exec_argv)),
      name_(std::move(name)),
      parses_exec_argv_(parses_exec_argv),
      id_(next_id++) {
  limits.resize(4);
  limits_ = {.young_generation = std::max(limits[0], 0.0),
             .old_generation = std::max(limits[1], 0.0),
             .code_range = std::max(limits[2], 0.0),
             .stack = limits[3] > 0 ? limits[3] : 4};
  std::tie(parent_end_, child_end_) = Channel::pair();
  // Joined before the thread runs: what is sent to it meanwhile waits.
  mailbox_end_ = Channel::join(mailbox_name(id_));
  uv_async_init(env.loop(), &async_, [](uv_async_t* async) { from<Thread>(async)->on_exit(); });
  opened(reinterpret_cast<uv_handle_t*>(&async_));
  (void)env.state<Threads>();
}

Thread::~Thread() { end(); }

v8::Local<v8::Value> Thread::control_port(bind::Context& cx) {
  if (parent_end_ == nullptr) return v8::Undefined(cx.isolate);
  Port* port = bind::make<Port>(cx.env, std::move(parent_end_));
  v8::Local<v8::Value> wrapper = port->wrapper();
  port->release();
  return wrapper;
}

int32_t Thread::start() {
  uv_thread_options_t options{};
  options.flags = UV_THREAD_HAS_STACK_SIZE;
  options.stack_size = static_cast<size_t>(limits_.stack * (1 << 20)) + kStackReserve;
  const int status =
      uv_thread_create_ex(&thread_, &options, [](void* self) { static_cast<Thread*>(self)->run(); }, this);
  if (status != 0) return status;
  is_started_ = true;
  env().state<Threads>().running.insert(this);
  return 0;
}

// On the worker's own thread from here...
void Thread::run() {
  char here;
  const auto stack_top = reinterpret_cast<uintptr_t>(&here);
  if (!name_.empty()) pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  EnvironmentOptions options;
  const EnvironmentOptions& parent = env().options();
  options.argv = parent.argv;
  options.exec_argv = exec_argv_;
  options.exec_path = parent.exec_path;
  options.is_main_thread = false;
  options.limits = limits_;
  options.thread = this;
  options.milestones.origin = env().time_origin();
  options.milestones.node_start = options.milestones.v8_start = uv_hrtime();
  options.command_line = parent.command_line;
  if (parses_exec_argv_) {
    std::vector<std::string> words{"vireo"};
    words.insert(words.end(), exec_argv_.begin(), exec_argv_.end());
    words.emplace_back("worker");
    options.command_line = std::make_shared<cli::CommandLine>(cli::parse(words, ""));
  }
  {
    Environment child(env().platform(), env().blob(), std::move(options));
    child.isolate()->SetStackLimit(stack_top - static_cast<uintptr_t>(limits_.stack * (1 << 20)) + kStackReserve);
    bool stopped;
    {
      const std::lock_guard lock(mutex_);
      limits_ = child.options().limits;
      stopped = stop_requested_;
      child_ = &child;
    }
    exit_code_ = stopped ? 1 : child.run();
    {
      const std::lock_guard lock(mutex_);
      child_ = nullptr;
      if (stop_requested_) exit_code_ = 1;
    }
    out_of_memory_ = child.ran_out_of_memory();
  }
  child_end_.reset();
  mailbox_end_.reset();
  const std::lock_guard lock(mutex_);
  if (parent_listens_) uv_async_send(&async_);
}

void Thread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_requested_ = true;
    if (child_ != nullptr) child_->request_stop();
  }
}

void Thread::end() {
  stop();
  join();
}

// ...and back on the parent's.
void Thread::join() {
  if (!is_started_ || is_joined_) return;
  {
    const std::lock_guard lock(mutex_);
    parent_listens_ = false;
  }
  uv_thread_join(&thread_);
  is_joined_ = true;
  env().state<Threads>().running.erase(this);
}

void Thread::on_exit() {
  join();
  const loop::LoopEntry entry(env());
  (void)emit(bind::name(isolate(), "onexit"),
             {v8::Integer::New(isolate(), exit_code_), v8::Boolean::New(isolate(), out_of_memory_)});
  close();
}

std::vector<double> Thread::limits() const {
  return {limits_.young_generation, limits_.old_generation, limits_.code_range, limits_.stack};
}

std::vector<double> Thread::loop_times() {
  const std::lock_guard lock(mutex_);
  if (child_ == nullptr || child_->milestones().loop_start == 0) return {-1, -1};
  const uint64_t now = uv_hrtime();
  return {static_cast<double>(uv_metrics_idle_time(child_->loop())) / 1e6,
          static_cast<double>(now - child_->milestones().loop_start) / 1e6};
}

namespace {

/// In a worker: the native Port for control messages, its id, name and limits, the Port of its mailbox. Undefined on
/// the main thread.
v8::Local<v8::Value> this_thread(bind::Context& cx) {
  auto* thread = static_cast<Thread*>(cx.env.options().thread);
  if (thread == nullptr) return v8::Undefined(cx.isolate);
  Port* port = bind::make<Port>(cx.env, thread->take_child_end());
  Port* mailbox = bind::make<Port>(cx.env, thread->take_mailbox_end());
  const ResourceLimits& limits = cx.env.options().limits;
  const std::vector<double> numbers{limits.young_generation, limits.old_generation, limits.code_range, limits.stack};
  v8::Local<v8::Value> parts[] = {port->wrapper(), v8::Number::New(cx.isolate, thread->id()),
                                  bind::string_to_js(cx, thread->name()), bind::to_js(cx, numbers), mailbox->wrapper()};
  port->release();
  mailbox->release();
  return v8::Array::New(cx.isolate, parts, std::size(parts));
}

/// process.env is a copy from here on: [name, value, ...].
void use_own_environment(Environment& env, const std::vector<std::string>& pairs) {
  auto& own = env.state<process::EnvironmentVariables>().own.emplace();
  for (size_t i = 0; i + 1 < pairs.size(); i += 2) own[pairs[i]] = pairs[i + 1];
}

}  // namespace

BIND_MODULE(worker) {
  auto thread = module.class_<Thread>("Thread");
  thread.constructor<std::vector<std::string>, std::vector<double>, std::string, bool>();
  loop::Handle::bind_methods(thread);
  thread.method<&Thread::start>("start")
      .method<&Thread::stop>("stop")
      .method<&Thread::control_port>("controlPort")
      .method<&Thread::id>("id")
      .method<&Thread::limits>("limits")
      .method<&Thread::loop_times>("loopTimes");
  module.function<this_thread>("thisThread");
  module.function<use_own_environment>("useOwnEnvironment");
}

}  // namespace vireo::worker
