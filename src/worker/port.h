// The native side of MessagePort and BroadcastChannel: an end of a channel on an Environment's loop.
#pragma once

#include "loop/handle.h"
#include "worker/message.h"

namespace vireo::worker {

/// Calls `onmessage(value, ports)`, `onmessageerror(error)` and `onclose()` of its wrapper.
class Port final : public loop::Handle {
 public:
  Port(Environment& env, std::shared_ptr<PortEnd> end);
  ~Port() override;

  /// Serializes and sends. Gives false when nobody is there.
  bind::Result<bool> post(bind::Context& cx, v8::Local<v8::Value> value, v8::Local<v8::Array> buffers,
                          v8::Local<v8::Array> ports);
  void start();
  void stop() { receiving_ = false; }
  /// Delivers all that waits, now.
  void drain();
  /// [value] of the next message; undefined when there is none.
  bind::Result<v8::Local<v8::Value>> receive(bind::Context& cx);
  /// Whether both are ends of one channel.
  [[nodiscard]] bool is_connected_to(const Port& other) const;
  [[nodiscard]] bool is_open() const { return end_ != nullptr && !is_closing(); }

  /// Takes the end out, to be sent elsewhere; the port closes without a word.
  std::shared_ptr<PortEnd> give_up_end();

  /// From any thread, under the lock of the channel.
  void wake() { uv_async_send(&async_); }

  [[nodiscard]] const char* type_name() const override { return "MessagePort"; }

 protected:
  void on_closed() override;

 private:
  void deliver();
  /// False when nothing more is to be done.
  bool deliver_one();

  uv_async_t async_{};
  std::shared_ptr<PortEnd> end_;
  bool receiving_ = false;
};

}  // namespace vireo::worker
