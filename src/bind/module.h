// Declares what a feature's C++ gives to its JavaScript. The same declaration gives the snapshot its external
// references.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bind/async.h"
#include "bind/function.h"

namespace vireo::bind {

class Module;

/// Builds one bound class: `module.class_<T>("Name").constructor<int>().method<&T::write>("write")`.
template <std::derived_from<Object> T>
class ClassBuilder {
 public:
  ClassBuilder(Module& module, const char* name);
  ~ClassBuilder();
  ClassBuilder(const ClassBuilder&) = delete;

  /// `new Name(...)` calls T(Environment&, Args...).
  template <class... Args>
  ClassBuilder& constructor();
  /// `new Name(...)` calls a static function that gives T*, or Result<T*>; arguments as for functions.
  template <auto F>
  ClassBuilder& factory();
  template <auto F>
  ClassBuilder& method(const char* name);
  /// An accessor on the prototype.
  template <auto Get>
  ClassBuilder& getter(const char* name);
  template <auto Get, auto Set>
  ClassBuilder& property(const char* name);
  /// A function on the constructor.
  template <auto F>
  ClassBuilder& static_function(const char* name);

 private:
  Module& module_;
  const char* name_;
  v8::Local<v8::FunctionTemplate> template_;
};

/// Passed to a BIND_MODULE body, once for each Environment (to make the functions) and once a process (to collect the
/// addresses that the snapshot must know).
class Module {
 public:
  template <auto F>
  void function(const char* name) {
    const v8::CFunction* fast = nullptr;
    if constexpr (FastBinding<F>::kPossible) fast = &FastBinding<F>::function();
    add_function(name, &FunctionBinding<F>::call, arity<F>(), fast);
  }

  /// The same with a V8 fast call written by hand, for hot functions on strings and bytes: `Fast` is called by
  /// optimised code where its argument types allow it (see v8-fast-api-calls.h) and must do what F does.
  template <auto F, auto Fast>
  void function(const char* name) {
    static const v8::CFunction fast = v8::CFunction::Make(Fast);
    add_function(name, &FunctionBinding<F>::call, arity<F>(), &fast);
  }

  /// `name` with a callback as last argument, `nameSync`, `namePromise`; F is blocking code that owns its arguments.
  template <auto F>
  void async(const char* name) {
    const std::string base(name);
    add_function((base + "Sync").c_str(), &FunctionBinding<F>::call, arity<F>(), nullptr);
    add_function(name, &AsyncBinding<F>::call_with_callback, arity<F>() + 1, nullptr);
    add_function((base + "Promise").c_str(), &AsyncBinding<F>::call_with_promise, arity<F>(), nullptr);
  }

  template <std::derived_from<Object> T>
  ClassBuilder<T> class_(const char* name) {
    return ClassBuilder<T>(*this, name);
  }

  void constant(const char* name, double value);
  void constant(const char* name, std::string_view value);

  /// A null-prototype object of further constants and functions: `module.group("errors").constant(...)`.
  Module group(const char* name);

  /// Runs F(Context&, Local<Object> target) when the module's object is made, for what has no declaration of its own.
  template <auto F>
  void init() {
    if (!collecting()) F(*cx_, target_);
  }

  /// An address that templates made by hand in `init` refer to.
  void external_reference(const void* address) {
    if (collecting()) references_->push_back(reinterpret_cast<intptr_t>(address));
  }

 private:
  friend class Registry;
  template <std::derived_from<Object> T>
  friend class ClassBuilder;

  Module(std::string name, std::vector<intptr_t>* references) : name_(std::move(name)), references_(references) {}
  Module(std::string name, Context* cx, v8::Local<v8::Object> target)
      : name_(std::move(name)), cx_(cx), target_(target) {}

  [[nodiscard]] bool collecting() const { return cx_ == nullptr; }

  template <auto F>
  static constexpr int arity() {
    return []<class... A>(std::tuple<A...>*) {
      return visible_count<A...>;
    }(static_cast<typename Signature<decltype(F)>::Args*>(nullptr));
  }

  void add_function(const char* name, v8::FunctionCallback callback, int length, const v8::CFunction* fast);
  v8::Local<v8::FunctionTemplate> begin_class(const char* name, const ClassInfo* key, const ClassInfo* base);
  void end_class(const char* name, v8::Local<v8::FunctionTemplate> class_template);
  v8::Local<v8::FunctionTemplate> method_template(v8::Local<v8::FunctionTemplate> owner, v8::FunctionCallback callback,
                                                  int length, bool is_static);

  std::string name_;
  Context* cx_ = nullptr;
  v8::Local<v8::Object> target_;
  std::vector<intptr_t>* references_ = nullptr;
};

/// All BIND_MODULEs of the program, in the order of their names.
class Registry {
 public:
  using Declare = void (*)(Module&);

  static void add(const char* name, Declare declare);
  /// Null-terminated, the same in every program built from the same sources.
  static const intptr_t* external_references();
  /// The object of the module `name`, made anew; empty when there is no such module.
  static v8::MaybeLocal<v8::Object> instantiate(Context& cx, std::string_view name);
  static std::vector<std::string_view> names();
  /// "module.Class" of a bound class; empty when no module declares it.
  static std::string_view class_name(const ClassInfo* key);
};

struct Registration {
  Registration(const char* name, Registry::Declare declare) { Registry::add(name, declare); }
};

#define BIND_MODULE(name)                                                                                            \
  static void vireo_declare_##name(::vireo::bind::Module& module);                                                   \
  [[maybe_unused]] static const ::vireo::bind::Registration vireo_registration_##name(#name, &vireo_declare_##name); \
  static void vireo_declare_##name(::vireo::bind::Module& module)

// --- ClassBuilder
// -------------------------------------------------------------------------------------------------------

/// Throws what calling a class without `new` throws.
void throw_needs_new(Context& cx, const ClassInfo* key);

/// `new Name(...)` for `constructor<Args...>()`.
template <class T, class... Args>
struct ConstructorBinding {
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Context cx(info.GetIsolate());
    if (!info.IsConstructCall()) { return throw_needs_new(cx, class_key<T>()); }
    with_arguments(cx, info, static_cast<std::tuple<Args...>*>(nullptr), [&](auto&&... args) {
      T* object = new T(cx.env, std::forward<decltype(args)>(args)...);
      object->attach(info.This(), class_key<T>());
    });
  }
};

/// `new Name(...)` for `factory<F>()`.
template <class T, auto F>
struct FactoryBinding {
  static void call(const v8::FunctionCallbackInfo<v8::Value>& info) {
    Context cx(info.GetIsolate());
    if (!info.IsConstructCall()) { return throw_needs_new(cx, class_key<T>()); }
    using S = Signature<decltype(F)>;
    with_arguments(cx, info, static_cast<typename S::Args*>(nullptr), [&](auto&&... args) {
      auto made = F(std::forward<decltype(args)>(args)...);
      if constexpr (IsResult<decltype(made)>::value) {
        if (!made) return made.error().throw_in(cx);
        (*made)->attach(info.This(), class_key<T>());
      } else {
        made->attach(info.This(), class_key<T>());
      }
    });
  }
};

/// A class without a constructor is made by C++ alone.
void illegal_constructor(const v8::FunctionCallbackInfo<v8::Value>& info);

template <std::derived_from<Object> T>
ClassBuilder<T>::ClassBuilder(Module& module, const char* name) : module_(module), name_(name) {
  template_ = module.begin_class(name, class_key<T>(), class_key<T>()->base);
}

template <std::derived_from<Object> T>
ClassBuilder<T>::~ClassBuilder() {
  module_.end_class(name_, template_);
}

template <std::derived_from<Object> T>
template <class... Args>
ClassBuilder<T>& ClassBuilder<T>::constructor() {
  using Binding = ConstructorBinding<T, Args...>;
  if (module_.collecting()) module_.external_reference(reinterpret_cast<const void*>(&Binding::call));
  else template_->SetCallHandler(&Binding::call);
  return *this;
}

template <std::derived_from<Object> T>
template <auto F>
ClassBuilder<T>& ClassBuilder<T>::factory() {
  using Binding = FactoryBinding<T, F>;
  if (module_.collecting()) module_.external_reference(reinterpret_cast<const void*>(&Binding::call));
  else template_->SetCallHandler(&Binding::call);
  return *this;
}

template <std::derived_from<Object> T>
template <auto F>
ClassBuilder<T>& ClassBuilder<T>::method(const char* name_text) {
  using Binding = FunctionBinding<F, T>;
  if (module_.collecting()) {
    module_.external_reference(reinterpret_cast<const void*>(&Binding::call));
  } else {
    template_->PrototypeTemplate()->Set(name(module_.cx_->isolate, name_text),
                                        module_.method_template(template_, &Binding::call, Module::arity<F>(), false));
  }
  return *this;
}

template <std::derived_from<Object> T>
template <auto F>
ClassBuilder<T>& ClassBuilder<T>::static_function(const char* name_text) {
  using Binding = FunctionBinding<F>;
  if (module_.collecting()) {
    module_.external_reference(reinterpret_cast<const void*>(&Binding::call));
  } else {
    template_->Set(name(module_.cx_->isolate, name_text),
                   module_.method_template(template_, &Binding::call, Module::arity<F>(), true));
  }
  return *this;
}

template <std::derived_from<Object> T>
template <auto Get>
ClassBuilder<T>& ClassBuilder<T>::getter(const char* name_text) {
  using Binding = FunctionBinding<Get, T>;
  if (module_.collecting()) {
    module_.external_reference(reinterpret_cast<const void*>(&Binding::call));
  } else {
    template_->PrototypeTemplate()->SetAccessorProperty(name(module_.cx_->isolate, name_text),
                                                        module_.method_template(template_, &Binding::call, 0, false));
  }
  return *this;
}

template <std::derived_from<Object> T>
template <auto Get, auto Set>
ClassBuilder<T>& ClassBuilder<T>::property(const char* name_text) {
  if (module_.collecting()) {
    module_.external_reference(reinterpret_cast<const void*>(&FunctionBinding<Get, T>::call));
    module_.external_reference(reinterpret_cast<const void*>(&FunctionBinding<Set, T>::call));
  } else {
    template_->PrototypeTemplate()->SetAccessorProperty(
        name(module_.cx_->isolate, name_text),
        module_.method_template(template_, &FunctionBinding<Get, T>::call, 0, false),
        module_.method_template(template_, &FunctionBinding<Set, T>::call, 1, false));
  }
  return *this;
}

}  // namespace vireo::bind
