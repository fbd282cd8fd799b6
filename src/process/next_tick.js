'use strict';

/**
 * process.nextTick and queueMicrotask, and the one loop that runs them in Node's order: all ticks, then all microtasks,
 * again until both are empty, then the promise rejections that nobody handled.
 */

const hooks = require('async/hooks_internal');
const { getContext, setContext } = require('async/context');
const shared = require('process/state');

const { state } = hooks;
const { runMicrotasks, enqueueMicrotask } = binding('loop');
const { apply } = Reflect;

const kHasTicks = 0;
const kHasRejections = 1;
/** Shared with C++: whether there is anything to do when a callback scope ends. */
const tickInfo = new Uint8Array(2);

/** The queue is a ring: `head` is the next to run, `tail` the next free place, both modulo the (power of two) size. */
let ring = new Array(256).fill(undefined);
let mask = ring.length - 1;
let head = 0;
let tail = 0;

function push(tick) {
  ring[tail] = tick;
  tail = (tail + 1) & mask;
  if (tail === head) grow();
}

/** The ring is full: twice the size, with the head at its start. */
function grow() {
  const size = ring.length;
  const bigger = new Array(size * 2).fill(undefined);
  for (let i = 0; i < size; i++) bigger[i] = ring[(head + i) & mask];
  ring = bigger;
  mask = bigger.length - 1;
  head = 0;
  tail = size;
}

class Tick {
  constructor(callback, args, asyncId, triggerAsyncId, context) {
    this.callback = callback;
    this.args = args;
    this.asyncId = asyncId;
    this.triggerAsyncId = triggerAsyncId;
    this.context = context;
  }
}

/**
 * @param {Function} callback
 * @param {...unknown} args
 */
function nextTick(callback, ...args) {
  if (typeof callback !== 'function') require('errors/validators').validateFunction(callback, 'callback');
  if (shared.exiting) return;
  const tick = new Tick(callback, args.length === 0 ? undefined : args, ++state.lastId, state.execution, getContext());
  tickInfo[kHasTicks] = 1;
  push(tick);
  if (state.init !== 0) hooks.emitInit(tick.asyncId, 'TickObject', tick.triggerAsyncId, tick);
}

function runTick(tick) {
  state.execution = tick.asyncId;
  state.trigger = tick.triggerAsyncId;
  state.resource = tick;
  setContext(tick.context);
  const { callback, args } = tick;
  if (state.before !== 0) hooks.emitBefore(tick.asyncId);
  try {
    if (args === undefined) callback();
    else if (args.length === 1) callback(args[0]);
    else apply(callback, undefined, args);
  } finally {
    if (state.destroy !== 0) hooks.emitDestroy(tick.asyncId);
  }
  if (state.after !== 0) hooks.emitAfter(tick.asyncId);
}

/** Rejections that nobody handled; set by process/promises. Gives true when there may be new ticks. */
let processRejections = () => false;

/** C++ calls this at the end of the outermost callback scope. An exception leaves the rest queued for the next call. */
function processTicksAndRejections() {
  const { execution, trigger, resource } = state;
  const context = getContext();
  do {
    while (head !== tail) {
      const tick = ring[head];
      ring[head] = undefined;
      head = (head + 1) & mask;
      runTick(tick);
    }
    state.execution = execution;
    state.trigger = trigger;
    state.resource = resource;
    setContext(context);
    runMicrotasks();
  } while (head !== tail || processRejections());
  tickInfo[kHasTicks] = 0;
  tickInfo[kHasRejections] = 0;
}

/** Between two timers or immediates: everything that the last one scheduled. */
function runNextTicks() {
  if (tickInfo[kHasTicks] === 0 && tickInfo[kHasRejections] === 0) {
    runMicrotasks();
    if (tickInfo[kHasTicks] === 0 && tickInfo[kHasRejections] === 0) return;
  }
  processTicksAndRejections();
}

/**
 * @param {Function} callback
 */
function queueMicrotask(callback) {
  if (typeof callback !== 'function') require('errors/validators').validateFunction(callback, 'callback');
  const context = getContext();
  const asyncId = ++state.lastId;
  const triggerAsyncId = state.execution;
  let resource;
  if (state.init !== 0) {
    resource = { asyncId, callback };
    hooks.emitInit(asyncId, 'Microtask', triggerAsyncId, resource);
  }
  enqueueMicrotask(() => {
    const previous = getContext();
    setContext(context);
    try {
      hooks.run(asyncId, triggerAsyncId, resource, callback, undefined, []);
    } catch (error) {
      // V8 would drop it: there is no caller above a microtask.
      binding('loop').reportUncaught(error, false);
    } finally {
      if (state.destroy !== 0) hooks.emitDestroy(asyncId);
      setContext(previous);
    }
  });
}

binding('loop').useTicks(tickInfo, processTicksAndRejections);

module.exports = {
  nextTick,
  queueMicrotask,
  runNextTicks,
  processTicksAndRejections,
  /** @param {() => boolean} fn */
  setRejectionProcessor(fn) {
    processRejections = fn;
  },
  /** There are rejections to look at when the ticks are done. */
  markRejections() {
    tickInfo[kHasRejections] = 1;
  },
};
