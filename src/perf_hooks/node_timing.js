'use strict';

/** performance.nodeTiming: the milestones of this process. */

const { PerformanceEntry, kMake } = require('perf_hooks/entry');
const { now } = require('perf_hooks/clock');

const native = binding('perf_hooks');

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

/** Milliseconds from the start of the process; -1 before it came to that. */
const at = (index) => native.milestones()[index];
const loopStart = () => at(4);

class PerformanceNodeTiming extends PerformanceEntry {
  constructor() {
    super(kMake, 'node', 'node', 0, 0);
    for (const [name, value] of Object.entries({ name: 'node', entryType: 'node', startTime: 0 }))
      Object.defineProperty(this, name, { __proto__: null, enumerable: true, configurable: true, value });
    for (const [name, get] of Object.entries({
      duration: now,
      nodeStart: () => at(0),
      v8Start: () => at(1),
      environment: () => at(2),
      loopStart,
      loopExit: () => at(5),
      bootstrapComplete: () => at(3),
      idleTime,
      uvMetricsInfo() {
        const [loopCount, events, eventsWaiting] = native.uvMetrics();
        return { loopCount, events, eventsWaiting };
      },
    })) {
      Object.defineProperty(this, name, { __proto__: null, enumerable: true, configurable: true, get });
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

module.exports = { nodeTiming, milestones, eventLoopUtilization };
