// Native byte streams: what a TCP connection, a Unix socket or a terminal has in common, and who gets its bytes.
#pragma once

#include <uv.h>

#include <span>

#include "bind/bind.h"
#include "loop/callback_scope.h"
#include "loop/handle.h"
#include "loop/request.h"

namespace vireo::net {

/// Gets a stream's bytes in C++, so that JavaScript is entered for whole messages only. Called inside a LoopEntry.
class StreamListener {
 public:
  virtual ~StreamListener() = default;
  /// The bytes are only there during the call.
  virtual void on_stream_read(std::span<uint8_t> data) = 0;
  /// The peer has ended its side.
  virtual void on_stream_end() = 0;
  /// `error` is libuv's, negative.
  virtual void on_stream_error(int error) = 0;
  /// libuv has let go of the handle: the last call.
  virtual void on_stream_closed() = 0;
};

class Stream;

/// Stands between a stream and its listener, and turns the network's bytes into the program's and back: TLS.
class StreamFilter : public bind::Object {
 public:
  using Object::Object;
  /// Bytes from the network: gives what is in them to the stream's listener.
  virtual void decode(Stream& stream, std::span<uint8_t> bytes) = 0;
  /// Appends to `out` what has to leave so that the peer reads `parts`. False when the connection is broken.
  [[nodiscard]] virtual bool encode(std::span<const std::string_view> parts, std::string& out) = 0;
};

/// A libuv stream. Without a listener its bytes go to JavaScript: `wrapper.onread(buffer)`, `onread(undefined, error)`.
class Stream : public loop::Handle {
 public:
  using Handle::Handle;
  ~Stream() override { set_filter(nullptr); }

  [[nodiscard]] virtual uv_stream_t* uv_stream() = 0;

  /// Who gets the bytes from now on; null: JavaScript. The listener must take itself away before it ends.
  void set_listener(StreamListener* listener) { listener_ = listener; }
  [[nodiscard]] StreamListener* listener() const { return listener_; }
  [[nodiscard]] bool has_listener() const { return listener_ != nullptr; }
  /// What a listener's bytes go through, until the stream is closed. JavaScript, without a listener, sees the
  /// network's.
  void set_filter(StreamFilter* filter);
  [[nodiscard]] StreamFilter* filter() const { return filter_; }

  int32_t read_start();
  int32_t read_stop();

  // Writing for JavaScript: as much as the kernel takes at once leaves at once. Each gives 0 when all has been written,
  // the number of bytes still queued (`wrapper.onwrite(status)` follows), or a negative error. One write at a time.
  int32_t write_bytes(bind::SharedBytes bytes);
  /// `encoding`: 0 UTF-8, 1 Latin-1, 2 UTF-16LE.
  int32_t write_text(v8::Local<v8::String> text, int32_t encoding);
  /// [chunk, encoding, chunk, encoding, ...]: strings and bytes in one system call.
  int32_t write_all(bind::Context& cx, v8::Local<v8::Array> chunks);
  /// Ends the writing side; `wrapper.onshutdown(status)` follows.
  int32_t shutdown();

  [[nodiscard]] double write_queue_size() { return static_cast<double>(uv_stream_get_write_queue_size(uv_stream())); }
  [[nodiscard]] double bytes_read_count() const { return static_cast<double>(bytes_read_); }
  [[nodiscard]] double bytes_written_count() const { return static_cast<double>(bytes_written_); }
  int32_t set_blocking(bool blocking) { return uv_stream_set_blocking(uv_stream(), blocking ? 1 : 0); }
  [[nodiscard]] int32_t fd() const;

  /// Declares what every stream has on a bound class.
  template <class Builder>
  static Builder& bind_stream(Builder& builder) {
    bind_methods(builder);
    builder.template method<&Stream::read_start>("readStart");
    builder.template method<&Stream::read_stop>("readStop");
    builder.template method<&Stream::write_bytes>("writeBytes");
    builder.template method<&Stream::write_text>("writeText");
    builder.template method<&Stream::write_all>("writeAll");
    builder.template method<&Stream::shutdown>("shutdown");
    builder.template method<&Stream::set_blocking>("setBlocking");
    builder.template method<&Stream::set_filter>("setFilter");
    builder.template getter<&Stream::has_listener>("hasListener");
    builder.template getter<&Stream::write_queue_size>("writeQueueSize");
    builder.template getter<&Stream::bytes_read_count>("bytesRead");
    builder.template getter<&Stream::bytes_written_count>("bytesWritten");
    builder.template getter<&Stream::fd>("fd");
    return builder;
  }

  void add_bytes_written(size_t count) { bytes_written_ += count; }
  [[nodiscard]] uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] uint64_t bytes_read() const { return bytes_read_; }

 protected:
  void on_closed() override;

 private:
  template <class>
  friend class StreamRequest;
  class PendingWrite;
  int32_t write_buffers(std::unique_ptr<PendingWrite> write);
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

  StreamListener* listener_ = nullptr;
  StreamFilter* filter_ = nullptr;
  uint64_t bytes_written_ = 0;
  uint64_t bytes_read_ = 0;
};

/// A connect, shutdown or write that libuv has under way. Its callback runs in the async context of who started it.
template <class UvRequest>
class StreamRequest : public loop::Request {
 public:
  /// `type`: its name for async_hooks and `process.getActiveResourcesInfo()`.
  StreamRequest(Environment& env, const char* type) : Request(env), type_(type) { uv.data = this; }

  /// What libuv's callback gets back.
  static std::unique_ptr<StreamRequest> of(UvRequest* request) {
    return std::unique_ptr<StreamRequest>(static_cast<StreamRequest*>(request->data));
  }
  /// libuv has taken it: from now on it owns itself.
  void started(const Stream& stream) {
    const loop::TriggerScope trigger(env(), stream.async_context());
    announce();
  }
  /// Calls `stream.wrapper()[property](status)`.
  void finish(Stream& stream, const char* property, int status) const {
    if (!env().can_call_into_js()) return;
    loop::LoopEntry entry(env());
    v8::Isolate* isolate = stream.isolate();
    (void)stream.emit_in(async_context(), bind::name(isolate, property), {v8::Integer::New(isolate, status)});
  }

  void cancel() override {}  // ends when the stream is closed
  [[nodiscard]] const char* type_name() const override { return type_; }

  UvRequest uv{};

 private:
  const char* const type_;
};

/// Hands `start` libuv's request; frees it when that fails.
template <class UvRequest, class Start>
int start_request(const Stream& stream, const char* type, Start&& start) {
  auto request = std::make_unique<StreamRequest<UvRequest>>(stream.env(), type);
  const int status = start(&request->uv);
  if (status == 0) request.release()->started(stream);
  return status;
}

}  // namespace vireo::net
