// The stream under every codec of node:zlib: input goes through `_handle` in chunks, on the thread pool or at once.
'use strict';

const { Buffer, kMaxLength } = require('buffer/buffer');
const { codes, genericNodeError } = require('errors/errors');
const { checkRangesOrGetDefault, validateBoolean, validateFiniteNumber } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { Transform } = require('stream/stream');
const { Z_BLOCK, Z_DEFAULT_CHUNK, Z_FINISH, Z_MIN_CHUNK, Z_NO_FLUSH } = require('zlib/constants');

const { ERR_BUFFER_TOO_LARGE, ERR_INTERNAL_ASSERTION, ERR_OUT_OF_RANGE, ERR_TRAILING_JUNK_AFTER_STREAM_END } = codes;

// The kind of flush that an empty chunk in the write queue stands for.
const kFlushMarker = Symbol('kFlushMarker');
const kError = Symbol('kError');
// The last chunk has gone through with the finishing flush.
const kFinished = Symbol('kFinished');

const NO_BYTES = Buffer.alloc(0);

/** How much each of zlib's flushes brings out, by its number; Brotli's and Zstandard's are in order already. */
const STRENGTH = [];
for (const [strength, kind] of [Z_NO_FLUSH, Z_BLOCK, 1, 2, 3, Z_FINISH].entries()) STRENGTH[kind] = strength;

const strongerFlush = (a, b) => (STRENGTH[a] > STRENGTH[b] ? a : b);

/** What a native failure tells, as `handle.onerror` of a stream. */
function onCodecError(message, errno, code) {
  const stream = this.owner;
  const error = genericNodeError(message, { errno, code });
  stream[kError] = error;
  stream.destroy(error);
}

/**
 * Base of every codec's stream. Options of all of them: chunkSize, flush, finishFlush, maxOutputLength,
 * rejectGarbageAfterEnd, info.
 * @param {object} [options]
 * @param {(stream: ZlibBase) => object} open makes the native codec
 * @param {{flush: number, finishFlush: number, fullFlush: number}} flushes what is used unless `options` say otherwise
 * @param {number} maxFlush the greatest number of a flush
 */
function ZlibBase(options, open, { flush, finishFlush, fullFlush }, maxFlush) {
  let chunkSize = Z_DEFAULT_CHUNK;
  let maxOutputLength = kMaxLength;
  let rejectGarbage = false;
  if (options) {
    chunkSize = options.chunkSize;
    if (!validateFiniteNumber(chunkSize, 'options.chunkSize')) chunkSize = Z_DEFAULT_CHUNK;
    else if (chunkSize < Z_MIN_CHUNK) throw new ERR_OUT_OF_RANGE('options.chunkSize', `>= ${Z_MIN_CHUNK}`, chunkSize);
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
    if (options.rejectGarbageAfterEnd !== undefined) {
      validateBoolean(options.rejectGarbageAfterEnd, 'options.rejectGarbageAfterEnd');
      rejectGarbage = options.rejectGarbageAfterEnd;
    }
    if (options.encoding || options.objectMode || options.writableObjectMode) {
      options = { ...options, encoding: null, objectMode: false, writableObjectMode: false };
    }
  }
  Reflect.apply(Transform, this, [{ autoDestroy: true, ...options }]);
  this.bytesWritten = 0;
  // [free bytes of the output, unread bytes of the input], as the last write left them.
  this._writeState = new Float64Array(2);
  this._outBuffer = null;
  this._outOffset = 0;
  this._chunkSize = chunkSize;
  this._defaultFlushFlag = flush;
  this._finishFlushFlag = finishFlush;
  this._defaultFullFlushFlag = fullFlush;
  this._info = options?.info;
  this._maxOutputLength = maxOutputLength;
  this._rejectGarbageAfterEnd = rejectGarbage;
  this[kError] = null;
  this[kFinished] = false;
  this._handle = open(this);
  this._handle.owner = this;
  this._handle.onerror = onCodecError;
}
Object.setPrototypeOf(ZlibBase.prototype, Transform.prototype);
Object.setPrototypeOf(ZlibBase, Transform);

Object.defineProperty(ZlibBase.prototype, '_closed', {
  __proto__: null,
  get() {
    return !this._handle;
  },
  enumerable: true,
  configurable: true,
});

ZlibBase.prototype.reset = function () {
  if (!this._handle) throw new ERR_INTERNAL_ASSERTION('zlib binding closed');
  this[kFinished] = false;
  return this._handle.reset();
};

ZlibBase.prototype._flush = function (callback) {
  if (this[kFinished]) callback();
  else this._transform(NO_BYTES, '', callback);
};

// The end is pushed by _flush, which Transform calls before 'finish'.
ZlibBase.prototype._final = function (callback) {
  callback();
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
    else this.once('close', callback);
  }
  this.destroy();
};

ZlibBase.prototype._destroy = function (error, callback) {
  closeCodec(this);
  callback(error);
};

function closeCodec(stream) {
  const handle = stream._handle;
  if (!handle) return;
  stream._handle = null;
  handle.close();
}

ZlibBase.prototype._transform = function (chunk, encoding, callback) {
  let flush = typeof chunk[kFlushMarker] === 'number' ? chunk[kFlushMarker] : this._defaultFlushFlag;
  // The last chunk is finished in the same go.
  const last = this.writableEnded && this.writableLength === chunk.byteLength;
  if (last) flush = strongerFlush(flush, this._finishFlushFlag);
  processChunk(this, chunk, flush, last, callback);
};

ZlibBase.prototype._processChunk = function (chunk, flush, callback) {
  if (typeof callback !== 'function') return processSync(this, chunk, flush);
  processChunk(this, chunk, flush, false, callback);
  return undefined;
};

function ensureRoom(stream) {
  if (stream._outBuffer !== null && stream._outOffset < stream._chunkSize) return;
  stream._outBuffer = Buffer.allocUnsafeSlow(stream._chunkSize);
  stream._outOffset = 0;
}

/** One chunk through the thread pool; output is pushed as it comes, and waits while nobody reads. */
function processChunk(stream, chunk, flush, last, callback) {
  const handle = stream._handle;
  if (!handle) {
    nextTick(callback);
    return;
  }
  const input = chunk.byteLength === 0 ? undefined : chunk;
  const state = stream._writeState;
  let offset = 0;
  let left = chunk.byteLength;
  let room = 0;

  const step = () => {
    ensureRoom(stream);
    room = stream._chunkSize - stream._outOffset;
    handle.write(flush, input, offset, left, stream._outBuffer, stream._outOffset, room, onDone);
  };

  const onDone = (message, errno, code) => {
    if (stream.destroyed) {
      callback();
      return;
    }
    if (message !== undefined) {
      handle.onerror(message, errno, code);
      return;
    }
    const roomAfter = state[0];
    const leftAfter = state[1];
    stream.bytesWritten += left - leftAfter;
    offset += left - leftAfter;
    left = leftAfter;
    let wanted = true;
    if (roomAfter < room) {
      const start = stream._outOffset;
      stream._outOffset += room - roomAfter;
      wanted = stream.push(stream._outBuffer.subarray(start, stream._outOffset));
      if (stream.destroyed) {
        callback();
        return;
      }
    }
    if (roomAfter === 0) {
      // There may be more to come out. With a full reader, that waits until somebody reads.
      if (wanted) step();
      else resumeOnRead(stream, step);
      return;
    }
    if (left > 0) {
      // The data has ended, and there is room, but something is left.
      if (stream._rejectGarbageAfterEnd) {
        stream.destroy(new ERR_TRAILING_JUNK_AFTER_STREAM_END());
        return;
      }
      stream.push(null);
    }
    if (last) stream[kFinished] = true;
    callback();
  };

  step();
}

function resumeOnRead(stream, step) {
  const { _read } = stream;
  stream._read = (size) => {
    stream._read = _read;
    step();
    Reflect.apply(_read, stream, [size]);
  };
}

const ignoreError = () => {};

/**
 * Everything in one go; closes the codec.
 * @returns {Buffer} what came out
 */
function processSync(stream, chunk, flush) {
  const handle = stream._handle;
  if (!handle) throw new ERR_INTERNAL_ASSERTION('zlib binding closed');
  const input = chunk.byteLength === 0 ? undefined : chunk;
  const state = stream._writeState;
  const buffers = [];
  let total = 0;
  let offset = 0;
  let left = chunk.byteLength;
  let failure = null;
  // A failure destroys the stream, whose 'error' is what is thrown here.
  stream.on('error', ignoreError);
  for (;;) {
    ensureRoom(stream);
    const room = stream._chunkSize - stream._outOffset;
    handle.writeSync(flush, input, offset, left, stream._outBuffer, stream._outOffset, room);
    if (stream[kError] !== null) {
      failure = stream[kError];
      break;
    }
    const produced = room - state[0];
    offset += left - state[1];
    left = state[1];
    if (produced > 0) {
      const start = stream._outOffset;
      stream._outOffset += produced;
      buffers.push(stream._outBuffer.subarray(start, stream._outOffset));
      total += produced;
      if (total > stream._maxOutputLength) {
        failure = new ERR_BUFFER_TOO_LARGE(stream._maxOutputLength);
        break;
      }
    }
    if (state[0] !== 0) break;
  }
  stream.bytesWritten = offset;
  if (failure === null && left > 0 && stream._rejectGarbageAfterEnd) failure = new ERR_TRAILING_JUNK_AFTER_STREAM_END();
  closeCodec(stream);
  if (failure !== null) throw failure;
  if (buffers.length === 0) return Buffer.alloc(0);
  return buffers.length === 1 ? buffers[0] : Buffer.concat(buffers, total);
}

module.exports = { ZlibBase, processSync };
