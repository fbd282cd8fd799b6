// An Environment from the embedded snapshot, and a way to run JavaScript in it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::test {

/// V8 once a process.
inline engine::Platform& platform() {
  static engine::Platform* const kPlatform = [] {
    auto* made = new engine::Platform(1);
    v8::V8::SetFlagsFromString(engine::kV8Features);
    v8::V8::InitializePlatform(made);
    v8::V8::Initialize();
    return made;
  }();
  return *kPlatform;
}

class EnvironmentTest : public ::testing::Test {
 protected:
  EnvironmentTest()
      : env_(platform(), engine::Blob::embedded(), Options()),
        handles_(env_.isolate()),
        scope_(env_.context()),
        cx_(env_.isolate(), env_.context(), env_) {}

  /// Puts BIND_MODULE(name) into the global variable `variable`.
  void expose(const char* name, const char* variable) {
    env_.context()
        ->Global()
        ->Set(env_.context(), bind::name(env_.isolate(), variable), env_.binding(name).ToLocalChecked())
        .Check();
  }

  /// The value of an expression as a string; what it throws as "Name [code]: message".
  std::string eval(const std::string& source) {
    v8::TryCatch try_catch(env_.isolate());
    v8::Local<v8::Script> script;
    v8::Local<v8::Value> value;
    if (v8::Script::Compile(env_.context(), bind::string_to_js(cx_, source)).ToLocal(&script) &&
        script->Run(env_.context()).ToLocal(&value)) {
      return text(value);
    }
    v8::Local<v8::Value> error = try_catch.Exception();
    std::string code;
    if (error->IsObject()) {
      v8::Local<v8::Value> property;
      if (error.As<v8::Object>()->Get(env_.context(), bind::name(env_.isolate(), "code")).ToLocal(&property) &&
          property->IsString())
        code = " [" + text(property) + "]";
      std::string name =
          text(error.As<v8::Object>()->Get(env_.context(), bind::name(env_.isolate(), "name")).ToLocalChecked());
      std::string message =
          text(error.As<v8::Object>()->Get(env_.context(), bind::name(env_.isolate(), "message")).ToLocalChecked());
      return name + code + ": " + message;
    }
    return text(error);
  }

  std::string text(v8::Local<v8::Value> value) {
    return bind::utf8_of(env_.isolate(), value->ToDetailString(env_.context()).ToLocalChecked());
  }

  /// Runs the loop until nothing is left to do.
  void run_loop() { uv_run(env_.loop(), UV_RUN_DEFAULT); }

  static EnvironmentOptions Options() {
    EnvironmentOptions options;
    options.argv = {"vireo"};
    options.is_main_thread = false;  // exit() must not end the test program
    return options;
  }

  Environment env_;
  v8::HandleScope handles_;
  v8::Context::Scope scope_;
  bind::Context cx_;
};

}  // namespace vireo::test
