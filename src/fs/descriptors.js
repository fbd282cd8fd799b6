// Open files by descriptor: the synchronous and the callback functions.
'use strict';

const { codes } = require('errors/errors');
const { kValidateObjectAllowNullable, validateInteger, validateObject } = require('errors/validators');
const {
  checkBuffer,
  checkBuffers,
  checkReadRange,
  checkWriteRange,
  getCallback,
  getFd,
  getFlags,
  getMode,
  getOffset,
  getPath,
  getPosition,
  toUnixTimestamp,
} = require('fs/arguments');
const { statFdSync, toStats } = require('fs/stats');

const native = binding('fs');

const ID_MAX = 2 ** 32 - 1;

/** What the promise of util.promisify(fn) is an object of. */
function setPromisifyNames(fn, names) {
  const { kCustomPromisifyArgs } = require('util/internal');
  Object.defineProperty(fn, kCustomPromisifyArgs, { __proto__: null, value: names, enumerable: false });
}

function open(path, flags, mode, callback) {
  path = getPath(path);
  if (arguments.length < 3) {
    callback = flags;
    flags = 'r';
    mode = 0o666;
  } else if (typeof mode === 'function') {
    callback = mode;
    mode = 0o666;
  } else {
    mode = getMode(mode, 'mode', 0o666);
  }
  native.open(path, getFlags(flags), mode, getCallback(callback));
}

function openSync(path, flags, mode) {
  return native.openSync(getPath(path), getFlags(flags), getMode(mode, 'mode', 0o666));
}

function throwAway(error) {
  if (error) throw error;
}

function close(fd, callback = throwAway) {
  fd = getFd(fd);
  if (callback !== throwAway) callback = getCallback(callback);
  native.close(fd, callback);
}

function closeSync(fd) {
  native.closeSync(getFd(fd));
}

function emptyBufferError(buffer) {
  return new codes.ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written');
}

/** read(fd, callback), read(fd, options, callback), read(fd, buffer[, options], callback), read(fd, buffer, offset, length, position, callback) */
function read(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getFd(fd);
  let offset = offsetOrOptions;
  if (arguments.length <= 4) {
    let options;
    if (arguments.length === 4) {
      validateObject(offsetOrOptions, 'options', kValidateObjectAllowNullable);
      options = offsetOrOptions;
      callback = length;
    } else if (arguments.length === 3) {
      if (!ArrayBuffer.isView(buffer)) {
        options = buffer;
        ({ buffer = require('buffer/buffer').Buffer.alloc(16384) } = options ?? {});
      }
      callback = offsetOrOptions;
    } else {
      callback = buffer;
      buffer = require('buffer/buffer').Buffer.alloc(16384);
    }
    if (options !== undefined && options !== null) validateObject(options, 'options');
    ({ offset = 0, length = buffer?.byteLength - offset, position = null } = options ?? {});
  }
  checkBuffer(buffer);
  callback = getCallback(callback);
  offset = getOffset(offset);
  length |= 0;
  if (length === 0) {
    process.nextTick(callback, null, 0, buffer);
    return;
  }
  if (buffer.byteLength === 0) throw emptyBufferError(buffer);
  checkReadRange(offset, length, buffer.byteLength);
  position = getPosition(position, 'position', length);
  native.read(fd, buffer, offset, length, position, (error, count) => {
    if (error) callback(error, 0, buffer);
    else callback(null, count, buffer);
  });
}

function readSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getFd(fd);
  checkBuffer(buffer);
  let offset = offsetOrOptions;
  if (arguments.length <= 3 || (offsetOrOptions !== null && typeof offsetOrOptions === 'object')) {
    if (offsetOrOptions !== undefined) validateObject(offsetOrOptions, 'options', kValidateObjectAllowNullable);
    ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions ?? {});
  }
  offset = getOffset(offset);
  length |= 0;
  if (length === 0) return 0;
  if (buffer.byteLength === 0) throw emptyBufferError(buffer);
  checkReadRange(offset, length, buffer.byteLength);
  return native.readNow(fd, buffer, offset, length, getPosition(position, 'position', length));
}

function readv(fd, buffers, position, callback) {
  fd = getFd(fd);
  checkBuffers(buffers);
  callback = getCallback(callback || position);
  if (typeof position !== 'number') position = -1;
  native.readv(fd, buffers, position, (error, count) => callback(error, count || 0, buffers));
}

function readvSync(fd, buffers, position) {
  fd = getFd(fd);
  checkBuffers(buffers);
  return native.readvSync(fd, buffers, typeof position === 'number' ? position : -1);
}

/** The range of a buffer to write: explicit numbers or an options object. */
function writeRange(buffer, offset, length) {
  offset = getOffset(offset);
  if (typeof length !== 'number') length = buffer.byteLength - offset;
  checkWriteRange(offset, length, buffer.byteLength);
  return length;
}

function toText(text, encoding) {
  if (encoding !== undefined && encoding !== null && typeof encoding !== 'string') return text;
  const name = encoding ? encoding.toLowerCase() : 'utf8';
  if (name === 'utf8' || name === 'utf-8') return text;
  const { Buffer } = require('buffer/buffer');
  if (!Buffer.isEncoding(name)) return text;
  return Buffer.from(text, name);
}

function checkEncodingOf(text, encoding) {
  if (encoding === undefined || encoding === null || typeof encoding !== 'string') return;
  if (encoding.toLowerCase() === 'hex' && text.length % 2 !== 0) {
    throw new codes.ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${text.length}`);
  }
}

/** write(fd, buffer[, offset[, length[, position]]], callback), write(fd, buffer, options, callback), write(fd, string[, position[, encoding]], callback) */
function write(fd, buffer, offsetOrOptions, length, position, callback) {
  fd = getFd(fd);
  if (ArrayBuffer.isView(buffer)) {
    let offset = offsetOrOptions;
    callback = lastFunction(callback, position, length, offset);
    if (typeof offset === 'object' && offset !== null) {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions);
    }
    if (typeof offset === 'function' || offset === undefined || offset === null) offset = 0;
    length = writeRange(buffer, offset, length);
    if (typeof position !== 'number' && typeof position !== 'bigint') position = -1;
    native.write(fd, buffer, offset, length, position, (error, count) => callback(error, count || 0, buffer));
    return;
  }
  if (typeof buffer !== 'string') throw badData(buffer);
  const text = buffer;
  callback = lastFunction(callback, position, length, offsetOrOptions);
  let at = offsetOrOptions;
  let encoding = length;
  if (typeof at === 'function') at = -1;
  if (typeof encoding === 'function') encoding = 'utf8';
  if (typeof at !== 'number' && typeof at !== 'bigint') at = -1;
  checkEncodingOf(text, encoding);
  const data = toText(text, encoding);
  const done = (error, count) => callback(error, count || 0, text);
  if (typeof data === 'string') native.writeText(fd, data, at, done);
  else native.write(fd, data, 0, data.length, at, done);
}

function lastFunction(...candidates) {
  for (const candidate of candidates) if (typeof candidate === 'function') return candidate;
  return getCallback(candidates[0]);
}

function badData(value) {
  return new codes.ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], value);
}

function writeSync(fd, buffer, offsetOrOptions, length, position) {
  fd = getFd(fd);
  if (ArrayBuffer.isView(buffer)) {
    let offset = offsetOrOptions;
    if (typeof offset === 'object' && offset !== null) {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions);
    }
    if (position === undefined) position = null;
    offset ??= 0;
    length = writeRange(buffer, offset, length);
    if (typeof position !== 'number' && typeof position !== 'bigint') position = -1;
    return native.writeNow(fd, buffer, offset, length, position);
  }
  if (typeof buffer !== 'string') throw badData(buffer);
  checkEncodingOf(buffer, length);
  const at = typeof offsetOrOptions === 'number' || typeof offsetOrOptions === 'bigint' ? offsetOrOptions : -1;
  const data = toText(buffer, length);
  if (typeof data === 'string') return native.writeTextSync(fd, data, at);
  return native.writeNow(fd, data, 0, data.length, at);
}

function writev(fd, buffers, position, callback) {
  fd = getFd(fd);
  checkBuffers(buffers);
  callback = getCallback(callback || position);
  if (buffers.length === 0) {
    process.nextTick(callback, null, 0, buffers);
    return;
  }
  if (typeof position !== 'number') position = -1;
  native.writev(fd, buffers, position, (error, count) => callback(error, count || 0, buffers));
}

function writevSync(fd, buffers, position) {
  fd = getFd(fd);
  checkBuffers(buffers);
  if (buffers.length === 0) return 0;
  return native.writevSync(fd, buffers, typeof position === 'number' ? position : -1);
}

function ftruncate(fd, len = 0, callback) {
  if (typeof len === 'function') {
    callback = len;
    len = 0;
  }
  fd = getFd(fd);
  validateInteger(len, 'len');
  callback = getCallback(callback);
  native.ftruncate(fd, Math.max(0, len), callback);
}

function ftruncateSync(fd, len = 0) {
  fd = getFd(fd);
  validateInteger(len, 'len');
  native.ftruncateSync(fd, Math.max(0, len));
}

function fsync(fd, callback) {
  fd = getFd(fd);
  native.fsync(fd, getCallback(callback));
}

function fsyncSync(fd) {
  native.fsyncSync(getFd(fd));
}

function fdatasync(fd, callback) {
  fd = getFd(fd);
  native.fdatasync(fd, getCallback(callback));
}

function fdatasyncSync(fd) {
  native.fdatasyncSync(getFd(fd));
}

function fstat(fd, options = { bigint: false }, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  callback = getCallback(callback);
  native.fstat(getFd(fd), Boolean(options?.bigint), (error, fields) => {
    if (error) callback(error);
    else callback(null, toStats(fields));
  });
}

function fstatSync(fd, options = { bigint: false }) {
  return statFdSync(getFd(fd), Boolean(options?.bigint));
}

function fchmod(fd, mode, callback) {
  fd = getFd(fd);
  mode = getMode(mode, 'mode');
  native.fchmod(fd, mode, getCallback(callback));
}

function fchmodSync(fd, mode) {
  native.fchmodSync(getFd(fd), getMode(mode, 'mode'));
}

function fchown(fd, uid, gid, callback) {
  validateInteger(uid, 'uid', -1, ID_MAX);
  validateInteger(gid, 'gid', -1, ID_MAX);
  callback = getCallback(callback);
  native.fchown(getFd(fd), uid, gid, callback);
}

function fchownSync(fd, uid, gid) {
  validateInteger(uid, 'uid', -1, ID_MAX);
  validateInteger(gid, 'gid', -1, ID_MAX);
  native.fchownSync(getFd(fd), uid, gid);
}

function futimes(fd, atime, mtime, callback) {
  fd = getFd(fd);
  atime = toUnixTimestamp(atime, 'atime');
  mtime = toUnixTimestamp(mtime, 'mtime');
  native.futimes(fd, atime, mtime, getCallback(callback));
}

function futimesSync(fd, atime, mtime) {
  native.futimesSync(getFd(fd), toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime'));
}

setPromisifyNames(read, ['bytesRead', 'buffer']);
setPromisifyNames(readv, ['bytesRead', 'buffers']);
setPromisifyNames(write, ['bytesWritten', 'buffer']);
setPromisifyNames(writev, ['bytesWritten', 'buffers']);

module.exports = {
  ID_MAX,
  close,
  closeSync,
  fchmod,
  fchmodSync,
  fchown,
  fchownSync,
  fdatasync,
  fdatasyncSync,
  fstat,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncate,
  ftruncateSync,
  futimes,
  futimesSync,
  open,
  openSync,
  read,
  readSync,
  readv,
  readvSync,
  write,
  writeSync,
  writev,
  writevSync,
  writeRange,
  emptyBufferError,
  checkEncodingOf,
  toText,
};
