// HTTP/2 without sockets and without JavaScript: bytes in, events out; calls in, bytes out. nghttp2 does the framing,
// HPACK and flow control; this keeps the streams, what they have to send, and the limits that a peer must not pass.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http2/fields.h"
#include "http2/stream.h"

namespace vireo::http2 {

enum class Role : uint8_t { kServer = 0, kClient = 1 };
enum class Padding : uint8_t { kNone = 0, kAligned = 1, kMax = 2 };

struct Options {
  uint32_t max_deflate_table = 4096;
  uint32_t max_settings = 32;
  uint32_t max_send_header_block = 64 * 1024;
  uint32_t max_reserved_streams = 200;
  uint32_t peer_max_streams = 100;
  uint32_t max_header_pairs = 128;
  uint32_t max_invalid_frames = 1000;
  uint32_t max_rejected_streams = 100;
  uint64_t max_memory = 10'000'000;
  uint64_t reset_burst = 1000;
  uint64_t reset_rate = 33;
  bool strict_whitespace = true;
  Padding padding = Padding::kNone;
  std::vector<uint16_t> custom_settings;  ///< of the peer's, those to be kept
};

/// Who hears of what arrives. Called while bytes are taken apart (or, where said, while output is made): the protocol
/// must then not be deleted.
class Events {
 public:
  virtual ~Events() = default;
  /// A block of fields. `category` tells request, response, push response, trailers; `promised` a PUSH_PROMISE.
  virtual void on_headers(Stream& stream, int32_t category, uint8_t flags, const Fields& fields) = 0;
  /// Part of a body, the last one when `end`.
  virtual void on_data(Stream& stream, std::span<const uint8_t> bytes, bool end) = 0;
  virtual void on_settings(bool ack) = 0;
  virtual void on_ping(bool ack, std::span<const uint8_t> payload) = 0;
  virtual void on_goaway(uint32_t code, int32_t last_stream, std::span<const uint8_t> data) = 0;
  virtual void on_altsvc(int32_t stream, std::string_view origin, std::string_view value) = 0;
  virtual void on_origin(const std::vector<std::string_view>& origins) = 0;
  virtual void on_priority(int32_t stream, int32_t parent, int32_t weight, bool exclusive) = 0;
  /// A frame could not be sent; also while output is made.
  virtual void on_frame_error(int32_t stream, uint8_t type, int error) = 0;
  /// The peer breaks the rules; `error` is nghttp2's, negative.
  virtual void on_error(int error) = 0;
  /// As above, with a name of its own ("ERR_HTTP2_TOO_MANY_INVALID_FRAMES").
  virtual void on_flood(const char* code) = 0;
};

/// Streams that have something to tell, gathered while output was made or input taken apart.
struct Tidings {
  std::vector<int32_t> written;                      // all that was queued has been taken
  std::vector<int32_t> wants_trailers;               // and trailers are due
  std::vector<std::pair<int32_t, uint32_t>> closed;  // with the code
  [[nodiscard]] bool empty() const { return written.empty() && wants_trailers.empty() && closed.empty(); }
};

struct SessionCounts {
  uint64_t frames_received = 0;
  uint64_t frames_sent = 0;
  uint64_t bytes_received = 0;
  uint64_t bytes_sent = 0;
  uint64_t streams = 0;
  uint64_t most_streams = 0;
  double stream_milliseconds = 0;  // the sum of all durations
};

class Protocol {
 public:
  Protocol(Role role, Options options, Events& events);
  ~Protocol();
  Protocol(const Protocol&) = delete;

  /// Takes bytes of the peer's apart. Negative: nghttp2's error, and nothing more can be received.
  int receive(std::span<const uint8_t> bytes);
  /// Appends to `out` all that may leave now. Negative: nghttp2's error.
  int send(std::string& out);
  /// Where pieces of what send() has made end: frames, and of DATA frames the parts. Kept only when wanted.
  void want_cuts(bool wanted) { wants_cuts_ = wanted; }
  std::vector<size_t> take_cuts() { return std::exchange(cuts_, {}); }
  [[nodiscard]] bool wants_to_send() const { return nghttp2_session_want_write(session_) != 0; }
  /// What has come up since the last call.
  Tidings take_tidings() { return std::exchange(tidings_, {}); }
  [[nodiscard]] bool has_tidings() const { return !tidings_.empty(); }

  // Calls. Each gives 0 (or the id of a stream) or nghttp2's error, negative.
  int32_t request(const FieldBlock& fields, bool end, bool trailers);
  int32_t respond(int32_t stream, const FieldBlock& fields, bool end, bool trailers);
  int32_t push(int32_t parent, const FieldBlock& fields);
  int32_t inform(int32_t stream, const FieldBlock& fields);
  int32_t trailers(int32_t stream, const FieldBlock& fields);
  /// Instead of trailers: ends the stream with an empty DATA frame.
  int32_t end_without_trailers(int32_t stream);
  int32_t reset(int32_t stream, uint32_t code);
  int32_t settings(std::span<const nghttp2_settings_entry> entries);
  int32_t ping(const uint8_t* payload);
  int32_t goaway(uint32_t code, int32_t last_stream, std::span<const uint8_t> data);
  int32_t terminate(uint32_t code);
  int32_t shutdown_notice() { return nghttp2_submit_shutdown_notice(session_); }
  int32_t altsvc(int32_t stream, std::string_view origin, std::string_view value);
  int32_t origin(const std::vector<std::string>& origins);
  int32_t set_local_window(int32_t size);
  int32_t set_next_id(int32_t id) { return nghttp2_session_set_next_stream_id(session_, id); }

  /// The stream of this id, or null when there is none any more.
  [[nodiscard]] Stream* find(int32_t id);
  /// More has been queued on the stream.
  void queued(Stream& stream) {
    if (stream.out.size() > 0 || stream.ended) nghttp2_session_resume_data(session_, stream.id);
  }
  /// Whether the peer may go on sending.
  void set_reading(Stream& stream, bool reading);
  /// The stream is no longer wanted; it will be reset, or has been.
  void forget(int32_t id);

  [[nodiscard]] nghttp2_session* native() const { return session_; }
  [[nodiscard]] const SessionCounts& counts() const { return counts_; }
  [[nodiscard]] SessionCounts& counts() { return counts_; }
  [[nodiscard]] const std::vector<nghttp2_settings_entry>& custom_settings() const { return custom_settings_; }
  [[nodiscard]] size_t stream_count() const { return streams_.size(); }
  /// Bytes of memory that the peer has made us use.
  [[nodiscard]] uint64_t memory() const { return memory_ + queued_; }
  void account(int64_t bytes) { queued_ = static_cast<uint64_t>(static_cast<int64_t>(queued_) + bytes); }
  /// Whether statistics of streams are wanted; they cost a look at the clock for each.
  void measure(bool wanted) { measures_ = wanted; }
  /// Called before a measured stream is forgotten.
  std::function<void(const Stream&)> stream_ended;

  struct Callbacks;  // what nghttp2 calls

 private:
  Stream& add(int32_t id);
  bool may_add() const;
  void finish_data();
  [[nodiscard]] bool too_many_invalid();
  void cut() {
    if (wants_cuts_ && !out_->empty() && (cuts_.empty() || cuts_.back() != out_->size())) cuts_.push_back(out_->size());
  }

  Events& events_;
  Options options_;
  nghttp2_mem memory_functions_{};
  uint64_t memory_ = 0;  // of nghttp2
  uint64_t queued_ = 0;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::unique_ptr<Stream>> streams_;
  Fields fields_;
  int32_t fields_of_ = 0;
  bool fields_refused_ = false;
  Stream* data_of_ = nullptr;  // of `data_`
  std::span<const uint8_t> data_;
  bool flooded_ = false;
  uint32_t invalid_frames_ = 0;
  uint32_t rejected_streams_ = 0;
  std::string* out_ = nullptr;
  bool wants_cuts_ = false;
  std::vector<size_t> cuts_;
  Tidings tidings_;
  SessionCounts counts_;
  std::vector<nghttp2_settings_entry> custom_settings_;
  bool measures_ = false;
  bool says_goodbye_ = false;  // GOAWAY is the program's
};

}  // namespace vireo::http2
