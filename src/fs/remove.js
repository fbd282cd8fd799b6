// rm and rmdir.
'use strict';

const { codes } = require('errors/errors');
const { validateBoolean, validateInt32, validateObject, validateUint32 } = require('errors/validators');
const { getCallback, getPath, rethrow } = require('fs/arguments');

const native = binding('fs');

const DEFAULTS = Object.freeze({ __proto__: null, recursive: false, force: false, maxRetries: 0, retryDelay: 100 });

function removeOptions(options) {
  if (options === undefined) return DEFAULTS;
  validateObject(options, 'options');
  options = { ...DEFAULTS, ...options };
  validateBoolean(options.force, 'options.force');
  validateBoolean(options.recursive, 'options.recursive');
  validateInt32(options.retryDelay, 'options.retryDelay', 0);
  validateUint32(options.maxRetries, 'options.maxRetries');
  return options;
}

function isDirectoryError(path) {
  return new codes.ERR_FS_EISDIR({ code: 'EISDIR', message: 'is a directory', path, syscall: 'rm', errno: 21 });
}

function rm(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  path = getPath(path);
  const { force, recursive, maxRetries, retryDelay } = removeOptions(options);
  callback = getCallback(callback);
  native.rm(path, force, recursive, maxRetries, retryDelay, (error, outcome) => {
    if (error) callback(error);
    else if (outcome === 1) callback(isDirectoryError(path));
    else callback(null);
  });
}

function rmSync(path, options) {
  path = getPath(path);
  const { force, recursive, maxRetries, retryDelay } = removeOptions(options);
  if (native.rmSync(path, force, recursive, maxRetries, retryDelay) === 1) throw isDirectoryError(path);
}

async function rmPromise(path, options) {
  path = getPath(path);
  const { force, recursive, maxRetries, retryDelay } = removeOptions(options);
  if ((await native.rmPromise(path, force, recursive, maxRetries, retryDelay).catch(rethrow)) === 1)
    throw isDirectoryError(path);
}

let warnedRecursive = false;

/** rmdir's options; warns when `recursive` is used, which is on its way out. */
function rmdirOptions(options) {
  if (options === undefined) return { recursive: false, maxRetries: 0, retryDelay: 100 };
  validateObject(options, 'options');
  const { recursive = false, maxRetries = 0, retryDelay = 100 } = options;
  validateBoolean(recursive, 'options.recursive');
  validateInt32(retryDelay, 'options.retryDelay', 0);
  validateUint32(maxRetries, 'options.maxRetries');
  if (recursive && !warnedRecursive) {
    warnedRecursive = true;
    process.emitWarning(
      'In future versions of Node.js, fs.rmdir(path, { recursive: true }) will be removed. ' +
        'Use fs.rm(path, { recursive: true }) instead',
      'DeprecationWarning',
      'DEP0147',
    );
  }
  return { recursive, maxRetries, retryDelay };
}

/** Only a directory may be removed this way; anything else is left to rmdir(2), which says ENOTDIR. */
const isDirectory = (path) => require('fs/names').lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function rmdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = getCallback(callback);
  path = getPath(path);
  const { recursive, maxRetries, retryDelay } = rmdirOptions(options);
  if (!recursive || !isDirectory(path)) native.rmdir(path, callback);
  else native.rm(path, false, true, maxRetries, retryDelay, (error) => callback(error));
}

function rmdirSync(path, options) {
  path = getPath(path);
  const { recursive, maxRetries, retryDelay } = rmdirOptions(options);
  if (!recursive || !isDirectory(path)) native.rmdirSync(path);
  else native.rmSync(path, false, true, maxRetries, retryDelay);
}

async function rmdirPromise(path, options) {
  path = getPath(path);
  const { recursive, maxRetries, retryDelay } = rmdirOptions(options);
  if (!recursive || !isDirectory(path)) await native.rmdirPromise(path).catch(rethrow);
  else await native.rmPromise(path, false, true, maxRetries, retryDelay).catch(rethrow);
}

module.exports = { rm, rmPromise, rmSync, rmdir, rmdirPromise, rmdirSync };
