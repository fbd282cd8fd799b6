// node:zlib: https://nodejs.org/api/zlib.html
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateFunction, validateUint32 } = require('errors/validators');
const types = require('util/types');
const constants = require('zlib/constants');
const formats = require('zlib/formats');
const { processSync } = require('zlib/stream');

const native = binding('zlib');
const { ERR_BUFFER_TOO_LARGE, ERR_INVALID_ARG_TYPE } = codes;

/** Everything of `data` at once. */
function runSync(Class, data, options) {
  if (typeof data === 'string') data = Buffer.from(data);
  else if (types.isAnyArrayBuffer(data)) data = Buffer.from(data);
  else if (!ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], data);
  const stream = new Class(options);
  const result = processSync(stream, data, stream._finishFlushFlag);
  return stream._info ? { buffer: result, engine: stream } : result;
}

/** `callback(error, result)` with everything that the stream gives. */
function run(Class, data, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  if (types.isAnyArrayBuffer(data)) data = Buffer.from(data);
  const stream = new Class(options);
  const chunks = [];
  let total = 0;
  let ended = false;
  const fail = (error) => {
    if (ended) return;
    ended = true;
    callback(error);
  };
  stream.on('data', (chunk) => {
    chunks.push(chunk);
    total += chunk.length;
    if (total <= stream._maxOutputLength || ended) return;
    stream.close();
    fail(new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength));
  });
  stream.on('error', fail);
  stream.on('end', () => {
    if (ended) return;
    ended = true;
    const result = total === 0 ? Buffer.alloc(0) : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, total);
    stream.close();
    callback(null, stream._info ? { buffer: result, engine: stream } : result);
  });
  stream.end(data);
}

/** CRC-32 of `data`, continued from `value`. */
function crc32(data, value = 0) {
  if (typeof data === 'string') data = Buffer.from(data);
  else if (!ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE('data', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  validateUint32(value, 'value');
  if (data.length === 0) return value;
  return native.crc32(data, value);
}

const codesByName = {};
for (const name of [
  'Z_OK',
  'Z_STREAM_END',
  'Z_NEED_DICT',
  'Z_ERRNO',
  'Z_STREAM_ERROR',
  'Z_DATA_ERROR',
  'Z_MEM_ERROR',
  'Z_BUF_ERROR',
  'Z_VERSION_ERROR',
]) {
  codesByName[name] = constants[name];
  codesByName[constants[name]] = name;
}

module.exports = { crc32, ...formats };

// deflate(), deflateSync(), ...: packages wrap them, so they can be replaced.
for (const name of [
  'deflate',
  'gzip',
  'deflateRaw',
  'unzip',
  'inflate',
  'gunzip',
  'inflateRaw',
  'brotliCompress',
  'brotliDecompress',
  'zstdCompress',
  'zstdDecompress',
]) {
  const Class = formats[name[0].toUpperCase() + name.slice(1)];
  module.exports[name] = function asyncBufferWrapper(buffer, options, callback) {
    return run(Class, buffer, options, callback);
  };
  module.exports[`${name}Sync`] = function syncBufferWrapper(buffer, options) {
    return runSync(Class, buffer, options);
  };
}

for (const Class of Object.values(formats)) {
  const name = `create${Class.name}`;
  const create = { [name]: (options) => new Class(options) }[name];
  Object.defineProperty(module.exports, name, { __proto__: null, value: create, enumerable: true, configurable: true });
}

const allConstants = { __proto__: null };
Object.defineProperties(module.exports, {
  constants: { __proto__: null, value: allConstants, enumerable: true },
  codes: { __proto__: null, value: Object.freeze(codesByName), enumerable: true },
});

// Deprecated: zlib.Z_BEST_SPEED and friends, which came before `constants`.
for (const [name, value] of Object.entries(constants)) {
  Object.defineProperty(allConstants, name, { __proto__: null, value, enumerable: true });
  if (!name.startsWith('BROTLI')) Object.defineProperty(module.exports, name, { __proto__: null, value });
}
