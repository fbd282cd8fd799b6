// HMAC and KMAC.
'use strict';

const { dataError, notSupported } = require('crypto/webcrypto/errors');
const { copyOf, hold, run, runBytes, viewOf } = require('crypto/webcrypto/jobs');
const checks = require('crypto/webcrypto/checks');
const { digestName } = require('crypto/webcrypto/digest');
const { makeCryptoKey } = require('crypto/keys');

const keys = binding('crypto_keys');
const keygen = binding('crypto_keygen');
const native = binding('webcrypto');

const USAGES = ['sign', 'verify'];

/** The block sizes of the older digests, in bits: as long as a key is when nothing is said. */
const BLOCK_BITS = { __proto__: null, 'SHA-1': 512, 'SHA-256': 512, 'SHA-384': 1024, 'SHA-512': 1024 };

const JWK_HASHES = { __proto__: null, 'SHA-1': '1', 'SHA-256': '256', 'SHA-384': '384', 'SHA-512': '512' };

const isHmac = (name) => name === 'HMAC';

function jwkAlg({ name, hash }) {
  if (!isHmac(name)) return name.replace('KMAC', 'K');
  const suffix = JWK_HASHES[hash.name];
  return suffix === undefined ? undefined : `HS${suffix}`;
}

function getKeyLength({ name, hash, length }) {
  if (length !== undefined) return length;
  if (!isHmac(name)) return name === 'KMAC128' ? 128 : 256;
  const bits = BLOCK_BITS[hash.name];
  if (bits === undefined) throw notSupported('Explicit algorithm length member is required');
  return bits;
}

const shown = ({ name, hash }, length) => (isHmac(name) ? { name, length, hash } : { name, length });

/** A key of whole bytes with so many bits that count; the others are zeros. */
function cutTo(handle, bits) {
  if (bits % 8 === 0) return handle;
  const bytes = handle.bytes();
  bytes[bytes.length - 1] &= 0xff << (8 - (bits % 8));
  return keys.secretKey(bytes);
}

async function generateKey(algorithm, extractable, usages) {
  checks.checkUsages(usages, USAGES, algorithm.name);
  checks.checkNotEmpty(usages);
  const length = getKeyLength(algorithm);
  const handle = cutTo(await run(keygen, 'secret', 0, Math.ceil(length / 8)), length);
  return makeCryptoKey(handle, shown(algorithm, length), checks.pickUsages(usages, USAGES), extractable);
}

function importKey(algorithm, format, data, extractable, usages) {
  const { name } = algorithm;
  const isBytes = format === 'raw-secret' || (format === 'raw' && isHmac(name));
  if (!isBytes && format !== 'jwk' && format !== checks.kHandle) throw checks.cannotImport(name, format);
  checks.checkUsages(usages, USAGES, name);
  let handle;
  if (format === checks.kHandle) {
    handle = data;
  } else if (isBytes) {
    handle = keys.secretKey(data);
  } else {
    checks.checkKty(data, 'oct');
    checks.checkJwk(data, { extractable, usages, use: 'sig' });
    checks.checkAlg(data, jwkAlg(algorithm));
    if (data.k === undefined) throw dataError();
    handle = require('crypto/webcrypto/secrets').fromJwk(data);
  }
  if (handle.kind() !== checks.SECRET) throw dataError('Invalid key type');
  const size = handle.size() * 8;
  if (size === 0 && isHmac(name)) throw dataError('Zero-length key is not supported');
  const { length = size } = algorithm;
  if (length > size || length <= size - 8) {
    if (length !== size) throw dataError('Invalid key length');
  }
  const cut = cutTo(handle, length);
  return makeCryptoKey(cut, shown(algorithm, length), checks.pickUsages(usages, USAGES), extractable);
}

function exportKey(format, { handle, algorithm }) {
  if (format === 'jwk') {
    const alg = jwkAlg(algorithm);
    const jwk = require('crypto/jwk').exportJwk(handle);
    return alg === undefined ? jwk : { alg, ...jwk };
  }
  if (format === 'raw-secret' || (format === 'raw' && isHmac(algorithm.name))) return handle.bytes().buffer;
  return undefined;
}

function sign({ outputLength, customization }, { handle, algorithm: { name, hash, length } }, data) {
  const size = data.byteLength;
  if (isHmac(name)) return runBytes(native, 'hmac', size, digestName(hash.name), handle, hold(data));
  const strength = name === 'KMAC128' ? 128 : 256;
  const custom = customization === undefined ? undefined : copyOf(customization);
  return runBytes(native, 'kmac', size, strength, handle, length, hold(data), outputLength, custom);
}

async function verify(algorithm, key, signature, data) {
  const given = copyOf(signature);
  const expected = await sign(algorithm, key, data);
  return binding('crypto').timingSafeEqual(given, viewOf(expected));
}

module.exports = { exportKey, generateKey, getKeyLength, importKey, sign, verify };
