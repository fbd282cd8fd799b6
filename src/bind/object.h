// C++ objects with a JavaScript side.
#pragma once

#include <concepts>
#include <memory>
#include <utility>

#include "bind/context.h"

namespace vireo::bind {

/// Identity of a bound class: its address. A class bound under another says so with `using BindBase = Base;`.
struct ClassInfo {
  const ClassInfo* base;
};

template <class T>
struct ClassInfoOf;

template <class T>
constexpr const ClassInfo* class_key() {
  return &ClassInfoOf<T>::kInfo;
}

template <class T>
struct ClassInfoOf {
  static constexpr const ClassInfo* base() {
    if constexpr (requires { typename T::BindBase; }) return &ClassInfoOf<typename T::BindBase>::kInfo;
    else return nullptr;
  }
  static constexpr ClassInfo kInfo{base()};
};

/// What an object leaves in a message for other isolates: what it stands for, of no isolate. May be opened many times,
/// on many threads.
class Shared {
 public:
  Shared() = default;
  virtual ~Shared() = default;
  Shared(const Shared&) = delete;
  /// A new object in the current isolate.
  [[nodiscard]] virtual v8::Local<v8::Value> open(Context& cx) const = 0;
};

/// Base of every C++ object that JavaScript can hold. Lives as long as its wrapper, or as long as someone holds it, or
/// until its Environment ends. The wrapper of an object made in C++ comes into being when first asked for.
class Object {
 public:
  explicit Object(Environment& env);
  virtual ~Object();
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  [[nodiscard]] Environment& env() const { return env_; }
  [[nodiscard]] v8::Isolate* isolate() const;

  /// For messages; null for objects that cannot leave their isolate.
  [[nodiscard]] virtual std::shared_ptr<const Shared> share() const { return nullptr; }

  /// The JavaScript side, made if need be. Only for objects made by `make<T>` or by a constructor call.
  v8::Local<v8::Object> wrapper();
  [[nodiscard]] bool has_wrapper() const { return !wrapper_.IsEmpty(); }

  /// Keeps the wrapper (and so this) alive until the matching `release()`: while I/O is pending, while a handle is
  /// open.
  void hold();
  /// May delete `this` when there is no wrapper and no further hold.
  void release();
  /// The native side has done its work (a handle is closed, a connection gone): with the last hold, and that may be
  /// now, `this` is deleted, whatever JavaScript still holds; methods of the empty wrapper do nothing and give
  /// undefined. Otherwise the wrapper's weak handle would keep both until V8's next full collection.
  void end();

  /// The object behind `value`, or null when that is no wrapper of `key` or of a class under it.
  static Object* unwrap(Context& cx, v8::Local<v8::Value> value, const ClassInfo* key);

  /// The object behind `value`, whatever its class.
  static Object* unwrap_any(v8::Local<v8::Value> value);

  /// For the binding layer: the receiver of a method whose signature V8 has checked.
  static Object* unwrap_receiver(v8::Local<v8::Object> receiver) {
    return static_cast<Object*>(receiver->GetAlignedPointerFromInternalField(kObjectField));
  }
  void attach(v8::Local<v8::Object> wrapper, const ClassInfo* key);
  void set_class(const ClassInfo* key) { class_ = key; }

  static constexpr int kTagField = 0;
  static constexpr int kObjectField = 1;
  static constexpr int kDataField = 2;
  static constexpr int kFieldCount = 3;

 protected:
  /// Lets the wrapper keep a V8 object alive that is no JavaScript value (a script, a module). C++ then refers to it
  /// weakly: a strong reference from here would keep cycles through JavaScript forever.
  void keep_alive(v8::Local<v8::Data> data) { wrapper()->SetInternalField(kDataField, data); }
  /// The wrapper has come into being.
  virtual void on_attached() {}
  /// How much memory outside V8's heap hangs on this object, for the garbage collector.
  void adjust_external_memory(int64_t change);

 private:
  friend class vireo::Environment;
  void make_weak();

  Environment& env_;
  v8::Global<v8::Object> wrapper_;
  const ClassInfo* class_ = nullptr;
  uint32_t holds_ = 0;
  bool ended_ = false;
  int64_t external_memory_ = 0;
  // All objects of an Environment, so that it can end them.
  Object* previous_ = nullptr;
  Object* next_ = nullptr;
};

/// Makes an object from C++, without a wrapper yet, held once: balance with `release()`.
template <std::derived_from<Object> T, class... Args>
T* make(Environment& env, Args&&... args) {
  T* object = new T(env, std::forward<Args>(args)...);
  object->set_class(class_key<T>());
  object->hold();
  return object;
}

}  // namespace vireo::bind
