#include "bind/async.h"

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::bind {

Completion::Completion(Context& cx, v8::Local<v8::Function> callback) : callback_(cx.isolate, callback) {}

Completion::Completion(Context& cx) : resolver_(cx.isolate, v8::Promise::Resolver::New(cx.context).ToLocalChecked()) {}

v8::Local<v8::Value> Completion::promise(Context& cx) const { return resolver_.Get(cx.isolate)->GetPromise(); }

void Completion::succeed(Context& cx, const loop::AsyncContext& async_context, v8::Local<v8::Value> result) {
  if (!resolver_.IsEmpty()) {
    loop::CallbackScope scope(cx.env, async_context);
    (void)resolver_.Get(cx.isolate)->Resolve(cx.context, result);
    return;
  }
  v8::Local<v8::Value> args[] = {v8::Null(cx.isolate), result};
  (void)loop::call_into_js(cx.env, async_context, v8::Undefined(cx.isolate), callback_.Get(cx.isolate),
                           result->IsUndefined() ? 1 : 2, args);
}

void Completion::fail(Context& cx, const loop::AsyncContext& async_context, const Error& error) {
  v8::Local<v8::Value> exception = error.to_exception(cx);
  if (!resolver_.IsEmpty()) {
    loop::CallbackScope scope(cx.env, async_context);
    (void)resolver_.Get(cx.isolate)->Reject(cx.context, exception);
    return;
  }
  (void)loop::call_into_js(cx.env, async_context, v8::Undefined(cx.isolate), callback_.Get(cx.isolate), 1, &exception);
}

}  // namespace vireo::bind
