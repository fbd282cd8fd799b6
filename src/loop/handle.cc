#include "loop/handle.h"

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::loop {

Handle::~Handle() {
  // Destroyed while open would leave libuv with a dangling pointer; hold()/release() make that impossible.
  if (state_ == State::kOpen || state_ == State::kClosing) std::abort();
}

void Handle::opened(uv_handle_t* handle) {
  handle_ = handle;
  handle->data = this;
  state_ = State::kOpen;
  async_context_ = AsyncContext::current(isolate());
  hold();
  env().add_handle(this);
  if (has_wrapper()) on_attached();
}

void Handle::on_attached() {
  if (state_ == State::kOpen) async_context_.announce(env(), type_name(), wrapper());
}

void Handle::close(std::optional<bind::Callback> callback) {
  if (state_ != State::kOpen) return;
  state_ = State::kClosing;
  if (callback) close_callback_ = std::move(*callback);
  uv_close(handle_, [](uv_handle_t* handle) {
    auto* self = static_cast<Handle*>(handle->data);
    self->state_ = State::kClosed;
    Environment& env = self->env();
    env.remove_handle(self);
    if (env.can_call_into_js()) {
      LoopEntry entry(env);
      self->on_closed();
      bind::Callback done = std::move(self->close_callback_);
      // One of the handle's callbacks like any other.
      if (done)
        (void)call_into_js(env, self->async_context_, self->wrapper(), done.function(env.isolate()), 0, nullptr);
    } else {
      self->on_closed();
    }
    self->async_context_.retire(env);
    self->end();  // held at least by opened()
    self->release();
  });
}

void Handle::ref() {
  if (state_ == State::kOpen) uv_ref(handle_);
}

void Handle::unref() {
  if (state_ == State::kOpen) uv_unref(handle_);
}

bool Handle::has_ref() const { return state_ == State::kOpen && uv_has_ref(handle_) != 0; }

v8::MaybeLocal<v8::Value> Handle::emit(v8::Local<v8::String> property,
                                       std::initializer_list<v8::Local<v8::Value>> args) {
  return emit_in(async_context_, property, args);
}

v8::MaybeLocal<v8::Value> Handle::emit_in(const AsyncContext& context, v8::Local<v8::String> property,
                                          std::initializer_list<v8::Local<v8::Value>> args) {
  v8::Local<v8::Object> self = wrapper();
  v8::Local<v8::Value> function;
  if (!self->Get(env().context(), property).ToLocal(&function) || !function->IsFunction()) return {};
  return call_into_js(env(), context, self, function.As<v8::Function>(), static_cast<int>(args.size()),
                      const_cast<v8::Local<v8::Value>*>(args.begin()));
}

}  // namespace vireo::loop
