// Key pairs: what RSA, elliptic curves and lattices share in reading, writing and making them.
'use strict';

const { dataError } = require('crypto/webcrypto/errors');
const { run } = require('crypto/webcrypto/jobs');
const checks = require('crypto/webcrypto/checks');
const { makeCryptoKey } = require('crypto/keys');

const keys = binding('crypto_keys');
const keygen = binding('crypto_keygen');
const { PRIVATE, PUBLIC, kHandle } = checks;

/**
 * @typedef {object} Kind of keys, for one algorithm
 * @property {string} name
 * @property {string} type as OpenSSL has it
 * @property {{public: string[], private: string[]}} usages
 * @property {'sig' | 'enc'} use
 * @property {string[]} rawFormats for public keys
 * @property {(jwk: object, isPrivate: boolean) => void} [checkJwk]
 * @property {(jwk: object) => object} fromJwk a native key
 * @property {(jwk: object) => boolean} isPrivateJwk
 * @property {(format: string, bytes) => object | undefined} [fromRaw] a native key
 * @property {(handle: object) => void} [check] a key of the right type
 */

/**
 * @param {Kind} kind
 * @param {string | symbol} format
 * @param {*} data
 * @param {(handle: object) => object} describe the algorithm that the key shows
 */
function importKey(kind, format, data, extractable, usages, describe) {
  const handle = readKey(kind, format, data, extractable, usages);
  if (handle.type() !== kind.type) throw dataError('Invalid key type');
  kind.check?.(handle);
  const allowed = kind.usages[handle.kind() === PRIVATE ? 'private' : 'public'];
  return makeCryptoKey(handle, describe(handle), checks.pickUsages(usages, allowed), extractable);
}

function readKey(kind, format, data, extractable, usages) {
  const checkUsages = (isPrivate) =>
    checks.checkUsages(usages, kind.usages[isPrivate ? 'private' : 'public'], kind.name);
  switch (format) {
    case kHandle:
      checkUsages(data.kind() === PRIVATE);
      return data;
    case 'spki':
      checkUsages(false);
      return checks.reading(() => keys.parsePublic(data, 'der', 'spki'));
    case 'pkcs8':
      checkUsages(true);
      return checks.reading(() => keys.parsePrivate(data, 'der', 'pkcs8'));
    case 'jwk': {
      checks.checkKty(data, kind.kty);
      const isPrivate = kind.isPrivateJwk(data);
      kind.checkJwk?.(data, isPrivate);
      checks.checkJwk(data, { extractable, usages, use: kind.use });
      checkUsages(isPrivate);
      return checks.reading(() => kind.fromJwk(data, isPrivate));
    }
    default: {
      const isPublic = kind.rawFormats.includes(format);
      if (!isPublic && format !== kind.privateFormat) throw checks.cannotImport(kind.name, format);
      checkUsages(!isPublic);
      const handle = kind.fromRaw(format, data);
      if (handle === undefined) {
        const { codes } = require('errors/errors');
        throw dataError('Invalid keyData', codes.ERR_INVALID_ARG_VALUE.fromMessage('Invalid key data'));
      }
      return handle;
    }
  }
}

/**
 * @param {Kind} kind
 * @returns {ArrayBuffer | object | undefined} undefined: not in that format
 */
function exportKey(kind, format, handle) {
  const isPublic = handle.kind() === PUBLIC;
  switch (format) {
    case 'spki':
      return isPublic ? keys.exportPublic(handle, 'der', 'spki').buffer : undefined;
    case 'pkcs8':
      return isPublic ? undefined : keys.exportPrivate(handle, 'der', 'pkcs8').buffer;
    case 'jwk':
      return require('crypto/jwk').exportJwk(handle);
    default:
      if (!(isPublic ? kind.rawFormats.includes(format) : format === kind.privateFormat)) return undefined;
      return kind.toRaw(handle)?.buffer;
  }
}

/**
 * @param {Kind} kind
 * @param {object} algorithm that both keys show
 * @param {string} job of keygen.cc
 * @param {...*} args of it
 */
async function generateKeyPair(kind, algorithm, extractable, usages, job, ...args) {
  const { usages: allowed } = kind;
  checks.checkUsages(usages, [...allowed.public, ...allowed.private], kind.name);
  const privateUsages = checks.pickUsages(usages, allowed.private);
  checks.checkNotEmpty(privateUsages);
  // Making an RSA key takes long; the others are quick.
  const size = job === 'rsa' ? Infinity : 0;
  const [publicKey, privateKey] = await run(keygen, job, size, ...args);
  return {
    publicKey: makeCryptoKey(publicKey, algorithm, checks.pickUsages(usages, allowed.public), true),
    privateKey: makeCryptoKey(privateKey, algorithm, privateUsages, extractable),
  };
}

/** @param {Kind} kind @param {{handle: object, algorithm: object}} key a private one's internals */
function getPublicKey(kind, { handle, algorithm }, usages) {
  checks.checkUsages(usages, kind.usages.public, kind.name);
  return makeCryptoKey(keys.publicPart(handle), algorithm, checks.pickUsages(usages, kind.usages.public), true);
}

module.exports = { exportKey, generateKeyPair, getPublicKey, importKey };
