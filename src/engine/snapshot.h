// Makes the start-up blob; used by the build alone.
#pragma once

#include <string>
#include <string_view>

#include "engine/platform.h"

namespace vireo::engine {

/// Evaluates `cli/bootstrap` from `sources` in a new isolate and gives the bytes of a blob: the snapshot, code caches
/// of the modules that are not in it, and the sources. Empty on failure, which has then been printed.
std::string make_blob(Platform& platform, std::string_view sources);

}  // namespace vireo::engine
