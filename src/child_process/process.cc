// A child process: uv_spawn and its handle.
#include "child_process/process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/environment.h"
#include "loop/handle.h"

namespace vireo::child_process {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

SpawnOptions::SpawnOptions(std::string file, std::vector<std::string> args, std::optional<std::string> cwd,
                           std::vector<std::string> env, int32_t flags, int32_t uid, int32_t gid)
    : file_(std::move(file)), args_(std::move(args)), env_(std::move(env)), cwd_(std::move(cwd)) {
  arg_pointers_ = pointers(args_);
  env_pointers_ = pointers(env_);
  options_.file = file_.c_str();
  options_.args = arg_pointers_.data();
  options_.env = env_pointers_.data();
  options_.cwd = cwd_ ? cwd_->c_str() : nullptr;
  options_.flags = static_cast<unsigned>(flags) & (UV_PROCESS_SETUID | UV_PROCESS_SETGID | UV_PROCESS_DETACHED);
  options_.uid = static_cast<uv_uid_t>(uid);
  options_.gid = static_cast<uv_gid_t>(gid);
}

int SpawnOptions::open_stdio(const std::vector<int32_t>& kinds, std::vector<int32_t>& parent_ends) {
  for (const int32_t kind : kinds) {
    uv_stdio_container_t container{};
    parent_ends.push_back(-1);
    if (kind >= 0) {
      container.flags = UV_INHERIT_FD;
      container.data.fd = kind;
    } else if (kind == kPipe) {
      int ends[2];
      if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return -errno;
      parent_ends.back() = ends[0];
      child_ends_.push_back(ends[1]);
      container.flags = UV_INHERIT_FD;
      container.data.fd = ends[1];
    } else {
      container.flags = UV_IGNORE;
    }
    stdio_.push_back(container);
  }
  options_.stdio = stdio_.data();
  options_.stdio_count = static_cast<int>(stdio_.size());
  return 0;
}

void SpawnOptions::close_child_ends() {
  for (const int fd : child_ends_) ::close(fd);
  child_ends_.clear();
}

/// Calls `onexit(exitCode, signalNumber)` on its wrapper when the child has ended.
class Process final : public loop::Handle {
 public:
  static constexpr const char* kBindModule = "child_process";
  explicit Process(Environment& env) : Handle(env) {}

  [[nodiscard]] const char* type_name() const override { return "ProcessWrap"; }

  /// `[error, parentEnd, parentEnd, ...]`: `error` is 0 or negative; the descriptors belong to the caller from now on.
  std::vector<int32_t> spawn(std::string file, std::vector<std::string> args, std::optional<std::string> cwd,
                             std::vector<std::string> env_pairs, std::vector<int32_t> stdio, int32_t flags, int32_t uid,
                             int32_t gid) {
    std::vector<int32_t> result{0};
    if (uv_handle() != nullptr) {
      result[0] = UV_EINVAL;
      return result;
    }
    SpawnOptions options(std::move(file), std::move(args), std::move(cwd), std::move(env_pairs), flags, uid, gid);
    std::vector<int32_t> parent_ends;
    result[0] = options.open_stdio(stdio, parent_ends);
    if (result[0] == 0) {
      options.uv().exit_cb = &Process::on_exit;
      result[0] = uv_spawn(env().loop(), &process_, &options.uv());
      opened(reinterpret_cast<uv_handle_t*>(&process_));
      if (result[0] == 0) pid_ = process_.pid;
    }
    result.insert(result.end(), parent_ends.begin(), parent_ends.end());
    return result;
  }

  [[nodiscard]] int32_t pid() { return pid_; }

  int32_t kill(int32_t signal) {
    if (pid_ == 0 || is_closing()) return UV_ESRCH;
    return uv_process_kill(&process_, signal);
  }

 private:
  static void on_exit(uv_process_t* handle, int64_t status, int signal) {
    auto* self = from<Process>(handle);
    Environment& env = self->env();
    if (!env.can_call_into_js()) return;
    loop::LoopEntry entry(env);
    (void)self->emit(bind::name(env.isolate(), "onexit"), {v8::Number::New(env.isolate(), static_cast<double>(status)),
                                                           v8::Integer::New(env.isolate(), signal)});
  }

  uv_process_t process_{};
  int32_t pid_ = 0;
};

void declare_process(bind::Module& module) {
  auto builder = module.class_<Process>("Process");
  builder.constructor<>();
  builder.method<&Process::spawn>("spawn");
  builder.method<&Process::kill>("kill");
  builder.getter<&Process::pid>("pid");
  loop::Handle::bind_methods(builder);
}

}  // namespace vireo::child_process
