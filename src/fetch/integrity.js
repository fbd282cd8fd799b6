// Subresource Integrity (https://w3c.github.io/webappsec-subresource-integrity).
'use strict';

const STRENGTH = { __proto__: null, sha256: 1, sha384: 2, sha512: 3 };
const HASH = /(?:^|\s)(sha256|sha384|sha512)-([A-Za-z\d+/_-]+={0,2})(?:\?[!-~]*)?(?=\s|$)/gi;

/**
 * @param {Uint8Array} bytes
 * @param {string} metadata of a request
 * @returns {boolean} whether the bytes are those that are wanted
 */
function matchesIntegrity(bytes, metadata) {
  const wanted = [];
  for (const [, algorithm, value] of metadata.matchAll(HASH)) wanted.push([algorithm.toLowerCase(), value]);
  // Nothing that we understand: nothing to check, unless something was meant.
  if (wanted.length === 0) return !/\bsha(?:256|384|512)-/i.test(metadata);
  const strongest = Math.max(...wanted.map(([algorithm]) => STRENGTH[algorithm]));
  const { createHash } = require('crypto/crypto');
  return wanted.some(([algorithm, value]) => {
    if (STRENGTH[algorithm] !== strongest) return false;
    const digest = createHash(algorithm).update(bytes).digest('base64').replace(/=+$/, '');
    return digest === value.replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
  });
}

module.exports = { matchesIntegrity };
