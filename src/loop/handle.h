// Every libuv handle goes through this base: ref/unref, closing, the Environment's accounts.
#pragma once

#include <uv.h>

#include "bind/bind.h"

namespace vireo::loop {

/// A libuv handle with a JavaScript side. Alive (and its wrapper strong) from a successful `uv_*_init` until libuv has
/// closed it. A derived class embeds its uv struct and passes its address once to `opened()`.
class Handle : public bind::Object {
 public:
  explicit Handle(Environment& env) : Object(env) {}
  ~Handle() override;

  /// Closes; `on_closed()` and then `callback` are called from the loop when libuv has let go. Idempotent.
  void close(std::optional<bind::Callback> callback = std::nullopt);
  void ref();
  void unref();
  [[nodiscard]] bool has_ref() const;
  [[nodiscard]] bool is_closing() const { return state_ != State::kOpen; }

  /// The name that `process.getActiveResourcesInfo()` shows; empty: none of the program's resources.
  [[nodiscard]] virtual const char* type_name() const = 0;
  [[nodiscard]] uv_handle_t* uv_handle() const { return handle_; }

  /// Async context of the code that made this handle: its callbacks run in it.
  [[nodiscard]] const AsyncContext& async_context() const { return async_context_; }

  /// Declares `close`, `ref`, `unref`, `hasRef` on a bound class.
  template <class Builder>
  static Builder& bind_methods(Builder& builder) {
    builder.template method<&Handle::close>("close");
    builder.template method<&Handle::ref>("ref");
    builder.template method<&Handle::unref>("unref");
    builder.template method<&Handle::has_ref>("hasRef");
    return builder;
  }

 protected:
  /// To be called once libuv's init has succeeded. `handle->data` is ours from here on.
  void opened(uv_handle_t* handle);
  void on_attached() override;
  /// libuv has let go of the handle. JavaScript may be called through a callback scope.
  virtual void on_closed() {}

  template <class T, class UvHandle>
  static T* from(UvHandle* handle) {
    return static_cast<T*>(static_cast<Handle*>(handle->data));
  }

  /// Calls `wrapper()[property](args...)` through the callback scope; nothing when there is no such function.
  v8::MaybeLocal<v8::Value> emit(v8::Local<v8::String> property, std::initializer_list<v8::Local<v8::Value>> args);
  /// The same in another context than the handle's own: in that of a request.
  v8::MaybeLocal<v8::Value> emit_in(const AsyncContext& context, v8::Local<v8::String> property,
                                    std::initializer_list<v8::Local<v8::Value>> args);

 private:
  friend class vireo::Environment;
  enum class State : uint8_t { kNotOpen, kOpen, kClosing, kClosed };

  uv_handle_t* handle_ = nullptr;
  State state_ = State::kNotOpen;
  bind::Callback close_callback_;
  AsyncContext async_context_;
  Handle* previous_handle_ = nullptr;
  Handle* next_handle_ = nullptr;
};

}  // namespace vireo::loop
