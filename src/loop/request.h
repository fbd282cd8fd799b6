// Every libuv request goes through these: they keep the Environment's accounts and the async context.
#pragma once

#include <uv.h>

#include "bind/context.h"
#include "loop/async_context.h"

namespace vireo::loop {

/// Something that was started and will end exactly once. Deletes itself when it has ended.
class Request {
 public:
  explicit Request(Environment& env);
  virtual ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  [[nodiscard]] Environment& env() const { return env_; }
  [[nodiscard]] const AsyncContext& async_context() const { return async_context_; }

  /// Asks it to end early; called when the Environment ends. It must still end by its callback.
  virtual void cancel() = 0;
  /// The name that `process.getActiveResourcesInfo()` shows.
  [[nodiscard]] virtual const char* type_name() const { return "Request"; }

 protected:
  /// To be called when the request has been started, for async_hooks. `resource` may be empty.
  void announce(v8::Local<v8::Object> resource = {}) { async_context_.announce(env_, type_name(), resource); }

 private:
  friend class vireo::Environment;
  Environment& env_;
  AsyncContext async_context_;
  Request* previous_ = nullptr;
  Request* next_ = nullptr;
};

/// Blocking work on libuv's thread pool, then `after_work` on the loop's thread inside a LoopEntry (no callback scope).
class WorkRequest : public Request {
 public:
  using Request::Request;

  /// Starts it; from now on it owns itself.
  void queue();
  void cancel() override;
  [[nodiscard]] const char* type_name() const override { return "WorkRequest"; }

 protected:
  /// Runs on a thread of the pool: no V8.
  virtual void work() = 0;
  /// Runs on the loop's thread. Not called when the Environment is ending.
  virtual void after_work(bind::Context& cx) = 0;

 private:
  uv_work_t request_{};
};

}  // namespace vireo::loop
