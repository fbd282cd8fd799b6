// Headers (https://fetch.spec.whatwg.org/#headers-class) over a header list.
'use strict';

const webidl = require('fetch/webidl');
const { isProxy } = require('util/types');

const kInspect = Symbol.for('nodejs.util.inspect.custom');

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// A value that needs no change: most.
const PLAIN_VALUE = /^[!-\xff](?:[\t\x20-\xff]*[!-\xff])?$/;
const BAD_VALUE = /[\0\r\n]|[^\0-\xff]/;
const EDGE = /^[\t\n\r ]|[\t\n\r ]$/;
const EDGES = /^[\t\n\r ]+|[\t\n\r ]+$/g;

/** Names that have been checked, in lower case. Programs use few; a hostile one must not fill it. */
const known = new Map();
const MAX_KNOWN = 512;

/** `name` in lower case; undefined when it is no name. */
function lowerName(name) {
  const lower = known.get(name);
  if (lower !== undefined) return lower;
  if (!NAME.test(name)) return undefined;
  const made = name.toLowerCase();
  if (known.size < MAX_KNOWN && name.length <= 64) known.set(name, made);
  return made;
}

const normalize = (value) => (EDGE.test(value) ? value.replace(EDGES, '') : value);

/**
 * Names and values in order, without checks. `entries` is flat: lower-case name, name as given, value. A name may stand
 * there several times.
 */
class HeaderList {
  constructor() {
    this.entries = [];
    this.sorted = null; // what iteration gives, until something changes
  }

  /** @param {string[]} pairs name, value, name, value, ... with names in lower case */
  static fromPairs(pairs) {
    const list = new HeaderList();
    const { entries } = list;
    for (let i = 0; i < pairs.length; i += 2) entries.push(pairs[i], pairs[i], pairs[i + 1]);
    return list;
  }

  copy() {
    const list = new HeaderList();
    list.entries = this.entries.slice();
    return list;
  }

  has(lower) {
    const { entries } = this;
    for (let i = 0; i < entries.length; i += 3) if (entries[i] === lower) return true;
    return false;
  }

  /** All values of a name as one; null when there is none. */
  get(lower) {
    const { entries } = this;
    let found = null;
    for (let i = 0; i < entries.length; i += 3) {
      if (entries[i] !== lower) continue;
      found = found === null ? entries[i + 2] : `${found}${lower === 'cookie' ? '; ' : ', '}${entries[i + 2]}`;
    }
    return found;
  }

  getAll(lower) {
    const { entries } = this;
    const values = [];
    for (let i = 0; i < entries.length; i += 3) if (entries[i] === lower) values.push(entries[i + 2]);
    return values;
  }

  append(lower, name, value) {
    this.sorted = null;
    const { entries } = this;
    // The first spelling of a name is the one that is sent.
    for (let i = 0; i < entries.length; i += 3) {
      if (entries[i] === lower) {
        name = entries[i + 1];
        break;
      }
    }
    entries.push(lower, name, value);
  }

  set(lower, name, value) {
    this.sorted = null;
    const { entries } = this;
    for (let i = 0; i < entries.length; i += 3) {
      if (entries[i] !== lower) continue;
      entries[i + 1] = name;
      entries[i + 2] = value;
      this.#removeFrom(i + 3, lower);
      return;
    }
    entries.push(lower, name, value);
  }

  delete(lower) {
    this.sorted = null;
    this.#removeFrom(0, lower);
  }

  #removeFrom(start, lower) {
    const { entries } = this;
    let to = start;
    for (let i = start; i < entries.length; i += 3) {
      if (entries[i] === lower) continue;
      if (to !== i) {
        entries[to] = entries[i];
        entries[to + 1] = entries[i + 1];
        entries[to + 2] = entries[i + 2];
      }
      to += 3;
    }
    entries.length = to;
  }

  /** "Sort and combine": pairs in the order of their names, Set-Cookie's values one by one. */
  pairs() {
    if (this.sorted !== null) return this.sorted;
    const { entries } = this;
    const combined = new Map();
    const cookies = [];
    for (let i = 0; i < entries.length; i += 3) {
      const lower = entries[i];
      if (lower === 'set-cookie') cookies.push([lower, entries[i + 2]]);
      else if (!combined.has(lower)) combined.set(lower, this.get(lower));
    }
    const pairs = [...combined, ...cookies];
    pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    return (this.sorted = pairs);
  }

  /** As an object, for showing. */
  toObject() {
    const object = {};
    const { entries } = this;
    for (let i = 0; i < entries.length; i += 3) {
      const name = entries[i + 1];
      object[name] = Object.hasOwn(object, name) ? `${object[name]}, ${entries[i + 2]}` : entries[i + 2];
    }
    return object;
  }
}

let listOf;
let guardOf;
let makeHeaders;
let isHeaders;
let pairsOf;

const kInternal = Symbol('kInternal');

class Headers {
  #list;
  #guard = 'none';

  static {
    listOf = (headers) => headers.#list;
    guardOf = (headers) => headers.#guard;
    isHeaders = (value) => typeof value === 'object' && value !== null && #list in value;
    pairsOf = (headers) => Headers.#of(headers).#list.pairs();
    makeHeaders = (list, guard) => {
      const headers = new Headers(kInternal);
      headers.#list = list;
      headers.#guard = guard;
      return headers;
    };
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #list in object) return object;
    throw webidl.illegalInvocation();
  }

  /** @param {Headers|Iterable<[string, string]>|object} [init] */
  constructor(init = undefined) {
    if (init === kInternal) return;
    this.#list = new HeaderList();
    if (init !== undefined) fill(this.#list, init, 'Headers constructor');
  }

  append(name, value) {
    const self = Headers.#of(this);
    webidl.requireArguments(arguments.length, 2, 'Headers.append');
    name = webidl.byteString(name, 'Headers.append');
    value = webidl.byteString(value, 'Headers.append');
    self.#mutable();
    appendTo(self.#list, name, value);
  }

  delete(name) {
    const self = Headers.#of(this);
    webidl.requireArguments(arguments.length, 1, 'Headers.delete');
    const lower = checkedName(webidl.byteString(name, 'Headers.delete'), 'Headers.delete');
    self.#mutable();
    self.#list.delete(lower);
  }

  get(name) {
    const self = Headers.#of(this);
    webidl.requireArguments(arguments.length, 1, 'Headers.get');
    return self.#list.get(checkedName(webidl.byteString(name, 'Headers.get'), 'Headers.get'));
  }

  has(name) {
    const self = Headers.#of(this);
    webidl.requireArguments(arguments.length, 1, 'Headers.has');
    return self.#list.has(checkedName(webidl.byteString(name, 'Headers.has'), 'Headers.has'));
  }

  set(name, value) {
    const self = Headers.#of(this);
    webidl.requireArguments(arguments.length, 2, 'Headers.set');
    name = webidl.byteString(name, 'Headers.set');
    value = normalize(webidl.byteString(value, 'Headers.set'));
    const lower = checkedName(name, 'Headers.set');
    if (BAD_VALUE.test(value)) throw new TypeError(`Headers.set: "${value}" is an invalid header value.`);
    self.#mutable();
    self.#list.set(lower, name, value);
  }

  getSetCookie() {
    return Headers.#of(this).#list.getAll('set-cookie');
  }

  #mutable() {
    if (this.#guard === 'immutable') throw new TypeError('immutable');
  }

  [kInspect](depth, options) {
    if (typeof this !== 'object' || this === null || !(#list in this)) return this;
    const { inspect } = require('util/inspect');
    return `Headers ${inspect(this.#list.toObject(), webidl.nested(depth, options))}`;
  }
}

webidl.describeClass(Headers, ['append', 'delete', 'get', 'has', 'set', 'getSetCookie']);
webidl.makeIterable(Headers, 'Headers', (headers) => pairsOf(headers));
Object.defineProperty(Headers.prototype, kInspect, { __proto__: null, enumerable: false });

function checkedName(name, where) {
  const lower = lowerName(name);
  if (lower === undefined) throw new TypeError(`${where}: "${name}" is an invalid header name.`);
  return lower;
}

/** @throws {TypeError} name or value are none */
function appendTo(list, name, value) {
  value = normalize(value);
  const lower = lowerName(name);
  if (lower === undefined) throw new TypeError(`Headers.append: "${name}" is an invalid header name.`);
  if (BAD_VALUE.test(value)) throw new TypeError(`Headers.append: "${value}" is an invalid header value.`);
  list.append(lower, name, value);
}

/** "Fill a Headers object", with all that WebIDL makes of `init`. */
function fill(list, init, where) {
  if (init === null || (typeof init !== 'object' && typeof init !== 'function')) {
    throw new TypeError(
      `${where}: Argument 1 could not be converted to one of: ` +
        'sequence<sequence<ByteString>>, record<ByteString, ByteString>.',
    );
  }
  const source = isHeaders(init) ? listOf(init) : undefined;
  const iterator = init[Symbol.iterator];
  if (source !== undefined && iterator === Headers.prototype.entries) {
    // A shortcut that nobody can see.
    const { entries } = source;
    for (let i = 0; i < entries.length; i += 3) list.append(entries[i], entries[i + 1], entries[i + 2]);
    return;
  }
  if (iterator !== undefined && iterator !== null) {
    if (typeof iterator !== 'function') throw new TypeError(`${where}: init is not iterable.`);
    fillFromSequence(list, init, where);
    return;
  }
  if (isProxy(init)) {
    fillFromProxy(list, init, where);
    return;
  }
  const keys = Object.keys(init);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const value = init[key];
    const lower = known.get(key);
    if (lower !== undefined && typeof value === 'string' && PLAIN_VALUE.test(value)) list.append(lower, key, value);
    else appendTo(list, webidl.byteString(key, where), webidl.byteString(value, `${where}: init["${key}"]`));
  }
  for (const symbol of Object.getOwnPropertySymbols(init)) {
    if (Object.getOwnPropertyDescriptor(init, symbol)?.enumerable) webidl.byteString(symbol, `${where}: init`);
  }
}

/** A record whose every step can be watched. */
function fillFromProxy(list, init, where) {
  for (const key of Reflect.ownKeys(init)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(init, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    const name = webidl.byteString(key, `${where}: init`);
    appendTo(list, name, webidl.byteString(init[key], `${where}: init["${name}"]`));
  }
}

function fillFromSequence(list, init, where) {
  const pairs = [];
  let index = 0;
  for (const pair of init) {
    if (pair === null || typeof pair !== 'object' || typeof pair[Symbol.iterator] !== 'function') {
      throw new TypeError(`${where}: init[${index}] (${webidl.shown(pair).replaceAll("'", '"')}) is not iterable.`);
    }
    const values = [];
    for (const value of pair) values.push(webidl.byteString(value, `${where}: init[${index}][${values.length}]`));
    pairs.push(values);
    index++;
  }
  for (const pair of pairs) {
    if (pair.length !== 2) {
      throw new TypeError(`${where}: expected name/value pair to be length 2, found ${pair.length}.`);
    }
    appendTo(list, pair[0], pair[1]);
  }
}

module.exports = { HeaderList, Headers, appendTo, fill, guardOf, listOf, lowerName, makeHeaders, normalize };
