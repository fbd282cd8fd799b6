// Arguments on their way from JavaScript. `FromJs<T>::convert` gives false when the value does not fit; the caller
// throws.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bind/bytes.h"
#include "bind/callback.h"
#include "bind/context.h"
#include "bind/object.h"

namespace vireo::bind {

template <class T>
struct FromJs;

template <>
struct FromJs<bool> {
  static constexpr const char* kExpected = "of type boolean";
  static bool convert(Context& cx, v8::Local<v8::Value> value, bool& out) {
    out = value->BooleanValue(cx.isolate);
    return true;
  }
};

template <>
struct FromJs<int32_t> {
  static constexpr const char* kExpected = "of type number";
  static bool convert(Context&, v8::Local<v8::Value> value, int32_t& out) {
    if (value->IsInt32()) {
      out = value.As<v8::Int32>()->Value();
      return true;
    }
    if (!value->IsNumber()) return false;
    const double number = value.As<v8::Number>()->Value();
    out = number >= -2147483648.0 && number <= 2147483647.0 ? static_cast<int32_t>(number) : 0;
    return true;
  }
};

template <>
struct FromJs<uint32_t> {
  static constexpr const char* kExpected = "of type number";
  static bool convert(Context&, v8::Local<v8::Value> value, uint32_t& out) {
    if (value->IsUint32()) {
      out = value.As<v8::Uint32>()->Value();
      return true;
    }
    if (!value->IsNumber()) return false;
    const double number = value.As<v8::Number>()->Value();
    out = number >= -2147483648.0 && number <= 4294967295.0 ? static_cast<uint32_t>(static_cast<int64_t>(number)) : 0;
    return true;
  }
};

template <>
struct FromJs<int64_t> {
  static constexpr const char* kExpected = "of type number or bigint";
  static bool convert(Context&, v8::Local<v8::Value> value, int64_t& out) {
    if (value->IsBigInt()) {
      out = value.As<v8::BigInt>()->Int64Value();
      return true;
    }
    if (!value->IsNumber()) return false;
    const double number = value.As<v8::Number>()->Value();
    // NaN and what does not fit become 0: JavaScript has checked the range.
    out = number >= -9223372036854775808.0 && number < 9223372036854775808.0 ? static_cast<int64_t>(number) : 0;
    return true;
  }
};

template <>
struct FromJs<uint64_t> {
  static constexpr const char* kExpected = "of type number or bigint";
  static bool convert(Context&, v8::Local<v8::Value> value, uint64_t& out) {
    if (value->IsBigInt()) {
      out = value.As<v8::BigInt>()->Uint64Value();
      return true;
    }
    if (!value->IsNumber()) return false;
    const double number = value.As<v8::Number>()->Value();
    out = number >= 0 && number < 18446744073709551616.0 ? static_cast<uint64_t>(number) : 0;
    return true;
  }
};

template <>
struct FromJs<double> {
  static constexpr const char* kExpected = "of type number";
  static bool convert(Context&, v8::Local<v8::Value> value, double& out) {
    if (!value->IsNumber()) return false;
    out = value.As<v8::Number>()->Value();
    return true;
  }
};

/// The UTF-8 of a string; lone surrogates become U+FFFD.
std::string utf8_of(v8::Isolate* isolate, v8::Local<v8::String> text);

template <>
struct FromJs<std::string> {
  static constexpr const char* kExpected = "of type string";
  static bool convert(Context& cx, v8::Local<v8::Value> value, std::string& out) {
    if (!value->IsString()) return false;
    out = utf8_of(cx.isolate, value.As<v8::String>());
    return true;
  }
};

/// Where the bytes of a view or buffer lie. False for anything else.
bool bytes_of(v8::Local<v8::Value> value, Bytes& out);

template <>
struct FromJs<Bytes> {
  static constexpr const char* kExpected = "an instance of Buffer, TypedArray, DataView or ArrayBuffer";
  static bool convert(Context&, v8::Local<v8::Value> value, Bytes& out) { return bytes_of(value, out); }
};

template <>
struct FromJs<SharedBytes> {
  static constexpr const char* kExpected = FromJs<Bytes>::kExpected;
  static bool convert(Context& cx, v8::Local<v8::Value> value, SharedBytes& out);
};

template <>
struct FromJs<Path> {
  static constexpr const char* kExpected = "of type string or an instance of Buffer";
  static bool convert(Context& cx, v8::Local<v8::Value> value, Path& out);
};

template <>
struct FromJs<Callback> {
  static constexpr const char* kExpected = "of type function";
  static bool convert(Context& cx, v8::Local<v8::Value> value, Callback& out) {
    if (!value->IsFunction()) return false;
    out = Callback(cx, value.As<v8::Function>());
    return true;
  }
};

template <class T>
struct FromJs<std::optional<T>> {
  static constexpr const char* kExpected = FromJs<T>::kExpected;
  static bool convert(Context& cx, v8::Local<v8::Value> value, std::optional<T>& out) {
    if (value->IsNullOrUndefined()) return true;
    out.emplace();
    return FromJs<T>::convert(cx, value, *out);
  }
};

template <class T>
struct FromJs<std::vector<T>> {
  static constexpr const char* kExpected = "an instance of Array";
  static bool convert(Context& cx, v8::Local<v8::Value> value, std::vector<T>& out) {
    if (!value->IsArray()) return false;
    v8::Local<v8::Array> array = value.As<v8::Array>();
    const uint32_t length = array->Length();
    out.reserve(std::min<uint32_t>(length, 4096));  // a sparse array must not reserve gigabytes
    for (uint32_t i = 0; i < length; i++) {
      v8::Local<v8::Value> element;
      T converted{};
      if (!array->Get(cx.context, i).ToLocal(&element) || !FromJs<T>::convert(cx, element, converted)) return false;
      out.push_back(std::move(converted));
    }
    return true;
  }
};

/// The object behind a wrapper of class T (or of a class bound as a T). Anything else does not convert.
template <std::derived_from<Object> T>
struct FromJs<T*> {
  static constexpr const char* kExpected = "a native object of the right class";
  static bool convert(Context& cx, v8::Local<v8::Value> value, T*& out) {
    out = static_cast<T*>(Object::unwrap(cx, value, class_key<T>()));
    return out != nullptr;
  }
};

template <class T>
struct FromJs<v8::Local<T>> {
  static constexpr const char* kExpected = "of another type";
  static bool convert(Context&, v8::Local<v8::Value> value, v8::Local<T>& out) {
    if constexpr (std::is_same_v<T, v8::Value>) {
      out = value;
      return true;
    } else {
      if (!is<T>(value)) return false;
      out = value.As<T>();
      return true;
    }
  }

 private:
  template <class U>
  static bool is(v8::Local<v8::Value> value) {
    if constexpr (std::is_same_v<U, v8::Object>) return value->IsObject();
    else if constexpr (std::is_same_v<U, v8::Function>) return value->IsFunction();
    else if constexpr (std::is_same_v<U, v8::String>) return value->IsString();
    else if constexpr (std::is_same_v<U, v8::Array>) return value->IsArray();
    else if constexpr (std::is_same_v<U, v8::Symbol>) return value->IsSymbol();
    else if constexpr (std::is_same_v<U, v8::Name>) return value->IsName();
    else if constexpr (std::is_same_v<U, v8::BigInt>) return value->IsBigInt();
    else if constexpr (std::is_same_v<U, v8::Number>) return value->IsNumber();
    else if constexpr (std::is_same_v<U, v8::Promise>) return value->IsPromise();
    else if constexpr (std::is_same_v<U, v8::ArrayBuffer>) return value->IsArrayBuffer();
    else if constexpr (std::is_same_v<U, v8::ArrayBufferView>) return value->IsArrayBufferView();
    else if constexpr (std::is_same_v<U, v8::Uint8Array>) return value->IsUint8Array();
    else if constexpr (std::is_same_v<U, v8::Uint32Array>) return value->IsUint32Array();
    else if constexpr (std::is_same_v<U, v8::Int32Array>) return value->IsInt32Array();
    else if constexpr (std::is_same_v<U, v8::Float64Array>) return value->IsFloat64Array();
    else if constexpr (std::is_same_v<U, v8::BigInt64Array>) return value->IsBigInt64Array();
    else if constexpr (std::is_same_v<U, v8::BigUint64Array>) return value->IsBigUint64Array();
    else if constexpr (std::is_same_v<U, v8::SharedArrayBuffer>) return value->IsSharedArrayBuffer();
    else if constexpr (std::is_same_v<U, v8::Map>) return value->IsMap();
    else if constexpr (std::is_same_v<U, v8::Proxy>) return value->IsProxy();
    else static_assert(sizeof(U) == 0, "add the check for this V8 type here");
  }
};

}  // namespace vireo::bind
