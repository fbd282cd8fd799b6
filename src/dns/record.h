// Records of an answer, read field by field, without any JavaScript in it.
#pragma once

#include <ares.h>

#include <cstdint>
#include <span>
#include <string_view>

namespace vireo::dns {

/// Gives the fields of a record to `visitor`, in the order of the wire: `text(string_view)`, `number(uint32_t)`,
/// `bytes(span)` and `address(span of 4 or 16 bytes)`. False: a type that nobody can ask for; then nothing was given.
template <class Visitor>
bool visit_record(const ares_dns_rr_t& record, Visitor& visitor) {
  const auto text = [&](ares_dns_rr_key_t key) {
    const char* value = ares_dns_rr_get_str(&record, key);
    visitor.text(value == nullptr ? std::string_view() : std::string_view(value));
  };
  const auto view = [&](ares_dns_rr_key_t key) {
    size_t size = 0;
    const unsigned char* value = ares_dns_rr_get_bin(&record, key, &size);
    return value == nullptr ? std::span<const uint8_t>() : std::span<const uint8_t>(value, size);
  };
  const auto as_text = [](std::span<const uint8_t> bytes) {
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  const auto number8 = [&](ares_dns_rr_key_t key) { visitor.number(ares_dns_rr_get_u8(&record, key)); };
  const auto number16 = [&](ares_dns_rr_key_t key) { visitor.number(ares_dns_rr_get_u16(&record, key)); };
  const auto number32 = [&](ares_dns_rr_key_t key) { visitor.number(ares_dns_rr_get_u32(&record, key)); };
  const auto address = [&](const void* bytes, size_t size) {
    visitor.address(bytes == nullptr ? std::span<const uint8_t>()
                                     : std::span<const uint8_t>(static_cast<const uint8_t*>(bytes), size));
  };

  switch (ares_dns_rr_get_type(&record)) {
    case ARES_REC_TYPE_A: address(ares_dns_rr_get_addr(&record, ARES_RR_A_ADDR), 4); return true;
    case ARES_REC_TYPE_AAAA: address(ares_dns_rr_get_addr6(&record, ARES_RR_AAAA_ADDR), 16); return true;
    case ARES_REC_TYPE_CNAME: text(ARES_RR_CNAME_CNAME); return true;
    case ARES_REC_TYPE_NS: text(ARES_RR_NS_NSDNAME); return true;
    case ARES_REC_TYPE_PTR: text(ARES_RR_PTR_DNAME); return true;
    case ARES_REC_TYPE_MX:
      number16(ARES_RR_MX_PREFERENCE);
      text(ARES_RR_MX_EXCHANGE);
      return true;
    case ARES_REC_TYPE_TXT: {
      const size_t count = ares_dns_rr_get_abin_cnt(&record, ARES_RR_TXT_DATA);
      for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        const unsigned char* value = ares_dns_rr_get_abin(&record, ARES_RR_TXT_DATA, i, &size);
        visitor.text(value == nullptr ? std::string_view() : as_text({value, size}));
      }
      return true;
    }
    case ARES_REC_TYPE_SRV:
      for (const auto key : {ARES_RR_SRV_PRIORITY, ARES_RR_SRV_WEIGHT, ARES_RR_SRV_PORT}) number16(key);
      text(ARES_RR_SRV_TARGET);
      return true;
    case ARES_REC_TYPE_NAPTR:
      for (const auto key : {ARES_RR_NAPTR_ORDER, ARES_RR_NAPTR_PREFERENCE}) number16(key);
      for (const auto key :
           {ARES_RR_NAPTR_FLAGS, ARES_RR_NAPTR_SERVICES, ARES_RR_NAPTR_REGEXP, ARES_RR_NAPTR_REPLACEMENT})
        text(key);
      return true;
    case ARES_REC_TYPE_SOA:
      for (const auto key : {ARES_RR_SOA_MNAME, ARES_RR_SOA_RNAME}) text(key);
      for (const auto key :
           {ARES_RR_SOA_SERIAL, ARES_RR_SOA_REFRESH, ARES_RR_SOA_RETRY, ARES_RR_SOA_EXPIRE, ARES_RR_SOA_MINIMUM})
        number32(key);
      return true;
    case ARES_REC_TYPE_CAA:
      number8(ARES_RR_CAA_CRITICAL);
      text(ARES_RR_CAA_TAG);
      visitor.text(as_text(view(ARES_RR_CAA_VALUE)));
      return true;
    case ARES_REC_TYPE_TLSA:
      for (const auto key : {ARES_RR_TLSA_CERT_USAGE, ARES_RR_TLSA_SELECTOR, ARES_RR_TLSA_MATCH}) number8(key);
      visitor.bytes(view(ARES_RR_TLSA_DATA));
      return true;
    default: return false;
  }
}

}  // namespace vireo::dns
