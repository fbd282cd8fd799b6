// SubtleCrypto.supports(): https://wicg.github.io/webcrypto-modern-algos/#SubtleCrypto-method-supports
'use strict';

const { normalize, roomOf } = require('crypto/webcrypto/registry');
const idl = require('crypto/webcrypto/webidl');

/** What a function needs no more than parameters for. */
const PLAIN = {
  __proto__: null,
  decapsulateBits: 'decapsulate',
  decrypt: 'decrypt',
  digest: 'digest',
  encapsulateBits: 'encapsulate',
  encrypt: 'encrypt',
  exportKey: 'exportKey',
  generateKey: 'generateKey',
  getPublicKey: 'getPublicKey',
  importKey: 'importKey',
  sign: 'sign',
  verify: 'verify',
};

/** What takes two algorithms: [operation of the first, operation of the second]. */
const PAIRS = {
  __proto__: null,
  decapsulateKey: ['decapsulate', 'importKey'],
  deriveKey: ['deriveBits', 'importKey'],
  encapsulateKey: ['encapsulate', 'importKey'],
  unwrapKey: ['unwrapKey', 'importKey'],
  wrapKey: ['wrapKey', 'exportKey'],
};

/** How many bytes every KEM here shares. */
const SHARED_SIZE = 32;

/** Whether a key of that algorithm can be made of a shared secret. */
function takesSharedSecret(algorithm, importKey) {
  return ['encrypt', 'wrapKey', 'sign', 'deriveBits'].some((usage) => {
    try {
      importKey(algorithm, 'raw-secret', new Uint8Array(SHARED_SIZE), false, [usage]);
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws what says that the algorithm does not derive so many bits */
function checkDerivation(algorithm, length) {
  const normalized = normalize(algorithm, 'deriveBits');
  roomOf(normalized.name).checkLength(normalized, length);
}

/**
 * @param {string} operation
 * @param {object | string} algorithm
 * @param {*} extra a length or another algorithm
 * @param {{read: Function}} given converts it
 * @param {Function} importKey
 * @returns {boolean}
 */
function supports(operation, algorithm, extra, given, importKey) {
  if (operation === 'deriveBits') {
    const length = extra === null ? null : given.read(idl.unsignedLong, extra, true);
    return succeeds(() => checkDerivation(algorithm, length));
  }
  if (PLAIN[operation] !== undefined) return succeeds(() => normalize(algorithm, PLAIN[operation]));
  if (PAIRS[operation] === undefined) return false;
  const [first, second] = PAIRS[operation];
  const other = given.read(idl.AlgorithmIdentifier, extra);
  return succeeds(() => {
    const normalizedOther = normalize(other, second);
    if (operation === 'deriveKey') {
      const sized = normalize(other, 'getKeyLength');
      checkDerivation(algorithm, roomOf(sized.name).getKeyLength(sized));
      return true;
    }
    normalize(algorithm, first);
    return !operation.endsWith('capsulateKey') || takesSharedSecret(normalizedOther, importKey);
  });
}

/** False when `check` throws or says so. */
function succeeds(check) {
  try {
    return check() !== false;
  } catch {
    return false;
  }
}

module.exports = { supports };
