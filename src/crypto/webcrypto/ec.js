// ECDSA and ECDH over NIST's curves.
'use strict';

const { dataError } = require('crypto/webcrypto/errors');
const { copyOf, run, runBytes } = require('crypto/webcrypto/jobs');
const asymmetric = require('crypto/webcrypto/asymmetric');
const { agreement, checkAgreementLength } = require('crypto/webcrypto/agreement');
const checks = require('crypto/webcrypto/checks');
const { digestName } = require('crypto/webcrypto/digest');

const native = binding('crypto_sign');
const parts = binding('crypto_jwk');

const SIGNS = { public: ['verify'], private: ['sign'] };
const AGREES = { public: [], private: ['deriveKey', 'deriveBits'] };

const CURVES = {
  __proto__: null,
  'P-256': { openssl: 'prime256v1', alg: 'ES256', bits: 256 },
  'P-384': { openssl: 'secp384r1', alg: 'ES384', bits: 384 },
  'P-521': { openssl: 'secp521r1', alg: 'ES512', bits: 528 },
};

function kindOf({ name, namedCurve }) {
  const curve = CURVES[namedCurve];
  return {
    name,
    type: 'ec',
    kty: 'EC',
    use: name === 'ECDSA' ? 'sig' : 'enc',
    usages: name === 'ECDSA' ? SIGNS : AGREES,
    rawFormats: ['raw', 'raw-public'],
    isPrivateJwk: (jwk) => jwk.d !== undefined,
    checkJwk(jwk) {
      if (jwk.x === undefined || jwk.y === undefined || jwk.crv === undefined) throw dataError();
      if (jwk.crv !== namedCurve) throw dataError('JWK "crv" does not match the requested algorithm');
      if (name === 'ECDSA') checks.checkAlg(jwk, curve.alg);
    },
    fromJwk(jwk, isPrivate) {
      const handle = require('crypto/jwk').importJwk(jwk, isPrivate ? 'private' : 'public');
      if (isPrivate && !parts.isConsistent(handle)) throw dataError();
      return handle;
    },
    fromRaw: (format, bytes) => parts.ecPublicKey(namedCurve, bytes),
    toRaw: (handle) => parts.ecPoint(handle, false),
    check(handle) {
      if (parts.details(handle).namedCurve !== curve.openssl) throw dataError('Named curve mismatch');
    },
  };
}

const generateKey = async ({ name, namedCurve }, extractable, usages) =>
  asymmetric.generateKeyPair(
    kindOf({ name, namedCurve }),
    { name, namedCurve },
    extractable,
    usages,
    'ec',
    namedCurve,
    false,
  );

const importKey = ({ name, namedCurve }, format, data, extractable, usages) =>
  asymmetric.importKey(kindOf({ name, namedCurve }), format, data, extractable, usages, () => ({ name, namedCurve }));

function exportKey(format, { handle, algorithm }) {
  const { namedCurve } = algorithm;
  // However the point came, it goes out uncompressed.
  const isPublic = format === 'spki' && handle.kind() === checks.PUBLIC;
  const exported = isPublic ? parts.ecPublicKey(namedCurve, parts.ecPoint(handle, false)) : handle;
  return asymmetric.exportKey(kindOf(algorithm), format, exported);
}

const getPublicKey = (key, usages) => asymmetric.getPublicKey(kindOf(key.algorithm), key, usages);

/** How many bytes there are to work on. The arithmetic of the larger curves takes long whatever they are. */
const sizeOf = ({ namedCurve }, data) => (namedCurve === 'P-256' ? data.byteLength : Infinity);

const sign = async ({ hash }, { handle, algorithm }, data) =>
  runBytes(
    native,
    'sign',
    sizeOf(algorithm, data),
    handle,
    copyOf(data),
    digestName(hash.name),
    undefined,
    undefined,
    true,
  );

async function verify({ hash }, { handle, algorithm }, signature, data) {
  const digest = digestName(hash.name);
  const args = [copyOf(data), copyOf(signature), digest, undefined, undefined, true];
  return run(native, 'verify', sizeOf(algorithm, data), handle, ...args);
}

const bitsOf = (algorithm) => CURVES[algorithm.namedCurve].bits;
const deriveBits = (algorithm, key, length) => agreement(algorithm, key, length);
const checkLength = (algorithm, length) => checkAgreementLength(bitsOf, algorithm, length);

module.exports = { checkLength, deriveBits, exportKey, generateKey, getPublicKey, importKey, sign, verify };
