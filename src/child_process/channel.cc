// The channel between a process and the child that it forked: messages with a frame, over a Unix socket.
#include <sys/socket.h>
#include <unistd.h>

#include <deque>

#include "child_process/frames.h"
#include "engine/environment.h"
#include "loop/handle.h"

namespace vireo::child_process {

/// Cuts what arrives into messages. `json`: one line each, given as a string. Otherwise a length of four bytes
/// (big-endian) stands before each, given as a Buffer. Calls `onmessage(message, fd)` (`fd` is a passed descriptor or
/// -1) and `onend(error)`.
class Channel final : public loop::Handle {
 public:
  static constexpr const char* kBindModule = "child_process";

  Channel(Environment& env, bool json) : Handle(env), json_(json), incoming_(json) {
    if (uv_pipe_init(env.loop(), &pipe_, 1) == 0) opened(reinterpret_cast<uv_handle_t*>(&pipe_));
  }
  ~Channel() override {
    for (const int fd : received_) ::close(fd);
  }

  [[nodiscard]] const char* type_name() const override { return "PipeWrap"; }

  /// Takes the descriptor over.
  bind::Result<void> open(int32_t fd) {
    if (is_closing()) return bind::fail(bind::Error::system(UV_EBADF, "open"));
    if (const int code = uv_pipe_open(&pipe_, fd)) return bind::fail(bind::Error::system(code, "open"));
    return {};
  }

  [[nodiscard]] int32_t fd() {
    uv_os_fd_t fd = -1;
    return !is_closing() && uv_fileno(uv_handle(), &fd) == 0 ? fd : -1;
  }

  int32_t read_start() {
    if (is_closing()) return UV_EBADF;
    return uv_read_start(stream(), &Channel::on_alloc, &Channel::on_read);
  }

  void read_stop() {
    if (!is_closing()) uv_read_stop(stream());
  }

  /// Sends one message, with the descriptor `fd` when that is not negative (it stays the caller's). `callback(status)`.
  int32_t send(bind::Context& cx, v8::Local<v8::Value> message, int32_t fd, bind::Callback callback) {
    if (is_closing()) return UV_EBADF;
    auto request = std::make_unique<SendRequest>(env());
    if (message->IsString()) {
      request->data = bind::utf8_of(cx.isolate, message.As<v8::String>());
      request->data.push_back('\n');
    } else {
      bind::Bytes bytes;
      if (!bind::bytes_of(message, bytes) || bytes.size() > Frames::kMaxMessage) return UV_EINVAL;
      const auto size = static_cast<uint32_t>(bytes.size());
      for (int shift = 24; shift >= 0; shift -= 8) request->data.push_back(static_cast<char>(size >> shift));
      request->data.append(bytes.text());
    }
    request->callback = std::move(callback);
    request->channel = this;
    request->request.data = request.get();
    const uv_buf_t buffer = uv_buf_init(request->data.data(), static_cast<unsigned>(request->data.size()));
    int code = 0;
    if (fd >= 0) {
      // libuv sends handles, not descriptors: a duplicate in a handle of the request's own.
      const int copy = ::dup(fd);
      if (copy < 0) return -errno;
      request->carrier = new uv_pipe_t;
      uv_pipe_init(env().loop(), request->carrier, 0);
      if ((code = uv_pipe_open(request->carrier, copy)) != 0) {
        ::close(copy);
      } else {
        code = uv_write2(&request->request, stream(), &buffer, 1, reinterpret_cast<uv_stream_t*>(request->carrier),
                         &SendRequest::on_sent);
      }
    } else {
      code = uv_write(&request->request, stream(), &buffer, 1, &SendRequest::on_sent);
    }
    if (code != 0) {
      request->close_carrier();
      return code;
    }
    hold();
    request.release();
    return 0;
  }

  [[nodiscard]] double queued_bytes() {
    return is_closing() ? 0 : static_cast<double>(uv_stream_get_write_queue_size(stream()));
  }

 private:
  struct SendRequest final : loop::Request {
    using loop::Request::Request;
    void cancel() override {}  // ends when the channel is closed
    [[nodiscard]] const char* type_name() const override { return "PipeWrap"; }

    void close_carrier() {
      if (carrier == nullptr) return;
      uv_close(reinterpret_cast<uv_handle_t*>(carrier),
               [](uv_handle_t* handle) { delete reinterpret_cast<uv_pipe_t*>(handle); });
      carrier = nullptr;
    }

    static void on_sent(uv_write_t* write, int status) {
      std::unique_ptr<SendRequest> self(static_cast<SendRequest*>(write->data));
      self->close_carrier();
      Environment& env = self->env();
      if (env.can_call_into_js() && self->callback) {
        loop::LoopEntry entry(env);
        (void)self->callback.call({v8::Integer::New(env.isolate(), status)});
      }
      self->channel->release();
    }

    uv_write_t request{};
    std::string data;
    bind::Callback callback;
    Channel* channel = nullptr;
    uv_pipe_t* carrier = nullptr;
  };

  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&pipe_); }

  static void on_alloc(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
    auto* self = from<Channel>(handle);
    *buffer = uv_buf_init(self->chunk_, sizeof(self->chunk_));
  }

  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
    auto* self = from<Channel>(stream);
    Environment& env = self->env();
    if (!env.can_call_into_js()) return;
    loop::LoopEntry entry(env);
    if (count < 0) return self->end(count == UV_EOF ? 0 : static_cast<int>(count));
    self->take_descriptors();
    self->incoming_.append({self->chunk_, static_cast<size_t>(count)});
    self->deliver();
  }

  void end(int error) {
    uv_read_stop(stream());
    (void)emit(bind::name(isolate(), "onend"), {v8::Integer::New(isolate(), error)});
  }

  /// Descriptors come before the message that announces them.
  void take_descriptors() {
    while (uv_pipe_pending_count(&pipe_) > 0) {
      // A pipe handle can carry any stream; only its descriptor is wanted.
      auto* taken = new uv_pipe_t;
      uv_pipe_init(env().loop(), taken, 0);
      uv_os_fd_t fd = -1;
      if (uv_accept(stream(), reinterpret_cast<uv_stream_t*>(taken)) == 0 &&
          uv_fileno(reinterpret_cast<uv_handle_t*>(taken), &fd) == 0) {
        const int copy = ::dup(fd);
        if (copy >= 0) received_.push_back(copy);
      }
      uv_close(reinterpret_cast<uv_handle_t*>(taken),
               [](uv_handle_t* handle) { delete reinterpret_cast<uv_pipe_t*>(handle); });
    }
  }

  void deliver() {
    hold();
    bind::Context cx(isolate(), env().context(), env());
    while (!is_closing()) {
      v8::HandleScope handles(isolate());
      const std::optional<std::string_view> frame = incoming_.next();
      if (!frame) break;
      v8::Local<v8::Value> message;
      if (json_) message = bind::string_to_js(cx, *frame);
      else message = bind::to_js(cx, bind::OwnedBytes(*frame));
      int fd = -1;
      if (!received_.empty()) fd = received_.front();
      v8::Local<v8::Value> used;
      if (emit(bind::name(isolate(), "onmessage"), {message, v8::Integer::New(isolate(), fd)}).ToLocal(&used) &&
          used->IsTrue() && fd >= 0) {
        received_.pop_front();  // JavaScript has taken it over
      }
    }
    if (incoming_.failed() && !is_closing()) end(UV_EMSGSIZE);
    release();
  }

  uv_pipe_t pipe_{};
  bool json_;
  Frames incoming_;
  std::deque<int> received_;
  char chunk_[64 * 1024];
};

void declare_channel(bind::Module& module) {
  auto builder = module.class_<Channel>("Channel");
  builder.constructor<bool>();
  builder.method<&Channel::open>("open");
  builder.getter<&Channel::fd>("fd");
  builder.method<&Channel::read_start>("readStart");
  builder.method<&Channel::read_stop>("readStop");
  builder.method<&Channel::send>("send");
  builder.getter<&Channel::queued_bytes>("writeQueueSize");
  loop::Handle::bind_methods(builder);
}

}  // namespace vireo::child_process
