// JSON Web Keys (RFC 7517, RFC 7518, RFC 8037, RFC 9864 and draft-ietf-cose-dilithium).
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');

const native = binding('crypto_jwk');
const { ERR_CRYPTO_INVALID_CURVE, ERR_CRYPTO_INVALID_JWK } = codes;

/** Curves that JWK has names for. */
const CURVE_NAMES = {
  __proto__: null,
  prime256v1: 'P-256',
  secp256k1: 'secp256k1',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};
const CURVES = new Set(Object.values(CURVE_NAMES));
const OKP_NAMES = { __proto__: null, ed25519: 'Ed25519', ed448: 'Ed448', x25519: 'X25519', x448: 'X448' };
const OKP_CURVES = new Set(Object.values(OKP_NAMES));
/** Kinds whose private form is a seed, which stands in "priv". */
const SEEDED = new Set(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87', 'ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024']);
/** "SLH-DSA-SHA2-128s": OpenSSL takes the last letter in either case. */
const SLH_DSA = /^SLH-DSA-(SHA2|SHAKE)-(128|192|256)[fs]$/;
const RSA_PRIVATE = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'];

const KIND_PUBLIC = 1;
const KIND_PRIVATE = 2;

/** "ml-dsa-44" -> "ML-DSA-44", "slh-dsa-sha2-128s" -> "SLH-DSA-SHA2-128s" */
const algOf = (type) => (type.startsWith('slh-') ? type.slice(0, -1).toUpperCase() + type.at(-1) : type.toUpperCase());

/** A native key as JWK, without alg, key_ops and the like. */
function exportJwk(handle) {
  if (handle.kind() === 0) return { kty: 'oct', k: handle.bytes().base64urlSlice() };
  const type = handle.type();
  if (type === 'rsa') {
    const jwk = { kty: 'RSA' };
    const parts = native.parts(handle);
    for (const name of RSA_PRIVATE) if (parts[name] !== undefined) jwk[name] = parts[name].base64urlSlice();
    return jwk;
  }
  if (type === 'ec') {
    const curve = native.details(handle).namedCurve;
    const crv = CURVE_NAMES[curve];
    if (crv === undefined) throw new codes.ERR_CRYPTO_JWK_UNSUPPORTED_CURVE(curve);
    const { x, y, d } = native.parts(handle);
    const jwk = { kty: 'EC', x: x.base64urlSlice(), y: y.base64urlSlice(), crv };
    if (d !== undefined) jwk.d = d.base64urlSlice();
    return jwk;
  }
  const crv = OKP_NAMES[type];
  if (crv !== undefined) {
    const parts = native.parts(handle);
    const jwk = { crv };
    if (parts.private !== undefined) jwk.d = parts.private.base64urlSlice();
    jwk.x = parts.public.base64urlSlice();
    jwk.kty = 'OKP';
    return jwk;
  }
  const alg = algOf(type);
  if (SEEDED.has(alg) || SLH_DSA.test(alg)) {
    const parts = native.parts(handle);
    const jwk = {};
    if (handle.kind() === KIND_PRIVATE) {
      const secret = SEEDED.has(alg) ? parts.seed : parts.private;
      if (secret === undefined) throw new codes.ERR_CRYPTO_OPERATION_FAILED('key does not have an available seed');
      jwk.priv = secret.base64urlSlice();
    }
    jwk.kty = 'AKP';
    jwk.alg = alg;
    jwk.pub = parts.public.base64urlSlice();
    return jwk;
  }
  throw new codes.ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE();
}

/** The bytes of the members, or an error that names the kind of key. */
function members(jwk, names, kty) {
  return names.map((name) => {
    if (typeof jwk[name] !== 'string') throw new ERR_CRYPTO_INVALID_JWK(`Invalid JWK ${kty} key`);
    return Buffer.from(jwk[name], 'base64url');
  });
}

const invalid = (kty) => new ERR_CRYPTO_INVALID_JWK(`Invalid JWK ${kty} key`);

const noPrivate = () => new ERR_CRYPTO_INVALID_JWK('JWK does not contain private key material');

/**
 * A native key from a JWK.
 *
 * @param {object} jwk
 * @param {'public' | 'private'} wanted  a private JWK may be asked for its public key
 */
function importJwk(jwk, wanted) {
  const isPrivate = wanted === 'private';
  const { kty } = jwk;
  switch (kty) {
    case 'RSA': {
      if (isPrivate && jwk.d === undefined) {
        members(jwk, ['n', 'e'], kty);
        throw noPrivate();
      }
      const handle = native.rsaKey(members(jwk, isPrivate ? RSA_PRIVATE : ['n', 'e'], kty));
      if (handle === undefined) throw invalid(kty);
      return handle;
    }
    case 'EC': {
      if (!CURVES.has(jwk.crv)) throw new ERR_CRYPTO_INVALID_CURVE();
      if (isPrivate && jwk.d === undefined) throw noPrivate();
      const [x, y, d] = members(jwk, isPrivate ? ['x', 'y', 'd'] : ['x', 'y'], kty);
      const handle = native.ecKey(jwk.crv, x, y, d);
      if (handle === undefined) throw invalid(kty);
      return handle;
    }
    case 'OKP': {
      if (!OKP_CURVES.has(jwk.crv)) throw invalid(kty);
      if (isPrivate && jwk.d === undefined) throw noPrivate();
      return importOkp(jwk, isPrivate);
    }
    case 'AKP': {
      if (!SEEDED.has(jwk.alg) && !SLH_DSA.test(jwk.alg)) throw new ERR_CRYPTO_INVALID_JWK(`Unsupported JWK AKP "alg"`);
      if (isPrivate && jwk.priv === undefined) throw noPrivate();
      const [pub, priv] = members(jwk, isPrivate ? ['pub', 'priv'] : ['pub'], kty);
      const publicKey = native.rawKey(jwk.alg, KIND_PUBLIC, pub, false);
      if (publicKey === undefined) throw invalid(kty);
      if (!isPrivate) return publicKey;
      const handle = native.rawKey(jwk.alg, KIND_PRIVATE, priv, SEEDED.has(jwk.alg));
      if (handle === undefined || !pub.equals(native.parts(handle).public)) throw invalid(kty);
      return handle;
    }
    default:
      throw new ERR_CRYPTO_INVALID_JWK(`${kty} is not a supported JWK key type`);
  }
}

function importOkp(jwk, isPrivate) {
  const [x, d] = members(jwk, isPrivate ? ['x', 'd'] : ['x'], 'OKP');
  const type = jwk.crv.toUpperCase();
  const publicKey = native.rawKey(type, KIND_PUBLIC, x, false);
  if (publicKey === undefined) throw invalid('OKP');
  if (!isPrivate) return publicKey;
  const handle = native.rawKey(type, KIND_PRIVATE, d, false);
  if (handle === undefined || !x.equals(native.parts(handle).public)) throw invalid('OKP');
  return handle;
}

module.exports = { exportJwk, importJwk };
