// Small helpers that many rooms share.
'use strict';

const kCustomPromisify = Symbol.for('nodejs.util.promisify.custom');
/** On a function: names of its callback's results, for the object that its promise gives. */
const kCustomPromisifyArgs = Symbol('customPromisifyArgs');
const kEmptyObject = Object.freeze({ __proto__: null });

/** Makes properties of `target` enumerable: for accessors declared in a class. */
function enumerable(target, names) {
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    if (descriptor !== undefined)
      Object.defineProperty(target, name, { __proto__: null, ...descriptor, enumerable: true });
  }
}

/** Calls `fn` on the first call only, and keeps its result. */
function lazy(fn) {
  let value;
  let made = false;
  return () => {
    if (!made) {
      made = true;
      value = fn();
    }
    return value;
  };
}

const warned = new Set();

/** "X is an experimental feature and might change at any time", once a feature. */
function emitExperimentalWarning(feature, messagePrefix = '', code = undefined, ctor = undefined) {
  if (warned.has(feature)) return;
  warned.add(feature);
  process.emitWarning(
    `${messagePrefix}${feature} is an experimental feature and might change at any time`,
    'ExperimentalWarning',
    code,
    ctor,
  );
}

/** Whether `value` is an Error of this or another realm. */
function isError(value) {
  return binding('types').isNativeError(value) || value instanceof Error;
}

module.exports = {
  emitExperimentalWarning,
  enumerable,
  isError,
  kCustomPromisify,
  kCustomPromisifyArgs,
  kEmptyObject,
  lazy,
};
