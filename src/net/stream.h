// Native byte streams: what a TCP connection, a Unix socket or a terminal has in common, and who gets its bytes.
#pragma once

#include <uv.h>

#include <span>

#include "bind/bind.h"
#include "loop/handle.h"

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

/// A libuv stream. Without a listener its bytes go to JavaScript: `wrapper.onread(buffer)`, `onread(undefined, error)`.
class Stream : public loop::Handle {
 public:
  using Handle::Handle;

  [[nodiscard]] virtual uv_stream_t* uv_stream() = 0;

  /// Who gets the bytes from now on; null: JavaScript. The listener must take itself away before it ends.
  void set_listener(StreamListener* listener) { listener_ = listener; }
  [[nodiscard]] StreamListener* listener() const { return listener_; }

  int32_t read_start();
  int32_t read_stop();

  void add_bytes_written(size_t count) { bytes_written_ += count; }
  [[nodiscard]] uint64_t bytes_written() const { return bytes_written_; }
  [[nodiscard]] uint64_t bytes_read() const { return bytes_read_; }

 protected:
  void on_closed() override;

 private:
  static void on_read(uv_stream_t* stream, ssize_t count, const uv_buf_t* buffer);

  StreamListener* listener_ = nullptr;
  uint64_t bytes_written_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace vireo::net
