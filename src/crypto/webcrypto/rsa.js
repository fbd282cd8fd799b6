// RSASSA-PKCS1-v1_5, RSA-PSS and RSA-OAEP.
'use strict';

const { codes } = require('errors/errors');
const { dataError, operationFailed } = require('crypto/webcrypto/errors');
const { copyOf, run, runBytes } = require('crypto/webcrypto/jobs');
const asymmetric = require('crypto/webcrypto/asymmetric');
const checks = require('crypto/webcrypto/checks');
const { DIGEST_SIZES, digestName } = require('crypto/webcrypto/digest');

const native = binding('crypto_sign');

const PKCS1_PADDING = 1;
const OAEP_PADDING = 4;
const PSS_PADDING = 6;
const RSA_ENCRYPT = 0;
const RSA_DECRYPT = 1;

const SIGNS = { public: ['verify'], private: ['sign'] };
const ENCRYPTS = { public: ['encrypt', 'wrapKey'], private: ['decrypt', 'unwrapKey'] };

/** The beginnings of a JWK's "alg". */
const PREFIXES = { __proto__: null, 'RSASSA-PKCS1-v1_5': 'RS', 'RSA-PSS': 'PS', 'RSA-OAEP': 'RSA-OAEP' };

function jwkAlg({ name, hash }) {
  if (!hash.name.startsWith('SHA-')) return undefined; // there are no names with SHA-3
  const bits = hash.name.slice('SHA-'.length);
  if (name !== 'RSA-OAEP') return PREFIXES[name] + bits;
  return bits === '1' ? name : `${name}-${bits}`;
}

function kindOf(algorithm) {
  const { name } = algorithm;
  const isOaep = name === 'RSA-OAEP';
  return {
    name,
    type: 'rsa',
    kty: 'RSA',
    use: isOaep ? 'enc' : 'sig',
    usages: isOaep ? ENCRYPTS : SIGNS,
    rawFormats: [],
    isPrivateJwk: (jwk) => jwk.d !== undefined,
    checkJwk(jwk, isPrivate) {
      const needed = isPrivate ? ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] : ['n', 'e'];
      if (needed.some((member) => jwk[member] === undefined)) throw dataError();
      checks.checkAlg(jwk, jwkAlg(algorithm));
    },
    fromJwk: (jwk, isPrivate) => require('crypto/jwk').importJwk(jwk, isPrivate ? 'private' : 'public'),
  };
}

function describe({ name, hash }, handle) {
  const { modulusLength, publicExponent } = binding('crypto_jwk').details(handle);
  return { name, modulusLength, publicExponent: new Uint8Array(publicExponent), hash };
}

/** The number in the bytes. */
const exponentOf = (bytes) => bytes.reduce((number, byte) => number * 256 + byte, 0);

async function generateKey(algorithm, extractable, usages) {
  const { name, modulusLength, publicExponent, hash } = algorithm;
  const kind = kindOf(algorithm);
  checks.checkUsages(usages, [...kind.usages.public, ...kind.usages.private], name);
  const exponent = exponentOf(publicExponent);
  const shown = { name, modulusLength, publicExponent: copyOf(publicExponent), hash };
  // OpenSSL looks for a key with such an exponent for ever, or nearly.
  if (exponent < 3 || exponent % 2 === 0) throw operationFailed();
  return asymmetric.generateKeyPair(kind, shown, extractable, usages, 'rsa', modulusLength, exponent);
}

const importKey = (algorithm, format, data, extractable, usages) =>
  asymmetric.importKey(kindOf(algorithm), format, data, extractable, usages, (handle) => describe(algorithm, handle));

function exportKey(format, { handle, algorithm }) {
  const exported = asymmetric.exportKey(kindOf(algorithm), format, handle);
  const alg = jwkAlg(algorithm);
  return format === 'jwk' && alg !== undefined ? { alg, ...exported } : exported;
}

const getPublicKey = (key, usages) => asymmetric.getPublicKey(kindOf(key.algorithm), key, usages);

/** [digest, padding, salt length] */
function schemeOf({ saltLength }, { name, hash, modulusLength }) {
  const digest = digestName(hash.name);
  if (name !== 'RSA-PSS') return [digest, PKCS1_PADDING, undefined];
  const longest = Math.ceil((modulusLength - 1) / 8) - DIGEST_SIZES[hash.name] - 2;
  if (saltLength > longest)
    throw operationFailed(new codes.ERR_OUT_OF_RANGE('algorithm.saltLength', `>= 0 && <= ${longest}`, saltLength));
  return [digest, PSS_PADDING, saltLength];
}

async function sign(algorithm, { handle, algorithm: shown }, data) {
  return runBytes(native, 'sign', Infinity, handle, copyOf(data), ...schemeOf(algorithm, shown), false);
}

async function verify(algorithm, { handle, algorithm: shown }, signature, data) {
  const scheme = schemeOf(algorithm, shown);
  return run(native, 'verify', Infinity, handle, copyOf(data), copyOf(signature), ...scheme, false);
}

function crypt(operation, { label }, { handle, algorithm: { hash } }, data) {
  const bound = label === undefined ? undefined : copyOf(label);
  return runBytes(native, 'rsa', Infinity, operation, handle, copyOf(data), OAEP_PADDING, digestName(hash.name), bound);
}
const encrypt = (algorithm, key, data) => crypt(RSA_ENCRYPT, algorithm, key, data);
const decrypt = (algorithm, key, data) => crypt(RSA_DECRYPT, algorithm, key, data);

module.exports = {
  decrypt,
  encrypt,
  exportKey,
  generateKey,
  getPublicKey,
  importKey,
  sign,
  unwrapKey: decrypt,
  verify,
  wrapKey: encrypt,
};
