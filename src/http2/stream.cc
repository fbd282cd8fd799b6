#include "http2/stream.h"

#include <algorithm>

namespace vireo::http2 {

namespace {

/// Pieces up to this size are copied together.
constexpr size_t kSmall = 16 * 1024;

}  // namespace

std::string& OutQueue::open() {
  if (pieces_.size() > first_ && !pieces_.back().owner && pieces_.back().text.size() < kSmall)
    return pieces_.back().text;
  return pieces_.emplace_back().text;
}

void OutQueue::append(std::string_view bytes) {
  if (bytes.empty()) return;
  open().append(bytes);
  size_ += bytes.size();
}

void OutQueue::append(std::string_view bytes, std::shared_ptr<const void> owner) {
  if (bytes.size() <= kSmall) {
    append(bytes);
    return;
  }
  size_ += bytes.size();
  Piece& piece = pieces_.emplace_back();
  piece.owner = std::move(owner);
  piece.bytes = bytes;
}

void OutQueue::take(size_t count, std::string& out) {
  size_ -= count;
  while (count > 0) {
    Piece& piece = pieces_[first_];
    const std::string_view part = piece.rest().substr(0, count);
    out.append(part);
    piece.at += part.size();
    count -= part.size();
    if (!piece.rest().empty()) break;
    piece = Piece();
    first_++;
  }
  if (first_ == pieces_.size()) {
    pieces_.clear();
    first_ = 0;
  }
}

void OutQueue::clear() {
  pieces_.clear();
  first_ = size_ = 0;
}

}  // namespace vireo::http2
