// URLPattern (https://urlpattern.spec.whatwg.org): ada's, with V8's regular expressions.
#include <ada.h>

#include <array>

#include "bind/bind.h"

namespace vireo::url {

namespace {

/// Gives ada the engine's own regular expressions. Called on an isolate's thread with a context entered only.
class V8Regex {
 public:
  using regex_type = v8::Global<v8::RegExp>;

  static std::optional<regex_type> create_instance(std::string_view pattern, bool ignore_case) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    bind::Context cx(isolate);
    const int flags = v8::RegExp::kUnicodeSets | (ignore_case ? v8::RegExp::kIgnoreCase : 0);
    v8::TryCatch quiet(isolate);
    v8::Local<v8::RegExp> made;
    if (!v8::RegExp::New(cx.context, bind::string_to_js(cx, pattern), static_cast<v8::RegExp::Flags>(flags))
             .ToLocal(&made))
      return std::nullopt;
    return regex_type(isolate, made);
  }

  static std::optional<std::vector<std::optional<std::string>>> regex_search(std::string_view input,
                                                                             const regex_type& pattern) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    bind::Context cx(isolate);
    v8::TryCatch quiet(isolate);
    v8::Local<v8::Object> match;
    if (!pattern.Get(isolate)->Exec(cx.context, bind::string_to_js(cx, input)).ToLocal(&match) || !match->IsArray())
      return std::nullopt;
    std::vector<std::optional<std::string>> groups;
    const uint32_t length = match.As<v8::Array>()->Length();
    for (uint32_t i = 1; i < length; i++) {
      v8::Local<v8::Value> group;
      if (!match->Get(cx.context, i).ToLocal(&group)) return std::nullopt;
      if (group->IsString()) groups.emplace_back(bind::utf8_of(isolate, group.As<v8::String>()));
      else groups.emplace_back(std::nullopt);
    }
    return groups;
  }

  static bool regex_match(std::string_view input, const regex_type& pattern) {
    v8::Isolate* isolate = v8::Isolate::GetCurrent();
    bind::Context cx(isolate);
    v8::TryCatch quiet(isolate);
    v8::Local<v8::Object> match;
    return pattern.Get(isolate)->Exec(cx.context, bind::string_to_js(cx, input)).ToLocal(&match) && !match->IsNull();
  }
};

using Pattern = ada::url_pattern<V8Regex>;

/// A string, or an array of nine: protocol, username, password, hostname, port, pathname, search, hash, baseURL.
using Input = std::variant<std::string, ada::url_pattern_init>;

bool read_input(bind::Context& cx, v8::Local<v8::Value> value, Input& out) {
  if (value->IsString()) {
    out = bind::utf8_of(cx.isolate, value.As<v8::String>());
    return true;
  }
  if (!value->IsArray()) return false;
  ada::url_pattern_init init;
  const std::array<std::optional<std::string>*, 9> fields = {&init.protocol, &init.username, &init.password,
                                                             &init.hostname, &init.port,     &init.pathname,
                                                             &init.search,   &init.hash,     &init.base_url};
  for (uint32_t i = 0; i < fields.size(); i++) {
    v8::Local<v8::Value> field;
    if (!value.As<v8::Array>()->Get(cx.context, i).ToLocal(&field)) return false;
    if (field->IsString()) *fields[i] = bind::utf8_of(cx.isolate, field.As<v8::String>());
  }
  out = std::move(init);
  return true;
}

/// The same as ada takes it for matching; views into `input`.
ada::url_pattern_input as_view(const Input& input) {
  if (const auto* text = std::get_if<std::string>(&input)) return std::string_view(*text);
  return std::get<ada::url_pattern_init>(input);
}

class UrlPattern final : public bind::Object {
 public:
  UrlPattern(Environment& env, Pattern&& pattern) : Object(env), pattern_(std::move(pattern)) {}

  static bind::Result<UrlPattern*> make(bind::Context& cx, v8::Local<v8::Value> input, std::optional<std::string> base,
                                        bool ignore_case) {
    Input source;
    if (!read_input(cx, input, source)) return bind::fail(bind::Error::pending());
    std::variant<std::string_view, ada::url_pattern_init> given;
    if (auto* text = std::get_if<std::string>(&source)) given = std::string_view(*text);
    else given = std::move(std::get<ada::url_pattern_init>(source));
    const std::string_view base_view = base ? std::string_view(*base) : std::string_view();
    ada::url_pattern_options options;
    options.ignore_case = ignore_case;
    auto parsed = ada::parse_url_pattern<V8Regex>(std::move(given), base ? &base_view : nullptr, &options);
    if (!parsed) {
      return bind::fail(
          bind::Error::coded("ERR_INVALID_URL_PATTERN", "Failed to construct URLPattern", bind::ErrorType::kTypeError));
    }
    return new UrlPattern(cx.env, std::move(*parsed));
  }

  bind::Result<bool> test(bind::Context& cx, v8::Local<v8::Value> input, std::optional<std::string> base) {
    Input source;
    if (!read_input(cx, input, source)) return bind::fail(bind::Error::pending());
    const std::string_view base_view = base ? std::string_view(*base) : std::string_view();
    const auto matched = pattern_.test(as_view(source), base ? &base_view : nullptr);
    if (!matched)
      return bind::fail(
          bind::Error::coded("ERR_OPERATION_FAILED", "Failed to test URLPattern", bind::ErrorType::kTypeError));
    return *matched;
  }

  /// For each of the eight components its input and its groups in turn: [input, name, value, name, value, ...].
  bind::Result<v8::Local<v8::Value>> exec(bind::Context& cx, v8::Local<v8::Value> input,
                                          std::optional<std::string> base) {
    Input source;
    if (!read_input(cx, input, source)) return bind::fail(bind::Error::pending());
    const std::string_view base_view = base ? std::string_view(*base) : std::string_view();
    const auto matched = pattern_.exec(as_view(source), base ? &base_view : nullptr);
    if (!matched)
      return bind::fail(
          bind::Error::coded("ERR_OPERATION_FAILED", "Failed to exec URLPattern", bind::ErrorType::kTypeError));
    if (!*matched) return v8::Null(cx.isolate);
    const ada::url_pattern_result& r = **matched;
    std::vector<v8::Local<v8::Value>> components;
    for (const auto* component :
         {&r.protocol, &r.username, &r.password, &r.hostname, &r.port, &r.pathname, &r.search, &r.hash}) {
      std::vector<v8::Local<v8::Value>> flat{bind::string_to_js(cx, std::string_view(component->input))};
      for (const auto& [name, value] : component->groups) {
        flat.push_back(bind::string_to_js(cx, std::string_view(name)));
        flat.push_back(bind::to_js(cx, value));
      }
      components.push_back(v8::Array::New(cx.isolate, flat.data(), flat.size()));
    }
    return v8::Array::New(cx.isolate, components.data(), components.size());
  }

  std::vector<std::string> components() {
    std::vector<std::string> list;
    for (const std::string_view part :
         {pattern_.get_protocol(), pattern_.get_username(), pattern_.get_password(), pattern_.get_hostname(),
          pattern_.get_port(), pattern_.get_pathname(), pattern_.get_search(), pattern_.get_hash()}) {
      list.emplace_back(part);
    }
    return list;
  }

  bool has_regexp_groups() { return pattern_.has_regexp_groups(); }

 private:
  Pattern pattern_;
};

}  // namespace

BIND_MODULE(url_pattern) {
  module.class_<UrlPattern>("UrlPattern")
      .factory<&UrlPattern::make>()
      .method<&UrlPattern::test>("test")
      .method<&UrlPattern::exec>("exec")
      .method<&UrlPattern::components>("components")
      .method<&UrlPattern::has_regexp_groups>("hasRegExpGroups");
}

}  // namespace vireo::url
