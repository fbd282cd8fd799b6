// Primes and SPKAC certificates. https://nodejs.org/api/crypto.html#cryptogenerateprimesize-options-callback
'use strict';

const { Buffer } = require('buffer/buffer');
const { bytesOrUndefined } = require('crypto/key_encoding');
const { codes } = require('errors/errors');
const { validateBoolean, validateFunction, validateInt32, validateObject } = require('errors/validators');
const { isAnyArrayBuffer } = require('util/types');

const native = binding('crypto_primes');
const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = codes;

/** Big-endian bytes of a BigInt, or bytes as they are. */
function numberBytes(value, name) {
  if (typeof value === 'bigint') {
    if (value < 0n) throw new ERR_OUT_OF_RANGE(name, '>= 0', value);
    const digits = value.toString(16);
    return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  }
  if (!isAnyArrayBuffer(value) && !ArrayBuffer.isView(value))
    throw new ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'TypedArray', 'Buffer', 'DataView', 'bigint'], value);
  return value;
}

function readGenerate(size, options) {
  validateInt32(size, 'size', 1);
  validateObject(options, 'options');
  const { safe = false, bigint = false, add, rem } = options;
  validateBoolean(safe, 'options.safe');
  validateBoolean(bigint, 'options.bigint');
  const addBytes = add === undefined ? undefined : numberBytes(add, 'options.add');
  const remBytes = rem === undefined ? undefined : numberBytes(rem, 'options.rem');
  return [bigint, [size, safe, addBytes, remBytes]];
}

function shaped(bytes, asBigInt) {
  if (asBigInt) return BigInt(`0x${bytes.hexSlice()}`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

function generatePrime(size, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  const [asBigInt, args] = readGenerate(size, options);
  native.generatePrime(...args, (error, bytes) => (error ? callback(error) : callback(null, shaped(bytes, asBigInt))));
}

function generatePrimeSync(size, options = {}) {
  const [asBigInt, args] = readGenerate(size, options);
  return shaped(native.generatePrimeSync(...args), asBigInt);
}

/** The bytes of OpenSSL's longest number. */
const MOST_DIGITS = (2 ** 23 - 1) * 8;

function readCheck(candidate, options) {
  const bytes = numberBytes(candidate, 'candidate');
  validateObject(options, 'options');
  const { checks = 0 } = options;
  // OpenSSL itself knows how many rounds it takes; asking for fewer makes no sense.
  validateInt32(checks, 'options.checks', 0);
  return bytes;
}

function checkPrime(candidate, options = {}, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  const bytes = numberBytes(candidate, 'candidate');
  validateFunction(callback, 'callback');
  readCheck(bytes, options);
  if (bytes.byteLength > MOST_DIGITS) native.checkPrimeSync(bytes); // throws at once
  native.checkPrime(bytes, callback);
}

function checkPrimeSync(candidate, options = {}) {
  return native.checkPrimeSync(readCheck(candidate, options));
}

/** OpenSSL counts in ints. */
const MOST = 2 ** 31 - 1;

function spkacBytes(spkac, encoding) {
  const bytes = bytesOrUndefined(spkac, encoding);
  if (bytes === undefined)
    throw new ERR_INVALID_ARG_TYPE('spkac', ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], spkac);
  if (bytes.byteLength > MOST) throw new ERR_OUT_OF_RANGE('spkac', `<= ${MOST}`, bytes.byteLength);
  return bytes;
}

const verifySpkac = function verifySpkac(spkac, encoding) {
  return native.spkacVerify(spkacBytes(spkac, encoding));
};
const exportPublicKey = function exportPublicKey(spkac, encoding) {
  return native.spkacPublicKey(spkacBytes(spkac, encoding)) ?? '';
};
const exportChallenge = function exportChallenge(spkac, encoding) {
  return native.spkacChallenge(spkacBytes(spkac, encoding)) ?? '';
};

/** Its methods were static ones before; both ways work. */
function Certificate() {
  if (!(this instanceof Certificate)) return new Certificate();
}
Object.assign(Certificate.prototype, { verifySpkac, exportPublicKey, exportChallenge });
Object.assign(Certificate, { exportChallenge, exportPublicKey, verifySpkac });

module.exports = { Certificate, checkPrime, checkPrimeSync, generatePrime, generatePrimeSync };
