'use strict';

/**
 * Promise rejections that nobody handles: --unhandled-rejections, 'unhandledRejection', 'rejectionHandled'.
 * A rejection counts as unhandled when the ticks and microtasks of its turn are done and it still has no handler.
 */

const { markRejections, setRejectionProcessor } = require('process/next_tick');
const { getContext, setContext } = require('async/context');
const hooks = require('async/hooks_internal');
const option = require('process/option');

const { setPromiseRejectCallback, reportUncaught } = binding('loop');
const { detailString } = binding('process');

// V8's PromiseRejectEvent.
const kRejectWithNoHandler = 0;
const kHandlerAddedAfterReject = 1;
const kResolveAfterResolved = 3;

/** promise → what is known of its rejection. */
const known = new WeakMap();
/** Rejections of this turn: promise → info. */
let pending = new Map();
/** Promises whose rejection was reported and that have got a handler since. */
const handledLate = [];
let lastId = 0;

function onPromiseReject(type, promise, reason) {
  if (type === kRejectWithNoHandler) {
    const info = { reason, id: ++lastId, reported: false, context: getContext() };
    known.set(promise, info);
    pending.set(promise, info);
    markRejections();
  } else if (type === kHandlerAddedAfterReject) {
    const info = known.get(promise);
    if (info === undefined) return;
    known.delete(promise);
    if (info.reported) {
      handledLate.push({ promise, info });
      markRejections();
    } else {
      pending.delete(promise);
    }
  } else if (process.listenerCount('multipleResolves') > 0) {
    const kind = type === kResolveAfterResolved ? 'resolve' : 'reject';
    process.nextTick(emitMultipleResolves, kind, promise, reason);
  }
}

let multipleResolvesWarned = false;

/** @deprecated DEP0160 */
function emitMultipleResolves(kind, promise, reason) {
  if (!multipleResolvesWarned) {
    multipleResolvesWarned = true;
    process.emitWarning('The multipleResolves event has been deprecated.', 'DeprecationWarning', 'DEP0160');
  }
  process.emit('multipleResolves', kind, promise, reason);
}

/** What is thrown for a rejection whose reason is no error. */
class UnhandledPromiseRejection extends Error {
  code = 'ERR_UNHANDLED_REJECTION';

  constructor(reason) {
    super(
      'This error originated either by throwing inside of an async function without a catch block, or by rejecting ' +
        `a promise which was not handled with .catch(). The promise rejected with the reason "${detailString(reason)}".`,
    );
    this.name = 'UnhandledPromiseRejection';
  }
}

function asError(reason) {
  return require('util/internal').isError(reason) ? reason : new UnhandledPromiseRejection(reason);
}

function warn(info) {
  const { reason } = info;
  const warning = new Error(
    'Unhandled promise rejection. This error originated either by throwing inside of an async function without a ' +
      'catch block, or by rejecting a promise which was not handled with .catch(). To terminate the node process on ' +
      'unhandled promise rejection, use the CLI flag `--unhandled-rejections=strict` (see ' +
      `https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). (rejection id: ${info.id})`,
  );
  warning.name = 'UnhandledPromiseRejectionWarning';
  try {
    if (typeof reason === 'object' && reason !== null && Object.hasOwn(reason, 'stack')) {
      warning.stack = reason.stack;
      process.emitWarning(reason.stack, 'UnhandledPromiseRejectionWarning');
    } else {
      process.emitWarning(detailString(reason), 'UnhandledPromiseRejectionWarning');
    }
  } catch {
    // The reason is the program's: its getters may throw.
  }
  process.emitWarning(warning);
}

/** How to deal with a rejection, by the mode of --unhandled-rejections. */
const strategies = {
  __proto__: null,
  strict(promise, info) {
    reportUncaught(asError(info.reason), true);
    if (!process.emit('unhandledRejection', info.reason, promise)) warn(info);
  },
  none(promise, info) {
    process.emit('unhandledRejection', info.reason, promise);
  },
  warn(promise, info) {
    process.emit('unhandledRejection', info.reason, promise);
    warn(info);
  },
  throw(promise, info) {
    if (process.emit('unhandledRejection', info.reason, promise)) return;
    reportUncaught(asError(info.reason), true);
  },
  'warn-with-error-code'(promise, info) {
    if (process.emit('unhandledRejection', info.reason, promise)) return;
    warn(info);
    process.exitCode = 1;
  },
};

let strategy;

function processRejections() {
  let mayHaveTicks = handledLate.length > 0;
  while (handledLate.length > 0) {
    const { promise, info } = handledLate.shift();
    if (process.emit('rejectionHandled', promise)) continue;
    const warning = new Error(`Promise rejection was handled asynchronously (rejection id: ${info.id})`);
    warning.name = 'PromiseRejectionHandledWarning';
    warning.id = info.id;
    process.emitWarning(warning);
  }
  if (pending.size === 0) return mayHaveTicks;

  const batch = pending;
  pending = new Map();
  strategy ??= strategies[option('--unhandled-rejections') || 'throw'];
  const context = getContext();
  try {
    for (const [promise, info] of batch) {
      batch.delete(promise);
      info.reported = true;
      setContext(info.context);
      mayHaveTicks = true;
      hooks.runAsPromise(promise, () => strategy(promise, info));
    }
  } finally {
    setContext(context);
    // A listener threw: the rest is for the next round.
    for (const [promise, info] of batch) pending.set(promise, info);
  }
  return mayHaveTicks || pending.size > 0;
}

setRejectionProcessor(processRejections);
setPromiseRejectCallback(onPromiseReject);

module.exports = {};
