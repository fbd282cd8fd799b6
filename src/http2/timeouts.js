// setTimeout() of sessions and streams: 'timeout' is emitted when nothing has happened for so long.
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateNumber } = require('errors/validators');
const { kSession, kTimeout, kUpdateTimer } = require('http2/symbols');

/** In milliseconds, as timers can have it. */
function toDuration(msecs) {
  validateNumber(msecs, 'msecs');
  if (msecs < 0 || !Number.isFinite(msecs))
    throw new codes.ERR_OUT_OF_RANGE('msecs', 'a non-negative finite number', msecs);
  if (msecs > 2147483647) {
    process.emitWarning(
      `${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to 2147483647.`,
      'TimeoutOverflowWarning',
    );
    return 2147483647;
  }
  return msecs;
}

/** `this` is a session or a stream. */
function setTimeout(msecs, callback) {
  if (this.destroyed) return this;
  this.timeout = msecs;
  const duration = toDuration(msecs);
  clear(this);
  if (duration === 0) {
    if (callback !== undefined) {
      validateFunction(callback, 'callback');
      this.removeListener('timeout', callback);
    }
    return this;
  }
  const { setUnrefTimeout } = require('timers/internal');
  this[kTimeout] = setUnrefTimeout(() => this._onTimeout(), duration);
  if (this[kSession]) this[kSession][kUpdateTimer]();
  if (callback !== undefined) {
    validateFunction(callback, 'callback');
    this.once('timeout', callback);
  }
  return this;
}

function clear(target) {
  if (target[kTimeout] === null) return;
  require('timers/timers').clearTimeout(target[kTimeout]);
  target[kTimeout] = null;
}

module.exports = { clearTimer: clear, setTimeout };
