// ML-DSA and ML-KEM: keys whose private form is a seed.
'use strict';

const { dataError, operationError } = require('crypto/webcrypto/errors');
const { copyOf, run, runBytes } = require('crypto/webcrypto/jobs');
const asymmetric = require('crypto/webcrypto/asymmetric');
const { PRIVATE, PUBLIC } = require('crypto/webcrypto/checks');

const native = binding('crypto_sign');
const parts = binding('crypto_jwk');
const kem = binding('crypto_dh');

const SIGNS = { public: ['verify'], private: ['sign'] };
const ENCAPSULATES = {
  public: ['encapsulateKey', 'encapsulateBits'],
  private: ['decapsulateKey', 'decapsulateBits'],
};

const isSigning = (name) => name.startsWith('ML-DSA');

function kindOf({ name }) {
  return {
    name,
    type: name.toLowerCase(),
    kty: 'AKP',
    use: isSigning(name) ? 'sig' : 'enc',
    usages: isSigning(name) ? SIGNS : ENCAPSULATES,
    rawFormats: ['raw-public'],
    privateFormat: 'raw-seed',
    isPrivateJwk: (jwk) => jwk.priv !== undefined,
    checkJwk(jwk) {
      if (jwk.pub === undefined || jwk.alg === undefined) throw dataError();
      if (jwk.alg !== name) throw dataError('JWK "alg" Parameter and algorithm name mismatch');
    },
    fromJwk: (jwk, isPrivate) => require('crypto/jwk').importJwk(jwk, isPrivate ? 'private' : 'public'),
    fromRaw: (format, bytes) =>
      format === 'raw-seed' ? parts.rawKey(name, PRIVATE, bytes, true) : parts.rawKey(name, PUBLIC, bytes, false),
    toRaw(handle) {
      if (handle.kind() === PUBLIC) return parts.parts(handle).public;
      return seedOf(handle);
    },
    check(handle) {
      // Web Crypto knows no other form of private keys.
      if (handle.kind() === PRIVATE && parts.parts(handle).seed === undefined) throw dataError('Invalid keyData');
    },
  };
}

function seedOf(handle) {
  const { seed } = parts.parts(handle);
  if (seed === undefined) throw operationError('The key does not have an available seed');
  return seed;
}

const generateKey = async ({ name }, extractable, usages) =>
  asymmetric.generateKeyPair(kindOf({ name }), { name }, extractable, usages, 'plain', name.toLowerCase());

const importKey = ({ name }, format, data, extractable, usages) =>
  asymmetric.importKey(kindOf({ name }), format, data, extractable, usages, () => ({ name }));

function exportKey(format, { handle, algorithm }) {
  if (format === 'pkcs8' && handle.kind() === PRIVATE) return binding('crypto_keys').exportSeed(handle)?.buffer;
  return asymmetric.exportKey(kindOf(algorithm), format, handle);
}

const getPublicKey = (key, usages) => asymmetric.getPublicKey(kindOf(key.algorithm), key, usages);

const NOTHING = [undefined, undefined, undefined, false];
const contextOf = ({ context }) => (context === undefined ? undefined : copyOf(context));

const sign = async (algorithm, { handle }, data) =>
  runBytes(native, 'sign', Infinity, handle, copyOf(data), ...NOTHING, contextOf(algorithm));

const verify = async (algorithm, { handle }, signature, data) =>
  run(native, 'verify', Infinity, handle, copyOf(data), copyOf(signature), ...NOTHING, contextOf(algorithm));

/** @returns {Promise<{sharedKey: ArrayBuffer, ciphertext: ArrayBuffer}>} */
async function encapsulate(algorithm, { handle }) {
  const [sharedKey, ciphertext] = await run(kem, 'encapsulate', 0, handle);
  return { sharedKey: sharedKey.buffer, ciphertext: ciphertext.buffer };
}

const decapsulate = async (algorithm, { handle }, ciphertext) =>
  runBytes(kem, 'decapsulate', 0, handle, copyOf(ciphertext));

module.exports = {
  decapsulate,
  encapsulate,
  exportKey,
  generateKey,
  getPublicKey,
  importKey,
  sign,
  verify,
};
