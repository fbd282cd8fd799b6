// Hash, Hmac and the one-shot hash: https://nodejs.org/api/crypto.html#class-hash
'use strict';

const { Buffer } = require('buffer/buffer');
const { encodingId } = require('buffer/encodings');
const { secretOf } = require('crypto/key_input');
const { LazyTransform } = require('crypto/lazy_transform');
const { codes } = require('errors/errors');
const { validateEncoding, validateString, validateUint32 } = require('errors/validators');

const native = binding('crypto');
const { ERR_CRYPTO_HASH_FINALIZED, ERR_CRYPTO_HASH_UPDATE_FAILED, ERR_INVALID_ARG_TYPE } = codes;

const kNative = Symbol('kNative');
const kFinalized = Symbol('kFinalized');
const kAlgorithm = Symbol('kAlgorithm');
const kText = Symbol('kText');
const kTextEncoding = Symbol('kTextEncoding');
const kLength = Symbol('kLength');
const kFlushed = Symbol('kFlushed');

const KEY_TYPES = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string', 'KeyObject', 'CryptoKey'];
const DATA_TYPES = ['string', 'Buffer', 'TypedArray', 'DataView'];

/** Bytes, too, for what is no encoding; native.hashText does the same with -1. */
function toText(bytes, encoding) {
  return encodingId(encoding) === -1 ? bytes : bytes.toString(encoding);
}

/** UTF-8 is 0, Latin-1 is 1: the encodings that need no Buffer in between. -1 for another. */
function textEncoding(encoding) {
  switch (encoding) {
    case undefined:
    case null:
    case 'utf8':
    case 'utf-8':
    case 'buffer':
      return 0;
    case 'latin1':
    case 'binary':
      return 1;
    default:
      return -1;
  }
}

/** Feeds text or bytes. */
function feed(target, data, encoding) {
  if (typeof data === 'string') {
    const direct = textEncoding(encoding);
    if (direct !== -1) return target.updateText(data, direct);
    validateEncoding(data, encoding);
    return target.updateBytes(Buffer.from(data, encoding));
  }
  if (!ArrayBuffer.isView(data)) throw new ERR_INVALID_ARG_TYPE('data', DATA_TYPES, data);
  return target.updateBytes(data);
}

/** Digests that OpenSSL was asked for before and knows. */
const known = new Set();

function checkAlgorithm(algorithm) {
  if (known.has(algorithm)) return;
  if (!native.hasDigest(algorithm)) return native.newHash(algorithm, 0); // throws what OpenSSL says
  known.add(algorithm);
}

/**
 * Most hashes are fed one string and asked for their digest: that text waits here, and is hashed in one call that needs
 * no native object (which would cost more than hashing a short text).
 */
function Hash(algorithm, options) {
  if (!new.target) return new Hash(algorithm, options);
  const isCopy = algorithm instanceof Hash;
  if (!isCopy) validateString(algorithm, 'algorithm');
  const length = typeof options === 'object' && options !== null ? options.outputLength : undefined;
  if (length !== undefined) validateUint32(length, 'options.outputLength');
  this._options = options; // as LazyTransform has it
  this[kNative] = undefined;
  this[kAlgorithm] = algorithm;
  this[kText] = undefined;
  this[kTextEncoding] = 0;
  this[kFinalized] = false;
  this[kLength] = length;
  this[kFlushed] = undefined;
  if (isCopy) {
    this[kAlgorithm] = algorithm[kAlgorithm];
    this[kNative] = native.copyHash(nativeOf(algorithm), length ?? 0);
  } else if (length !== undefined) {
    this[kNative] = native.newHash(algorithm, length);
  } else {
    checkAlgorithm(algorithm);
  }
}
Object.setPrototypeOf(Hash.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hash, LazyTransform);

/** Native objects that have given their digest, for the next hashes. */
const idle = [];
const MOST_IDLE = 16;

/** The native hash, fed with what waits. */
function nativeOf(hash) {
  if (hash[kNative] === undefined) {
    const used = idle.pop();
    if (used !== undefined) used.restart(hash[kAlgorithm]);
    hash[kNative] = used ?? native.newHash(hash[kAlgorithm], 0);
    if (hash[kText] !== undefined) {
      hash[kNative].updateText(hash[kText], hash[kTextEncoding]);
      hash[kText] = undefined;
    }
  }
  return hash[kNative];
}

Hash.prototype.copy = function copy(options) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  return new Hash(this, options);
};

Hash.prototype._transform = function (chunk, encoding, callback) {
  nativeOf(this).updateBytes(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
  callback();
};

/** The end of the stream is not the end of the object: digest() may still be asked, once, for the same bytes. */
Hash.prototype._flush = function (callback) {
  this[kFlushed] = nativeOf(this).digest(-1);
  this.push(this[kFlushed]);
  callback();
};

Hash.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  if (typeof data === 'string' && this[kNative] === undefined && this[kText] === undefined) {
    const waiting = textEncoding(encoding);
    if (waiting !== -1) {
      this[kText] = data;
      this[kTextEncoding] = waiting;
      return this;
    }
  }
  if (!feed(nativeOf(this), data, encoding)) throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
};

Hash.prototype.digest = function digest(outputEncoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  const encoding = outputEncoding === undefined ? undefined : `${outputEncoding}`;
  if (this[kLength] === 0) {
    this[kFinalized] = true;
    return toText(Buffer.alloc(0), encoding);
  }
  if (this[kNative] === undefined && this[kText] !== undefined) {
    const result = native.hashText(this[kAlgorithm], this[kText], this[kTextEncoding], encodingId(encoding));
    this[kText] = undefined;
    this[kFinalized] = true;
    return result;
  }
  this[kFinalized] = true;
  if (this[kFlushed] !== undefined) return toText(Buffer.from(this[kFlushed]), encoding);
  const hash = nativeOf(this);
  const result = hash.digest(encodingId(encoding));
  this[kNative] = null;
  if (idle.length < MOST_IDLE) idle.push(hash);
  return result;
};

function Hmac(algorithm, key, options) {
  if (!new.target) return new Hmac(algorithm, key, options);
  validateString(algorithm, 'hmac');
  const bytes = secretOf(key, options?.encoding, 'key', KEY_TYPES);
  this[kNative] = new native.Hmac(algorithm, bytes);
  this[kFinalized] = false;
  this._options = options; // as LazyTransform has it
}
Object.setPrototypeOf(Hmac.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Hmac, LazyTransform);

Hmac.prototype.update = function update(data, encoding) {
  if (this[kFinalized]) throw new ERR_CRYPTO_HASH_FINALIZED();
  if (!feed(this[kNative], data, encoding)) throw new ERR_CRYPTO_HASH_UPDATE_FAILED();
  return this;
};

Hmac.prototype._transform = function (chunk, encoding, callback) {
  this[kNative].updateBytes(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
  callback();
};

Hmac.prototype._flush = function (callback) {
  this.push(this.digest());
  callback();
};

Hmac.prototype.digest = function digest(outputEncoding) {
  // A second digest of an HMAC is empty, as it has always been.
  const bytes = this[kFinalized] ? Buffer.alloc(0) : this[kNative].digest();
  this[kFinalized] = true;
  return toText(bytes, outputEncoding === undefined ? undefined : `${outputEncoding}`);
};

/** crypto.hash(algorithm, data[, options]): options are an encoding, or `{ outputEncoding, outputLength }`. */
function hash(algorithm, data, options) {
  if (options === undefined) options = 'hex';
  validateString(algorithm, 'algorithm');
  if (typeof data !== 'string' && !ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE('input', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  let encoding = options;
  let length;
  if (typeof options === 'object' && options !== null) {
    encoding = options.outputEncoding ?? 'hex';
    length = options.outputLength;
    if (length !== undefined) validateUint32(length, 'options.outputLength');
  }
  validateString(encoding, 'outputEncoding');
  if (encoding !== 'buffer' && !Buffer.isEncoding(encoding))
    throw new codes.ERR_INVALID_ARG_VALUE('outputEncoding', encoding);
  if (typeof data === 'string') return native.hashText(algorithm, data, 0, encodingId(encoding), length);
  return toText(native.hashOnce(algorithm, data, length), encoding);
}

module.exports = { Hash, Hmac, hash };
