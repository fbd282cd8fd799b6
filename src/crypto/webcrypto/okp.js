// Ed25519, Ed448, X25519 and X448.
'use strict';

const { dataError } = require('crypto/webcrypto/errors');
const { copyOf, run, runBytes } = require('crypto/webcrypto/jobs');
const asymmetric = require('crypto/webcrypto/asymmetric');
const { agreement, checkAgreementLength } = require('crypto/webcrypto/agreement');
const { PUBLIC } = require('crypto/webcrypto/checks');

const native = binding('crypto_sign');
const parts = binding('crypto_jwk');

const SIGNS = { public: ['verify'], private: ['sign'] };
const AGREES = { public: [], private: ['deriveKey', 'deriveBits'] };

const isSigning = (name) => name.startsWith('Ed');

function kindOf({ name }) {
  return {
    name,
    type: name.toLowerCase(),
    kty: 'OKP',
    use: isSigning(name) ? 'sig' : 'enc',
    usages: isSigning(name) ? SIGNS : AGREES,
    rawFormats: ['raw', 'raw-public'],
    isPrivateJwk: (jwk) => jwk.d !== undefined,
    checkJwk(jwk) {
      if (jwk.x === undefined || jwk.crv === undefined) throw dataError();
      if (jwk.crv !== name) throw dataError('JWK "crv" Parameter and algorithm name mismatch');
      if (!isSigning(name) || jwk.alg === undefined) return;
      if (jwk.alg !== name && jwk.alg !== 'EdDSA') throw dataError('JWK "alg" does not match the requested algorithm');
    },
    fromJwk: (jwk, isPrivate) => require('crypto/jwk').importJwk(jwk, isPrivate ? 'private' : 'public'),
    fromRaw: (format, bytes) => parts.rawKey(name.toUpperCase(), PUBLIC, bytes, false),
    toRaw: (handle) => parts.parts(handle).public,
  };
}

const generateKey = async ({ name }, extractable, usages) =>
  asymmetric.generateKeyPair(kindOf({ name }), { name }, extractable, usages, 'plain', name.toLowerCase());

const importKey = ({ name }, format, data, extractable, usages) =>
  asymmetric.importKey(kindOf({ name }), format, data, extractable, usages, () => ({ name }));

function exportKey(format, { handle, algorithm }) {
  const exported = asymmetric.exportKey(kindOf(algorithm), format, handle);
  return format === 'jwk' && isSigning(algorithm.name) ? { alg: algorithm.name, ...exported } : exported;
}

const getPublicKey = (key, usages) => asymmetric.getPublicKey(kindOf(key.algorithm), key, usages);

const NOTHING = [undefined, undefined, undefined, false];
const contextOf = ({ context }) => (context === undefined ? undefined : copyOf(context));

/** How many bytes there are to work on. The arithmetic of the larger curve takes long whatever they are. */
const sizeOf = ({ name }, data) => (name === 'Ed25519' ? data.byteLength : Infinity);

const sign = async (algorithm, { handle }, data) =>
  runBytes(native, 'sign', sizeOf(algorithm, data), handle, copyOf(data), ...NOTHING, contextOf(algorithm));

async function verify(algorithm, { handle }, signature, data) {
  // With such points there are signatures that fit many messages, or many keys.
  if (binding('webcrypto').hasSmallOrder(handle, signature)) return false;
  return run(
    native,
    'verify',
    sizeOf(algorithm, data),
    handle,
    copyOf(data),
    copyOf(signature),
    ...NOTHING,
    contextOf(algorithm),
  );
}

const bitsOf = ({ name }) => (name === 'X25519' ? 256 : 448);
const checkLength = (algorithm, length) => checkAgreementLength(bitsOf, algorithm, length);

module.exports = {
  checkLength,
  deriveBits: agreement,
  exportKey,
  generateKey,
  getPublicKey,
  importKey,
  sign,
  verify,
};
