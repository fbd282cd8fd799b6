// The arguments of node:sqlite: checked as Node checks them, which is another way than elsewhere.
'use strict';

const { codes } = require('errors/errors');

/** `what`: 'a string', 'an object', ... */
function typeError(name, what) {
  return codes.ERR_INVALID_ARG_TYPE.fromMessage(`The "${name}" argument must be ${what}.`, TypeError);
}

function stringArgument(value, name) {
  if (typeof value !== 'string') throw typeError(name, 'a string');
  return value;
}

function booleanArgument(value, name) {
  if (typeof value !== 'boolean') throw typeError(name, 'a boolean');
  return value;
}

function functionArgument(value, name) {
  if (typeof value !== 'function') throw typeError(name, 'a function');
  return value;
}

function bytesArgument(value, name) {
  if (!(value instanceof Uint8Array)) throw typeError(name, 'a Uint8Array');
  return value;
}

function optionsObject(options) {
  if (typeof options !== 'object' || options === null) throw typeError('options', 'an object');
  return options;
}

const optional = (check) => (options, name) => {
  const value = options[name];
  return value === undefined ? undefined : check(value, `options.${name}`);
};

const PATH = 'a string, Uint8Array, or URL without null bytes';

/** The name of a database: a path, ':memory:', or a file: URL, which SQLite reads itself. */
function databasePath(path) {
  if (typeof path === 'string') {
    if (path.includes('\0')) throw typeError('path', PATH);
    return path;
  }
  if (path instanceof Uint8Array) {
    if (path.includes(0)) throw typeError('path', PATH);
    const { Buffer } = require('buffer/buffer');
    return Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString();
  }
  if (typeof path === 'object' && path !== null && typeof path.href === 'string') {
    const { href } = path;
    if (href.includes('\0')) throw typeError('path', PATH);
    if (!href.startsWith('file:'))
      throw codes.ERR_INVALID_URL_SCHEME.fromMessage('The URL must be of scheme file:', TypeError);
    return href;
  }
  throw typeError('path', PATH);
}

/**
 * Makes a class look like a native one of Node's: what it has is enumerable.
 * @param {Function} Class
 * @param {string[]} names
 */
function enumerable(Class, names) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { __proto__: null, enumerable: true });
}

module.exports = {
  booleanArgument,
  booleanOption: optional(booleanArgument),
  bytesArgument,
  databasePath,
  enumerable,
  functionArgument,
  functionOption: optional(functionArgument),
  optionsObject,
  stringArgument,
  stringOption: optional(stringArgument),
  typeError,
};
