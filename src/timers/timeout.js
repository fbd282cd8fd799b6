'use strict';

/** The object that setTimeout and setInterval give. */

const {
  TIMEOUT_MAX,
  knownTimersById,
  kAsyncId,
  kContext,
  kHasPrimitive,
  kRefed,
  kTriggerId,
  clear,
  decRefCount,
  incRefCount,
  initResource,
  insert,
  remove,
} = require('timers/queue');

let warnedNegative = false;
let warnedNaN = false;

/** A delay as Node takes it: 1 ms for what is no number, below 1 or above 2^31 - 1, with a warning where it says so. */
function toDelay(after) {
  if (after === undefined) return 1;
  after *= 1; // Coalesce to a number (or NaN), as Node does
  if (after >= 1 && after <= TIMEOUT_MAX) return after;
  if (after > TIMEOUT_MAX) {
    process.emitWarning(
      `${after} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`,
      'TimeoutOverflowWarning',
    );
  } else if (after < 0 && !warnedNegative) {
    warnedNegative = true;
    process.emitWarning(`${after} is a negative number.\nTimeout duration was set to 1.`, 'TimeoutNegativeWarning');
  } else if (Number.isNaN(after) && !warnedNaN) {
    warnedNaN = true;
    process.emitWarning(`${after} is not a number.\nTimeout duration was set to 1.`, 'TimeoutNaNWarning');
  }
  return 1;
}

class Timeout {
  constructor(callback, after, args, isRepeat, isRefed) {
    after = toDelay(after);
    this._idleTimeout = after;
    this._idlePrev = null;
    this._idleNext = null;
    this._idleStart = null;
    this._onTimeout = callback;
    this._timerArgs = args;
    this._repeat = isRepeat ? after : null;
    this._destroyed = false;
    if (isRefed) incRefCount();
    this[kRefed] = isRefed;
    this[kHasPrimitive] = false;
    this[kAsyncId] = 0;
    this[kTriggerId] = 0;
    this[kContext] = undefined;
    initResource(this, 'Timeout');
  }

  /** Starts the timer anew from now; it need not be set up again. */
  refresh() {
    if (this._destroyed) {
      // It ran or was cleared; a cleared one has no callback to run.
      if (!this._onTimeout || this._idleTimeout < 0) return this;
      this._destroyed = false;
      if (this[kRefed]) incRefCount();
      initResource(this, 'Timeout');
    } else if (this._idleNext !== null) {
      remove(this);
    }
    insert(this, this._idleTimeout);
    return this;
  }

  unref() {
    if (this[kRefed]) {
      this[kRefed] = false;
      if (!this._destroyed) decRefCount();
    }
    return this;
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (!this._destroyed) incRefCount();
    }
    return this;
  }

  hasRef() {
    return !!this[kRefed];
  }

  [Symbol.for('nodejs.util.inspect.custom')](_, options) {
    return require('util/inspect').inspect(this, { ...options, depth: 0, customInspect: false });
  }
}

// Enumerable and anonymous in Node.
Timeout.prototype.close =
  (0,
  function () {
    clear(this);
    return this;
  });

Timeout.prototype[Symbol.dispose] =
  (0,
  function () {
    clear(this);
  });

/** A number for those who keep timers in tables; clearTimeout takes it. */
Timeout.prototype[Symbol.toPrimitive] =
  (0,
  function () {
    const id = this[kAsyncId];
    if (!this[kHasPrimitive]) {
      this[kHasPrimitive] = true;
      knownTimersById[id] = this;
    }
    return id;
  });

module.exports = { Timeout, toDelay };
