// Conversions of Web IDL (https://webidl.spec.whatwg.org/), as far as Web Crypto needs them. A converter takes the value
// and a context: `prefix` and `context` are what its errors begin with.
'use strict';

const { typeError } = require('crypto/webcrypto/errors');
const { isArrayBuffer, isSharedArrayBuffer, isUint8Array } = require('util/types');

/** @typedef {{prefix?: string, context?: string, enforceRange?: boolean}} Options */

function fail(code, options, text) {
  const { prefix, context = 'Value' } = options ?? {};
  return typeError(code, `${prefix === undefined ? '' : `${prefix}: `}${context} ${text}`);
}

function requiredArguments(count, needed, prefix) {
  if (count >= needed) return;
  throw typeError(
    'ERR_MISSING_ARGS',
    `${prefix}: ${needed} argument${needed === 1 ? '' : 's'} required, but only ${count} present.`,
  );
}

function DOMString(value, options) {
  if (typeof value === 'string') return value;
  if (typeof value === 'symbol')
    throw fail('ERR_INVALID_ARG_TYPE', options, 'is a Symbol and cannot be converted to a string.');
  return String(value);
}

/** An unsigned integer of so many bits: taken modulo 2^bits, or, with enforceRange, refused outside of them. */
function makeInteger(bits) {
  const top = 2 ** bits - 1;
  return (value, options) => {
    if (typeof value === 'bigint')
      throw fail('ERR_INVALID_ARG_TYPE', options, 'is a BigInt and cannot be converted to a number.');
    if (typeof value === 'symbol')
      throw fail('ERR_INVALID_ARG_TYPE', options, 'is a Symbol and cannot be converted to a number.');
    const number = +value;
    if (options?.enforceRange) {
      if (!Number.isFinite(number)) throw fail('ERR_INVALID_ARG_TYPE', options, 'is not a finite number.');
      const whole = Math.trunc(number) + 0;
      if (whole < 0 || whole > top)
        throw fail('ERR_OUT_OF_RANGE', options, `is outside the expected range of 0 to ${top}.`);
      return whole;
    }
    if (!Number.isFinite(number)) return 0;
    const rest = Math.trunc(number) % (top + 1);
    return (rest < 0 ? rest + top + 1 : rest) + 0;
  };
}
const octet = makeInteger(8);
const unsignedShort = makeInteger(16);
const unsignedLong = makeInteger(32);

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

function rejectShared(buffer, options) {
  if (isSharedArrayBuffer(buffer))
    throw fail('ERR_INVALID_ARG_TYPE', options, 'is a view on a SharedArrayBuffer, which is not allowed.');
}

function Uint8ArrayOf(value, options) {
  if (!isUint8Array(value)) throw fail('ERR_INVALID_ARG_TYPE', options, 'is not an Uint8Array object.');
  rejectShared(value.buffer, options);
  return value;
}

function BufferSource(value, options) {
  if (isArrayBuffer(value)) return value;
  if (!ArrayBuffer.isView(value)) {
    throw fail('ERR_INVALID_ARG_TYPE', options, 'is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.');
  }
  rejectShared(value.buffer, options);
  return value;
}

function CryptoKey(value, options) {
  if (!require('crypto/keys').isCryptoKey(value))
    throw fail('ERR_INVALID_ARG_TYPE', options, 'is not of type CryptoKey.');
  return value;
}

const AlgorithmIdentifier = (value, options) => (isObject(value) ? value : DOMString(value, options));

function makeEnum(name, values) {
  const known = new Set(values);
  return (value, options) => {
    const text = DOMString(value, options);
    if (!known.has(text))
      throw fail('ERR_INVALID_ARG_VALUE', options, `'${text}' is not a valid enum value of type ${name}.`);
    return text;
  };
}

function makeSequence(converter) {
  return (value, options) => {
    const notASequence = () => fail('ERR_INVALID_ARG_TYPE', options, 'cannot be converted to sequence.');
    if (!isObject(value)) throw notASequence();
    const method = value[Symbol.iterator];
    if (typeof method !== 'function') throw notASequence();
    const { prefix, context = 'Value' } = options ?? {};
    const iterator = Reflect.apply(method, value, []);
    const result = [];
    for (;;) {
      const step = iterator.next();
      if (!isObject(step)) throw notASequence();
      if (step.done) return result;
      result.push(converter(step.value, { prefix, context: `${context}[${result.length}]` }));
    }
  };
}

/**
 * A dictionary. Members are read base dictionary first, and by name within one. The converter's third argument is what
 * has been read already.
 *
 * @param {string} name
 * @param {object[]} levels one a dictionary, from the base on: member name -> {type, required, enforceRange, check}.
 *   `check(value, raw, name, result)` throws what the algorithm throws for a value that has the right type; what it
 *   returns takes the value's place.
 */
function makeDictionary(name, ...levels) {
  const members = levels.flatMap((level) =>
    Object.keys(level)
      .sort()
      .map((key) => [key, level[key]]),
  );
  return (value, options, result = {}) => {
    if (!isObject(value) && value !== undefined && value !== null)
      throw fail('ERR_INVALID_ARG_TYPE', options, 'cannot be converted to a dictionary');
    const { prefix, context = 'Value' } = options ?? {};
    for (const [key, { type, required, enforceRange, check }] of members) {
      const given = value?.[key];
      if (given === undefined) {
        if (!required) continue;
        const start = prefix === undefined ? '' : `${prefix}: `;
        throw typeError(
          'ERR_MISSING_OPTION',
          `${start}${context} cannot be converted to '${name}' because '${key}' is required in '${name}'.`,
        );
      }
      const converted = type(given, { prefix, context: `${key} in ${context}`, enforceRange });
      result[key] = check?.(converted, value, name, result) ?? converted;
    }
    return result;
  };
}

const KeyFormat = makeEnum('KeyFormat', [
  'raw',
  'raw-public',
  'raw-private',
  'raw-seed',
  'raw-secret',
  'pkcs8',
  'spki',
  'jwk',
]);

/** In the order in which a key shows them. */
const USAGES = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
];
const KeyUsages = makeSequence(makeEnum('KeyUsage', USAGES));

const text = { type: DOMString };
const RsaOtherPrimesInfo = makeDictionary('RsaOtherPrimesInfo', { r: text, d: text, t: text });
const JsonWebKey = makeDictionary('JsonWebKey', {
  kty: text,
  use: text,
  key_ops: { type: makeSequence(DOMString) },
  alg: text,
  ext: { type: Boolean },
  crv: text,
  x: text,
  y: text,
  d: text,
  n: text,
  e: text,
  p: text,
  q: text,
  dp: text,
  dq: text,
  qi: text,
  oth: { type: makeSequence(RsaOtherPrimesInfo) },
  k: text,
  pub: text,
  priv: text,
});

module.exports = {
  AlgorithmIdentifier,
  BufferSource,
  CryptoKey,
  DOMString,
  JsonWebKey,
  KeyFormat,
  KeyUsages,
  USAGES,
  Uint8Array: Uint8ArrayOf,
  makeDictionary,
  octet,
  requiredArguments,
  unsignedLong,
  unsignedShort,
};
