// Whatever a peer sends, in whatever pieces, while a program answers, resets and closes: no crash, no loop, no leak,
// and no more memory than the limits allow. The bytes steer both: what arrives, and what the program does about it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "http2/protocol.h"

namespace {

using namespace vireo::http2;

constexpr char kRequest[] =
    "0:method\0GET\0"
    "0:path\0/\0"
    "0:scheme\0http\0"
    "0:authority\0a\0";
constexpr char kResponse[] =
    "0:status\0"
    "200\0"
    "1x\0y\0";
constexpr char kPreface[] =
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    "\0\0\0\4\0\0\0\0\0";

/// With the NULs that are in it, without the one that ends it.
template <size_t size>
std::string text_of(const char (&literal)[size]) {
  return std::string(literal, size - 1);
}

/// A program that answers some streams at once, some in parts, and resets others.
class Program final : public Events {
 public:
  explicit Program(uint8_t mood) : mood_(mood) {}

  void on_headers(Stream& stream, int32_t, uint8_t, const Fields& fields) override {
    size_t bytes = 0;
    for (const Fields::Field& field : fields.list()) bytes += field.name_text().size() + field.value_text().size();
    if (bytes != fields.bytes()) std::abort();
    stream.told = true;
    if (protocol == nullptr || (mood_ & 1) != 0) return;
    const bool ends = (stream.id & 2) != 0;
    const auto block = FieldBlock::parse(text_of(kResponse), 2);
    if (!block) std::abort();
    if (protocol->respond(stream.id, *block, ends, (mood_ & 4) != 0) == 0 && !ends) {
      const std::string body(static_cast<size_t>(mood_) * 300, 'x');
      stream.out.append(body);
      protocol->account(static_cast<int64_t>(body.size()));
      stream.waits_for_output = true;
      stream.ended = (mood_ & 8) != 0;
      protocol->queued(stream);
    }
  }
  void on_data(Stream& stream, std::span<const uint8_t> bytes, bool) override {
    for (const uint8_t byte : bytes) sum = sum * 31 + byte;
    if (protocol == nullptr) return;
    protocol->set_reading(stream, (mood_ & 16) != 0);
    if ((mood_ & 32) != 0) protocol->reset(stream.id, NGHTTP2_CANCEL);
  }
  void on_settings(bool) override {}
  void on_ping(bool, std::span<const uint8_t> payload) override { sum += payload[0]; }
  void on_goaway(uint32_t, int32_t, std::span<const uint8_t> data) override { sum += data.size(); }
  void on_altsvc(int32_t, std::string_view origin, std::string_view value) override {
    sum += origin.size() + value.size();
  }
  void on_origin(const std::vector<std::string_view>& origins) override {
    for (const std::string_view origin : origins) sum += origin.size();
  }
  void on_priority(int32_t, int32_t, int32_t, bool) override {}
  void on_frame_error(int32_t, uint8_t, int) override {}
  void on_error(int) override { failed = true; }
  void on_flood(const char*) override { failed = true; }

  Protocol* protocol = nullptr;
  uint64_t sum = 0;
  bool failed = false;

 private:
  const uint8_t mood_;
};

void run(std::string_view bytes, uint8_t kind, uint8_t mood, size_t piece) {
  Options options;
  options.max_memory = 200'000;
  options.max_header_pairs = (kind & 2) != 0 ? 4 : 128;
  options.padding = static_cast<Padding>((kind >> 2) % 3);
  options.max_invalid_frames = 20;
  options.custom_settings = {99};
  const Role role = (kind & 1) != 0 ? Role::kClient : Role::kServer;
  Program program(mood);
  Protocol protocol(role, options, program);
  program.protocol = &protocol;
  protocol.settings({});
  if (role == Role::kClient) {
    const auto block = FieldBlock::parse(text_of(kRequest), 4);
    if (!block) std::abort();
    for (int i = 0; i < 3; i++) protocol.request(*block, (mood & 1) != 0, false);
  }
  std::string out;
  if (role == Role::kServer && (kind & 32) == 0) {
    const std::string preface = text_of(kPreface);
    if (protocol.receive({reinterpret_cast<const uint8_t*>(preface.data()), preface.size()}) < 0) std::abort();
  }
  for (size_t at = 0; at < bytes.size() && !program.failed; at += piece) {
    const std::string copy(bytes.substr(at, piece));  // its own allocation: reading past a piece is caught
    if (protocol.receive({reinterpret_cast<const uint8_t*>(copy.data()), copy.size()}) < 0) break;
    out.clear();
    if (protocol.send(out) < 0) break;
    const Tidings tidings = protocol.take_tidings();
    for (const int32_t id : tidings.wants_trailers) protocol.end_without_trailers(id);
    for (const int32_t id : tidings.written) {
      if (Stream* stream = protocol.find(id); stream != nullptr) {
        stream->ended = true;
        protocol.queued(*stream);
      }
    }
    for (const auto& [id, code] : tidings.closed) {
      if (protocol.find(id) != nullptr) std::abort();
    }
    // The limit is a threshold for new streams and fields, not a ceiling to the byte.
    if (protocol.memory() > 4'000'000) std::abort();
  }
  protocol.terminate(NGHTTP2_NO_ERROR);
  out.clear();
  (void)protocol.send(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 3, size - 3);
  run(bytes, data[0], data[1], bytes.size() + 1);
  run(bytes, data[0], data[1], 1 + data[2] % 16);
  return 0;
}
