// What every file function does to its arguments: paths, flags, modes, encodings, times, ranges.
'use strict';

const { codes } = require('errors/errors');
const {
  validateAbortSignal,
  validateFunction,
  validateInt32,
  validateInteger,
  validateUint32,
} = require('errors/validators');
const { constants } = require('fs/constants');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = codes;

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants;

const FLAGS = new Map([
  ['r', O_RDONLY],
  ['rs', O_RDONLY | O_SYNC],
  ['sr', O_RDONLY | O_SYNC],
  ['r+', O_RDWR],
  ['rs+', O_RDWR | O_SYNC],
  ['sr+', O_RDWR | O_SYNC],
  ['w', O_TRUNC | O_CREAT | O_WRONLY],
  ['wx', O_TRUNC | O_CREAT | O_WRONLY | O_EXCL],
  ['xw', O_TRUNC | O_CREAT | O_WRONLY | O_EXCL],
  ['w+', O_TRUNC | O_CREAT | O_RDWR],
  ['wx+', O_TRUNC | O_CREAT | O_RDWR | O_EXCL],
  ['xw+', O_TRUNC | O_CREAT | O_RDWR | O_EXCL],
  ['a', O_APPEND | O_CREAT | O_WRONLY],
  ['ax', O_APPEND | O_CREAT | O_WRONLY | O_EXCL],
  ['xa', O_APPEND | O_CREAT | O_WRONLY | O_EXCL],
  ['as', O_APPEND | O_CREAT | O_WRONLY | O_SYNC],
  ['sa', O_APPEND | O_CREAT | O_WRONLY | O_SYNC],
  ['a+', O_APPEND | O_CREAT | O_RDWR],
  ['ax+', O_APPEND | O_CREAT | O_RDWR | O_EXCL],
  ['xa+', O_APPEND | O_CREAT | O_RDWR | O_EXCL],
  ['as+', O_APPEND | O_CREAT | O_RDWR | O_SYNC],
  ['sa+', O_APPEND | O_CREAT | O_RDWR | O_SYNC],
]);

const NO_NULL_BYTES = 'must be a string, Uint8Array, or URL without null bytes';

/** Largest count of bytes that one read or write may ask for. */
const MAX_IO_LENGTH = 2 ** 31 - 1;

const isUint8Array = (value) =>
  ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';

function isUrl(value) {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof value.href === 'string' &&
    typeof value.protocol === 'string' &&
    value.auth === undefined &&
    value.path === undefined
  );
}

function invalidPath(path, name) {
  if (isUint8Array(path)) return new ERR_INVALID_ARG_VALUE(name, path, NO_NULL_BYTES);
  return new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], path);
}

/**
 * A file name as the native functions take it.
 * @param {string|Uint8Array|URL} path
 * @param {string} [name]
 * @returns {string|Uint8Array}
 */
function getPath(path, name = 'path') {
  if (typeof path === 'string') {
    if (path.includes('\u0000')) throw new ERR_INVALID_ARG_VALUE(name, path, NO_NULL_BYTES);
    return path;
  }
  if (isUint8Array(path)) {
    if (path.includes(0)) throw invalidPath(path, name);
    return path;
  }
  if (isUrl(path)) return getPath(require('url/url').fileURLToPath(path), name);
  throw invalidPath(path, name);
}

/** @returns {number} a file descriptor */
function getFd(fd, name = 'fd') {
  if (typeof fd === 'number' && (fd | 0) === fd && fd >= 0) return fd | 0; // -0 is 0
  validateInt32(fd, name, 0);
  return fd;
}

/** An offset into a buffer; 0 for undefined and null. */
function getOffset(offset) {
  if (offset === undefined || offset === null) return 0;
  if (!(Number.isSafeInteger(offset) && offset >= 0)) validateInteger(offset, 'offset', 0);
  return offset;
}

/** Open flags from Node's strings or numbers. */
function getFlags(flags, name = 'flags') {
  if (typeof flags === 'number') {
    validateInt32(flags, name);
    return flags;
  }
  if (flags === null || flags === undefined) return O_RDONLY;
  const known = FLAGS.get(flags);
  if (known === undefined) throw new ERR_INVALID_ARG_VALUE(name, flags);
  return known;
}

/** A file mode from a number or an octal string; `fallback` for undefined and null. */
function getMode(mode, name, fallback) {
  mode ??= fallback;
  if (typeof mode === 'string') {
    if (!/^[0-7]+$/.test(mode)) {
      throw new ERR_INVALID_ARG_VALUE(name, mode, 'must be a 32-bit unsigned integer or an octal string');
    }
    mode = Number.parseInt(mode, 8);
  }
  if (typeof mode !== 'number' || mode >>> 0 !== mode) validateUint32(mode, name);
  return mode;
}

/** The mode of access() and copyFile(): three bits. */
function getShortMode(mode) {
  if (mode === undefined || mode === null) return 0;
  if (!Number.isInteger(mode) || mode < 0 || mode > 7) validateInteger(mode, 'mode', 0, 7);
  return mode;
}

function assertEncoding(encoding) {
  if (encoding && !require('buffer/buffer').Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding');
  }
}

/**
 * The options object of a function that also takes an encoding in its place.
 * @template T
 * @param {unknown} options
 * @param {T} defaults
 * @returns {T}
 */
function getOptions(options, defaults) {
  if (options === undefined || options === null || typeof options === 'function') return defaults;
  if (typeof options === 'string') {
    if (options !== 'buffer') assertEncoding(options);
    return { ...defaults, encoding: options };
  }
  if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options);
  if (options.encoding !== 'buffer') assertEncoding(options.encoding);
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
  return options;
}

/** The last argument of a callback function. */
function getCallback(callback) {
  validateFunction(callback, 'cb');
  return callback;
}

/** Seconds since 1970, from a number of seconds, its string, or a Date. */
function toUnixTimestamp(time, name = 'time') {
  if (typeof time === 'string' && +time == time) return +time;
  if (Number.isFinite(time)) {
    if (typeof time === 'number' && time < 0) return Date.now() / 1000;
    return time;
  }
  if (Object.prototype.toString.call(time) === '[object Date]') return Date.prototype.getTime.call(time) / 1000;
  throw new ERR_INVALID_ARG_TYPE(name, ['Date', 'Time in seconds'], time);
}

/** A position in a file as the native functions take it: -1 is the file's own. */
function getPosition(position, name, length) {
  if (position === undefined || position === null) return -1;
  if (typeof position === 'number') {
    if (!(Number.isSafeInteger(position) && position >= -1)) validateInteger(position, name, -1);
    return position;
  }
  if (typeof position === 'bigint') {
    const most = 2n ** 63n - 1n - BigInt(length);
    if (position < -1n || position > most) throw new ERR_OUT_OF_RANGE(name, `>= -1 && <= ${most}`, position);
    return position;
  }
  throw new ERR_INVALID_ARG_TYPE(name, ['integer', 'bigint'], position);
}

function checkReadRange(offset, length, byteLength) {
  if (offset < 0) throw new ERR_OUT_OF_RANGE('offset', '>= 0', offset);
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  if (offset + length > byteLength) throw new ERR_OUT_OF_RANGE('length', `<= ${byteLength - offset}`, length);
}

function checkWriteRange(offset, length, byteLength) {
  if (offset > byteLength) throw new ERR_OUT_OF_RANGE('offset', `<= ${byteLength}`, offset);
  if (length > byteLength - offset) throw new ERR_OUT_OF_RANGE('length', `<= ${byteLength - offset}`, length);
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length);
  if ((length | 0) !== length) validateInt32(length, 'length', 0);
}

function checkBuffer(buffer, name = 'buffer') {
  if (!ArrayBuffer.isView(buffer)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], buffer);
}

function checkBuffers(buffers) {
  if (!Array.isArray(buffers) || !buffers.every(ArrayBuffer.isView)) {
    throw new ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
  }
}

/** What writeFile and its like take. */
function checkData(data, name = 'data') {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
    throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
  }
}

/** Throws a signal's reason as an AbortError when it has been aborted. */
function checkAborted(signal) {
  if (signal?.aborted) throw abortError(signal);
}

function abortError(signal) {
  const { AbortError } = require('errors/errors');
  return new AbortError(undefined, { cause: signal.reason });
}

/** Gives a native promise's error a stack that leads to who awaits it. For `.catch` in an async function. */
function rethrow(error) {
  if (Error.stackTraceLimit > 0 && typeof error?.syscall === 'string') Error.captureStackTrace(error, rethrow);
  throw error;
}

/** A file name that came as UTF-8 bytes, in the encoding that was asked for. */
function decodeName(buffer, encoding) {
  return encoding === 'buffer' ? buffer : buffer.toString(encoding);
}

/** Whether names in this encoding need their bytes, not their text. */
function needsBytes(encoding) {
  return encoding !== undefined && encoding !== null && encoding !== '' && encoding !== 'utf8' && encoding !== 'utf-8';
}

module.exports = {
  MAX_IO_LENGTH,
  abortError,
  assertEncoding,
  checkAborted,
  checkBuffer,
  checkBuffers,
  checkData,
  checkReadRange,
  checkWriteRange,
  decodeName,
  getCallback,
  getFd,
  getFlags,
  getMode,
  getOffset,
  getOptions,
  getPath,
  getPosition,
  getShortMode,
  toUnixTimestamp,
  isUint8Array,
  isUrl,
  needsBytes,
  rethrow,
};
