'use strict';

/** setImmediate: a linked list that runs once in each turn of the loop. */

const hooks = require('async/hooks_internal');
const { setContext } = require('async/context');
const { kRefed, kAsyncId, kTriggerId, kContext, initResource } = require('timers/queue');
const { runNextTicks } = require('process/next_tick');

const { toggleImmediateRef } = binding('loop');
const { state } = hooks;

const kCount = 0;
const kRefCount = 1;
const kHasOutstanding = 2;
/** Shared with C++. */
const immediateInfo = new Uint32Array(3);

class ImmediateList {
  constructor() {
    this.head = null;
    this.tail = null;
  }

  append(item) {
    if (this.tail !== null) {
      this.tail._idleNext = item;
      item._idlePrev = this.tail;
    } else {
      this.head = item;
    }
    this.tail = item;
  }
}

const waiting = new ImmediateList();
/** What is left of the turn that is being run; after an exception C++ comes back for it. */
const running = new ImmediateList();

/** Takes an immediate out of whichever list it stands in. */
function unlink(item) {
  const { _idleNext: next, _idlePrev: previous } = item;
  if (next !== null) next._idlePrev = previous;
  if (previous !== null) previous._idleNext = next;
  if (item === running.head) running.head = next;
  else if (item === waiting.head) waiting.head = next;
  if (item === running.tail) running.tail = previous;
  else if (item === waiting.tail) waiting.tail = previous;
  item._idleNext = null;
  item._idlePrev = null;
}

class Immediate {
  /** @param {boolean} [isOurs] one of the runtime's own, which async hooks do not see */
  constructor(callback, args, isOurs = false) {
    this._idleNext = null;
    this._idlePrev = null;
    this._onImmediate = callback;
    this._argv = args;
    this._destroyed = false;
    this[kRefed] = false;
    this[kAsyncId] = 0;
    this[kTriggerId] = 0;
    this[kContext] = undefined;
    if (!isOurs) initResource(this, 'Immediate');
    this.ref();
    immediateInfo[kCount]++;
    waiting.append(this);
  }

  ref() {
    if (this[kRefed] === false) {
      this[kRefed] = true;
      if (immediateInfo[kRefCount]++ === 0) toggleImmediateRef(true);
    }
    return this;
  }

  unref() {
    if (this[kRefed] === true) {
      this[kRefed] = false;
      if (--immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
    }
    return this;
  }

  hasRef() {
    return !!this[kRefed];
  }
}

Immediate.prototype[Symbol.dispose] =
  (0,
  function () {
    clearImmediate(this);
  });

/** No longer counted: it runs now or never. */
function retire(immediate) {
  immediateInfo[kCount]--;
  if (immediate[kRefed] && --immediateInfo[kRefCount] === 0) toggleImmediateRef(false);
  immediate[kRefed] = null;
  immediate._destroyed = true;
}

function clearImmediate(immediate) {
  if (!immediate?._onImmediate || immediate._destroyed) return;
  retire(immediate);
  if (state.destroy !== 0) hooks.emitDestroy(immediate[kAsyncId]);
  immediate._onImmediate = null;
  unlink(immediate);
}

/** C++ calls this once a turn, and again while kHasOutstanding is set. */
function processImmediate() {
  if (state.destroy !== 0) hooks.drainDestroyQueue();
  if (running.head === null) {
    running.head = waiting.head;
    running.tail = waiting.tail;
    waiting.head = waiting.tail = null;
  }
  immediateInfo[kHasOutstanding] = 1;
  let ranOne = false;
  let immediate;
  while ((immediate = running.head) !== null) {
    if (ranOne) {
      runNextTicks();
      // Ticks may have cleared it.
      if (immediate !== running.head) {
        ranOne = false;
        continue;
      }
    }
    unlink(immediate);
    retire(immediate);
    state.execution = immediate[kAsyncId];
    state.trigger = immediate[kTriggerId];
    state.resource = immediate;
    setContext(immediate[kContext]);
    if (state.before !== 0) hooks.emitBefore(immediate[kAsyncId]);
    if (running.head === null) immediateInfo[kHasOutstanding] = 0;
    try {
      const { _argv: args, _onImmediate: callback } = immediate;
      if (args === undefined) Reflect.apply(callback, immediate, []);
      else Reflect.apply(callback, immediate, args);
    } finally {
      immediate._onImmediate = null;
      if (state.destroy !== 0) hooks.emitDestroy(immediate[kAsyncId]);
    }
    if (state.after !== 0) hooks.emitAfter(immediate[kAsyncId]);
    state.execution = 0;
    state.trigger = 0;
    state.resource = undefined;
    setContext(undefined);
    ranOne = true;
  }
  immediateInfo[kHasOutstanding] = 0;
}

module.exports = { Immediate, clearImmediate, processImmediate, immediateInfo };
