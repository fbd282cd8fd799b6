// Sign, Verify and the one-shot forms. https://nodejs.org/api/crypto.html#class-sign
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateEncoding, validateFunction, validateString } = require('errors/validators');
const { bytesOrUndefined } = require('crypto/key_encoding');
const { privateKeyOf, publicKeyOf } = require('crypto/key_input');
const { handleOf } = require('crypto/keys');
const { Writable } = require('stream/stream');

const native = binding('crypto_sign');
const hashes = binding('crypto');
const { ERR_CRYPTO_INVALID_DIGEST, ERR_CRYPTO_SIGN_KEY_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = codes;

const kNative = Symbol('kNative');

const BYTES = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

function bytesOf(data, encoding, name) {
  if (typeof data === 'string') {
    validateEncoding(data, encoding);
    return Buffer.from(data, encoding === 'buffer' ? undefined : encoding);
  }
  if (!ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  return data;
}

function readPadding(options) {
  const value = options.padding;
  if (value === undefined) return undefined;
  if (value !== value >> 0) throw new ERR_INVALID_ARG_VALUE('options.padding', value);
  return value;
}

function readSaltLength(options) {
  const value = options.saltLength;
  if (value === undefined) return undefined;
  if (value !== value >> 0) throw new ERR_INVALID_ARG_VALUE('options.saltLength', value);
  return value;
}

function readP1363(options) {
  const value = typeof options === 'object' ? options.dsaEncoding : undefined;
  if (value === undefined || value === 'der') return false;
  if (value === 'ieee-p1363') return true;
  throw new ERR_INVALID_ARG_VALUE('options.dsaEncoding', value);
}

function readContext(options) {
  const value = typeof options === 'object' ? options.context : undefined;
  if (value === undefined) return undefined;
  if (!ArrayBuffer.isView(value))
    throw new ERR_INVALID_ARG_TYPE('options.context', ['Buffer', 'TypedArray', 'DataView'], value);
  return value;
}

function start(self, algorithm, options) {
  validateString(algorithm, 'algorithm');
  if (algorithm === 'dss1' || algorithm === 'DSS1') algorithm = 'sha1'; // its name when it was for DSA alone
  if (!hashes.hasDigest(algorithm)) {
    const error = new ERR_CRYPTO_INVALID_DIGEST(algorithm);
    error.message = 'Invalid digest';
    throw error;
  }
  self[kNative] = new native.Signature(algorithm);
  Reflect.apply(Writable, self, [options]);
}

function Sign(algorithm, options) {
  if (!new.target) return new Sign(algorithm, options);
  start(this, algorithm, options);
}
Object.setPrototypeOf(Sign.prototype, Writable.prototype);
Object.setPrototypeOf(Sign, Writable);

Sign.prototype._write = function _write(chunk, encoding, callback) {
  this.update(chunk, encoding);
  callback();
};

Sign.prototype.update = function update(data, encoding) {
  this[kNative].update(bytesOf(data, encoding, 'data'));
  return this;
};

Sign.prototype.sign = function sign(options, encoding) {
  if (!options) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const key = privateKeyOf(options, 'privateKey');
  const signature = this[kNative].sign(key, readPadding(options), readSaltLength(options), readP1363(options));
  return encoding && encoding !== 'buffer' ? signature.toString(encoding) : signature;
};

function Verify(algorithm, options) {
  if (!new.target) return new Verify(algorithm, options);
  start(this, algorithm, options);
}
Object.setPrototypeOf(Verify.prototype, Writable.prototype);
Object.setPrototypeOf(Verify, Writable);

Verify.prototype._write = Sign.prototype._write;
Verify.prototype.update = Sign.prototype.update;

Verify.prototype.verify = function verify(options, signature, sigEncoding) {
  const key = publicKeyOf(options, 'key');
  const padding = readPadding(options);
  const saltLength = readSaltLength(options);
  const isP1363 = readP1363(options);
  if (typeof signature === 'string')
    signature = Buffer.from(signature, sigEncoding === 'buffer' ? undefined : sigEncoding);
  else if (bytesOrUndefined(signature) === undefined)
    throw new ERR_INVALID_ARG_TYPE('signature', ['string', ...BYTES], signature);
  return this[kNative].verify(key, signature, padding, saltLength, isP1363);
};

/** The arguments that signing and verifying share, checked. */
function readScheme(algorithm, data, key) {
  if (algorithm != null) validateString(algorithm, 'algorithm');
  const bytes = bytesOrUndefined(data);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('data', ['string', ...BYTES], data);
  return [bytes, readPadding(key), readSaltLength(key), readP1363(key), readContext(key)];
}

function checkDigest(algorithm) {
  if (algorithm == null) return undefined;
  if (!hashes.hasDigest(algorithm)) throw new ERR_CRYPTO_INVALID_DIGEST(algorithm);
  return algorithm;
}

function sign(algorithm, data, key, callback) {
  if (algorithm != null) validateString(algorithm, 'algorithm');
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!key) throw new ERR_CRYPTO_SIGN_KEY_REQUIRED();
  const [bytes, padding, saltLength, isP1363, context] = readScheme(algorithm, data, key);
  const handle = privateKeyOf(key, 'key');
  const args = [handle, bytes, checkDigest(algorithm), padding, saltLength, isP1363, context];
  if (callback === undefined) return native.signSync(...args);
  native.sign(...args, callback);
  return undefined;
}

function verify(algorithm, data, key, signature, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  const [bytes, padding, saltLength, isP1363, context] = readScheme(algorithm, data, key);
  const signed = bytesOrUndefined(signature);
  if (signed === undefined) throw new ERR_INVALID_ARG_TYPE('signature', ['string', ...BYTES], signature);
  const handle = publicKeyOf(key, 'key');
  const args = [handle, bytes, signed, checkDigest(algorithm), padding, saltLength, isP1363, context];
  if (callback === undefined) return native.verifySync(...args);
  native.verify(...args, callback);
  return undefined;
}

// RSA as a cipher. The numbers are sign.cc's RsaOperation.
const ENCRYPT = 0;
const DECRYPT = 1;
const SIGN = 2;
const RECOVER = 3;

const RSA_PKCS1_PADDING = 1;
const RSA_PKCS1_OAEP_PADDING = 4;

function rsa(operation, options, data, defaultPadding) {
  const settings = typeof options === 'object' && options !== null && handleOf(options) === undefined ? options : {};
  const padding = settings.padding || defaultPadding;
  const { oaepHash, encoding } = settings;
  if (oaepHash !== undefined) validateString(oaepHash, 'key.oaepHash');
  let label;
  if (settings.oaepLabel !== undefined) {
    label = bytesOrUndefined(settings.oaepLabel, encoding);
    if (label === undefined) throw new ERR_INVALID_ARG_TYPE('key.oaepLabel', ['string', ...BYTES], settings.oaepLabel);
  }
  const bytes = bytesOrUndefined(data, encoding);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('buffer', ['string', ...BYTES], data);
  if (oaepHash !== undefined && !hashes.hasDigest(oaepHash)) throw new codes.ERR_OSSL_EVP_INVALID_DIGEST();
  const isPrivate = operation === DECRYPT || operation === SIGN;
  const handle = isPrivate ? privateKeyOf(options, 'key') : publicKeyOf(options, 'key');
  return native.rsaSync(operation, handle, bytes, padding | 0, oaepHash, label);
}

const publicEncrypt = (key, buffer) => rsa(ENCRYPT, key, buffer, RSA_PKCS1_OAEP_PADDING);
const privateDecrypt = (key, buffer) => rsa(DECRYPT, key, buffer, RSA_PKCS1_OAEP_PADDING);
const privateEncrypt = (key, buffer) => rsa(SIGN, key, buffer, RSA_PKCS1_PADDING);
const publicDecrypt = (key, buffer) => rsa(RECOVER, key, buffer, RSA_PKCS1_PADDING);

module.exports = { Sign, Verify, privateDecrypt, privateEncrypt, publicDecrypt, publicEncrypt, sign, verify };
