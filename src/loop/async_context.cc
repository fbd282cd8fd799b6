#include "loop/async_context.h"

#include "bind/context.h"
#include "engine/environment.h"

namespace vireo::loop {

namespace {

/// Calls one of the functions of async/hooks_internal. They end the process by themselves when a hook throws.
v8::MaybeLocal<v8::Value> call(Environment& env, Hook hook, std::initializer_list<v8::Local<v8::Value>> args) {
  v8::Local<v8::Function> function = env.hook(hook);
  if (function.IsEmpty() || !env.can_call_into_js()) return {};
  v8::TryCatch try_catch(env.isolate());
  return function->Call(env.context(), v8::Undefined(env.isolate()), static_cast<int>(args.size()),
                        const_cast<v8::Local<v8::Value>*>(args.begin()));
}

}  // namespace

void AsyncContext::announce(Environment& env, const char* type, v8::Local<v8::Object> resource) {
  if (!env.async_hooks_enabled() || is_announced()) return;
  v8::Isolate* isolate = env.isolate();
  v8::HandleScope scope(isolate);
  if (resource.IsEmpty()) resource = v8::Object::New(isolate);
  resource_.Reset(isolate, resource);
  v8::Local<v8::Value> trigger = v8::Undefined(isolate);
  if (const AsyncContext* source = env.default_trigger(); source != nullptr && source->is_announced())
    trigger = source->resource_.Get(isolate);
  (void)call(env, Hook::kAsyncInit, {bind::name(isolate, type), resource, trigger});
}

void AsyncContext::retire(Environment& env) {
  if (resource_.IsEmpty()) return;
  v8::HandleScope scope(env.isolate());
  v8::Local<v8::Object> resource = resource_.Get(env.isolate());
  resource_.Reset();
  (void)call(env, Hook::kAsyncDestroy, {resource});
}

void AsyncContext::before(Environment& env) const {
  if (!resource_.IsEmpty()) (void)call(env, Hook::kAsyncBefore, {resource_.Get(env.isolate())});
}

void AsyncContext::after(Environment& env) const {
  if (!resource_.IsEmpty()) (void)call(env, Hook::kAsyncAfter, {resource_.Get(env.isolate())});
}

TriggerScope::TriggerScope(Environment& env, const AsyncContext& source) : env_(env), previous_(env.default_trigger()) {
  env.set_default_trigger(&source);
}

TriggerScope::~TriggerScope() { env_.set_default_trigger(previous_); }

}  // namespace vireo::loop
