// A session for JavaScript: the protocol, and what carries its bytes.
//
// As with HTTP/1 there are two ways to live. Attached to a native stream (TCP, a pipe, TLS as the stream's filter) the
// bytes never pass through JavaScript. Without one, JavaScript gives what its Duplex receives to `receive()` and takes
// the output by the callback `output`. The owner is the JavaScript object on which the callbacks are called.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "bind/bind.h"
#include "http2/protocol.h"
#include "net/stream.h"

namespace vireo::http2 {

/// Functions of the object that JavaScript gives.
enum class Call : uint8_t {
  kHeaders,      ///< (id, is new, category, flags, [name, value, ...], sensitive names?)
  kData,         ///< (id, bytes?, is last)
  kTidings,      ///< (written ids?, ids that want trailers?, [closed id, code, ...]?)
  kSettings,     ///< (is acknowledgement)
  kPing,         ///< (is acknowledgement, payload)
  kGoaway,       ///< (code, last stream, data?)
  kAltsvc,       ///< (stream, origin, value)
  kOrigin,       ///< (origins)
  kPriority,     ///< (stream, parent, weight, exclusive)
  kFrameError,   ///< (stream, frame type, nghttp2's error)
  kError,        ///< (nghttp2's error, code of Node's?)
  kOutput,       ///< ([bytes, ...]): outputDone() must follow
  kEnd,          ///< (): the peer has ended the connection
  kFail,         ///< (errno, syscall): the connection broke
  kClose,        ///< (): the native stream is closed
  kDone,         ///< (): destroy() has said its last word
  kStreamEnded,  ///< (id, [statistics]): only while measured
  kCount
};

class Session final : public bind::Object, public net::StreamListener, private Events {
 public:
  Session(Environment& env, v8::Local<v8::Object> owner, v8::Local<v8::Object> calls, int32_t role,
          v8::Local<v8::Object> options);
  ~Session() override;

  /// Takes the stream's bytes from now on, and starts to read. False when it is closed.
  bool attach_stream(net::Stream* stream);
  /// Bytes from JavaScript.
  void receive(bind::SharedBytes bytes);
  /// What kOutput gave has been written.
  void output_done();
  /// Sends what there is.
  void flush();
  /// Says goodbye with `code` (unless the connection is gone) and lets go of the stream. True when that is done;
  /// otherwise kDone follows.
  bool destroy(uint32_t code, bool is_gone);

  // Each gives 0 or the id of a stream, or a negative error of nghttp2's.
  int32_t request(bind::Context& cx, v8::Local<v8::String> fields, uint32_t count, bool end, bool trailers);
  int32_t respond(bind::Context& cx, int32_t id, v8::Local<v8::String> fields, uint32_t count, bool end, bool trailers);
  int32_t push(bind::Context& cx, int32_t parent, v8::Local<v8::String> fields, uint32_t count);
  int32_t inform(bind::Context& cx, int32_t id, v8::Local<v8::String> fields, uint32_t count);
  int32_t trailers(bind::Context& cx, int32_t id, v8::Local<v8::String> fields, uint32_t count);
  /// After what is queued has been sent, as far as the peer's window goes; a cancelled stream is reset at once.
  void reset(int32_t id, uint32_t code);
  /// [id, value, id, value, ...]
  int32_t settings(std::vector<uint32_t> entries);
  int32_t ping(bind::Bytes payload);
  int32_t goaway(uint32_t code, int32_t last_stream, std::optional<bind::Bytes> data);
  int32_t shutdown_notice() { return protocol_ ? protocol_->shutdown_notice() : NGHTTP2_ERR_INVALID_STATE; }
  int32_t altsvc(int32_t id, std::string origin, std::string value);
  int32_t origin(std::vector<std::string> origins);
  int32_t set_local_window(int32_t size);
  int32_t set_next_id(double id);

  /// Queues a chunk (string or bytes); `encoding` as in net::Stream. JavaScript hears by kTidings when it has left.
  /// False: there is no such stream any more.
  bool write(bind::Context& cx, int32_t id, v8::Local<v8::Value> chunk, int32_t encoding, bool end);
  /// [chunk, encoding, chunk, encoding, ...]
  bool write_all(bind::Context& cx, int32_t id, v8::Local<v8::Array> chunks, bool end);
  /// Nothing more comes; kTidings tells when that has been said.
  bool end_stream(int32_t id);
  void set_reading(int32_t id, bool reading);
  /// JavaScript is done with the stream.
  void forget(int32_t id);

  /// See JavaScript for the order of these numbers.
  std::vector<double> state() const;
  std::optional<std::vector<double>> stream_state(int32_t id) const;
  /// The seven known settings, then [id, value, ...] of the peer's further ones.
  std::vector<uint32_t> current_settings(bool remote) const;
  std::vector<double> counts() const;
  void measure(bool wanted);
  [[nodiscard]] bool attached() const { return stream_ != nullptr; }
  /// Uint32Array(1): whether the session flushes by itself when the call that is under way returns.
  v8::Local<v8::Value> shared() const { return shared_.Get(isolate()); }

  // net::StreamListener
  void on_stream_read(std::span<uint8_t> data) override;
  void on_stream_end() override;
  void on_stream_error(int error) override;
  void on_stream_closed() override;

 private:
  class WriteRequest;
  class Busy;

  // Events
  void on_headers(Stream& stream, int32_t category, uint8_t flags, const Fields& fields) override;
  void on_data(Stream& stream, std::span<const uint8_t> bytes, bool end) override;
  void on_settings(bool ack) override;
  void on_ping(bool ack, std::span<const uint8_t> payload) override;
  void on_goaway(uint32_t code, int32_t last_stream, std::span<const uint8_t> data) override;
  void on_altsvc(int32_t stream, std::string_view origin, std::string_view value) override;
  void on_origin(const std::vector<std::string_view>& origins) override;
  void on_priority(int32_t stream, int32_t parent, int32_t weight, bool exclusive) override;
  void on_frame_error(int32_t stream, uint8_t type, int error) override;
  void on_error(int error) override;
  void on_flood(const char* code) override;

  void call(Call which, std::initializer_list<v8::Local<v8::Value>> args);
  std::optional<FieldBlock> block(bind::Context& cx, v8::Local<v8::String> fields, uint32_t count) const;
  bool append(bind::Context& cx, Stream& stream, v8::Local<v8::Value> chunk, int32_t encoding);
  void feed(std::span<const uint8_t> bytes);
  bool tell();
  bool can_write() const;
  void make_output();
  void write_output();
  void wrote(int status);
  void say_goodbye();
  void let_go();

  std::unique_ptr<Protocol> protocol_;
  v8::Global<v8::Object> owner_;
  v8::Global<v8::Uint32Array> shared_;
  uint32_t* busy_ = nullptr;  // in `shared_`
  net::Stream* stream_ = nullptr;
  std::string output_;
  std::string later_;  // received while busy
  std::vector<std::pair<int32_t, uint32_t>> resets_;
  std::vector<int32_t> written_;  // streams whose bytes are still on their way to the kernel
  uint32_t requests_in_flight_ = 0;
  bool js_output_ = false;  // JavaScript has output of ours under way
  bool error_told_ = false;
  bool destroying_ = false;  // as soon as nobody is busy
  bool gone_ = false;        // nothing can be sent any more
  uint32_t last_code_ = 0;
};

}  // namespace vireo::http2
