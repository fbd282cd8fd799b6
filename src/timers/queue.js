'use strict';

/**
 * When timers run. Timers of one duration expire in the order in which they were started, so they stand in one linked
 * list; a heap orders the lists by their first expiry, and one libuv timer waits for the earliest.
 *
 * The fields `_idleTimeout`, `_idleStart`, `_idleNext`, `_idlePrev`, `_onTimeout`, `_repeat` and `_destroyed` are public in
 * practice: packages and console.log show them.
 */

const hooks = require('async/hooks_internal');
const { getContext, setContext } = require('async/context');
const { Heap } = require('timers/heap');
const { runNextTicks } = require('process/next_tick');

const { scheduleTimer, toggleTimerRef, getLoopNow } = binding('loop');
const { state } = hooks;

const kRefed = Symbol('refed');
const kHasPrimitive = Symbol('kHasPrimitive');
const kAsyncId = Symbol('asyncId');
const kTriggerId = Symbol('triggerId');
const kContext = Symbol('kAsyncContextFrame');

const TIMEOUT_MAX = 2 ** 31 - 1;

/** Timers by the number that `+timeout` gives. */
const knownTimersById = { __proto__: null };

/** All timers of one duration; itself the ends of its linked list. */
class TimersList {
  constructor(expiry, msecs, id) {
    this._idleNext = this;
    this._idlePrev = this;
    this.expiry = expiry;
    this.id = id;
    this.msecs = msecs;
    this.position = 0;
  }
}

/** Lists that expire together run in the order in which they were made. */
const queue = new Heap((a, b) => a.expiry < b.expiry || (a.expiry === b.expiry && a.id < b.id));
const lists = new Map();
let lastListId = Number.MIN_SAFE_INTEGER;
/** What the libuv timer waits for. */
let nextExpiry = Infinity;
let refCount = 0;

function incRefCount() {
  if (refCount++ === 0) toggleTimerRef(true);
}

function decRefCount() {
  if (--refCount === 0) toggleTimerRef(false);
}

function unlink(timer) {
  if (timer._idleNext) timer._idleNext._idlePrev = timer._idlePrev;
  if (timer._idlePrev) timer._idlePrev._idleNext = timer._idleNext;
  timer._idleNext = null;
  timer._idlePrev = null;
}

function append(list, timer) {
  if (timer._idleNext || timer._idlePrev) unlink(timer);
  timer._idleNext = list;
  timer._idlePrev = list._idlePrev;
  list._idlePrev._idleNext = timer;
  list._idlePrev = timer;
}

/** Starts `timer`: it expires `msecs` after `start`, a time of the loop. */
function insert(timer, msecs, start = getLoopNow()) {
  msecs = Math.trunc(msecs);
  timer._idleStart = start;
  let list = lists.get(msecs);
  if (list === undefined) {
    const expiry = start + msecs;
    list = new TimersList(expiry, msecs, lastListId++);
    lists.set(msecs, list);
    queue.push(list);
    if (nextExpiry > expiry) {
      scheduleTimer(msecs);
      nextExpiry = expiry;
    }
  }
  append(list, timer);
}

/**
 * The list that was emptied last, and stays: a timeout that is set and cleared for every request finds it again. One such
 * list is kept, or durations that are all different would pile up until they expire.
 */
let emptied;

/** Takes `timer` out of its list, and the list out of the queue when it was the last one. */
function remove(timer) {
  const list = lists.get(Math.trunc(timer._idleTimeout));
  unlink(timer);
  if (list === undefined || list._idleNext !== list || list === emptied) return;
  if (emptied !== undefined && emptied._idleNext === emptied) dropList(emptied);
  emptied = list;
}

function dropList(list) {
  // Between two calls of a list's timers it may be dropped and another made for the same duration.
  if (lists.get(list.msecs) === list) lists.delete(list.msecs);
  if (list.position !== 0) queue.remove(list);
}

function retire(timer) {
  if (timer._destroyed) return;
  timer._destroyed = true;
  if (timer[kHasPrimitive]) delete knownTimersById[timer[kAsyncId]];
  if (timer[kRefed]) decRefCount();
  if (state.destroy !== 0) hooks.emitDestroy(timer[kAsyncId]);
}

/** Stops `timer` for good (or until refresh()). */
function clear(timer) {
  timer._onTimeout = null;
  if (!timer._destroyed) {
    remove(timer);
    retire(timer);
  }
  timer[kRefed] = null;
  timer._idleTimeout = -1;
}

/** Gives `timer` its ids and context; the last step of making one. */
function initResource(resource, type) {
  const asyncId = (resource[kAsyncId] = ++state.lastId);
  const triggerId = (resource[kTriggerId] = state.execution);
  resource[kContext] = getContext();
  if (state.init !== 0) hooks.emitInit(asyncId, type, triggerId, resource);
}

/** C++ calls this when the libuv timer fires; gives the next expiry, negative when only unref'd timers remain, or 0. */
function processTimers(now) {
  nextExpiry = Infinity;
  let ranOne = false;
  let list;
  while ((list = queue.peek()) !== undefined) {
    if (list.expiry > now) {
      // What has become due meanwhile waits for the loop's next round: timers must not keep input and output out.
      nextExpiry = list.expiry;
      return refCount > 0 ? nextExpiry : -nextExpiry;
    }
    if (ranOne) runNextTicks();
    else ranOne = true;
    runList(list, now);
  }
  return 0;
}

function runList(list, now) {
  const { msecs } = list;
  let ranOne = false;
  let timer;
  while ((timer = list._idleNext) !== list) {
    const passed = now - timer._idleStart;
    if (passed < msecs) {
      // Started while the list ran, or early: the rest of the list waits.
      list.expiry = Math.max(timer._idleStart + msecs, now + 1);
      list.id = lastListId++;
      if (list.position === 1) queue.topChanged();
      return;
    }
    if (ranOne) {
      runNextTicks();
      // Ticks may have cleared timers of this list.
      if (timer !== list._idleNext) {
        ranOne = false;
        continue;
      }
    } else {
      ranOne = true;
    }
    unlink(timer);
    if (!timer._onTimeout) {
      retire(timer);
      continue;
    }
    runTimer(timer);
    ranOne = true;
  }
  dropList(list);
}

function runTimer(timer) {
  state.execution = timer[kAsyncId];
  state.trigger = timer[kTriggerId];
  state.resource = timer;
  setContext(timer[kContext]);
  if (state.before !== 0) hooks.emitBefore(timer[kAsyncId]);
  const start = timer._repeat ? getLoopNow() : undefined;
  try {
    const args = timer._timerArgs;
    if (args === undefined) timer._onTimeout();
    else Reflect.apply(timer._onTimeout, timer, args);
  } finally {
    if (timer._repeat && timer._idleTimeout !== -1) {
      timer._idleTimeout = timer._repeat;
      insert(timer, timer._idleTimeout, start);
    } else if (!timer._idleNext && !timer._idlePrev) {
      retire(timer);
    }
  }
  if (state.after !== 0) hooks.emitAfter(timer[kAsyncId]);
  state.execution = 0;
  state.trigger = 0;
  state.resource = undefined;
  setContext(undefined);
}

module.exports = {
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
  processTimers,
  remove,
  /** How many timers keep the process alive. */
  refCount: () => refCount,
};
