// The parameters of algorithms: https://w3c.github.io/webcrypto/#dfn-Algorithm and, for the newer ones,
// https://wicg.github.io/webcrypto-modern-algos/.
'use strict';

const { dataError, invalidAccess, notSupported, operationError } = require('crypto/webcrypto/errors');
const idl = require('crypto/webcrypto/webidl');

/** All of them are Algorithms, whose name has been read when the rest is. */
const define = idl.makeDictionary;

const bytes = { type: idl.BufferSource };
const requiredBytes = { type: idl.BufferSource, required: true };
const octet = { type: idl.octet, enforceRange: true };
const long = { type: idl.unsignedLong, enforceRange: true };
const requiredLong = { ...long, required: true };

/** "SHA-256" and its like, by any spelling of the name, as `{ name }`. */
const hash = {
  type: idl.AlgorithmIdentifier,
  required: true,
  check(value, raw, dictionary) {
    const name = typeof value === 'string' ? value : `${value.name}`;
    if (!/^sha/i.test(name)) throw notSupported(`Only SHA hashes are supported in ${dictionary}`);
    return require('crypto/webcrypto/registry').normalize(name, 'digest');
  },
};

const hasLength = (length, name) => (value) => {
  if (value.byteLength !== length) throw operationError(`algorithm.${name} must contain exactly ${length} bytes`);
};

const aesLength = {
  type: idl.unsignedShort,
  enforceRange: true,
  required: true,
  check(value) {
    if (value !== 128 && value !== 192 && value !== 256)
      throw operationError('AES key length must be 128, 192, or 256 bits');
  },
};

const TAG_LENGTHS = {
  __proto__: null,
  'AES-GCM': [32, 64, 96, 104, 112, 120, 128],
  'AES-OCB': [64, 96, 128],
  'ChaCha20-Poly1305': [128],
};

const namedCurve = {
  type: idl.DOMString,
  required: true,
  check(value) {
    if (value !== 'P-256' && value !== 'P-384' && value !== 'P-521') throw notSupported('Unrecognized namedCurve');
  },
};

const keyLength = (error) => ({
  ...long,
  check(value, raw, dictionary) {
    if (value === 0) throw error(`${dictionary}.length cannot be 0`);
  },
});

const publicExponent = {
  type: idl.Uint8Array,
  required: true,
  check(value) {
    // Any number of zeros may stand in front.
    if (value.findIndex((byte) => byte !== 0) < value.length - 4 && value.some((byte) => byte !== 0))
      throw operationError('The publicExponent must be equivalent to an unsigned 32-bit value');
  },
};

const atMost = (length, name) => (value, raw, dictionary) => {
  if (value.byteLength > length)
    throw operationError(`${name ?? `${dictionary}.customization`} must be at most ${length} bytes`);
};

const outputLength = (check) => ({ outputLength: { ...requiredLong, check } });

/** Whole bytes, and some. */
function wholeBytes(value, raw, dictionary) {
  if (value === 0 || value % 8 !== 0) throw operationError(`Invalid ${dictionary} outputLength`);
}

module.exports = {
  Algorithm: define('Algorithm', { name: { type: idl.DOMString, required: true } }),
  AesKeyGenParams: define('AesKeyGenParams', { length: aesLength }),
  AesDerivedKeyParams: define('AesDerivedKeyParams', { length: aesLength }),
  AesCbcParams: define('AesCbcParams', { iv: { ...requiredBytes, check: hasLength(16, 'iv') } }),
  AesCtrParams: define('AesCtrParams', {
    counter: { ...requiredBytes, check: hasLength(16, 'counter') },
    length: {
      ...octet,
      required: true,
      check(value) {
        if (value === 0 || value > 128) throw operationError('AES-CTR algorithm.length must be between 1 and 128');
      },
    },
  }),
  AeadParams: define('AeadParams', {
    additionalData: bytes,
    iv: {
      ...requiredBytes,
      check(value, raw, dictionary, { name }) {
        if (name === 'AES-OCB' && value.byteLength > 15)
          throw operationError('AES-OCB algorithm.iv must be no more than 15 bytes');
        if (name === 'ChaCha20-Poly1305') hasLength(12, 'iv')(value);
      },
    },
    tagLength: {
      ...octet,
      check(value, raw, dictionary, { name }) {
        if (!TAG_LENGTHS[name].includes(value)) throw operationError(`${value} is not a valid ${name} tag length`);
      },
    },
  }),
  RsaHashedKeyGenParams: define('RsaHashedKeyGenParams', { modulusLength: requiredLong, publicExponent }, { hash }),
  RsaHashedImportParams: define('RsaHashedImportParams', { hash }),
  RsaPssParams: define('RsaPssParams', { saltLength: requiredLong }),
  RsaOaepParams: define('RsaOaepParams', { label: bytes }),
  EcKeyGenParams: define('EcKeyGenParams', { namedCurve }),
  EcKeyImportParams: define('EcKeyImportParams', { namedCurve }),
  EcdsaParams: define('EcdsaParams', { hash }),
  EcdhKeyDeriveParams: define('EcdhKeyDeriveParams', {
    public: {
      type: idl.CryptoKey,
      required: true,
      check(value) {
        if (require('crypto/keys').internals(value).type !== 'public')
          throw invalidAccess('algorithm.public must be a public key');
      },
    },
  }),
  ContextParams: define('ContextParams', { context: bytes }),
  HmacKeyGenParams: define('HmacKeyGenParams', { hash, length: keyLength(operationError) }),
  HmacImportParams: define('HmacImportParams', { hash, length: keyLength(dataError) }),
  KmacKeyGenParams: define('KmacKeyGenParams', { length: long }),
  KmacImportParams: define('KmacImportParams', { length: long }),
  KmacParams: define('KmacParams', { customization: bytes, ...outputLength() }),
  HkdfParams: define('HkdfParams', {
    hash,
    info: { ...requiredBytes, check: atMost(1024, 'algorithm.info') },
    salt: requiredBytes,
  }),
  Pbkdf2Params: define('Pbkdf2Params', {
    hash,
    iterations: {
      ...requiredLong,
      check(value) {
        if (value === 0) throw operationError('iterations cannot be zero');
      },
    },
    salt: requiredBytes,
  }),
  Argon2Params: define('Argon2Params', {
    associatedData: bytes,
    memory: {
      ...requiredLong,
      check(value, raw) {
        if (value < 8 * raw.parallelism)
          throw operationError('memory must be at least 8 times the degree of parallelism');
      },
    },
    nonce: {
      ...requiredBytes,
      check(value) {
        if (value.byteLength < 8) throw operationError('nonce must be at least 8 bytes');
      },
    },
    parallelism: {
      ...requiredLong,
      check(value) {
        if (value === 0 || value > 2 ** 24 - 1) throw operationError('parallelism must be > 0 and <= 16777215');
      },
    },
    passes: {
      ...requiredLong,
      check(value) {
        if (value === 0) throw operationError('passes must be > 0');
      },
    },
    secretValue: bytes,
    version: {
      ...octet,
      check(value) {
        if (value !== 0x13) throw operationError(`${value} is not a valid Argon2 version`);
      },
    },
  }),
  CShakeParams: define('CShakeParams', {
    customization: { ...bytes, check: atMost(512) },
    functionName: {
      ...bytes,
      check(value) {
        const { Buffer } = require('buffer/buffer');
        const name = Buffer.from(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength).latin1Slice();
        if (!['', 'KMAC', 'TupleHash', 'ParallelHash'].includes(name))
          throw notSupported('Unsupported CShakeParams functionName');
      },
    },
    ...outputLength(),
  }),
  TurboShakeParams: define('TurboShakeParams', {
    domainSeparation: {
      ...octet,
      check(value) {
        if (value === 0 || value > 0x7f)
          throw operationError('TurboShakeParams.domainSeparation must be in range 0x01-0x7f');
      },
    },
    ...outputLength(wholeBytes),
  }),
  KangarooTwelveParams: define('KangarooTwelveParams', {
    customization: { ...bytes, check: atMost(512) },
    ...outputLength(wholeBytes),
  }),
};
