// What timers, ticks, promises and async context ask of the loop and of V8.
#include "bind/bind.h"
#include "engine/environment.h"
#include "loop/callback_scope.h"

namespace vireo::loop {

namespace {

void use_ticks(Environment& env, v8::Local<v8::Uint8Array> info, v8::Local<v8::Function> process_ticks) {
  env.set_hook(Hook::kTickInfo, info);
  env.set_hook(Hook::kTicks, process_ticks);
}

void use_timers(Environment& env, v8::Local<v8::Function> process_timers, v8::Local<v8::Function> process_immediates,
                v8::Local<v8::Uint32Array> immediate_info) {
  env.set_hook(Hook::kTimers, process_timers);
  env.set_hook(Hook::kImmediates, process_immediates);
  env.set_hook(Hook::kImmediateInfo, immediate_info);
}

void set_promise_reject_callback(Environment& env, v8::Local<v8::Function> callback) {
  env.set_hook(Hook::kPromiseReject, callback);
}
void set_uncaught_handler(Environment& env, v8::Local<v8::Function> handler) { env.set_hook(Hook::kUncaught, handler); }

void run_microtasks(v8::Isolate* isolate) { isolate->PerformMicrotaskCheckpoint(); }
void enqueue_microtask(v8::Isolate* isolate, v8::Local<v8::Function> task) { isolate->EnqueueMicrotask(task); }

/// Whether a microtask is running: then no other can, and waiting for a promise is in vain.
bool in_microtask(v8::Isolate* isolate) { return v8::MicrotasksScope::IsRunningMicrotasks(isolate); }
bool spin_once(Environment& env) { return env.spin_once(); }
/// [0 pending, 1 fulfilled, 2 rejected; its result]
v8::Local<v8::Array> promise_state(bind::Context& cx, v8::Local<v8::Promise> promise) {
  v8::Local<v8::Value> result = v8::Undefined(cx.isolate);
  if (promise->State() != v8::Promise::kPending) result = promise->Result();
  v8::Local<v8::Value> row[] = {v8::Integer::New(cx.isolate, promise->State()), result};
  return v8::Array::New(cx.isolate, row, std::size(row));
}

/// Reports `error` as uncaught, as if it had left a callback. True when a listener handled it.
bool report_uncaught(Environment& env, v8::Isolate* isolate, v8::Local<v8::Value> error, bool from_promise) {
  v8::Local<v8::Message> message = v8::Exception::CreateMessage(isolate, error);
  return env.report_exception(error, message, from_promise);
}

void schedule_timer(Environment& env, double milliseconds) { env.schedule_timer(static_cast<int64_t>(milliseconds)); }
void toggle_timer_ref(Environment& env, bool ref) { env.set_timer_ref(ref); }
void toggle_immediate_ref(Environment& env, bool ref) { env.set_immediate_ref(ref); }
double get_loop_now(Environment& env) { return env.loop_now(); }

/// V8's own functions, which its compiler knows: reading the async context is a load, not a call.
void async_context_functions(bind::Context& cx, v8::Local<v8::Object> target) {
  v8::Local<v8::Object> extras = cx.context->GetExtrasBindingObject();
  const auto copy = [&](const char* from, const char* to) {
    v8::Local<v8::Value> function = extras->Get(cx.context, bind::name(cx.isolate, from)).ToLocalChecked();
    target->CreateDataProperty(cx.context, bind::name(cx.isolate, to), function).Check();
  };
  copy("getContinuationPreservedEmbedderData", "getContext");
  copy("setContinuationPreservedEmbedderData", "setContext");
}

/// How C++ tells async_hooks of its resources, and whether it is to.
void use_async_hooks(Environment& env, v8::Local<v8::Uint32Array> info, v8::Local<v8::Function> init,
                     v8::Local<v8::Function> before, v8::Local<v8::Function> after, v8::Local<v8::Function> destroy) {
  env.set_hook(Hook::kAsyncInfo, info);
  env.set_hook(Hook::kAsyncInit, init);
  env.set_hook(Hook::kAsyncBefore, before);
  env.set_hook(Hook::kAsyncAfter, after);
  env.set_hook(Hook::kAsyncDestroy, destroy);
}

/// Hooks on the life of promises; `undefined` takes one away.
void set_promise_hooks(bind::Context& cx, v8::Local<v8::Value> init, v8::Local<v8::Value> before,
                       v8::Local<v8::Value> after, v8::Local<v8::Value> settled) {
  const auto hook = [](v8::Local<v8::Value> value) {
    return value->IsFunction() ? value.As<v8::Function>() : v8::Local<v8::Function>();
  };
  cx.context->SetPromiseHooks(hook(init), hook(before), hook(after), hook(settled));
}

}  // namespace

BIND_MODULE(loop) {
  module.function<use_ticks>("useTicks");
  module.function<use_timers>("useTimers");
  module.function<set_promise_reject_callback>("setPromiseRejectCallback");
  module.function<set_uncaught_handler>("setUncaughtHandler");
  module.function<run_microtasks>("runMicrotasks");
  module.function<in_microtask>("inMicrotask");
  module.function<spin_once>("spinOnce");
  module.function<promise_state>("promiseState");
  module.function<enqueue_microtask>("enqueueMicrotask");
  module.function<report_uncaught>("reportUncaught");
  module.function<schedule_timer>("scheduleTimer");
  module.function<toggle_timer_ref>("toggleTimerRef");
  module.function<toggle_immediate_ref>("toggleImmediateRef");
  module.function<get_loop_now>("getLoopNow");
}

BIND_MODULE(async) {
  module.init<async_context_functions>();
  module.function<set_promise_hooks>("setPromiseHooks");
  module.function<use_async_hooks>("useAsyncHooks");
}

}  // namespace vireo::loop
