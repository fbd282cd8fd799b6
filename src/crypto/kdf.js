// Key derivation: pbkdf2, scrypt, hkdf.
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const {
  validateFunction,
  validateInt32,
  validateInteger,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
} = require('errors/validators');
const { secretOf } = require('crypto/key_input');
const types = require('util/types');

const native = binding('crypto_kdf');
const hashes = binding('crypto');
const { ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_INVALID_KEYLEN, ERR_INCOMPATIBLE_OPTION_PAIR, ERR_INVALID_ARG_TYPE } =
  codes;

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
  if (!hashes.hasDigest(digest)) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
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
  native.checkScrypt(N, r, p, maxmem);
  return [password, salt, N, r, p, maxmem, keylen];
}

function scrypt(password, salt, keylen, options, callback = undefined) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  const args = checkScrypt(password, salt, keylen, options);
  validateFunction(callback, 'callback');
  native.scrypt(...args, callback);
}

function scryptSync(password, salt, keylen, options = undefined) {
  return native.scryptSync(...checkScrypt(password, salt, keylen, options));
}

const IKM_TYPES = ['string', 'SecretKeyObject', 'ArrayBuffer', 'TypedArray', 'DataView', 'Buffer'];

function checkHkdf(digest, key, salt, info, length) {
  validateString(digest, 'digest');
  key = secretOf(key, undefined, 'ikm', IKM_TYPES);
  salt = toBytes(salt, 'salt');
  info = toBytes(info, 'info');
  validateInteger(length, 'length', 0, 2147483647);
  if (info.byteLength > 1024)
    throw new codes.ERR_OUT_OF_RANGE('info', 'must not contain more than 1024 bytes', info.byteLength);
  if (!hashes.hasDigest(digest)) throw new ERR_CRYPTO_INVALID_DIGEST(digest);
  if (length > 255 * hashes.hashOnce(digest, Buffer.alloc(0)).length) throw new ERR_CRYPTO_INVALID_KEYLEN();
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

const MAX_UINT32 = 2 ** 32 - 1;

/** RFC 9106; bytes are given as options, lengths in bytes, memory in KiB. */
function checkArgon2(algorithm, parameters) {
  validateString(algorithm, 'algorithm');
  validateOneOf(algorithm, 'algorithm', ['argon2d', 'argon2i', 'argon2id']);
  validateObject(parameters, 'parameters');
  const { parallelism, tagLength, memory, passes } = parameters;
  const message = toBytes(parameters.message, 'parameters.message');
  const nonce = toBytes(parameters.nonce, 'parameters.nonce');
  validateInteger(nonce.byteLength, 'parameters.nonce.byteLength', 8, MAX_UINT32);
  validateInteger(parallelism, 'parameters.parallelism', 1, 2 ** 24 - 1);
  validateInteger(tagLength, 'parameters.tagLength', 4, MAX_UINT32);
  validateInteger(memory, 'parameters.memory', 8 * parallelism, MAX_UINT32);
  validateInteger(passes, 'parameters.passes', 1, MAX_UINT32);
  const { secret, associatedData } = parameters;
  return [
    algorithm.toUpperCase(),
    message,
    nonce,
    parallelism,
    tagLength,
    memory,
    passes,
    secret === undefined ? undefined : toBytes(secret, 'parameters.secret'),
    associatedData === undefined ? undefined : toBytes(associatedData, 'parameters.associatedData'),
  ];
}

function argon2(algorithm, parameters, callback) {
  const args = checkArgon2(algorithm, parameters);
  validateFunction(callback, 'callback');
  native.argon2(...args, callback);
}

function argon2Sync(algorithm, parameters) {
  return native.argon2Sync(...checkArgon2(algorithm, parameters));
}

module.exports = {
  argon2,
  argon2Sync,
  hkdf,
  hkdfSync,
  pbkdf2,
  pbkdf2Sync,
  scrypt,
  scryptSync,
};
