// The async context of a pending operation: what AsyncLocalStorage reads when its callback runs.
#pragma once

#include <v8.h>

namespace vireo {
class Environment;
}

namespace vireo::loop {

/// V8's continuation-preserved data as it stood when the operation was started. Costs nothing while nobody uses it.
class AsyncContext {
 public:
  AsyncContext() = default;

  /// The context of the code that is running now.
  static AsyncContext current(v8::Isolate* isolate) {
    AsyncContext context;
    v8::Local<v8::Value> data = isolate->GetContinuationPreservedEmbedderData();
    if (!data->IsUndefined()) context.data_.Reset(isolate, data);
    return context;
  }

  /// Tells async_hooks, when hooks are enabled, of a new resource of this type. `resource` may be empty.
  void announce(Environment& env, const char* type, v8::Local<v8::Object> resource);
  /// Tells async_hooks that the resource is no more.
  void retire(Environment& env);
  /// Callbacks of an announced resource run between these two.
  [[nodiscard]] bool is_announced() const { return !resource_.IsEmpty(); }
  void before(Environment& env) const;
  void after(Environment& env) const;

  /// Makes it the current one; gives what stood there before.
  [[nodiscard]] v8::Local<v8::Value> enter(v8::Isolate* isolate) const {
    v8::Local<v8::Value> previous = isolate->GetContinuationPreservedEmbedderData();
    if (!data_.IsEmpty()) isolate->SetContinuationPreservedEmbedderData(data_.Get(isolate));
    else if (!previous->IsUndefined()) isolate->SetContinuationPreservedEmbedderData(v8::Undefined(isolate));
    return previous;
  }

 private:
  v8::Global<v8::Value> data_;
  v8::Global<v8::Object> resource_;
};

/// While it stands, resources are announced as triggered by `source` rather than by the code that runs: a connection by
/// its server.
class TriggerScope {
 public:
  TriggerScope(Environment& env, const AsyncContext& source);
  ~TriggerScope();
  TriggerScope(const TriggerScope&) = delete;

 private:
  Environment& env_;
  const AsyncContext* previous_;
};

}  // namespace vireo::loop
