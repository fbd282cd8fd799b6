#include "engine/loader.h"

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::engine {

namespace {

v8::MaybeLocal<v8::Object> binding(Environment& env, std::string name) { return env.binding(name); }
v8::MaybeLocal<v8::Function> compile(Environment& env, std::string id) { return env.compile_builtin(id); }

/// binding(name): the object of a BIND_MODULE; undefined when there is none.
v8::Local<v8::Value> binding_or_undefined(Environment& env, v8::Isolate* isolate, std::string name) {
  v8::Local<v8::Object> object;
  if (!binding(env, std::move(name)).ToLocal(&object)) return v8::Undefined(isolate);
  return object;
}

bind::Result<v8::Local<v8::Function>> compile_or_throw(Environment& env, std::string id) {
  v8::Local<v8::Function> function;
  if (!compile(env, std::move(id)).ToLocal(&function)) return bind::fail(bind::Error::pending());
  return function;
}

}  // namespace

BIND_MODULE(loader) {
  module.function<binding_or_undefined>("binding");
  module.function<compile_or_throw>("compile");
}

v8::MaybeLocal<v8::Object> load_bootstrap(Environment& env) {
  v8::Isolate* isolate = env.isolate();
  v8::Local<v8::Context> context = env.context();
  v8::EscapableHandleScope scope(isolate);
  v8::Local<v8::Object> natives;
  v8::Local<v8::Function> loader;
  if (!env.binding("loader").ToLocal(&natives) || !env.compile_builtin("engine/loader").ToLocal(&loader)) return {};
  // The wrapper's parameters: exports, require, module, binding, process. The loader gets its natives as `binding`.
  v8::Local<v8::Object> exports = v8::Object::New(isolate);
  v8::Local<v8::Value> args[] = {exports, v8::Undefined(isolate), v8::Undefined(isolate), natives,
                                 v8::Undefined(isolate)};
  if (loader->Call(context, v8::Undefined(isolate), std::size(args), args).IsEmpty()) return {};
  v8::Local<v8::Value> loaded;
  if (!exports->Get(context, bind::name(isolate, "loaded")).ToLocal(&loaded) || !loaded->IsObject()) return {};
  return scope.Escape(loaded.As<v8::Object>());
}

}  // namespace vireo::engine
