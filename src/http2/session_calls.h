// What sessions share: the functions that they call in JavaScript, and how options cross.
#pragma once

#include <array>

#include "engine/environment.h"
#include "http2/session.h"

namespace vireo::http2 {

/// `environment.state<Calls>()`
class Calls {
 public:
  explicit Calls(Environment& env) : env_(env) {}

  /// Takes the functions of the object, the first time.
  void use(v8::Local<v8::Object> calls);
  [[nodiscard]] v8::Local<v8::Function> function(Call call) const {
    return functions_[static_cast<size_t>(call)].Get(env_.isolate());
  }

 private:
  Environment& env_;
  std::array<v8::Global<v8::Function>, static_cast<size_t>(Call::kCount)> functions_;
};

Options read_options(Environment& env, v8::Local<v8::Object> options);

}  // namespace vireo::http2
