// Where bytes occur in bytes, from both ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vireo::buffer {

using View = std::span<const uint8_t>;

/// First occurrence at or after `from`. `step` 2 finds only at even distances from the haystack's start (UTF-16).
std::optional<size_t> find_forward(View haystack, View needle, size_t from, size_t step = 1);

/// Last occurrence at or before `from`.
std::optional<size_t> find_backward(View haystack, View needle, size_t from, size_t step = 1);

}  // namespace vireo::buffer
