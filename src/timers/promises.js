'use strict';

/**
 * node:timers/promises.
 * @see https://nodejs.org/docs/latest-v24.x/api/timers.html#timers-promises-api
 */

const { Timeout } = require('timers/timeout');
const { Immediate, clearImmediate } = require('timers/immediate');
const { insert, clear } = require('timers/queue');
const {
  AbortError,
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS },
} = require('errors/errors');
const { validateAbortSignal, validateBoolean, validateNumber, validateObject } = require('errors/validators');

function parseOptions(options) {
  validateObject(options, 'options');
  const { signal, ref = true } = options;
  validateAbortSignal(signal, 'options.signal');
  validateBoolean(ref, 'options.ref');
  return { signal, ref };
}

/** Calls `cancel` when `signal` aborts; gives a function that stops watching. */
function onAbort(signal, cancel) {
  if (!signal) return undefined;
  const { kResistStopPropagation } = require('web/event_target');
  signal.addEventListener('abort', cancel, { __proto__: null, once: true, [kResistStopPropagation]: true });
  return () => signal.removeEventListener('abort', cancel);
}

const aborted = (signal) => new AbortError(undefined, { cause: signal.reason });

/**
 * @template T
 * @param {number} [delay] milliseconds
 * @param {T} [value]
 * @param {{signal?: AbortSignal, ref?: boolean}} [options]
 * @returns {Promise<T>}
 */
function setTimeout(delay, value, options = {}) {
  let parsed;
  try {
    if (delay !== undefined) validateNumber(delay, 'delay');
    parsed = parseOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { signal, ref } = parsed;
  if (signal?.aborted) return Promise.reject(aborted(signal));
  return new Promise((resolve, reject) => {
    const timeout = new Timeout(
      () => {
        stopWatching?.();
        resolve(value);
      },
      delay,
      undefined,
      false,
      ref,
    );
    insert(timeout, timeout._idleTimeout);
    const stopWatching = onAbort(signal, () => {
      if (timeout._destroyed) return;
      clear(timeout);
      reject(aborted(signal));
    });
  });
}

/**
 * @template T
 * @param {T} [value]
 * @param {{signal?: AbortSignal, ref?: boolean}} [options]
 * @returns {Promise<T>}
 */
function setImmediate(value, options = {}) {
  let parsed;
  try {
    parsed = parseOptions(options);
  } catch (error) {
    return Promise.reject(error);
  }
  const { signal, ref } = parsed;
  if (signal?.aborted) return Promise.reject(aborted(signal));
  return new Promise((resolve, reject) => {
    const immediate = new Immediate(() => {
      stopWatching?.();
      resolve(value);
    }, undefined);
    if (!ref) immediate.unref();
    const stopWatching = onAbort(signal, () => {
      if (immediate._destroyed) return;
      clearImmediate(immediate);
      reject(aborted(signal));
    });
  });
}
Object.defineProperty(setImmediate, 'length', { __proto__: null, value: 1, configurable: true });

/**
 * @template T
 * @param {number} [delay] milliseconds
 * @param {T} [value]
 * @param {{signal?: AbortSignal, ref?: boolean}} [options]
 * @returns {AsyncIterator<T>}
 */
async function* setInterval(delay, value, options = {}) {
  if (delay !== undefined) validateNumber(delay, 'delay');
  const { signal, ref } = parseOptions(options);
  if (signal?.aborted) throw aborted(signal);

  let due = 0;
  let wake;
  const interval = new Timeout(
    () => {
      due++;
      wake?.();
      wake = undefined;
    },
    delay,
    undefined,
    true,
    ref,
  );
  insert(interval, interval._idleTimeout);
  const stopWatching = onAbort(signal, () => {
    clear(interval);
    wake?.(Promise.reject(aborted(signal)));
    wake = undefined;
  });

  try {
    while (!signal?.aborted) {
      if (due === 0) await new Promise((resolve) => (wake = resolve));
      for (; due > 0; due--) yield value;
    }
    throw aborted(signal);
  } finally {
    clear(interval);
    stopWatching?.();
  }
}

const kScheduler = Symbol('kScheduler');

/** @see https://nodejs.org/docs/latest-v24.x/api/timers.html#timerspromisesschedulerwaitdelay-options */
class Scheduler {
  constructor() {
    throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  /** @returns {Promise<void>} after the events that wait now */
  yield() {
    if (!this[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setImmediate();
  }

  /**
   * @param {number} delay milliseconds
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<void>}
   */
  wait(delay, options) {
    if (!this[kScheduler]) throw new ERR_INVALID_THIS('Scheduler');
    return setTimeout(delay, undefined, options);
  }
}

const scheduler = Reflect.construct(
  function () {
    this[kScheduler] = true;
  },
  [],
  Scheduler,
);

module.exports = { setTimeout, setImmediate, setInterval, scheduler };
