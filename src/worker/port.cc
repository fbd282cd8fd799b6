#include "worker/port.h"

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::worker {

namespace {

/// Messages delivered in one turn of the loop, at least: more than waited at its start only up to here.
constexpr size_t kBatch = 1000;

}  // namespace

Port::Port(Environment& env, std::shared_ptr<PortEnd> end) : Handle(env), end_(std::move(end)) {
  uv_async_init(env.loop(), &async_, [](uv_async_t* async) { from<Port>(async)->deliver(); });
  opened(reinterpret_cast<uv_handle_t*>(&async_));
  unref();
  end_->set_owner(this);
}

Port::~Port() {
  if (end_ != nullptr) end_->set_owner(nullptr);
}

void Port::on_closed() {
  if (end_ == nullptr) return;  // given away
  end_->set_owner(nullptr);
  end_.reset();
  (void)emit(bind::name(isolate(), "onclose"), {});
}

std::shared_ptr<PortEnd> Port::give_up_end() {
  if (end_ == nullptr) return nullptr;
  end_->set_owner(nullptr);
  std::shared_ptr<PortEnd> end = std::move(end_);
  close();
  return end;
}

bind::Result<bool> Port::post(bind::Context& cx, v8::Local<v8::Value> value, v8::Local<v8::Array> buffers,
                              v8::Local<v8::Array> ports) {
  std::shared_ptr<Message> message = Message::write(cx, value, buffers, ports);
  if (message == nullptr) return bind::fail(bind::Error::pending());
  if (end_ == nullptr) return false;
  if (message->carries(end_.get())) {
    // The other end was sent to itself: the channel is lost.
    close();
    return false;
  }
  return end_->post(message);
}

void Port::start() {
  receiving_ = true;
  if (end_ != nullptr && end_->waiting() != 0 && !is_closing()) wake();
}

bool Port::deliver_one() {
  // One that is being closed still gives what has come before.
  if (end_ == nullptr || !env().can_call_into_js()) return false;
  std::shared_ptr<Message> message = end_->take(!receiving_);
  if (message == nullptr) return false;
  if (message->closes()) {
    close();
    return false;
  }
  v8::HandleScope handles(isolate());
  bind::Context cx(isolate(), env().context(), env());
  v8::Local<v8::Array> ports;
  v8::Local<v8::Value> value, error;
  {
    v8::TryCatch try_catch(isolate());
    if (!message->read(cx, &ports).ToLocal(&value)) {
      if (try_catch.HasTerminated() || !try_catch.HasCaught()) return false;
      error = try_catch.Exception();
    }
  }
  if (error.IsEmpty()) (void)emit(bind::name(isolate(), "onmessage"), {value, ports});
  else (void)emit(bind::name(isolate(), "onmessageerror"), {error});
  return true;
}

void Port::deliver() {
  if (end_ == nullptr) return;
  loop::LoopEntry entry(env());
  hold();
  size_t left = std::max(end_->waiting(), kBatch);
  while (left-- != 0 && deliver_one()) {}
  // The rest waits for its turn like everybody else.
  if (end_ != nullptr && receiving_ && !is_closing() && end_->waiting() != 0) wake();
  release();
}

void Port::drain() {
  hold();
  receiving_ = true;
  while (deliver_one()) {}
  release();
}

bind::Result<v8::Local<v8::Value>> Port::receive(bind::Context& cx) {
  v8::Local<v8::Value> nothing = v8::Undefined(cx.isolate);
  if (end_ == nullptr) return nothing;
  std::shared_ptr<Message> message = end_->take(false);
  if (message == nullptr) return nothing;
  if (message->closes()) {
    close();
    return nothing;
  }
  v8::Local<v8::Array> ports;
  v8::Local<v8::Value> value;
  if (!message->read(cx, &ports).ToLocal(&value)) return bind::fail(bind::Error::pending());
  return v8::Local<v8::Value>(v8::Array::New(cx.isolate, &value, 1));
}

bool Port::is_connected_to(const Port& other) const {
  return end_ != nullptr && other.end_ != nullptr && end_->is_connected_to(other.end_.get());
}

namespace {

/// The two native Ports of a MessageChannel.
v8::Local<v8::Value> make_channel(bind::Context& cx) {
  auto [first, second] = Channel::pair();
  v8::Local<v8::Value> ports[2];
  size_t i = 0;
  for (auto* end : {&first, &second}) {
    Port* port = bind::make<Port>(cx.env, std::move(*end));
    ports[i++] = port->wrapper();
    port->release();
  }
  return v8::Array::New(cx.isolate, ports, 2);
}

v8::Local<v8::Value> join_broadcast(bind::Context& cx, const std::string& name) {
  Port* port = bind::make<Port>(cx.env, Channel::join(name));
  v8::Local<v8::Value> wrapper = port->wrapper();
  port->release();
  return wrapper;
}

void set_hooks(bind::Context& cx, v8::Local<v8::Symbol> marker, v8::Local<v8::Function> describe,
               v8::Local<v8::Function> revive, v8::Local<v8::Function> wrap, v8::Local<v8::Function> error) {
  auto& messaging = cx.env.state<Messaging>();
  messaging.marker.Reset(cx.isolate, marker);
  messaging.describe.Reset(cx.isolate, describe);
  messaging.revive.Reset(cx.isolate, revive);
  messaging.wrap.Reset(cx.isolate, wrap);
  messaging.error.Reset(cx.isolate, error);
}

/// Writes and reads at once: structuredClone.
bind::Result<v8::Local<v8::Value>> clone(bind::Context& cx, v8::Local<v8::Value> value, v8::Local<v8::Array> buffers,
                                         v8::Local<v8::Array> ports) {
  std::shared_ptr<Message> message = Message::write(cx, value, buffers, ports);
  v8::Local<v8::Value> copy;
  if (message == nullptr || !message->read(cx, nullptr).ToLocal(&copy)) return bind::fail(bind::Error::pending());
  return copy;
}

}  // namespace

BIND_MODULE(messaging) {
  auto port = module.class_<Port>("Port");
  loop::Handle::bind_methods(port);
  port.method<&Port::post>("post")
      .method<&Port::start>("start")
      .method<&Port::stop>("stop")
      .method<&Port::drain>("drain")
      .method<&Port::receive>("receive")
      .method<&Port::is_open>("isOpen");
  module.function<make_channel>("makeChannel");
  module.function<join_broadcast>("joinBroadcast");
  module.function<set_hooks>("setHooks");
  module.function<clone>("clone");
}

}  // namespace vireo::worker
