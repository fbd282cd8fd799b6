// The one way into JavaScript from the loop.
#pragma once

#include <v8.h>

#include "loop/async_context.h"

namespace vireo {
class Environment;
}

namespace vireo::loop {

/// Restores an async context, and at the outermost level drains microtasks and ticks when it ends.
/// Needs a HandleScope and the Environment's context entered (the loop's callbacks get both from `LoopEntry`).
class CallbackScope {
 public:
  CallbackScope(Environment& env, const AsyncContext& async_context);
  explicit CallbackScope(Environment& env);
  /// `async_context` must outlive the scope.
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

 private:
  Environment& env_;
  const AsyncContext* announced_;  // the context, when async_hooks know it
  v8::Local<v8::Value> previous_;
};

/// Calls a function inside a CallbackScope. An exception is reported as uncaught; the result is then empty.
v8::MaybeLocal<v8::Value> call_into_js(Environment& env, const AsyncContext& async_context,
                                       v8::Local<v8::Value> receiver, v8::Local<v8::Function> function, int argc,
                                       v8::Local<v8::Value>* argv);

/// What every libuv callback needs before it may touch V8: a handle scope and the Environment's context.
class LoopEntry {
 public:
  explicit LoopEntry(Environment& env);

 private:
  v8::HandleScope handles_;
  v8::Context::Scope context_;
};

}  // namespace vireo::loop
