// generateKeyPair and generateKey. https://nodejs.org/api/crypto.html#cryptogeneratekeypairtype-options-callback
'use strict';

const { codes } = require('errors/errors');
const {
  validateFunction,
  validateInt32,
  validateInteger,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
} = require('errors/validators');
const { bytesOrUndefined, exportPrivate, exportPublic, readEncoding } = require('crypto/key_encoding');
const { keyObjectOf } = require('crypto/keys');

const native = binding('crypto_keygen');
const hashes = binding('crypto');
const { ERR_CRYPTO_INVALID_CURVE, ERR_CRYPTO_INVALID_DIGEST, ERR_INCOMPATIBLE_OPTION_PAIR, ERR_INVALID_ARG_VALUE } =
  codes;

/** Kinds without anything to choose; OpenSSL knows them by the same names. */
const PLAIN = new Set([
  'ed25519',
  'ed448',
  'x25519',
  'x448',
  'ml-dsa-44',
  'ml-dsa-65',
  'ml-dsa-87',
  'ml-kem-512',
  'ml-kem-768',
  'ml-kem-1024',
  'slh-dsa-sha2-128f',
  'slh-dsa-sha2-128s',
  'slh-dsa-sha2-192f',
  'slh-dsa-sha2-192s',
  'slh-dsa-sha2-256f',
  'slh-dsa-sha2-256s',
  'slh-dsa-shake-128f',
  'slh-dsa-shake-128s',
  'slh-dsa-shake-192f',
  'slh-dsa-shake-192s',
  'slh-dsa-shake-256f',
  'slh-dsa-shake-256s',
]);
function checkDigest(name, kind) {
  if (name !== undefined && !hashes.hasDigest(name)) throw new ERR_CRYPTO_INVALID_DIGEST(name, kind);
}

function planRsa(type, options) {
  validateObject(options, 'options');
  const { modulusLength } = options;
  validateUint32(modulusLength, 'options.modulusLength');
  let { publicExponent } = options;
  if (publicExponent == null) publicExponent = 0x10001;
  else validateUint32(publicExponent, 'options.publicExponent');
  if (type === 'rsa') return ['rsa', modulusLength, publicExponent];

  const { hash, mgf1Hash, saltLength } = options;
  let { hashAlgorithm, mgf1HashAlgorithm } = options;
  if (saltLength !== undefined) validateInt32(saltLength, 'options.saltLength', 0);
  if (hashAlgorithm !== undefined) validateString(hashAlgorithm, 'options.hashAlgorithm');
  if (mgf1HashAlgorithm !== undefined) validateString(mgf1HashAlgorithm, 'options.mgf1HashAlgorithm');
  if (hash !== undefined) {
    process.emitWarning(
      '"options.hash" is deprecated, use "options.hashAlgorithm" instead.',
      'DeprecationWarning',
      'DEP0154',
    );
    validateString(hash, 'options.hash');
    if (hashAlgorithm !== undefined && hash !== hashAlgorithm) throw new ERR_INVALID_ARG_VALUE('options.hash', hash);
    hashAlgorithm ??= hash;
  }
  if (mgf1Hash !== undefined) {
    process.emitWarning(
      '"options.mgf1Hash" is deprecated, use "options.mgf1HashAlgorithm" instead.',
      'DeprecationWarning',
      'DEP0154',
    );
    validateString(mgf1Hash, 'options.mgf1Hash');
    if (mgf1HashAlgorithm !== undefined && mgf1Hash !== mgf1HashAlgorithm)
      throw new ERR_INVALID_ARG_VALUE('options.mgf1Hash', mgf1Hash);
    mgf1HashAlgorithm ??= mgf1Hash;
  }
  checkDigest(hashAlgorithm);
  checkDigest(mgf1HashAlgorithm, 'MGF1');
  return ['rsaPss', modulusLength, publicExponent, hashAlgorithm, mgf1HashAlgorithm, saltLength];
}

function planDsa(options) {
  validateObject(options, 'options');
  const { modulusLength } = options;
  validateUint32(modulusLength, 'options.modulusLength');
  let { divisorLength } = options;
  if (divisorLength == null) divisorLength = undefined;
  else validateInt32(divisorLength, 'options.divisorLength', 0);
  return ['dsa', modulusLength, divisorLength];
}

function planEc(options) {
  validateObject(options, 'options');
  const { namedCurve, paramEncoding } = options;
  validateString(namedCurve, 'options.namedCurve');
  if (paramEncoding != null && paramEncoding !== 'named' && paramEncoding !== 'explicit')
    throw new ERR_INVALID_ARG_VALUE('options.paramEncoding', paramEncoding);
  if (!binding('crypto_jwk').isCurve(namedCurve)) throw new ERR_CRYPTO_INVALID_CURVE();
  return ['ec', namedCurve, paramEncoding === 'explicit'];
}

function planDh(options) {
  validateObject(options, 'options');
  const { group, primeLength, prime, generator } = options;
  if (group != null) {
    for (const [name, value] of Object.entries({ prime, primeLength, generator })) {
      if (value != null) throw new ERR_INCOMPATIBLE_OPTION_PAIR('group', name);
    }
    validateString(group, 'options.group');
    const known = binding('crypto_dh').groupPrime(group);
    if (known === undefined) throw new codes.ERR_CRYPTO_UNKNOWN_DH_GROUP();
    return ['dhOfPrime', known, 2];
  }
  if (prime != null && primeLength != null) throw new ERR_INCOMPATIBLE_OPTION_PAIR('prime', 'primeLength');
  if (prime == null && primeLength == null)
    throw new codes.ERR_MISSING_OPTION('At least one of the group, prime, or primeLength options');
  if (generator != null) validateInt32(generator, 'options.generator', 0);
  if (prime != null) {
    const bytes = bytesOrUndefined(prime);
    if (bytes === undefined || typeof prime === 'string')
      throw new codes.ERR_INVALID_ARG_TYPE('options.prime', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], prime);
    return ['dhOfPrime', bytes, generator ?? 2];
  }
  validateInt32(primeLength, 'options.primeLength', 0);
  return ['dhOfSize', primeLength, generator ?? 2];
}

/** [native function, ...its arguments] */
function plan(type, options) {
  switch (type) {
    case 'rsa':
    case 'rsa-pss':
      return planRsa(type, options);
    case 'dsa':
      return planDsa(options);
    case 'ec':
      return planEc(options);
    case 'dh':
      return planDh(options);
    default:
      if (!PLAIN.has(type)) throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
      return ['plain', type];
  }
}

/** How the two keys are to be given: an encoding each, or null for a KeyObject. */
function outputEncodings(type, options) {
  const { publicKeyEncoding, privateKeyEncoding } = options ?? {};
  return [
    [publicKeyEncoding, 'public', 'options.publicKeyEncoding'],
    [privateKeyEncoding, 'private', 'options.privateKeyEncoding'],
  ].map(([encoding, kind, name]) => {
    if (encoding == null) return null;
    if (typeof encoding !== 'object') throw new ERR_INVALID_ARG_VALUE(name, encoding);
    return readEncoding(encoding, type, kind, name);
  });
}

function shape([publicKey, privateKey], [publicEncoding, privateEncoding]) {
  return [
    publicEncoding === null ? keyObjectOf(publicKey) : exportPublic(publicKey, publicEncoding),
    privateEncoding === null ? keyObjectOf(privateKey) : exportPrivate(privateKey, privateEncoding),
  ];
}

function prepare(type, options) {
  validateString(type, 'type');
  if (options !== undefined) validateObject(options, 'options');
  const encodings = outputEncodings(type, options);
  return [plan(type, options), encodings];
}

function generateKeyPair(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  const [[name, ...args], encodings] = prepare(type, options);
  native[name](...args, (error, pair) => {
    if (error) return callback(error);
    let shaped;
    try {
      shaped = shape(pair, encodings);
    } catch (encodingError) {
      return callback(encodingError);
    }
    return callback(null, shaped[0], shaped[1]);
  });
}
Object.defineProperty(generateKeyPair, require('util/internal').kCustomPromisifyArgs, {
  __proto__: null,
  value: ['publicKey', 'privateKey'],
  enumerable: false,
});

function generateKeyPairSync(type, options) {
  const [[name, ...args], encodings] = prepare(type, options);
  const [publicKey, privateKey] = shape(native[`${name}Sync`](...args), encodings);
  return { publicKey, privateKey };
}

/** How many bytes the key is to have. */
function secretSize(type, options) {
  validateString(type, 'type');
  validateObject(options, 'options');
  const { length } = options;
  switch (type) {
    case 'hmac':
      validateInteger(length, 'options.length', 8, 2 ** 31 - 1);
      return Math.floor(length / 8);
    case 'aes':
      validateOneOf(length, 'options.length', [128, 192, 256]);
      return length / 8;
    default:
      throw new ERR_INVALID_ARG_VALUE('type', type, 'must be a supported key type');
  }
}

function generateKey(type, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  validateFunction(callback, 'callback');
  native.secret(secretSize(type, options), (error, handle) =>
    error ? callback(error) : callback(null, keyObjectOf(handle)),
  );
}

function generateKeySync(type, options) {
  return keyObjectOf(native.secretSync(secretSize(type, options)));
}

module.exports = { generateKey, generateKeyPair, generateKeyPairSync, generateKeySync };
