// structuredClone: V8's serializer and deserializer in one go, with host objects passed by hand.
#include <memory>
#include <vector>

#include "bind/bind.h"

namespace vireo::web {

namespace {

/// What both halves of a clone share: everything that does not travel as bytes.
struct Baggage {
  // Globals: the serializer has handle scopes of its own.
  std::vector<v8::Global<v8::Object>> host_objects;  // clones, made by JavaScript
  std::vector<v8::Global<v8::SharedArrayBuffer>> shared_buffers;
  std::vector<v8::CompiledWasmModule> wasm_modules;
};

class Writer final : public v8::ValueSerializer::Delegate {
 public:
  Writer(bind::Context& cx, Baggage& baggage, v8::Local<v8::Symbol> marker, v8::Local<v8::Function> clone,
         v8::Local<v8::Function> make_error)
      : cx_(cx), baggage_(baggage), marker_(marker), clone_(clone), make_error_(make_error) {}

  void use(v8::ValueSerializer* serializer) { serializer_ = serializer; }

  void ThrowDataCloneError(v8::Local<v8::String> message) override {
    v8::Local<v8::Value> argument = message;
    v8::Local<v8::Value> error;
    if (make_error_->Call(cx_.context, v8::Undefined(cx_.isolate), 1, &argument).ToLocal(&error))
      cx_.isolate->ThrowException(error);
  }

  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    if (object->InternalFieldCount() > 0) return v8::Just(true);
    v8::Local<v8::Value> mark;
    if (!object->Get(cx_.context, marker_).ToLocal(&mark)) return v8::Nothing<bool>();
    return v8::Just(!mark->IsUndefined());
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    v8::Local<v8::Value> argument = object;
    v8::Local<v8::Value> made;
    if (!clone_->Call(cx_.context, v8::Undefined(cx_.isolate), 1, &argument).ToLocal(&made) || !made->IsObject())
      return v8::Nothing<bool>();
    serializer_->WriteUint32(static_cast<uint32_t>(baggage_.host_objects.size()));
    baggage_.host_objects.emplace_back(cx_.isolate, made.As<v8::Object>());
    return v8::Just(true);
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate*, v8::Local<v8::SharedArrayBuffer> buffer) override {
    for (uint32_t i = 0; i < baggage_.shared_buffers.size(); i++) {
      if (baggage_.shared_buffers[i] == buffer) return v8::Just(i);
    }
    baggage_.shared_buffers.emplace_back(cx_.isolate, buffer);
    return v8::Just(static_cast<uint32_t>(baggage_.shared_buffers.size() - 1));
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate*, v8::Local<v8::WasmModuleObject> module) override {
    baggage_.wasm_modules.push_back(module->GetCompiledModule());
    return v8::Just(static_cast<uint32_t>(baggage_.wasm_modules.size() - 1));
  }

 private:
  bind::Context& cx_;
  Baggage& baggage_;
  v8::Local<v8::Symbol> marker_;
  v8::Local<v8::Function> clone_;
  v8::Local<v8::Function> make_error_;
  v8::ValueSerializer* serializer_ = nullptr;
};

class Reader final : public v8::ValueDeserializer::Delegate {
 public:
  explicit Reader(Baggage& baggage) : baggage_(baggage) {}

  void use(v8::ValueDeserializer* deserializer) { deserializer_ = deserializer; }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override {
    uint32_t id = 0;
    if (!deserializer_->ReadUint32(&id) || id >= baggage_.host_objects.size()) return {};
    return baggage_.host_objects[id].Get(isolate);
  }
  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate* isolate, uint32_t id) override {
    if (id >= baggage_.shared_buffers.size()) return {};
    return baggage_.shared_buffers[id].Get(isolate);
  }
  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, uint32_t id) override {
    if (id >= baggage_.wasm_modules.size()) return {};
    return v8::WasmModuleObject::FromCompiledModule(isolate, baggage_.wasm_modules[id]);
  }

 private:
  Baggage& baggage_;
  v8::ValueDeserializer* deserializer_ = nullptr;
};

/// Clones `value`. `transfer` holds the ArrayBuffers to move; objects with the property `marker` and native ones are
/// given to `clone_host`, which returns their clone or throws; `make_error` makes the DataCloneError.
bind::Result<v8::Local<v8::Value>> clone(bind::Context& cx, v8::Local<v8::Value> value, v8::Local<v8::Array> transfer,
                                         v8::Local<v8::Symbol> marker, v8::Local<v8::Function> clone_host,
                                         v8::Local<v8::Function> make_error) {
  Baggage baggage;
  Writer writer(cx, baggage, marker, clone_host, make_error);
  v8::ValueSerializer serializer(cx.isolate, &writer);
  writer.use(&serializer);

  std::vector<v8::Local<v8::ArrayBuffer>> moved;
  for (uint32_t i = 0; i < transfer->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!transfer->Get(cx.context, i).ToLocal(&item) || !item->IsArrayBuffer())
      return bind::fail(bind::Error::pending());
    moved.push_back(item.As<v8::ArrayBuffer>());
    serializer.TransferArrayBuffer(i, moved.back());
  }

  serializer.WriteHeader();
  bool written = false;
  if (!serializer.WriteValue(cx.context, value).To(&written) || !written) return bind::fail(bind::Error::pending());
  const auto [data, size] = serializer.Release();
  const std::unique_ptr<uint8_t, decltype(&std::free)> bytes(data, &std::free);

  Reader reader(baggage);
  v8::ValueDeserializer deserializer(cx.isolate, bytes.get(), size, &reader);
  reader.use(&deserializer);
  for (uint32_t i = 0; i < moved.size(); i++) {
    // Both stores live on: the old ArrayBuffer is detached, the new one has the memory.
    std::shared_ptr<v8::BackingStore> store = moved[i]->GetBackingStore();
    if (!moved[i]->Detach(v8::Local<v8::Value>()).FromMaybe(false)) return bind::fail(bind::Error::pending());
    deserializer.TransferArrayBuffer(i, v8::ArrayBuffer::New(cx.isolate, std::move(store)));
  }
  v8::Local<v8::Value> copy;
  bool read = false;
  if (!deserializer.ReadHeader(cx.context).To(&read) || !read || !deserializer.ReadValue(cx.context).ToLocal(&copy)) {
    return bind::fail(bind::Error::pending());
  }
  return copy;
}

}  // namespace

BIND_MODULE(structured_clone) { module.function<clone>("clone"); }

}  // namespace vireo::web
