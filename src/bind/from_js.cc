#include "bind/from_js.h"

#include <simdutf.h>

namespace vireo::bind {

std::string utf8_of(v8::Isolate* isolate, v8::Local<v8::String> text) {
  {
    // Latin-1 strings (nearly all) are read in place; the view forbids allocation on V8's heap, which we do not do.
    v8::String::ValueView view(isolate, text);
    if (view.is_one_byte()) {
      const char* data = reinterpret_cast<const char*>(view.data8());
      const size_t length = view.length();
      if (simdutf::validate_ascii(data, length)) return {data, length};
      std::string out(simdutf::utf8_length_from_latin1(data, length), '\0');
      (void)simdutf::convert_latin1_to_utf8(data, length, out.data());
      return out;
    }
  }
  std::string out(text->Utf8LengthV2(isolate), '\0');
  text->WriteUtf8V2(isolate, out.data(), out.size(), v8::String::WriteFlags::kReplaceInvalidUtf8);
  return out;
}

bool bytes_of(v8::Local<v8::Value> value, Bytes& out) {
  if (value->IsArrayBufferView()) {
    v8::Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
    if (view->HasBuffer()) {
      // One call instead of four; what lies in a buffer is never copied.
      const v8::MemorySpan<uint8_t> contents = view->GetContents({});
      out = Bytes(contents.data(), contents.size());
      return true;
    }
    const size_t length = view->ByteLength();
    if (length == 0) {
      out = {};
      return true;
    }
    out = Bytes(static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset(), length);
    return true;
  }
  if (value->IsArrayBuffer()) {
    v8::Local<v8::ArrayBuffer> buffer = value.As<v8::ArrayBuffer>();
    out = Bytes(static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength());
    return true;
  }
  if (value->IsSharedArrayBuffer()) {
    v8::Local<v8::SharedArrayBuffer> buffer = value.As<v8::SharedArrayBuffer>();
    out = Bytes(static_cast<uint8_t*>(buffer->Data()), buffer->ByteLength());
    return true;
  }
  return false;
}

bool FromJs<SharedBytes>::convert(Context&, v8::Local<v8::Value> value, SharedBytes& out) {
  Bytes bytes;
  if (!bytes_of(value, bytes)) return false;
  std::shared_ptr<v8::BackingStore> store;
  if (value->IsArrayBufferView()) store = value.As<v8::ArrayBufferView>()->Buffer()->GetBackingStore();
  else if (value->IsArrayBuffer()) store = value.As<v8::ArrayBuffer>()->GetBackingStore();
  else store = value.As<v8::SharedArrayBuffer>()->GetBackingStore();
  out = SharedBytes(std::move(store), bytes.data(), bytes.size());
  return true;
}

bool FromJs<Path>::convert(Context& cx, v8::Local<v8::Value> value, Path& out) {
  if (value->IsString()) {
    out = Path(utf8_of(cx.isolate, value.As<v8::String>()));
    return true;
  }
  Bytes bytes;
  if (!bytes_of(value, bytes)) return false;
  out = Path(std::string(bytes.text()));
  return true;
}

}  // namespace vireo::bind
