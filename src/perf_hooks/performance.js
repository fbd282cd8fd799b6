'use strict';

/** The `performance` object. @see https://w3c.github.io/hr-time/ */

const { EventTarget, defineEventHandler } = require('web/event_target');
const { now } = require('perf_hooks/clock');
const { nodeTiming, eventLoopUtilization } = require('perf_hooks/node_timing');
const { bufferedEntries, clear, setResourceLimit } = require('perf_hooks/observer');
const userTiming = require('perf_hooks/user_timing');
const { markResourceTiming } = require('perf_hooks/resource_timing');
const { timerify } = require('perf_hooks/timerify');
const { makeEnumerable } = require('perf_hooks/entry');
const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS, ERR_MISSING_ARGS },
} = require('errors/errors');

const kMake = Symbol('kMake');
const kPerformance = Symbol('performance');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

let timeOrigin;

function check(performance) {
  if (performance?.[kPerformance] === undefined) throw new ERR_INVALID_THIS('Performance');
}

class Performance extends EventTarget {
  constructor(token = undefined) {
    if (token !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kPerformance] = true;
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const { nodeTiming, timeOrigin } = this;
    return `Performance ${require('util/inspect').inspect({ nodeTiming, timeOrigin }, nested)}`;
  }

  clearMarks(name = undefined) {
    check(this);
    userTiming.clearMarks(name);
  }

  clearMeasures(name = undefined) {
    check(this);
    clear('measure', name === undefined ? undefined : `${name}`);
  }

  clearResourceTimings(name = undefined) {
    check(this);
    clear('resource', name === undefined ? undefined : `${name}`);
  }

  getEntries() {
    check(this);
    return bufferedEntries();
  }

  getEntriesByName(name, type = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return bufferedEntries(`${name}`, type === undefined ? undefined : `${type}`);
  }

  getEntriesByType(type) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return bufferedEntries(undefined, `${type}`);
  }

  mark(name, options = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return userTiming.mark(name, options);
  }

  measure(name, startOrMeasureOptions = {}, endMark = undefined) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return userTiming.measure(name, startOrMeasureOptions, endMark);
  }

  now() {
    check(this);
    return now();
  }

  setResourceTimingBufferSize(maxSize) {
    check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('maxSize');
    // Web IDL: unsigned long
    setResourceLimit(maxSize >>> 0);
  }

  /** Milliseconds since 1970. */
  get timeOrigin() {
    check(this);
    return (timeOrigin ??= binding('perf_hooks').timeOriginEpoch());
  }

  toJSON() {
    check(this);
    return {
      nodeTiming: this.nodeTiming,
      timeOrigin: this.timeOrigin,
      eventLoopUtilization: this.eventLoopUtilization(),
    };
  }
}

makeEnumerable(Performance, [
  'clearMarks',
  'clearMeasures',
  'clearResourceTimings',
  'getEntries',
  'getEntriesByName',
  'getEntriesByType',
  'mark',
  'measure',
  'now',
  'setResourceTimingBufferSize',
  'timeOrigin',
  'toJSON',
]);

// Node's own, beyond the standard.
for (const [name, value] of Object.entries({ eventLoopUtilization, nodeTiming, markResourceTiming, timerify })) {
  Object.defineProperty(Performance.prototype, name, { __proto__: null, configurable: true, writable: true, value });
}
Object.defineProperty(Performance.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'Performance',
});
defineEventHandler(Performance.prototype, 'resourcetimingbufferfull');

const performance = new Performance(kMake);

module.exports = { Performance, performance };
