// util.deprecate: a function or class that warns once when it is used.
'use strict';

const { validateString } = require('errors/validators');

const warnedCodes = new Set();

/**
 * @template {Function} F
 * @param {F} fn
 * @param {string} message
 * @param {string} [code] "DEP0000"; warnings with the same code come once
 * @param {{modifyPrototype?: boolean}} [options]
 * @returns {F}
 */
function deprecate(fn, message, code, { modifyPrototype = true } = {}) {
  if (code !== undefined) validateString(code, 'code');
  let warned = false;
  function deprecated(...args) {
    if (!warned && process.noDeprecation !== true) {
      warned = true;
      if (code === undefined) {
        process.emitWarning(message, 'DeprecationWarning', deprecated);
      } else if (!warnedCodes.has(code)) {
        warnedCodes.add(code);
        process.emitWarning(message, 'DeprecationWarning', code, deprecated);
      }
    }
    if (new.target) return Reflect.construct(fn, args, new.target === deprecated ? fn : new.target);
    return Reflect.apply(fn, this, args);
  }
  if (process.noDeprecation === true) return fn;
  if (modifyPrototype) {
    Object.setPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  Object.defineProperty(deprecated, 'length', { __proto__: null, ...Object.getOwnPropertyDescriptor(fn, 'length') });
  return deprecated;
}

/**
 * What a constructor that was called without `new` returns, with a warning, once for each code.
 * @param {Function} Class
 * @param {string} code "DEP0000"
 */
function deprecateInstantiation(Class, code, ...args) {
  if (process.noDeprecation !== true && !warnedCodes.has(code)) {
    warnedCodes.add(code);
    process.emitWarning(
      `Instantiating ${Class.name} without the 'new' keyword has been deprecated.`,
      'DeprecationWarning',
      code,
      deprecateInstantiation,
    );
  }
  return new Class(...args);
}

module.exports = { deprecate, deprecateInstantiation };
