// Whatever a peer sends, in whatever pieces: the parser must neither crash nor loop, and must give the same events
// however the bytes are cut (body pieces apart, which are compared as their concatenation).
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/parser.h"

namespace {

using namespace vireo::http;

std::string describe(std::string_view bytes, size_t piece, const ParserOptions& options, bool upgrades) {
  Parser parser(options);
  std::string events, body;
  const auto flush = [&] {
    if (!body.empty()) events += "B" + body;
    body.clear();
  };
  const auto headers = [&] {
    HeaderBlock::for_each(parser.headers().bytes(), [&](std::string_view name, std::string_view value) {
      events.append(name).append("=").append(value).append(";");
    });
  };
  for (size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));  // its own allocation: reading past a piece is caught
    std::string_view input = copy;
    for (bool more = true; more;) {
      switch (parser.next(input)) {
        case Event::kNeedMore:
          if (!input.empty()) std::abort();
          more = false;
          break;
        case Event::kHead:
          flush();
          events += "H" + std::to_string(parser.head().flags) + std::string(parser.target());
          headers();
          if (upgrades && (parser.head().flags & kUpgradeWanted)) parser.accept_upgrade();
          else parser.refuse_upgrade();
          break;
        case Event::kBody:
          for (const std::string_view part : parser.body()) body.append(part);
          break;
        case Event::kMessageEnd:
          flush();
          events += "E";
          headers();
          break;
        case Event::kUpgrade: flush(); return events + "U";
        case Event::kError:
          flush();
          // Which of two errors is met first depends on the cut: limits are counted by the piece.
          return events + "!";
      }
    }
  }
  flush();
  const Event last = parser.finish();
  return events + "." + std::to_string(static_cast<int>(last));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  ParserOptions options;
  options.type = data[0] & 1 ? MessageType::kResponse : MessageType::kRequest;
  options.max_header_size = data[0] & 2 ? 256 : 16 * 1024;
  options.max_headers = data[0] & 4 ? 3 : 1000;
  if (data[0] & 8) options.lenient = 0x3ff;
  const bool upgrades = (data[0] & 16) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string whole = describe(bytes, bytes.size() + 1, options, upgrades);
  const size_t piece = 1 + data[1] % 16;
  if (describe(bytes, piece, options, upgrades) != whole) std::abort();
  return 0;
}
