// v8.Serializer and v8.Deserializer: V8's own, with the hooks that JavaScript may define on them.
#include "bind/bind.h"

namespace vireo::v8_module {

namespace {

using bind::Result;

bind::Error missing_hook(const char* text) { return bind::Error::plain(text, bind::ErrorType::kTypeError); }

class Serializer final : public bind::Object, public v8::ValueSerializer::Delegate {
 public:
  explicit Serializer(Environment& env) : Object(env), serializer_(isolate(), this) {}

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    bind::Context cx(isolate());
    v8::Local<v8::Value> argument = message;
    v8::Local<v8::Value> error;
    if (call(cx, "_getDataCloneError", 1, &argument).ToLocal(&error)) cx.isolate->ThrowException(error);
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    bind::Context cx(isolate());
    v8::Local<v8::Value> hook;
    if (!wrapper()->Get(cx.context, bind::name(cx.isolate, "_writeHostObject")).ToLocal(&hook))
      return v8::Nothing<bool>();
    if (!hook->IsFunction()) return Delegate::WriteHostObject(cx.isolate, object);
    v8::Local<v8::Value> argument = object;
    if (hook.As<v8::Function>()->Call(cx.context, wrapper(), 1, &argument).IsEmpty()) return v8::Nothing<bool>();
    return v8::Just(true);
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate*, v8::Local<v8::SharedArrayBuffer> buffer) override {
    bind::Context cx(isolate());
    v8::Local<v8::Value> hook;
    if (!wrapper()->Get(cx.context, bind::name(cx.isolate, "_getSharedArrayBufferId")).ToLocal(&hook))
      return v8::Nothing<uint32_t>();
    if (!hook->IsFunction()) return Delegate::GetSharedArrayBufferId(cx.isolate, buffer);
    v8::Local<v8::Value> argument = buffer;
    v8::Local<v8::Value> id;
    if (!hook.As<v8::Function>()->Call(cx.context, wrapper(), 1, &argument).ToLocal(&id))
      return v8::Nothing<uint32_t>();
    return id->Uint32Value(cx.context);
  }

  void write_header() { serializer_.WriteHeader(); }

  Result<bool> write_value(bind::Context& cx, v8::Local<v8::Value> value) {
    bool written = false;
    if (!serializer_.WriteValue(cx.context, value).To(&written)) return bind::fail(bind::Error::pending());
    return written;
  }

  bind::OwnedBytes release_buffer() {
    const auto [data, size] = serializer_.Release();
    bind::OwnedBytes bytes(std::span<const uint8_t>(data, size));
    std::free(data);
    return bytes;
  }

  void transfer_array_buffer(bind::Context& cx, v8::Local<v8::Value> id, v8::Local<v8::ArrayBuffer> buffer) {
    serializer_.TransferArrayBuffer(id->Uint32Value(cx.context).FromMaybe(0), buffer);
  }
  void write_uint32(bind::Context& cx, v8::Local<v8::Value> value) {
    serializer_.WriteUint32(value->Uint32Value(cx.context).FromMaybe(0));
  }
  void write_uint64(bind::Context& cx, v8::Local<v8::Value> high, v8::Local<v8::Value> low) {
    const uint64_t upper = high->Uint32Value(cx.context).FromMaybe(0);
    serializer_.WriteUint64(upper << 32 | low->Uint32Value(cx.context).FromMaybe(0));
  }
  void write_double(bind::Context& cx, v8::Local<v8::Value> value) {
    serializer_.WriteDouble(value->NumberValue(cx.context).FromMaybe(0));
  }

  Result<void> write_raw_bytes(v8::Local<v8::Value> source) {
    bind::Bytes bytes;
    if (!source->IsArrayBufferView() || !bind::bytes_of(source, bytes)) {
      return bind::fail(bind::Error::coded("ERR_INVALID_ARG_TYPE", "source must be a TypedArray or a DataView",
                                           bind::ErrorType::kTypeError));
    }
    serializer_.WriteRawBytes(bytes.data(), bytes.size());
    return {};
  }

  void set_views_as_host_objects(bool value) { serializer_.SetTreatArrayBufferViewsAsHostObjects(value); }

 private:
  v8::MaybeLocal<v8::Value> call(bind::Context& cx, const char* hook_name, int count, v8::Local<v8::Value>* arguments) {
    v8::Local<v8::Value> hook;
    if (!wrapper()->Get(cx.context, bind::name(cx.isolate, hook_name)).ToLocal(&hook)) return {};
    if (!hook->IsFunction()) {
      missing_hook("serializer hook is not a function").throw_in(cx);
      return {};
    }
    return hook.As<v8::Function>()->Call(cx.context, wrapper(), count, arguments);
  }

  v8::ValueSerializer serializer_;
};

class Deserializer final : public bind::Object, public v8::ValueDeserializer::Delegate {
 public:
  Deserializer(Environment& env, bind::SharedBytes bytes)
      : Object(env), bytes_(std::move(bytes)), deserializer_(isolate(), bytes_.data(), bytes_.size(), this) {}

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate*) override {
    bind::Context cx(isolate());
    // V8 forbids JavaScript while it reads; the hook is what the user asked for.
    v8::Isolate::AllowJavascriptExecutionScope allow(cx.isolate);
    v8::Local<v8::Value> hook;
    if (!wrapper()->Get(cx.context, bind::name(cx.isolate, "_readHostObject")).ToLocal(&hook)) return {};
    if (!hook->IsFunction()) return Delegate::ReadHostObject(cx.isolate);
    v8::Local<v8::Value> object;
    if (!hook.As<v8::Function>()->Call(cx.context, wrapper(), 0, nullptr).ToLocal(&object)) return {};
    if (!object->IsObject()) {
      missing_hook("readHostObject must return an object").throw_in(cx);
      return {};
    }
    return object.As<v8::Object>();
  }

  Result<bool> read_header(bind::Context& cx) {
    bool read = false;
    if (!deserializer_.ReadHeader(cx.context).To(&read)) return bind::fail(bind::Error::pending());
    return read;
  }

  Result<v8::Local<v8::Value>> read_value(bind::Context& cx) {
    v8::Local<v8::Value> value;
    if (deserializer_.ReadValue(cx.context).ToLocal(&value)) return value;
    return bind::fail(cx.isolate->HasPendingException() ? bind::Error::pending()
                                                        : bind::Error::plain("Unable to deserialize cloned data."));
  }

  double wire_format_version() { return deserializer_.GetWireFormatVersion(); }

  Result<void> transfer_array_buffer(bind::Context& cx, v8::Local<v8::Value> id, v8::Local<v8::Value> buffer) {
    const uint32_t number = id->Uint32Value(cx.context).FromMaybe(0);
    if (buffer->IsArrayBuffer()) {
      deserializer_.TransferArrayBuffer(number, buffer.As<v8::ArrayBuffer>());
    } else if (buffer->IsSharedArrayBuffer()) {
      deserializer_.TransferSharedArrayBuffer(number, buffer.As<v8::SharedArrayBuffer>());
    } else {
      return bind::fail(bind::Error::coded("ERR_INVALID_ARG_TYPE",
                                           "arrayBuffer must be an ArrayBuffer or SharedArrayBuffer",
                                           bind::ErrorType::kTypeError));
    }
    return {};
  }

  Result<uint32_t> read_uint32() {
    uint32_t value = 0;
    if (!deserializer_.ReadUint32(&value)) return bind::fail(bind::Error::plain("ReadUint32() failed"));
    return value;
  }

  Result<std::vector<uint32_t>> read_uint64() {
    uint64_t value = 0;
    if (!deserializer_.ReadUint64(&value)) return bind::fail(bind::Error::plain("ReadUint64() failed"));
    return std::vector<uint32_t>{static_cast<uint32_t>(value >> 32), static_cast<uint32_t>(value)};
  }

  Result<double> read_double() {
    double value = 0;
    if (!deserializer_.ReadDouble(&value)) return bind::fail(bind::Error::plain("ReadDouble() failed"));
    return value;
  }

  /// Where the next `length` bytes begin in the buffer.
  Result<double> read_raw_bytes(double length) {
    const void* data = nullptr;
    if (!(length >= 0) || length > static_cast<double>(bytes_.size()) ||
        !deserializer_.ReadRawBytes(static_cast<size_t>(length), &data)) {
      return bind::fail(bind::Error::plain("ReadRawBytes() failed"));
    }
    return static_cast<double>(static_cast<const uint8_t*>(data) - bytes_.data());
  }

 private:
  bind::SharedBytes bytes_;
  v8::ValueDeserializer deserializer_;
};

}  // namespace

BIND_MODULE(serdes) {
  module.class_<Serializer>("Serializer")
      .constructor<>()
      .method<&Serializer::write_header>("writeHeader")
      .method<&Serializer::write_value>("writeValue")
      .method<&Serializer::release_buffer>("releaseBuffer")
      .method<&Serializer::transfer_array_buffer>("transferArrayBuffer")
      .method<&Serializer::write_uint32>("writeUint32")
      .method<&Serializer::write_uint64>("writeUint64")
      .method<&Serializer::write_double>("writeDouble")
      .method<&Serializer::write_raw_bytes>("writeRawBytes")
      .method<&Serializer::set_views_as_host_objects>("_setTreatArrayBufferViewsAsHostObjects");
  module.class_<Deserializer>("Deserializer")
      .constructor<bind::SharedBytes>()
      .method<&Deserializer::read_header>("readHeader")
      .method<&Deserializer::read_value>("readValue")
      .method<&Deserializer::wire_format_version>("getWireFormatVersion")
      .method<&Deserializer::transfer_array_buffer>("transferArrayBuffer")
      .method<&Deserializer::read_uint32>("readUint32")
      .method<&Deserializer::read_uint64>("readUint64")
      .method<&Deserializer::read_double>("readDouble")
      .method<&Deserializer::read_raw_bytes>("_readRawBytes");
}

}  // namespace vireo::v8_module
