// Names in the file system: the synchronous and the callback functions.
'use strict';

const { validateBoolean, validateInteger, validateOneOf } = require('errors/validators');
const {
  decodeName,
  getCallback,
  getMode,
  getOptions,
  getPath,
  getShortMode,
  toUnixTimestamp,
  needsBytes,
} = require('fs/arguments');
const { statPathSync, toStatFs, toStats } = require('fs/stats');
const { ID_MAX } = require('fs/descriptors');

const native = binding('fs');

const EMPTY = Object.freeze({ __proto__: null });

function access(path, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = 0;
  }
  path = getPath(path);
  mode = getShortMode(mode);
  native.access(path, mode, getCallback(callback));
}

function accessSync(path, mode) {
  native.accessSync(getPath(path), getShortMode(mode));
}

function exists(path, callback) {
  callback = getCallback(callback);
  try {
    path = getPath(path);
  } catch {
    callback(false);
    return;
  }
  native.exists(path, (error, found) => callback(found));
}

Object.defineProperty(exists, Symbol.for('nodejs.util.promisify.custom'), {
  __proto__: null,
  value: function exists(path) {
    return new Promise((resolve) => module.exports.exists(path, resolve));
  },
});

let warnedExists = false;

function existsSync(path) {
  try {
    path = getPath(path);
  } catch (error) {
    if (!warnedExists && error?.code === 'ERR_INVALID_ARG_TYPE') {
      warnedExists = true;
      process.emitWarning(
        'Passing invalid argument types to fs.existsSync is deprecated',
        'DeprecationWarning',
        'DEP0187',
      );
    }
    return false;
  }
  return native.existsSync(path);
}

function rename(oldPath, newPath, callback) {
  callback = getCallback(callback);
  native.rename(getPath(oldPath, 'oldPath'), getPath(newPath, 'newPath'), callback);
}

function renameSync(oldPath, newPath) {
  native.renameSync(getPath(oldPath, 'oldPath'), getPath(newPath, 'newPath'));
}

function unlink(path, callback) {
  callback = getCallback(callback);
  native.unlink(getPath(path), callback);
}

function unlinkSync(path) {
  native.unlinkSync(getPath(path));
}

function link(existingPath, newPath, callback) {
  callback = getCallback(callback);
  native.link(getPath(existingPath, 'existingPath'), getPath(newPath, 'newPath'), callback);
}

function linkSync(existingPath, newPath) {
  native.linkSync(getPath(existingPath, 'existingPath'), getPath(newPath, 'newPath'));
}

/** The type matters on Windows only, but is checked everywhere. */
function checkSymlinkType(type) {
  validateOneOf(type, 'type', ['dir', 'file', 'junction', null, undefined]);
}

function symlink(target, path, type, callback) {
  if (callback === undefined) {
    callback = getCallback(type);
    type = undefined;
  } else {
    checkSymlinkType(type);
  }
  native.symlink(getPath(target, 'target'), getPath(path), getCallback(callback));
}

function symlinkSync(target, path, type) {
  checkSymlinkType(type);
  native.symlinkSync(getPath(target, 'target'), getPath(path));
}

/** `fn(path, asBuffer, callback)` of the native module with a name as its result, decoded as the options say. */
function callForName(fn, path, options, callback) {
  const { encoding } = options;
  if (!needsBytes(encoding)) {
    fn(path, false, callback);
    return;
  }
  fn(path, true, (error, name) => {
    if (error) callback(error);
    else callback(null, decodeName(name, encoding));
  });
}

function nameSync(fn, path, { encoding }) {
  if (!needsBytes(encoding)) return fn(path, false);
  return decodeName(fn(path, true), encoding);
}

function readlink(path, options, callback) {
  callback = getCallback(typeof options === 'function' ? options : callback);
  options = getOptions(options, EMPTY);
  callForName(native.readlink, getPath(path), options, callback);
}

function readlinkSync(path, options) {
  options = getOptions(options, EMPTY);
  return nameSync(native.readlinkSync, getPath(path), options);
}

function realpathNative(path, options, callback) {
  callback = getCallback(callback || options);
  options = getOptions(options, EMPTY);
  callForName(native.realpath, getPath(path), options, callback);
}

function realpathNativeSync(path, options) {
  options = getOptions(options, EMPTY);
  return nameSync(native.realpathSync, getPath(path), options);
}

/** realpath(3) names itself in errors; fs.realpath is documented as a walk that names the lstat which failed. */
function asWalkError(error, path) {
  const { lstatSync } = module.exports;
  try {
    const { resolve, dirname } = require('path/path');
    let current = resolve(String(path));
    const parts = [];
    for (; dirname(current) !== current; current = dirname(current)) parts.push(current);
    while (parts.length > 0) lstatSync(parts.pop());
  } catch (better) {
    return better;
  }
  // Every part is there: a link that leads nowhere, or in a circle.
  try {
    require('fs/names').statSync(path);
  } catch (better) {
    return better;
  }
  return error;
}

function realpath(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = getCallback(callback);
  options = getOptions(options, EMPTY);
  path = getPath(path);
  callForName(native.realpath, path, options, (error, name) => {
    if (error) callback(asWalkError(error, path));
    else callback(null, name);
  });
}

function realpathSync(path, options) {
  options = getOptions(options, EMPTY);
  path = path === '' ? process.cwd() : getPath(path);
  try {
    return nameSync(native.realpathSync, path, options);
  } catch (error) {
    throw asWalkError(error, path);
  }
}

Object.defineProperty(realpathNative, 'name', { __proto__: null, value: '', configurable: true });
Object.defineProperty(realpathNativeSync, 'name', { __proto__: null, value: '', configurable: true });
realpath.native = realpathNative;
realpathSync.native = realpathNativeSync;

/** A function named `name` that asks `native[name]` for numbers and makes `convert` of them; `mayMiss`: throwIfNoEntry. */
function statFunction(name, convert, mayMiss) {
  const wrapper = {
    [name](path, options = { bigint: false }, callback) {
      if (typeof options === 'function') {
        callback = options;
        options = undefined;
      }
      callback = getCallback(callback);
      native[name](getPath(path), Boolean(options?.bigint), (error, fields) => {
        if (!error) callback(null, convert(fields));
        else if (mayMiss && options?.throwIfNoEntry === false && error.code === 'ENOENT') callback(null, undefined);
        else callback(error);
      });
    },
  };
  return wrapper[name];
}

const stat = statFunction('stat', toStats, true);
const lstat = statFunction('lstat', toStats, false);
const statfs = statFunction('statfs', toStatFs, false);

function statSync(path, options = { bigint: false, throwIfNoEntry: true }) {
  return statPathSync(getPath(path), true, Boolean(options?.bigint), options?.throwIfNoEntry === false);
}

function lstatSync(path, options = { bigint: false, throwIfNoEntry: true }) {
  return statPathSync(getPath(path), false, Boolean(options?.bigint), options?.throwIfNoEntry === false);
}

function statfsSync(path, options = { bigint: false }) {
  return toStatFs(native.statfsSync(getPath(path), Boolean(options?.bigint)));
}

function chmod(path, mode, callback) {
  path = getPath(path);
  mode = getMode(mode, 'mode');
  native.chmod(path, mode, getCallback(callback));
}

function chmodSync(path, mode) {
  native.chmodSync(getPath(path), getMode(mode, 'mode'));
}

function checkIds(uid, gid) {
  validateInteger(uid, 'uid', -1, ID_MAX);
  validateInteger(gid, 'gid', -1, ID_MAX);
}

/** chown or lchown, and its synchronous form. */
function ownerFunctions(name) {
  return {
    [name](path, uid, gid, callback) {
      callback = getCallback(callback);
      path = getPath(path);
      checkIds(uid, gid);
      native[name](path, uid, gid, callback);
    },
    [`${name}Sync`](path, uid, gid) {
      path = getPath(path);
      checkIds(uid, gid);
      native[`${name}Sync`](path, uid, gid);
    },
  };
}

/** utimes or lutimes, and its synchronous form. */
function timesFunctions(name) {
  return {
    [name](path, atime, mtime, callback) {
      callback = getCallback(callback);
      native[name](getPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime), callback);
    },
    [`${name}Sync`](path, atime, mtime) {
      native[`${name}Sync`](getPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime));
    },
  };
}

const { chown, chownSync } = ownerFunctions('chown');
const { lchown, lchownSync } = ownerFunctions('lchown');
const { utimes, utimesSync } = timesFunctions('utimes');
const { lutimes, lutimesSync } = timesFunctions('lutimes');

function truncate(path, len, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  } else if (len === undefined) {
    len = 0;
  }
  validateInteger(len, 'len');
  callback = getCallback(callback);
  native.truncate(getPath(path), Math.max(0, len), callback);
}

function truncateSync(path, len) {
  if (len === undefined) len = 0;
  path = getPath(path);
  validateInteger(len, 'len');
  native.truncateSync(path, Math.max(0, len));
}

function copyFile(src, dest, mode, callback) {
  if (typeof mode === 'function') {
    callback = mode;
    mode = 0;
  }
  src = getPath(src, 'src');
  dest = getPath(dest, 'dest');
  callback = getCallback(callback);
  native.copyFile(src, dest, getShortMode(mode), callback);
}

function copyFileSync(src, dest, mode) {
  native.copyFileSync(getPath(src, 'src'), getPath(dest, 'dest'), getShortMode(mode));
}

/** @returns {{mode: number, recursive: boolean}} */
function mkdirOptions(options) {
  if (typeof options === 'number' || typeof options === 'string')
    return { mode: getMode(options, 'mode'), recursive: false };
  if (options === undefined || options === null) return { mode: 0o777, recursive: false };
  const { recursive = false, mode } = options;
  validateBoolean(recursive, 'options.recursive');
  return { recursive, mode: mode === undefined ? 0o777 : getMode(mode, 'mode', 0o777) };
}

function mkdir(path, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  const { mode, recursive } = mkdirOptions(options);
  callback = getCallback(callback);
  path = getPath(path);
  if (recursive) native.mkdirAll(path, mode, callback);
  else native.mkdir(path, mode, callback);
}

function mkdirSync(path, options) {
  const { mode, recursive } = mkdirOptions(options);
  path = getPath(path);
  if (recursive) return native.mkdirAllSync(path, mode);
  native.mkdirSync(path, mode);
}

let warnedTemplate = false;

function tempPrefix(prefix) {
  prefix = getPath(prefix, 'prefix');
  const ends = typeof prefix === 'string' ? prefix.endsWith('X') : prefix.at(-1) === 88;
  if (ends && !warnedTemplate) {
    warnedTemplate = true;
    process.emitWarning(
      'mkdtemp() templates ending with X are not portable. For details see: https://nodejs.org/api/fs.html',
    );
  }
  return prefix;
}

function mkdtemp(prefix, options, callback) {
  callback = getCallback(typeof options === 'function' ? options : callback);
  options = getOptions(options, EMPTY);
  callForName(native.mkdtemp, tempPrefix(prefix), options, callback);
}

function mkdtempSync(prefix, options) {
  options = getOptions(options, EMPTY);
  return nameSync(native.mkdtempSync, tempPrefix(prefix), options);
}

function mkdtempDisposableSync(prefix, options) {
  options = getOptions(options, EMPTY);
  const path = mkdtempSync(prefix, options);
  // The working directory may have changed when the time comes.
  const full = require('path/path').resolve(path);
  const remove = () => {
    require('fs/remove').rmSync(full, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 });
  };
  return {
    path,
    remove,
    [Symbol.dispose]() {
      remove();
    },
  };
}

module.exports = {
  access,
  accessSync,
  chmod,
  chmodSync,
  chown,
  chownSync,
  copyFile,
  copyFileSync,
  exists,
  existsSync,
  lchown,
  lchownSync,
  link,
  linkSync,
  lstat,
  lstatSync,
  lutimes,
  lutimesSync,
  mkdir,
  mkdirSync,
  mkdtemp,
  mkdtempSync,
  mkdtempDisposableSync,
  readlink,
  readlinkSync,
  realpath,
  realpathSync,
  rename,
  renameSync,
  stat,
  statSync,
  statfs,
  statfsSync,
  symlink,
  symlinkSync,
  truncate,
  truncateSync,
  unlink,
  unlinkSync,
  utimes,
  utimesSync,
  checkIds,
  checkSymlinkType,
  mkdirOptions,
  tempPrefix,
};
