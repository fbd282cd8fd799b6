// Secret keys out of JWKs.
'use strict';

const { Buffer } = require('buffer/buffer');

/** @param {{k: string}} jwk */
const fromJwk = (jwk) => binding('crypto_keys').secretKey(Buffer.from(jwk.k, 'base64url'));

module.exports = { fromJwk };
