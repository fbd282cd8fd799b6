// A WebSocket after its handshake, on a native stream (or fed by JavaScript): messages in, messages out.
#pragma once

#include <array>
#include <string>

#include "bind/bind.h"
#include "net/stream.h"
#include "websocket/frames.h"

namespace vireo::websocket {

/// What connections call in JavaScript; each function with the connection's owner as `this`.
class Callbacks final : public bind::Object {
 public:
  enum class Call : uint8_t {
    kText,    ///< (string)
    kBinary,  ///< (buffer)
    kPing,    ///< (buffer): it has been answered
    kPong,    ///< (buffer)
    kClose,   ///< (code, reason): the peer's close frame
    kError,   ///< (code, reason): the peer does not keep to the protocol; a close frame has been sent
    kDrain,   ///< (): all output has been handed over
    kEnd,     ///< (): the stream ended or broke
    kClosed,  ///< (): the stream is closed
    kWrite,   ///< (buffer): bytes for a stream that is not native
    kCount
  };
  Callbacks(Environment& env, v8::Local<v8::Object> functions);
  [[nodiscard]] v8::Local<v8::Function> function(Call call) const {
    return functions_[static_cast<size_t>(call)].Get(isolate());
  }

 private:
  std::array<v8::Global<v8::Function>, static_cast<size_t>(Call::kCount)> functions_;
};

class Connection final : public bind::Object, public net::StreamListener {
 public:
  Connection(Environment& env, Callbacks* callbacks, v8::Local<v8::Object> owner, bool server, uint32_t deflate,
             int32_t window_bits, double max_message);
  ~Connection() override;

  /// Bits of `deflate`.
  enum Deflate : uint32_t { kOn = 1, kReadNoTakeover = 2, kWriteNoTakeover = 4 };

  bool attach_stream(net::Stream* stream);
  /// Bytes that JavaScript has.
  void receive(bind::SharedBytes bytes);

  // Each gives the bytes that are still here, or a negative error.
  double send_text(bind::Context& cx, v8::Local<v8::String> text);
  double send_bytes(bind::Bytes bytes);
  double ping(bind::Bytes bytes);
  double pong(bind::Bytes bytes);
  /// `code` 1005: none.
  double send_close(uint32_t code, std::string reason);
  [[nodiscard]] double buffered() const;
  void read_start();
  void read_stop();
  /// Ends our side when all is out, then closes.
  void close_soon();
  void close();

  // net::StreamListener
  void on_stream_read(std::span<uint8_t> data) override;
  void on_stream_end() override;
  void on_stream_error(int error) override;
  void on_stream_closed() override;

 private:
  class WriteRequest;
  bool call(Callbacks::Call which, std::initializer_list<v8::Local<v8::Value>> args);
  void feed(std::span<uint8_t> data);
  void tell_message(bind::Context& cx);
  const uint8_t* new_key();
  double sent();
  double flush();
  void wrote(int status);
  void mind_queue();

  Callbacks* callbacks_;
  v8::Global<v8::Object> owner_;
  net::Stream* stream_ = nullptr;
  bool server_;
  Reader reader_;
  Writer writer_;
  std::string output_;
  size_t queued_ = 0;  // in requests
  bool feeding_ = false;
  bool waiting_drain_ = false;
  bool held_back_ = false;  // reads no more until its answers have left
  bool stopped_by_js_ = false;
  bool closing_ = false;
  std::array<uint8_t, 1024> random_{};
  size_t random_left_ = 0;
};

}  // namespace vireo::websocket
