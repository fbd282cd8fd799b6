// The monotonic clock of performance.now() and process.hrtime(), and what the loop tells about itself.
#include <sys/time.h>
#include <uv.h>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::perf_hooks {

namespace {

/// Milliseconds on uv_hrtime()'s clock.
double monotonic() { return static_cast<double>(uv_hrtime()) / 1e6; }

/// Wall-clock time, in milliseconds since 1970, at which the Environment started.
double time_origin_epoch(Environment& env) {
  timeval now{};
  ::gettimeofday(&now, nullptr);
  const double milliseconds = static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_usec) / 1e3;
  return milliseconds - static_cast<double>(uv_hrtime() - env.time_origin()) / 1e6;
}

/// When the loop started, on uv_hrtime()'s clock in milliseconds; 0 before it did.
double loop_start(Environment& env) { return static_cast<double>(env.loop_start()) / 1e6; }

/// From here on libuv adds up the time it waits.
void measure_idle_time(Environment& env) { uv_loop_configure(env.loop(), UV_METRICS_IDLE_TIME); }

/// Milliseconds that the loop has spent waiting.
double idle_time(Environment& env) { return static_cast<double>(uv_metrics_idle_time(env.loop())) / 1e6; }

/// turns of the loop, events processed, events that waited.
std::vector<double> uv_metrics(Environment& env) {
  uv_metrics_t metrics{};
  uv_metrics_info(env.loop(), &metrics);
  return {static_cast<double>(metrics.loop_count), static_cast<double>(metrics.events),
          static_cast<double>(metrics.events_waiting)};
}

}  // namespace

BIND_MODULE(perf_hooks) {
  module.function<monotonic>("monotonic");
  module.function<time_origin_epoch>("timeOriginEpoch");
  module.function<loop_start>("loopStart");
  module.function<measure_idle_time>("measureIdleTime");
  module.function<idle_time>("idleTime");
  module.function<uv_metrics>("uvMetrics");
}

}  // namespace vireo::perf_hooks
