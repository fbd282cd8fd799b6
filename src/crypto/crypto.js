// node:crypto: https://nodejs.org/api/crypto.html
'use strict';

const ciphers = require('crypto/cipher');
const { codes } = require('errors/errors');
const { validateNumber, validateString } = require('errors/validators');
const { deprecate } = require('util/deprecate');
const types = require('util/types');
const { Hash, Hmac, hash } = require('crypto/hash');
const kdf = require('crypto/kdf');
const agreement = require('crypto/dh');
const { createPrivateKey, createPublicKey } = require('crypto/key_input');
const keygen = require('crypto/keygen');
const { KeyObject, createSecretKey } = require('crypto/keys');
const primes = require('crypto/primes');
const random = require('crypto/random');
const signing = require('crypto/sign');
const web = require('crypto/webcrypto/crypto');
const { X509Certificate } = require('crypto/x509');

const native = binding('crypto');

// Names that OpenSSL has aliases for, as Node lists them.
const HASHES = [
  'RSA-MD5',
  'RSA-RIPEMD160',
  'RSA-SHA1',
  'RSA-SHA1-2',
  'RSA-SHA224',
  'RSA-SHA256',
  'RSA-SHA3-224',
  'RSA-SHA3-256',
  'RSA-SHA3-384',
  'RSA-SHA3-512',
  'RSA-SHA384',
  'RSA-SHA512',
  'RSA-SHA512/224',
  'RSA-SHA512/256',
  'RSA-SM3',
  'blake2b512',
  'blake2s256',
  'id-rsassa-pkcs1-v1_5-with-sha3-224',
  'id-rsassa-pkcs1-v1_5-with-sha3-256',
  'id-rsassa-pkcs1-v1_5-with-sha3-384',
  'id-rsassa-pkcs1-v1_5-with-sha3-512',
  'md5',
  'md5-sha1',
  'md5WithRSAEncryption',
  'ripemd',
  'ripemd160',
  'ripemd160WithRSA',
  'rmd160',
  'sha1',
  'sha1WithRSAEncryption',
  'sha224',
  'sha224WithRSAEncryption',
  'sha256',
  'sha256WithRSAEncryption',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'sha384',
  'sha384WithRSAEncryption',
  'sha512',
  'sha512-224',
  'sha512-224WithRSAEncryption',
  'sha512-256',
  'sha512-256WithRSAEncryption',
  'sha512WithRSAEncryption',
  'shake128',
  'shake256',
  'sm3',
  'sm3WithRSAEncryption',
  'ssl3-md5',
  'ssl3-sha1',
];

function setFips(value) {
  native.setFips(Boolean(value));
}

/** OpenSSL 3 has providers instead of engines; none is built in. */
function setEngine(id, flags) {
  validateString(id, 'id');
  if (flags) validateNumber(flags, 'flags');
  throw new codes.ERR_CRYPTO_ENGINE_UNKNOWN(id);
}

function secureHeapUsed() {
  const { getOptionValue } = require('cli/options');
  const total = Number(getOptionValue('--secure-heap') ?? 0);
  const used = binding('crypto_primes').secureHeapUsed();
  return { total, used, utilization: used / total, min: Number(getOptionValue('--secure-heap-min') ?? 2) };
}

function timingSafeEqual(a, b) {
  for (const [value, name] of [
    [a, 'buf1'],
    [b, 'buf2'],
  ]) {
    if (!ArrayBuffer.isView(value) && !types.isAnyArrayBuffer(value))
      throw new codes.ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], value);
  }
  if (a.byteLength !== b.byteLength) throw new codes.ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH();
  return native.timingSafeEqual(a, b);
}
// As Node has it, where it is a native function.
Object.defineProperty(timingSafeEqual, 'length', { __proto__: null, value: 0, configurable: true });

module.exports = {
  ...agreement,
  ...ciphers,
  ...kdf,
  ...keygen,
  ...primes,
  ...random,
  ...signing,
  Hash: deprecate(Hash, 'crypto.Hash constructor is deprecated.', 'DEP0179'),
  Hmac: deprecate(Hmac, 'crypto.Hmac constructor is deprecated.', 'DEP0181'),
  KeyObject,
  X509Certificate,
  constants: require('crypto/constants'),
  createCipheriv: (cipher, key, iv, options) => new ciphers.Cipheriv(cipher, key, iv, options),
  createDecipheriv: (cipher, key, iv, options) => new ciphers.Decipheriv(cipher, key, iv, options),
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  createSign: (algorithm, options) => new signing.Sign(algorithm, options),
  createVerify: (algorithm, options) => new signing.Verify(algorithm, options),
  createDiffieHellman: (sizeOrKey, keyEncoding, generator, genEncoding) =>
    new agreement.DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding),
  createDiffieHellmanGroup: (name) => new agreement.DiffieHellmanGroup(name),
  createECDH: (curve) => new agreement.ECDH(curve),
  getDiffieHellman: (name) => new agreement.DiffieHellmanGroup(name),
  createHash: (algorithm, options) => new Hash(algorithm, options),
  createHmac: (algorithm, key, options) => new Hmac(algorithm, key, options),
  getFips: () => (native.getFips() ? 1 : 0),
  getHashes: () => HASHES.slice(),
  hash,
  secureHeapUsed,
  setEngine,
  setFips,
  timingSafeEqual,
};
Object.defineProperties(module.exports, {
  webcrypto: { __proto__: null, get: () => web.crypto, enumerable: true },
  subtle: { __proto__: null, get: () => web.crypto.subtle, enumerable: true },
  fips: {
    __proto__: null,
    get: deprecate(module.exports.getFips, 'The crypto.fips is deprecated. Please use crypto.getFips()', 'DEP0093'),
    set: deprecate(setFips, 'The crypto.fips is deprecated. Please use crypto.setFips()', 'DEP0093'),
    enumerable: false,
    configurable: false,
  },
  getRandomValues: { __proto__: null, get: () => web.crypto.getRandomValues, enumerable: true, configurable: false },
});

let pseudoRandomBytes;

/** randomBytes by its old names, which warns with --pending-deprecation. */
function oldRandomBytes() {
  if (pseudoRandomBytes === undefined) {
    const isPending = require('cli/options').getOptionValue('--pending-deprecation');
    pseudoRandomBytes = isPending
      ? deprecate(random.randomBytes, 'crypto.pseudoRandomBytes is deprecated.', 'DEP0115')
      : random.randomBytes;
  }
  return pseudoRandomBytes;
}
for (const name of ['pseudoRandomBytes', 'prng', 'rng']) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    get: oldRandomBytes,
    set(value) {
      Object.defineProperty(this, name, {
        __proto__: null,
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
    configurable: true,
    enumerable: false,
  });
}
