// The classes that stat and statfs give.
'use strict';

const { constants } = require('fs/constants');
const { statInto, fstatInto } = binding('fs');

const { S_IFMT, S_IFREG, S_IFDIR, S_IFCHR, S_IFBLK, S_IFIFO, S_IFLNK, S_IFSOCK } = constants;

class StatsBase {
  isDirectory() {
    return this._checkModeProperty(S_IFDIR);
  }
  isFile() {
    return this._checkModeProperty(S_IFREG);
  }
  isBlockDevice() {
    return this._checkModeProperty(S_IFBLK);
  }
  isCharacterDevice() {
    return this._checkModeProperty(S_IFCHR);
  }
  isSymbolicLink() {
    return this._checkModeProperty(S_IFLNK);
  }
  isFIFO() {
    return this._checkModeProperty(S_IFIFO);
  }
  isSocket() {
    return this._checkModeProperty(S_IFSOCK);
  }
}

const dateFromMs = (ms) => new Date(Math.round(Number(ms)));

// A class would refuse to be called without `new`, which Node allows (and deprecates).
function Stats(dev, mode, nlink, uid, gid, rdev, blksize, ino, size, blocks, atimeMs, mtimeMs, ctimeMs, birthtimeMs) {
  this.dev = dev;
  this.mode = mode;
  this.nlink = nlink;
  this.uid = uid;
  this.gid = gid;
  this.rdev = rdev;
  this.blksize = blksize;
  this.ino = ino;
  this.size = size;
  this.blocks = blocks;
  this.atimeMs = atimeMs;
  this.mtimeMs = mtimeMs;
  this.ctimeMs = ctimeMs;
  this.birthtimeMs = birthtimeMs;
}
Object.setPrototypeOf(Stats.prototype, StatsBase.prototype);
Object.setPrototypeOf(Stats, StatsBase);

/** Dates are made when first read, and then are ordinary properties. */
function defineDate(prototype, name) {
  Object.defineProperty(prototype, name, {
    __proto__: null,
    enumerable: true,
    configurable: true,
    get() {
      return (this[name] = dateFromMs(this[`${name}Ms`]));
    },
    set(value) {
      Object.defineProperty(this, name, {
        __proto__: null,
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    },
  });
}

for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) defineDate(Stats.prototype, name);

Stats.prototype._checkModeProperty = function (property) {
  return (this.mode & S_IFMT) === property;
};

function BigIntStats(fields) {
  this.dev = fields[0];
  this.mode = fields[1];
  this.nlink = fields[2];
  this.uid = fields[3];
  this.gid = fields[4];
  this.rdev = fields[5];
  this.blksize = fields[6];
  this.ino = fields[7];
  this.size = fields[8];
  this.blocks = fields[9];
  this.atimeMs = fields[10] / 1_000_000n;
  this.mtimeMs = fields[11] / 1_000_000n;
  this.ctimeMs = fields[12] / 1_000_000n;
  this.birthtimeMs = fields[13] / 1_000_000n;
  this.atimeNs = fields[10];
  this.mtimeNs = fields[11];
  this.ctimeNs = fields[12];
  this.birthtimeNs = fields[13];
}
Object.setPrototypeOf(BigIntStats.prototype, StatsBase.prototype);
Object.setPrototypeOf(BigIntStats, StatsBase);
for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) defineDate(BigIntStats.prototype, name);
BigIntStats.prototype._checkModeProperty = function (property) {
  return (this.mode & BigInt(S_IFMT)) === BigInt(property);
};

/** Stats from the packed numbers of the native functions. */
function toStats(f) {
  if (f instanceof BigInt64Array) return new BigIntStats(f);
  return new Stats(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13]);
}

class StatFs {
  constructor(type, bsize, frsize, blocks, bfree, bavail, files, ffree) {
    this.type = type;
    this.bsize = bsize;
    this.frsize = frsize;
    this.blocks = blocks;
    this.bfree = bfree;
    this.bavail = bavail;
    this.files = files;
    this.ffree = ffree;
  }
}

function toStatFs(f) {
  return new StatFs(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]);
}

// The synchronous forms fill these again and again.
const numbers = new Float64Array(14);
const integers = new BigInt64Array(14);

/** @returns {Stats|BigIntStats|undefined} undefined when there is no such file and `mayMiss` is set */
function statPathSync(path, follow, bigint, mayMiss) {
  const target = bigint ? integers : numbers;
  return statInto(path, follow, target, bigint, mayMiss) ? toStats(target) : undefined;
}

function statFdSync(fd, bigint) {
  const target = bigint ? integers : numbers;
  fstatInto(fd, target, bigint);
  return toStats(target);
}

module.exports = { BigIntStats, Stats, StatFs, statFdSync, statPathSync, toStatFs, toStats };
