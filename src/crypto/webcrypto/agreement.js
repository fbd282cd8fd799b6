// The bits that two keys agree on: ECDH, X25519, X448.
'use strict';

const { invalidAccess, operationError } = require('crypto/webcrypto/errors');
const { runBytes } = require('crypto/webcrypto/jobs');
const { internals } = require('crypto/keys');

const native = binding('crypto_dh');

/**
 * @param {{public: CryptoKey}} algorithm
 * @param {{handle: object, algorithm: object}} key the internals of one's own
 * @param {number | null} length in bits; null for all there are
 * @returns {Promise<ArrayBuffer>}
 */
async function agreement(algorithm, key, length) {
  const peer = internals(algorithm.public);
  if (peer.algorithm.name !== key.algorithm.name) throw invalidAccess('key algorithm mismatch');
  if (peer.algorithm.namedCurve !== key.algorithm.namedCurve) throw invalidAccess('Named curve mismatch');
  const { name, namedCurve } = key.algorithm;
  const isQuick = name === 'X25519' || namedCurve === 'P-256';
  const secret = await runBytes(native, 'agree', isQuick ? 0 : Infinity, key.handle, peer.handle);
  if (length === null) return secret;
  const size = Math.ceil(length / 8);
  if (size > secret.byteLength) throw operationError('derived bit length is too small');
  const cut = secret.slice(0, size);
  if (length % 8 !== 0) new Uint8Array(cut)[size - 1] &= 0xff << (8 - (length % 8));
  return cut;
}

/** For supports(): whether the keys of the algorithm agree on as many bits. */
function checkAgreementLength(bitsOf, algorithm, length) {
  if (length !== null && length > bitsOf(internals(algorithm.public).algorithm))
    throw operationError('derived bit length is too small');
}

module.exports = { agreement, checkAgreementLength };
