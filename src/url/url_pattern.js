// URLPattern (https://urlpattern.spec.whatwg.org).
'use strict';

const { UrlPattern } = binding('url_pattern');
const { codes } = require('errors/errors');

const COMPONENTS = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
const FIELDS = [...COMPONENTS, 'baseURL'];

function typeError(code, message) {
  return codes[code].fromMessage(message, TypeError);
}

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** A string as it is, an URLPatternInit as the list that the native half reads. */
function toNative(input) {
  if (typeof input === 'string') return input;
  return FIELDS.map((field) => {
    const value = input[field];
    return value === undefined ? undefined : `${value}`;
  });
}

function readMatchInput(input) {
  if (input === undefined || input === null) return {};
  if (typeof input !== 'string' && !isObject(input))
    throw typeError('ERR_INVALID_ARG_TYPE', 'URLPattern input needs to be a string or an object');
  return input;
}

function readBase(base) {
  if (base === undefined || base === null) return undefined;
  if (typeof base !== 'string') throw typeError('ERR_INVALID_ARG_TYPE', 'baseURL must be a string');
  return base;
}

class PatternImplementation {
  #native;
  #components;

  /**
   * @param {string|object} [input]
   * @param {string|object} [baseOrOptions]
   * @param {{ignoreCase?: boolean}} [options]
   */
  constructor(input = undefined, baseOrOptions = undefined, options = undefined) {
    if (input === undefined || input === null) input = {};
    if (typeof input !== 'string' && !isObject(input))
      throw typeError('ERR_INVALID_ARG_TYPE', 'Input must be an object or a string');
    let base;
    if (typeof baseOrOptions === 'string') base = baseOrOptions;
    else if (isObject(baseOrOptions)) options = baseOrOptions;
    else if (baseOrOptions !== undefined && baseOrOptions !== null) {
      throw typeError('ERR_INVALID_ARG_TYPE', 'second argument must be a string or object');
    }
    if (options !== undefined && options !== null && !isObject(options))
      throw typeError('ERR_INVALID_ARG_TYPE', 'options must be an object');
    const ignoreCase = options?.ignoreCase;
    if (ignoreCase !== undefined && typeof ignoreCase !== 'boolean') {
      throw typeError('ERR_INVALID_ARG_TYPE', 'options.ignoreCase must be a boolean');
    }
    this.#native = new UrlPattern(toNative(input), base, ignoreCase === true);
  }

  #component(index) {
    this.#components ??= this.#native.components();
    return this.#components[index];
  }

  static {
    COMPONENTS.forEach((name, index) => {
      const holder = {
        get [name]() {
          if (!isObject(this) || !(#native in this)) throw new TypeError('Illegal invocation');
          return this.#component(index);
        },
      };
      Object.defineProperty(PatternImplementation.prototype, name, {
        __proto__: null,
        get: Object.getOwnPropertyDescriptor(holder, name).get,
        enumerable: true,
        configurable: true,
      });
    });
  }

  get hasRegExpGroups() {
    if (!isObject(this) || !(#native in this)) throw new TypeError('Illegal invocation');
    return this.#native.hasRegExpGroups();
  }

  /** The match with its groups, or null. */
  exec(input = undefined, baseURL = undefined) {
    if (!isObject(this) || !(#native in this)) throw new TypeError('Illegal invocation');
    input = readMatchInput(input);
    const base = readBase(baseURL);
    const found = this.#native.exec(toNative(input), base);
    if (found === null) return null;
    const results = {};
    found.forEach(([text, ...pairs], index) => {
      const groups = {};
      for (let i = 0; i < pairs.length; i += 2) groups[pairs[i]] = pairs[i + 1];
      results[COMPONENTS[index]] = { groups, input: text };
    });
    return {
      __proto__: null,
      hash: results.hash,
      hostname: results.hostname,
      inputs: base === undefined ? [input] : [input, base],
      password: results.password,
      pathname: results.pathname,
      port: results.port,
      protocol: results.protocol,
      search: results.search,
      username: results.username,
    };
  }

  test(input = undefined, baseURL = undefined) {
    if (!isObject(this) || !(#native in this)) throw new TypeError('Illegal invocation');
    return this.#native.test(toNative(readMatchInput(input)), readBase(baseURL));
  }
}

for (const name of ['exec', 'test', 'hasRegExpGroups']) {
  Object.defineProperty(PatternImplementation.prototype, name, { __proto__: null, enumerable: true });
}

// A class would answer a call without `new` in its own words.
function URLPattern(...args) {
  if (new.target === undefined)
    throw codes.ERR_CONSTRUCT_CALL_REQUIRED.fromMessage('Cannot call constructor without `new`', TypeError);
  return Reflect.construct(PatternImplementation, args, new.target);
}
URLPattern.prototype = PatternImplementation.prototype;
Object.defineProperty(URLPattern, 'prototype', { __proto__: null, writable: false });
Object.defineProperty(PatternImplementation.prototype, 'constructor', { __proto__: null, value: URLPattern });

module.exports = { URLPattern };
