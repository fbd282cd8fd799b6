// process.env
#pragma once

#include <v8.h>

#include <string>
#include <vector>

#include "bind/context.h"

namespace vireo::process {

/// An object whose properties are the environment variables of the process.
v8::Local<v8::Object> make_environment_object(bind::Context& cx);

/// Names of all environment variables.
std::vector<std::string> environment_names();

}  // namespace vireo::process
