// Public modules that are not built yet: they can be required (packages do so at their top), and every use of them throws
// ERR_METHOD_NOT_IMPLEMENTED naming the feature. docs/compatibility.md lists them.
'use strict';

const { codes } = require('errors/errors');

/** A function named `name` that throws. */
function notBuiltFunction(module, name) {
  return {
    [name]() {
      throw new codes.ERR_METHOD_NOT_IMPLEMENTED(`${module}.${name}`);
    },
  }[name];
}

/** A class named `name`, fit to be extended, that throws when it is constructed. */
function notBuiltClass(module, name, Base = Object) {
  const made = class extends Base {
    constructor() {
      throw new codes.ERR_METHOD_NOT_IMPLEMENTED(`${module}.${name}`);
    }
  };
  Object.defineProperty(made, 'name', { __proto__: null, value: name, configurable: true });
  return made;
}

/**
 * @param {string} module public name
 * @param {{functions?: string[], classes?: string[], values?: object}} names
 */
function notBuilt(module, { functions = [], classes = [], values = {} }) {
  const exports = {};
  for (const name of functions) exports[name] = notBuiltFunction(module, name);
  for (const name of classes) exports[name] = notBuiltClass(module, name);
  return Object.assign(exports, values);
}

module.exports = { notBuilt, notBuiltClass, notBuiltFunction };
