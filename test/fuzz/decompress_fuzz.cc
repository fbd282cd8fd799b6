// Compressed data of strangers, in whatever pieces, into buffers of whatever size: no crash, no endless loop, and the
// same result however it is cut.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "zlib/engine.h"

namespace {

using namespace vireo::zlib;

constexpr std::array<Mode, 6> kModes{kInflate, kGunzip, kInflateRaw, kUnzip, kBrotliDecode, kZstdDecompress};
constexpr size_t kMostOutput = 1 << 20;

std::unique_ptr<Engine> make(Mode mode, bool one_member, Failure& failure) {
  Settings settings{.mode = mode, .numbers = {}, .dictionary = {}, .pledged_size = {}, .one_member = one_member};
  if (mode == kBrotliDecode) return make_brotli(std::move(settings), failure);
  if (mode == kZstdDecompress) return make_zstd(std::move(settings), failure);
  settings.numbers = {15, 6, 8, 0};
  return make_zlib(std::move(settings), failure);
}

/// What comes out, and how it ended.
std::string decompress(std::span<const uint8_t> bytes, Mode mode, bool one_member, size_t piece, size_t room) {
  Failure failure;
  const auto engine = make(mode, one_member, failure);
  if (!engine) std::abort();
  std::string result;
  std::vector<uint8_t> out(room);
  while (!failure && !bytes.empty() && result.size() < kMostOutput) {
    const size_t size = std::min(piece, bytes.size());
    const std::vector<uint8_t> copy(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size));
    std::span<const uint8_t> in(copy);
    size_t stalls = 0;
    // As the stream does: again while the room was used up.
    for (bool more = true; more && !failure && result.size() < kMostOutput;) {
      std::span<uint8_t> free_room(out);
      const size_t before = in.size();
      engine->run(in, free_room, 0, failure);
      const size_t made = room - free_room.size();
      result.append(reinterpret_cast<char*>(out.data()), made);
      more = free_room.empty();
      stalls = made == 0 && in.size() == before ? stalls + 1 : 0;
      if (stalls > 2) std::abort();
    }
    if (!in.empty()) break;  // it has had enough
    bytes = bytes.subspan(size);
  }
  if (result.size() >= kMostOutput) return "much";
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const Mode mode = kModes[data[0] % kModes.size()];
  const bool one_member = (data[0] & 128) != 0;
  const size_t piece = static_cast<size_t>(data[1] % 61) + 1;
  const std::span<const uint8_t> bytes(data + 2, size - 2);
  const std::string whole = decompress(bytes, mode, one_member, bytes.size() + 1, 4096);
  const std::string cut = decompress(bytes, mode, one_member, piece, 64);
  if (whole != "much" && cut != "much" && whole != cut) {
    // A failure may come before or after the last that could be had; one must begin with the other.
    const auto& [shorter, longer] =
        std::minmax(whole, cut, [](const auto& a, const auto& b) { return a.size() < b.size(); });
    if (!longer.starts_with(shorter)) std::abort();
  }
  return 0;
}
