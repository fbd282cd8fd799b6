// What Web Crypto throws.
'use strict';

const { codes } = require('errors/errors');

function domException(message, name, cause) {
  const { DOMException } = require('web/dom_exception');
  return new DOMException(message, cause === undefined ? name : { name, cause });
}

const dataError = (message = 'Invalid keyData', cause = undefined) => domException(message, 'DataError', cause);
const operationError = (message, cause) => domException(message, 'OperationError', cause);
const notSupported = (message = 'Unrecognized algorithm name') => domException(message, 'NotSupportedError');
const syntaxError = (message) => domException(message, 'SyntaxError');
const invalidAccess = (message) => domException(message, 'InvalidAccessError');

/** Work that did not succeed, and why, as OpenSSL has it. */
const operationFailed = (cause) => operationError('The operation failed for an operation-specific reason', cause);

/** A TypeError of Web IDL with one of Node's codes. */
const typeError = (code, message) => codes[code].fromMessage(message, TypeError);

module.exports = {
  dataError,
  invalidAccess,
  notSupported,
  operationError,
  operationFailed,
  syntaxError,
  typeError,
};
