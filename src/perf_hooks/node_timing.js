'use strict';

/** performance.nodeTiming: the milestones of this process. */

const { PerformanceEntry, kMake } = require('perf_hooks/entry');
const { now, origin } = require('perf_hooks/clock');
const { onStart } = require('engine/lifecycle');

const native = binding('perf_hooks');

let environmentReady = 0;
let bootstrapComplete = -1;

onStart(() => {
  environmentReady = now();
});

/** The names that marks may not have, and that measures know. */
const milestones = new Set(['nodeStart', 'v8Start', 'environment', 'loopStart', 'loopExit', 'bootstrapComplete']);

let measuresIdle = false;

/** Milliseconds that the loop has waited since somebody first asked. */
function idleTime() {
  if (!measuresIdle) {
    measuresIdle = true;
    native.measureIdleTime();
  }
  return native.idleTime();
}

function loopStart() {
  const time = native.loopStart();
  return time === 0 ? -1 : time - origin();
}

class PerformanceNodeTiming extends PerformanceEntry {
  constructor() {
    super(kMake, 'node', 'node', 0, 0);
    const properties = {
      duration: now,
      nodeStart: () => 0,
      v8Start: () => 0,
      environment: () => environmentReady,
      bootstrapComplete: () => (bootstrapComplete === -1 ? environmentReady : bootstrapComplete),
      loopStart,
      loopExit: () => -1,
      idleTime,
      uvMetricsInfo() {
        const [loopCount, events, eventsWaiting] = native.uvMetrics();
        return { loopCount, events, eventsWaiting };
      },
    };
    for (const [name, get] of Object.entries(properties)) {
      Object.defineProperty(this, name, {
        __proto__: null,
        enumerable: name !== 'uvMetricsInfo',
        configurable: true,
        get,
      });
    }
  }

  toJSON() {
    const { name, entryType, startTime, duration } = this;
    const { nodeStart, v8Start, bootstrapComplete, environment, loopStart, loopExit, idleTime } = this;
    return {
      name,
      entryType,
      startTime,
      duration,
      nodeStart,
      v8Start,
      bootstrapComplete,
      environment,
      loopStart,
      loopExit,
      idleTime,
    };
  }
}

const nodeTiming = new PerformanceNodeTiming();

/**
 * How much of its time the loop is at work.
 * @see https://nodejs.org/docs/latest-v24.x/api/perf_hooks.html#performanceeventlooputilizationutilization1-utilization2
 */
function eventLoopUtilization(utilization1, utilization2) {
  const start = loopStart();
  if (start <= 0) return { idle: 0, active: 0, utilization: 0 };
  if (utilization2) return ratio(utilization1.idle - utilization2.idle, utilization1.active - utilization2.active);
  const idle = idleTime();
  const active = now() - start - idle;
  if (!utilization1) return ratio(idle, active);
  return ratio(idle - utilization1.idle, active - utilization1.active);
}

function ratio(idle, active) {
  return { idle, active, utilization: active / (idle + active) };
}

module.exports = {
  nodeTiming,
  milestones,
  eventLoopUtilization,
  /** The program is about to start. */
  markBootstrapComplete() {
    bootstrapComplete = now();
  },
};
