// Bytes from another process: however they are cut, the same messages come out, and none reaches past what has come.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "child_process/frames.h"

namespace {

std::string messages(std::string_view bytes, size_t piece, bool lines) {
  vireo::child_process::Frames frames(lines);
  std::string all;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    frames.append(bytes.substr(at, piece));
    while (const auto message = frames.next()) {
      if (message->size() > bytes.size()) std::abort();
      all.append(*message).push_back('|');
    }
    if (frames.failed()) return all + "!";
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const bool lines = (data[0] & 1) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (messages(bytes, 1 + data[1] % 16, lines) != messages(bytes, bytes.size() + 1, lines)) std::abort();
  return 0;
}
