// Errors on their way to another thread: V8's clone keeps name, message and stack; we keep the class and the properties.
'use strict';

const { isNativeError } = require('util/types');

const CLASSES = { __proto__: null, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

/** The built-in class that an error is of, through classes of the program. */
function classOf(error) {
  for (let at = error; at !== null; at = Object.getPrototypeOf(at)) {
    const { constructor } = Object.getOwnPropertyDescriptor(at, 'constructor')?.value ? at : {};
    if (typeof constructor === 'function' && CLASSES[constructor.name] === constructor) return constructor.name;
  }
  return 'Error';
}

/** Own and inherited properties that can be read, but those of Object.prototype. */
function propertiesOf(error) {
  const properties = {};
  const names = new Set([...Object.getOwnPropertyNames(error), 'name', 'message', 'stack']);
  for (const name of names) {
    try {
      const value = error[name];
      if (typeof value !== 'function' && typeof value !== 'symbol') properties[name] = value;
    } catch {
      // A getter that throws has nothing to say.
    }
  }
  return properties;
}

/** @returns {object} plain data for `revive` */
function describe(error) {
  if (!isNativeError(error)) return { value: error };
  return { type: classOf(error), properties: propertiesOf(error) };
}

/** What is told of an error that cannot be cloned. */
function describeAsText(error) {
  return { text: require('util/inspect').inspect(error) };
}

function revive(description) {
  if ('value' in description) return description.value;
  if ('text' in description) {
    return description.text;
  }
  const { type, properties } = description;
  const error = new CLASSES[type]();
  if (!('stack' in properties)) error.stack = undefined;
  for (const name of Object.keys(properties)) {
    // As in the original: what every error has is not enumerable.
    const enumerable = name !== 'stack' && name !== 'message' && name !== 'name' && name !== 'cause';
    if (name === 'name' && properties.name === error.name) continue;
    Object.defineProperty(error, name, {
      __proto__: null,
      value: properties[name],
      writable: true,
      configurable: true,
      enumerable,
    });
  }
  return error;
}

module.exports = { describe, describeAsText, revive };
