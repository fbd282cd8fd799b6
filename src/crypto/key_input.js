// Keys as functions take them: KeyObject, CryptoKey, PEM, DER or JWK, by themselves or as `key` of an options object.
'use strict';

const { codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const { bytesOrUndefined, readInputEncoding } = require('crypto/key_encoding');
const { KINDS, PrivateKeyObject, PublicKeyObject, handleOf, isKeyObject } = require('crypto/keys');

const { importRaw, isRaw } = require('crypto/raw_keys');

const isURL = (value) => {
  if (typeof value !== 'object' || value === null) return false;
  return require('url/url').URL.prototype.isPrototypeOf(value);
};

const native = binding('crypto_keys');
const { ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE, ERR_INVALID_ARG_TYPE } = codes;

const PRIVATE = 2;
const BYTES = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

function typesFor(acceptsObjects, isPrivate) {
  const list = ['string', ...BYTES];
  if (acceptsObjects) list.push('KeyObject', 'CryptoKey');
  if (isPrivate) list.push('URL');
  return list;
}

function parse(data, encoding, kind) {
  return kind === 'private'
    ? native.parsePrivate(data, encoding.format, encoding.type, encoding.passphrase)
    : native.parsePublic(data, encoding.format, encoding.type, encoding.passphrase);
}

const PEM = { format: 'pem', type: '', passphrase: undefined };

/**
 * @param {*} key
 * @param {'public' | 'private'} kind
 * @param {string} name of the argument, for errors
 * @param {boolean} acceptsObjects
 */
function read(key, kind, name, acceptsObjects) {
  if (acceptsObjects) {
    const handle = handleOf(key);
    if (handle !== undefined) return handle;
  }
  const bytes = bytesOrUndefined(key);
  if (bytes !== undefined) return parse(bytes, PEM, kind);
  if (typeof key === 'object' && key !== null && handleOf(key) === undefined) {
    const data = key.key;
    if (acceptsObjects) {
      const handle = handleOf(data);
      if (handle !== undefined) return handle;
    }
    if (handleOf(data) !== undefined) throw new ERR_INVALID_ARG_TYPE(name, typesFor(false, true), data);
    if (kind === 'private' && isURL(key)) return native.loadPrivate(key.href);
    const encoding = readInputEncoding(key, kind, 'key');
    if (kind === 'private' && isURL(data)) return native.loadPrivate(data.href, encoding.passphrase);
    if (isRaw(encoding.format)) {
      const handle = importRaw(key);
      return kind === 'public' && handle.kind() === PRIVATE ? native.publicPart(handle) : handle;
    }
    if (encoding.format === 'jwk') {
      validateObject(data, `${name}.key`);
      return require('crypto/jwk').importJwk(data, kind);
    }
    const inner = bytesOrUndefined(data, key.encoding);
    if (inner === undefined)
      throw new ERR_INVALID_ARG_TYPE(`${name}.key`, typesFor(acceptsObjects, kind === 'private'), data);
    return parse(inner, encoding, kind);
  }
  throw new ERR_INVALID_ARG_TYPE(name, typesFor(acceptsObjects, kind === 'private'), key);
}

/** A native private key. */
function privateKeyOf(key, name = 'key') {
  const handle = read(key, 'private', name, true);
  if (handle.kind() !== 2) throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(KINDS[handle.kind()], 'private');
  return handle;
}

/** A native key to verify or encrypt with: private ones have a public part. */
function publicKeyOf(key, name = 'key') {
  const handle = read(key, 'public', name, true);
  if (handle.kind() === 0) throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE('secret', 'private or public');
  return handle;
}

function createPublicKey(key) {
  const handle = read(key, 'public', 'key', true);
  const given = handleOf(key) ?? handleOf(key?.key);
  if (given === handle) {
    if (handle.kind() !== 2) throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(KINDS[handle.kind()], 'private');
    return new PublicKeyObject(native.publicPart(handle));
  }
  return new PublicKeyObject(handle);
}

function createPrivateKey(key) {
  return new PrivateKeyObject(read(key, 'private', 'key', false));
}

/** A secret for HMACs, ciphers and key derivation: the native key of an object, or bytes. */
function secretOf(key, encoding, name = 'key', types = ['string', ...BYTES, 'KeyObject', 'CryptoKey']) {
  const handle = handleOf(key);
  if (handle !== undefined) {
    if (handle.kind() !== 0) throw new ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE(KINDS[handle.kind()], 'secret');
    return handle.bytes();
  }
  const bytes = bytesOrUndefined(key, encoding);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE(name, types, key);
  return bytes;
}

module.exports = { createPrivateKey, createPublicKey, isKeyObject, privateKeyOf, publicKeyOf, secretOf };
