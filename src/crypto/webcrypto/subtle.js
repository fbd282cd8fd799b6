// SubtleCrypto: https://w3c.github.io/webcrypto/#subtlecrypto-interface and, for encapsulation, getPublicKey and
// supports, https://wicg.github.io/webcrypto-modern-algos/.
'use strict';

const { codes } = require('errors/errors');
const { dataError, invalidAccess, notSupported, syntaxError } = require('crypto/webcrypto/errors');
const { copyOf } = require('crypto/webcrypto/jobs');
const { ALGORITHMS, normalize, roomOf } = require('crypto/webcrypto/registry');
const idl = require('crypto/webcrypto/webidl');
const { internals } = require('crypto/keys');

const kMake = Symbol('kMake');
const ORDINALS = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th'];

/** Converts the arguments of one call, in their order. */
class Arguments {
  #prefix;
  #at = 0;

  constructor(method, count, needed) {
    this.#prefix = `Failed to execute '${method}' on 'SubtleCrypto'`;
    idl.requiredArguments(count, needed, this.#prefix);
  }

  /** @param {Function} converter of webidl.js */
  read(converter, value, enforceRange) {
    const context = `${ORDINALS[this.#at++]} argument`;
    return converter(value, { prefix: this.#prefix, context, enforceRange });
  }
}

const warnOf = (method) => require('util/internal').emitExperimentalWarning(`The ${method} Web Crypto API method`);

/** The key's internals, when the key is of that algorithm and may be used so. */
function usable(key, { name }, usage) {
  const inner = internals(key);
  if (inner.algorithm.name !== name) throw invalidAccess('Key algorithm mismatch');
  if (!inner.usages.includes(usage)) throw invalidAccess(`Unable to use this key to ${usage}`);
  return inner;
}

/** The same for keys of which others are made. */
function usableTo(key, { name }, usage, what, mismatch) {
  const inner = internals(key);
  if (!inner.usages.includes(usage)) throw invalidAccess(`${what} does not have ${usage} usage`);
  if (inner.algorithm.name !== name) throw invalidAccess(mismatch);
  return inner;
}

/**
 * @param {object} algorithm normalized
 * @param {string | symbol} format
 * @returns {CryptoKey}
 */
function importKey(algorithm, format, data, extractable, usages) {
  const key = roomOf(algorithm.name).importKey(algorithm, format, data, extractable, usages);
  const { type, usages: granted } = internals(key);
  if (type !== 'public' && granted.length === 0)
    throw syntaxError(`Usages cannot be empty when importing a ${type} key.`);
  return key;
}

function exportKey(format, key) {
  const inner = internals(key);
  const { name } = inner.algorithm;
  if (ALGORITHMS[name].exportKey === undefined) throw notSupported(`${name} key export is not supported`);
  if (!inner.extractable) throw invalidAccess('key is not extractable');
  const exported = roomOf(name).exportKey(format, inner);
  if (exported === undefined) throw notSupported(`Unable to export ${name} ${inner.type} key using ${format} format`);
  return format === 'jwk' ? { key_ops: inner.usages.slice(), ext: true, ...exported } : exported;
}

/** A JWK as bytes to wrap. AES-KW wraps whole blocks of eight bytes only; spaces do no harm to JSON. */
function jwkToWrap(jwk, { name }) {
  const text = JSON.stringify(jwk);
  const { Buffer } = require('buffer/buffer');
  return Buffer.from(name === 'AES-KW' ? text.padEnd(Math.ceil(text.length / 8) * 8) : text);
}

function unwrappedJwk(bytes) {
  const invalid = (cause) => dataError('Invalid wrapped JWK key', cause);
  const { Buffer } = require('buffer/buffer');
  let jwk;
  try {
    jwk = idl.JsonWebKey(JSON.parse(Buffer.from(bytes).utf8Slice()));
  } catch (error) {
    throw invalid(error);
  }
  if (jwk.kty === undefined) throw invalid();
  return jwk;
}

class SubtleCrypto {
  #real = true;

  constructor(token) {
    if (token !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
  }

  static #arguments(self, method, count, needed) {
    if (typeof self !== 'object' || self === null || !(#real in self)) throw new codes.ERR_INVALID_THIS('SubtleCrypto');
    return new Arguments(method, count, needed);
  }

  static supports(operation, algorithm, lengthOrAdditionalAlgorithm = null) {
    warnOf('supports');
    if (this !== SubtleCrypto) throw new codes.ERR_INVALID_THIS('SubtleCrypto constructor');
    const given = new Arguments('supports', arguments.length, 2);
    operation = given.read(idl.DOMString, operation);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    const { supports } = require('crypto/webcrypto/supports');
    return supports(operation, algorithm, lengthOrAdditionalAlgorithm, given, importKey);
  }

  async encrypt(algorithm, key, data) {
    const given = SubtleCrypto.#arguments(this, 'encrypt', arguments.length, 3);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    key = given.read(idl.CryptoKey, key);
    data = given.read(idl.BufferSource, data);
    algorithm = normalize(algorithm, 'encrypt');
    return roomOf(algorithm.name).encrypt(algorithm, usable(key, algorithm, 'encrypt'), data);
  }

  async decrypt(algorithm, key, data) {
    const given = SubtleCrypto.#arguments(this, 'decrypt', arguments.length, 3);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    key = given.read(idl.CryptoKey, key);
    data = given.read(idl.BufferSource, data);
    algorithm = normalize(algorithm, 'decrypt');
    return roomOf(algorithm.name).decrypt(algorithm, usable(key, algorithm, 'decrypt'), data);
  }

  async sign(algorithm, key, data) {
    const given = SubtleCrypto.#arguments(this, 'sign', arguments.length, 3);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    key = given.read(idl.CryptoKey, key);
    data = given.read(idl.BufferSource, data);
    algorithm = normalize(algorithm, 'sign');
    return roomOf(algorithm.name).sign(algorithm, usable(key, algorithm, 'sign'), data);
  }

  async verify(algorithm, key, signature, data) {
    const given = SubtleCrypto.#arguments(this, 'verify', arguments.length, 4);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    key = given.read(idl.CryptoKey, key);
    signature = given.read(idl.BufferSource, signature);
    data = given.read(idl.BufferSource, data);
    algorithm = normalize(algorithm, 'verify');
    return roomOf(algorithm.name).verify(algorithm, usable(key, algorithm, 'verify'), signature, data);
  }

  async digest(algorithm, data) {
    const given = SubtleCrypto.#arguments(this, 'digest', arguments.length, 2);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    data = given.read(idl.BufferSource, data);
    algorithm = normalize(algorithm, 'digest');
    return roomOf(algorithm.name).digest(algorithm, data);
  }

  async generateKey(algorithm, extractable, keyUsages) {
    const given = SubtleCrypto.#arguments(this, 'generateKey', arguments.length, 3);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    extractable = given.read(Boolean, extractable);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    algorithm = normalize(algorithm, 'generateKey');
    return roomOf(algorithm.name).generateKey(algorithm, extractable, keyUsages);
  }

  async deriveKey(algorithm, baseKey, derivedKeyType, extractable, keyUsages) {
    const given = SubtleCrypto.#arguments(this, 'deriveKey', arguments.length, 5);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    baseKey = given.read(idl.CryptoKey, baseKey);
    derivedKeyType = given.read(idl.AlgorithmIdentifier, derivedKeyType);
    extractable = given.read(Boolean, extractable);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    algorithm = normalize(algorithm, 'deriveBits');
    const imported = normalize(derivedKeyType, 'importKey');
    const sized = normalize(derivedKeyType, 'getKeyLength');
    const key = usableTo(baseKey, algorithm, 'deriveKey', 'baseKey', 'Key algorithm mismatch');
    const length = roomOf(sized.name).getKeyLength(sized);
    const secret = await roomOf(algorithm.name).deriveBits(algorithm, key, length);
    return importKey(imported, 'raw-secret', secret, extractable, keyUsages);
  }

  async deriveBits(algorithm, baseKey, length = null) {
    const given = SubtleCrypto.#arguments(this, 'deriveBits', arguments.length, 2);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    baseKey = given.read(idl.CryptoKey, baseKey);
    if (length !== null) length = given.read(idl.unsignedLong, length, true);
    algorithm = normalize(algorithm, 'deriveBits');
    const key = usableTo(baseKey, algorithm, 'deriveBits', 'baseKey', 'Key algorithm mismatch');
    return roomOf(algorithm.name).deriveBits(algorithm, key, length);
  }

  async importKey(format, keyData, algorithm, extractable, keyUsages) {
    const given = SubtleCrypto.#arguments(this, 'importKey', arguments.length, 5);
    format = given.read(idl.KeyFormat, format);
    keyData = given.read(keyDataConverter(format), keyData);
    algorithm = given.read(idl.AlgorithmIdentifier, algorithm);
    extractable = given.read(Boolean, extractable);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    return importKey(normalize(algorithm, 'importKey'), format, keyData, extractable, keyUsages);
  }

  async exportKey(format, key) {
    const given = SubtleCrypto.#arguments(this, 'exportKey', arguments.length, 2);
    format = given.read(idl.KeyFormat, format);
    key = given.read(idl.CryptoKey, key);
    return exportKey(format, key);
  }

  async wrapKey(format, key, wrappingKey, wrapAlgorithm) {
    const given = SubtleCrypto.#arguments(this, 'wrapKey', arguments.length, 4);
    format = given.read(idl.KeyFormat, format);
    key = given.read(idl.CryptoKey, key);
    wrappingKey = given.read(idl.CryptoKey, wrappingKey);
    const algorithm = normalize(given.read(idl.AlgorithmIdentifier, wrapAlgorithm), 'wrapKey');
    const inner = usable(wrappingKey, algorithm, 'wrapKey');
    const exported = exportKey(format, key);
    const bytes = format === 'jwk' ? jwkToWrap(exported, algorithm) : exported;
    return roomOf(algorithm.name).wrapKey(algorithm, inner, bytes);
  }

  async unwrapKey(format, wrappedKey, unwrappingKey, unwrapAlgorithm, unwrappedKeyAlgorithm, extractable, keyUsages) {
    const given = SubtleCrypto.#arguments(this, 'unwrapKey', arguments.length, 7);
    format = given.read(idl.KeyFormat, format);
    wrappedKey = given.read(idl.BufferSource, wrappedKey);
    unwrappingKey = given.read(idl.CryptoKey, unwrappingKey);
    unwrapAlgorithm = given.read(idl.AlgorithmIdentifier, unwrapAlgorithm);
    unwrappedKeyAlgorithm = given.read(idl.AlgorithmIdentifier, unwrappedKeyAlgorithm);
    extractable = given.read(Boolean, extractable);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    const algorithm = normalize(unwrapAlgorithm, 'unwrapKey');
    const imported = normalize(unwrappedKeyAlgorithm, 'importKey');
    const inner = usable(unwrappingKey, algorithm, 'unwrapKey');
    const bytes = await roomOf(algorithm.name).unwrapKey(algorithm, inner, wrappedKey);
    return importKey(imported, format, format === 'jwk' ? unwrappedJwk(bytes) : bytes, extractable, keyUsages);
  }

  async getPublicKey(key, keyUsages) {
    warnOf('getPublicKey');
    const given = SubtleCrypto.#arguments(this, 'getPublicKey', arguments.length, 2);
    key = given.read(idl.CryptoKey, key);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    const inner = internals(key);
    if (inner.type === 'secret') throw notSupported('key must be a private key');
    if (inner.type !== 'private') throw invalidAccess('key must be a private key');
    return roomOf(inner.algorithm.name).getPublicKey(inner, keyUsages);
  }

  async encapsulateBits(encapsulationAlgorithm, encapsulationKey) {
    warnOf('encapsulateBits');
    const given = SubtleCrypto.#arguments(this, 'encapsulateBits', arguments.length, 2);
    encapsulationAlgorithm = given.read(idl.AlgorithmIdentifier, encapsulationAlgorithm);
    encapsulationKey = given.read(idl.CryptoKey, encapsulationKey);
    const algorithm = normalize(encapsulationAlgorithm, 'encapsulate');
    const inner = encapsulating(encapsulationKey, algorithm, 'encapsulateBits');
    return roomOf(algorithm.name).encapsulate(algorithm, inner);
  }

  async encapsulateKey(encapsulationAlgorithm, encapsulationKey, sharedKeyAlgorithm, extractable, keyUsages) {
    warnOf('encapsulateKey');
    const given = SubtleCrypto.#arguments(this, 'encapsulateKey', arguments.length, 5);
    encapsulationAlgorithm = given.read(idl.AlgorithmIdentifier, encapsulationAlgorithm);
    encapsulationKey = given.read(idl.CryptoKey, encapsulationKey);
    sharedKeyAlgorithm = given.read(idl.AlgorithmIdentifier, sharedKeyAlgorithm);
    extractable = given.read(Boolean, extractable);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    const algorithm = normalize(encapsulationAlgorithm, 'encapsulate');
    const imported = normalize(sharedKeyAlgorithm, 'importKey');
    const inner = encapsulating(encapsulationKey, algorithm, 'encapsulateKey');
    const { sharedKey, ciphertext } = await roomOf(algorithm.name).encapsulate(algorithm, inner);
    return { ciphertext, sharedKey: importKey(imported, 'raw-secret', sharedKey, extractable, keyUsages) };
  }

  async decapsulateBits(decapsulationAlgorithm, decapsulationKey, ciphertext) {
    warnOf('decapsulateBits');
    const given = SubtleCrypto.#arguments(this, 'decapsulateBits', arguments.length, 3);
    decapsulationAlgorithm = given.read(idl.AlgorithmIdentifier, decapsulationAlgorithm);
    decapsulationKey = given.read(idl.CryptoKey, decapsulationKey);
    ciphertext = given.read(idl.BufferSource, ciphertext);
    const algorithm = normalize(decapsulationAlgorithm, 'decapsulate');
    const inner = encapsulating(decapsulationKey, algorithm, 'decapsulateBits');
    return roomOf(algorithm.name).decapsulate(algorithm, inner, ciphertext);
  }

  async decapsulateKey(
    decapsulationAlgorithm,
    decapsulationKey,
    ciphertext,
    sharedKeyAlgorithm,
    extractable,
    keyUsages,
  ) {
    warnOf('decapsulateKey');
    const given = SubtleCrypto.#arguments(this, 'decapsulateKey', arguments.length, 6);
    decapsulationAlgorithm = given.read(idl.AlgorithmIdentifier, decapsulationAlgorithm);
    decapsulationKey = given.read(idl.CryptoKey, decapsulationKey);
    ciphertext = given.read(idl.BufferSource, ciphertext);
    sharedKeyAlgorithm = given.read(idl.AlgorithmIdentifier, sharedKeyAlgorithm);
    extractable = given.read(Boolean, extractable);
    keyUsages = given.read(idl.KeyUsages, keyUsages);
    const algorithm = normalize(decapsulationAlgorithm, 'decapsulate');
    const imported = normalize(sharedKeyAlgorithm, 'importKey');
    const inner = encapsulating(decapsulationKey, algorithm, 'decapsulateKey');
    const secret = await roomOf(algorithm.name).decapsulate(algorithm, inner, ciphertext);
    return importKey(imported, 'raw-secret', secret, extractable, keyUsages);
  }
}

/** @param {string} usage 'encapsulateBits', 'decapsulateKey', ... */
const encapsulating = (key, algorithm, usage) =>
  usableTo(key, algorithm, usage, `${usage.slice(0, 'encapsulat'.length)}ionKey`, 'key algorithm mismatch');

/** What importKey reads in a format. A JWK that is none has no "kty". */
function keyDataConverter(format) {
  if (format !== 'jwk') return (data, options) => copyOf(idl.BufferSource(data, options));
  return idl.JsonWebKey;
}

/** Web IDL's functions are no async ones, though they give promises. */
function plain(asynchronous) {
  const { name, length } = asynchronous;
  const method = {
    [name](...args) {
      return Reflect.apply(asynchronous, this, args);
    },
  }[name];
  return Object.defineProperty(method, 'length', { __proto__: null, value: length, configurable: true });
}

for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
  if (name === 'constructor') continue;
  const value = plain(SubtleCrypto.prototype[name]);
  Object.defineProperty(SubtleCrypto.prototype, name, { __proto__: null, value, enumerable: true });
}
Object.defineProperty(SubtleCrypto, 'supports', { __proto__: null, enumerable: true });
Object.defineProperty(SubtleCrypto, 'length', { __proto__: null, value: 0 });
Object.defineProperty(SubtleCrypto.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'SubtleCrypto',
});

const SECRET_ROOMS = ['aes', 'kdf', 'mac'];

/** KeyObject.prototype.toCryptoKey: the native key of a KeyObject, imported. */
function toCryptoKey(handle, algorithm, extractable, keyUsages) {
  const { SECRET, kHandle } = require('crypto/webcrypto/checks');
  const normalized = normalize(idl.AlgorithmIdentifier(algorithm), 'importKey');
  const isForSecrets = SECRET_ROOMS.includes(ALGORITHMS[normalized.name].room);
  if (isForSecrets !== (handle.kind() === SECRET)) throw notSupported();
  return importKey(normalized, kHandle, handle, Boolean(extractable), idl.KeyUsages(keyUsages));
}

let subtle;

module.exports = { SubtleCrypto, getSubtle: () => (subtle ??= new SubtleCrypto(kMake)), toCryptoKey };
