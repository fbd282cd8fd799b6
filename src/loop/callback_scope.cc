#include "loop/callback_scope.h"

#include "engine/environment.h"

namespace vireo::loop {

CallbackScope::CallbackScope(Environment& env, const AsyncContext& async_context)
    : env_(env),
      announced_(async_context.is_announced() ? &async_context : nullptr),
      previous_(async_context.enter(env.isolate())) {
  env_.callback_depth_++;
  if (announced_ != nullptr) [[unlikely]]
    announced_->before(env_);
}

CallbackScope::CallbackScope(Environment& env) : CallbackScope(env, AsyncContext()) {}

CallbackScope::~CallbackScope() {
  if (announced_ != nullptr) [[unlikely]]
    announced_->after(env_);
  if (--env_.callback_depth_ == 0) env_.drain();
  env_.isolate()->SetContinuationPreservedEmbedderData(previous_);
}

v8::MaybeLocal<v8::Value> call_into_js(Environment& env, const AsyncContext& async_context,
                                       v8::Local<v8::Value> receiver, v8::Local<v8::Function> function, int argc,
                                       v8::Local<v8::Value>* argv) {
  if (!env.can_call_into_js()) return {};
  v8::Isolate* isolate = env.isolate();
  v8::EscapableHandleScope handles(isolate);
  CallbackScope scope(env, async_context);
  v8::TryCatch try_catch(isolate);
  v8::Local<v8::Value> result;
  if (function->Call(env.context(), receiver, argc, argv).ToLocal(&result)) return handles.Escape(result);
  env.report_exception(try_catch);
  return {};
}

LoopEntry::LoopEntry(Environment& env) : handles_(env.isolate()), context_(env.context()) {}

}  // namespace vireo::loop
