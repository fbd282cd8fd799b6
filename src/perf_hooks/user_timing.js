'use strict';

/** performance.mark and performance.measure. @see https://w3c.github.io/user-timing/ */

const { PerformanceEntry, kMake } = require('perf_hooks/entry');
const { nodeTiming, milestones } = require('perf_hooks/node_timing');
const { bufferUserTiming, clear, enqueue } = require('perf_hooks/observer');
const { now } = require('perf_hooks/clock');
const { codes } = require('errors/errors');
const { validateNumber, validateObject } = require('errors/validators');

/** Time of the newest mark of a name. */
const markTimes = new Map();

function cloneDetail(detail) {
  return detail == null ? null : require('web/structured_clone').structuredClone(detail);
}

class PerformanceMark extends PerformanceEntry {
  #detail;

  /**
   * @param {string} name
   * @param {{startTime?: number, detail?: unknown}} [options]
   */
  constructor(name, options = undefined) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (milestones.has(name)) throw new codes.ERR_INVALID_ARG_VALUE('name', name);
    if (options != null) validateObject(options, 'options');
    const startTime = options?.startTime ?? now();
    validateNumber(startTime, 'startTime');
    if (startTime < 0) throw new codes.ERR_PERFORMANCE_INVALID_TIMESTAMP(startTime);
    markTimes.set(name, startTime);
    super(kMake, name, 'mark', startTime, 0);
    this.#detail = cloneDetail(options?.detail);
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(#detail in this)) {
      throw new codes.ERR_INVALID_THIS('PerformanceMark');
    }
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

class PerformanceMeasure extends PerformanceEntry {
  #detail;

  constructor(token = undefined, name = undefined, start = undefined, duration = undefined, detail = undefined) {
    super(token, name, 'measure', start, duration);
    this.#detail = cloneDetail(detail);
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(#detail in this)) {
      throw new codes.ERR_INVALID_THIS('PerformanceMeasure');
    }
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

for (const Class of [PerformanceMark, PerformanceMeasure]) {
  Object.defineProperty(Class.prototype, 'detail', { __proto__: null, enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null,
    configurable: true,
    value: Class.name,
  });
}

/** A time from a number, the name of a mark, or the name of a milestone of nodeTiming. */
function toTime(mark) {
  if (typeof mark === 'number') {
    if (mark < 0) throw new codes.ERR_PERFORMANCE_INVALID_TIMESTAMP(mark);
    return mark;
  }
  const name = `${mark}`;
  if (milestones.has(name)) return nodeTiming[name];
  const time = markTimes.get(name);
  if (time === undefined) {
    const { DOMException } = require('web/dom_exception');
    throw new DOMException(`The "${name}" performance mark has not been set`, 'SyntaxError');
  }
  return time;
}

function mark(name, options) {
  const entry = new PerformanceMark(name, options);
  enqueue(entry);
  bufferUserTiming(entry);
  return entry;
}

function checkMeasureOptions(options, endMark) {
  const { ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS } = codes;
  if (endMark !== undefined) throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('endMark must not be specified');
  if (options.start !== undefined && options.end !== undefined && options.duration !== undefined) {
    throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS(
      'Must not have options.start, options.end, and options.duration specified',
    );
  }
}

/**
 * @param {string} name
 * @param {string|number|{start?: string|number, end?: string|number, duration?: number, detail?: unknown}} [startOrOptions]
 * @param {string} [endMark]
 */
function measure(name, startOrOptions = {}, endMark = undefined) {
  name = `${name}`;
  const isOptions = typeof startOrOptions === 'object' && startOrOptions !== null;
  let { start, end, duration, detail } = isOptions ? startOrOptions : { start: startOrOptions };
  if (isOptions && [start, end, duration, detail].some((each) => each !== undefined)) {
    checkMeasureOptions(startOrOptions, endMark);
  }
  if (endMark !== undefined) end = endMark;
  let endTime;
  if (end !== undefined) endTime = toTime(end);
  else if (start !== undefined && duration !== undefined) endTime = toTime(start) + toTime(duration);
  else endTime = now();
  let startTime = 0;
  if (start !== undefined) startTime = toTime(start);
  else if (duration !== undefined && end !== undefined) startTime = endTime - toTime(duration);
  const entry = new PerformanceMeasure(kMake, name, startTime, endTime - startTime, detail);
  enqueue(entry);
  bufferUserTiming(entry);
  return entry;
}

function clearMarks(name) {
  if (name === undefined) {
    markTimes.clear();
  } else {
    name = `${name}`;
    if (milestones.has(name)) throw new codes.ERR_INVALID_ARG_VALUE('name', name);
    markTimes.delete(name);
  }
  clear('mark', name);
}

module.exports = { PerformanceMark, PerformanceMeasure, mark, measure, clearMarks };
