// Which algorithm does what, and with which parameters: https://w3c.github.io/webcrypto/#algorithm-normalization
'use strict';

const { notSupported } = require('crypto/webcrypto/errors');

/**
 * Operation -> the dictionary of its parameters, null where an algorithm's name says all. `room`: the module with the
 * work, an object of functions by operation.
 */
const cipher = { encrypt: 'AeadParams', decrypt: 'AeadParams', wrapKey: 'AeadParams', unwrapKey: 'AeadParams' };
const aes = {
  room: 'aes',
  generateKey: 'AesKeyGenParams',
  importKey: null,
  exportKey: null,
  getKeyLength: 'AesDerivedKeyParams',
};
const withParams = (params) => ({ encrypt: params, decrypt: params, wrapKey: params, unwrapKey: params });
const rsa = {
  room: 'rsa',
  generateKey: 'RsaHashedKeyGenParams',
  importKey: 'RsaHashedImportParams',
  exportKey: null,
  getPublicKey: null,
};
const ec = {
  room: 'ec',
  generateKey: 'EcKeyGenParams',
  importKey: 'EcKeyImportParams',
  exportKey: null,
  getPublicKey: null,
};
const named = { generateKey: null, importKey: null, exportKey: null, getPublicKey: null };
const okp = { room: 'okp', ...named };
const akp = { room: 'akp', ...named, isNew: true };
const kmac = {
  room: 'mac',
  generateKey: 'KmacKeyGenParams',
  importKey: 'KmacImportParams',
  exportKey: null,
  sign: 'KmacParams',
  verify: 'KmacParams',
  getKeyLength: 'KmacImportParams',
  isNew: true,
};
const kdf = { room: 'kdf', importKey: null, getKeyLength: null };
const argon2 = { ...kdf, deriveBits: 'Argon2Params', isNew: true };
const sha = { room: 'digest', digest: null };
const mlDsa = { ...akp, sign: 'ContextParams', verify: 'ContextParams' };
const mlKem = { ...akp, encapsulate: null, decapsulate: null };

const ALGORITHMS = {
  __proto__: null,
  'AES-CBC': { ...aes, ...withParams('AesCbcParams') },
  'AES-CTR': { ...aes, ...withParams('AesCtrParams') },
  'AES-GCM': { ...aes, ...cipher },
  'AES-KW': { ...aes, wrapKey: null, unwrapKey: null },
  'AES-OCB': { ...aes, ...cipher, isNew: true },
  'ChaCha20-Poly1305': { ...aes, ...cipher, generateKey: null, getKeyLength: null, isNew: true },
  'RSASSA-PKCS1-v1_5': { ...rsa, sign: null, verify: null },
  'RSA-PSS': { ...rsa, sign: 'RsaPssParams', verify: 'RsaPssParams' },
  'RSA-OAEP': { ...rsa, ...withParams('RsaOaepParams') },
  ECDSA: { ...ec, sign: 'EcdsaParams', verify: 'EcdsaParams' },
  ECDH: { ...ec, deriveBits: 'EcdhKeyDeriveParams' },
  Ed25519: { ...okp, sign: null, verify: null },
  Ed448: { ...okp, sign: 'ContextParams', verify: 'ContextParams', isNew: true },
  X25519: { ...okp, deriveBits: 'EcdhKeyDeriveParams' },
  X448: { ...okp, deriveBits: 'EcdhKeyDeriveParams', isNew: true },
  HMAC: {
    room: 'mac',
    generateKey: 'HmacKeyGenParams',
    importKey: 'HmacImportParams',
    exportKey: null,
    sign: null,
    verify: null,
    getKeyLength: 'HmacImportParams',
  },
  KMAC128: kmac,
  KMAC256: kmac,
  HKDF: { ...kdf, deriveBits: 'HkdfParams' },
  PBKDF2: { ...kdf, deriveBits: 'Pbkdf2Params' },
  Argon2d: argon2,
  Argon2i: argon2,
  Argon2id: argon2,
  'ML-DSA-44': mlDsa,
  'ML-DSA-65': mlDsa,
  'ML-DSA-87': mlDsa,
  'ML-KEM-512': mlKem,
  'ML-KEM-768': mlKem,
  'ML-KEM-1024': mlKem,
  'SHA-1': sha,
  'SHA-256': sha,
  'SHA-384': sha,
  'SHA-512': sha,
  'SHA3-256': { ...sha, isNew: true },
  'SHA3-384': { ...sha, isNew: true },
  'SHA3-512': { ...sha, isNew: true },
  cSHAKE128: { room: 'digest', digest: 'CShakeParams', isNew: true },
  cSHAKE256: { room: 'digest', digest: 'CShakeParams', isNew: true },
  TurboSHAKE128: { room: 'digest', digest: 'TurboShakeParams', isNew: true },
  TurboSHAKE256: { room: 'digest', digest: 'TurboShakeParams', isNew: true },
  KT128: { room: 'digest', digest: 'KangarooTwelveParams', isNew: true },
  KT256: { room: 'digest', digest: 'KangarooTwelveParams', isNew: true },
};

const byUpperCase = new Map(Object.keys(ALGORITHMS).map((name) => [name.toUpperCase(), name]));
const nameOf = (name) => byUpperCase.get(name.toUpperCase());

/** The modules that do the work; loaded when they are needed. */
const ROOMS = {
  __proto__: null,
  aes: () => require('crypto/webcrypto/aes'),
  akp: () => require('crypto/webcrypto/akp'),
  digest: () => require('crypto/webcrypto/digest'),
  ec: () => require('crypto/webcrypto/ec'),
  kdf: () => require('crypto/webcrypto/kdf'),
  mac: () => require('crypto/webcrypto/mac'),
  okp: () => require('crypto/webcrypto/okp'),
  rsa: () => require('crypto/webcrypto/rsa'),
};

/** What does the work of an algorithm. @param {string} name in its own spelling */
const roomOf = (name) => ROOMS[ALGORITHMS[name].room]();

const NORMALIZE = { prefix: 'Failed to normalize algorithm', context: 'passed algorithm' };

/**
 * The parameters of an algorithm for an operation, with the name in its own spelling and hashes as `{ name }`.
 *
 * @param {object | string} algorithm an AlgorithmIdentifier
 * @param {string} operation
 * @throws {DOMException} NotSupportedError when the algorithm has no such operation
 */
function normalize(algorithm, operation) {
  if (typeof algorithm === 'string') algorithm = { name: algorithm };
  const dictionaries = require('crypto/webcrypto/dictionaries');
  const name = nameOf(dictionaries.Algorithm(algorithm, NORMALIZE).name);
  const entry = name === undefined ? undefined : ALGORITHMS[name];
  const params = entry?.[operation];
  if (params === undefined) throw notSupported();
  if (entry.isNew) {
    require('util/internal').emitExperimentalWarning(`The ${name} Web Crypto API algorithm`);
  }
  if (params === null) return { name };
  return dictionaries[params](algorithm, NORMALIZE, { name });
}

module.exports = { ALGORITHMS, normalize, roomOf };
