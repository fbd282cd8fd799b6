// The native half of URL: the parser of the URL standard (ada), IDNA, and file URL helpers.
#include <ada.h>
#include <simdutf.h>

#include <cstring>
#include <optional>
#include <string>

#include "bind/bind.h"
#include "engine/environment.h"

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

/// The text of a string, in place where that is ASCII already (nearly always), copied where not. V8's heap must be left
/// alone while this lives.
class Text {
 public:
  Text(v8::Isolate* isolate, v8::Local<v8::String> string) : view_(isolate, string) {
    if (view_.is_one_byte()) {
      const char* data = reinterpret_cast<const char*>(view_.data8());
      if (simdutf::validate_ascii(data, view_.length())) {
        text_ = {data, view_.length()};
        return;
      }
      copy_.resize(simdutf::utf8_length_from_latin1(data, view_.length()));
      (void)simdutf::convert_latin1_to_utf8(data, view_.length(), copy_.data());
    } else {
      const char16_t* units = reinterpret_cast<const char16_t*>(view_.data16());
      copy_.resize(simdutf::utf8_length_from_utf16le_with_replacement(units, view_.length()).count);
      (void)simdutf::convert_utf16le_to_utf8_with_replacement(units, view_.length(), copy_.data());
    }
    text_ = copy_;
  }
  operator std::string_view() const { return text_; }

 private:
  v8::String::ValueView view_;
  std::string copy_;
  std::string_view text_;
};

/// The base that was used last: a server resolves every request's target against the same one.
struct LastBase {
  explicit LastBase(Environment&) {}
  std::string text;
  std::optional<Url> url;

  const Url* parse(std::string_view base) {
    if (url && text == base) return &*url;
    auto parsed = ada::parse<Url>(base);
    if (!parsed) return nullptr;
    text = base;
    url = std::move(*parsed);
    return &*url;
  }
};

/// The href; `input` itself when that is what it says already.
v8::Local<v8::String> href_of(bind::Context& cx, const Url& url, v8::Local<v8::String> input, bool is_input) {
  return is_input ? input : bind::latin1_to_js(cx, url.get_href());
}

/// Parses `input`, against `base` when that is given; nothing when one of them is no URL.
std::optional<v8::Local<v8::String>> parse(bind::Context& cx, v8::Local<v8::String> input,
                                           std::optional<v8::Local<v8::String>> base, bind::Bytes parts) {
  std::optional<Url> url;
  bool is_input = false;
  {
    const Url* base_url = nullptr;
    if (base && (base_url = cx.env.state<LastBase>().parse(Text(cx.isolate, *base))) == nullptr) return std::nullopt;
    const Text text(cx.isolate, input);
    auto parsed = ada::parse<Url>(text, base_url);
    if (!parsed) return std::nullopt;
    is_input = parsed->get_href() == std::string_view(text);
    url = std::move(*parsed);
  }
  store(*url, parts);
  return href_of(cx, *url, input, is_input);
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
  return href_of(cx, *url, href, url->get_href() == text);
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
