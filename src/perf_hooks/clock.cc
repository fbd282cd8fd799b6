// The monotonic clock of performance.now() and process.hrtime(), and what the loop tells about itself.
#include <sys/time.h>
#include <uv.h>

#include "bind/bind.h"
#include "engine/environment.h"

namespace vireo::perf_hooks {

namespace {

/// Milliseconds on uv_hrtime()'s clock.
double monotonic() { return static_cast<double>(uv_hrtime()) / 1e6; }

/// What wall-clock time is ahead of uv_hrtime(), in milliseconds. One number for all threads, so that their origins
/// agree.
double wall_offset() {
  static const double offset = [] {
    timeval now{};
    ::gettimeofday(&now, nullptr);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_usec) / 1e3 - monotonic();
  }();
  return offset;
}

/// Wall-clock time, in milliseconds since 1970, at which the Environment started.
double time_origin_epoch(Environment& env) { return wall_offset() + static_cast<double>(env.time_origin()) / 1e6; }

/// Milliseconds from the start of the process to nodeStart, v8Start, environment, bootstrapComplete, loopStart and
/// loopExit; -1 for what has not come yet.
std::vector<double> milestones(Environment& env) {
  const Milestones& all = env.milestones();
  std::vector<double> result;
  for (const uint64_t time :
       {all.node_start, all.v8_start, all.environment, all.bootstrap_complete, all.loop_start, all.loop_exit})
    result.push_back(time == 0 ? -1 : static_cast<double>(time - all.origin) / 1e6);
  return result;
}

/// What every program needs is there; its own code comes next.
void mark_bootstrap_complete(Environment& env) { env.milestones().bootstrap_complete = uv_hrtime(); }

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
  module.function<milestones>("milestones");
  module.function<mark_bootstrap_complete>("markBootstrapComplete");
  module.function<measure_idle_time>("measureIdleTime");
  module.function<idle_time>("idleTime");
  module.function<uv_metrics>("uvMetrics");
}

}  // namespace vireo::perf_hooks
