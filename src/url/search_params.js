// URLSearchParams (https://url.spec.whatwg.org/#interface-urlsearchparams), and the form encoding that it reads and writes.
'use strict';

const { codes } = require('errors/errors');
const { validateFunction } = require('errors/validators');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

function hasEscapes(text) {
  return text.includes('%');
}

/** Percent-decoding as UTF-8, in which what is malformed stays or becomes U+FFFD. */
function decodePart(text) {
  if (text.includes('+')) text = text.replaceAll('+', ' ');
  if (!hasEscapes(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    const { Buffer } = require('buffer/buffer');
    const { unescapeBuffer } = require('querystring/querystring');
    return unescapeBuffer(Buffer.from(text)).toString();
  }
}

/** @returns {string[]} names and values in turn */
function parseForm(query) {
  const list = [];
  const { length } = query;
  for (let start = 0; start < length;) {
    let end = query.indexOf('&', start);
    if (end === -1) end = length;
    if (end > start) {
      const equals = query.indexOf('=', start);
      if (equals === -1 || equals >= end) {
        list.push(decodePart(query.slice(start, end)), '');
      } else {
        list.push(decodePart(query.slice(start, equals)), decodePart(query.slice(equals + 1, end)));
      }
    }
    start = end + 1;
  }
  return list;
}

/** 1 for what the form encoding leaves alone: letters, digits, * - . _ */
const PLAIN = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._') PLAIN[c.charCodeAt(0)] = 1;

const FORM_ESCAPES = { '%20': '+', '!': '%21', "'": '%27', '(': '%28', ')': '%29', '~': '%7E' };

function encodePart(text) {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128 && PLAIN[code] === 1) continue;
    return encodeURIComponent(text).replace(/%20|[!'()~]/g, (match) => FORM_ESCAPES[match]);
  }
  return text;
}

function serializeForm(list) {
  let text = '';
  for (let i = 0; i < list.length; i += 2) {
    if (i !== 0) text += '&';
    text += `${encodePart(list[i])}=${encodePart(list[i + 1])}`;
  }
  return text;
}

/** Web IDL's USVString. */
function toText(value) {
  return `${value}`.toWellFormed();
}

/** One `[name, value]` of a sequence. */
function readPair(pair) {
  if (
    pair === null ||
    (typeof pair !== 'object' && typeof pair !== 'function') ||
    typeof pair[Symbol.iterator] !== 'function'
  ) {
    throw new codes.ERR_INVALID_TUPLE('Each query pair', '[name, value]');
  }
  const items = Array.isArray(pair) ? pair : [...pair];
  if (items.length !== 2) throw new codes.ERR_INVALID_TUPLE('Each query pair', '[name, value]');
  return items;
}

function readRecord(record) {
  const entries = new Map(); // names that are equal once well-formed: the last value, at the first place
  for (const key of Reflect.ownKeys(record)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(record, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    entries.set(toText(key), toText(record[key]));
  }
  const list = [];
  for (const [name, value] of entries) list.push(name, value);
  return list;
}

let listOf; // reads the list of a URLSearchParams from outside the class
let attach;

class URLSearchParams {
  #list = [];
  #url = undefined; // the URL whose query this is

  static {
    listOf = (params) => params.#list;
    attach = (params, url, query) => {
      params.#url = url;
      params.#list = parseForm(query);
    };
  }

  /** @param {string|Iterable<[string, string]>|Record<string, string>|URLSearchParams} [init] */
  constructor(init = undefined) {
    if (init === undefined || init === null) return;
    if (typeof init !== 'object' && typeof init !== 'function') {
      const query = toText(init);
      this.#list = parseForm(query.charCodeAt(0) === 63 ? query.slice(1) : query);
      return;
    }
    const iterate = init[Symbol.iterator];
    if (iterate === undefined || iterate === null) {
      this.#list = readRecord(init);
      return;
    }
    if (#list in init && iterate === URLSearchParams.prototype[Symbol.iterator]) {
      this.#list = init.#list.slice();
      return;
    }
    if (typeof iterate !== 'function') throw new codes.ERR_ARG_NOT_ITERABLE('Query pairs');
    const list = [];
    for (const pair of init) {
      const [name, value] = readPair(pair);
      list.push(toText(name), toText(value));
    }
    this.#list = list;
  }

  #update() {
    if (this.#url !== undefined) this.#url(serializeForm(this.#list));
  }

  get size() {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    return this.#list.length / 2;
  }

  append(name, value) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('name', 'value');
    this.#list.push(toText(name), toText(value));
    this.#update();
  }

  delete(name, value = undefined) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('name');
    name = toText(name);
    if (value !== undefined) value = toText(value);
    const list = this.#list;
    let kept = 0;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue;
      list[kept] = list[i];
      list[kept + 1] = list[i + 1];
      kept += 2;
    }
    list.length = kept;
    this.#update();
  }

  get(name) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('name');
    name = toText(name);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1];
    return null;
  }

  getAll(name) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('name');
    name = toText(name);
    const list = this.#list;
    const values = [];
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) values.push(list[i + 1]);
    return values;
  }

  has(name, value = undefined) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('name');
    name = toText(name);
    if (value !== undefined) value = toText(value);
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) return true;
    }
    return false;
  }

  set(name, value) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('name', 'value');
    name = toText(name);
    value = toText(value);
    const list = this.#list;
    let kept = 0;
    let isSet = false;
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        if (isSet) continue;
        isSet = true;
        list[kept] = name;
        list[kept + 1] = value;
      } else {
        list[kept] = list[i];
        list[kept + 1] = list[i + 1];
      }
      kept += 2;
    }
    list.length = kept;
    if (!isSet) list.push(name, value);
    this.#update();
  }

  /** Stable, by the UTF-16 units of the names. */
  sort() {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    const list = this.#list;
    const pairs = [];
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]]);
    pairs.sort((a, b) => (a[0] < b[0] ? -1 : +(a[0] > b[0])));
    for (let i = 0; i < pairs.length; i++) {
      list[2 * i] = pairs[i][0];
      list[2 * i + 1] = pairs[i][1];
    }
    this.#update();
  }

  entries() {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    return new ParamsIterator(this, ENTRIES);
  }

  forEach(callback, thisArg = undefined) {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    validateFunction(callback, 'callback');
    const list = this.#list;
    for (let i = 0; i < list.length; i += 2) callback.call(thisArg, list[i + 1], list[i], this);
  }

  keys() {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    return new ParamsIterator(this, KEYS);
  }

  values() {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    return new ParamsIterator(this, VALUES);
  }

  toString() {
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    return serializeForm(this.#list);
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (typeof this !== 'object' || this === null || !(#list in this))
      throw new codes.ERR_INVALID_THIS('URLSearchParams');
    const { name } = this.constructor;
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const inner = innerOptions(depth, options);
    const list = this.#list;
    const output = [];
    for (let i = 0; i < list.length; i += 2)
      output.push(`${inspect(list[i], inner)} => ${inspect(list[i + 1], inner)}`);
    return layOut(name, output, options);
  }
}

function innerOptions(depth, options) {
  const inner = { ...options };
  if (typeof depth === 'number') inner.depth = depth - 1;
  return inner;
}

/** `Name { a, b }`, on several lines where it is longer than the line. */
function layOut(name, output, options) {
  if (output.length === 0) return `${name} {}`;
  const length = output.reduce((sum, text) => sum + text.replace(/\u001b\[\d\d?m/g, '').length + 2, -2);
  if (length > (options.breakLength ?? 80)) return `${name} {\n  ${output.join(',\n  ')} }`;
  return `${name} { ${output.join(', ')} }`;
}

const ENTRIES = 0;
const KEYS = 1;
const VALUES = 2;

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

class ParamsIterator {
  #params;
  #kind;
  #index = 0;

  constructor(params, kind) {
    this.#params = params;
    this.#kind = kind;
  }

  next() {
    if (typeof this !== 'object' || this === null || !(#params in this)) {
      throw new codes.ERR_INVALID_THIS('URLSearchParamsIterator');
    }
    const list = listOf(this.#params);
    const i = this.#index;
    if (i >= list.length) return { value: undefined, done: true };
    this.#index = i + 2;
    return { value: this.#at(list, i), done: false };
  }

  #at(list, i) {
    if (this.#kind === KEYS) return list[i];
    return this.#kind === VALUES ? list[i + 1] : [list[i], list[i + 1]];
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (typeof this !== 'object' || this === null || !(#params in this)) {
      throw new codes.ERR_INVALID_THIS('URLSearchParamsIterator');
    }
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special');
    const inner = innerOptions(depth, options);
    const list = listOf(this.#params);
    const output = [];
    for (let i = this.#index; i < list.length; i += 2) output.push(inspect(this.#at(list, i), inner));
    if (output.length === 0) return 'URLSearchParams Iterator {  }';
    return layOut('URLSearchParams Iterator', output, options);
  }
}
delete ParamsIterator.prototype.constructor;
Object.setPrototypeOf(ParamsIterator.prototype, iteratorPrototype);
Object.defineProperty(ParamsIterator.prototype, 'next', { __proto__: null, enumerable: true });
Object.defineProperty(ParamsIterator.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'URLSearchParams Iterator',
});

for (const name of [
  'append',
  'delete',
  'get',
  'getAll',
  'has',
  'set',
  'sort',
  'entries',
  'forEach',
  'keys',
  'values',
  'toString',
  'size',
]) {
  Object.defineProperty(URLSearchParams.prototype, name, { __proto__: null, enumerable: true });
}
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'URLSearchParams',
});
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
  __proto__: null,
  configurable: true,
  writable: true,
  value: URLSearchParams.prototype.entries,
});

module.exports = {
  URLSearchParams,
  /**
   * Makes `params` the query of a URL: `onChange(query)` is called with the new query after each change.
   * @param {URLSearchParams} params
   * @param {(query: string) => void} onChange
   * @param {string} query  without '?'
   */
  attach,
};
