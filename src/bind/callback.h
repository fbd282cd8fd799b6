// A JavaScript function kept by C++, to be called from the loop.
#pragma once

#include <initializer_list>

#include "bind/context.h"
#include "loop/async_context.h"

namespace vireo::bind {

/// Remembers the async context in which it was made and calls through the callback scope. Movable, not copyable.
class Callback {
 public:
  Callback() = default;
  Callback(Context& cx, v8::Local<v8::Function> function);

  explicit operator bool() const { return !function_.IsEmpty(); }

  /// Calls with the given values; errors are reported as uncaught. Empty when it threw.
  v8::MaybeLocal<v8::Value> call(std::initializer_list<v8::Local<v8::Value>> args = {}) const;
  [[nodiscard]] v8::Local<v8::Function> function(v8::Isolate* isolate) const { return function_.Get(isolate); }
  void reset() { function_.Reset(); }

 private:
  Environment* env_ = nullptr;
  v8::Global<v8::Function> function_;
  loop::AsyncContext async_context_;
};

}  // namespace vireo::bind
