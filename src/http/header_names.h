// Strings for header names: the common ones are made once an Environment.
#pragma once

#include <array>
#include <string_view>

#include "bind/bind.h"

namespace vireo::http {

/// JavaScript strings for the header names that clients send all the time. One an Environment
/// (`env.state<HeaderNames>()`).
class HeaderNames {
 public:
  explicit HeaderNames(Environment& env);

  /// `name` in lower case, internalised.
  v8::Local<v8::String> lower(std::string_view name);
  /// `name` as it was sent.
  v8::Local<v8::String> as_sent(std::string_view name);

  static constexpr size_t kSlots = 256;

 private:
  struct Entry {
    v8::Eternal<v8::String> lower;
    v8::Eternal<v8::String> train;  // Train-Case, as most clients write it
  };

  v8::Isolate* isolate_;
  std::array<Entry, kSlots> entries_;
};

/// The header block (see parser.h) as [name, value, ...], names as they were sent.
v8::Local<v8::Array> raw_headers_of(bind::Context& cx, v8::Local<v8::String> block);
/// The same with names in lower case.
v8::Local<v8::Array> headers_of(bind::Context& cx, v8::Local<v8::String> block);

}  // namespace vireo::http
