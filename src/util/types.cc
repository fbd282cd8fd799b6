// What only V8 can tell of a value.
#include "bind/bind.h"

namespace vireo::util {

namespace {

using Value = v8::Local<v8::Value>;

bool IsExternal(Value value) { return value->IsExternal(); }
bool IsDate(Value value) { return value->IsDate(); }
bool IsArgumentsObject(Value value) { return value->IsArgumentsObject(); }
bool IsBigIntObject(Value value) { return value->IsBigIntObject(); }
bool IsBooleanObject(Value value) { return value->IsBooleanObject(); }
bool IsNumberObject(Value value) { return value->IsNumberObject(); }
bool IsStringObject(Value value) { return value->IsStringObject(); }
bool IsSymbolObject(Value value) { return value->IsSymbolObject(); }
bool IsBoxedPrimitive(Value value) {
  return value->IsNumberObject() || value->IsStringObject() || value->IsBooleanObject() || value->IsBigIntObject() ||
         value->IsSymbolObject();
}
bool IsNativeError(Value value) { return value->IsNativeError(); }
bool IsRegExp(Value value) { return value->IsRegExp(); }
bool IsAsyncFunction(Value value) { return value->IsAsyncFunction(); }
bool IsGeneratorFunction(Value value) { return value->IsGeneratorFunction(); }
bool IsGeneratorObject(Value value) { return value->IsGeneratorObject(); }
bool IsPromise(Value value) { return value->IsPromise(); }
bool IsMap(Value value) { return value->IsMap(); }
bool IsSet(Value value) { return value->IsSet(); }
bool IsMapIterator(Value value) { return value->IsMapIterator(); }
bool IsSetIterator(Value value) { return value->IsSetIterator(); }
bool IsWeakMap(Value value) { return value->IsWeakMap(); }
bool IsWeakSet(Value value) { return value->IsWeakSet(); }
bool IsArrayBuffer(Value value) { return value->IsArrayBuffer(); }
bool IsSharedArrayBuffer(Value value) { return value->IsSharedArrayBuffer(); }
bool IsAnyArrayBuffer(Value value) { return value->IsArrayBuffer() || value->IsSharedArrayBuffer(); }
bool IsDataView(Value value) { return value->IsDataView(); }
bool IsProxy(Value value) { return value->IsProxy(); }
bool IsModuleNamespaceObject(Value value) { return value->IsModuleNamespaceObject(); }

/// For optimised code: no frame, no handles.
template <bool (*Predicate)(Value)>
bool fast(Value, Value value) {
  return Predicate(value);
}

/// [target, handler] of a proxy (or the target alone); undefined for anything else. A revoked proxy has nulls.
Value get_proxy_details(v8::Isolate* isolate, Value value, std::optional<bool> both) {
  if (!value->IsProxy()) return v8::Undefined(isolate);
  v8::Local<v8::Proxy> proxy = value.As<v8::Proxy>();
  if (both.value_or(true)) {
    Value pair[] = {proxy->GetTarget(), proxy->GetHandler()};
    return v8::Array::New(isolate, pair, 2);
  }
  return proxy->GetTarget();
}

/// [state, result]: 0 pending, 1 fulfilled, 2 rejected.
Value get_promise_details(v8::Isolate* isolate, Value value) {
  if (!value->IsPromise()) return v8::Undefined(isolate);
  v8::Local<v8::Promise> promise = value.As<v8::Promise>();
  Value parts[] = {v8::Integer::New(isolate, promise->State()), promise->State() == v8::Promise::kPending
                                                                    ? v8::Undefined(isolate).As<v8::Value>()
                                                                    : promise->Result()};
  return v8::Array::New(isolate, parts, promise->State() == v8::Promise::kPending ? 1 : 2);
}

/// [entries, isKeyValue] of a Map, Set, weak collection or iterator, without running its code.
Value preview_entries(v8::Isolate* isolate, Value value, std::optional<bool> with_kind) {
  if (!value->IsObject()) return v8::Undefined(isolate);
  bool is_key_value = false;
  v8::Local<v8::Array> entries;
  if (!value.As<v8::Object>()->PreviewEntries(&is_key_value).ToLocal(&entries)) return v8::Undefined(isolate);
  if (!with_kind.value_or(false)) return entries;
  Value parts[] = {entries, v8::Boolean::New(isolate, is_key_value)};
  return v8::Array::New(isolate, parts, 2);
}

/// Own property keys that are no array indices. `only_enumerable` leaves out the others.
bind::Result<v8::Local<v8::Array>> get_own_non_index_properties(bind::Context& cx, v8::Local<v8::Object> object,
                                                                bool only_enumerable) {
  v8::Local<v8::Array> keys;
  const auto filter = only_enumerable ? v8::PropertyFilter::ONLY_ENUMERABLE : v8::PropertyFilter::ALL_PROPERTIES;
  if (!object->GetPropertyNames(cx.context, v8::KeyCollectionMode::kOwnOnly, filter, v8::IndexFilter::kSkipIndices)
           .ToLocal(&keys)) {
    return bind::fail(bind::Error::pending());
  }
  return keys;
}

Value get_constructor_name(v8::Local<v8::Object> object) { return object->GetConstructorName(); }

Value get_external_value(v8::Isolate* isolate, Value value) {
  return v8::BigInt::NewFromUnsigned(isolate, reinterpret_cast<uint64_t>(value.As<v8::External>()->Value()));
}

/// Frames above the caller: {functionName, scriptId, scriptName, lineNumber, columnNumber}.
Value get_call_sites(bind::Context& cx, uint32_t count) {
  v8::Local<v8::StackTrace> stack = v8::StackTrace::CurrentStackTrace(cx.isolate, static_cast<int>(count) + 1);
  v8::Local<v8::Array> sites = v8::Array::New(cx.isolate);
  for (int i = 1; i < stack->GetFrameCount(); i++) {
    v8::Local<v8::StackFrame> frame = stack->GetFrame(cx.isolate, static_cast<uint32_t>(i));
    v8::Local<v8::Object> site = v8::Object::New(cx.isolate);
    const auto set = [&](const char* key, Value value) {
      site->CreateDataProperty(cx.context, bind::name(cx.isolate, key), value).Check();
    };
    const auto text = [&](v8::Local<v8::String> value) {
      return value.IsEmpty() ? v8::String::Empty(cx.isolate) : value;
    };
    set("functionName", text(frame->GetFunctionName()));
    set("scriptId", bind::to_js(cx, std::to_string(frame->GetScriptId())));
    set("scriptName", text(frame->GetScriptName()));
    set("lineNumber", v8::Integer::New(cx.isolate, frame->GetLineNumber()));
    set("columnNumber", v8::Integer::New(cx.isolate, frame->GetColumn()));
    set("column", v8::Integer::New(cx.isolate, frame->GetColumn()));
    sites->Set(cx.context, static_cast<uint32_t>(i - 1), site).Check();
  }
  return sites;
}

}  // namespace

BIND_MODULE(types) {
  module.function<IsExternal, fast<IsExternal>>("isExternal");
  module.function<IsDate, fast<IsDate>>("isDate");
  module.function<IsArgumentsObject, fast<IsArgumentsObject>>("isArgumentsObject");
  module.function<IsBigIntObject, fast<IsBigIntObject>>("isBigIntObject");
  module.function<IsBooleanObject, fast<IsBooleanObject>>("isBooleanObject");
  module.function<IsNumberObject, fast<IsNumberObject>>("isNumberObject");
  module.function<IsStringObject, fast<IsStringObject>>("isStringObject");
  module.function<IsSymbolObject, fast<IsSymbolObject>>("isSymbolObject");
  module.function<IsBoxedPrimitive, fast<IsBoxedPrimitive>>("isBoxedPrimitive");
  module.function<IsNativeError, fast<IsNativeError>>("isNativeError");
  module.function<IsRegExp, fast<IsRegExp>>("isRegExp");
  module.function<IsAsyncFunction, fast<IsAsyncFunction>>("isAsyncFunction");
  module.function<IsGeneratorFunction, fast<IsGeneratorFunction>>("isGeneratorFunction");
  module.function<IsGeneratorObject, fast<IsGeneratorObject>>("isGeneratorObject");
  module.function<IsPromise, fast<IsPromise>>("isPromise");
  module.function<IsMap, fast<IsMap>>("isMap");
  module.function<IsSet, fast<IsSet>>("isSet");
  module.function<IsMapIterator, fast<IsMapIterator>>("isMapIterator");
  module.function<IsSetIterator, fast<IsSetIterator>>("isSetIterator");
  module.function<IsWeakMap, fast<IsWeakMap>>("isWeakMap");
  module.function<IsWeakSet, fast<IsWeakSet>>("isWeakSet");
  module.function<IsArrayBuffer, fast<IsArrayBuffer>>("isArrayBuffer");
  module.function<IsSharedArrayBuffer, fast<IsSharedArrayBuffer>>("isSharedArrayBuffer");
  module.function<IsAnyArrayBuffer, fast<IsAnyArrayBuffer>>("isAnyArrayBuffer");
  module.function<IsDataView, fast<IsDataView>>("isDataView");
  module.function<IsProxy, fast<IsProxy>>("isProxy");
  module.function<IsModuleNamespaceObject, fast<IsModuleNamespaceObject>>("isModuleNamespaceObject");
  module.function<get_proxy_details>("getProxyDetails");
  module.function<get_promise_details>("getPromiseDetails");
  module.function<preview_entries>("previewEntries");
  module.function<get_own_non_index_properties>("getOwnNonIndexProperties");
  module.function<get_constructor_name>("getConstructorName");
  module.function<get_external_value>("getExternalValue");
  module.function<get_call_sites>("getCallSites");
}

}  // namespace vireo::util
