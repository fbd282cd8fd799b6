// Whatever a peer sends, in whatever pieces: the parser must neither crash nor loop, and must give the same events
// however the bytes are cut (body pieces apart, which are compared as their concatenation). For the fuzz targets of
// requests and of responses.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/parser.h"

namespace vireo::http::fuzz {

/// What the program decides when it hears of a head.
struct Answers {
  bool upgrades = false;
  bool skips_body = false;
};

inline std::string describe(std::string_view bytes, size_t piece, const ParserOptions& options, Answers answers) {
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
          if (answers.upgrades && (parser.head().flags & kUpgradeWanted)) {
            parser.accept_upgrade();
          } else {
            if (answers.skips_body) parser.skip_body();
            parser.refuse_upgrade();
          }
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

/// The first four bytes choose the options, the rest is what the peer sends.
inline void run(MessageType type, const uint8_t* data, size_t size) {
  if (size < 4) return;
  ParserOptions options;
  options.type = type;
  options.max_header_size = data[0] & 1 ? 256 : 16 * 1024;
  options.max_headers = data[0] & 2 ? 3 : 1000;
  // Each of llhttp's leniency flags on its own, and all of them.
  options.lenient = static_cast<uint16_t>((data[1] | data[2] << 8) & 0x7ff);
  const Answers answers{.upgrades = (data[0] & 4) != 0, .skips_body = (data[0] & 8) != 0};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);
  const std::string whole = describe(bytes, bytes.size() + 1, options, answers);
  const size_t piece = 1 + data[3] % 16;
  if (describe(bytes, piece, options, answers) != whole) std::abort();
}

}  // namespace vireo::http::fuzz
