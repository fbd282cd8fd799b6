#include "bind/object.h"

#include "engine/environment.h"

namespace vireo::bind {

namespace {
// The address that marks an internal field as ours.
alignas(8) constexpr char kTag[8] = "vireo";
}  // namespace

Object::Object(Environment& env) : env_(env) { env.add_object(this); }

Object::~Object() {
  if (external_memory_ != 0) adjust_external_memory(-external_memory_);
  if (!wrapper_.IsEmpty()) {
    v8::HandleScope scope(env_.isolate());
    wrapper_.Get(env_.isolate())->SetAlignedPointerInInternalField(kObjectField, nullptr);
    wrapper_.Reset();
  }
  env_.remove_object(this);
}

v8::Isolate* Object::isolate() const { return env_.isolate(); }

void Object::adjust_external_memory(int64_t change) {
  external_memory_ += change;
  env_.isolate()->AdjustAmountOfExternalAllocatedMemory(change);
}

v8::Local<v8::Object> Object::wrapper() {
  v8::Isolate* isolate = env_.isolate();
  if (!wrapper_.IsEmpty()) return wrapper_.Get(isolate);
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::Object> wrapper =
      env_.class_template(class_)->InstanceTemplate()->NewInstance(env_.context()).ToLocalChecked();
  attach(wrapper, class_);
  return scope.Escape(wrapper);
}

void Object::attach(v8::Local<v8::Object> wrapper, const ClassInfo* key) {
  class_ = key;
  wrapper->SetAlignedPointerInInternalField(kTagField, const_cast<char*>(kTag));
  wrapper->SetAlignedPointerInInternalField(kObjectField, this);
  wrapper_.Reset(env_.isolate(), wrapper);
  if (holds_ == 0) make_weak();
  on_attached();
}

void Object::make_weak() {
  wrapper_.SetWeak(
      this,
      [](const v8::WeakCallbackInfo<Object>& info) {
        // The wrapper is gone: forget it now, and destroy in the second pass, where destructors may do as they like.
        info.GetParameter()->wrapper_.Reset();
        info.SetSecondPassCallback([](const v8::WeakCallbackInfo<Object>& second) { delete second.GetParameter(); });
      },
      v8::WeakCallbackType::kParameter);
}

void Object::hold() {
  if (holds_++ == 0 && !wrapper_.IsEmpty()) wrapper_.ClearWeak();
}

void Object::release() {
  if (--holds_ != 0) return;
  if (wrapper_.IsEmpty() || ended_) delete this;
  else make_weak();
}

void Object::end() {
  ended_ = true;
  if (holds_ == 0) delete this;
}

Object* Object::unwrap_any(v8::Local<v8::Value> value) {
  if (!value->IsObject()) return nullptr;
  v8::Local<v8::Object> object = value.As<v8::Object>();
  if (object->InternalFieldCount() < kFieldCount) return nullptr;
  if (object->GetAlignedPointerFromInternalField(kTagField) != kTag) return nullptr;
  return unwrap_receiver(object);
}

Object* Object::unwrap(Context&, v8::Local<v8::Value> value, const ClassInfo* key) {
  Object* self = unwrap_any(value);
  if (self == nullptr) return nullptr;
  for (const ClassInfo* info = self->class_; info != nullptr; info = info->base) {
    if (info == key) return self;
  }
  return nullptr;
}

}  // namespace vireo::bind
