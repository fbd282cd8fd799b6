// Cuts the bytes of a channel between processes into messages.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vireo::child_process {

/// Messages are lines, or stand behind their length in four bytes (big-endian).
class Frames {
 public:
  static constexpr size_t kMaxMessage = size_t{1} << 30;

  explicit Frames(bool lines) : lines_(lines) {}

  void append(std::string_view bytes) {
    data_.erase(0, at_);
    searched_ -= std::min(searched_, at_);
    at_ = 0;
    data_.append(bytes);
  }

  /// The next message that is there as a whole; valid until the next append().
  std::optional<std::string_view> next() {
    const std::string_view rest = std::string_view(data_).substr(at_);
    if (failed_) return std::nullopt;
    return lines_ ? next_line(rest) : next_block(rest);
  }

  /// What comes is no message, or too large a one; nothing more will be found.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::optional<std::string_view> next_line(std::string_view rest) {
    const size_t from = searched_ > at_ ? searched_ - at_ : 0;
    const size_t end = rest.find('\n', from);
    if (end == std::string_view::npos) {
      searched_ = data_.size();
      failed_ = rest.size() > kMaxMessage;
      return std::nullopt;
    }
    at_ += end + 1;
    return rest.substr(0, end);
  }

  std::optional<std::string_view> next_block(std::string_view rest) {
    constexpr size_t kHead = 4;
    if (rest.size() < kHead) return std::nullopt;
    size_t size = 0;
    for (size_t i = 0; i < kHead; i++) size = size << 8 | static_cast<uint8_t>(rest[i]);
    failed_ = size > kMaxMessage;
    if (failed_ || rest.size() - kHead < size) return std::nullopt;
    at_ += kHead + size;
    return rest.substr(kHead, size);
  }

  const bool lines_;
  std::string data_;
  size_t at_ = 0;        ///< everything before has been given away
  size_t searched_ = 0;  ///< there is no line's end between `at_` and here
  bool failed_ = false;
};

}  // namespace vireo::child_process
