// How the classes of this room read their arguments: WebIDL's conversions, with the messages that Node shows.
'use strict';

const { codes } = require('errors/errors');

const NOT_LATIN1 = /[^\0-\xff]/;

const shown = (value) => require('util/inspect').inspect(value);

/** The receiver is no object of the class. */
function illegalInvocation() {
  const error = new TypeError('Illegal invocation');
  error.code = 'ERR_INVALID_THIS';
  return error;
}

/** @throws {TypeError} fewer than `needed` arguments */
function requireArguments(count, needed, where) {
  if (count >= needed) return;
  const plural = needed === 1 ? '' : 's';
  const found = count === 0 ? '0' : `only ${count}`;
  throw new TypeError(`${where}: ${needed} argument${plural} required, but ${found} found.`);
}

function toText(value, what, type) {
  if (typeof value === 'string') return value;
  if (typeof value === 'symbol') throw new TypeError(`${what} is a symbol, which cannot be converted to a ${type}.`);
  return String(value);
}

/** A string of bytes: each unit below 256. */
function byteString(value, what) {
  const text = toText(value, what, 'ByteString');
  if (!NOT_LATIN1.test(text)) return text;
  const index = text.search(NOT_LATIN1);
  throw new TypeError(
    'Cannot convert argument to a ByteString because the character at ' +
      `index ${index} has a value of ${text.charCodeAt(index)} which is greater than 255.`,
  );
}

const domString = (value, what) => toText(value, what, 'DOMString');
const usvString = (value, what) => toText(value, what, 'DOMString').toWellFormed();

/** A dictionary: undefined and null are an empty one. */
function dictionary(value) {
  if (value === undefined || value === null) return EMPTY;
  if (typeof value === 'object' || typeof value === 'function') return value;
  throw new TypeError(`undefined: Expected ${shown(value)} to be one of: Null, Undefined, Object.`);
}
const EMPTY = Object.freeze({ __proto__: null });

/** One of the names of an enumeration. */
function enumeration(value, names) {
  const text = domString(value, 'undefined');
  if (names.includes(text)) return text;
  throw new TypeError(`undefined: ${text} is not an accepted type. Expected one of ${names.join(', ')}.`);
}

/** An unsigned short, modulo 2^16. */
const unsignedShort = (value) => Number(value) & 0xffff;

/** Properties of a class as WebIDL has them: enumerable, with a toStringTag. */
function describeClass(Class, names, statics = []) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { __proto__: null, enumerable: true });
  for (const name of statics) Object.defineProperty(Class, name, { __proto__: null, enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null,
    configurable: true,
    value: Class.name,
  });
}

/**
 * Gives a class keys(), values(), entries(), forEach() and Symbol.iterator over pairs.
 * @param {Function} Class
 * @param {string} name
 * @param {(object: object) => Array<[string, unknown]>} pairsOf the pairs as they are now; throws for a stranger
 */
function makeIterable(Class, name, pairsOf) {
  class PairIterator {
    #target;
    #kind;
    #index = 0;

    constructor(target, kind) {
      this.#target = target;
      this.#kind = kind;
    }

    next() {
      if (typeof this !== 'object' || this === null || !(#target in this)) {
        throw new TypeError(`'next' called on an object that does not implement interface ${name} Iterator.`);
      }
      const pairs = pairsOf(this.#target);
      if (this.#index >= pairs.length) return { value: undefined, done: true };
      const pair = pairs[this.#index++];
      if (this.#kind === 'entries') return { value: [pair[0], pair[1]], done: false };
      return { value: pair[this.#kind === 'keys' ? 0 : 1], done: false };
    }
  }
  const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  Object.setPrototypeOf(PairIterator.prototype, IteratorPrototype);
  delete PairIterator.prototype.constructor;
  Object.defineProperty(PairIterator.prototype, 'next', { __proto__: null, enumerable: true });
  Object.defineProperty(PairIterator.prototype, Symbol.toStringTag, {
    __proto__: null,
    configurable: true,
    value: `${name} Iterator`,
  });

  const methods = {
    keys() {
      pairsOf(this);
      return new PairIterator(this, 'keys');
    },
    values() {
      pairsOf(this);
      return new PairIterator(this, 'values');
    },
    entries() {
      pairsOf(this);
      return new PairIterator(this, 'entries');
    },
    forEach(callback, thisArg = undefined) {
      pairsOf(this);
      requireArguments(arguments.length, 1, `${name}.forEach`);
      if (typeof callback !== 'function') {
        throw new TypeError(`Failed to execute 'forEach' on '${name}': parameter 1 is not of type 'Function'.`);
      }
      for (let i = 0; ; i++) {
        const pairs = pairsOf(this);
        if (i >= pairs.length) break;
        Reflect.apply(callback, thisArg, [pairs[i][1], pairs[i][0], this]);
      }
    },
  };
  for (const key of Object.keys(methods)) {
    Object.defineProperty(Class.prototype, key, {
      __proto__: null,
      value: methods[key],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  Object.defineProperty(Class.prototype, Symbol.iterator, {
    __proto__: null,
    value: methods.entries,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** A platform object's options for nested inspection. */
const nested = (depth, options) => ({ ...options, depth: options.depth == null ? null : options.depth - 1 });

module.exports = {
  byteString,
  codes,
  describeClass,
  dictionary,
  domString,
  enumeration,
  illegalInvocation,
  makeIterable,
  nested,
  requireArguments,
  shown,
  unsignedShort,
  usvString,
};
