#include "bind/callback.h"

#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::bind {

Callback::Callback(Context& cx, v8::Local<v8::Function> function)
    : env_(&cx.env), function_(cx.isolate, function), async_context_(loop::AsyncContext::current(cx.isolate)) {}

v8::MaybeLocal<v8::Value> Callback::call(std::initializer_list<v8::Local<v8::Value>> args) const {
  if (function_.IsEmpty()) return {};
  v8::Isolate* isolate = env_->isolate();
  return loop::call_into_js(*env_, async_context_, v8::Undefined(isolate), function_.Get(isolate),
                            static_cast<int>(args.size()), const_cast<v8::Local<v8::Value>*>(args.begin()));
}

}  // namespace vireo::bind
