'use strict';

const { createNodeEntry } = require('perf_hooks/entry');
const { enqueue } = require('perf_hooks/observer');
const { now } = require('perf_hooks/clock');
const { isHistogram } = require('perf_hooks/histogram');
const {
  codes: { ERR_INVALID_ARG_TYPE },
} = require('errors/errors');
const { validateFunction, validateObject } = require('errors/validators');

/**
 * A function that does what `fn` does and reports how long it took as an entry of type 'function'.
 * @param {Function} fn
 * @param {{histogram?: RecordableHistogram}} [options] where to record the duration, in nanoseconds
 */
function timerify(fn, options = {}) {
  validateFunction(fn, 'fn');
  validateObject(options, 'options');
  const { histogram } = options;
  if (histogram !== undefined && (!isHistogram(histogram) || typeof histogram.record !== 'function')) {
    throw new ERR_INVALID_ARG_TYPE('options.histogram', 'RecordableHistogram', histogram);
  }

  function complete(start, args) {
    const duration = now() - start;
    histogram?.record(Math.ceil(duration * 1e6) || 1);
    const entry = createNodeEntry(fn.name, 'function', start, duration, args);
    for (let i = 0; i < args.length; i++) entry[i] = args[i];
    enqueue(entry);
  }

  function timerified(...args) {
    const start = now();
    if (new.target !== undefined) {
      const made = Reflect.construct(fn, args, fn);
      complete(start, args);
      return made;
    }
    const result = Reflect.apply(fn, this, args);
    if (typeof result?.finally === 'function') return result.finally(() => complete(start, args));
    complete(start, args);
    return result;
  }

  Object.defineProperties(timerified, {
    length: { __proto__: null, configurable: false, enumerable: true, value: fn.length },
    name: { __proto__: null, configurable: false, enumerable: true, value: `timerified ${fn.name}` },
  });
  return timerified;
}

module.exports = { timerify };
