// Digests: SHA-1, SHA-2, SHA-3, and those of any length.
'use strict';

const { hold, runBytes } = require('crypto/webcrypto/jobs');

const native = binding('webcrypto');

/** What OpenSSL calls them. */
const NAMES = {
  __proto__: null,
  'SHA-1': 'SHA1',
  'SHA-256': 'SHA2-256',
  'SHA-384': 'SHA2-384',
  'SHA-512': 'SHA2-512',
  'SHA3-256': 'SHA3-256',
  'SHA3-384': 'SHA3-384',
  'SHA3-512': 'SHA3-512',
};

/** @returns {string} what OpenSSL calls a digest of Web Crypto's */
const digestName = (name) => NAMES[name];

/** In bytes. */
const DIGEST_SIZES = {
  __proto__: null,
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
  'SHA3-256': 32,
  'SHA3-384': 48,
  'SHA3-512': 64,
};

function digest(algorithm, data) {
  const { name, outputLength } = algorithm;
  const input = hold(data);
  if (outputLength === undefined) return runBytes(native, 'digest', data.byteLength, NAMES[name], input);
  const { functionName, customization, domainSeparation = 0x1f } = algorithm;
  const size = data.byteLength + outputLength / 8;
  return runBytes(native, 'xof', size, name, input, outputLength, functionName, customization, domainSeparation);
}

module.exports = { DIGEST_SIZES, digest, digestName };
