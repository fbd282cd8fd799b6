#include "bind/module.h"

#include <algorithm>
#include <map>

#include "engine/environment.h"

namespace vireo::bind {

namespace {

// Filled by static initialisers before main, then read only.
std::map<std::string_view, Registry::Declare>& modules() {
  static std::map<std::string_view, Registry::Declare> map;
  return map;
}

// "module.Class" of every bound class; filled by the collecting pass, then read only.
std::map<const ClassInfo*, std::string>& class_names() {
  static std::map<const ClassInfo*, std::string> map;
  return map;
}

}  // namespace

std::string_view Registry::class_name(const ClassInfo* key) {
  (void)external_references();  // makes sure that the collecting pass has run
  const auto found = class_names().find(key);
  return found == class_names().end() ? std::string_view() : std::string_view(found->second);
}

void Registry::add(const char* name, Declare declare) { modules().emplace(name, declare); }

const intptr_t* Registry::external_references() {
  static const std::vector<intptr_t> references = [] {
    std::vector<intptr_t> list;
    list.push_back(reinterpret_cast<intptr_t>(&illegal_constructor));
    for (const auto& [name, declare] : modules()) {
      Module module(std::string(name), &list);
      declare(module);
    }
    list.push_back(0);
    return list;
  }();
  return references.data();
}

v8::MaybeLocal<v8::Object> Registry::instantiate(Context& cx, std::string_view name) {
  const auto found = modules().find(name);
  if (found == modules().end()) return {};
  v8::EscapableHandleScope scope(cx.isolate);
  v8::Local<v8::Object> target = v8::Object::New(cx.isolate, v8::Null(cx.isolate), nullptr, nullptr, 0);
  Module module(std::string(name), &cx, target);
  found->second(module);
  return scope.Escape(target);
}

std::vector<std::string_view> Registry::names() {
  std::vector<std::string_view> list;
  for (const auto& [name, declare] : modules()) list.push_back(name);
  return list;
}

void throw_needs_new(Context& cx, const ClassInfo* key) {
  std::string_view name = Registry::class_name(key);
  name.remove_prefix(name.rfind('.') + 1);
  Error::coded("ERR_CONSTRUCT_CALL_REQUIRED",
               "Class constructor " + std::string(name) + " cannot be invoked without `new`", ErrorType::kTypeError)
      .throw_in(cx);
}

void illegal_constructor(const v8::FunctionCallbackInfo<v8::Value>& info) {
  Context cx(info.GetIsolate());
  Error::coded("ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor", ErrorType::kTypeError).throw_in(cx);
}

void Module::constant(const char* text, double value) {
  if (!collecting())
    target_->CreateDataProperty(cx_->context, bind::name(cx_->isolate, text), v8::Number::New(cx_->isolate, value))
        .Check();
}

void Module::constant(const char* text, std::string_view value) {
  if (!collecting())
    target_->CreateDataProperty(cx_->context, bind::name(cx_->isolate, text), string_to_js(*cx_, value)).Check();
}

Module Module::group(const char* text) {
  if (collecting()) return Module(name_, references_);
  v8::Local<v8::Object> object = v8::Object::New(cx_->isolate, v8::Null(cx_->isolate), nullptr, nullptr, 0);
  target_->CreateDataProperty(cx_->context, bind::name(cx_->isolate, text), object).Check();
  return Module(name_ + "." + text, cx_, object);
}

void Module::add_function(const char* text, v8::FunctionCallback callback, int length, const v8::CFunction* fast) {
  if (collecting()) {
    references_->push_back(reinterpret_cast<intptr_t>(callback));
    if (fast != nullptr) {
      references_->push_back(reinterpret_cast<intptr_t>(fast->GetAddress()));
      references_->push_back(reinterpret_cast<intptr_t>(fast->GetTypeInfo()));
    }
    return;
  }
  v8::Local<v8::FunctionTemplate> function =
      v8::FunctionTemplate::New(cx_->isolate, callback, {}, {}, length, v8::ConstructorBehavior::kThrow,
                                v8::SideEffectType::kHasSideEffect, fast);
  v8::Local<v8::String> label = bind::name(cx_->isolate, text);
  function->SetClassName(label);
  target_->CreateDataProperty(cx_->context, label, function->GetFunction(cx_->context).ToLocalChecked()).Check();
}

v8::Local<v8::FunctionTemplate> Module::begin_class(const char* text, const ClassInfo* key, const ClassInfo* base) {
  if (collecting()) {
    class_names()[key] = name_ + "." + text;
    return {};
  }
  v8::Local<v8::FunctionTemplate> made = v8::FunctionTemplate::New(cx_->isolate, &illegal_constructor);
  made->SetClassName(bind::name(cx_->isolate, text));
  made->InstanceTemplate()->SetInternalFieldCount(Object::kFieldCount);
  if (base != nullptr && !Registry::class_name(base).empty()) made->Inherit(cx_->env.class_template(base));
  cx_->env.set_class_template(key, made);
  return made;
}

void Module::end_class(const char* text, v8::Local<v8::FunctionTemplate> made) {
  if (collecting()) return;
  target_
      ->CreateDataProperty(cx_->context, bind::name(cx_->isolate, text),
                           made->GetFunction(cx_->context).ToLocalChecked())
      .Check();
}

v8::Local<v8::FunctionTemplate> Module::method_template(v8::Local<v8::FunctionTemplate> owner,
                                                        v8::FunctionCallback callback, int length, bool is_static) {
  v8::Local<v8::Signature> signature = is_static ? v8::Local<v8::Signature>() : v8::Signature::New(cx_->isolate, owner);
  return v8::FunctionTemplate::New(cx_->isolate, callback, {}, signature, length, v8::ConstructorBehavior::kThrow);
}

}  // namespace vireo::bind
