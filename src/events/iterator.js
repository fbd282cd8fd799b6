'use strict';

/** events.on(): an event as an async iterator, with a queue on either side and back-pressure for those who can pause. */

const { addTo, removeFrom } = require('events/internals');
const {
  AbortError,
  codes: { ERR_INVALID_ARG_TYPE },
} = require('errors/errors');
const { validateAbortSignal, validateInteger, validateObject } = require('errors/validators');

/** The queue's numbers, as a property of the iterator. */
const kWatermarkData = Symbol.for('nodejs.watermarkData');
/** Option: hand out the first argument of the event alone instead of all as an array. */
const kFirstEventParam = Symbol('kFirstEventParam');

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype);

/** First in, first out, in constant time: an array with a moving head. */
class Queue {
  #items = [];
  #head = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  shift() {
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length || (this.#head > 1024 && this.#head * 2 > this.#items.length)) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

const result = (value, done) => ({ value, done });

/**
 * @param {EventEmitter|EventTarget} emitter
 * @param {string|symbol} event
 * @param {{signal?: AbortSignal, close?: string[], highWaterMark?: number, lowWaterMark?: number}} [options]
 * @returns {AsyncIterator<unknown[]>}
 */
function on(emitter, event, options = {}) {
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  // `highWatermark` is the older spelling of the same option.
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER;
  validateInteger(high, 'options.highWaterMark', 1);
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1;
  validateInteger(low, 'options.lowWaterMark', 1);

  const unconsumed = new Queue();
  const waiting = new Queue();
  const added = [];
  let paused = false;
  let error = null;
  let finished = false;

  const listen = (target, name, listener, flags) => {
    addTo(target, name, listener, flags);
    added.push([target, name, listener, flags]);
  };

  const close = () => {
    abortListener?.[Symbol.dispose]();
    for (const [target, name, listener, flags] of added.splice(0)) removeFrom(target, name, listener, flags);
    finished = true;
    const done = result(undefined, true);
    while (waiting.length > 0) waiting.shift().resolve(done);
    return Promise.resolve(done);
  };

  const deliver = (value) => {
    if (waiting.length > 0) {
      waiting.shift().resolve(result(value, false));
      return;
    }
    unconsumed.push(value);
    if (!paused && unconsumed.length > high) {
      paused = true;
      emitter.pause();
    }
  };

  const onEvent = options[kFirstEventParam] ? (value) => deliver(value) : (...args) => deliver(args);

  const onError = (reason) => {
    if (waiting.length > 0) waiting.shift().reject(reason);
    else error = reason;
    close();
  };

  const iterator = Object.setPrototypeOf(
    {
      next() {
        if (unconsumed.length > 0) {
          const value = unconsumed.shift();
          if (paused && unconsumed.length < low) {
            if (!finished) emitter.resume();
            paused = false;
          }
          return Promise.resolve(result(value, false));
        }
        if (error) {
          const rejected = Promise.reject(error);
          error = null;
          return rejected;
        }
        if (finished) return close();
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },

      return() {
        return close();
      },

      throw(reason) {
        if (!reason || !(reason instanceof Error)) {
          throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', reason);
        }
        onError(reason);
      },

      [Symbol.asyncIterator]() {
        return this;
      },

      [kWatermarkData]: {
        get size() {
          return unconsumed.length;
        },
        get low() {
          return low;
        },
        get high() {
          return high;
        },
        get isPaused() {
          return paused;
        },
      },
    },
    AsyncIteratorPrototype,
  );

  listen(emitter, event, onEvent);
  if (event !== 'error' && typeof emitter.on === 'function') listen(emitter, 'error', onError);
  for (const name of options.close ?? []) listen(emitter, name, close);
  const abortListener = signal
    ? require('web/event_target').addAbortListener(signal, () =>
        onError(new AbortError(undefined, { cause: signal.reason })),
      )
    : null;

  return iterator;
}

module.exports = { on, kFirstEventParam, kWatermarkData };
