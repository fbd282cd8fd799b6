'use strict';

/**
 * process.finalization: callbacks for objects that are still alive when the process ends.
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processfinalizationregisterref-callback
 */

const { validateFunction } = require('errors/validators');

function validateReference(value) {
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) return;
  const {
    codes: { ERR_INVALID_ARG_TYPE },
  } = require('errors/errors');
  throw new ERR_INVALID_ARG_TYPE('obj', 'object', value);
}

function createFinalization() {
  /** event → the WeakRefs (with their `callback`) that wait for it; in order of registration. */
  const waiting = { exit: new Set(), beforeExit: new Set() };
  const listeners = { exit: undefined, beforeExit: undefined };
  let collected;

  function drop(event, entry) {
    waiting[event].delete(entry);
    if (waiting[event].size > 0 || listeners[event] === undefined) return;
    process.removeListener(event, listeners[event]);
    listeners[event] = undefined;
  }

  function run(event) {
    for (const entry of [...waiting[event]]) {
      const object = entry.ref.deref();
      drop(event, entry);
      if (object !== undefined) entry.callback(object, event);
    }
  }

  function add(event, object, callback) {
    validateReference(object);
    validateFunction(callback, 'callback');
    collected ??= new FinalizationRegistry(({ event, entry }) => drop(event, entry));
    const entry = { ref: new WeakRef(object), callback };
    collected.register(object, { event, entry }, object);
    if (listeners[event] === undefined) {
      listeners[event] = () => run(event);
      process.on(event, listeners[event]);
    }
    waiting[event].add(entry);
  }

  return {
    register(obj, callback) {
      add('exit', obj, callback);
    },
    registerBeforeExit(obj, callback) {
      add('beforeExit', obj, callback);
    },
    unregister(obj) {
      validateReference(obj);
      collected?.unregister(obj);
      for (const event of ['exit', 'beforeExit']) {
        for (const entry of [...waiting[event]]) {
          if (entry.ref.deref() === obj) drop(event, entry);
        }
      }
    },
  };
}

module.exports = { createFinalization };
