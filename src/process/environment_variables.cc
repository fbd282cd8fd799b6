// process.env: an object whose properties are the environment variables of the process.
#include "process/environment_variables.h"

#include <cstdlib>
#include <mutex>
#include <string>

#include "bind/bind.h"
#include "engine/environment.h"

extern "C" char** environ;

namespace vireo::process {

namespace {

// The C library's environment belongs to the whole process, hence the one lock for all isolates.
std::mutex environment_mutex;  // NOLINT

using v8::Intercepted;
using v8::Local;
using v8::Name;
using v8::Value;

auto& own_variables(v8::Isolate* isolate) { return Environment::of(isolate).state<EnvironmentVariables>().own; }

bool read(v8::Isolate* isolate, const std::string& key, std::string& value) {
  if (const auto& own = own_variables(isolate)) {
    const auto found = own->find(key);
    if (found != own->end()) value = found->second;
    return found != own->end();
  }
  const std::scoped_lock lock(environment_mutex);
  const char* found = std::getenv(key.c_str());
  if (found == nullptr) return false;
  value = found;
  return true;
}

std::string key_of(v8::Isolate* isolate, Local<Name> property) {
  return bind::utf8_of(isolate, property.As<v8::String>());
}

/// Dates are computed from TZ, which V8 and the C library cache.
void after_change(v8::Isolate* isolate, const std::string& key) {
  if (key != "TZ") return;
  {
    const std::scoped_lock lock(environment_mutex);
    ::tzset();
  }
  isolate->DateTimeConfigurationChangeNotification(v8::Isolate::TimeZoneDetection::kRedetect);
}

Intercepted get(Local<Name> property, const v8::PropertyCallbackInfo<Value>& info) {
  if (!property->IsString()) return Intercepted::kNo;
  bind::Context cx(info.GetIsolate());
  std::string value;
  if (!read(cx.isolate, key_of(cx.isolate, property), value)) return Intercepted::kNo;
  info.GetReturnValue().Set(bind::string_to_js(cx, value));
  return Intercepted::kYes;
}

Intercepted set(Local<Name> property, Local<Value> value, const v8::PropertyCallbackInfo<void>& info) {
  bind::Context cx(info.GetIsolate());
  Local<v8::String> key;
  Local<v8::String> text;
  // Symbols throw here: "Cannot convert a Symbol value to a string".
  if (!property.As<Value>()->ToString(cx.context).ToLocal(&key) || !value->ToString(cx.context).ToLocal(&text))
    return Intercepted::kYes;
  const std::string name = bind::utf8_of(cx.isolate, key);
  // Names that the C library does not take (empty, with '=') are dropped without a word, as Node does.
  if (auto& own = own_variables(cx.isolate)) {
    (*own)[name] = bind::utf8_of(cx.isolate, text);
    return Intercepted::kYes;
  }
  if (!name.empty()) {
    const std::scoped_lock lock(environment_mutex);
    ::setenv(name.c_str(), bind::utf8_of(cx.isolate, text).c_str(), 1);
  }
  after_change(cx.isolate, name);
  return Intercepted::kYes;
}

Intercepted query(Local<Name> property, const v8::PropertyCallbackInfo<v8::Integer>& info) {
  if (!property->IsString()) return Intercepted::kNo;
  std::string value;
  if (!read(info.GetIsolate(), key_of(info.GetIsolate(), property), value)) return Intercepted::kNo;
  info.GetReturnValue().Set(static_cast<int32_t>(v8::None));
  return Intercepted::kYes;
}

Intercepted remove(Local<Name> property, const v8::PropertyCallbackInfo<v8::Boolean>& info) {
  if (property->IsString()) {
    const std::string key = key_of(info.GetIsolate(), property);
    if (auto& own = own_variables(info.GetIsolate())) {
      own->erase(key);
      info.GetReturnValue().Set(true);
      return Intercepted::kYes;
    }
    {
      const std::scoped_lock lock(environment_mutex);
      ::unsetenv(key.c_str());
    }
    after_change(info.GetIsolate(), key);
  }
  // Deleting what is not there succeeds, too.
  info.GetReturnValue().Set(true);
  return Intercepted::kYes;
}

void enumerate(const v8::PropertyCallbackInfo<v8::Array>& info) {
  bind::Context cx(info.GetIsolate());
  std::vector<std::string> names;
  if (const auto& own = own_variables(cx.isolate)) {
    for (const auto& [name, value] : *own) names.push_back(name);
  } else {
    names = environment_names();
  }
  info.GetReturnValue().Set(bind::to_js(cx, names).As<v8::Array>());
}

Intercepted define(Local<Name> property, const v8::PropertyDescriptor& descriptor,
                   const v8::PropertyCallbackInfo<void>& info) {
  bind::Context cx(info.GetIsolate());
  const auto refuse = [&](const char* message) {
    bind::Error::coded("ERR_INVALID_OBJECT_DEFINE_PROPERTY", message, bind::ErrorType::kTypeError).throw_in(cx);
    return Intercepted::kYes;
  };
  if (descriptor.has_get() || descriptor.has_set())
    return refuse("'process.env' does not accept an accessor(getter/setter) descriptor");
  if (descriptor.has_value()) {
    const bool plain = descriptor.has_configurable() && descriptor.configurable() && descriptor.has_writable() &&
                       descriptor.writable() && descriptor.has_enumerable() && descriptor.enumerable();
    if (!plain) return refuse("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
    return set(property, descriptor.value(), info);
  }
  return refuse("'process.env' only accepts a configurable, writable, and enumerable data descriptor");
}

}  // namespace

std::vector<std::string> environment_names() {
  const std::scoped_lock lock(environment_mutex);
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; entry++) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals != 0 && equals != std::string_view::npos) names.emplace_back(text.substr(0, equals));
  }
  return names;
}

v8::Local<v8::Object> make_environment_object(bind::Context& cx) {
  v8::Local<v8::FunctionTemplate> constructor = v8::FunctionTemplate::New(cx.isolate);
  v8::Local<v8::ObjectTemplate> instance = constructor->InstanceTemplate();
  instance->SetHandler(v8::NamedPropertyHandlerConfiguration(
      get, set, query, remove, enumerate, define, nullptr, Local<Value>(), v8::PropertyHandlerFlags::kHasNoSideEffect));
  // Its prototype is an ordinary object's: process.env.hasOwnProperty works.
  v8::Local<v8::Object> object = instance->NewInstance(cx.context).ToLocalChecked();
  v8::Local<v8::Object> plain = v8::Object::New(cx.isolate);
  object->SetPrototypeV2(cx.context, plain->GetPrototypeV2()).Check();
  return object;
}

}  // namespace vireo::process
