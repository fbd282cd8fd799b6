// Key derivation: pbkdf2, scrypt, hkdf.
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const {
  validateFunction,
  validateInt32,
  validateInteger,
  validateString,
  validateUint32,
} = require('errors/validators');
const types = require('util/types');

const native = binding('crypto');
const {
  ERR_CRYPTO_INVALID_DIGEST,
  ERR_CRYPTO_INVALID_KEYLEN,
  ERR_CRYPTO_INVALID_SCRYPT_PARAMS,
  ERR_INCOMPATIBLE_OPTION_PAIR,
  ERR_INVALID_ARG_TYPE,
} = codes;

function toBytes(value, name) {
  if (typeof value === 'string') return Buffer.from(value);
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return value;
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
}

function checkPbkdf2(password, salt, iterations, keylen, digest) {
  validateString(digest, 'digest');
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInt32(iterations, 'iterations', 1);
  validateInt32(keylen, 'keylen', 0);
  if (!native.hasDigest(digest)) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
  return [password, salt, iterations, keylen, digest];
}

function pbkdf2(password, salt, iterations, keylen, digest, callback) {
  if (typeof digest === 'function') {
    callback = digest;
    digest = undefined;
  }
  const args = checkPbkdf2(password, salt, iterations, keylen, digest);
  validateFunction(callback, 'callback');
  native.pbkdf2(...args, callback);
}

function pbkdf2Sync(password, salt, iterations, keylen, digest) {
  return native.pbkdf2Sync(...checkPbkdf2(password, salt, iterations, keylen, digest));
}

function checkScrypt(password, salt, keylen, options) {
  password = toBytes(password, 'password');
  salt = toBytes(salt, 'salt');
  validateInt32(keylen, 'keylen', 0);
  let N = 16384;
  let r = 8;
  let p = 1;
  let maxmem = 32 << 20;
  if (options) {
    for (const [short, long] of [
      ['N', 'cost'],
      ['r', 'blockSize'],
      ['p', 'parallelization'],
    ]) {
      if (options[short] !== undefined && options[long] !== undefined)
        throw new ERR_INCOMPATIBLE_OPTION_PAIR(short, long);
    }
    const pick = (short, long, otherwise) => {
      const value = options[short] ?? options[long];
      if (value === undefined) return otherwise;
      validateUint32(value, short in options ? short : long);
      return value || otherwise;
    };
    N = pick('N', 'cost', N);
    r = pick('r', 'blockSize', r);
    p = pick('p', 'parallelization', p);
    if (options.maxmem !== undefined) {
      validateInteger(options.maxmem, 'maxmem', 0);
      maxmem = options.maxmem || maxmem;
    }
  }
  if (N < 2 || (N & (N - 1)) !== 0 || 128 * N * r > maxmem) throw new ERR_CRYPTO_INVALID_SCRYPT_PARAMS();
  return [password, salt, N, r, p, maxmem, keylen];
}

function scrypt(password, salt, keylen, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  const args = checkScrypt(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  native.scrypt(...args, callback);
}

function scryptSync(password, salt, keylen, options) {
  return native.scryptSync(...checkScrypt(password, salt, keylen, options));
}

function checkHkdf(digest, key, salt, info, length) {
  validateString(digest, 'digest');
  key = toBytes(key, 'ikm');
  salt = toBytes(salt, 'salt');
  info = toBytes(info, 'info');
  validateInteger(length, 'length', 0, 2147483647);
  if (info.byteLength > 1024)
    throw new codes.ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', info.byteLength);
  if (!native.hasDigest(digest)) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
  if (length > 255 * native.hashOnce(digest, Buffer.alloc(0)).length) throw new ERR_CRYPTO_INVALID_KEYLEN();
  return [digest, key, salt, info, length];
}

const arrayBufferOf = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);

function hkdf(digest, key, salt, info, length, callback) {
  const args = checkHkdf(digest, key, salt, info, length);
  validateFunction(callback, 'callback');
  native.hkdf(...args, (error, bytes) => (error ? callback(error) : callback(null, arrayBufferOf(bytes))));
}

function hkdfSync(digest, key, salt, info, length) {
  return arrayBufferOf(native.hkdfSync(...checkHkdf(digest, key, salt, info, length)));
}

module.exports = { hkdf, hkdfSync, pbkdf2, pbkdf2Sync, scrypt, scryptSync };
