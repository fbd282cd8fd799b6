'use strict';

/**
 * node:perf_hooks.
 * @see https://nodejs.org/docs/latest-v24.x/api/perf_hooks.html
 */

const { PerformanceEntry } = require('perf_hooks/entry');
const { PerformanceMark, PerformanceMeasure } = require('perf_hooks/user_timing');
const { PerformanceObserver, PerformanceObserverEntryList } = require('perf_hooks/observer');
const { PerformanceResourceTiming } = require('perf_hooks/resource_timing');
const { Performance, performance } = require('perf_hooks/performance');
const { createHistogram, monitorEventLoopDelay } = require('perf_hooks/histogram');
const { eventLoopUtilization } = require('perf_hooks/node_timing');
const { timerify } = require('perf_hooks/timerify');

/** V8's GCType and GCCallbackFlags. */
const constants = {
  NODE_PERFORMANCE_GC_MAJOR: 4,
  NODE_PERFORMANCE_GC_MINOR: 1,
  NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP: 2,
  NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16,
  NODE_PERFORMANCE_GC_FLAGS_NO: 0,
  NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
  NODE_PERFORMANCE_GC_FLAGS_FORCED: 4,
  NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
  NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16,
  NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32,
  NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64,
};

module.exports = {
  Performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceObserver,
  PerformanceObserverEntryList,
  PerformanceResourceTiming,
  monitorEventLoopDelay,
  eventLoopUtilization,
  timerify,
  createHistogram,
  performance,
};

Object.defineProperty(module.exports, 'constants', { __proto__: null, enumerable: true, value: constants });
