// The V8 trio that every conversion needs, gathered once a call.
#pragma once

#include <v8.h>

namespace vireo {
class Environment;
}

namespace vireo::bind {

/// Isolate, current context and Environment of a call from JavaScript.
struct Context {
  explicit Context(v8::Isolate* isolate)
      : isolate(isolate), context(isolate->GetCurrentContext()), env(*static_cast<Environment*>(isolate->GetData(0))) {}
  Context(v8::Isolate* isolate, v8::Local<v8::Context> context, Environment& env)
      : isolate(isolate), context(context), env(env) {}

  v8::Isolate* isolate;
  v8::Local<v8::Context> context;
  Environment& env;
};

/// An internalised string for a name in our own source, at most a few dozen ASCII characters.
inline v8::Local<v8::String> name(v8::Isolate* isolate, const char* text) {
  return v8::String::NewFromUtf8(isolate, text, v8::NewStringType::kInternalized).ToLocalChecked();
}

}  // namespace vireo::bind
