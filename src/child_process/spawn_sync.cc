// spawnSync: a child process on a loop of its own, which runs until the child and its streams have ended.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "child_process/process.h"
#include "engine/environment.h"

namespace vireo::child_process {

namespace {

/// One piped standard stream: what goes in, what comes out.
class SyncPipe {
 public:
  SyncPipe(class SyncRun& run, bind::Bytes input) : run_(run), input_(input.begin(), input.end()) {}
  int open(uv_loop_t* loop, int fd);
  int start();
  void close();
  [[nodiscard]] const std::vector<uint8_t>& output() const { return output_; }

 private:
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

  SyncRun& run_;
  std::vector<uint8_t> input_;
  std::vector<uint8_t> output_;
  uv_pipe_t pipe_{};
  uv_write_t write_{};
  uv_shutdown_t shutdown_{};
  bool open_ = false;
};

/// The whole of one call. All handles are closed before it ends.
class SyncRun {
 public:
  SyncRun(double max_buffer, int kill_signal) : max_buffer_(max_buffer), kill_signal_(kill_signal) {}

  void run(SpawnOptions& options, const std::vector<int32_t>& stdio, const std::vector<bind::Bytes>& inputs,
           double timeout) {
    if ((error_ = uv_loop_init(&loop_)) != 0) return;
    std::vector<int32_t> parent_ends;
    error_ = options.open_stdio(stdio, parent_ends);
    for (size_t i = 0; i < parent_ends.size(); i++) {
      if (parent_ends[i] < 0) {
        pipes_.push_back(nullptr);
        continue;
      }
      pipes_.push_back(std::make_unique<SyncPipe>(*this, i < inputs.size() ? inputs[i] : bind::Bytes()));
      const int code = pipes_.back()->open(&loop_, parent_ends[i]);
      if (error_ == 0) error_ = code;
    }
    if (error_ == 0) {
      options.uv().exit_cb = [](uv_process_t* process, int64_t status, int signal) {
        static_cast<SyncRun*>(process->data)->on_exit(status, signal);
      };
      process_.data = this;
      error_ = uv_spawn(&loop_, &process_, &options.uv());
      spawned_ = error_ == 0;
      has_process_ = true;
    }
    options.close_child_ends();
    if (spawned_) {
      if (timeout > 0) {
        uv_timer_init(&loop_, &timer_);
        timer_.data = this;
        has_timer_ = true;
        uv_timer_start(
            &timer_, [](uv_timer_t* timer) { static_cast<SyncRun*>(timer->data)->stop_early(UV_ETIMEDOUT); },
            static_cast<uint64_t>(timeout), 0);
        uv_unref(reinterpret_cast<uv_handle_t*>(&timer_));
      }
      for (auto& pipe : pipes_) {
        if (!pipe) continue;
        if (const int code = pipe->start()) stop_early(code);
      }
      uv_run(&loop_, UV_RUN_DEFAULT);
    }
    close_all();
  }

  void stop_early(int error) {
    if (error_ == 0) error_ = error;
    if (killed_) return;
    killed_ = true;
    if (!exited_) {
      // The child may have changed its user: then nothing softer than trying again with SIGKILL is left.
      if (uv_process_kill(&process_, kill_signal_) < 0) uv_process_kill(&process_, SIGKILL);
    }
    for (auto& pipe : pipes_)
      if (pipe) pipe->close();
  }

  void pipe_failed(int error) {
    if (error_ == 0) error_ = error;
  }

  [[nodiscard]] double max_buffer() const { return max_buffer_; }

  v8::Local<v8::Object> result(bind::Context& cx) const {
    v8::Local<v8::Object> object = v8::Object::New(cx.isolate);
    const auto set = [&](const char* key, v8::Local<v8::Value> value) {
      object->CreateDataProperty(cx.context, bind::name(cx.isolate, key), value).Check();
    };
    set("pid", v8::Integer::New(cx.isolate, spawned_ ? process_.pid : 0));
    set("error", v8::Integer::New(cx.isolate, error_));
    set("status", exited_ && signal_ == 0
                      ? v8::Local<v8::Value>(v8::Number::New(cx.isolate, static_cast<double>(status_)))
                      : v8::Null(cx.isolate));
    set("signal", v8::Integer::New(cx.isolate, signal_));
    if (!spawned_) {
      set("output", v8::Null(cx.isolate));
      return object;
    }
    std::vector<v8::Local<v8::Value>> outputs;
    for (const auto& pipe : pipes_) {
      outputs.push_back(pipe ? bind::to_js(cx, bind::OwnedBytes(std::span<const uint8_t>(pipe->output())))
                             : v8::Local<v8::Value>(v8::Null(cx.isolate)));
    }
    set("output", v8::Array::New(cx.isolate, outputs.data(), outputs.size()));
    return object;
  }

 private:
  void on_exit(int64_t status, int signal) {
    exited_ = true;
    status_ = status;
    signal_ = signal;
    if (has_timer_) uv_timer_stop(&timer_);
  }

  void close_all() {
    for (auto& pipe : pipes_)
      if (pipe) pipe->close();
    if (has_timer_) uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
    if (has_process_) uv_close(reinterpret_cast<uv_handle_t*>(&process_), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  double max_buffer_;
  int kill_signal_;
  uv_loop_t loop_{};
  uv_process_t process_{};
  uv_timer_t timer_{};
  std::vector<std::unique_ptr<SyncPipe>> pipes_;
  int error_ = 0;
  int64_t status_ = 0;
  int signal_ = 0;
  bool has_process_ = false;
  bool has_timer_ = false;
  bool spawned_ = false;
  bool exited_ = false;
  bool killed_ = false;
};

int SyncPipe::open(uv_loop_t* loop, int fd) {
  if (const int code = uv_pipe_init(loop, &pipe_, 0)) {
    ::close(fd);
    return code;
  }
  pipe_.data = this;
  open_ = true;
  const int code = uv_pipe_open(&pipe_, fd);
  if (code != 0) ::close(fd);
  return code;
}

int SyncPipe::start() {
  auto* stream = reinterpret_cast<uv_stream_t*>(&pipe_);
  write_.data = this;
  shutdown_.data = this;
  if (!input_.empty()) {
    const uv_buf_t buffer = uv_buf_init(reinterpret_cast<char*>(input_.data()), static_cast<unsigned>(input_.size()));
    const int code = uv_write(&write_, stream, &buffer, 1, [](uv_write_t* request, int status) {
      // EPIPE: the child does not want to read it all, which is its right.
      if (status < 0 && status != UV_EPIPE && status != UV_ECANCELED)
        static_cast<SyncPipe*>(request->data)->run_.pipe_failed(status);
    });
    if (code != 0) return code;
  }
  if (const int code = uv_shutdown(&shutdown_, stream, [](uv_shutdown_t*, int) {}))
    return code == UV_ENOTCONN ? 0 : code;
  return uv_read_start(
      stream,
      [](uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
        auto& output = static_cast<SyncPipe*>(handle->data)->output_;
        // Read straight into the result; what is not used is given back in on_read.
        const size_t length = output.size();
        output.resize(length + suggested);
        *buffer = uv_buf_init(reinterpret_cast<char*>(output.data() + length), static_cast<unsigned>(suggested));
      },
      &SyncPipe::on_read);
}

void SyncPipe::on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer) {
  auto* self = static_cast<SyncPipe*>(stream->data);
  const size_t before = self->output_.size() - (buffer->base == nullptr ? 0 : buffer->len);
  self->output_.resize(before + static_cast<size_t>(std::max<ssize_t>(count, 0)));
  if (count < 0) {
    if (count != UV_EOF && count != UV_ECONNRESET) self->run_.pipe_failed(static_cast<int>(count));
    uv_read_stop(stream);
    return;
  }
  const double most = self->run_.max_buffer();
  // What has been read is given, even when it is too much.
  if (most > 0 && static_cast<double>(self->output_.size()) > most) self->run_.stop_early(UV_ENOBUFS);
}

void SyncPipe::close() {
  if (!open_) return;
  open_ = false;
  uv_close(reinterpret_cast<uv_handle_t*>(&pipe_), nullptr);
}

v8::Local<v8::Object> spawn_sync(bind::Context& cx, std::string file, std::vector<std::string> args,
                                 std::optional<std::string> cwd, std::vector<std::string> env_pairs,
                                 std::vector<int32_t> stdio, std::vector<bind::Bytes> inputs, int32_t flags,
                                 int32_t uid, int32_t gid, double timeout, double max_buffer, int32_t kill_signal) {
  SpawnOptions options(std::move(file), std::move(args), std::move(cwd), std::move(env_pairs), flags, uid, gid);
  SyncRun run(max_buffer, kill_signal);
  run.run(options, stdio, inputs, timeout);
  return run.result(cx);
}

}  // namespace

void declare_spawn_sync(bind::Module& module) { module.function<spawn_sync>("spawnSync"); }

}  // namespace vireo::child_process
