// The monotonic clock of performance.now() and process.hrtime().
#include <uv.h>

#include "bind/bind.h"

namespace vireo::perf_hooks {

namespace {

/// Milliseconds on uv_hrtime()'s clock.
double monotonic() { return static_cast<double>(uv_hrtime()) / 1e6; }

}  // namespace

BIND_MODULE(perf_hooks) { module.function<monotonic>("monotonic"); }

}  // namespace vireo::perf_hooks
