'use strict';

/** Signals as events of the process: a listener of 'SIGINT' installs the handler, the last one to go removes it. */

const { Signal, constants } = binding('signal');

/** Signal name → its open Signal. */
const wraps = new Map();

/**
 * @param {string} name
 * @returns {number|undefined}
 */
function signalNumber(name) {
  return constants[name];
}

function isSignal(event) {
  return typeof event === 'string' && constants[event] !== undefined;
}

function startListening(name) {
  if (!isSignal(name) || wraps.has(name)) return;
  const wrap = new Signal();
  // Listening to a signal keeps no process alive.
  wrap.unref();
  wrap.onsignal = (number) => process.emit(name, name, number);
  const status = wrap.start(signalNumber(name));
  if (status !== 0) {
    wrap.close();
    const { ErrnoException } = require('errors/errors');
    throw new ErrnoException(status, 'uv_signal_start');
  }
  wraps.set(name, wrap);
}

function stopListening(name) {
  const wrap = wraps.get(name);
  if (wrap === undefined || process.listenerCount(name) > 0) return;
  wraps.delete(name);
  wrap.close();
}

module.exports = { constants, signalNumber, startListening, stopListening };
