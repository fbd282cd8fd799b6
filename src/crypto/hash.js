// Hash, Hmac and the one-shot hash: https://nodejs.org/api/crypto.html#class-hash
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateEncoding, validateString, validateUint32 } = require('errors/validators');
const { Transform } = require('stream/stream');
const types = require('util/types');

const native = binding('crypto');
const { ERR_CRYPTO_HASH_FINALIZED, ERR_CRYPTO_HASH_UPDATE_FAILED, ERR_INVALID_ARG_TYPE } = codes;

const kNative = Symbol('kNative');
const kFinalized = Symbol('kFinalized');

const DATA_TYPES = ['string', 'Buffer', 'TypedArray', 'DataView'];

function toText(bytes, encoding) {
  return encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes;
}

/** Feeds text or bytes; UTF-8 and Latin-1 go without a Buffer in between. */
function feed(target, data, encoding) {
  if (typeof data === 'string') {
    if (
      encoding === undefined ||
      encoding === null ||
      encoding === 'utf8' ||
      encoding === 'utf-8' ||
      encoding === 'buffer'
    )
      return target.updateText(data, 0);
    if (encoding === 'latin1' || encoding === 'binary') return target.updateText(data, 1);
    validateEncoding(data, encoding);
    return target.updateBytes(Buffer.from(data, encoding));
  }
  if (!ArrayBuffer.isView(data)) throw new ERR_INVALID_ARG_TYPE('data', DATA_TYPES, data);
  return target.updateBytes(data);
}

function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  const isCopy = algorithm instanceof Hash;
  if (!isCopy) validateString(algorithm, 'algorithm');
  const length = typeof options === 'object' && options !== null ? options.outputLength : undefined;
  if (length !== undefined) validateUint32(length, 'options.outputLength');
  Reflect.apply(Transform, this, [options]);
  this[kNative] = isCopy ? native.copyHash(algorithm[kNative], length ?? 0) : native.newHash(algorithm, length ?? 0);
  this[kFinalized] = false;
  this._emptyOutput = length === 0;
}
Object.setPrototypeOf(Hash.prototype, Transform.prototype);
Object.setPrototypeOf(Hash, Transform);

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return new Hash(this, options);
};

Hash.prototype._transform = function (chunk, encoding, callback) {
  this[kNative].updateBytes(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
  callback();
};

Hash.prototype._flush = function (callback) {
  this.push(this.digest());
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  if (!feed(this[kNative], data, encoding)) throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  const bytes = this._emptyOutput ? Buffer.alloc(0) : this[kNative].digest();
  this[kFinalized] = true;
  return toText(bytes, outputEncoding === undefined ? undefined : `${outputEncoding}`);
};

function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  validateString(algorithm, 'hmac');
  const encoding = options?.encoding;
  let bytes;
  if (typeof key === 'string') bytes = Buffer.from(key, encoding);
  else if (ArrayBuffer.isView(key) || types.isAnyArrayBuffer(key)) bytes = key;
  else
    throw new ERR_INVALID_ARG_TYPE(
      'key',
      ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string', 'KeyObject', 'CryptoKey'],
      key,
    );
  this[kNative] = new native.Hmac(algorithm, bytes);
  this[kFinalized] = false;
  Reflect.apply(Transform, this, [options]);
}
Object.setPrototypeOf(Hmac.prototype, Transform.prototype);
Object.setPrototypeOf(Hmac, Transform);

Hmac.prototype.update = Hash.prototype.update;
Hmac.prototype._transform = Hash.prototype._transform;
Hmac.prototype._flush = Hash.prototype._flush;

Hmac.prototype.digest = function digest(outputEncoding) {
  // A second digest of an HMAC is empty, as it has always been.
  const bytes = this[kFinalized] ? Buffer.alloc(0) : this[kNative].digest();
  this[kFinalized] = true;
  return toText(bytes, outputEncoding === undefined ? undefined : `${outputEncoding}`);
};

/** crypto.hash(algorithm, data[, outputEncoding]) */
function hash(algorithm, data, outputEncoding = 'hex') {
  validateString(algorithm, 'algorithm');
  if (typeof data !== 'string' && !ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  const encoding =
    typeof outputEncoding === 'object' && outputEncoding !== null
      ? (outputEncoding.outputEncoding ?? 'hex')
      : outputEncoding;
  validateString(encoding, 'outputEncoding');
  if (encoding !== 'buffer' && !Buffer.isEncoding(encoding))
    throw new codes.ERR_INVALID_ARG_VALUE('outputEncoding', encoding);
  const bytes = native.hashOnce(algorithm, typeof data === 'string' ? Buffer.from(data) : data);
  return toText(bytes, encoding);
}

module.exports = { Hash, Hmac, hash };
