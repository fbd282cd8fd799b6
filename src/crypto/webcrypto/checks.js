// What importing, exporting and generating keys of every kind have in common.
'use strict';

const { dataError, notSupported, syntaxError } = require('crypto/webcrypto/errors');
const { USAGES } = require('crypto/webcrypto/webidl');

const SECRET = 0;
const PUBLIC = 1;
const PRIVATE = 2;

/** A KeyObject's native key, in the place of a format. */
const kHandle = Symbol('kHandle');

/**
 * @param {string[]} usages
 * @param {string[]} allowed
 * @param {string} what "AES-CBC", "a HKDF"
 * @throws {DOMException} SyntaxError
 */
function checkUsages(usages, allowed, what) {
  for (const usage of usages) if (!allowed.includes(usage)) throw syntaxError(`Unsupported key usage for ${what} key`);
}

/** The usages that are allowed, once each and in the order in which a key shows them. */
const pickUsages = (usages, allowed) => USAGES.filter((usage) => allowed.includes(usage) && usages.includes(usage));

function checkNotEmpty(usages) {
  if (usages.length === 0) throw syntaxError('Usages cannot be empty when creating a key.');
}

const cannotImport = (name, format) => notSupported(`Unable to import ${name} using ${format} format`);

/**
 * The members that every JWK may have.
 *
 * @param {object} jwk
 * @param {{extractable: boolean, usages: string[], use: 'sig' | 'enc'}} wanted
 * @throws {DOMException} DataError
 */
function checkJwk(jwk, { extractable, usages, use }) {
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw dataError('Invalid JWK "use" Parameter');
  checkKeyOps(jwk.key_ops, usages);
  if (jwk.ext === false && extractable) throw dataError('JWK "ext" Parameter and extractable mismatch');
}

function checkKeyOps(operations, usages) {
  if (operations === undefined) return;
  if (new Set(operations).size !== operations.length) throw dataError('Duplicate key operation');
  if (usages.some((usage) => !operations.includes(usage))) throw dataError('Key operations and usage mismatch');
}

function checkKty(jwk, kty) {
  if (jwk.kty === undefined) throw dataError();
  if (jwk.kty !== kty) throw dataError('Invalid JWK "kty" Parameter');
}

function checkAlg(jwk, alg) {
  if (jwk.alg !== undefined && alg !== undefined && jwk.alg !== alg)
    throw dataError('JWK "alg" does not match the requested algorithm');
}

/** Runs what reads bytes that may be anything. */
function reading(fn) {
  try {
    return fn();
  } catch (error) {
    const { DOMException } = require('web/dom_exception');
    throw error instanceof DOMException ? error : dataError('Invalid keyData', error);
  }
}

module.exports = {
  PRIVATE,
  PUBLIC,
  SECRET,
  cannotImport,
  checkAlg,
  checkJwk,
  checkKty,
  checkNotEmpty,
  checkUsages,
  kHandle,
  pickUsages,
  reading,
};
