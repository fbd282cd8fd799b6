// Turns an ordinary C++ function into a V8 callback: converts, checks, calls, throws.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

#include <v8-fast-api-calls.h>

#include "bind/error.h"
#include "bind/from_js.h"
#include "bind/to_js.h"

namespace vireo::bind {

/// The raw arguments, for the rare function that takes any number of them. Injected like Environment&.
using Arguments = const v8::FunctionCallbackInfo<v8::Value>;

/// Result type, argument types and class of a function or member function.
template <class F>
struct Signature;
template <class R, class... A>
struct Signature<R (*)(A...)> {
  using Result = R;
  using Class = void;
  using Args = std::tuple<A...>;
};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R (*)(A...)> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...)> {
  using Result = R;
  using Class = C;
  using Args = std::tuple<A...>;
};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) noexcept> : Signature<R (C::*)(A...)> {};
template <class R, class C, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Signature<R (C::*)(A...)> {};

template <class T>
inline constexpr bool is_injected = std::is_same_v<T, Environment&> || std::is_same_v<T, v8::Isolate*> ||
                                    std::is_same_v<T, Context&> || std::is_same_v<T, Arguments&>;

/// How many of A... stand at a position in JavaScript's argument list.
template <class... A>
inline constexpr int visible_count = (0 + ... + (is_injected<A> ? 0 : 1));

template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};

/// Throws ERR_INVALID_ARG_TYPE for the argument at `index`.
void throw_bad_argument(Context& cx, int index, const char* expected, v8::Local<v8::Value> value);

/// Hands a function's result to V8, or throws its error.
template <class R>
void deliver(Context& cx, v8::ReturnValue<v8::Value> slot, R&& result) {
  using U = std::remove_cvref_t<R>;
  if constexpr (IsResult<U>::value) {
    if (!result) {
      result.error().throw_in(cx);
    } else if constexpr (!std::is_void_v<typename U::value_type>) {
      set_return(cx, slot, std::move(*result));
    }
  } else {
    set_return(cx, slot, std::forward<R>(result));
  }
}

/// Storage for one converted argument; injected ones need none.
template <class T>
using Stored = std::conditional_t<is_injected<T>, char, std::remove_cvref_t<T>>;

/// Position in JavaScript's list of the C++ argument I.
template <class Tuple, size_t I>
consteval int js_index() {
  return []<size_t... J>(std::index_sequence<J...>) {
    return (0 + ... + (is_injected<std::tuple_element_t<J, Tuple>> ? 0 : 1));
  }(std::make_index_sequence<I>{});
}

template <class T>
bool convert_argument(Context& cx, v8::Local<v8::Value> value, int index, Stored<T>& out) {
  if constexpr (is_injected<T>) {
    return true;
  } else {
    if (FromJs<Stored<T>>::convert(cx, value, out)) [[likely]]
      return true;
    throw_bad_argument(cx, index, FromJs<Stored<T>>::kExpected, value);
    return false;
  }
}

template <class T>
decltype(auto) pass_argument(Context& cx, Arguments& info, Stored<T>& stored) {
  if constexpr (std::is_same_v<T, Environment&>) return (cx.env);
  else if constexpr (std::is_same_v<T, v8::Isolate*>) return cx.isolate;
  else if constexpr (std::is_same_v<T, Context&>) return (cx);
  else if constexpr (std::is_same_v<T, Arguments&>) return (info);
  else if constexpr (std::is_lvalue_reference_v<T>) return (stored);
  else return std::move(stored);
}

/// Converts the arguments `A...` and calls `invoke(a...)`. False when one did not convert (an exception is pending).
template <class... A, class Invoke>
bool with_arguments(Context& cx, Arguments& info, std::tuple<A...>*, Invoke&& invoke) {
  return [&]<size_t... I>(std::index_sequence<I...>) {
    using Tuple = std::tuple<A...>;
    std::tuple<Stored<A>...> stored{};
    if (!(convert_argument<A>(cx, info[js_index<Tuple, I>()], js_index<Tuple, I>(), std::get<I>(stored)) && ...))
      return false;
    invoke(pass_argument<A>(cx, info, std::get<I>(stored))...);
    return true;
  }(std::index_sequence_for<A...>{});
}

/// The V8 callback of the function or member function F; T is the bound class of a member function.
template <auto F, class T = void>
struct FunctionBinding {
  using S = Signature<decltype(F)>;

  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Context cx(info.GetIsolate());
    with_arguments(cx, info, static_cast<typename S::Args*>(nullptr), [&](auto&&... args) {
      if constexpr (std::is_void_v<typename S::Class>) {
        finish(cx, info, [&]() -> decltype(auto) { return F(std::forward<decltype(args)>(args)...); });
      } else {
        T* self = static_cast<T*>(Object::unwrap_receiver(info.This()));
        if (self == nullptr) return;  // the C++ side has ended with its Environment
        finish(cx, info, [&]() -> decltype(auto) { return (self->*F)(std::forward<decltype(args)>(args)...); });
      }
    });
  }

 private:
  template <class Call>
  static void finish(Context& cx, Arguments& info, Call&& call) {
    if constexpr (std::is_void_v<typename S::Result>) call();
    else deliver(cx, info.GetReturnValue(), call());
  }
};

/// Types that TurboFan can pass in registers.
template <class T>
inline constexpr bool is_fast =
    std::is_same_v<T, bool> || std::is_same_v<T, int32_t> || std::is_same_v<T, uint32_t> || std::is_same_v<T, double>;

/// The fast API call of F, which skips V8's callback frame, where every type allows it.
template <auto F, class S = Signature<decltype(F)>, class Args = typename S::Args>
struct FastBinding {
  static constexpr bool kPossible = false;
};
template <auto F, class S, class... A>
  requires(std::is_void_v<typename S::Class> && (std::is_void_v<typename S::Result> || is_fast<typename S::Result>) &&
           (is_fast<A> && ...))
struct FastBinding<F, S, std::tuple<A...>> {
  static constexpr bool kPossible = true;
  static typename S::Result call(v8::Local<v8::Object>, A... args) { return F(args...); }
  static const v8::CFunction& function() {
    static const v8::CFunction function = v8::CFunction::Make(&call);
    return function;
  }
};

}  // namespace vireo::bind
