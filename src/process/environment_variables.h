// process.env
#pragma once

#include <v8.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bind/context.h"

namespace vireo::process {

/// A worker's own copy of the environment; without one it is the process's.
struct EnvironmentVariables {
  explicit EnvironmentVariables(Environment&) {}
  std::optional<std::map<std::string, std::string>> own;
};

/// An object whose properties are the environment variables of the process.
v8::Local<v8::Object> make_environment_object(bind::Context& cx);

/// Names of all environment variables of the process.
std::vector<std::string> environment_names();

}  // namespace vireo::process
