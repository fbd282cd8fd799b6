// A fuzz target written in JavaScript: test/fuzz/scripts/<name>.mjs sets `globalThis.fuzz`, which is called with each
// input as a Buffer. What it throws is a finding; what the API under test throws for bad input it catches itself.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "bind/bind.h"
#include "cli/options.h"
#include "engine/environment.h"
#include "engine/platform.h"

namespace vireo::fuzz {

class Script {
 public:
  explicit Script(const std::string& name)
      : env_(*new Environment(platform(), engine::Blob::embedded(), options(name))) {
    env_.run();
  }

  void run(const uint8_t* data, size_t size) {
    v8::Isolate* isolate = env_.isolate();
    const v8::HandleScope handles(isolate);
    const v8::Context::Scope scope(env_.context());
    v8::TryCatch try_catch(isolate);
    bind::Context cx(isolate, env_.context(), env_);
    v8::Local<v8::Value> function;
    if (!env_.context()->Global()->Get(env_.context(), bind::name(isolate, "fuzz")).ToLocal(&function) ||
        !function->IsFunction()) {
      std::fputs("the script has no globalThis.fuzz\n", stderr);
      std::abort();
    }
    bind::OwnedBytes bytes(size);
    std::copy_n(data, size, bytes.data());
    v8::Local<v8::Value> argument = bind::to_js(cx, std::move(bytes));
    if (function.As<v8::Function>()->Call(env_.context(), v8::Undefined(isolate), 1, &argument).IsEmpty()) {
      v8::Local<v8::Value> stack;
      if (!v8::TryCatch::StackTrace(env_.context(), try_catch.Exception()).ToLocal(&stack))
        stack = try_catch.Exception();
      std::fprintf(stderr, "%s\n", bind::utf8_of(isolate, stack.As<v8::String>()).c_str());
      std::abort();
    }
    isolate->PerformMicrotaskCheckpoint();
  }

 private:
  static engine::Platform& platform() {
    static engine::Platform* const kPlatform = [] {
      auto* made = new engine::Platform(1);
      v8::V8::SetFlagsFromString(engine::kV8Features);
      v8::V8::InitializePlatform(made);
      v8::V8::Initialize();
      return made;
    }();
    return *kPlatform;
  }

  static EnvironmentOptions options(const std::string& name) {
    const std::string file = std::string(VIREO_FUZZ_SCRIPTS) + "/" + name + ".mjs";
    auto line = std::make_shared<cli::CommandLine>(
        cli::parse({"vireo", "--no-warnings", "--experimental-import-meta-resolve", file}, ""));
    EnvironmentOptions options;
    options.argv = {"vireo", file};
    options.command_line = std::move(line);
    return options;
  }

  Environment& env_;
};

}  // namespace vireo::fuzz

/// The whole of a target: `VIREO_FUZZ_SCRIPT(url)`.
#define VIREO_FUZZ_SCRIPT(name)                                                 \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {     \
    static vireo::fuzz::Script* const kScript = new vireo::fuzz::Script(#name); \
    kScript->run(data, size);                                                   \
    return 0;                                                                   \
  }
