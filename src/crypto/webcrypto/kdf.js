// Keys and bits derived from secrets: HKDF, PBKDF2, Argon2.
'use strict';

const { codes } = require('errors/errors');
const { operationError, operationFailed, syntaxError } = require('crypto/webcrypto/errors');
const { copyOf, runBytes } = require('crypto/webcrypto/jobs');
const checks = require('crypto/webcrypto/checks');
const { DIGEST_SIZES, digestName } = require('crypto/webcrypto/digest');
const { makeCryptoKey } = require('crypto/keys');

const native = binding('crypto_kdf');

const USAGES = ['deriveKey', 'deriveBits'];

function importKey({ name }, format, data, extractable, usages) {
  const isBytes = format === 'raw-secret' || (format === 'raw' && !name.startsWith('Argon2'));
  if (!isBytes && format !== checks.kHandle) throw checks.cannotImport(name, format);
  checks.checkUsages(usages, USAGES, `a ${name}`);
  if (extractable) throw syntaxError(`${name} keys are not extractable`);
  const handle = isBytes ? binding('crypto_keys').secretKey(data) : data;
  if (handle.kind() !== checks.SECRET) throw require('crypto/webcrypto/errors').dataError('Invalid key type');
  return makeCryptoKey(handle, { name }, checks.pickUsages(usages, USAGES), false);
}

/** @throws {DOMException} OperationError for lengths that the algorithm has not */
function checkLength(algorithm, length) {
  if (length === null) throw operationError('length cannot be null');
  if (length % 8 !== 0) throw operationError('length must be a multiple of 8');
  if (algorithm.name.startsWith('Argon2') && length < 32) throw operationError('length must be >= 32');
}

async function deriveBits(algorithm, { handle }, length) {
  checkLength(algorithm, length);
  const size = length / 8;
  if (size === 0) return new ArrayBuffer(0);
  const { name, hash, salt, info } = algorithm;
  switch (name) {
    case 'HKDF':
      if (size > 255 * DIGEST_SIZES[hash.name]) throw operationFailed(new codes.ERR_CRYPTO_INVALID_KEYLEN());
      return runBytes(native, 'hkdf', size, digestName(hash.name), handle.bytes(), copyOf(salt), copyOf(info), size);
    case 'PBKDF2': {
      const digest = digestName(hash.name);
      const { iterations } = algorithm;
      return runBytes(native, 'pbkdf2', Infinity, handle.bytes(), copyOf(salt), iterations, size, digest);
    }
    default: {
      const { parallelism, memory, passes, nonce, secretValue, associatedData } = algorithm;
      return runBytes(
        native,
        'argon2',
        Infinity,
        name.toUpperCase(),
        handle.bytes(),
        copyOf(nonce),
        parallelism,
        size,
        memory,
        passes,
        secretValue && copyOf(secretValue),
        associatedData && copyOf(associatedData),
      );
    }
  }
}

const getKeyLength = () => null;

module.exports = { checkLength, deriveBits, getKeyLength, importKey };
