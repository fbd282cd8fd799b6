// Header fields on their way out and in: https://nodejs.org/api/http2.html#headers-object
'use strict';

const { codes } = require('errors/errors');

const {
  ERR_HTTP2_HEADER_SINGLE_VALUE,
  ERR_HTTP2_INVALID_CONNECTION_HEADERS,
  ERR_HTTP2_INVALID_PSEUDOHEADER,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_HTTP_TOKEN,
} = codes;

const kSensitive = Symbol('sensitiveHeaders');

const set = (text) => new Set(text.trim().split(/\s+/));

const PSEUDO = set(':status :method :authority :scheme :path :protocol');

/** Of these there is one value only. */
const SINGLE = set(`
  :status :method :authority :scheme :path :protocol access-control-allow-credentials access-control-max-age
  access-control-request-method age authorization content-encoding content-language content-length content-location
  content-md5 content-range content-type date dnt etag expires from host if-match if-modified-since if-none-match
  if-range if-unmodified-since last-modified location max-forwards proxy-authorization range referer retry-after tk
  upgrade-insecure-requests user-agent x-content-type-options`);

/** HTTP/2 has other means for what these say. */
const FORBIDDEN = set('connection upgrade http2-settings keep-alive proxy-connection transfer-encoding');

const checkRequestPseudo = (name) => {
  if (!PSEUDO.has(name)) throw new ERR_HTTP2_INVALID_PSEUDOHEADER(name);
};
const checkResponsePseudo = (name) => {
  if (name !== ':status') throw new ERR_HTTP2_INVALID_PSEUDOHEADER(name);
};
const checkTrailerPseudo = (name) => {
  throw new ERR_HTTP2_INVALID_PSEUDOHEADER(name);
};

const lowered = new Map();

/** In lower case; names come again and again. */
function lower(name) {
  let result = lowered.get(name);
  if (result !== undefined) return result;
  result = name.toLowerCase();
  if (lowered.size < 1000) lowered.set(name, result);
  return result;
}

function isConnectionSpecific(name, value) {
  return FORBIDDEN.has(name) || (name === 'te' && value !== 'trailers');
}

/** What a block is made of, one field after the other, in the form that src/http2/fields.h describes. */
class Block {
  constructor(checkPseudo, sensitive, isStrict) {
    this.checkPseudo = checkPseudo;
    this.sensitive = sensitive;
    this.isStrict = isStrict;
    this.pseudo = '';
    this.text = '';
    this.count = 0;
    this.singles = null;
  }

  /** A single value of a field whose name is in lower case. */
  #put(name, value) {
    const field = `${this.sensitive !== null && this.sensitive.includes(name) ? '1' : '0'}${name}\0${value}\0`;
    this.count++;
    if (name[0] === ':') {
      this.checkPseudo(name);
      this.pseudo += field;
    } else {
      this.text += field;
    }
  }

  #checkName(name, value) {
    if (name.includes(' ')) throw new ERR_INVALID_HTTP_TOKEN('Header name', name);
    if (isConnectionSpecific(name, value)) throw new ERR_HTTP2_INVALID_CONNECTION_HEADERS(name);
  }

  #checkSingle(name) {
    if (!SINGLE.has(name) || (!this.isStrict && name[0] !== ':')) return false;
    this.singles ??= [];
    if (this.singles.includes(name)) throw new ERR_HTTP2_HEADER_SINGLE_VALUE(name);
    this.singles.push(name);
    return true;
  }

  add(key, value) {
    if (value === undefined || key === '') return;
    const name = lower(key);
    if (!Array.isArray(value)) {
      const text = typeof value === 'string' ? value : String(value);
      this.#checkSingle(name);
      if (name[0] !== ':') this.#checkName(name, text);
      this.#put(name, text);
      return;
    }
    if (value.length === 0) return;
    const isSingle = SINGLE.has(name) && (this.isStrict || name[0] === ':');
    if (value.length > 1 && isSingle) throw new ERR_HTTP2_HEADER_SINGLE_VALUE(name);
    this.#checkSingle(name);
    if (name[0] !== ':') this.#checkName(name, value.length === 1 ? String(value[0]) : undefined);
    for (const each of value) this.#put(name, String(each));
  }

  toString() {
    return this.pseudo + this.text;
  }
}

/**
 * @param {object|string[]} headers an object, or name, value, name, value, ...
 * @param {(name: string) => void} checkPseudo
 * @param {boolean} isStrict whether fields of one value must have but one
 * @returns {Block}
 */
function buildBlock(headers, checkPseudo, isStrict) {
  const sensitive = sensitiveOf(headers);
  const block = new Block(checkPseudo, sensitive, isStrict);
  if (Array.isArray(headers)) {
    for (let i = 0; i < headers.length; i += 2) block.add(headers[i], headers[i + 1]);
  } else {
    for (const key of Object.keys(headers)) block.add(key, headers[key]);
  }
  return block;
}

function sensitiveOf(headers) {
  const list = headers[kSensitive];
  if (list === undefined) return null;
  if (!Array.isArray(list)) throw new ERR_INVALID_ARG_TYPE('headers[http2.neverIndex]', 'Array', list);
  return list.length === 0 ? null : list.map((name) => name.toLowerCase());
}

/** name, value, name, value, ... as the object that programs get. */
function toObject(list, sensitive) {
  const object = { __proto__: null };
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i];
    let value = list[i + 1];
    if (name === ':status') value |= 0;
    const before = object[name];
    if (before === undefined) {
      object[name] = name === 'set-cookie' ? [value] : value;
    } else if (name === 'set-cookie') {
      before.push(value);
    } else if (!SINGLE.has(name)) {
      object[name] = name === 'cookie' ? `${before}; ${value}` : `${before}, ${value}`;
    }
  }
  object[kSensitive] = sensitive ?? [];
  return object;
}

/** What `sentHeaders` shows of headers that were given as a list. */
function listToObject(list) {
  const object = { __proto__: null };
  for (let i = 0; i < list.length; i += 2) {
    const before = object[list[i]];
    if (before === undefined) object[list[i]] = list[i + 1];
    else if (Array.isArray(before)) before.push(list[i + 1]);
    else object[list[i]] = [before, list[i + 1]];
  }
  if (list[kSensitive] !== undefined) object[kSensitive] = list[kSensitive];
  return object;
}

module.exports = {
  buildBlock,
  checkRequestPseudo,
  checkResponsePseudo,
  checkTrailerPseudo,
  isConnectionSpecific,
  kSensitive,
  listToObject,
  lower,
  toObject,
};
