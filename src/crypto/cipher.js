// Cipheriv and Decipheriv. https://nodejs.org/api/crypto.html#class-cipheriv
'use strict';

const { Buffer } = require('buffer/buffer');
const { normalizeEncoding } = require('buffer/encodings');
const { StringDecoder } = require('buffer/string_decoder');
const { bytesOrUndefined } = require('crypto/key_encoding');
const { secretOf } = require('crypto/key_input');
const { LazyTransform } = require('crypto/lazy_transform');
const { codes } = require('errors/errors');
const { validateEncoding, validateInt32, validateObject, validateString } = require('errors/validators');

const native = binding('crypto_cipher');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = codes;

const kNative = Symbol('kNative');

/** cipher.cc's kNoTagLength. */
const NO_TAG_LENGTH = 0xffffffff;

const BYTES = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

/** An option that is a length, -1 when it is missing. */
function readLength(options, name) {
  const value = options?.[name];
  if (value == null) return -1;
  if (value >> 0 !== value || value < 0) throw new ERR_INVALID_ARG_VALUE(`options.${name}`, value);
  return value;
}

function start(self, encrypts, cipher, key, iv, options) {
  validateString(cipher, 'cipher');
  const secret = secretOf(key, options?.encoding);
  let bytes;
  if (iv !== null) {
    bytes = bytesOrUndefined(iv);
    if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('iv', ['string', ...BYTES], iv);
  }
  const tagLength = readLength(options, 'authTagLength');
  self[kNative] = new native.Cipher(encrypts, cipher, secret, bytes, tagLength === -1 ? NO_TAG_LENGTH : tagLength);
  self._decoder = null;
  self._options = options; // as LazyTransform has it
}

/** Text out of pieces: a character may lie across two of them. */
function decoderOf(self, encoding) {
  const normalized = normalizeEncoding(encoding);
  self._decoder ??= new StringDecoder(encoding);
  if (self._decoder.encoding !== normalized) {
    if (normalized === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
    throw new ERR_INVALID_ARG_VALUE('outputEncoding', encoding, `cannot be changed from '${self._decoder.encoding}'`);
  }
  return self._decoder;
}

function Cipheriv(cipher, key, iv, options) {
  if (!new.target) return new Cipheriv(cipher, key, iv, options);
  start(this, true, cipher, key, iv, options);
}
Object.setPrototypeOf(Cipheriv.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Cipheriv, LazyTransform);

Cipheriv.prototype._transform = function _transform(chunk, encoding, callback) {
  this.push(this[kNative].update(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk));
  callback();
};

Cipheriv.prototype._flush = function _flush(callback) {
  try {
    this.push(this[kNative].final());
  } catch (error) {
    callback(error);
    return;
  }
  callback();
};

Cipheriv.prototype.update = function update(data, inputEncoding, outputEncoding) {
  let bytes = data;
  if (typeof data === 'string') {
    validateEncoding(data, inputEncoding);
    bytes = Buffer.from(data, inputEncoding === 'buffer' ? undefined : inputEncoding);
  } else if (!ArrayBuffer.isView(data)) {
    throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
  const result = this[kNative].update(bytes);
  if (outputEncoding && outputEncoding !== 'buffer') return decoderOf(this, outputEncoding).write(result);
  return result;
};

Cipheriv.prototype.final = function final(outputEncoding) {
  const result = this[kNative].final();
  if (outputEncoding && outputEncoding !== 'buffer') return decoderOf(this, outputEncoding).end(result);
  return result;
};

Cipheriv.prototype.setAutoPadding = function setAutoPadding(autoPadding) {
  this[kNative].setAutoPadding(autoPadding === undefined ? true : !!autoPadding);
  return this;
};

Cipheriv.prototype.getAuthTag = function getAuthTag() {
  return this[kNative].authTag();
};

function setAAD(aadbuf, options) {
  const bytes = bytesOrUndefined(aadbuf, options?.encoding);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('aadbuf', ['string', ...BYTES], aadbuf);
  this[kNative].setAAD(bytes, readLength(options, 'plaintextLength'));
  return this;
}
Cipheriv.prototype.setAAD = setAAD;

function Decipheriv(cipher, key, iv, options) {
  if (!new.target) return new Decipheriv(cipher, key, iv, options);
  start(this, false, cipher, key, iv, options);
}
Object.setPrototypeOf(Decipheriv.prototype, LazyTransform.prototype);
Object.setPrototypeOf(Decipheriv, LazyTransform);

let warned = false;

function setAuthTag(tagbuf, encoding) {
  const bytes = bytesOrUndefined(tagbuf, encoding);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('buffer', ['string', ...BYTES], tagbuf);
  if (this[kNative].setAuthTag(bytes) && !warned) {
    warned = true;
    process.emitWarning(
      'Using AES-GCM authentication tags of less than 128 bits without specifying the authTagLength option when ' +
        'initializing decryption is deprecated.',
      'DeprecationWarning',
      'DEP0182',
    );
  }
  return this;
}

Decipheriv.prototype._transform = Cipheriv.prototype._transform;
Decipheriv.prototype._flush = Cipheriv.prototype._flush;
Decipheriv.prototype.update = Cipheriv.prototype.update;
Decipheriv.prototype.final = Cipheriv.prototype.final;
Decipheriv.prototype.setAutoPadding = Cipheriv.prototype.setAutoPadding;
Decipheriv.prototype.setAuthTag = setAuthTag;
Decipheriv.prototype.setAAD = setAAD;

/** @param {string | number} nameOrNid @param {{keyLength?: number, ivLength?: number}} [options] */
function getCipherInfo(nameOrNid, options) {
  if (typeof nameOrNid !== 'string' && typeof nameOrNid !== 'number')
    throw new ERR_INVALID_ARG_TYPE('nameOrNid', ['string', 'number'], nameOrNid);
  if (typeof nameOrNid === 'number') validateInt32(nameOrNid, 'nameOrNid');
  let keyLength;
  let ivLength;
  if (options !== undefined) {
    validateObject(options, 'options');
    ({ keyLength, ivLength } = options);
    if (keyLength !== undefined) validateInt32(keyLength, 'options.keyLength');
    if (ivLength !== undefined) validateInt32(ivLength, 'options.ivLength');
  }
  return native.info(nameOrNid, keyLength, ivLength);
}

let ciphers;
let curves;

function getCiphers() {
  ciphers ??= native.names();
  return ciphers.slice();
}

function getCurves() {
  curves ??= native.curves();
  return curves.slice();
}

module.exports = { Cipheriv, Decipheriv, getCipherInfo, getCiphers, getCurves };
