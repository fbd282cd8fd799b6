// The encodings of keys: which format, type, cipher and passphrase a program asks for.
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { isAnyArrayBuffer } = require('util/types');

const { checkRawEncoding, exportRaw, isRaw } = require('crypto/raw_keys');

const native = binding('crypto_keys');
const { ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_INVALID_ARG_VALUE } = codes;

const TYPES = { public: ['pkcs1', 'spki'], private: ['pkcs1', 'pkcs8', 'sec1'] };
const TYPES_IN = { public: ['pkcs1', 'spki', 'pkcs8', 'sec1'], private: TYPES.private };

/** Text as bytes; bytes as they are; undefined for anything else. */
function bytesOrUndefined(value, encoding) {
  if (typeof value === 'string') return Buffer.from(value, encoding === 'buffer' ? undefined : encoding);
  return ArrayBuffer.isView(value) || isAnyArrayBuffer(value) ? value : undefined;
}

function readType(type, format, allowed, isInput, name) {
  // PEM says itself what it holds.
  if (type === undefined && isInput && format === 'pem') return '';
  if (!allowed.includes(type)) throw new ERR_INVALID_ARG_VALUE(name, type);
  return type;
}

/** The formats without a structure of which a key is written, or, `isInput`, read. */
const RAW_FORMATS = { public: ['raw-public'], private: ['raw-private', 'raw-seed'] };
const RAW_FORMATS_IN = { public: ['raw-public', 'raw-private', 'raw-seed'], private: RAW_FORMATS.private };

function readFormat(format, isInput, kind, name) {
  if (format === undefined && isInput) return 'pem';
  if ((isInput ? RAW_FORMATS_IN : RAW_FORMATS)[kind].includes(format)) return format;
  if (format !== 'pem' && format !== 'der' && format !== 'jwk') throw new ERR_INVALID_ARG_VALUE(name, format);
  return format;
}

/** Whether keys of that sort can have the encoding at all. */
function checkKeyType(type, keyType) {
  if (type === 'pkcs1' && keyType !== undefined && keyType !== 'rsa')
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'can only be used for RSA keys');
  if (type === 'sec1' && keyType !== undefined && keyType !== 'ec')
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'can only be used for EC keys');
}

/**
 * How a key is to be written.
 *
 * @param {{format, type, cipher, passphrase, encoding}} options
 * @param {string | undefined} keyType of the key, where the encoding must fit it
 * @param {'public' | 'private'} kind
 * @param {string} name of the options, for errors
 */
function readEncoding(options, keyType, kind, name) {
  const format = readFormat(options.format, false, kind, `${name}.format`);
  if (isRaw(format)) {
    checkRawEncoding(options, keyType, name);
    return { format, type: options.type, cipher: undefined, passphrase: undefined };
  }
  if (format === 'jwk') {
    if (kind === 'private' && options.passphrase !== undefined)
      throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('jwk', 'does not support encryption');
    return { format, type: '', cipher: undefined, passphrase: undefined };
  }
  const type = readType(options.type, format, TYPES[kind], false, `${name}.type`);
  checkKeyType(type, keyType);
  if (kind === 'public') return { format, type, cipher: undefined, passphrase: undefined };
  const { cipher, passphrase, encoding } = options;
  if (cipher == null) {
    if (passphrase !== undefined)
      throw new ERR_INVALID_ARG_VALUE(`${name}.cipher`, cipher, 'is required when a passphrase is specified');
    return { format, type, cipher: undefined, passphrase: undefined };
  }
  if (typeof cipher !== 'string') throw new ERR_INVALID_ARG_VALUE(`${name}.cipher`, cipher);
  if (format === 'der' && type !== 'pkcs8')
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(type, 'does not support encryption');
  const words = bytesOrUndefined(passphrase, encoding);
  if (words === undefined) throw new ERR_INVALID_ARG_VALUE(`${name}.passphrase`, passphrase);
  if (!native.hasCipher(cipher)) throw new codes.ERR_CRYPTO_UNKNOWN_CIPHER();
  return { format, type, cipher, passphrase: words };
}

/** How a key that a program gives is written; for PEM the type is ''. */
function readInputEncoding(options, kind, name) {
  const format = readFormat(options.format, true, kind, `${name}.format`);
  if (format === 'jwk' || isRaw(format)) return { format };
  const type = readType(options.type, format, TYPES_IN[kind], true, `${name}.type`);
  const { passphrase } = options;
  const words = passphrase == null ? undefined : bytesOrUndefined(passphrase, options.encoding);
  if (passphrase != null && words === undefined) throw new ERR_INVALID_ARG_VALUE(`${name}.passphrase`, passphrase);
  return { format, type, passphrase: words };
}

const shaped = (bytes, format) => (format === 'pem' ? bytes.latin1Slice() : bytes);

/** @returns {string | Buffer | object} */
function exportPublic(handle, { format, type }) {
  if (isRaw(format)) return exportRaw(handle, { format, type });
  if (format === 'jwk') return require('crypto/jwk').exportJwk(handle);
  return shaped(native.exportPublic(handle, format, type), format);
}

function exportPrivate(handle, { format, type, cipher, passphrase }) {
  if (isRaw(format)) return exportRaw(handle, { format, type });
  if (format === 'jwk') return require('crypto/jwk').exportJwk(handle);
  return shaped(native.exportPrivate(handle, format, type, cipher, passphrase), format);
}

module.exports = { bytesOrUndefined, exportPrivate, exportPublic, readEncoding, readInputEncoding };
