// The classes of node:zlib: what each format takes as options.
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { checkRangesOrGetDefault, validateFunction } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { deprecateInstantiation } = require('util/deprecate');
const types = require('util/types');
const constants = require('zlib/constants');
const { ZlibBase } = require('zlib/stream');

const native = binding('zlib');
const {
  ERR_BROTLI_INVALID_PARAM,
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
  Z_MIN_LEVEL,
  Z_MIN_MEMLEVEL,
  Z_MIN_WINDOWBITS,
  Z_NO_FLUSH,
  Z_SYNC_FLUSH,
  ZSTD_COMPRESS,
  ZSTD_DECOMPRESS,
  ZSTD_e_continue,
  ZSTD_e_end,
  ZSTD_e_flush,
} = constants;

/** `options.dictionary` as bytes. */
function dictionaryOf(options) {
  const dictionary = options?.dictionary;
  if (dictionary === undefined || ArrayBuffer.isView(dictionary)) return dictionary;
  if (types.isAnyArrayBuffer(dictionary)) return Buffer.from(dictionary);
  throw new ERR_INVALID_ARG_TYPE('options.dictionary', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], dictionary);
}

/** The native codec of `stream`; a refusal of the library becomes ERR_ZLIB_INITIALIZATION_FAILED with its words. */
function openCodec(stream, mode, numbers, dictionary, pledgedSize) {
  try {
    return new native.Codec(mode, numbers, dictionary, pledgedSize, stream._rejectGarbageAfterEnd, stream._writeState);
  } catch (error) {
    if (error.code !== 'ERR_ZLIB_INITIALIZATION_FAILED') throw error;
    const refusal = new ERR_ZLIB_INITIALIZATION_FAILED();
    refusal.message = error.message;
    throw refusal;
  }
}

// --- zlib ---------------------------------------------------------------------------------------------------------------

const ZLIB_FLUSHES = { flush: Z_NO_FLUSH, finishFlush: Z_FINISH, fullFlush: Z_FULL_FLUSH };

/** Base of the zlib formats. Options: windowBits, level, memLevel, strategy, dictionary. */
function Zlib(options, mode) {
  let windowBits = Z_DEFAULT_WINDOWBITS;
  let level = Z_DEFAULT_COMPRESSION;
  let memLevel = Z_DEFAULT_MEMLEVEL;
  let strategy = Z_DEFAULT_STRATEGY;
  let dictionary;
  if (options) {
    // A window of 0 means: whatever the data says.
    if (!options.windowBits && typeof options.windowBits !== 'string' && readsHeader(mode)) {
      windowBits = 0;
    } else {
      // A gzip header has no room for a window of 256 bytes.
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
    dictionary = dictionaryOf(options);
  }
  const open = (stream) => openCodec(stream, mode, [windowBits, level, memLevel, strategy], dictionary);
  Reflect.apply(ZlibBase, this, [options, open, ZLIB_FLUSHES, Z_BLOCK]);
  this._level = level;
  this._strategy = strategy;
  this._mode = mode;
}
Object.setPrototypeOf(Zlib.prototype, ZlibBase.prototype);
Object.setPrototypeOf(Zlib, ZlibBase);

const readsHeader = (mode) => mode === INFLATE || mode === GUNZIP || mode === UNZIP;

/** Changes level and strategy for what is written from now on. */
Zlib.prototype.params = function params(level, strategy, callback) {
  checkRangesOrGetDefault(level, 'level', Z_MIN_LEVEL, Z_MAX_LEVEL);
  checkRangesOrGetDefault(strategy, 'strategy', Z_DEFAULT_STRATEGY, Z_FIXED);
  if (this._level === level && this._strategy === strategy) {
    validateFunction(callback, 'callback');
    nextTick(callback);
    return;
  }
  this.flush(Z_SYNC_FLUSH, (error) => {
    if (error || !this._handle) return;
    this._handle.params(level, strategy);
    if (this.destroyed) return;
    this._level = level;
    this._strategy = strategy;
    if (callback) callback();
  });
};

function inherit(Class, Base) {
  Object.setPrototypeOf(Class.prototype, Base.prototype);
  Object.setPrototypeOf(Class, Base);
  return Class;
}

function zlibClass(name, mode) {
  const Class = {
    [name]: function (options) {
      if (!(this instanceof Class)) return deprecateInstantiation(Class, 'DEP0184', options);
      // zlib itself cannot write raw data with a window of 256 bytes; the next size reads the same.
      if (mode === DEFLATERAW && options?.windowBits === 8) options = { ...options, windowBits: 9 };
      Reflect.apply(Zlib, this, [options, mode]);
      return undefined;
    },
  }[name];
  return inherit(Class, Zlib);
}

// --- Brotli and Zstandard -----------------------------------------------------------------------------------------------

/** The greatest number of the parameters whose names begin so. */
const greatest = (prefix) =>
  Math.max(...Object.keys(constants).map((key) => (key.startsWith(prefix) ? constants[key] : 0)));

/** [parameter, value, ...] out of `options.params`. */
function parameterList(params, limit, InvalidParam) {
  const list = [];
  if (!params) return list;
  const seen = new Set();
  for (const key of Object.keys(params)) {
    const number = +key;
    if (!Number.isInteger(number) || number < 0 || number > limit || seen.has(number)) throw new InvalidParam(key);
    seen.add(number);
    const value = params[key];
    if (typeof value !== 'number' && typeof value !== 'boolean')
      throw new ERR_INVALID_ARG_TYPE('options.params[key]', 'number', value);
    list.push(number, value | 0);
  }
  return list;
}

const BROTLI_FLUSHES = {
  flush: BROTLI_OPERATION_PROCESS,
  finishFlush: BROTLI_OPERATION_FINISH,
  fullFlush: BROTLI_OPERATION_FLUSH,
};
const BROTLI_LIMIT = greatest('BROTLI_PARAM_');

/** Base of both directions of Brotli. Options: params, dictionary. */
function Brotli(options, mode) {
  const numbers = parameterList(options?.params, BROTLI_LIMIT, ERR_BROTLI_INVALID_PARAM);
  const dictionary = dictionaryOf(options);
  const open = (stream) => openCodec(stream, mode, numbers, dictionary);
  Reflect.apply(ZlibBase, this, [options, open, BROTLI_FLUSHES, BROTLI_OPERATION_EMIT_METADATA]);
}
inherit(Brotli, Zlib);

function brotliClass(name, mode) {
  const Class = {
    [name]: function (options) {
      if (!(this instanceof Class)) return deprecateInstantiation(Class, 'DEP0184', options);
      Reflect.apply(Brotli, this, [options, mode]);
      return undefined;
    },
  }[name];
  return inherit(Class, Brotli);
}

const ZSTD_FLUSHES = { flush: ZSTD_e_continue, finishFlush: ZSTD_e_end, fullFlush: ZSTD_e_flush };
const ZSTD_COMPRESS_LIMIT = greatest('ZSTD_c_');
const ZSTD_DECOMPRESS_LIMIT = greatest('ZSTD_d_');

function checkPledgedSize(size) {
  if (size === undefined) return;
  if (typeof size !== 'number')
    throw withMessage(new ERR_INVALID_ARG_TYPE('pledgedSrcSize', 'number', size), 'a number');
  if (size < 0) throw withMessage(new ERR_OUT_OF_RANGE('pledgedSrcSize', '>= 0', size), 'non-negative');
  if (!Number.isSafeInteger(size))
    throw withMessage(new ERR_OUT_OF_RANGE('pledgedSrcSize', 'a safe integer', size), 'a safe integer');
}

function withMessage(error, what) {
  error.message = `pledgedSrcSize must be ${what}`;
  return error;
}

/** Base of both directions of Zstandard. Options: params, dictionary, pledgedSrcSize. */
class Zstd extends ZlibBase {
  constructor(options, mode, limit, InvalidParam) {
    const numbers = parameterList(options?.params, limit, InvalidParam);
    const pledgedSize = options?.pledgedSrcSize;
    checkPledgedSize(pledgedSize);
    // Unlike elsewhere, what is no bytes is no dictionary.
    let dictionary = options?.dictionary;
    if (types.isAnyArrayBuffer(dictionary)) dictionary = Buffer.from(dictionary);
    else if (!ArrayBuffer.isView(dictionary)) dictionary = undefined;
    super(options, (stream) => openCodec(stream, mode, numbers, dictionary, pledgedSize), ZSTD_FLUSHES, ZSTD_e_end);
  }
}

class ZstdCompress extends Zstd {
  constructor(options) {
    super(options, ZSTD_COMPRESS, ZSTD_COMPRESS_LIMIT, ERR_ZSTD_INVALID_PARAM);
  }
}

class ZstdDecompress extends Zstd {
  constructor(options) {
    super(options, ZSTD_DECOMPRESS, ZSTD_DECOMPRESS_LIMIT, ERR_ZSTD_INVALID_PARAM);
  }
}

module.exports = {
  Deflate: zlibClass('Deflate', DEFLATE),
  Inflate: zlibClass('Inflate', INFLATE),
  Gzip: zlibClass('Gzip', GZIP),
  Gunzip: zlibClass('Gunzip', GUNZIP),
  DeflateRaw: zlibClass('DeflateRaw', DEFLATERAW),
  InflateRaw: zlibClass('InflateRaw', INFLATERAW),
  Unzip: zlibClass('Unzip', UNZIP),
  BrotliCompress: brotliClass('BrotliCompress', BROTLI_ENCODE),
  BrotliDecompress: brotliClass('BrotliDecompress', BROTLI_DECODE),
  ZstdCompress,
  ZstdDecompress,
};
