// Values on their way between threads (or within one): bytes of V8's serializer, and what cannot travel as bytes.
#pragma once

#include <v8.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bind/bind.h"

namespace vireo::worker {

class Port;
class PortEnd;

/// The JavaScript side of messages (src/worker/messaging.js): functions of one Environment.
struct Messaging {
  explicit Messaging(Environment&) {}
  v8::Global<v8::Function> describe;  ///< (object) -> [kind, data], or the native Port of a MessagePort; throws
  v8::Global<v8::Function> revive;    ///< (kind, data) -> object
  v8::Global<v8::Function> wrap;      ///< (native Port) -> MessagePort
  v8::Global<v8::Function> error;     ///< (message) -> DataCloneError
  v8::Global<v8::Symbol> marker;      ///< objects with this property go through `describe`
};

/// One serialized value with its baggage. Belongs to no isolate; read at most once if something was transferred in it.
class Message {
 public:
  /// Serializes `value`; moves `buffers` (ArrayBuffers) and `ports` (native Ports) into the message. Null: an exception
  /// is pending and nothing has been moved.
  static std::shared_ptr<Message> write(bind::Context& cx, v8::Local<v8::Value> value, v8::Local<v8::Array> buffers,
                                        v8::Local<v8::Array> ports);
  /// What ends a channel.
  static std::shared_ptr<Message> closing();

  /// The value in the current isolate; `ports` receives an array of the MessagePorts that came along.
  v8::MaybeLocal<v8::Value> read(bind::Context& cx, v8::Local<v8::Array>* ports);

  [[nodiscard]] bool closes() const { return closes_; }
  [[nodiscard]] bool carries(const PortEnd* end) const;

 private:
  class Writer;
  class Reader;

  struct Bytes {
    std::unique_ptr<uint8_t, decltype(&std::free)> data{nullptr, &std::free};
    size_t size = 0;
  };
  /// An object of ours: made by JavaScript before the value is read, for V8 runs none while it reads.
  struct HostObject {
    std::string kind;
    Bytes bytes;
  };

  Bytes bytes_;
  std::vector<HostObject> objects_;  // those within others come first
  std::vector<std::shared_ptr<const bind::Shared>> shared_;
  std::vector<std::shared_ptr<v8::BackingStore>> buffers_;
  std::vector<std::shared_ptr<v8::BackingStore>> shared_buffers_;
  std::vector<v8::CompiledWasmModule> wasm_modules_;
  std::vector<std::shared_ptr<PortEnd>> ports_;
  bool closes_ = false;
};

/// What the ends of a channel share: two of a MessageChannel, any number of a BroadcastChannel.
class Channel {
 public:
  explicit Channel(std::string name = {}) : name_(std::move(name)) {}
  /// A channel with two ends.
  static std::pair<std::shared_ptr<PortEnd>, std::shared_ptr<PortEnd>> pair();
  /// A new end of the process's channel of that name.
  static std::shared_ptr<PortEnd> join(const std::string& name);

 private:
  friend class PortEnd;
  std::mutex mutex_;
  std::vector<PortEnd*> ends_;
  std::string name_;  // empty: a pair
};

/// One end of a channel, with the messages that wait at it. Belongs to a Port, or to the message that carries it.
class PortEnd {
 public:
  explicit PortEnd(std::shared_ptr<Channel> channel);
  /// Tells the other end of a pair.
  ~PortEnd();

  /// To every other end. False when there is none.
  bool post(const std::shared_ptr<Message>& message);
  /// The next message: with `closing_only` just one that ends the channel.
  std::shared_ptr<Message> take(bool closing_only);
  [[nodiscard]] size_t waiting();
  /// Who is woken when messages come; wakes it at once if some wait. Null: nobody.
  void set_owner(Port* owner);
  /// The channel has the other end, too.
  [[nodiscard]] bool is_connected_to(const PortEnd* other) const { return channel_ == other->channel_; }

 private:
  std::shared_ptr<Channel> channel_;
  std::deque<std::shared_ptr<Message>> queue_;  // these two under the channel's mutex
  Port* owner_ = nullptr;
};

}  // namespace vireo::worker
