// The native half of URL: the parser of the URL standard (ada), IDNA, and file URL helpers.
#include <ada.h>

#include <cstring>

#include "bind/bind.h"

namespace vireo::url {

namespace {

using Url = ada::url_aggregator;

/// The numbers are those of src/url/whatwg.js.
enum class Part : int32_t {
  kHref,
  kProtocol,
  kUsername,
  kPassword,
  kHost,
  kHostname,
  kPort,
  kPathname,
  kSearch,
  kHash
};

constexpr size_t kPartCount = 8;

/// Where the parts lie in the href, as eight uint32: absent ones are 0xFFFFFFFF.
void store(const Url& url, bind::Bytes out) {
  const ada::url_components& c = url.get_components();
  const uint32_t values[kPartCount] = {c.protocol_end, c.username_end,   c.host_start,   c.host_end,
                                       c.port,         c.pathname_start, c.search_start, c.hash_start};
  if (out.size() >= sizeof(values)) std::memcpy(out.data(), values, sizeof(values));
}

/// The href; `input` itself when that is what it says already.
v8::Local<v8::String> href_of(bind::Context& cx, const Url& url, v8::Local<v8::String> input,
                              std::string_view input_utf8) {
  const std::string_view href = url.get_href();
  return href == input_utf8 ? input : bind::latin1_to_js(cx, href);
}

std::optional<v8::Local<v8::String>> finish(bind::Context& cx, const ada::result<Url>& parsed,
                                            v8::Local<v8::String> input, std::string_view text, bind::Bytes parts) {
  if (!parsed) return std::nullopt;
  store(*parsed, parts);
  return href_of(cx, *parsed, input, text);
}

/// Parses `input`, against `base` when that is given; nothing when one of them is no URL.
std::optional<v8::Local<v8::String>> parse(bind::Context& cx, v8::Local<v8::String> input,
                                           std::optional<std::string> base, bind::Bytes parts) {
  const std::string text = bind::utf8_of(cx.isolate, input);
  if (base) {
    const auto base_url = ada::parse<Url>(*base);
    if (!base_url) return std::nullopt;
    return finish(cx, ada::parse<Url>(text, &*base_url), input, text, parts);
  }
  return finish(cx, ada::parse<Url>(text), input, text, parts);
}

bool can_parse(std::string input, std::optional<std::string> base) {
  if (!base) return ada::can_parse(input);
  const std::string_view base_view = *base;
  return ada::can_parse(input, &base_view);
}

/// Sets a part of the URL `href`; nothing when the value is refused.
std::optional<v8::Local<v8::String>> update(bind::Context& cx, v8::Local<v8::String> href, int32_t part,
                                            std::string value, bind::Bytes parts) {
  const std::string text = bind::utf8_of(cx.isolate, href);
  auto url = ada::parse<Url>(text);
  if (!url) return std::nullopt;
  bool done = true;
  switch (static_cast<Part>(part)) {
    case Part::kHref: done = url->set_href(value); break;
    case Part::kProtocol: done = url->set_protocol(value); break;
    case Part::kUsername: done = url->set_username(value); break;
    case Part::kPassword: done = url->set_password(value); break;
    case Part::kHost: done = url->set_host(value); break;
    case Part::kHostname: done = url->set_hostname(value); break;
    case Part::kPort: done = url->set_port(value); break;
    case Part::kPathname: done = url->set_pathname(value); break;
    case Part::kSearch: url->set_search(value); break;
    case Part::kHash: url->set_hash(value); break;
  }
  if (!done) return std::nullopt;
  store(*url, parts);
  return href_of(cx, *url, href, text);
}

/// `url.format(url, options)` for WHATWG URLs.
std::string format(std::string href, bool hash, bool unicode, bool search, bool auth) {
  auto url = ada::parse<ada::url>(href);
  if (!url) return href;
  if (!hash) url->hash = std::nullopt;
  if (unicode && url->has_hostname()) url->host = ada::idna::to_unicode(url->get_hostname());
  if (!search) url->query = std::nullopt;
  if (!auth) {
    url->username = "";
    url->password = "";
  }
  return url->get_href();
}

std::string domain_to_ascii(std::string domain) {
  if (domain.empty()) return {};
  auto url = ada::parse<Url>("ws://x");
  if (!url || !url->set_hostname(domain)) return {};
  return std::string(url->get_hostname());
}

std::string domain_to_unicode(std::string domain) {
  const std::string ascii = domain_to_ascii(std::move(domain));
  return ascii.empty() ? ascii : ada::idna::to_unicode(ascii);
}

std::string idna_to_ascii(std::string domain) { return ada::idna::to_ascii(domain); }
std::string idna_to_unicode(std::string domain) { return ada::idna::to_unicode(domain); }

}  // namespace

BIND_MODULE(url) {
  module.function<parse>("parse");
  module.function<can_parse>("canParse");
  module.function<update>("update");
  module.function<format>("format");
  module.function<domain_to_ascii>("domainToASCII");
  module.function<domain_to_unicode>("domainToUnicode");
  module.function<idna_to_ascii>("idnaToASCII");
  module.function<idna_to_unicode>("idnaToUnicode");
}

}  // namespace vireo::url
