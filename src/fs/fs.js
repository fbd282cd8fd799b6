// node:fs. This file gathers; the work is done in the other files of the room.
'use strict';

const { constants } = require('fs/constants');
const descriptors = require('fs/descriptors');
const names = require('fs/names');
const contents = require('fs/contents');
const { Dirent, readdir, readdirSync } = require('fs/dirent');
const { Dir, opendir, opendirSync } = require('fs/dir');
const { rm, rmSync, rmdir, rmdirSync } = require('fs/remove');
const { Stats } = require('fs/stats');
const { toUnixTimestamp } = require('fs/arguments');

/** A function whose file is loaded when it is first called; keeps name and length. */
function lazyFunction(id, name, length) {
  const forward = {
    [name](...args) {
      return require(id)[name].apply(this, args);
    },
  }[name];
  Object.defineProperty(forward, 'length', { __proto__: null, value: length, configurable: true });
  return forward;
}

/** Stats is a class for what stat gives, not one to be made by programs. */
const DeprecatedStats = function deprecated(...args) {
  if (!warnedStats) {
    warnedStats = true;
    process.emitWarning('fs.Stats constructor is deprecated.', 'DeprecationWarning', 'DEP0180');
  }
  if (new.target) return Reflect.construct(Stats, args, new.target);
  return Reflect.apply(Stats, this, args);
};
let warnedStats = false;
Object.setPrototypeOf(DeprecatedStats, Stats);
DeprecatedStats.prototype = Stats.prototype;
Object.defineProperty(DeprecatedStats, 'length', { __proto__: null, value: Stats.length, configurable: true });

const fs = module.exports;

Object.assign(fs, {
  appendFile: contents.appendFile,
  appendFileSync: contents.appendFileSync,
  access: names.access,
  accessSync: names.accessSync,
  chown: names.chown,
  chownSync: names.chownSync,
  chmod: names.chmod,
  chmodSync: names.chmodSync,
  close: descriptors.close,
  closeSync: descriptors.closeSync,
  copyFile: names.copyFile,
  copyFileSync: names.copyFileSync,
  cp: lazyFunction('fs/copy', 'cp', 4),
  cpSync: lazyFunction('fs/copy', 'cpSync', 3),
  createReadStream: lazyFunction('fs/streams', 'createReadStream', 2),
  createWriteStream: lazyFunction('fs/streams', 'createWriteStream', 2),
  exists: names.exists,
  existsSync: names.existsSync,
  fchown: descriptors.fchown,
  fchownSync: descriptors.fchownSync,
  fchmod: descriptors.fchmod,
  fchmodSync: descriptors.fchmodSync,
  fdatasync: descriptors.fdatasync,
  fdatasyncSync: descriptors.fdatasyncSync,
  fstat: descriptors.fstat,
  fstatSync: descriptors.fstatSync,
  fsync: descriptors.fsync,
  fsyncSync: descriptors.fsyncSync,
  ftruncate: descriptors.ftruncate,
  ftruncateSync: descriptors.ftruncateSync,
  futimes: descriptors.futimes,
  futimesSync: descriptors.futimesSync,
  glob: lazyFunction('fs/glob', 'glob', 3),
  globSync: lazyFunction('fs/glob', 'globSync', 2),
  lchown: names.lchown,
  lchownSync: names.lchownSync,
  lchmod: undefined, // macOS only
  lchmodSync: undefined,
  link: names.link,
  linkSync: names.linkSync,
  lstat: names.lstat,
  lstatSync: names.lstatSync,
  lutimes: names.lutimes,
  lutimesSync: names.lutimesSync,
  mkdir: names.mkdir,
  mkdirSync: names.mkdirSync,
  mkdtemp: names.mkdtemp,
  mkdtempSync: names.mkdtempSync,
  mkdtempDisposableSync: names.mkdtempDisposableSync,
  open: descriptors.open,
  openSync: descriptors.openSync,
  openAsBlob: lazyFunction('fs/blob', 'openAsBlob', 1),
  readdir,
  readdirSync,
  read: descriptors.read,
  readSync: descriptors.readSync,
  readv: descriptors.readv,
  readvSync: descriptors.readvSync,
  readFile: contents.readFile,
  readFileSync: contents.readFileSync,
  readlink: names.readlink,
  readlinkSync: names.readlinkSync,
  realpath: names.realpath,
  realpathSync: names.realpathSync,
  rename: names.rename,
  renameSync: names.renameSync,
  rm,
  rmSync,
  rmdir,
  rmdirSync,
  stat: names.stat,
  statfs: names.statfs,
  statSync: names.statSync,
  statfsSync: names.statfsSync,
  symlink: names.symlink,
  symlinkSync: names.symlinkSync,
  truncate: names.truncate,
  truncateSync: names.truncateSync,
  unwatchFile: lazyFunction('fs/watch_file', 'unwatchFile', 2),
  unlink: names.unlink,
  unlinkSync: names.unlinkSync,
  utimes: names.utimes,
  utimesSync: names.utimesSync,
  watch: lazyFunction('fs/watch', 'watch', 3),
  watchFile: lazyFunction('fs/watch_file', 'watchFile', 3),
  writeFile: contents.writeFile,
  writeFileSync: contents.writeFileSync,
  write: descriptors.write,
  writeSync: descriptors.writeSync,
  writev: descriptors.writev,
  writevSync: descriptors.writevSync,
  Dirent,
  Stats: DeprecatedStats,
});

function defineLazyClass(name, key = name) {
  let value;
  Object.defineProperty(fs, name, {
    __proto__: null,
    get() {
      return (value ??= require('fs/streams')[key]);
    },
    set(replacement) {
      value = replacement;
    },
    enumerable: true,
    configurable: true,
  });
}

defineLazyClass('ReadStream');
defineLazyClass('WriteStream');
defineLazyClass('FileReadStream', 'ReadStream');
defineLazyClass('FileWriteStream', 'WriteStream');

Object.defineProperty(fs, 'Utf8Stream', {
  __proto__: null,
  get() {
    return require('fs/utf8_stream').Utf8Stream;
  },
  enumerable: true,
  configurable: true,
});

Object.assign(fs, { _toUnixTimestamp: toUnixTimestamp, Dir, opendir, opendirSync });

for (const name of ['F_OK', 'R_OK', 'W_OK', 'X_OK']) {
  Object.defineProperty(fs, name, {
    __proto__: null,
    get: () => constants[name],
    enumerable: false,
    configurable: true,
  });
}

Object.defineProperties(fs, {
  constants: { __proto__: null, configurable: false, enumerable: true, value: constants },
  promises: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return require('fs/promises');
    },
  },
});
