#include "vm/contextify.h"

#include <array>
#include <memory>

#include "engine/environment.h"

namespace vireo::vm {

namespace {

/// Embedder slot of a context that holds its sandbox.
constexpr int kSandboxSlot = 1;
/// True in contexts that may not compile WebAssembly.
constexpr int kNoWasmSlot = 2;
/// The symbol that tells how code without a referrer imports.
constexpr int kImportSlot = 3;

v8::Local<v8::Private> context_key(v8::Isolate* isolate) {
  return v8::Private::ForApi(isolate, bind::name(isolate, "vireo:vm-global"));
}

/// The sandbox behind the global that is asked; false while the context is being made.
template <class Info>
bool sandbox_of(const Info& info, v8::Local<v8::Context>& context, v8::Local<v8::Object>& sandbox) {
  if (!info.HolderV2()->GetCreationContext(info.GetIsolate()).ToLocal(&context)) return false;
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(kSandboxSlot)) return false;
  v8::Local<v8::Value> value = context->GetEmbedderData(kSandboxSlot).template As<v8::Value>();
  if (!value->IsObject()) return false;
  sandbox = value.As<v8::Object>();
  return true;
}

v8::Local<v8::Name> name_of(v8::Isolate* /*isolate*/, v8::Local<v8::Name> name) { return name; }

v8::Local<v8::Name> name_of(v8::Isolate* isolate, uint32_t index) {
  v8::Local<v8::String> text;
  v8::Local<v8::Value> number = v8::Integer::NewFromUnsigned(isolate, index);
  if (!number->ToString(isolate->GetCurrentContext()).ToLocal(&text)) return v8::String::Empty(isolate);
  return text;
}

/// Element access must go by index.
v8::MaybeLocal<v8::Value> read(v8::Local<v8::Context> context, v8::Local<v8::Object> from, v8::Local<v8::Name> key) {
  return from->GetRealNamedProperty(context, key);
}

v8::MaybeLocal<v8::Value> read(v8::Local<v8::Context> context, v8::Local<v8::Object> from, uint32_t index) {
  if (!from->Has(context, index).FromMaybe(false)) return {};
  return from->Get(context, index);
}

template <class Key>
v8::Intercepted getter(Key key, const v8::PropertyCallbackInfo<v8::Value>& info) {
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  if (!sandbox_of(info, context, sandbox)) return v8::Intercepted::kNo;
  v8::TryCatch try_catch(info.GetIsolate());
  v8::Local<v8::Value> value;
  if (!read(context, sandbox, key).ToLocal(&value)) {
    if (!try_catch.HasCaught()) return v8::Intercepted::kNo;
    try_catch.ReThrow();
    return v8::Intercepted::kYes;
  }
  info.GetReturnValue().Set(value == sandbox ? context->Global().As<v8::Value>() : value);
  return v8::Intercepted::kYes;
}

template <class Key>
v8::Intercepted setter(Key key, v8::Local<v8::Value> value, const v8::PropertyCallbackInfo<void>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  if (!sandbox_of(info, context, sandbox)) return v8::Intercepted::kNo;
  v8::Local<v8::Name> name = name_of(isolate, key);
  const v8::Maybe<v8::PropertyAttribute> on_sandbox = sandbox->GetRealNamedPropertyAttributes(context, name);
  const v8::Maybe<v8::PropertyAttribute> on_global = context->Global()->GetRealNamedPropertyAttributes(context, name);
  const bool declared_on_sandbox = on_sandbox.IsJust();
  const bool declared_on_global = on_global.IsJust();
  const bool read_only = (declared_on_sandbox && (on_sandbox.FromJust() & v8::ReadOnly) != 0) ||
                         (declared_on_global && !declared_on_sandbox && (on_global.FromJust() & v8::ReadOnly) != 0);
  if (read_only) return v8::Intercepted::kNo;
  // Strict code may not make globals by assignment: V8 throws the ReferenceError.
  const bool is_contextual = context->Global() != info.This().template As<v8::Value>();
  if (!declared_on_sandbox && !declared_on_global && info.ShouldThrowOnError() && is_contextual && !value->IsFunction())
    return v8::Intercepted::kNo;
  if (!declared_on_sandbox && declared_on_global && name->IsSymbol()) return v8::Intercepted::kNo;
  if (sandbox->Set(context, name, value).IsNothing()) return v8::Intercepted::kYes;
  v8::Local<v8::Value> descriptor;
  if (declared_on_sandbox && sandbox->GetOwnPropertyDescriptor(context, name).ToLocal(&descriptor) &&
      descriptor->IsObject()) {
    v8::Local<v8::Object> fields = descriptor.As<v8::Object>();
    const bool accessor = fields->HasOwnProperty(context, bind::name(isolate, "get")).FromMaybe(false) ||
                          fields->HasOwnProperty(context, bind::name(isolate, "set")).FromMaybe(false);
    if (accessor) return v8::Intercepted::kYes;
  }
  // The real global gets the value, too, which keeps declarations of scripts in place.
  return v8::Intercepted::kNo;
}

template <class Key>
v8::Intercepted query(Key key, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  if (!sandbox_of(info, context, sandbox)) return v8::Intercepted::kNo;
  v8::Local<v8::Name> name = name_of(info.GetIsolate(), key);
  v8::PropertyAttribute attributes = v8::None;
  if (!sandbox->HasOwnProperty(context, name).FromMaybe(false)) return v8::Intercepted::kNo;
  if (!sandbox->GetPropertyAttributes(context, name).To(&attributes)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<int32_t>(attributes));
  return v8::Intercepted::kYes;
}

template <class Key>
v8::Intercepted descriptor(Key key, const v8::PropertyCallbackInfo<v8::Value>& info) {
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  if (!sandbox_of(info, context, sandbox)) return v8::Intercepted::kNo;
  v8::Local<v8::Name> name = name_of(info.GetIsolate(), key);
  v8::Local<v8::Value> found;
  if (!sandbox->HasOwnProperty(context, name).FromMaybe(false)) return v8::Intercepted::kNo;
  if (!sandbox->GetOwnPropertyDescriptor(context, name).ToLocal(&found)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(found);
  return v8::Intercepted::kYes;
}

template <class Key>
v8::Intercepted deleter(Key key, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  if (!sandbox_of(info, context, sandbox)) return v8::Intercepted::kNo;
  if (sandbox->Delete(context, name_of(info.GetIsolate(), key)).FromMaybe(false)) return v8::Intercepted::kNo;
  info.GetReturnValue().Set(false);
  return v8::Intercepted::kYes;
}

void copy_flags(const v8::PropertyDescriptor& from, v8::PropertyDescriptor& to) {
  if (from.has_enumerable()) to.set_enumerable(from.enumerable());
  if (from.has_configurable()) to.set_configurable(from.configurable());
}

template <class Key>
v8::Intercepted definer(Key key, const v8::PropertyDescriptor& desc, const v8::PropertyCallbackInfo<void>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  if (!sandbox_of(info, context, sandbox)) return v8::Intercepted::kNo;
  v8::Local<v8::Name> name = name_of(isolate, key);
  const v8::Maybe<v8::PropertyAttribute> on_global = context->Global()->GetRealNamedPropertyAttributes(context, name);
  const bool fixed =
      on_global.IsJust() && (on_global.FromJust() & v8::ReadOnly) != 0 && (on_global.FromJust() & v8::DontDelete) != 0;
  if (fixed) return v8::Intercepted::kNo;
  if (desc.has_get() || desc.has_set()) {
    v8::PropertyDescriptor accessor(desc.has_get() ? desc.get() : v8::Undefined(isolate).As<v8::Value>(),
                                    desc.has_set() ? desc.set() : v8::Undefined(isolate).As<v8::Value>());
    copy_flags(desc, accessor);
    (void)sandbox->DefineProperty(context, name, accessor);
  } else if (desc.has_writable()) {
    v8::PropertyDescriptor data(desc.has_value() ? desc.value() : v8::Undefined(isolate).As<v8::Value>(),
                                desc.writable());
    copy_flags(desc, data);
    (void)sandbox->DefineProperty(context, name, data);
  } else {
    v8::PropertyDescriptor data(desc.has_value() ? desc.value() : v8::Undefined(isolate).As<v8::Value>());
    copy_flags(desc, data);
    (void)sandbox->DefineProperty(context, name, data);
  }
  return v8::Intercepted::kNo;
}

void enumerate(const v8::PropertyCallbackInfo<v8::Array>& info, v8::IndexFilter indices) {
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  v8::Local<v8::Array> names;
  if (!sandbox_of(info, context, sandbox)) return;
  if (sandbox->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, v8::ALL_PROPERTIES, indices).ToLocal(&names))
    info.GetReturnValue().Set(names);
}

void named_enumerator(const v8::PropertyCallbackInfo<v8::Array>& info) {
  enumerate(info, v8::IndexFilter::kSkipIndices);
}

void indexed_enumerator(const v8::PropertyCallbackInfo<v8::Array>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context;
  v8::Local<v8::Object> sandbox;
  v8::Local<v8::Array> all;
  if (!sandbox_of(info, context, sandbox)) return;
  if (!sandbox
           ->GetPropertyNames(context, v8::KeyCollectionMode::kOwnOnly, v8::SKIP_SYMBOLS,
                              v8::IndexFilter::kIncludeIndices)
           .ToLocal(&all))
    return;
  std::vector<v8::Local<v8::Value>> indices;
  for (uint32_t i = 0; i < all->Length(); i++) {
    v8::Local<v8::Value> key;
    if (all->Get(context, i).ToLocal(&key) && key->IsUint32()) indices.push_back(key);
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, indices.data(), indices.size()));
}

/// A microtask queue that lives as long as its context (microtaskMode: 'afterEvaluate').
struct OwnedQueue {
  std::unique_ptr<v8::MicrotaskQueue> queue;
  v8::Global<v8::Context> context;
};

void hold_queue(v8::Isolate* isolate, v8::Local<v8::Context> context, std::unique_ptr<v8::MicrotaskQueue> queue) {
  auto* owned = new OwnedQueue{std::move(queue), v8::Global<v8::Context>(isolate, context)};
  owned->context.SetWeak(
      owned,
      [](const v8::WeakCallbackInfo<OwnedQueue>& info) {
        info.GetParameter()->context.Reset();
        // The queue goes when the collector is done: V8 may still look at it until then.
        info.SetSecondPassCallback([](const v8::WeakCallbackInfo<OwnedQueue>& late) { delete late.GetParameter(); });
      },
      v8::WeakCallbackType::kParameter);
}

bool may_compile_wasm(v8::Local<v8::Context> context, v8::Local<v8::String> /*source*/) {
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(kNoWasmSlot)) return true;
  return !context->GetEmbedderData(kNoWasmSlot).As<v8::Value>()->IsTrue();
}

v8::Local<v8::Context> make_context(bind::Context& cx, v8::Local<v8::ObjectTemplate> global, bool allow_strings,
                                    bool allow_wasm, bool own_queue, v8::Local<v8::Value> import_symbol) {
  std::unique_ptr<v8::MicrotaskQueue> queue;
  if (own_queue) queue = v8::MicrotaskQueue::New(cx.isolate, v8::MicrotasksPolicy::kExplicit);
  v8::Local<v8::Context> made =
      v8::Context::New(cx.isolate, nullptr, global, {}, v8::DeserializeInternalFieldsCallback(), queue.get());
  if (made.IsEmpty()) return made;
  if (queue != nullptr) hold_queue(cx.isolate, made, std::move(queue));
  made->SetSecurityToken(cx.context->GetSecurityToken());
  made->AllowCodeGenerationFromStrings(allow_strings);
  if (!allow_strings) {
    made->SetErrorMessageForCodeGenerationFromStrings(
        bind::name(cx.isolate, "Code generation from strings disallowed for this context"));
  }
  if (import_symbol->IsSymbol()) made->SetEmbedderData(kImportSlot, import_symbol);
  if (!allow_wasm) {
    cx.isolate->SetAllowWasmCodeGenerationCallback(may_compile_wasm);
    made->SetEmbedderData(kNoWasmSlot, v8::True(cx.isolate));
  }
  return made;
}

}  // namespace

bind::Result<void> contextify(bind::Context& cx, v8::Local<v8::Object> sandbox, bool allow_strings, bool allow_wasm,
                              bool own_queue, v8::Local<v8::Value> import_symbol) {
  v8::Local<v8::FunctionTemplate> global_class = v8::FunctionTemplate::New(cx.isolate);
  v8::Local<v8::ObjectTemplate> global = global_class->InstanceTemplate();
  global->SetHandler(v8::NamedPropertyHandlerConfiguration(
      getter<v8::Local<v8::Name>>, setter<v8::Local<v8::Name>>, query<v8::Local<v8::Name>>,
      deleter<v8::Local<v8::Name>>, named_enumerator, definer<v8::Local<v8::Name>>, descriptor<v8::Local<v8::Name>>));
  global->SetHandler(v8::IndexedPropertyHandlerConfiguration(getter<uint32_t>, setter<uint32_t>, query<uint32_t>,
                                                             deleter<uint32_t>, indexed_enumerator, definer<uint32_t>,
                                                             descriptor<uint32_t>));
  v8::Local<v8::Context> made = make_context(cx, global, allow_strings, allow_wasm, own_queue, import_symbol);
  if (made.IsEmpty()) return bind::fail(bind::Error::pending());
  made->SetEmbedderData(kSandboxSlot, sandbox);
  if (sandbox->SetPrivate(cx.context, context_key(cx.isolate), made->Global()).IsNothing())
    return bind::fail(bind::Error::pending());
  return {};
}

bind::Result<v8::Local<v8::Object>> vanilla_global(bind::Context& cx, bool allow_strings, bool allow_wasm,
                                                   bool own_queue, v8::Local<v8::Value> import_symbol) {
  v8::Local<v8::Context> made = make_context(cx, {}, allow_strings, allow_wasm, own_queue, import_symbol);
  if (made.IsEmpty()) return bind::fail(bind::Error::pending());
  v8::Local<v8::Object> global = made->Global();
  if (global->SetPrivate(cx.context, context_key(cx.isolate), global).IsNothing())
    return bind::fail(bind::Error::pending());
  return global;
}

v8::Local<v8::Value> import_symbol_of(v8::Local<v8::Context> context) {
  if (context->GetNumberOfEmbedderDataFields() <= static_cast<uint32_t>(kImportSlot))
    return v8::Undefined(context->GetIsolate());
  return context->GetEmbedderData(kImportSlot).As<v8::Value>();
}

v8::MaybeLocal<v8::Context> context_of(bind::Context& cx, v8::Local<v8::Object> sandbox) {
  v8::Local<v8::Value> global;
  if (!sandbox->GetPrivate(cx.context, context_key(cx.isolate)).ToLocal(&global) || !global->IsObject()) return {};
  return global.As<v8::Object>()->GetCreationContext(cx.isolate);
}

bind::Result<v8::Local<v8::Context>> context_for(bind::Context& cx, v8::Local<v8::Value> sandbox) {
  v8::Local<v8::Context> context;
  if (!sandbox->IsObject()) return cx.env.context();
  if (context_of(cx, sandbox.As<v8::Object>()).ToLocal(&context)) return context;
  return bind::fail(bind::Error::coded("ERR_INVALID_ARG_TYPE",
                                       "The \"contextifiedObject\" argument must be an vm.Context",
                                       bind::ErrorType::kTypeError));
}

}  // namespace vireo::vm
