// Whatever a name server answers: no crash, and every field of every record lies where it can be read.
#include <ares.h>

#include <cstdint>
#include <cstdlib>

#include "dns/record.h"

namespace {

/// Touches every byte it is given.
struct Reader {
  void text(std::string_view value) {
    for (const char each : value) sum += static_cast<unsigned char>(each);
    size += value.size();
  }
  void number(uint32_t value) { sum += value; }
  void bytes(std::span<const uint8_t> value) { text({reinterpret_cast<const char*>(value.data()), value.size()}); }
  void address(std::span<const uint8_t> value) {
    if (value.size() != 4 && value.size() != 16) std::abort();
    bytes(value);
  }
  uint64_t sum = 0;
  size_t size = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ares_dns_record_t* answer = nullptr;
  if (ares_dns_parse(data, size, 0, &answer) != ARES_SUCCESS) return 0;
  // What the resolver keeps is a copy.
  ares_dns_record_t* copy = ares_dns_record_duplicate(answer);
  ares_dns_record_destroy(answer);
  if (copy == nullptr) return 0;
  const size_t count = ares_dns_record_rr_cnt(copy, ARES_SECTION_ANSWER);
  for (size_t i = 0; i < count; i++) {
    const ares_dns_rr_t* record = ares_dns_record_rr_get_const(copy, ARES_SECTION_ANSWER, i);
    Reader reader;
    // A record never holds more than a message can, names written out.
    if (vireo::dns::visit_record(*record, reader) && reader.size > size * 256 + 4096) std::abort();
  }
  ares_dns_record_destroy(copy);
  return 0;
}
