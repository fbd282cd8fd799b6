// Keys as nothing but their bytes: formats 'raw-public', 'raw-private' and 'raw-seed', of the kinds that have such.
'use strict';

const { codes } = require('errors/errors');
const { validateOneOf, validateString } = require('errors/validators');

const native = binding('crypto_jwk');
const { ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS, ERR_INVALID_ARG_VALUE } = codes;

const PUBLIC = 1;
const PRIVATE = 2;

const OKP = /^(ed25519|ed448|x25519|x448)$/;
const SEEDED = /^ml-(dsa-(44|65|87)|kem-(512|768|1024))$/;
const SLH_DSA = /^slh-dsa-(sha2|shake)-(128|192|256)[fs]$/;
const OTHERS = ['rsa', 'rsa-pss', 'dsa', 'dh'];

/** Which kinds have a format. */
const HAS = {
  __proto__: null,
  'raw-public': (type) => type === 'ec' || OKP.test(type) || SEEDED.test(type) || SLH_DSA.test(type),
  'raw-private': (type) => type === 'ec' || OKP.test(type) || SLH_DSA.test(type),
  'raw-seed': (type) => SEEDED.test(type),
};

const isRaw = (format) => HAS[format] !== undefined;

function checkKind(format, type) {
  if (HAS[format](type)) return;
  throw ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS.fromMessage('The selected key encoding is incompatible with the key type');
}

/** @param {{format: string, type?: string}} encoding @param {string} name of the options, for errors */
function checkRawEncoding({ format, type, cipher, passphrase }, keyType, name) {
  if (cipher != null || passphrase !== undefined)
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS(format, 'does not support encryption');
  if (keyType !== undefined) checkKind(format, keyType);
  if (format === 'raw-public' && keyType === 'ec' && type !== undefined)
    validateOneOf(type, `${name}.type`, ['compressed', 'uncompressed']);
}

/** @returns {Buffer} */
function exportRaw(handle, { format, type }) {
  const keyType = handle.type();
  checkKind(format, keyType);
  if (format === 'raw-public' && keyType === 'ec') return native.ecPoint(handle, type === 'compressed');
  const { public: publicBytes, private: privateBytes, seed, d } = native.parts(handle);
  if (format === 'raw-public') return publicBytes;
  if (format === 'raw-private') return keyType === 'ec' ? d : privateBytes;
  if (seed === undefined) throw new codes.ERR_CRYPTO_OPERATION_FAILED('key does not have an available seed');
  return seed;
}

/** @param {{format: string, key, asymmetricKeyType: string, namedCurve?: string}} options @returns {object} a native key */
function importRaw(options) {
  const { format, key, asymmetricKeyType, namedCurve } = options;
  if (!ArrayBuffer.isView(key) && !require('util/types').isAnyArrayBuffer(key))
    throw new codes.ERR_INVALID_ARG_TYPE('key.key', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], key);
  validateString(asymmetricKeyType, 'key.asymmetricKeyType');
  if (!HAS['raw-public'](asymmetricKeyType) && !OTHERS.includes(asymmetricKeyType))
    throw ERR_INVALID_ARG_VALUE.fromMessage(`Invalid asymmetricKeyType: ${asymmetricKeyType}`);
  checkKind(format, asymmetricKeyType);
  const handle = read(format, asymmetricKeyType, key, namedCurve);
  if (handle === undefined) throw ERR_INVALID_ARG_VALUE.fromMessage('Invalid key data');
  return handle;
}

function read(format, type, bytes, namedCurve) {
  if (type === 'ec') {
    validateString(namedCurve, 'key.namedCurve');
    if (!native.isCurve(namedCurve)) throw new codes.ERR_CRYPTO_INVALID_CURVE();
    return format === 'raw-public' ? native.ecPublicKey(namedCurve, bytes) : native.ecPrivateKey(namedCurve, bytes);
  }
  const isPublic = format === 'raw-public';
  return native.rawKey(type.toUpperCase(), isPublic ? PUBLIC : PRIVATE, bytes, format === 'raw-seed');
}

module.exports = { checkRawEncoding, exportRaw, importRaw, isRaw };
