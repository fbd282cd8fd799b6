'use strict';

/**
 * node:timers, and the global timer functions.
 * @see https://nodejs.org/docs/latest-v24.x/api/timers.html
 */

const { knownTimersById, clear, insert, processTimers } = require('timers/queue');
const { Timeout } = require('timers/timeout');
const { Immediate, clearImmediate, processImmediate, immediateInfo } = require('timers/immediate');

const kPromisify = Symbol.for('nodejs.util.promisify.custom');

function checkCallback(callback) {
  if (typeof callback !== 'function') require('errors/validators').validateFunction(callback, 'callback');
}

/**
 * @param {Function} callback
 * @param {number} [after] milliseconds
 * @param {...unknown} args
 * @returns {Timeout}
 */
function setTimeout(callback, after, ...args) {
  checkCallback(callback);
  const timeout = new Timeout(callback, after, args.length === 0 ? undefined : args, false, true);
  insert(timeout, timeout._idleTimeout);
  return timeout;
}

/**
 * @param {Function} callback
 * @param {number} [repeat] milliseconds
 * @param {...unknown} args
 * @returns {Timeout}
 */
function setInterval(callback, repeat, ...args) {
  checkCallback(callback);
  const timeout = new Timeout(callback, repeat, args.length === 0 ? undefined : args, true, true);
  insert(timeout, timeout._idleTimeout);
  return timeout;
}

/** @param {Timeout|number|string} timer */
function clearTimeout(timer) {
  if (timer?._onTimeout) {
    clear(timer);
  } else if (typeof timer === 'number' || typeof timer === 'string') {
    const known = knownTimersById[timer];
    if (known !== undefined) clear(known);
  }
}

/** @param {Timeout|number|string} timer */
function clearInterval(timer) {
  clearTimeout(timer);
}

/**
 * @param {Function} callback
 * @param {...unknown} args
 * @returns {Immediate}
 */
function setImmediate(callback, ...args) {
  checkCallback(callback);
  return new Immediate(callback, args.length === 0 ? undefined : args);
}
Object.defineProperty(setImmediate, 'length', { __proto__: null, value: 1, configurable: true });

for (const [fn, name] of [
  [setTimeout, 'setTimeout'],
  [setImmediate, 'setImmediate'],
]) {
  Object.defineProperty(fn, kPromisify, {
    __proto__: null,
    enumerable: true,
    get() {
      return require('timers/promises')[name];
    },
  });
}

binding('loop').useTimers(processTimers, processImmediate, immediateInfo);

module.exports = {
  setTimeout,
  clearTimeout,
  setImmediate,
  clearImmediate,
  setInterval,
  clearInterval,
};

Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return require('timers/promises');
  },
});
