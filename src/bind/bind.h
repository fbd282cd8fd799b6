// The binding layer: one way for C++ and JavaScript to meet. CONTRIBUTING.md shows how a feature uses it.
#pragma once

#include "bind/async.h"     // IWYU pragma: export
#include "bind/bytes.h"     // IWYU pragma: export
#include "bind/callback.h"  // IWYU pragma: export
#include "bind/error.h"     // IWYU pragma: export
#include "bind/from_js.h"   // IWYU pragma: export
#include "bind/function.h"  // IWYU pragma: export
#include "bind/module.h"    // IWYU pragma: export
#include "bind/object.h"    // IWYU pragma: export
#include "bind/to_js.h"     // IWYU pragma: export
