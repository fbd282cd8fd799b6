// openAsBlob: a Blob whose bytes are read from the file when they are wanted.
'use strict';

const { validateObject, validateString } = require('errors/validators');
const { getPath } = require('fs/arguments');

const EMPTY = Object.freeze({ __proto__: null });

/**
 * @param {string|Buffer|URL} path
 * @param {{type?: string}} [options]
 * @returns {Promise<Blob>}
 */
function openAsBlob(path, options = EMPTY) {
  validateObject(options, 'options');
  const { type = '' } = options;
  validateString(type, 'options.type');
  path = getPath(path);
  const { createFileBlob } = require('web/blob');
  if (createFileBlob === undefined) {
    const { codes } = require('errors/errors');
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED('fs.openAsBlob()');
  }
  return createFileBlob(path, type);
}

module.exports = { openAsBlob };
