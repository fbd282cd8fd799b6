'use strict';

/**
 * Histograms of perf_hooks: createHistogram, monitorEventLoopDelay.
 * @see https://nodejs.org/docs/latest-v24.x/api/perf_hooks.html#class-histogram
 */

const { codes } = require('errors/errors');
const { validateInteger, validateNumber, validateObject } = require('errors/validators');

const { kClone } = require('web/clone_symbols');

const kHandle = Symbol('kHandle');
const kRecordable = Symbol('kRecordable');
const kMake = Symbol('kMake');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

function isHistogram(object) {
  return object?.[kHandle] !== undefined;
}

/** The native histogram behind `histogram`. */
function handleOf(histogram) {
  const handle = histogram?.[kHandle];
  if (handle === undefined) throw new codes.ERR_INVALID_THIS('Histogram');
  return handle;
}

function validatePercentile(percentile) {
  validateNumber(percentile, 'percentile');
  if (!(percentile > 0 && percentile <= 100)) {
    throw new codes.ERR_OUT_OF_RANGE('percentile', '> 0 && <= 100', percentile);
  }
}

function toMap(pairs) {
  const map = new Map();
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i], pairs[i + 1]);
  return map;
}

class Histogram {
  constructor(token = undefined, handle = undefined) {
    if (token !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
    this[kHandle] = handle;
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const { min, max, mean, exceeds, stddev, count, percentiles } = this;
    return `Histogram ${require('util/inspect').inspect({ min, max, mean, exceeds, stddev, count, percentiles }, nested)}`;
  }

  get count() {
    return handleOf(this).count();
  }

  get countBigInt() {
    return handleOf(this).countBigInt();
  }

  get min() {
    return handleOf(this).min();
  }

  get minBigInt() {
    return handleOf(this).minBigInt();
  }

  get max() {
    return handleOf(this).max();
  }

  get maxBigInt() {
    return handleOf(this).maxBigInt();
  }

  get mean() {
    return handleOf(this).mean();
  }

  get exceeds() {
    return handleOf(this).exceeds();
  }

  get exceedsBigInt() {
    return handleOf(this).exceedsBigInt();
  }

  get stddev() {
    return handleOf(this).stddev();
  }

  /** @param {number} percentile above 0, at most 100 */
  percentile(percentile) {
    const handle = handleOf(this);
    validatePercentile(percentile);
    return handle.percentile(percentile);
  }

  percentileBigInt(percentile) {
    const handle = handleOf(this);
    validatePercentile(percentile);
    return handle.percentileBigInt(percentile);
  }

  /** @returns {Map<number, number>} */
  get percentiles() {
    return toMap(handleOf(this).percentiles());
  }

  /** @returns {Map<number, bigint>} */
  get percentilesBigInt() {
    return toMap(handleOf(this).percentilesBigInt());
  }

  reset() {
    handleOf(this).reset();
  }

  /** Clones, also those in other threads, share the counts. */
  [kClone]() {
    return ['Histogram', { counts: this[kHandle].share(), recordable: this[kRecordable] === true }];
  }

  toJSON() {
    const { count, min, max, mean, exceeds, stddev } = this;
    return { count, min, max, mean, exceeds, stddev, percentiles: Object.fromEntries(this.percentiles) };
  }
}

class RecordableHistogram extends Histogram {
  constructor(token = undefined, handle = undefined) {
    super(token, handle);
    this[kRecordable] = true;
  }

  /** @param {number|bigint} val a whole number above 0 */
  record(val) {
    const handle = checkRecordable(this);
    if (typeof val === 'bigint') {
      if (val < 1n || val > 0x7fffffffffffffffn) {
        throw new codes.ERR_OUT_OF_RANGE('val', '>= 1 && <= 9223372036854775807', val);
      }
    } else {
      validateInteger(val, 'val', 1);
    }
    handle.record(val);
  }

  /** Records the nanoseconds since the last call. */
  recordDelta() {
    checkRecordable(this).recordDelta();
  }

  /** @param {RecordableHistogram} other */
  add(other) {
    const handle = checkRecordable(this);
    if (other?.[kRecordable] === undefined) throw new codes.ERR_INVALID_ARG_TYPE('other', 'RecordableHistogram', other);
    handle.add(other[kHandle]);
  }
}

Object.defineProperty(Histogram.prototype, kClone, { __proto__: null, enumerable: false });

/** What another thread sent. */
function revive({ counts, recordable }) {
  const handle = binding('histogram').unshare(counts);
  return recordable ? new RecordableHistogram(kMake, handle) : new Histogram(kMake, handle);
}

function checkRecordable(histogram) {
  if (histogram?.[kRecordable] === undefined) throw new codes.ERR_INVALID_THIS('RecordableHistogram');
  return histogram[kHandle];
}

/**
 * @param {{lowest?: number|bigint, highest?: number|bigint, figures?: number}} [options] range, and significant figures
 * @returns {RecordableHistogram}
 */
function createHistogram(options = {}) {
  validateObject(options, 'options');
  const { lowest = 1, highest = Number.MAX_SAFE_INTEGER, figures = 3 } = options;
  if (typeof lowest !== 'bigint') validateInteger(lowest, 'options.lowest', 1, Number.MAX_SAFE_INTEGER);
  if (typeof highest !== 'bigint') {
    validateInteger(highest, 'options.highest', 2 * Number(lowest), Number.MAX_SAFE_INTEGER);
  } else if (highest < 2n * BigInt(lowest)) {
    throw new codes.ERR_INVALID_ARG_VALUE.RangeError('options.highest', highest);
  }
  validateInteger(figures, 'options.figures', 1, 5);
  const { Histogram: Native } = binding('histogram');
  return new RecordableHistogram(kMake, new Native(lowest, highest, figures));
}

class ELDHistogram extends Histogram {
  #sampler;
  #enabled = false;

  constructor(token = undefined, handle = undefined, resolution = undefined) {
    super(token, handle);
    const { LoopDelaySampler } = binding('histogram');
    this.#sampler = new LoopDelaySampler(handle, resolution);
  }

  static #check(histogram) {
    if (!(#sampler in histogram)) throw new codes.ERR_INVALID_THIS('ELDHistogram');
  }

  /** @returns {boolean} whether it was off */
  enable() {
    ELDHistogram.#check(this);
    if (this.#enabled) return false;
    this.#enabled = true;
    this.#sampler.start();
    return true;
  }

  /** @returns {boolean} whether it was on */
  disable() {
    ELDHistogram.#check(this);
    if (!this.#enabled) return false;
    this.#enabled = false;
    this.#sampler.stop();
    return true;
  }

  [Symbol.dispose]() {
    this.disable();
  }
}

/**
 * Samples how late the event loop is.
 * @param {{resolution?: number}} [options] milliseconds between samples
 * @returns {ELDHistogram} its values are nanoseconds
 */
function monitorEventLoopDelay(options = {}) {
  validateObject(options, 'options');
  const { resolution = 10 } = options;
  validateInteger(resolution, 'options.resolution', 1);
  const { Histogram: Native } = binding('histogram');
  return new ELDHistogram(kMake, new Native(1, 3600000000000, 3), resolution);
}

module.exports = { createHistogram, isHistogram, monitorEventLoopDelay, revive };
