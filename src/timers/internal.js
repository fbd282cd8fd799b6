'use strict';

/** Timers for our own rooms: they keep no process alive, and users cannot replace them. */

const { Timeout } = require('timers/timeout');
const { Immediate } = require('timers/immediate');
const { insert } = require('timers/queue');

/**
 * @param {Function} callback
 * @param {number} after milliseconds
 * @returns {Timeout}
 */
function setUnrefTimeout(callback, after) {
  const timer = new Timeout(callback, after, undefined, false, false);
  insert(timer, timer._idleTimeout);
  return timer;
}

/**
 * @param {Function} callback
 * @returns {Immediate}
 */
function setUnrefImmediate(callback) {
  return new Immediate(callback, undefined, true).unref();
}

module.exports = { setUnrefTimeout, setUnrefImmediate };
