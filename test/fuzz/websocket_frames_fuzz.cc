// Whatever a peer sends as frames, in whatever pieces: no crash, no endless loop, the same events however the bytes are
// cut, no message over the limit; and what the writer makes, the reader reads.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "websocket/frames.h"

namespace {

using namespace vireo::websocket;

std::string describe(std::string_view bytes, size_t piece, const Options& options) {
  Reader reader(options);
  std::string events;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const std::string_view part = bytes.substr(at, piece);
    std::vector<uint8_t> copy(part.begin(), part.end());  // its own allocation; it will be unmasked
    reader.feed(copy);
    for (bool more = true; more;) {
      switch (reader.next()) {
        case Reader::Event::kNeedMore: more = false; break;
        case Reader::Event::kMessage:
          if (reader.payload().size() > options.max_message) std::abort();
          events.append(reader.is_text() ? "T" : "B").append(reader.payload());
          break;
        case Reader::Event::kPing: events.append("P").append(reader.payload()); break;
        case Reader::Event::kPong: events.append("Q").append(reader.payload()); break;
        case Reader::Event::kClose: events += "C" + std::to_string(reader.code()) + std::string(reader.reason()); break;
        case Reader::Event::kError: events += "E" + std::to_string(reader.code()); break;
      }
    }
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const uint8_t choice = data[0];
  Options options;
  options.server = (choice & 1) != 0;
  options.deflate = (choice & 2) != 0;
  options.read_no_takeover = options.write_no_takeover = (choice & 4) != 0;
  options.max_message = choice & 8 ? 200 : 100'000;
  options.deflate_threshold = 4;
  const size_t piece = 1 + data[1] % 17;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string whole = describe(bytes, bytes.size() + 1, options);
  if (describe(bytes, piece, options) != whole) std::abort();

  // There and back: what one side writes the other one reads.
  if (bytes.size() > options.max_message) return 0;
  Options other = options;
  other.server = !options.server;
  Writer writer(other);
  std::string wire;
  const uint8_t key[4] = {choice, data[1], 7, 0};
  for (int i = 0; i < 2; i++) writer.frame(wire, Opcode::kBinary, bytes, key);
  writer.close(wire, 1000, "bye", key);
  const std::string expected = "B" + std::string(bytes) + "B" + std::string(bytes) + "C1000bye";
  if (describe(wire, wire.size(), options) != expected || describe(wire, piece, options) != expected) std::abort();
  return 0;
}
