'use strict';

/**
 * What stands under node:async_hooks: ids, the ids of the code that runs now, and the calls of enabled hooks.
 *
 * Rooms with asynchronous operations of their own use it so:
 *   const hooks = require('async/hooks_internal');
 *   const id = hooks.newAsyncId();
 *   if (hooks.state.init !== 0) hooks.emitInit(id, 'MYWRAP', hooks.triggerId(), this);
 *   ... when the callback runs: hooks.run(id, triggerId, resource, fn, thisArg, args)
 * While no hook is enabled an id is an addition and the rest is a few stores.
 */

/**
 * `execution`, `trigger`, `resource`: of the code that runs now. `lastId`: the newest id. `init` ... `promiseResolve`:
 * how many enabled hooks have such a callback.
 */
const state = {
  execution: 0,
  trigger: 0,
  resource: undefined,
  lastId: 1,
  init: 0,
  before: 0,
  after: 0,
  destroy: 0,
  promiseResolve: 0,
};

/** Enabled hooks. What a hook enables or disables counts when the outermost call of hooks has ended. */
let active = [];
/** `active` as it is to become, while hooks are being called. */
let next;
let depth = 0;

function endCalls() {
  if (--depth > 0 || next === undefined) return;
  active = next;
  next = undefined;
  recount();
}

/** Resource of the main script and of what has none. */
const topLevelResource = {};

function newAsyncId() {
  return ++state.lastId;
}

/** Id that a new resource has as its trigger unless it says otherwise. */
function triggerId() {
  return state.execution;
}

function enabled() {
  return active.length > 0;
}

/** An exception in a hook ends the process: the program's own handlers cannot be trusted to see consistent ids. */
function fatalError(error) {
  if (typeof error?.stack === 'string') {
    process._rawDebug(error.stack);
  } else {
    const trace = { message: error };
    Error.captureStackTrace(trace, fatalError);
    process._rawDebug(trace.stack);
  }
  process.exit(1);
}

function emitInit(asyncId, type, trigger, resource) {
  if (state.init === 0) return;
  depth++;
  for (const hook of active) {
    if (hook.init === undefined) continue;
    try {
      hook.owner.init(asyncId, type, trigger, resource);
    } catch (error) {
      fatalError(error);
    }
  }
  endCalls();
}

function emitWith(name, asyncId) {
  depth++;
  for (const hook of active) {
    if (hook[name] === undefined) continue;
    try {
      hook.owner[name](asyncId);
    } catch (error) {
      fatalError(error);
    }
  }
  endCalls();
}

function emitBefore(asyncId) {
  if (state.before !== 0 && asyncId !== 0) emitWith('before', asyncId);
}

function emitAfter(asyncId) {
  if (state.after !== 0 && asyncId !== 0) emitWith('after', asyncId);
}

let destroyQueue = [];

/** 'destroy' comes later, out of the way of what is being destroyed. */
function emitDestroy(asyncId) {
  if (state.destroy === 0 || asyncId <= 0) return;
  if (destroyQueue.push(asyncId) === 1) require('timers/internal').setUnrefImmediate(drainDestroyQueue);
}

/** Emits what waits; also called before the immediates of a turn, and before 'beforeExit'. */
function drainDestroyQueue() {
  while (destroyQueue.length > 0) {
    const ids = destroyQueue;
    destroyQueue = [];
    for (const id of ids) {
      if (state.destroy !== 0) emitWith('destroy', id);
    }
  }
}

function emitPromiseResolve(asyncId) {
  if (state.promiseResolve !== 0) emitWith('promiseResolve', asyncId);
}

/** Runs `fn` as the callback of the resource `asyncId`. */
function run(asyncId, trigger, resource, fn, thisArg, args) {
  const { execution, trigger: oldTrigger, resource: oldResource } = state;
  state.execution = asyncId;
  state.trigger = trigger;
  state.resource = resource;
  if (state.before !== 0) emitBefore(asyncId);
  try {
    return Reflect.apply(fn, thisArg, args);
  } finally {
    if (state.after !== 0) emitAfter(asyncId);
    state.execution = execution;
    state.trigger = oldTrigger;
    state.resource = oldResource;
  }
}

/**
 * Runs `fn`, which calls no code of the program: the resources that it makes are triggered by the native `handle`.
 * @template T
 * @param {object} handle
 * @param {() => T} fn
 * @returns {T}
 */
function triggeredBy(handle, fn) {
  const id = state.init === 0 ? undefined : handle?.[kAsyncId];
  if (id === undefined) return fn();
  const { execution } = state;
  state.execution = id;
  try {
    return fn();
  } finally {
    state.execution = execution;
  }
}

/** Back to no execution at all: after an uncaught exception, and when the main script has ended. */
function clearStack() {
  // What threw could not say that it is over.
  while (state.execution !== 0) {
    // The main script is no callback.
    if (state.execution !== 1) emitAfter(state.execution);
    const old = stack.pop();
    state.execution = old === undefined ? 0 : old.execution;
  }
  state.execution = 0;
  state.trigger = 0;
  state.resource = undefined;
  stack.length = 0;
}

/** The main script runs as resource 1. */
function enterMain() {
  state.execution = 1;
  state.trigger = 0;
  state.resource = topLevelResource;
}

// ---- Promises ----

const kAsyncId = Symbol('async_id_symbol');
const kTriggerId = Symbol('trigger_async_id_symbol');
/** What was running before the promises and native callbacks that run now. */
const stack = [];

function promiseInit(promise, parent) {
  const trigger = parent === undefined ? state.execution : promiseId(parent);
  const id = newAsyncId();
  promise[kAsyncId] = id;
  promise[kTriggerId] = trigger;
  emitInit(id, 'PROMISE', trigger, promise);
  if (state.destroy !== 0) destroyWhenCollected(promise, id);
}

/** Id of a promise; those older than the first hook get one now. */
function promiseId(promise) {
  const known = promise[kAsyncId];
  if (known !== undefined) return known;
  promise[kTriggerId] = state.execution;
  return (promise[kAsyncId] = newAsyncId());
}

function promiseBefore(promise) {
  const id = promiseId(promise);
  stack.push({ execution: state.execution, trigger: state.trigger, resource: state.resource });
  state.execution = id;
  state.trigger = promise[kTriggerId];
  state.resource = promise;
  emitBefore(id);
}

function promiseAfter(promise) {
  const id = promise[kAsyncId];
  if (id !== undefined) emitAfter(id);
  // An uncaught exception has emptied the stack.
  const old = stack.pop();
  if (old === undefined) return;
  state.execution = old.execution;
  state.trigger = old.trigger;
  state.resource = old.resource;
}

function promiseSettled(promise) {
  emitPromiseResolve(promiseId(promise));
}

/** Takes our promise hooks away again. */
let stopPromiseHooks = [];

function updatePromiseHooks() {
  for (const stop of stopPromiseHooks) stop();
  stopPromiseHooks = [];
  if (!active.some((hook) => hook.trackPromises)) return;
  const { add } = require('async/promise_hooks');
  stopPromiseHooks = [
    add('init', promiseInit, true),
    add('before', promiseBefore, true),
    add('after', promiseAfter, true),
  ];
  if (state.promiseResolve > 0) stopPromiseHooks.push(add('settled', promiseSettled, true));
}

// ---- Native resources: handles and requests tell of themselves while hooks are enabled ----

const asyncInfo = new Uint32Array(1);

/** Names of handles as process.getActiveResourcesInfo() gives them → types of async_hooks. */
const nativeTypes = {
  __proto__: null,
  TCPSocketWrap: 'TCPWRAP',
  PipeSocketWrap: 'PIPEWRAP',
  GetAddrInfoReqWrap: 'GETADDRINFOREQWRAP',
};

function nativeInit(type, resource, source) {
  const asyncId = newAsyncId();
  const trigger = source === undefined ? state.execution : source[kAsyncId];
  resource[kAsyncId] = asyncId;
  resource[kTriggerId] = trigger;
  emitInit(asyncId, nativeTypes[type] ?? type.toUpperCase(), trigger, resource);
}

function nativeBefore(resource) {
  stack.push({ execution: state.execution, trigger: state.trigger, resource: state.resource });
  state.execution = resource[kAsyncId];
  state.trigger = resource[kTriggerId];
  state.resource = resource;
  emitBefore(state.execution);
}

function nativeAfter(resource) {
  // An uncaught exception has emptied the stack, and told the hooks.
  const old = stack.pop();
  if (old === undefined) return;
  emitAfter(resource[kAsyncId]);
  state.execution = old.execution;
  state.trigger = old.trigger;
  state.resource = old.resource;
}

function nativeDestroy(resource) {
  emitDestroy(resource[kAsyncId]);
}

binding('async').useAsyncHooks(asyncInfo, nativeInit, nativeBefore, nativeAfter, nativeDestroy);

// ---- Enabling ----

const kinds = ['init', 'before', 'after', 'destroy', 'promiseResolve'];

function recount() {
  for (const kind of kinds) {
    state[kind] = 0;
    for (const hook of active) {
      if (hook[kind] !== undefined) state[kind]++;
    }
  }
  asyncInfo[0] = active.length;
  updatePromiseHooks();
}

/** @param {{owner: object, trackPromises: boolean}} hook with the callbacks of the hook by name */
function enable(hook) {
  const current = next ?? active;
  if (!current.includes(hook)) replaceActive([...current, hook]);
}

function disable(hook) {
  const current = next ?? active;
  if (current.includes(hook)) replaceActive(current.filter((each) => each !== hook));
}

function replaceActive(list) {
  if (depth > 0) {
    next = list;
    return;
  }
  active = list;
  recount();
}

// ---- Destroy on collection ----

let collected;

/**
 * Emits 'destroy' when `object` is collected, unless `status.destroyed` says that it has been emitted by hand.
 * @param {object} object
 * @param {number} asyncId
 * @param {{destroyed: boolean}} [status]
 */
function destroyWhenCollected(object, asyncId, status) {
  collected ??= new FinalizationRegistry(({ asyncId, status }) => {
    if (status === undefined || !status.destroyed) emitDestroy(asyncId);
  });
  collected.register(object, { asyncId, status });
}

/** Runs `fn` as something that `promise` did, without telling the hooks: how unhandled rejections are reported. */
function runAsPromise(promise, fn) {
  const id = promise[kAsyncId];
  if (id === undefined) return fn();
  const { execution, trigger, resource } = state;
  state.execution = id;
  state.trigger = promise[kTriggerId];
  state.resource = promise;
  try {
    return fn();
  } finally {
    state.execution = execution;
    state.trigger = trigger;
    state.resource = resource;
  }
}

module.exports = {
  runAsPromise,
  triggeredBy,
  drainDestroyQueue,
  state,
  topLevelResource,
  newAsyncId,
  triggerId,
  enabled,
  emitInit,
  emitBefore,
  emitAfter,
  emitDestroy,
  run,
  clearStack,
  enterMain,
  enable,
  disable,
  destroyWhenCollected,
};
