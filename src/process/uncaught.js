'use strict';

/** What happens to an exception that nobody caught. */

const shared = require('process/state');
const hooks = require('async/hooks_internal');
const { setContext } = require('async/context');

const kFailed = 1;
const kHandlerFailed = 7;

function report(error, frame) {
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
  let handled;
  try {
    handled = offer(error, fromPromise);
  } catch (second) {
    report(second, undefined);
    binding('process').reallyExit(kHandlerFailed);
    return false;
  }
  if (handled) {
    // The code that threw has not cleaned up after itself.
    hooks.clearStack();
    setContext(undefined);
    return true;
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
  binding('process').reallyExit(Number(shared.exitCode ?? kFailed));
  return false;
}

/** Asks those who might handle it. */
function offer(error, fromPromise) {
  const origin = fromPromise ? 'unhandledRejection' : 'uncaughtException';
  process.emit('uncaughtExceptionMonitor', error, origin);
  if (shared.captureUncaught !== null) {
    shared.captureUncaught(error);
    return true;
  }
  const handledByDomain = shared.domainCapture?.(error);
  if (handledByDomain) return true;
  return process.emit('uncaughtException', error, origin);
}

/** process.setUncaughtExceptionCaptureCallback */
function setUncaughtExceptionCaptureCallback(fn) {
  if (fn === null) {
    shared.captureUncaught = null;
    return;
  }
  const { codes } = require('errors/errors');
  if (typeof fn !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn);
  if (shared.domainCapture !== null) throw new codes.ERR_DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE();
  if (shared.captureUncaught !== null) throw new codes.ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET();
  shared.captureUncaught = fn;
}

/** process.hasUncaughtExceptionCaptureCallback */
function hasUncaughtExceptionCaptureCallback() {
  return shared.captureUncaught !== null;
}

binding('loop').setUncaughtHandler(onUncaught);

module.exports = { onUncaught, setUncaughtExceptionCaptureCallback, hasUncaughtExceptionCaptureCallback };
