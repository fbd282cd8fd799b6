#include "buffer/search.h"

#include <algorithm>
#include <cstring>

namespace vireo::buffer {

std::optional<size_t> find_forward(View haystack, View needle, size_t from, size_t step) {
  if (needle.empty() || needle.size() > haystack.size()) return std::nullopt;
  const size_t last = haystack.size() - needle.size();
  while (from <= last) {
    const uint8_t* start = haystack.data() + from;
    const size_t rest = haystack.size() - from;
    const void* found =
        needle.size() == 1 ? std::memchr(start, needle[0], rest) : memmem(start, rest, needle.data(), needle.size());
    if (found == nullptr) return std::nullopt;
    const size_t position = static_cast<size_t>(static_cast<const uint8_t*>(found) - haystack.data());
    if (position % step == 0) return position;
    from = position + 1;
  }
  return std::nullopt;
}

std::optional<size_t> find_backward(View haystack, View needle, size_t from, size_t step) {
  if (needle.empty() || needle.size() > haystack.size()) return std::nullopt;
  size_t end = std::min(from, haystack.size() - needle.size()) + 1;
  while (end > 0) {
    const void* found = memrchr(haystack.data(), needle[0], end);
    if (found == nullptr) return std::nullopt;
    const size_t position = static_cast<size_t>(static_cast<const uint8_t*>(found) - haystack.data());
    if (position % step == 0 && std::memcmp(haystack.data() + position, needle.data(), needle.size()) == 0)
      return position;
    end = position;
  }
  return std::nullopt;
}

}  // namespace vireo::buffer
