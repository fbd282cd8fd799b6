'use strict';

/** What happens to an exception that nobody caught. */

const shared = require('process/state');
const hooks = require('async/hooks_internal');
const option = require('process/option');
const { setContext } = require('async/context');
const { kEnhanceStack } = require('events/internals');

const kFailed = 1;
const kNoHandler = 6;
const kHandlerFailed = 7;

/** Where the exception that is being dealt with was thrown, as text. */
let currentFrame;

/** An 'error' event that nobody listened to says where it was emitted. */
function enhanceStack(error) {
  try {
    const enhance = error?.[kEnhanceStack];
    if (typeof enhance !== 'function') return;
    Object.defineProperty(error, 'stack', { __proto__: null, value: enhance(), writable: true, configurable: true });
  } catch {
    // The stack it has must do.
  }
}

function report(error, frame) {
  enhanceStack(error);
  if (shared.reportToParent !== undefined) {
    shared.reportToParent(error);
    return;
  }
  try {
    require('cli/report_error').reportFatal(error, frame);
  } catch {
    // What prints errors failed itself: the bare facts.
    binding('process').rawDebug(`${frame ?? ''}\n${error?.stack ?? String(error)}`);
  }
}

/**
 * C++ calls this for every exception that leaves a callback scope or the main script.
 * @param {unknown} error
 * @param {boolean} fromPromise it is the reason of an unhandled rejection
 * @param {string} [frame] "file:line\nsource line\n   ^^^\n"
 * @returns {boolean} whether it was handled; otherwise the process ends here
 */
function onUncaught(error, fromPromise, frame) {
  currentFrame = frame;
  // Public in practice: programs replace it.
  if (typeof process._fatalException !== 'function') {
    report(error, frame);
    binding('process').reallyExit(kNoHandler);
    return false;
  }
  return process._fatalException(error, fromPromise);
}

/** The default of process._fatalException. */
function handleUncaught(error, fromPromise) {
  const frame = currentFrame;
  let handled;
  try {
    if (option('--abort-on-uncaught-exception')) {
      // Listeners for 'uncaughtException' come too late; a capture callback and domains do not.
      if (!capture(error)) abort(error, frame);
      handled = true;
    } else {
      handled = offer(error, fromPromise);
    }
  } catch (second) {
    if (option('--abort-on-uncaught-exception')) abort(second, undefined);
    report(second, undefined);
    binding('process').reallyExit(shared.reportToParent === undefined ? kHandlerFailed : kFailed);
    return false;
  }
  if (handled) {
    // The code that threw has not cleaned up after itself.
    hooks.clearStack();
    setContext(undefined);
    return true;
  }
  try {
    shared.reportUncaught?.(error);
  } catch {
    // The program's own error matters more.
  }
  try {
    if (!shared.exiting) {
      shared.exiting = true;
      process.exitCode = kFailed;
      process.emit('exit', kFailed);
    }
  } catch {
    // Nothing to be done about it any more.
  }
  report(error, frame);
  shared.compileCache?.flush();
  binding('process').reallyExit(Number(shared.exitCode ?? kFailed));
  return false;
}

/** Asks those who might handle it. */
function offer(error, fromPromise) {
  const origin = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  process.emit('uncaughtExceptionMonitor', error, origin);
  return capture(error) || process.emit('uncaughtException', error, origin);
}

/** Those who take an exception before any listener. */
function capture(error) {
  if (shared.captureUncaught !== null) {
    shared.captureUncaught(error);
    return true;
  }
  return Boolean(shared.domainCapture?.(error));
}

function abort(error, frame) {
  report(error, frame);
  process.abort();
}

/** process.setUncaughtExceptionCaptureCallback */
function setUncaughtExceptionCaptureCallback(fn) {
  if (fn === null) {
    shared.captureUncaught = null;
    return;
  }
  const { codes } = require('errors/errors');
  if (typeof fn !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn);
  if (shared.domainCapture !== null) {
    const error = new codes.ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE();
    // Where the domain module came from is what the reader must know.
    error.stack += `\n${'-'.repeat(40)}\n${shared.domainLoadedAt}`;
    throw error;
  }
  if (shared.captureUncaught !== null) throw new codes.ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  shared.captureUncaught = fn;
}

/** process.hasUncaughtExceptionCaptureCallback */
function hasUncaughtExceptionCaptureCallback() {
  return shared.captureUncaught !== null;
}

binding('loop').setUncaughtHandler(onUncaught);

module.exports = { handleUncaught, setUncaughtExceptionCaptureCallback, hasUncaughtExceptionCaptureCallback };
