#include "http2/fields.h"

#include <algorithm>

namespace vireo::http2 {

std::optional<FieldBlock> FieldBlock::parse(std::string text, size_t count) {
  FieldBlock block;
  block.text_ = std::move(text);
  // The text must not move any more: the fields point into it. Short ones live in the string itself.
  block.text_.reserve(64);
  block.fields_.reserve(std::min<size_t>(count, block.text_.size() / 3 + 1));
  char* at = block.text_.data();
  const char* const end = at + block.text_.size();
  while (at < end) {
    const uint8_t flags = *at == '1' ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
    at++;
    char* const name_end = std::find(at, const_cast<char*>(end), '\0');
    if (name_end == end) return std::nullopt;
    char* const value = name_end + 1;
    char* const value_end = std::find(value, const_cast<char*>(end), '\0');
    if (value_end == end) return std::nullopt;
    block.fields_.push_back({reinterpret_cast<uint8_t*>(at), reinterpret_cast<uint8_t*>(value),
                             static_cast<size_t>(name_end - at), static_cast<size_t>(value_end - value), flags});
    at = value_end + 1;
  }
  if (block.fields_.size() != count) return std::nullopt;
  return block;
}

}  // namespace vireo::http2
