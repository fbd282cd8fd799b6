#include "dns/answers.h"

#include <uv.h>

namespace vireo::dns {

const char* code_of(int status) {
  switch (status) {
    case ARES_ENODATA: return "ENODATA";
    case ARES_EFORMERR: return "EFORMERR";
    case ARES_ESERVFAIL: return "ESERVFAIL";
    case ARES_ENOTFOUND: return "ENOTFOUND";
    case ARES_ENOTIMP: return "ENOTIMP";
    case ARES_EREFUSED: return "EREFUSED";
    case ARES_EBADQUERY: return "EBADQUERY";
    case ARES_EBADNAME: return "EBADNAME";
    case ARES_EBADFAMILY: return "EBADFAMILY";
    case ARES_EBADRESP: return "EBADRESP";
    case ARES_ECONNREFUSED: return "ECONNREFUSED";
    case ARES_ETIMEOUT: return "ETIMEOUT";
    case ARES_EOF: return "EOF";
    case ARES_EFILE: return "EFILE";
    case ARES_ENOMEM: return "ENOMEM";
    case ARES_EDESTRUCTION: return "EDESTRUCTION";
    case ARES_EBADSTR: return "EBADSTR";
    case ARES_EBADFLAGS: return "EBADFLAGS";
    case ARES_ENONAME: return "ENONAME";
    case ARES_EBADHINTS: return "EBADHINTS";
    case ARES_ENOTINITIALIZED: return "ENOTINITIALIZED";
    case ARES_ELOADIPHLPAPI: return "ELOADIPHLPAPI";
    case ARES_EADDRGETNETWORKPARAMS: return "EADDRGETNETWORKPARAMS";
    case ARES_ECANCELLED: return "ECANCELLED";
    default: return "UNKNOWN_ARES_ERROR";
  }
}

namespace {

/// The fields of one record, read by their kind.
class Record {
 public:
  Record(bind::Context& cx, const ares_dns_rr_t& record) : cx_(cx), record_(record) {
    fields_.push_back(v8::Integer::New(cx.isolate, ares_dns_rr_get_type(&record)));
    fields_.push_back(v8::Integer::NewFromUnsigned(cx.isolate, ares_dns_rr_get_ttl(&record)));
  }

  Record& text(ares_dns_rr_key_t key) {
    const char* value = ares_dns_rr_get_str(&record_, key);
    return add(bind::latin1_to_js(cx_, value == nullptr ? std::string_view() : std::string_view(value)));
  }
  /// Bytes that are text.
  Record& text_of_bytes(ares_dns_rr_key_t key) { return add(bind::latin1_to_js(cx_, view(key))); }
  Record& bytes(ares_dns_rr_key_t key) { return add(bind::bytes_to_js(cx_, bind::OwnedBytes(view(key)))); }
  Record& number8(ares_dns_rr_key_t key) { return number(ares_dns_rr_get_u8(&record_, key)); }
  Record& number16(ares_dns_rr_key_t key) { return number(ares_dns_rr_get_u16(&record_, key)); }
  Record& number32(ares_dns_rr_key_t key) { return number(ares_dns_rr_get_u32(&record_, key)); }
  Record& address(ares_dns_rr_key_t key, int family) {
    char text[INET6_ADDRSTRLEN] = "";
    const void* bytes = family == AF_INET ? static_cast<const void*>(ares_dns_rr_get_addr(&record_, key))
                                          : static_cast<const void*>(ares_dns_rr_get_addr6(&record_, key));
    if (bytes != nullptr) uv_inet_ntop(family, bytes, text, sizeof(text));
    return add(bind::latin1_to_js(cx_, text));
  }
  /// The strings of a TXT record, each a field.
  Record& texts(ares_dns_rr_key_t key) {
    const size_t count = ares_dns_rr_get_abin_cnt(&record_, key);
    for (size_t i = 0; i < count; i++) {
      size_t size = 0;
      const unsigned char* value = ares_dns_rr_get_abin(&record_, key, i, &size);
      add(bind::latin1_to_js(cx_, {reinterpret_cast<const char*>(value), value == nullptr ? 0 : size}));
    }
    return *this;
  }

  [[nodiscard]] v8::Local<v8::Array> done() { return v8::Array::New(cx_.isolate, fields_.data(), fields_.size()); }

 private:
  [[nodiscard]] std::string_view view(ares_dns_rr_key_t key) const {
    size_t size = 0;
    const unsigned char* value = ares_dns_rr_get_bin(&record_, key, &size);
    return value == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(value), size);
  }
  Record& number(uint32_t value) { return add(v8::Integer::NewFromUnsigned(cx_.isolate, value)); }
  Record& add(v8::Local<v8::Value> value) {
    fields_.push_back(value);
    return *this;
  }

  bind::Context& cx_;
  const ares_dns_rr_t& record_;
  std::vector<v8::Local<v8::Value>> fields_;
};

/// False: a type that nobody asks for.
bool read(Record& record, ares_dns_rec_type_t type) {
  switch (type) {
    case ARES_REC_TYPE_A: record.address(ARES_RR_A_ADDR, AF_INET); return true;
    case ARES_REC_TYPE_AAAA: record.address(ARES_RR_AAAA_ADDR, AF_INET6); return true;
    case ARES_REC_TYPE_CNAME: record.text(ARES_RR_CNAME_CNAME); return true;
    case ARES_REC_TYPE_NS: record.text(ARES_RR_NS_NSDNAME); return true;
    case ARES_REC_TYPE_PTR: record.text(ARES_RR_PTR_DNAME); return true;
    case ARES_REC_TYPE_MX: record.number16(ARES_RR_MX_PREFERENCE).text(ARES_RR_MX_EXCHANGE); return true;
    case ARES_REC_TYPE_TXT: record.texts(ARES_RR_TXT_DATA); return true;
    case ARES_REC_TYPE_SRV:
      record.number16(ARES_RR_SRV_PRIORITY).number16(ARES_RR_SRV_WEIGHT).number16(ARES_RR_SRV_PORT);
      record.text(ARES_RR_SRV_TARGET);
      return true;
    case ARES_REC_TYPE_NAPTR:
      record.number16(ARES_RR_NAPTR_ORDER).number16(ARES_RR_NAPTR_PREFERENCE).text(ARES_RR_NAPTR_FLAGS);
      record.text(ARES_RR_NAPTR_SERVICES).text(ARES_RR_NAPTR_REGEXP).text(ARES_RR_NAPTR_REPLACEMENT);
      return true;
    case ARES_REC_TYPE_SOA:
      record.text(ARES_RR_SOA_MNAME).text(ARES_RR_SOA_RNAME).number32(ARES_RR_SOA_SERIAL);
      record.number32(ARES_RR_SOA_REFRESH).number32(ARES_RR_SOA_RETRY).number32(ARES_RR_SOA_EXPIRE);
      record.number32(ARES_RR_SOA_MINIMUM);
      return true;
    case ARES_REC_TYPE_CAA:
      record.number8(ARES_RR_CAA_CRITICAL).text(ARES_RR_CAA_TAG).text_of_bytes(ARES_RR_CAA_VALUE);
      return true;
    case ARES_REC_TYPE_TLSA:
      record.number8(ARES_RR_TLSA_CERT_USAGE).number8(ARES_RR_TLSA_SELECTOR).number8(ARES_RR_TLSA_MATCH);
      record.bytes(ARES_RR_TLSA_DATA);
      return true;
    default: return false;
  }
}

}  // namespace

v8::Local<v8::Array> answers_to_js(bind::Context& cx, const ares_dns_record_t& answer) {
  std::vector<v8::Local<v8::Value>> records;
  const size_t count = ares_dns_record_rr_cnt(&answer, ARES_SECTION_ANSWER);
  for (size_t i = 0; i < count; i++) {
    const ares_dns_rr_t* each = ares_dns_record_rr_get_const(&answer, ARES_SECTION_ANSWER, i);
    if (each == nullptr) continue;
    Record record(cx, *each);
    if (read(record, ares_dns_rr_get_type(each))) records.push_back(record.done());
  }
  return v8::Array::New(cx.isolate, records.data(), records.size());
}

}  // namespace vireo::dns
