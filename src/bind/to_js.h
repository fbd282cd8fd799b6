// Results on their way to JavaScript. A struct of a feature adds `to_js(bind::Context&, const Struct&)` beside itself.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bind/bytes.h"
#include "bind/context.h"
#include "bind/error.h"

namespace vireo::bind {

class Object;

/// A string from UTF-8; invalid sequences become U+FFFD. Over V8's limit: the empty string.
v8::Local<v8::String> string_to_js(Context& cx, std::string_view utf8);
/// A string from Latin-1 or ASCII bytes.
v8::Local<v8::String> latin1_to_js(Context& cx, std::string_view latin1);
v8::Local<v8::String> string_to_js(Context& cx, std::u16string_view utf16);
/// A Buffer that takes the bytes over.
v8::Local<v8::Value> bytes_to_js(Context& cx, OwnedBytes bytes);
v8::Local<v8::Value> object_to_js(Object& object);

inline v8::Local<v8::Value> to_js(Context& cx, bool value) { return v8::Boolean::New(cx.isolate, value); }
template <std::integral T>
  requires(!std::same_as<T, bool>)
v8::Local<v8::Value> to_js(Context& cx, T value) {
  if constexpr (sizeof(T) < 4 || std::same_as<T, int32_t>) {
    return v8::Integer::New(cx.isolate, static_cast<int32_t>(value));
  } else if constexpr (std::same_as<T, uint32_t>) {
    return v8::Integer::NewFromUnsigned(cx.isolate, value);
  } else {
    return v8::Number::New(cx.isolate, static_cast<double>(value));
  }
}
inline v8::Local<v8::Value> to_js(Context& cx, double value) { return v8::Number::New(cx.isolate, value); }
inline v8::Local<v8::Value> to_js(Context& cx, std::string_view value) { return string_to_js(cx, value); }
inline v8::Local<v8::Value> to_js(Context& cx, const std::string& value) {
  return string_to_js(cx, std::string_view(value));
}
inline v8::Local<v8::Value> to_js(Context& cx, const char* value) { return string_to_js(cx, std::string_view(value)); }
inline v8::Local<v8::Value> to_js(Context& cx, const std::u16string& value) {
  return string_to_js(cx, std::u16string_view(value));
}
inline v8::Local<v8::Value> to_js(Context& cx, OwnedBytes value) { return bytes_to_js(cx, std::move(value)); }
template <class T>
v8::Local<v8::Value> to_js(Context&, v8::Local<T> value) {
  return value;
}
template <std::derived_from<Object> T>
v8::Local<v8::Value> to_js(Context& cx, T* value) {
  if (value == nullptr) return v8::Null(cx.isolate);
  return object_to_js(*value);
}

template <class T>
v8::Local<v8::Value> to_js(Context& cx, std::optional<T> value) {
  if (!value) return v8::Undefined(cx.isolate);
  return to_js(cx, std::move(*value));
}

template <class T>
v8::Local<v8::Value> to_js(Context& cx, const std::vector<T>& values) {
  std::vector<v8::Local<v8::Value>> elements;
  elements.reserve(values.size());
  for (const T& value : values) elements.push_back(to_js(cx, value));
  return v8::Array::New(cx.isolate, elements.data(), elements.size());
}

/// Sets the result of a call. Empty: V8 has an exception pending, which goes to the caller.
template <class T>
void set_return(Context& cx, v8::ReturnValue<v8::Value> slot, v8::MaybeLocal<T> value) {
  if (v8::Local<T> result; value.ToLocal(&result)) slot.Set(result);
}

/// Scalars go without a handle.
template <class T>
void set_return(Context& cx, v8::ReturnValue<v8::Value> slot, T&& value) {
  using U = std::remove_cvref_t<T>;
  if constexpr (std::same_as<U, bool> || std::same_as<U, int32_t> || std::same_as<U, uint32_t> ||
                std::same_as<U, double>) {
    slot.Set(value);
  } else {
    slot.Set(to_js(cx, std::forward<T>(value)));
  }
}

}  // namespace vireo::bind
