// Key agreement: DiffieHellman, ECDH, diffieHellman(), encapsulate(). https://nodejs.org/api/crypto.html#class-diffiehellman
'use strict';

const { Buffer } = require('buffer/buffer');
const { bytesOrUndefined } = require('crypto/key_encoding');
const { privateKeyOf, publicKeyOf } = require('crypto/key_input');
const { codes } = require('errors/errors');
const { validateFunction, validateInt32, validateObject, validateString } = require('errors/validators');

const native = binding('crypto_dh');
const { ERR_CRYPTO_INCOMPATIBLE_KEY, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = codes;

const kNative = Symbol('kNative');

const BYTES = ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'];

/** As text in an encoding, or bytes. */
const shaped = (bytes, encoding) => (encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes);

function keyBytes(key, encoding, name = 'key') {
  const bytes = bytesOrUndefined(key, encoding);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE(name, ['string', ...BYTES], key);
  return bytes;
}

/** A generator as bytes, 2 when none is given. A number has to be an int32. */
function generatorBytes(generator, encoding) {
  if (!generator && typeof generator !== 'string') {
    if (typeof generator === 'boolean')
      throw new ERR_INVALID_ARG_TYPE('generator', ['number', 'string', ...BYTES], generator);
    return Buffer.from([2]);
  }
  if (typeof generator === 'string' && generator === '') return Buffer.from([2]);
  if (typeof generator === 'number') {
    validateInt32(generator, 'generator');
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(Math.max(generator, 0)); // what is negative is refused as 0 is
    return bytes;
  }
  const bytes = bytesOrUndefined(generator, encoding);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('generator', ['number', 'string', ...BYTES], generator);
  return bytes;
}

/** Only what stands for an encoding is one: the generator may come second. */
const isEncoding = (value) => typeof value === 'string' && (value === 'buffer' || Buffer.isEncoding(value));

function DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding) {
  if (!new.target) return new DiffieHellman(sizeOrKey, keyEncoding, generator, genEncoding);
  const isSize = typeof sizeOrKey === 'number';
  if (!isSize && bytesOrUndefined(sizeOrKey) === undefined)
    throw new ERR_INVALID_ARG_TYPE('sizeOrKey', ['number', 'string', ...BYTES], sizeOrKey);
  if (isSize) validateInt32(sizeOrKey, 'sizeOrKey');
  if (keyEncoding && !isEncoding(keyEncoding)) {
    genEncoding = generator;
    generator = keyEncoding;
    keyEncoding = undefined;
  }
  const g = generatorBytes(generator, genEncoding);
  if (isSize) {
    const number =
      g.length > 4 ? 2 : Buffer.from(g.buffer ?? g, g.byteOffset, g.byteLength).readUIntBE(0, g.length || 1);
    this[kNative] = native.dhOfSize(sizeOrKey, number | 0);
  } else {
    this[kNative] = native.dhOfPrime(bytesOrUndefined(sizeOrKey, keyEncoding), g);
  }
  showVerifyError(this);
}

function showVerifyError(self) {
  Object.defineProperty(self, 'verifyError', {
    __proto__: null,
    enumerable: true,
    value: self[kNative].verifyError(),
    writable: false,
  });
}

function DiffieHellmanGroup(name) {
  if (!new.target) return new DiffieHellmanGroup(name);
  if (typeof name !== 'string') {
    const error = new ERR_INVALID_ARG_TYPE('name', 'string', name);
    error.message = 'Group name must be a string';
    throw error;
  }
  this[kNative] = native.dhOfGroup(name);
  showVerifyError(this);
}

// Methods are shared by both; a group's keys cannot be set.
function generateKeys(encoding) {
  return shaped(this[kNative].generateKeys(), encoding);
}
function computeSecret(key, inEnc, outEnc) {
  return shaped(this[kNative].computeSecret(keyBytes(key, inEnc)), outEnc);
}
function getPrime(encoding) {
  return shaped(this[kNative].prime(), encoding);
}
function getGenerator(encoding) {
  return shaped(this[kNative].generator(), encoding);
}
function getPublicKey(encoding) {
  return shaped(this[kNative].publicKey(), encoding);
}
function getPrivateKey(encoding) {
  return shaped(this[kNative].privateKey(), encoding);
}
for (const Class of [DiffieHellman, DiffieHellmanGroup]) {
  Object.assign(Class.prototype, {
    generateKeys,
    computeSecret,
    getPrime,
    getGenerator,
    getPublicKey,
    getPrivateKey,
  });
}
Object.assign(DiffieHellman.prototype, {
  setPublicKey(key, encoding) {
    this[kNative].setPublicKey(keyBytes(key, encoding));
    return this;
  },
  setPrivateKey(key, encoding) {
    this[kNative].setPrivateKey(keyBytes(key, encoding));
    return this;
  },
});

const FORMS = { __proto__: null, compressed: 2, uncompressed: 4, hybrid: 6 };

function readForm(format) {
  if (!format) return FORMS.uncompressed;
  const form = FORMS[format];
  if (form === undefined) throw new codes.ERR_CRYPTO_ECDH_INVALID_FORMAT(format);
  return form;
}

function ECDH(curve) {
  if (!new.target) return new ECDH(curve);
  validateString(curve, 'curve');
  this[kNative] = new native.ECDH(curve);
}

Object.assign(ECDH.prototype, {
  computeSecret,
  setPrivateKey(key, encoding) {
    this[kNative].setPrivateKey(keyBytes(key, encoding));
    return this;
  },
  setPublicKey: require('util/deprecate').deprecate(
    function setPublicKey(key, encoding) {
      this[kNative].setPublicKey(keyBytes(key, encoding));
      return this;
    },
    'ecdh.setPublicKey() is deprecated.',
    'DEP0031',
  ),
  getPrivateKey,
  generateKeys(encoding, format) {
    this[kNative].generateKeys();
    return this.getPublicKey(encoding, format);
  },
  getPublicKey(encoding, format) {
    return shaped(this[kNative].publicKey(readForm(format)), encoding);
  },
});

/** A point in another form. */
ECDH.convertKey = function convertKey(key, curve, inEnc, outEnc, format) {
  const bytes = keyBytes(key, inEnc);
  validateString(curve, 'curve');
  return shaped(native.convertPoint(bytes, curve, readForm(format)), outEnc);
};

const AGREEING = new Set(['dh', 'ec', 'x448', 'x25519']);

/** @param {{privateKey, publicKey}} options */
function diffieHellman(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  const { privateKey, publicKey } = options;
  if (privateKey == null) throw new ERR_INVALID_ARG_VALUE('options.privateKey', privateKey);
  if (publicKey == null) throw new ERR_INVALID_ARG_VALUE('options.publicKey', publicKey);
  const peer = publicKeyOf(publicKey, 'options.publicKey');
  const own = privateKeyOf(privateKey, 'options.privateKey');
  const ownType = own.type();
  const peerType = peer.type();
  if (ownType !== peerType || !AGREEING.has(ownType))
    throw new ERR_CRYPTO_INCOMPATIBLE_KEY('key types for Diffie-Hellman', `${ownType} and ${peerType}`);
  if (callback === undefined) return native.agreeSync(own, peer);
  native.agree(own, peer, callback);
  return undefined;
}

/** What goes wrong on the thread pool is not told from other derivations there. */
const failed = () => new Error('Deriving bits failed');

/** @returns {{sharedKey: Buffer, ciphertext: Buffer}} */
function encapsulate(key, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  const handle = publicKeyOf(key, 'key');
  const pair = ([sharedKey, ciphertext]) => ({ sharedKey, ciphertext });
  if (callback === undefined) return pair(native.encapsulateSync(handle));
  native.encapsulate(handle, (error, both) => (error ? callback(failed()) : callback(null, pair(both))));
  return undefined;
}

/** @returns {Buffer} the shared key */
function decapsulate(key, ciphertext, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
  const handle = privateKeyOf(key, 'key');
  const bytes = keyBytes(ciphertext, undefined, 'ciphertext');
  if (callback === undefined) return native.decapsulateSync(handle, bytes);
  native.decapsulate(handle, bytes, (error, sharedKey) => (error ? callback(failed()) : callback(null, sharedKey)));
  return undefined;
}

module.exports = { DiffieHellman, DiffieHellmanGroup, ECDH, decapsulate, diffieHellman, encapsulate };
