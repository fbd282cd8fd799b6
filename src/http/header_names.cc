#include "http/header_names.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "engine/environment.h"
#include "http/parser.h"

namespace vireo::http {

namespace {

constexpr std::string_view kKnown[] = {
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "access-control-request-headers",
    "access-control-request-method",
    "age",
    "allow",
    "alt-svc",
    "authorization",
    "cache-control",
    "cf-connecting-ip",
    "cf-ray",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-type",
    "cookie",
    "date",
    "dnt",
    "etag",
    "expect",
    "expires",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "link",
    "location",
    "max-forwards",
    "origin",
    "pragma",
    "priority",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "referrer-policy",
    "retry-after",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "sec-websocket-extensions",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "server",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-content-type-options",
    "x-correlation-id",
    "x-csrf-token",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-frame-options",
    "x-powered-by",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
    "x-xss-protection",
};
constexpr size_t kLongest = 40;

constexpr char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Case does not change it; `size` is not zero.
constexpr size_t slot_of(const char* text, size_t size) {
  const auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i] | 0x20)); };
  uint32_t hash =
      static_cast<uint32_t>(size) * 31 + at(0) * 7 + at(size - 1) * 113 + at(size / 2) * 17 + at(size * 3 / 4) * 59;
  if (size > 2) hash += at(2) * 5;
  return hash % HeaderNames::kSlots;
}

/// Slot -> index into kKnown plus one. Of names that share a slot the first one wins; the others are merely not cached.
constexpr auto kTable = [] {
  std::array<uint8_t, HeaderNames::kSlots> table{};
  for (size_t i = 0; i < std::size(kKnown); i++) {
    const size_t slot = slot_of(kKnown[i].data(), kKnown[i].size());
    if (table[slot] == 0) table[slot] = static_cast<uint8_t>(i + 1);
  }
  return table;
}();

v8::Local<v8::String> one_byte(v8::Isolate* isolate, std::string_view text, v8::NewStringType type) {
  return v8::String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(text.data()), type,
                                    static_cast<int>(text.size()))
      .FromMaybe(v8::String::Empty(isolate));
}

enum class Match : uint8_t { kNone, kLower, kTrain, kOther };

/// How `name` is spelt, when it is the known name of its slot.
Match match(std::string_view name, size_t& slot) {
  if (name.empty() || name.size() > kLongest) return Match::kNone;
  slot = slot_of(name.data(), name.size());
  const uint8_t index = kTable[slot];
  if (index == 0) return Match::kNone;
  const std::string_view known = kKnown[index - 1];
  if (known.size() != name.size()) return Match::kNone;
  bool lower = true, train = true, start = true;
  for (size_t i = 0; i < name.size(); i++) {
    const char c = name[i], k = known[i];
    if (lower_char(c) != k) return Match::kNone;
    if (c != k) {
      lower = false;
      if (!start) train = false;
    } else if (start && c >= 'a' && c <= 'z') {
      train = false;
    }
    start = k == '-';
  }
  return lower ? Match::kLower : train ? Match::kTrain : Match::kOther;
}

template <class NameOf>
v8::Local<v8::Array> split(bind::Context& cx, v8::Local<v8::String> block, NameOf&& name_of) {
  const int length = block->Length();
  std::string bytes(static_cast<size_t>(length), '\0');
  block->WriteOneByteV2(cx.isolate, 0, static_cast<uint32_t>(length), reinterpret_cast<uint8_t*>(bytes.data()));
  std::vector<v8::Local<v8::Value>> list;
  list.reserve(64);
  HeaderBlock::for_each(bytes, [&](std::string_view name, std::string_view value) {
    list.push_back(name_of(name));
    list.push_back(value.empty() ? v8::String::Empty(cx.isolate)
                                 : one_byte(cx.isolate, value, v8::NewStringType::kNormal));
  });
  return v8::Array::New(cx.isolate, list.data(), list.size());
}

}  // namespace

HeaderNames::HeaderNames(Environment& env) : isolate_(env.isolate()) {}

v8::Local<v8::String> HeaderNames::lower(std::string_view name) {
  size_t slot = 0;
  if (match(name, slot) != Match::kNone) {
    Entry& entry = entries_[slot];
    if (entry.lower.IsEmpty())
      entry.lower.Set(isolate_, one_byte(isolate_, kKnown[kTable[slot] - 1], v8::NewStringType::kInternalized));
    return entry.lower.Get(isolate_);
  }
  std::string lowered(name);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower_char);
  return one_byte(isolate_, lowered, v8::NewStringType::kInternalized);
}

v8::Local<v8::String> HeaderNames::as_sent(std::string_view name) {
  size_t slot = 0;
  switch (match(name, slot)) {
    case Match::kLower: return lower(name);
    case Match::kTrain: {
      Entry& entry = entries_[slot];
      if (entry.train.IsEmpty()) entry.train.Set(isolate_, one_byte(isolate_, name, v8::NewStringType::kInternalized));
      return entry.train.Get(isolate_);
    }
    default: return one_byte(isolate_, name, v8::NewStringType::kNormal);
  }
}

v8::Local<v8::Array> raw_headers_of(bind::Context& cx, v8::Local<v8::String> block) {
  auto& names = cx.env.state<HeaderNames>();
  return split(cx, block, [&](std::string_view name) { return names.as_sent(name); });
}

v8::Local<v8::Array> headers_of(bind::Context& cx, v8::Local<v8::String> block) {
  auto& names = cx.env.state<HeaderNames>();
  return split(cx, block, [&](std::string_view name) { return names.lower(name); });
}

}  // namespace vireo::http
