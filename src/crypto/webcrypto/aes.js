// AES in its modes, and ChaCha20-Poly1305, which Web Crypto treats alike.
'use strict';

const { dataError } = require('crypto/webcrypto/errors');
const { copyOf, hold, run, runBytes } = require('crypto/webcrypto/jobs');
const checks = require('crypto/webcrypto/checks');
const { makeCryptoKey } = require('crypto/keys');

const keys = binding('crypto_keys');
const ciphers = binding('crypto_cipher');
const keygen = binding('crypto_keygen');
const native = binding('webcrypto');

const CHACHA = 'ChaCha20-Poly1305';

/** "AES-GCM" -> what stands in an OpenSSL name and in a JWK's "alg". */
const MODES = {
  __proto__: null,
  'AES-CBC': ['CBC', 'CBC'],
  'AES-CTR': ['CTR', 'CTR'],
  'AES-GCM': ['GCM', 'GCM'],
  'AES-KW': ['WRAP', 'KW'],
  'AES-OCB': ['OCB', 'OCB'],
};

const cipherName = (name, bits) => (name === CHACHA ? CHACHA : `AES-${bits}-${MODES[name][0]}`);
const jwkAlg = (name, bits) => (name === CHACHA ? 'C20P' : `A${bits}${MODES[name][1]}`);
const usagesOf = (name) =>
  name === 'AES-KW' ? ['wrapKey', 'unwrapKey'] : ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'];
/** The newer algorithms have no 'raw', which says nothing of what is raw. */
const hasRaw = (name) => name !== CHACHA && name !== 'AES-OCB';
const shown = (name, bits) => (name === CHACHA ? { name } : { name, length: bits });

async function generateKey({ name, length = 256 }, extractable, usages) {
  checks.checkUsages(usages, usagesOf(name), name);
  checks.checkNotEmpty(usages);
  const handle = await run(keygen, 'secret', 0, length / 8);
  return makeCryptoKey(handle, shown(name, length), checks.pickUsages(usages, usagesOf(name)), extractable);
}

function importKey({ name }, format, data, extractable, usages) {
  const isBytes = format === 'raw-secret' || (format === 'raw' && hasRaw(name));
  if (!isBytes && format !== 'jwk' && format !== checks.kHandle) throw checks.cannotImport(name, format);
  checks.checkUsages(usages, usagesOf(name), name);
  let handle;
  if (format === checks.kHandle) {
    handle = data;
  } else if (isBytes) {
    handle = keys.secretKey(data);
  } else {
    checks.checkKty(data, 'oct');
    checks.checkJwk(data, { extractable, usages, use: 'enc' });
    if (data.k === undefined) throw dataError();
    handle = require('crypto/webcrypto/secrets').fromJwk(data);
  }
  const bits = handle.kind() === checks.SECRET ? handle.size() * 8 : 0;
  if (bits !== 256 && (name === CHACHA || (bits !== 128 && bits !== 192))) throw dataError('Invalid key length');
  if (format === 'jwk') checks.checkAlg(data, jwkAlg(name, bits));
  return makeCryptoKey(handle, shown(name, bits), checks.pickUsages(usages, usagesOf(name)), extractable);
}

function exportKey(format, { handle, algorithm: { name } }) {
  if (format === 'jwk') return { alg: jwkAlg(name, handle.size() * 8), ...require('crypto/jwk').exportJwk(handle) };
  if (format === 'raw-secret' || (format === 'raw' && hasRaw(name))) return handle.bytes().buffer;
  return undefined;
}

function crypt(encrypts, algorithm, { handle, algorithm: { name, length } }, data) {
  const cipher = cipherName(name, length);
  const size = data.byteLength;
  switch (name) {
    case 'AES-CTR':
      return runBytes(native, 'ctr', size, cipher, handle, copyOf(algorithm.counter), algorithm.length, hold(data));
    case 'AES-CBC':
      return runBytes(
        ciphers,
        'message',
        size,
        encrypts,
        cipher,
        handle,
        copyOf(algorithm.iv),
        hold(data),
        undefined,
        0,
      );
    case 'AES-KW':
      return runBytes(ciphers, 'message', size, encrypts, cipher, handle, KW_IV, hold(data), undefined, 0);
    default: {
      const { iv, additionalData, tagLength = 128 } = algorithm;
      const aad = additionalData === undefined ? undefined : copyOf(additionalData);
      const tag = tagLength / 8;
      return runBytes(ciphers, 'message', size, encrypts, cipher, handle, copyOf(iv), hold(data), aad, tag);
    }
  }
}

/** The initial value of RFC 3394, 2.2.3.1. */
const KW_IV = new Uint8Array(8).fill(0xa6);

const encrypt = (algorithm, key, data) => crypt(true, algorithm, key, data);
const decrypt = (algorithm, key, data) => crypt(false, algorithm, key, data);

const getKeyLength = ({ length = 256 }) => length;

module.exports = {
  decrypt,
  encrypt,
  exportKey,
  generateKey,
  getKeyLength,
  importKey,
  unwrapKey: decrypt,
  wrapKey: encrypt,
};
