// Random bytes, integers and UUIDs.
'use strict';

const { Buffer, kMaxLength } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateBoolean, validateFunction, validateNumber, validateObject } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const types = require('util/types');

const native = binding('crypto');
const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = codes;

function checkOffset(offset, elementSize, length) {
  validateNumber(offset, 'offset');
  offset *= elementSize;
  const max = Math.min(length, kMaxLength);
  if (Number.isNaN(offset) || offset > max || offset < 0)
    throw new ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${max}`, offset);
  return offset >>> 0;
}

function checkSize(size, elementSize, offset, length) {
  validateNumber(size, 'size');
  size *= elementSize;
  if (Number.isNaN(size) || size > 2 ** 31 - 1 || size < 0)
    throw new ERR_OUT_OF_RANGE('size', `>= 0 && <= ${2 ** 31 - 1}`, size);
  if (size + offset > length) throw new ERR_OUT_OF_RANGE('size + offset', `<= ${length}`, size + offset);
  return size >>> 0;
}

function randomBytes(size, callback) {
  validateNumber(size, 'size', 0, 2 ** 31 - 1);
  size = checkSize(size, 1, 0, Infinity);
  if (callback !== undefined) validateFunction(callback, 'callback');
  const bytes = Buffer.allocUnsafeSlow(size);
  if (callback === undefined) {
    native.randomFillSync(bytes);
    return bytes;
  }
  native.randomFill(bytes, (error) => (error ? callback(error) : callback(null, bytes)));
  return undefined;
}

function viewOf(buffer, offset, size) {
  if (!types.isAnyArrayBuffer(buffer) && !ArrayBuffer.isView(buffer))
    throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer);
  const elementSize = buffer.BYTES_PER_ELEMENT || 1;
  offset = checkOffset(offset, elementSize, buffer.byteLength);
  size = size === undefined ? buffer.byteLength - offset : checkSize(size, elementSize, offset, buffer.byteLength);
  return types.isAnyArrayBuffer(buffer)
    ? new Uint8Array(buffer, offset, size)
    : new Uint8Array(buffer.buffer, buffer.byteOffset + offset, size);
}

function randomFillSync(buffer, offset = 0, size = undefined) {
  const view = viewOf(buffer, offset, size);
  if (view.length > 0) native.randomFillSync(view);
  return buffer;
}

function randomFill(buffer, offset, size, callback) {
  if (typeof offset === 'function') {
    callback = offset;
    offset = 0;
    size = undefined;
  } else if (typeof size === 'function') {
    callback = size;
    size = undefined;
  }
  if (!types.isAnyArrayBuffer(buffer) && !ArrayBuffer.isView(buffer))
    throw new ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer);
  validateFunction(callback, 'callback');
  const view = viewOf(buffer, offset ?? 0, size);
  if (view.length === 0) {
    callback(null, buffer);
    return;
  }
  native.randomFill(view, (error) => (error ? callback(error) : callback(null, buffer)));
}

// Random bytes are bought in bulk: a call for each integer or UUID would cost more than they do.
const POOL_SIZE = 6 * 1024;
let pool;
let poolAt = POOL_SIZE;

function fromPool(count) {
  pool ??= Buffer.allocUnsafeSlow(POOL_SIZE);
  if (poolAt + count > POOL_SIZE) {
    native.randomFillSync(pool);
    poolAt = 0;
  }
  const start = poolAt;
  poolAt += count;
  return start;
}

/** The next bytes of the pool. */
function takeFromPool(count) {
  const start = fromPool(count);
  return pool.subarray(start, start + count);
}

const RANGE = 2 ** 48;

/** An integer in [min, max), each as likely as the others. */
function randomInt(min, max, callback) {
  if (max === undefined || typeof max === 'function') {
    callback = max;
    max = min;
    min = 0;
  }
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (!Number.isSafeInteger(min)) throw new ERR_INVALID_ARG_TYPE('min', 'a safe integer', min);
  if (!Number.isSafeInteger(max)) throw new ERR_INVALID_ARG_TYPE('max', 'a safe integer', max);
  if (max <= min) throw new ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max);
  const range = max - min;
  if (!(range < RANGE)) throw new ERR_OUT_OF_RANGE(max === range ? 'max' : 'max - min', `<= ${RANGE - 1}`, range);
  const limit = RANGE - (RANGE % range); // above it the numbers would not be equally likely
  let value;
  do {
    value = (fromPool(6), pool.readUIntBE(poolAt - 6, 6));
  } while (value >= limit);
  const result = (value % range) + min;
  if (callback === undefined) return result;
  nextTick(callback, undefined, result);
  return undefined;
}

const HEX = [];
for (let i = 0; i < 256; i++) HEX.push(i.toString(16).padStart(2, '0'));

function formatUUID(b, at) {
  return `${HEX[b[at]]}${HEX[b[at + 1]]}${HEX[b[at + 2]]}${HEX[b[at + 3]]}-${HEX[b[at + 4]]}${HEX[b[at + 5]]}-${HEX[(b[at + 6] & 0x0f) | 0x40]}${HEX[b[at + 7]]}-${HEX[(b[at + 8] & 0x3f) | 0x80]}${HEX[b[at + 9]]}-${HEX[b[at + 10]]}${HEX[b[at + 11]]}${HEX[b[at + 12]]}${HEX[b[at + 13]]}${HEX[b[at + 14]]}${HEX[b[at + 15]]}`;
}

/** A version 4 UUID (RFC 9562). */
function randomUUID(options) {
  if (options !== undefined) validateObject(options, 'options');
  const { disableEntropyCache = false } = options ?? {};
  validateBoolean(disableEntropyCache, 'options.disableEntropyCache');
  if (disableEntropyCache) return formatUUID(randomBytes(16), 0);
  const at = fromPool(16);
  return formatUUID(pool, at);
}

// The last millisecond that a UUIDv7 was made in, and its counter.
let lastTime = 0;
let counter = 0;

/** A version 7 UUID (RFC 9562): those of one process sort by the order in which they were made. */
function randomUUIDv7(options) {
  if (options !== undefined) validateObject(options, 'options');
  const { disableEntropyCache = false } = options ?? {};
  validateBoolean(disableEntropyCache, 'options.disableEntropyCache');
  const bytes = Buffer.from(disableEntropyCache ? randomBytes(16) : takeFromPool(16));
  let now = Date.now();
  if (now > lastTime) {
    lastTime = now;
    counter = bytes.readUInt16BE(6) & 0x7ff; // half of its range is left to count in
  } else {
    now = lastTime;
    counter++;
    if (counter > 0xfff) {
      now = ++lastTime;
      counter = 0;
    }
  }
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.hexSlice();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const INTEGER_ARRAYS = [
  'isInt8Array',
  'isUint8Array',
  'isUint8ClampedArray',
  'isInt16Array',
  'isUint16Array',
  'isInt32Array',
  'isUint32Array',
  'isBigInt64Array',
  'isBigUint64Array',
];

/** Web Crypto's getRandomValues. */
function getRandomValues(array) {
  const { DOMException } = require('web/dom_exception');
  if (!INTEGER_ARRAYS.some((check) => types[check](array))) {
    throw new DOMException('The data argument must be an integer-type TypedArray', 'TypeMismatchError');
  }
  if (array.byteLength > 65536) {
    throw new DOMException(`The requested length exceeds 65,536 bytes`, 'QuotaExceededError');
  }
  return randomFillSync(array);
}

module.exports = { getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7 };
