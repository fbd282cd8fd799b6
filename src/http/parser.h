// llhttp made safe to pull from: feed bytes, take one event at a time, no callbacks into the caller.
//
// JavaScript may do anything when it hears of a request: destroy the connection, throw, feed more bytes. So nothing is
// called while llhttp is running. Its callbacks only take notes and pause; `next()` returns what happened and the
// caller goes on (or not) when it likes. There is no V8 and no socket in here, which is what the fuzzer drives.
#pragma once

#include <llhttp.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::http {

enum class MessageType : uint8_t { kRequest = HTTP_REQUEST, kResponse = HTTP_RESPONSE };

/// What `Parser::next` found.
enum class Event : uint8_t {
  kNeedMore,    ///< all input is used up
  kHead,        ///< start line and headers: see head()
  kBody,        ///< body bytes: see body()
  kMessageEnd,  ///< message complete; trailers, if any, in headers()
  kUpgrade,     ///< the rest of the input belongs to another protocol
  kError,       ///< see error_code(), error_reason()
};

/// Facts about a message head, as the bits that JavaScript sees (`HeadFlags` in common.js).
enum HeadFlags : uint32_t {
  kKeepAlive = 1u << 0,
  kUpgradeWanted = 1u << 1,  ///< CONNECT, or Upgrade with Connection: upgrade
  kHasHost = 1u << 2,
  kHasExpect = 1u << 3,
  kExpectContinue = 1u << 4,   ///< Expect holds "100-continue"
  kHasBody = 1u << 5,          ///< Content-Length above zero or Transfer-Encoding
  kComplete = 1u << 6,         ///< set by the connection: the message has ended
  kHttp10 = 1u << 7,           ///< the version is 1.0
  kOddVersion = 1u << 8,       ///< neither 1.0 nor 1.1: major in bits 16-19, minor in bits 20-23
  kConnectionClose = 1u << 9,  ///< Connection: close was sent
  kHasFraming = 1u << 10,      ///< Content-Length or Transfer-Encoding was sent
};

/// Headers in the form in which they travel: for each one the lengths of name and value (4 bytes each, little endian),
/// then their bytes. JavaScript keeps it as one Latin-1 string and asks for names and values when someone reads them.
class HeaderBlock {
 public:
  /// `max_headers` of zero: no limit. Further ones are dropped, as in Node.
  void begin(uint32_t max_headers);
  void field(std::string_view part);
  void field_end();
  void value(std::string_view part);
  void value_end();

  void release_memory() { std::string().swap(bytes_); }

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string_view last_name() const { return std::string_view(bytes_).substr(open_ + 8, name_length_); }
  [[nodiscard]] std::string_view last_value() const {
    return std::string_view(bytes_).substr(open_ + 8 + name_length_);
  }
  [[nodiscard]] bool dropping() const { return dropping_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }

  /// Reads a block: calls `each(name, value)` until the bytes end or make no sense.
  template <class F>
  static void for_each(std::string_view block, F&& each);

 private:
  void put_length(size_t at, size_t length);

  std::string bytes_;
  size_t open_ = 0;  // where the header being written starts
  size_t name_length_ = 0;
  uint32_t count_ = 0;
  uint32_t max_headers_ = 0;
  bool in_header_ = false;
  bool dropping_ = false;
};

struct ParserOptions {
  MessageType type = MessageType::kRequest;
  uint32_t max_header_size = 16 * 1024;
  uint32_t max_headers = 1000;  ///< 0: no limit
  uint16_t lenient = 0;         ///< llhttp_lenient_flags
};

struct Head {
  uint32_t flags = 0;
  uint8_t method = 0;
  uint16_t status = 0;
};

class Parser {
 public:
  explicit Parser(const ParserOptions& options) { reset(options); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void reset(const ParserOptions& options);

  /// Gives memory back; to be called after reset().
  void release_memory();

  /// Goes on until the next event; removes what it used from the front of `input`.
  Event next(std::string_view& input);

  /// The peer will send no more: kMessageEnd when that ends a message, kNeedMore when all is well, or kError.
  Event finish();

  /// After kHead: no body follows, whatever the headers say (a response to HEAD).
  void skip_body() { llhttp_.flags |= F_SKIPBODY; }
  /// After kHead: go on as if no upgrade had been asked for.
  void refuse_upgrade() { llhttp_.upgrade = 0; }
  /// After kHead: what follows the head belongs to another protocol.
  void accept_upgrade() {
    llhttp_.upgrade = 1;
    llhttp_.flags |= F_SKIPBODY;
  }

  [[nodiscard]] const Head& head() const { return head_; }
  /// URL of a request, reason phrase of a response.
  [[nodiscard]] std::string_view target() const { return target_; }
  /// Headers after kHead, trailers after kMessageEnd.
  [[nodiscard]] const HeaderBlock& headers() const { return headers_; }
  /// Valid until the next call; points into the input.
  [[nodiscard]] std::span<const std::string_view> body() const { return body_; }
  [[nodiscard]] bool in_message() const { return in_message_; }
  [[nodiscard]] bool headers_done() const { return headers_done_; }

  [[nodiscard]] std::string_view error_code() const { return error_code_; }
  [[nodiscard]] std::string_view error_reason() const { return error_reason_; }

 private:
  struct Callbacks;
  friend struct Callbacks;

  int track(size_t length);
  int overflow(const char* code, const char* reason);
  void note_header();
  void head_done();
  Event fail(llhttp_errno_t error);
  [[nodiscard]] std::string_view next_piece(std::string_view input) const;

  llhttp_t llhttp_{};
  ParserOptions options_;
  Head head_;
  std::string target_;
  HeaderBlock headers_;
  std::vector<std::string_view> body_;
  Event pending_ = Event::kNeedMore;  // noted by a callback
  uint32_t header_bytes_ = 0;
  uint32_t extension_bytes_ = 0;
  bool in_message_ = false;
  bool headers_done_ = false;
  bool failed_ = false;
  bool in_value_ = false;  // of a header
  std::string_view error_code_;
  std::string error_reason_;
};

template <class F>
void HeaderBlock::for_each(std::string_view block, F&& each) {
  auto length_at = [&](size_t at) {
    size_t n = 0;
    for (int i = 3; i >= 0; i--) n = n << 8 | static_cast<uint8_t>(block[at + static_cast<size_t>(i)]);
    return n;
  };
  for (size_t at = 0; block.size() - at >= 8;) {
    const size_t name = length_at(at), value = length_at(at + 4);
    at += 8;
    if (name > block.size() - at || value > block.size() - at - name) return;
    each(block.substr(at, name), block.substr(at + name, value));
    at += name + value;
  }
}

}  // namespace vireo::http
