// Blocking C++ functions bound three ways: synchronous, with a callback, as a promise.
#pragma once

#include <optional>

#include "bind/callback.h"
#include "bind/function.h"
#include "loop/request.h"

namespace vireo::bind {

/// Argument types that may wait for another thread: nothing that points into V8's heap, no Environment.
template <class T>
inline constexpr bool is_owned = !is_injected<T> && !std::is_same_v<std::remove_cvref_t<T>, Bytes> &&
                                 !std::is_pointer_v<T> && !std::is_same_v<std::remove_cvref_t<T>, Callback>;

/// Ends a request: gives `callback(error, result)` or settles the promise.
class Completion {
 public:
  Completion(Context& cx, v8::Local<v8::Function> callback);
  explicit Completion(Context& cx);  // a promise

  [[nodiscard]] v8::Local<v8::Value> promise(Context& cx) const;
  [[nodiscard]] bool is_promise() const { return !resolver_.IsEmpty(); }
  void succeed(Context& cx, const loop::AsyncContext& async_context, v8::Local<v8::Value> result);
  void fail(Context& cx, const loop::AsyncContext& async_context, const Error& error);

 private:
  v8::Global<v8::Function> callback_;
  v8::Global<v8::Promise::Resolver> resolver_;
};

/// The name of F's requests in async_hooks and getActiveResourcesInfo(); to be specialised where it is not the file
/// system's.
template <auto F>
struct AsyncTypeName {
  static constexpr const char* kCallback = "FSReqCallback";
  static constexpr const char* kPromise = "FSReqPromise";
};

/// One call of F on its way through the thread pool.
template <auto F, class... A>
class AsyncCall final : public loop::WorkRequest {
  using R = typename Signature<decltype(F)>::Result;

 public:
  AsyncCall(Context& cx, Completion completion, std::tuple<Stored<A>...> args)
      : WorkRequest(cx.env), completion_(std::move(completion)), args_(std::move(args)) {}

 protected:
  [[nodiscard]] const char* type_name() const override {
    return completion_.is_promise() ? AsyncTypeName<F>::kPromise : AsyncTypeName<F>::kCallback;
  }

  void work() override {
    if constexpr (std::is_void_v<R>) std::apply([](auto&... args) { F(std::move(args)...); }, args_);
    else result_.emplace(std::apply([](auto&... args) { return F(std::move(args)...); }, args_));
  }

  void after_work(Context& cx) override {
    v8::Local<v8::Value> value = v8::Undefined(cx.isolate);
    if constexpr (IsResult<R>::value) {
      if (!*result_) return completion_.fail(cx, async_context(), result_->error());
      if constexpr (!std::is_void_v<typename R::value_type>) value = to_js(cx, std::move(**result_));
    } else if constexpr (!std::is_void_v<R>) {
      value = to_js(cx, std::move(*result_));
    }
    completion_.succeed(cx, async_context(), value);
  }

 private:
  Completion completion_;
  std::tuple<Stored<A>...> args_;
  std::optional<std::conditional_t<std::is_void_v<R>, char, R>> result_;
};

template <auto F, class Args = typename Signature<decltype(F)>::Args>
struct AsyncBinding;

template <auto F, class... A>
struct AsyncBinding<F, std::tuple<A...>> {
  static_assert((is_owned<A> && ...), "arguments of an async function must own what they hold");

  static void call_with_callback(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Context cx(info.GetIsolate());
    v8::Local<v8::Value> callback = info[sizeof...(A)];
    if (!callback->IsFunction()) return throw_bad_argument(cx, sizeof...(A), "of type function", callback);
    start(cx, info, [&] { return Completion(cx, callback.As<v8::Function>()); });
  }

  static void call_with_promise(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Context cx(info.GetIsolate());
    start(cx, info, [&] {
      Completion completion(cx);
      info.GetReturnValue().Set(completion.promise(cx));
      return completion;
    });
  }

 private:
  template <class MakeCompletion>
  static void start(Context& cx, Arguments& info, MakeCompletion&& make_completion) {
    with_arguments(cx, info, static_cast<std::tuple<A...>*>(nullptr), [&](auto&&... args) {
      (new AsyncCall<F, A...>(cx, make_completion(), std::tuple<Stored<A>...>(std::forward<decltype(args)>(args)...)))
          ->queue();
    });
  }
};

}  // namespace vireo::bind
