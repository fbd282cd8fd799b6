#include "bind/to_js.h"

#include <cstring>

#include <simdutf.h>

#include "bind/object.h"
#include "engine/environment.h"

namespace vireo::bind {

v8::Local<v8::String> string_to_js(Context& cx, std::string_view utf8) {
  const int length = static_cast<int>(std::min<size_t>(utf8.size(), v8::String::kMaxLength));
  if (utf8.size() < 32 || !simdutf::validate_ascii(utf8.data(), utf8.size())) {
    return v8::String::NewFromUtf8(cx.isolate, utf8.data(), v8::NewStringType::kNormal, length)
        .FromMaybe(v8::String::Empty(cx.isolate));
  }
  return latin1_to_js(cx, utf8);
}

v8::Local<v8::String> latin1_to_js(Context& cx, std::string_view latin1) {
  const int length = static_cast<int>(std::min<size_t>(latin1.size(), v8::String::kMaxLength));
  return v8::String::NewFromOneByte(cx.isolate, reinterpret_cast<const uint8_t*>(latin1.data()),
                                    v8::NewStringType::kNormal, length)
      .FromMaybe(v8::String::Empty(cx.isolate));
}

v8::Local<v8::String> string_to_js(Context& cx, std::u16string_view utf16) {
  const int length = static_cast<int>(std::min<size_t>(utf16.size(), v8::String::kMaxLength));
  return v8::String::NewFromTwoByte(cx.isolate, reinterpret_cast<const uint16_t*>(utf16.data()),
                                    v8::NewStringType::kNormal, length)
      .FromMaybe(v8::String::Empty(cx.isolate));
}

namespace {
/// Copying into memory of V8's own costs less than making V8 own other memory, half a microsecond.
constexpr size_t kCopyBelow = 8192;
}  // namespace

v8::Local<v8::Value> bytes_to_js(Context& cx, OwnedBytes bytes) {
  const size_t size = bytes.size();
  v8::Local<v8::ArrayBuffer> buffer;
  if (size < kCopyBelow) {
    buffer = v8::ArrayBuffer::New(cx.isolate, size, v8::BackingStoreInitializationMode::kUninitialized);
    if (size != 0) std::memcpy(buffer->Data(), bytes.data(), size);
  } else {
    buffer = v8::ArrayBuffer::New(
        cx.isolate, v8::ArrayBuffer::NewBackingStore(
                        bytes.release(), size, [](void* data, size_t, void*) { std::free(data); }, nullptr));
  }
  v8::Local<v8::Uint8Array> array = v8::Uint8Array::New(buffer, 0, size);
  v8::Local<v8::Object> prototype = cx.env.buffer_prototype();
  if (!prototype.IsEmpty()) array->SetPrototypeV2(cx.context, prototype).Check();
  return array;
}

v8::Local<v8::Value> object_to_js(Object& object) { return object.wrapper(); }

}  // namespace vireo::bind
