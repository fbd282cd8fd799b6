// node:zlib: https://nodejs.org/api/zlib.html
'use strict';

const { Buffer, kMaxLength } = require('buffer/buffer');
const { codes, genericNodeError } = require('errors/errors');
const {
  checkRangesOrGetDefault,
  validateFiniteNumber,
  validateFunction,
  validateUint32,
} = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { Transform } = require('stream/stream');
const types = require('util/types');
const constants = require('zlib/constants');

const native = binding('zlib');
const {
  ERR_BROTLI_INVALID_PARAM,
  ERR_BUFFER_TOO_LARGE,
  ERR_INVALID_ARG_TYPE,
  ERR_OUT_OF_RANGE,
  ERR_ZLIB_INITIALIZATION_FAILED,
  ERR_ZSTD_INVALID_PARAM,
} = codes;

const {
  BROTLI_DECODE,
  BROTLI_ENCODE,
  BROTLI_OPERATION_EMIT_METADATA,
  BROTLI_OPERATION_FINISH,
  BROTLI_OPERATION_FLUSH,
  BROTLI_OPERATION_PROCESS,
  DEFLATE,
  DEFLATERAW,
  GUNZIP,
  GZIP,
  INFLATE,
  INFLATERAW,
  UNZIP,
  Z_BLOCK,
  Z_DEFAULT_CHUNK,
  Z_DEFAULT_COMPRESSION,
  Z_DEFAULT_MEMLEVEL,
  Z_DEFAULT_STRATEGY,
  Z_DEFAULT_WINDOWBITS,
  Z_FINISH,
  Z_FIXED,
  Z_FULL_FLUSH,
  Z_MAX_LEVEL,
  Z_MAX_MEMLEVEL,
  Z_MAX_WINDOWBITS,
  Z_MIN_CHUNK,
  Z_MIN_LEVEL,
  Z_MIN_MEMLEVEL,
  Z_MIN_WINDOWBITS,
  Z_NO_FLUSH,
  ZSTD_COMPRESS,
  ZSTD_DECOMPRESS,
  ZSTD_e_continue,
  ZSTD_e_end,
  ZSTD_e_flush,
} = constants;

const kCodec = Symbol('kCodec');
const kFlushMarker = Symbol('kFlushMarker');
const kError = Symbol('kError');

const FLUSH_BUFFER = Buffer.alloc(0);

// Modes of zlib proper are numbered from 1 as natives number them; the others follow.
const isZlib = (mode) => mode >= DEFLATE && mode <= UNZIP;

function failureOf(parts) {
  const [, , errno, code, message] = parts;
  return genericNodeError(message, { errno, code });
}

/** Base of every codec's stream. */
function ZlibBase(options, mode, codec, { flush, finishFlush, fullFlush }) {
  let chunkSize = Z_DEFAULT_CHUNK;
  let maxOutputLength = kMaxLength;
  if (options) {
    chunkSize = options.chunkSize;
    if (!validateFiniteNumber(chunkSize, 'options.chunkSize')) chunkSize = Z_DEFAULT_CHUNK;
    else if (chunkSize < Z_MIN_CHUNK) throw new ERR_OUT_OF_RANGE('options.chunkSize', `>= ${Z_MIN_CHUNK}`, chunkSize);
    const maxFlush = isZlib(mode)
      ? Z_BLOCK
      : mode === BROTLI_ENCODE || mode === BROTLI_DECODE
        ? BROTLI_OPERATION_EMIT_METADATA
        : ZSTD_e_end;
    flush = checkRangesOrGetDefault(options.flush, 'options.flush', Z_NO_FLUSH, maxFlush, flush);
    finishFlush = checkRangesOrGetDefault(
      options.finishFlush,
      'options.finishFlush',
      Z_NO_FLUSH,
      maxFlush,
      finishFlush,
    );
    maxOutputLength = checkRangesOrGetDefault(
      options.maxOutputLength,
      'options.maxOutputLength',
      1,
      kMaxLength,
      kMaxLength,
    );
    if (options.encoding || options.objectMode || options.writableObjectMode) {
      options = { ...options, encoding: null, objectMode: false, writableObjectMode: false };
    }
  }
  Reflect.apply(Transform, this, [{ autoDestroy: true, ...options }]);
  this[kCodec] = codec;
  this[kError] = null;
  this._mode = mode;
  this._chunkSize = chunkSize;
  this._outBuffer = null;
  this._outOffset = 0;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._defaultFullFlushFlag = fullFlush;
  this._info = options?.info;
  this._maxOutputLength = maxOutputLength;
  this._writing = false;
  this.bytesWritten = 0;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.defineProperty(ZlibBase.prototype, '_closed', {
  __proto__: null,
  get() {
    return this[kCodec] === null;
  },
  configurable: true,
});

/** For programs that reach for it: null once closed. */
Object.defineProperty(ZlibBase.prototype, '_handle', {
  __proto__: null,
  get() {
    return this[kCodec];
  },
  set(value) {
    this[kCodec] = value;
  },
  configurable: true,
});

ZlibBase.prototype.reset = function () {
  if (!this[kCodec]) throw genericNodeError('zlib binding closed', { code: 'ERR_INTERNAL_ASSERTION' });
  const parts = this[kCodec].reset();
  if (parts.length > 2) this.destroy(failureOf(parts));
};

ZlibBase.prototype._flush = function (callback) {
  this._transform(Buffer.alloc(0), '', callback);
};

ZlibBase.prototype._final = function (callback) {
  // The last bytes come with the finishing flush, before the end is pushed.
  this._transform(FLUSH_BUFFER, 'finish', (error) => {
    if (error) {
      callback(error);
      return;
    }
    this.push(null);
    callback();
  });
};

/** Writes out what has been held back; `kind`: a flush constant. */
ZlibBase.prototype.flush = function (kind, callback) {
  if (typeof kind === 'function' || (kind === undefined && !callback)) {
    callback = kind;
    kind = this._defaultFullFlushFlag;
  }
  if (this.writableFinished) {
    if (callback) nextTick(callback);
  } else if (this.writableEnded) {
    if (callback) this.once('end', callback);
  } else {
    const marker = Buffer.alloc(0);
    marker[kFlushMarker] = kind;
    this.write(marker, '', callback);
  }
};

ZlibBase.prototype.close = function (callback) {
  if (callback) {
    if (this.closed) nextTick(callback);
    else require('stream/end_of_stream').eos(this, () => callback());
  }
  this.destroy();
};

ZlibBase.prototype._destroy = function (error, callback) {
  closeCodec(this);
  callback(error);
};

function closeCodec(stream) {
  const codec = stream[kCodec];
  if (!codec) return;
  stream[kCodec] = null;
  codec.close();
}

ZlibBase.prototype._transform = function (chunk, encoding, callback) {
  let flag = this._defaultFlushFlag;
  if (typeof chunk[kFlushMarker] === 'number') flag = chunk[kFlushMarker];
  else if (encoding === 'finish') flag = this._finishFlushFlag;
  processChunk(this, chunk, flag, callback);
};

ZlibBase.prototype._processChunk = function (chunk, flush, callback) {
  if (typeof callback === 'function') processChunk(this, chunk, flush, callback);
  else return processSync(this, chunk, flush);
  return undefined;
};

/** One chunk through the thread pool; output is pushed as it comes, and waits when nobody reads. */
function processChunk(stream, chunk, flush, callback) {
  const codec = stream[kCodec];
  if (!codec) {
    nextTick(callback);
    return;
  }
  stream._writing = true;
  let input = chunk;
  const step = () => {
    if (stream._outBuffer === null || stream._outOffset >= stream._chunkSize) {
      stream._outBuffer = Buffer.allocUnsafeSlow(stream._chunkSize);
      stream._outOffset = 0;
    }
    const out = stream._outOffset === 0 ? stream._outBuffer : stream._outBuffer.subarray(stream._outOffset);
    codec.write(flush, input, out, (parts) => {
      stream._writing = false;
      if (stream.destroyed) {
        closeCodec(stream);
        callback();
        return;
      }
      if (parts.length > 2) {
        stream.destroy(failureOf(parts));
        return;
      }
      const [inRest, outRest] = parts;
      stream.bytesWritten += input.length - inRest;
      const produced = out.length - outRest;
      input = inRest === 0 ? FLUSH_BUFFER : input.subarray(input.length - inRest);
      let wantsMore = true;
      if (produced > 0) {
        stream._outOffset += produced;
        wantsMore = stream.push(out.subarray(0, produced));
      }
      if (stream.destroyed) {
        callback();
        return;
      }
      if (outRest === 0) {
        // There is more to come out. With a full reader, wait until it reads.
        if (wantsMore) {
          step();
        } else {
          const { _read } = stream;
          stream._read = (size) => {
            stream._read = _read;
            step();
            Reflect.apply(_read, stream, [size]);
          };
        }
        return;
      }
      if (inRest > 0) {
        // Bytes behind the end of the data: they are not ours.
        stream.push(null);
      }
      callback();
    });
  };
  step();
}

/** Everything in one go. */
function processSync(stream, chunk, flush) {
  const codec = stream[kCodec];
  const buffers = [];
  let total = 0;
  let input = chunk;
  for (;;) {
    const out = Buffer.allocUnsafeSlow(stream._chunkSize);
    const parts = codec.writeSync(flush, input, out);
    if (parts.length > 2) {
      closeCodec(stream);
      throw failureOf(parts);
    }
    const [inRest, outRest] = parts;
    stream.bytesWritten += input.length - inRest;
    const produced = out.length - outRest;
    if (produced > 0) {
      buffers.push(outRest === 0 ? out : out.subarray(0, produced));
      total += produced;
      if (total > stream._maxOutputLength) {
        closeCodec(stream);
        throw new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength);
      }
    }
    input = inRest === 0 ? FLUSH_BUFFER : input.subarray(input.length - inRest);
    if (outRest !== 0) break;
  }
  closeCodec(stream);
  if (total === 0) return Buffer.alloc(0);
  return buffers.length === 1
    ? Buffer.from(buffers[0].buffer, buffers[0].byteOffset, total)
    : Buffer.concat(buffers, total);
}

// --- zlib ---------------------------------------------------------------------------------------------------------------

function Zlib(options, mode) {
  let windowBits = Z_DEFAULT_WINDOWBITS;
  let level = Z_DEFAULT_COMPRESSION;
  let memLevel = Z_DEFAULT_MEMLEVEL;
  let strategy = Z_DEFAULT_STRATEGY;
  let dictionary;
  if (options) {
    // A window of 0 means: whatever the data says.
    if (
      (options.windowBits == null || options.windowBits === 0) &&
      (mode === INFLATE || mode === GUNZIP || mode === UNZIP)
    ) {
      windowBits = 0;
    } else {
      const min = Z_MIN_WINDOWBITS + (mode === GZIP ? 1 : 0);
      windowBits = checkRangesOrGetDefault(
        options.windowBits,
        'options.windowBits',
        min,
        Z_MAX_WINDOWBITS,
        Z_DEFAULT_WINDOWBITS,
      );
    }
    level = checkRangesOrGetDefault(options.level, 'options.level', Z_MIN_LEVEL, Z_MAX_LEVEL, Z_DEFAULT_COMPRESSION);
    memLevel = checkRangesOrGetDefault(
      options.memLevel,
      'options.memLevel',
      Z_MIN_MEMLEVEL,
      Z_MAX_MEMLEVEL,
      Z_DEFAULT_MEMLEVEL,
    );
    strategy = checkRangesOrGetDefault(
      options.strategy,
      'options.strategy',
      Z_DEFAULT_STRATEGY,
      Z_FIXED,
      Z_DEFAULT_STRATEGY,
    );
    ({ dictionary } = options);
    if (dictionary !== undefined && !ArrayBuffer.isView(dictionary)) {
      if (types.isAnyArrayBuffer(dictionary)) dictionary = Buffer.from(dictionary);
      else
        throw new ERR_INVALID_ARG_TYPE(
          'options.dictionary',
          ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'],
          dictionary,
        );
    }
  }
  const codec = new native.Codec(mode, [windowBits, level, memLevel, strategy], dictionary);
  Reflect.apply(ZlibBase, this, [
    options,
    mode,
    codec,
    { flush: Z_NO_FLUSH, finishFlush: Z_FINISH, fullFlush: Z_FULL_FLUSH },
  ]);
  this._level = level;
  this._strategy = strategy;
}
Object.setPrototypeOf(Zlib.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zlib, ZlibBase);

/** Changes level and strategy for what is written from now on. */
Zlib.prototype.params = function params(level, strategy, callback) {
  checkRangesOrGetDefault(level, 'level', Z_MIN_LEVEL, Z_MAX_LEVEL);
  checkRangesOrGetDefault(strategy, 'strategy', Z_DEFAULT_STRATEGY, Z_FIXED);
  if (this._level === level && this._strategy === strategy) {
    nextTick(callback);
    return;
  }
  this.flush(constants.Z_SYNC_FLUSH, () => {
    if (this[kCodec] === null) return;
    const parts = this[kCodec].setParameters(level, strategy);
    if (parts.length > 2) {
      this.destroy(failureOf(parts));
      return;
    }
    this._level = level;
    this._strategy = strategy;
    if (callback) callback();
  });
};

function zlibClass(name, mode) {
  const Class = {
    [name]: function (options) {
      if (!(this instanceof Class)) return new Class(options);
      // A raw window of 256 bytes is what zlib itself cannot do.
      if (mode === DEFLATERAW && options?.windowBits === 8) options = { ...options, windowBits: 9 };
      Reflect.apply(Zlib, this, [options, mode]);
      return undefined;
    },
  }[name];
  Object.setPrototypeOf(Class.prototype, Zlib.prototype);
  Object.setPrototypeOf(Class, Zlib);
  return Class;
}

const Deflate = zlibClass('Deflate', DEFLATE);
const Inflate = zlibClass('Inflate', INFLATE);
const Gzip = zlibClass('Gzip', GZIP);
const Gunzip = zlibClass('Gunzip', GUNZIP);
const DeflateRaw = zlibClass('DeflateRaw', DEFLATERAW);
const InflateRaw = zlibClass('InflateRaw', INFLATERAW);
const Unzip = zlibClass('Unzip', UNZIP);

// --- Brotli and Zstandard -----------------------------------------------------------------------------------------------

const maxKey = (prefix) =>
  Math.max(
    ...Object.keys(constants)
      .filter((key) => key.startsWith(prefix))
      .map((key) => constants[key]),
  );

/** [key, value, ...] out of `options.params`. */
function parameterList(params, limit, InvalidParam) {
  const list = [];
  if (!params) return list;
  for (const key of Object.keys(params)) {
    const number = +key;
    if (Number.isNaN(number) || number < 0 || number > limit) throw new InvalidParam(key);
    const value = params[key];
    if (typeof value !== 'number' && typeof value !== 'boolean')
      throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
    list.push(number, Number(value) >>> 0);
  }
  return list;
}

function paramClass(name, mode, prefix, InvalidParam, flushes) {
  const Class = {
    [name]: function (options) {
      if (!(this instanceof Class)) return new Class(options);
      const list = parameterList(options?.params, maxKey(prefix), InvalidParam);
      let codec;
      try {
        codec = new native.Codec(mode, list.length > 0 ? list : []);
      } catch {
        throw new ERR_ZLIB_INITIALIZATION_FAILED();
      }
      Reflect.apply(ZlibBase, this, [options, mode, codec, flushes]);
      return undefined;
    },
  }[name];
  Object.setPrototypeOf(Class.prototype, ZlibBase.prototype);
  Object.setPrototypeOf(Class, ZlibBase);
  return Class;
}

const BROTLI_FLUSHES = {
  flush: BROTLI_OPERATION_PROCESS,
  finishFlush: BROTLI_OPERATION_FINISH,
  fullFlush: BROTLI_OPERATION_FLUSH,
};
const ZSTD_FLUSHES = { flush: ZSTD_e_continue, finishFlush: ZSTD_e_end, fullFlush: ZSTD_e_flush };
const BrotliCompress = paramClass(
  'BrotliCompress',
  BROTLI_ENCODE,
  'BROTLI_PARAM_',
  ERR_BROTLI_INVALID_PARAM,
  BROTLI_FLUSHES,
);
const BrotliDecompress = paramClass(
  'BrotliDecompress',
  BROTLI_DECODE,
  'BROTLI_PARAM_',
  ERR_BROTLI_INVALID_PARAM,
  BROTLI_FLUSHES,
);
const ZstdCompress = paramClass('ZstdCompress', ZSTD_COMPRESS, 'ZSTD_c_', ERR_ZSTD_INVALID_PARAM, ZSTD_FLUSHES);
const ZstdDecompress = paramClass('ZstdDecompress', ZSTD_DECOMPRESS, 'ZSTD_d_', ERR_ZSTD_INVALID_PARAM, ZSTD_FLUSHES);

// --- whole buffers ------------------------------------------------------------------------------------------------------

function toBytes(data) {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return data;
  if (types.isAnyArrayBuffer(data)) return Buffer.from(data);
  throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], data);
}

function viewOf(data) {
  return data instanceof Buffer ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function compressSync(Class, data, options) {
  const bytes = viewOf(toBytes(data));
  const stream = new Class(options);
  const result = processSync(stream, bytes, stream._finishFlushFlag);
  return options?.info ? { buffer: result, engine: stream } : result;
}

/** `callback(error, result)` with everything that the stream gives. */
function compressAsync(Class, data, options, callback) {
  if (typeof options === 'function') {
    callback = options;
    options = {};
  }
  validateFunction(callback, 'callback');
  const bytes = toBytes(data);
  const stream = new Class(options);
  const chunks = [];
  let total = 0;
  stream.on('data', (chunk) => {
    chunks.push(chunk);
    total += chunk.length;
    if (total > stream._maxOutputLength) {
      stream.close();
      stream.removeAllListeners('end');
      callback(new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength));
    }
  });
  stream.on('error', (error) => {
    stream.removeAllListeners('end');
    callback(error);
  });
  stream.on('end', () => {
    const result = total === 0 ? Buffer.alloc(0) : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, total);
    stream.close();
    callback(null, options?.info ? { buffer: result, engine: stream } : result);
  });
  stream.end(bytes);
}

const CONVENIENCES = {
  deflate: Deflate,
  gzip: Gzip,
  deflateRaw: DeflateRaw,
  unzip: Unzip,
  inflate: Inflate,
  gunzip: Gunzip,
  inflateRaw: InflateRaw,
  brotliCompress: BrotliCompress,
  brotliDecompress: BrotliDecompress,
  zstdCompress: ZstdCompress,
  zstdDecompress: ZstdDecompress,
};

/** CRC-32 of `data`, continued from `value`. */
function crc32(data, value = 0) {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data))
    throw new ERR_INVALID_ARG_TYPE('data', ['Buffer', 'TypedArray', 'DataView', 'string'], data);
  validateUint32(value, 'value');
  return native.crc32(typeof data === 'string' ? Buffer.from(data) : data, value);
}

const zlibCodes = {
  Z_OK: 0,
  Z_STREAM_END: 1,
  Z_NEED_DICT: 2,
  Z_ERRNO: -1,
  Z_STREAM_ERROR: -2,
  Z_DATA_ERROR: -3,
  Z_MEM_ERROR: -4,
  Z_BUF_ERROR: -5,
  Z_VERSION_ERROR: -6,
};
for (const key of Object.keys(zlibCodes)) zlibCodes[zlibCodes[key]] = key;

module.exports = {
  crc32,
  Deflate,
  Inflate,
  Gzip,
  Gunzip,
  DeflateRaw,
  InflateRaw,
  Unzip,
  BrotliCompress,
  BrotliDecompress,
  ZstdCompress,
  ZstdDecompress,
};
for (const [name, Class] of Object.entries(CONVENIENCES)) {
  const async = (buffer, options, callback) => compressAsync(Class, buffer, options, callback);
  const sync = (buffer, options) => compressSync(Class, buffer, options);
  Object.defineProperty(async, 'name', { __proto__: null, value: name, configurable: true });
  Object.defineProperty(sync, 'name', { __proto__: null, value: `${name}Sync`, configurable: true });
  module.exports[name] = async;
  module.exports[`${name}Sync`] = sync;
}
for (const Class of Object.values(CONVENIENCES)) {
  const create = { [`create${Class.name}`]: (options) => new Class(options) }[`create${Class.name}`];
  module.exports[create.name] = create;
}
Object.defineProperties(module.exports, {
  constants: {
    __proto__: null,
    value: Object.freeze({ ...constants }),
    enumerable: true,
    configurable: false,
    writable: false,
  },
  codes: { __proto__: null, value: Object.freeze(zlibCodes), enumerable: true, configurable: false, writable: false },
});
for (const key of Object.keys(constants)) {
  // Deprecated: zlib.Z_BEST_SPEED and friends.
  if (key.startsWith('BROTLI') || key.startsWith('ZSTD')) continue;
  Object.defineProperty(module.exports, key, {
    __proto__: null,
    value: constants[key],
    enumerable: false,
    configurable: true,
    writable: false,
  });
}
