#include "dns/answers.h"

#include <uv.h>

#include "dns/record.h"

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

/// Collects the fields of one record as JavaScript values.
class Fields {
 public:
  Fields(bind::Context& cx, const ares_dns_rr_t& record) : cx_(cx) {
    fields_.push_back(v8::Integer::New(cx.isolate, ares_dns_rr_get_type(&record)));
    number(ares_dns_rr_get_ttl(&record));
  }

  void text(std::string_view value) { fields_.push_back(bind::latin1_to_js(cx_, value)); }
  void number(uint32_t value) { fields_.push_back(v8::Integer::NewFromUnsigned(cx_.isolate, value)); }
  void bytes(std::span<const uint8_t> value) { fields_.push_back(bind::bytes_to_js(cx_, bind::OwnedBytes(value))); }
  void address(std::span<const uint8_t> value) {
    char written[INET6_ADDRSTRLEN] = "";
    if (!value.empty()) uv_inet_ntop(value.size() == 4 ? AF_INET : AF_INET6, value.data(), written, sizeof(written));
    text(written);
  }

  [[nodiscard]] v8::Local<v8::Array> done() { return v8::Array::New(cx_.isolate, fields_.data(), fields_.size()); }

 private:
  bind::Context& cx_;
  std::vector<v8::Local<v8::Value>> fields_;
};

}  // namespace

v8::Local<v8::Array> answers_to_js(bind::Context& cx, const ares_dns_record_t& answer) {
  std::vector<v8::Local<v8::Value>> records;
  const size_t count = ares_dns_record_rr_cnt(&answer, ARES_SECTION_ANSWER);
  for (size_t i = 0; i < count; i++) {
    const ares_dns_rr_t* each = ares_dns_record_rr_get_const(&answer, ARES_SECTION_ANSWER, i);
    if (each == nullptr) continue;
    Fields fields(cx, *each);
    if (visit_record(*each, fields)) records.push_back(fields.done());
  }
  return v8::Array::New(cx.isolate, records.data(), records.size());
}

}  // namespace vireo::dns
