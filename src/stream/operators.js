// The array-like methods of Readable: map, filter, forEach, toArray, some, every, find, flatMap, take, drop, reduce.
// https://nodejs.org/api/stream.html#readablemapfn-options
'use strict';

const { AbortError, codes } = require('errors/errors');
const { validateAbortSignal, validateInteger, validateObject } = require('errors/validators');

const { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, ERR_OUT_OF_RANGE } = codes;

const kEmpty = Symbol('kEmpty');
const kEnd = Symbol('kEnd');

function checkFunction(fn, name = 'fn') {
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE(name, 'Function', fn);
}

function checkOptions(options) {
  if (options != null) validateObject(options, 'options');
  if (options?.signal != null) validateAbortSignal(options.signal, 'options.signal');
}

/** Calls `fn` on up to `concurrency` chunks at once; results come in order. */
function map(fn, options) {
  checkFunction(fn);
  checkOptions(options);
  let concurrency = 1;
  if (options?.concurrency != null) concurrency = Math.floor(options.concurrency);
  let highWaterMark = concurrency - 1;
  if (options?.highWaterMark != null) highWaterMark = Math.floor(options.highWaterMark);
  validateInteger(concurrency, 'options.concurrency', 1);
  validateInteger(highWaterMark, 'options.highWaterMark', 0);
  highWaterMark += concurrency;

  return async function* map() {
    const { AbortSignal } = require('web/abort');
    const signal = AbortSignal.any([options?.signal].filter(Boolean));
    const stream = this;
    const queue = [];
    const signalOptions = { signal };
    let next;
    let resume;
    let done = false;
    let running = 0;

    function onFailure() {
      done = true;
      afterItem();
    }
    function afterItem() {
      running -= 1;
      maybeResume();
    }
    function maybeResume() {
      if (resume && !done && running < concurrency && queue.length < highWaterMark) {
        resume();
        resume = null;
      }
    }
    async function pump() {
      try {
        for await (let value of stream) {
          if (done) return;
          if (signal.aborted) throw new AbortError();
          try {
            value = fn(value, signalOptions);
            if (value === kEmpty) continue;
            value = Promise.resolve(value);
          } catch (error) {
            value = Promise.reject(error);
          }
          running += 1;
          value.then(afterItem, onFailure);
          queue.push(value);
          if (next) {
            next();
            next = null;
          }
          if (!done && (queue.length >= highWaterMark || running >= concurrency)) {
            await new Promise((resolve) => {
              resume = resolve;
            });
          }
        }
        queue.push(kEnd);
      } catch (error) {
        const value = Promise.reject(error);
        value.then(afterItem, onFailure);
        queue.push(value);
      } finally {
        done = true;
        if (next) {
          next();
          next = null;
        }
      }
    }
    pump();
    try {
      for (;;) {
        while (queue.length > 0) {
          const value = await queue[0];
          if (value === kEnd) return;
          if (signal.aborted) throw new AbortError();
          if (value !== kEmpty) yield value;
          queue.shift();
          maybeResume();
        }
        await new Promise((resolve) => {
          next = resolve;
        });
      }
    } finally {
      done = true;
      if (resume) {
        resume();
        resume = null;
      }
    }
  }.call(this);
}

function filter(fn, options) {
  checkFunction(fn);
  return map.call(this, async (value, opts) => ((await fn(value, opts)) ? value : kEmpty), options);
}

async function forEach(fn, options) {
  checkFunction(fn);
  const visit = async (value, opts) => {
    await fn(value, opts);
    return kEmpty;
  };
  // eslint-disable-next-line no-unused-vars
  for await (const unused of map.call(this, visit, options));
}

async function some(fn, options = undefined) {
  checkFunction(fn);

  for await (const found of filter.call(this, fn, options)) return true;
  return false;
}

async function every(fn, options = undefined) {
  checkFunction(fn);
  return !(await some.call(this, async (...args) => !(await fn(...args)), options));
}

async function find(fn, options) {
  checkFunction(fn);
  for await (const found of filter.call(this, fn, options)) return found;
  return undefined;
}

async function toArray(options) {
  checkOptions(options);
  const result = [];
  for await (const value of this) {
    if (options?.signal?.aborted) throw new AbortError(undefined, { cause: options.signal.reason });
    result.push(value);
  }
  return result;
}

function flatMap(fn, options) {
  const values = map.call(this, fn, options);
  return (async function* flatMap() {
    for await (const value of values) yield* value;
  })();
}

/** A count of chunks: NaN is 0, Infinity is all. */
function toCount(number) {
  number = Number(number);
  if (Number.isNaN(number)) return 0;
  if (number < 0) throw new ERR_OUT_OF_RANGE('number', '>= 0', number);
  return number;
}

function drop(number, options = undefined) {
  checkOptions(options);
  let count = toCount(number);
  return async function* drop() {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError();
      if (count-- <= 0) yield value;
    }
  }.call(this);
}

function take(number, options = undefined) {
  checkOptions(options);
  let count = toCount(number);
  return async function* take() {
    if (options?.signal?.aborted) throw new AbortError();
    for await (const value of this) {
      if (options?.signal?.aborted) throw new AbortError();
      if (count-- > 0) yield value;
      if (count <= 0) return; // without asking for one more chunk
    }
  }.call(this);
}

class ReduceAwareErrMissingArgs extends ERR_MISSING_ARGS {
  constructor() {
    const error = super('reduce');
    error.message = 'Reduce of an empty stream requires an initial value';
    return error;
  }
}

async function reduce(reducer, initialValue, options) {
  checkFunction(reducer, 'reducer');
  checkOptions(options);
  let hasValue = arguments.length > 1;
  const outer = options?.signal;
  if (outer?.aborted) {
    const error = new AbortError(undefined, { cause: outer.reason });
    this.once('error', () => {}); // the caller hears of it by the promise
    await require('stream/end_of_stream')
      .finished(this.destroy(error))
      .catch(() => {});
    throw error;
  }
  const controller = new (require('web/abort').AbortController)();
  const { signal } = controller;
  if (outer) {
    const { addAbortListener } = require('events/events');
    addAbortListener(outer, () => controller.abort());
  }
  let gotAny = false;
  try {
    for await (const value of this) {
      gotAny = true;
      if (outer?.aborted) throw new AbortError();
      if (!hasValue) {
        initialValue = value;
        hasValue = true;
      } else {
        initialValue = await reducer(initialValue, value, { signal });
      }
    }
    if (!gotAny && !hasValue) throw new ReduceAwareErrMissingArgs();
  } finally {
    controller.abort();
  }
  return initialValue;
}

const RETURNING_STREAMS = { drop, filter, flatMap, map, take };
const RETURNING_PROMISES = { every, forEach, reduce, toArray, some, find };

module.exports = {
  /** Puts the operators on Readable's prototype. */
  install(Readable) {
    for (const [name, operator] of Object.entries(RETURNING_STREAMS)) {
      define(Readable, name, operator, function (...args) {
        if (new.target) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
        return Readable.from(Reflect.apply(operator, this, args));
      });
    }
    for (const [name, operator] of Object.entries(RETURNING_PROMISES)) {
      define(Readable, name, operator, function (...args) {
        if (new.target) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
        return Promise.resolve().then(() => Reflect.apply(operator, this, args));
      });
    }
    define(
      Readable,
      'compose',
      function compose(stream, options) {},
      function (stream, options) {
        return require('stream/compose').composeReadable(this, stream, options);
      },
    );
  },
};

function define(Readable, name, { length }, value) {
  Object.defineProperty(value, 'name', { __proto__: null, value: name, configurable: true });
  Object.defineProperty(value, 'length', { __proto__: null, value: length, configurable: true });
  Object.defineProperty(Readable.prototype, name, {
    __proto__: null,
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
