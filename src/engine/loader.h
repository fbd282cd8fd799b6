// The loader of internal modules.
#pragma once

#include <v8.h>

namespace vireo {
class Environment;
}

namespace vireo::engine {

/// Runs `engine/loader`, which then requires `cli/bootstrap`. Gives the object whose keys are the ids of the modules
/// that have been evaluated.
v8::MaybeLocal<v8::Object> load_bootstrap(Environment& env);

}  // namespace vireo::engine
