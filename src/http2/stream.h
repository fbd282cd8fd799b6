// One HTTP/2 stream as the protocol sees it: what waits to be sent, and what has been counted.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vireo::http2 {

/// Bytes that wait for their turn. Small pieces are copied together, large ones stay where they are.
class OutQueue {
 public:
  void append(std::string_view bytes);
  /// `owner` keeps the bytes in place.
  void append(std::string_view bytes, std::shared_ptr<const void> owner);
  [[nodiscard]] size_t size() const { return size_; }
  /// For who makes small pieces in place: appends to the string, and tells by how much.
  std::string& open();
  void appended(size_t count) { size_ += count; }
  /// Moves the first `count` bytes to the end of `out`; there must be as many.
  void take(size_t count, std::string& out);
  void clear();

 private:
  struct Piece {
    std::string text;
    std::shared_ptr<const void> owner;  // of `bytes`; without one the bytes are `text`
    std::string_view bytes;
    size_t at = 0;

    [[nodiscard]] std::string_view rest() const { return (owner ? bytes : std::string_view(text)).substr(at); }
  };
  std::vector<Piece> pieces_;
  size_t first_ = 0;
  size_t size_ = 0;
};

struct Stream {
  explicit Stream(int32_t number) : id(number) {}

  const int32_t id;
  OutQueue out;
  bool ended = false;             // nothing will be added to `out`
  bool end_sent = false;          // the peer has been told so, or will be by trailers
  bool wants_trailers = false;    // END_STREAM is left to the trailers
  bool waits_for_output = false;  // JavaScript is to hear when `out` has been taken
  bool reading = false;           // someone takes what arrives: the window is opened again
  bool told = false;              // JavaScript knows of it
  size_t max_fields = 0;          // bytes of a block that it may receive, as the settings were when it began
  uint32_t unconsumed = 0;        // received while not reading: the window is not opened for it yet

  uint64_t bytes_read = 0;
  uint64_t bytes_written = 0;
  uint64_t started_at = 0;  // nanoseconds, as those below; 0 for never
  uint64_t first_header_at = 0;
  uint64_t first_byte_at = 0;
  uint64_t first_byte_sent_at = 0;
};

}  // namespace vireo::http2
