// node:querystring, the older reader and writer of `a=1&b=2` with any separators.
'use strict';

const { codes } = require('errors/errors');

const PERCENT = 37;
const PLUS = 43;

/** 1 for the characters that stand for themselves: A-Z a-z 0-9 - _ . ! ~ * ' ( ) */
const UNESCAPED = new Uint8Array(128);
for (const c of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()")
  UNESCAPED[c.charCodeAt(0)] = 1;

function hexValue(code) {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/**
 * Replaces `%XX` by bytes; what is no such sequence stays.
 * @param {string|Buffer} s
 * @param {boolean} [decodeSpaces]  also '+' to ' '
 * @returns {Buffer}
 */
function unescapeBuffer(s, decodeSpaces) {
  const { Buffer } = require('buffer/buffer');
  const isString = typeof s === 'string';
  const { length } = s;
  const out = Buffer.allocUnsafe(length);
  let size = 0;
  for (let i = 0; i < length; i++) {
    let code = isString ? s.charCodeAt(i) : s[i];
    if (code === PLUS && decodeSpaces) {
      code = 32;
    } else if (code === PERCENT && i + 2 < length) {
      const high = hexValue(isString ? s.charCodeAt(i + 1) : s[i + 1]);
      const low = hexValue(isString ? s.charCodeAt(i + 2) : s[i + 2]);
      if (high >= 0 && low >= 0) {
        code = high * 16 + low;
        i += 2;
      }
    }
    out[size++] = code;
  }
  return size === length ? out : out.slice(0, size);
}

function qsUnescape(s, decodeSpaces) {
  try {
    return decodeURIComponent(s);
  } catch {
    return querystring.unescapeBuffer(s, decodeSpaces).toString();
  }
}

function qsEscape(str) {
  if (typeof str !== 'string') str = typeof str === 'object' ? String(str) : `${str}`;
  const { length } = str;
  for (let i = 0; i < length; i++) {
    const code = str.charCodeAt(i);
    if (code < 128 && UNESCAPED[code] === 1) continue;
    try {
      return encodeURIComponent(str);
    } catch {
      return escapeMalformed(str);
    }
  }
  return str;
}

/** Takes any two units of which the first is a surrogate for a pair, as this module always has. */
function escapeMalformed(str) {
  let escaped = '';
  for (let i = 0; i < str.length; i++) {
    let code = str.charCodeAt(i);
    if (code >= 0xd800 && code < 0xe000) {
      if (++i === str.length) throw new codes.ERR_INVALID_URI();
      code = 0x10000 + (((code & 0x3ff) << 10) | (str.charCodeAt(i) & 0x3ff));
    }
    escaped += encodeURIComponent(String.fromCodePoint(code));
  }
  return escaped;
}

function asText(value) {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? `${value}` : '';
    case 'bigint':
      return `${value}`;
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return '';
  }
}

function encodeWith(encode, value) {
  // Numbers and the like need the encoder only where it may be the user's own, or for the '+' of 1e+21.
  if (encode === qsEscape && typeof value === 'number' && Math.abs(value) < 1e21) return asText(value);
  const text = asText(value);
  return text === '' && encode === qsEscape ? '' : encode(text);
}

/**
 * @param {object} obj
 * @param {string} [sep]
 * @param {string} [eq]
 * @param {{encodeURIComponent?: (text: string) => string}} [options]
 */
function stringify(obj, sep, eq, options) {
  sep ||= '&';
  eq ||= '=';
  let encode = querystring.escape;
  if (options && typeof options.encodeURIComponent === 'function') encode = options.encodeURIComponent;
  if (obj === null || typeof obj !== 'object') return '';
  let text = '';
  for (const key of Object.keys(obj)) {
    const value = obj[key];
    const name = encodeWith(encode, key) + eq;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        if (text !== '') text += sep;
        text += name + encodeWith(encode, value[i]);
      }
    } else {
      if (text !== '') text += sep;
      text += name + encodeWith(encode, value);
    }
  }
  return text;
}

/** What there is to decode: bit 1 for a '+', bit 2 for a '%XX'. Malformed sequences alone need no decoder. */
function encodingOf(text) {
  let kind = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === PLUS) kind |= 1;
    else if (code === PERCENT && hexValue(text.charCodeAt(i + 1)) >= 0 && hexValue(text.charCodeAt(i + 2)) >= 0)
      kind |= 2;
  }
  return kind;
}

function decodeWith(decode, text) {
  if (text === '') return '';
  const kind = encodingOf(text);
  if (decode === qsUnescape) {
    if (kind === 0) return text;
    if (kind & 1) text = text.replaceAll('+', ' ');
    return kind & 2 ? qsUnescape(text) : text;
  }
  if (kind & 1) text = text.replaceAll('+', '%20');
  try {
    return decode(text);
  } catch {
    return querystring.unescape(text, true);
  }
}

/**
 * @param {string} qs
 * @param {string} [sep]
 * @param {string} [eq]
 * @param {{maxKeys?: number, decodeURIComponent?: (text: string) => string}} [options]
 * @returns {Record<string, string|string[]>} without a prototype
 */
function parse(qs, sep, eq, options) {
  const found = { __proto__: null };
  if (typeof qs !== 'string' || qs.length === 0) return found;
  const separator = sep ? `${sep}` : '&';
  const equals = eq ? `${eq}` : '=';
  let pairs = 1000;
  let decode = querystring.unescape;
  if (options) {
    if (typeof options.maxKeys === 'number') pairs = options.maxKeys > 0 ? options.maxKeys : -1;
    if (typeof options.decodeURIComponent === 'function') decode = options.decodeURIComponent;
  }
  if (separator === '') {
    // As in Node: what stands before the first "=" is the one key.
    const end = qs.indexOf(equals);
    found[decodeWith(decode, end === -1 ? qs : qs.slice(0, end))] = '';
    return found;
  }
  const { length } = qs;
  let equalsAt = -2; // the next one at or after `start`; -1 when there is none
  for (let start = 0; start < length;) {
    let end = qs.indexOf(separator, start);
    if (end === -1) end = length;
    if (end > start) {
      if (equalsAt !== -1 && equalsAt < start) equalsAt = qs.indexOf(equals, start);
      let key;
      let value = '';
      if (equalsAt === -1 || equalsAt + equals.length > end) {
        key = decodeWith(decode, qs.slice(start, end));
      } else {
        key = decodeWith(decode, qs.slice(start, equalsAt));
        value = decodeWith(decode, qs.slice(equalsAt + equals.length, end));
      }
      const present = found[key];
      if (present === undefined) found[key] = value;
      else if (typeof present === 'string') found[key] = [present, value];
      else present.push(value);
    }
    if (--pairs === 0) return found;
    start = end + separator.length;
  }
  return found;
}

const querystring = {
  unescapeBuffer,
  unescape: qsUnescape,
  escape: qsEscape,
  stringify,
  encode: stringify,
  parse,
  decode: parse,
};

module.exports = querystring;
