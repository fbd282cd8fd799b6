// node:punycode, RFC 3492. Deprecated in Node; a copy of it is on npm.
'use strict';

const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE = 128;
const MAX_INT = 0x7fffffff;

const DOTS = /[\u002E\u3002\uFF0E\uFF61]/g;

if (!binding('buffer').isInsideNodeModules()) {
  process.emitWarning(
    'The `punycode` module is deprecated. Please use a userland alternative instead.',
    'DeprecationWarning',
    'DEP0040',
  );
}

function overflow() {
  return new RangeError('Overflow: input needs wider integers to process');
}

function adapt(delta, count, isFirst) {
  delta = isFirst ? Math.floor(delta / DAMP) : delta >> 1;
  delta += Math.floor(delta / count);
  let k = 0;
  for (; delta > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
  return Math.floor(k + ((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}

function threshold(k, bias) {
  if (k <= bias) return T_MIN;
  return k >= bias + T_MAX ? T_MAX : k - bias;
}

/** 0-25 to a-z, 26-35 to 0-9. */
function toDigit(value) {
  return value + (value < 26 ? 97 : 22);
}

function fromDigit(code) {
  if (code >= 48 && code < 58) return code - 22;
  if (code >= 65 && code < 91) return code - 65;
  if (code >= 97 && code < 123) return code - 97;
  return BASE;
}

/** Code points of a string; lone surrogates stay what they are. */
function ucs2decode(string) {
  const points = [];
  for (let i = 0; i < string.length; i++) {
    const point = string.codePointAt(i);
    points.push(point);
    if (point > 0xffff) i++;
  }
  return points;
}

function ucs2encode(codePoints) {
  return String.fromCodePoint(...codePoints);
}

function decode(input) {
  const output = [];
  const length = input.length;
  const delimiter = Math.max(input.lastIndexOf('-'), 0);
  for (let i = 0; i < delimiter; i++) {
    const code = input.charCodeAt(i);
    if (code >= 0x80) throw new RangeError('Illegal input >= 0x80 (not a basic code point)');
    output.push(code);
  }
  let n = FIRST_CODE;
  let bias = FIRST_BIAS;
  let i = 0;
  for (let index = delimiter > 0 ? delimiter + 1 : 0; index < length;) {
    const before = i;
    for (let weight = 1, k = BASE; ; k += BASE) {
      if (index >= length) throw new RangeError('Invalid input');
      const digit = fromDigit(input.charCodeAt(index++));
      if (digit >= BASE) throw new RangeError('Invalid input');
      if (digit > Math.floor((MAX_INT - i) / weight)) throw overflow();
      i += digit * weight;
      const t = threshold(k, bias);
      if (digit < t) break;
      if (weight > Math.floor(MAX_INT / (BASE - t))) throw overflow();
      weight *= BASE - t;
    }
    const count = output.length + 1;
    bias = adapt(i - before, count, before === 0);
    if (Math.floor(i / count) > MAX_INT - n) throw overflow();
    n += Math.floor(i / count);
    i %= count;
    output.splice(i++, 0, n);
  }
  return String.fromCodePoint(...output);
}

function encode(input) {
  const points = ucs2decode(input);
  let output = '';
  for (const point of points) if (point < 0x80) output += String.fromCharCode(point);
  const basicCount = output.length;
  let handled = basicCount;
  if (basicCount > 0) output += '-';
  let n = FIRST_CODE;
  let delta = 0;
  let bias = FIRST_BIAS;
  while (handled < points.length) {
    let next = MAX_INT;
    for (const point of points) if (point >= n && point < next) next = point;
    if (next - n > Math.floor((MAX_INT - delta) / (handled + 1))) throw overflow();
    delta += (next - n) * (handled + 1);
    n = next;
    for (const point of points) {
      if (point < n && ++delta > MAX_INT) throw overflow();
      if (point !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (q < t) break;
        output += String.fromCharCode(toDigit(t + ((q - t) % (BASE - t))));
        q = Math.floor((q - t) / (BASE - t));
      }
      output += String.fromCharCode(toDigit(q));
      bias = adapt(delta, handled + 1, handled === basicCount);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return output;
}

/** Applies `change` to each label of a domain, or of the domain of an e-mail address. */
function mapLabels(domain, change) {
  const at = domain.indexOf('@');
  const local = at === -1 ? '' : `${domain.slice(0, domain.indexOf('@'))}@`;
  const rest = at === -1 ? domain : domain.split('@')[1];
  return local + rest.replace(DOTS, '.').split('.').map(change).join('.');
}

function toUnicode(input) {
  return mapLabels(input, (label) => (label.startsWith('xn--') ? decode(label.slice(4).toLowerCase()) : label));
}

function toASCII(input) {
  return mapLabels(input, (label) => (/[^\0-\x7F]/.test(label) ? `xn--${encode(label)}` : label));
}

module.exports = {
  version: '2.1.0',
  ucs2: { decode: ucs2decode, encode: ucs2encode },
  decode,
  encode,
  toASCII,
  toUnicode,
};
