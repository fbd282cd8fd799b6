// RFC 6455 frames and RFC 7692 compression, both ways, without V8 and sockets: what the fuzzer drives.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace vireo::websocket {

enum class Opcode : uint8_t { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };

/// Close codes that this side gives (RFC 6455 §7.4.1).
enum CloseCode : uint16_t {
  kNoStatus = 1005,
  kProtocolError = 1002,
  kInvalidData = 1007,
  kTooBig = 1009,
};

struct Options {
  bool server = false;             ///< frames from the peer must be masked, ours are not
  bool deflate = false;            ///< permessage-deflate has been agreed on
  bool read_no_takeover = false;   ///< the peer starts each message with an empty window
  bool write_no_takeover = false;  ///< we do
  int32_t write_window_bits = 15;
  uint32_t deflate_threshold = 1024;  ///< smaller messages are not compressed
  uint64_t max_message = 16 << 20;    ///< bytes of a message, decompressed
};

/// Whether a close frame may carry this code.
bool is_valid_close_code(uint32_t code);

/// XORs `bytes` with the key, of which byte `offset % 4` comes first.
void mask(std::span<uint8_t> bytes, const uint8_t key[4], size_t offset);

class Reader {
 public:
  enum class Event : uint8_t { kNeedMore, kMessage, kPing, kPong, kClose, kError };

  explicit Reader(const Options& options) : options_(options) {}
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// Bytes of the peer, which will be changed. They must stay until next() has given kNeedMore.
  void feed(std::span<uint8_t> input) { input_ = input; }
  Event next();

  [[nodiscard]] bool is_text() const { return message_opcode_ == Opcode::kText; }
  /// Of a message, ping or pong; valid until the next call.
  [[nodiscard]] std::string_view payload() const { return payload_; }
  /// Of kClose; kNoStatus when the peer gave none. Of kError: what to tell the peer.
  [[nodiscard]] uint16_t code() const { return code_; }
  /// Of kClose: the peer's. Of kError: what is wrong.
  [[nodiscard]] std::string_view reason() const { return reason_; }

 private:
  bool read_header();
  bool check_header();
  Event finish_control();
  Event finish_message(std::string_view whole);
  bool inflate_message(std::string_view compressed);
  bool fail(uint16_t code, std::string_view reason);

  Options options_;
  std::span<uint8_t> input_;
  bool failed_ = false;
  bool closed_ = false;

  // The frame being read.
  uint8_t header_[14] = {};
  size_t header_size_ = 0;
  bool in_payload_ = false;
  bool fin_ = false;
  bool masked_ = false;
  Opcode opcode_{};
  uint64_t length_ = 0;
  uint64_t done_ = 0;
  uint8_t key_[4] = {};
  std::string control_;

  // The message being read.
  bool in_message_ = false;
  bool compressed_ = false;
  bool clear_message_ = false;
  Opcode message_opcode_{};
  std::string message_;
  std::string inflated_;
  std::unique_ptr<z_stream> inflate_;

  std::string_view payload_;
  uint16_t code_ = 0;
  std::string reason_;
};

class Writer {
 public:
  explicit Writer(const Options& options) : options_(options) {}
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Whether a message of so many bytes goes out as it is, so that start() and finish() can make its frame.
  [[nodiscard]] bool is_plain(size_t size) const { return !options_.deflate || size < options_.deflate_threshold; }
  /// Appends the header of a frame; `size` bytes of payload have to follow, and then finish().
  void start(std::string& out, Opcode opcode, size_t size, const uint8_t* key, bool compressed = false) const;
  /// The payload begins at `at`.
  void finish(std::string& out, size_t at, const uint8_t* key) const;
  /// Appends a frame to `out`. `key`: four random bytes, for a client.
  void frame(std::string& out, Opcode opcode, std::string_view payload, const uint8_t* key);
  void close(std::string& out, uint16_t code, std::string_view reason, const uint8_t* key);

 private:
  bool compress(std::string_view payload);

  Options options_;
  std::string compressed_;
  std::unique_ptr<z_stream> deflate_;
};

}  // namespace vireo::websocket
