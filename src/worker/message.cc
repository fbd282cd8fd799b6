#include "worker/message.h"

#include <algorithm>
#include <map>

#include "engine/environment.h"
#include "worker/port.h"

namespace vireo::worker {

namespace {

enum Tag : uint32_t { kPort = 0, kObject = 1, kShared = 2 };

}  // namespace

class Message::Writer final : public v8::ValueSerializer::Delegate {
 public:
  Writer(bind::Context& cx, Message& message, const std::vector<Port*>& ports,
         const std::vector<v8::Local<v8::ArrayBuffer>>& buffers)
      : cx_(cx), messaging_(cx.env.state<Messaging>()), message_(message), ports_(ports), buffers_(buffers) {}

  /// False: an exception is pending.
  bool write(v8::Local<v8::Value> value, Bytes& out) {
    v8::ValueSerializer serializer(cx_.isolate, this);
    v8::ValueSerializer* outer = std::exchange(serializer_, &serializer);
    for (uint32_t i = 0; i < buffers_.size(); i++) serializer.TransferArrayBuffer(i, buffers_[i]);
    serializer.WriteHeader();
    const bool written = serializer.WriteValue(cx_.context, value).FromMaybe(false);
    serializer_ = outer;
    if (!written) return false;
    const auto [data, size] = serializer.Release();
    out.data.reset(data);
    out.size = size;
    return true;
  }

  void ThrowDataCloneError(v8::Local<v8::String> text) override {
    v8::Local<v8::Value> argument = text;
    v8::Local<v8::Value> error;
    if (messaging_.error.Get(cx_.isolate)->Call(cx_.context, v8::Undefined(cx_.isolate), 1, &argument).ToLocal(&error))
      cx_.isolate->ThrowException(error);
  }

  bool HasCustomHostObject(v8::Isolate*) override { return true; }

  v8::Maybe<bool> IsHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    if (object->InternalFieldCount() > 0) return v8::Just(true);
    v8::Local<v8::Value> mark;
    if (!object->Get(cx_.context, messaging_.marker.Get(cx_.isolate)).ToLocal(&mark)) return v8::Nothing<bool>();
    return v8::Just(!mark->IsUndefined());
  }

  v8::Maybe<bool> WriteHostObject(v8::Isolate*, v8::Local<v8::Object> object) override {
    if (const bind::Object* native = bind::Object::unwrap_any(object)) {
      if (std::shared_ptr<const bind::Shared> shared = native->share()) {
        serializer_->WriteUint32(kShared);
        serializer_->WriteUint32(static_cast<uint32_t>(message_.shared_.size()));
        message_.shared_.push_back(std::move(shared));
        return v8::Just(true);
      }
    }
    v8::Local<v8::Value> argument = object;
    v8::Local<v8::Value> described;
    if (!messaging_.describe.Get(cx_.isolate)
             ->Call(cx_.context, v8::Undefined(cx_.isolate), 1, &argument)
             .ToLocal(&described)) {
      return v8::Nothing<bool>();
    }
    if (described->IsArray()) {
      v8::Local<v8::Value> kind, data;
      if (!described.As<v8::Object>()->Get(cx_.context, 0).ToLocal(&kind) || !kind->IsString() ||
          !described.As<v8::Object>()->Get(cx_.context, 1).ToLocal(&data)) {
        return v8::Nothing<bool>();
      }
      HostObject host{bind::utf8_of(cx_.isolate, kind.As<v8::String>()), {}};
      if (!write(data, host.bytes)) return v8::Nothing<bool>();
      serializer_->WriteUint32(kObject);
      serializer_->WriteUint32(static_cast<uint32_t>(message_.objects_.size()));
      message_.objects_.push_back(std::move(host));
      return v8::Just(true);
    }
    auto* port = static_cast<Port*>(bind::Object::unwrap(cx_, described, bind::class_key<Port>()));
    const auto found = std::ranges::find(ports_, port);
    if (port == nullptr || found == ports_.end()) {
      ThrowDataCloneError(bind::name(cx_.isolate, "Object that needs transfer was found in message"));
      return v8::Nothing<bool>();
    }
    serializer_->WriteUint32(kPort);
    serializer_->WriteUint32(static_cast<uint32_t>(found - ports_.begin()));
    return v8::Just(true);
  }

  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate*, v8::Local<v8::SharedArrayBuffer> buffer) override {
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
    auto& stores = message_.shared_buffers_;
    const auto found = std::ranges::find(stores, store);
    if (found != stores.end()) return v8::Just(static_cast<uint32_t>(found - stores.begin()));
    stores.push_back(std::move(store));
    return v8::Just(static_cast<uint32_t>(stores.size() - 1));
  }

  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate*, v8::Local<v8::WasmModuleObject> module) override {
    message_.wasm_modules_.push_back(module->GetCompiledModule());
    return v8::Just(static_cast<uint32_t>(message_.wasm_modules_.size() - 1));
  }

 private:
  bind::Context& cx_;
  Messaging& messaging_;
  Message& message_;
  const std::vector<Port*>& ports_;
  const std::vector<v8::Local<v8::ArrayBuffer>>& buffers_;
  v8::ValueSerializer* serializer_ = nullptr;
};

class Message::Reader final : public v8::ValueDeserializer::Delegate {
 public:
  Reader(bind::Context& cx, Message& message, v8::Local<v8::Array> ports) : cx_(cx), message_(message), ports_(ports) {
    for (const auto& store : message.shared_buffers_) shared_.push_back(v8::SharedArrayBuffer::New(cx.isolate, store));
    for (const auto& shared : message.shared_) opened_.push_back(shared->open(cx));
    for (auto& store : std::exchange(message.buffers_, {}))
      buffers_.push_back(v8::ArrayBuffer::New(cx.isolate, std::move(store)));
  }

  v8::MaybeLocal<v8::Value> read(const Bytes& bytes) {
    v8::ValueDeserializer deserializer(cx_.isolate, bytes.data.get(), bytes.size, this);
    deserializer_ = &deserializer;
    for (uint32_t i = 0; i < buffers_.size(); i++) deserializer.TransferArrayBuffer(i, buffers_[i]);
    if (!deserializer.ReadHeader(cx_.context).FromMaybe(false)) return {};
    return deserializer.ReadValue(cx_.context);
  }

  void add_object(v8::Local<v8::Object> object) { objects_.push_back(object); }

  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate*) override {
    uint32_t tag = 0, number = 0;
    if (!deserializer_->ReadUint32(&tag) || !deserializer_->ReadUint32(&number)) return {};
    if (tag == kObject) {
      if (number >= objects_.size()) return {};
      return objects_[number];
    }
    if (tag == kShared) {
      if (number >= opened_.size() || !opened_[number]->IsObject()) return {};
      return opened_[number].As<v8::Object>();
    }
    v8::Local<v8::Value> port;
    if (!ports_->Get(cx_.context, number).ToLocal(&port) || !port->IsObject()) return {};
    return port.As<v8::Object>();
  }

  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate*, uint32_t id) override {
    if (id >= shared_.size()) return {};
    return shared_[id];
  }

  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, uint32_t id) override {
    if (id >= message_.wasm_modules_.size()) return {};
    return v8::WasmModuleObject::FromCompiledModule(isolate, message_.wasm_modules_[id]);
  }

 private:
  bind::Context& cx_;
  Message& message_;
  v8::Local<v8::Array> ports_;
  std::vector<v8::Local<v8::SharedArrayBuffer>> shared_;
  std::vector<v8::Local<v8::ArrayBuffer>> buffers_;
  std::vector<v8::Local<v8::Object>> objects_;
  std::vector<v8::Local<v8::Value>> opened_;
  v8::ValueDeserializer* deserializer_ = nullptr;
};

std::shared_ptr<Message> Message::write(bind::Context& cx, v8::Local<v8::Value> value, v8::Local<v8::Array> buffers,
                                        v8::Local<v8::Array> ports) {
  auto message = std::make_shared<Message>();
  std::vector<Port*> moved_ports;
  for (uint32_t i = 0; i < ports->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!ports->Get(cx.context, i).ToLocal(&item)) return nullptr;
    moved_ports.push_back(static_cast<Port*>(bind::Object::unwrap(cx, item, bind::class_key<Port>())));
  }
  std::vector<v8::Local<v8::ArrayBuffer>> moved;
  for (uint32_t i = 0; i < buffers->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!buffers->Get(cx.context, i).ToLocal(&item) || !item->IsArrayBuffer()) return nullptr;
    moved.push_back(item.As<v8::ArrayBuffer>());
  }
  Writer writer(cx, *message, moved_ports, moved);
  if (!writer.write(value, message->bytes_)) return nullptr;
  for (v8::Local<v8::ArrayBuffer> buffer : moved) {
    // The store lives on in the message; the old ArrayBuffer is empty from here on.
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
    if (!buffer->Detach(v8::Local<v8::Value>()).FromMaybe(false)) return nullptr;
    message->buffers_.push_back(std::move(store));
  }
  for (Port* port : moved_ports) {
    if (port != nullptr) message->ports_.push_back(port->give_up_end());
  }
  return message;
}

std::shared_ptr<Message> Message::closing() {
  auto message = std::make_shared<Message>();
  message->closes_ = true;
  return message;
}

bool Message::carries(const PortEnd* end) const {
  return std::ranges::any_of(ports_, [end](const auto& port) { return port->is_connected_to(end); });
}

v8::MaybeLocal<v8::Value> Message::read(bind::Context& cx, v8::Local<v8::Array>* ports) {
  auto& messaging = cx.env.state<Messaging>();
  v8::Local<v8::Array> came = v8::Array::New(cx.isolate);
  for (std::shared_ptr<PortEnd>& end : std::exchange(ports_, {})) {
    if (end == nullptr) continue;
    Port* port = bind::make<Port>(cx.env, std::move(end));
    v8::Local<v8::Value> wrapper = port->wrapper();
    port->release();
    v8::Local<v8::Value> wrapped;
    if (!messaging.wrap.Get(cx.isolate)->Call(cx.context, v8::Undefined(cx.isolate), 1, &wrapper).ToLocal(&wrapped)) {
      return {};
    }
    if (came->Set(cx.context, came->Length(), wrapped).IsNothing()) return {};
  }
  Reader reader(cx, *this, came);
  for (const HostObject& host : objects_) {
    v8::Local<v8::Value> args[2] = {bind::string_to_js(cx, host.kind), {}};
    v8::Local<v8::Value> object;
    if (!reader.read(host.bytes).ToLocal(&args[1]) ||
        !messaging.revive.Get(cx.isolate)->Call(cx.context, v8::Undefined(cx.isolate), 2, args).ToLocal(&object) ||
        !object->IsObject()) {
      return {};
    }
    reader.add_object(object.As<v8::Object>());
  }
  v8::Local<v8::Value> value;
  if (!reader.read(bytes_).ToLocal(&value)) return {};
  if (ports != nullptr) *ports = came;
  return value;
}

// --- channels and their ends
// ----------------------------------------------------------------------------------------------------------

std::pair<std::shared_ptr<PortEnd>, std::shared_ptr<PortEnd>> Channel::pair() {
  auto channel = std::make_shared<Channel>();
  auto first = std::make_shared<PortEnd>(channel);
  auto second = std::make_shared<PortEnd>(channel);
  return {std::move(first), std::move(second)};
}

std::shared_ptr<PortEnd> Channel::join(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<Channel>> channels;
  const std::lock_guard lock(mutex);
  std::erase_if(channels, [](const auto& entry) { return entry.second.expired(); });
  std::shared_ptr<Channel> channel = channels[name].lock();
  if (channel == nullptr) {
    channel = std::make_shared<Channel>(name.empty() ? std::string(1, '\0') : name);
    channels[name] = channel;
  }
  return std::make_shared<PortEnd>(std::move(channel));
}

PortEnd::PortEnd(std::shared_ptr<Channel> channel) : channel_(std::move(channel)) {
  const std::lock_guard lock(channel_->mutex_);
  channel_->ends_.push_back(this);
}

PortEnd::~PortEnd() {
  {
    const std::lock_guard lock(channel_->mutex_);
    std::erase(channel_->ends_, this);
    if (channel_->name_.empty()) {
      for (PortEnd* end : channel_->ends_) {
        end->queue_.push_back(Message::closing());
        if (end->owner_ != nullptr) end->owner_->wake();
      }
    }
  }
  // What still waits may carry ends of its own, of other channels: they go without the lock.
  queue_.clear();
}

bool PortEnd::post(const std::shared_ptr<Message>& message) {
  const std::lock_guard lock(channel_->mutex_);
  for (PortEnd* end : channel_->ends_) {
    if (end == this) continue;
    end->queue_.push_back(message);
    if (end->owner_ != nullptr) end->owner_->wake();
  }
  return channel_->ends_.size() > 1;
}

std::shared_ptr<Message> PortEnd::take(bool closing_only) {
  const std::lock_guard lock(channel_->mutex_);
  if (queue_.empty() || (closing_only && !queue_.front()->closes())) return nullptr;
  std::shared_ptr<Message> message = std::move(queue_.front());
  queue_.pop_front();
  return message;
}

size_t PortEnd::waiting() {
  const std::lock_guard lock(channel_->mutex_);
  return queue_.size();
}

void PortEnd::set_owner(Port* owner) {
  const std::lock_guard lock(channel_->mutex_);
  owner_ = owner;
  if (owner_ != nullptr && !queue_.empty()) owner_->wake();
}

}  // namespace vireo::worker
