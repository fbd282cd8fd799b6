// node:fs/promises
'use strict';

const { codes } = require('errors/errors');
const { validateBoolean, validateInteger } = require('errors/validators');
const { constants } = require('fs/constants');
const {
  checkAborted,
  checkData,
  decodeName,
  getFlags,
  getMode,
  getOptions,
  getPath,
  getShortMode,
  toUnixTimestamp,
  needsBytes,
  rethrow,
} = require('fs/arguments');
const { isText, toData } = require('fs/contents');
const { readdirPromise } = require('fs/dirent');
const { FileHandle, isIterable, open, readWhole, writeWhole } = require('fs/file_handle');
const { checkIds, checkSymlinkType, mkdirOptions, tempPrefix } = require('fs/names');
const { rmPromise, rmdirPromise } = require('fs/remove');
const { toStatFs, toStats } = require('fs/stats');

const native = binding('fs');

const EMPTY = Object.freeze({ __proto__: null });

async function access(path, mode = 0) {
  await native.accessPromise(getPath(path), getShortMode(mode)).catch(rethrow);
}

async function copyFile(src, dest, mode) {
  await native.copyFilePromise(getPath(src, 'src'), getPath(dest, 'dest'), getShortMode(mode)).catch(rethrow);
}

async function cp(src, dest, options) {
  return require('fs/copy').cpPromise(src, dest, options);
}

function glob(pattern, options) {
  return require('fs/glob').globPromise(pattern, options);
}

async function opendir(path, options) {
  const { Dir } = require('fs/dir');
  path = getPath(path);
  options = getOptions(options, { __proto__: null, encoding: 'utf8' });
  return new Dir(await native.opendirPromise(path).catch(rethrow), path, options);
}
// Node's comes from the callback function.
Object.defineProperty(opendir, 'length', { __proto__: null, value: 3, configurable: true });

async function rename(oldPath, newPath) {
  await native.renamePromise(getPath(oldPath, 'oldPath'), getPath(newPath, 'newPath')).catch(rethrow);
}

async function truncate(path, len = 0) {
  path = getPath(path);
  validateInteger(len, 'len');
  await native.truncatePromise(path, Math.max(0, len)).catch(rethrow);
}

async function rm(path, options) {
  await rmPromise(path, options);
}

async function rmdir(path, options) {
  await rmdirPromise(path, options);
}

async function mkdir(path, options) {
  const { mode, recursive } = mkdirOptions(options);
  path = getPath(path);
  if (recursive) return native.mkdirAllPromise(path, mode).catch(rethrow);
  await native.mkdirPromise(path, mode).catch(rethrow);
}

async function readdir(path, options) {
  return readdirPromise(path, options);
}

/** A native function that gives a name, decoded as was asked for. */
async function nameOf(fn, path, { encoding }) {
  if (!needsBytes(encoding)) return fn(path, false).catch(rethrow);
  return decodeName(await fn(path, true).catch(rethrow), encoding);
}

async function readlink(path, options) {
  options = getOptions(options, EMPTY);
  return nameOf(native.readlinkPromise, getPath(path), options);
}

async function symlink(target, path, type) {
  checkSymlinkType(type);
  await native.symlinkPromise(getPath(target, 'target'), getPath(path)).catch(rethrow);
}

async function lstat(path, options = { bigint: false }) {
  return toStats(await native.lstatPromise(getPath(path), Boolean(options?.bigint)).catch(rethrow));
}

async function stat(path, options = { bigint: false, throwIfNoEntry: true }) {
  try {
    return toStats(await native.statPromise(getPath(path), Boolean(options?.bigint)).catch(rethrow));
  } catch (error) {
    if (options?.throwIfNoEntry === false && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function statfs(path, options = { bigint: false }) {
  return toStatFs(await native.statfsPromise(getPath(path), Boolean(options?.bigint)).catch(rethrow));
}

async function link(existingPath, newPath) {
  await native.linkPromise(getPath(existingPath, 'existingPath'), getPath(newPath, 'newPath')).catch(rethrow);
}

async function unlink(path) {
  await native.unlinkPromise(getPath(path)).catch(rethrow);
}

async function chmod(path, mode) {
  await native.chmodPromise(getPath(path), getMode(mode, 'mode')).catch(rethrow);
}

async function lchmod(path, mode) {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('lchmod()'); // macOS only
}

async function lchown(path, uid, gid) {
  path = getPath(path);
  checkIds(uid, gid);
  await native.lchownPromise(path, uid, gid).catch(rethrow);
}

async function chown(path, uid, gid) {
  path = getPath(path);
  checkIds(uid, gid);
  await native.chownPromise(path, uid, gid).catch(rethrow);
}

async function utimes(path, atime, mtime) {
  await native.utimesPromise(getPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime)).catch(rethrow);
}

async function lutimes(path, atime, mtime) {
  await native.lutimesPromise(getPath(path), toUnixTimestamp(atime), toUnixTimestamp(mtime)).catch(rethrow);
}

async function realpath(path, options) {
  options = getOptions(options, EMPTY);
  return nameOf(native.realpathPromise, getPath(path), options);
}

async function mkdtemp(prefix, options) {
  options = getOptions(options, EMPTY);
  return nameOf(native.mkdtempPromise, tempPrefix(prefix), options);
}

async function mkdtempDisposable(prefix, options) {
  const path = await mkdtemp(prefix, options);
  const full = require('path/path').resolve(path); // the working directory may change
  const remove = async () => {
    await rmPromise(full, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 });
  };
  return {
    __proto__: null,
    path,
    remove,
    async [Symbol.asyncDispose]() {
      await remove();
    },
  };
}

async function readFile(path, options) {
  options = getOptions(options, { __proto__: null, flag: 'r' });
  if (path instanceof FileHandle) return path.readFile(options);
  const { encoding, signal } = options;
  checkAborted(signal);
  path = getPath(path);
  const flags = getFlags(options.flag || 'r');
  if (signal === undefined || signal === null) {
    if (isText(encoding)) return native.readTextFilePromise(path, flags).catch(rethrow);
    const bytes = await native.readFilePromise(path, flags).catch(rethrow);
    return !encoding || encoding === 'buffer' ? bytes : bytes.toString(encoding);
  }
  const fd = await native.openPromise(path, flags, 0o666).catch(rethrow);
  try {
    return await readWhole(fd, options);
  } finally {
    await native.closePromise(fd).catch(rethrow);
  }
}

async function writeFile(path, data, options) {
  options = getOptions(options, { __proto__: null, encoding: 'utf8', mode: 0o666, flag: 'w', flush: false });
  const { encoding, signal } = options;
  const flush = options.flush ?? false;
  validateBoolean(flush, 'options.flush');
  const iterable = isIterable(data);
  if (!iterable) checkData(data);
  if (path instanceof FileHandle) return path.writeFile(data, options);
  checkAborted(signal);
  path = getPath(path);
  const flags = getFlags(options.flag || 'w');
  const mode = getMode(options.mode, 'mode', 0o666);
  if (!iterable && (signal === undefined || signal === null)) {
    data = toData(data, encoding);
    if (typeof data === 'string') await native.writeTextFilePromise(path, data, flags, mode, flush).catch(rethrow);
    else await native.writeFilePromise(path, data, flags, mode, flush).catch(rethrow);
    return;
  }
  const fd = await native.openPromise(path, flags, mode).catch(rethrow);
  try {
    await writeWhole(fd, data, { encoding, signal, flush });
  } finally {
    await native.closePromise(fd).catch(rethrow);
  }
}

async function appendFile(path, data, options) {
  options = { ...getOptions(options, { __proto__: null, encoding: 'utf8', mode: 0o666, flag: 'a', flush: false }) };
  options.flag ||= 'a';
  return writeFile(path, data, options);
}

async function* _watch(filename, options = EMPTY) {
  yield* require('fs/watch').watchPromise(filename, options);
}

module.exports = {
  access,
  copyFile,
  cp,
  glob,
  open,
  opendir,
  rename,
  truncate,
  rm,
  rmdir,
  mkdir,
  readdir,
  readlink,
  symlink,
  lstat,
  stat,
  statfs,
  link,
  unlink,
  chmod,
  lchmod,
  lchown,
  chown,
  utimes,
  lutimes,
  realpath,
  mkdtemp,
  mkdtempDisposable,
  writeFile,
  appendFile,
  readFile,
  watch: _watch,
  constants,
};
