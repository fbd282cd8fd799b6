// KeyObject and CryptoKey: two faces of one native key. https://nodejs.org/api/crypto.html#class-keyobject
'use strict';

const { codes } = require('errors/errors');
const { validateObject, validateString } = require('errors/validators');
const { kClone } = require('web/clone_symbols');

const native = binding('crypto_keys');
const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS } = codes;

/** The kinds as C++ numbers them. */
const KINDS = ['secret', 'public', 'private'];

let hasKeyHandle;
let keyHandleOf;

class KeyObject {
  #handle;
  #type;

  static {
    hasKeyHandle = (value) => typeof value === 'object' && value !== null && #handle in value;
    keyHandleOf = (key) => key.#handle;
  }

  constructor(type, handle) {
    if (!KINDS.includes(type)) throw new ERR_INVALID_ARG_VALUE('type', type);
    if (typeof handle !== 'object' || handle === null) throw new ERR_INVALID_ARG_TYPE('handle', 'object', handle);
    this.#handle = handle;
    this.#type = type;
  }

  /** @param {CryptoKey} key */
  static from(key) {
    if (!isCryptoKey(key)) throw new ERR_INVALID_ARG_TYPE('key', 'CryptoKey', key);
    return keyObjectOf(cryptoHandleOf(key));
  }

  get type() {
    if (!hasKeyHandle(this)) throw new ERR_INVALID_THIS('KeyObject');
    return this.#type;
  }

  /** Web Crypto's view of the key. */
  toCryptoKey(algorithm, extractable, keyUsages) {
    if (!hasKeyHandle(this)) throw new ERR_INVALID_THIS('KeyObject');
    return require('crypto/webcrypto/subtle').toCryptoKey(this.#handle, algorithm, extractable, keyUsages);
  }

  equals(otherKeyObject) {
    if (!isKeyObject(otherKeyObject)) throw new ERR_INVALID_ARG_TYPE('otherKeyObject', 'KeyObject', otherKeyObject);
    if (!hasKeyHandle(this)) throw new ERR_INVALID_THIS('KeyObject');
    return otherKeyObject.type === this.type && this.#handle.equals(keyHandleOf(otherKeyObject));
  }

  [kClone]() {
    return ['KeyObject', this.#handle];
  }
}
Object.defineProperties(KeyObject.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'KeyObject' },
  [kClone]: { __proto__: null, enumerable: false },
});

class SecretKeyObject extends KeyObject {
  constructor(handle) {
    super('secret', handle);
  }
  get symmetricKeySize() {
    return keyHandleOf(this).size();
  }
  export(options) {
    if (options !== undefined) {
      validateObject(options, 'options');
      const { format } = options;
      if (format === 'jwk') return require('crypto/jwk').exportJwk(keyHandleOf(this));
      if (format !== undefined && format !== 'buffer')
        throw new ERR_INVALID_ARG_VALUE('options.format', format, "must be one of: undefined, 'buffer', 'jwk'");
    }
    return keyHandleOf(this).bytes();
  }
}

function bigIntOf(bytes) {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.hexSlice()}`);
}

class AsymmetricKeyObject extends KeyObject {
  #keyType;
  #details;

  get asymmetricKeyType() {
    if (!hasKeyHandle(this)) throw new ERR_INVALID_THIS('KeyObject');
    return (this.#keyType ??= keyHandleOf(this).type());
  }
  get asymmetricKeyDetails() {
    if (!hasKeyHandle(this)) throw new ERR_INVALID_THIS('KeyObject');
    if (this.#details === undefined) {
      const details = binding('crypto_jwk').details(keyHandleOf(this));
      if (details.publicExponent !== undefined) details.publicExponent = bigIntOf(details.publicExponent);
      this.#details = details;
    }
    return { ...this.#details };
  }
}

class PublicKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('public', handle);
  }
  export(options) {
    const { exportPublic, readEncoding } = require('crypto/key_encoding');
    validateObject(options, 'options');
    if (options.format === 'jwk') return require('crypto/jwk').exportJwk(keyHandleOf(this));
    return exportPublic(keyHandleOf(this), readEncoding(options, this.asymmetricKeyType, 'public', 'options'));
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  constructor(handle) {
    super('private', handle);
  }
  export(options) {
    const { exportPrivate, readEncoding } = require('crypto/key_encoding');
    validateObject(options, 'options');
    if (options.format === 'jwk') {
      if (options.passphrase !== undefined)
        throw new codes.ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS('jwk', 'does not support encryption');
      return require('crypto/jwk').exportJwk(keyHandleOf(this));
    }
    return exportPrivate(keyHandleOf(this), readEncoding(options, this.asymmetricKeyType, 'private', 'options'));
  }
}

/** The KeyObject for a native key. */
function keyObjectOf(handle) {
  switch (handle.kind()) {
    case 0:
      return new SecretKeyObject(handle);
    case 1:
      return new PublicKeyObject(handle);
    default:
      return new PrivateKeyObject(handle);
  }
}

const isKeyObject = (value) => hasKeyHandle(value);

const kMake = Symbol('kMake');
let hasCryptoHandle;
let cryptoHandleOf;

/** https://w3c.github.io/webcrypto/#cryptokey-interface */
class CryptoKey {
  #handle;
  #algorithm;
  #usages;
  #extractable;
  // What the accessors give: the same objects each time, and of no consequence when a program changes them.
  #shownAlgorithm;
  #shownUsages;

  static {
    hasCryptoHandle = (value) => typeof value === 'object' && value !== null && #handle in value;
    cryptoHandleOf = (key) => key.#handle;
    CryptoKey.internals = (key) => ({
      handle: key.#handle,
      type: KINDS[key.#handle.kind()],
      algorithm: key.#algorithm,
      usages: key.#usages,
      extractable: key.#extractable,
    });
  }

  constructor(token, handle, algorithm, usages, extractable) {
    if (token !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#handle = handle;
    this.#algorithm = algorithm;
    this.#usages = usages;
    this.#extractable = extractable;
  }

  get type() {
    if (!hasCryptoHandle(this)) throw new ERR_INVALID_THIS('CryptoKey');
    return KINDS[this.#handle.kind()];
  }
  get extractable() {
    if (!hasCryptoHandle(this)) throw new ERR_INVALID_THIS('CryptoKey');
    return this.#extractable;
  }
  get algorithm() {
    if (!hasCryptoHandle(this)) throw new ERR_INVALID_THIS('CryptoKey');
    if (this.#shownAlgorithm === undefined) {
      const shown = { ...this.#algorithm };
      if (shown.hash !== undefined) shown.hash = { ...shown.hash };
      if (shown.publicExponent !== undefined) shown.publicExponent = shown.publicExponent.slice();
      this.#shownAlgorithm = shown;
    }
    return this.#shownAlgorithm;
  }
  get usages() {
    if (!hasCryptoHandle(this)) throw new ERR_INVALID_THIS('CryptoKey');
    return (this.#shownUsages ??= this.#usages.slice());
  }
  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    if (!hasCryptoHandle(this)) throw new ERR_INVALID_THIS('CryptoKey');
    if (depth < 0) return this;
    const { inspect } = require('util/inspect');
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const { type, extractable, algorithm, usages } = this;
    return `CryptoKey ${inspect({ type, extractable, algorithm, usages }, inner)}`;
  }
  [kClone]() {
    const [handle, algorithm, usages, extractable] = [this.#handle, this.#algorithm, this.#usages, this.#extractable];
    return ['CryptoKey', { handle, algorithm, usages, extractable }];
  }
}
Object.defineProperty(CryptoKey, 'length', { __proto__: null, value: 0 });
const { internals } = CryptoKey;
delete CryptoKey.internals;
Object.defineProperties(CryptoKey.prototype, {
  type: { __proto__: null, enumerable: true },
  extractable: { __proto__: null, enumerable: true },
  algorithm: { __proto__: null, enumerable: true },
  usages: { __proto__: null, enumerable: true },
  [kClone]: { __proto__: null, enumerable: false },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'CryptoKey' },
});

const isCryptoKey = (value) => hasCryptoHandle(value);

/** @returns {CryptoKey} */
function makeCryptoKey(handle, algorithm, usages, extractable) {
  return new CryptoKey(kMake, handle, algorithm, usages, extractable);
}

/** A CryptoKey that came in a message. */
const reviveCryptoKey = ({ handle, algorithm, usages, extractable }) =>
  makeCryptoKey(handle, algorithm, usages, extractable);

/** The native key of a KeyObject or CryptoKey; undefined for everything else. */
function handleOf(value) {
  if (hasKeyHandle(value)) return keyHandleOf(value);
  if (hasCryptoHandle(value)) return cryptoHandleOf(value);
  return undefined;
}

/** @param {string | ArrayBuffer | ArrayBufferView} key @param {string} [encoding] */
function createSecretKey(key, encoding) {
  const { Buffer } = require('buffer/buffer');
  const { isAnyArrayBuffer } = require('util/types');
  if (typeof key === 'string') {
    if (encoding !== undefined && encoding !== 'buffer') validateString(encoding, 'encoding');
    key = Buffer.from(key, encoding === 'buffer' ? undefined : encoding);
  } else if (!ArrayBuffer.isView(key) && !isAnyArrayBuffer(key)) {
    throw new ERR_INVALID_ARG_TYPE('key', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], key);
  }
  return new SecretKeyObject(native.secretKey(key));
}

module.exports = {
  CryptoKey,
  KINDS,
  KeyObject,
  PrivateKeyObject,
  PublicKeyObject,
  createSecretKey,
  handleOf,
  internals,
  isCryptoKey,
  isKeyObject,
  keyObjectOf,
  makeCryptoKey,
  reviveCryptoKey,
};
