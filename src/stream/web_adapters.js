// Conversions between Node's streams and WHATWG streams: Readable.toWeb(), Writable.fromWeb(), ...
'use strict';

const { AbortError, codes } = require('errors/errors');
const { validateBoolean, validateObject } = require('errors/validators');
const { Buffer } = require('buffer/buffer');
const { nextTick } = require('process/next_tick');
const { destroyer } = require('stream/destroy');
const { eos } = require('stream/end_of_stream');
const { isDestroyed, isReadable, isWritable, isWritableEnded } = require('stream/state');
const { isAnyArrayBuffer, isSharedArrayBuffer } = require('util/types');
const { kState, noop, then } = require('stream/web/common');
const { ReadableStreamState, readFrom } = require('stream/web/readable_state');
const { WritableStreamState } = require('stream/web/writable_stream');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_STREAM_PREMATURE_CLOSE } = codes;

const isReadableStream = (value) => value?.[kState] instanceof ReadableStreamState;
const isWritableStream = (value) => value?.[kState] instanceof WritableStreamState;

/** A premature close is an abort to whoever waits on the other side. */
function asAbort(error) {
  return error?.code === 'ERR_STREAM_PREMATURE_CLOSE' ? new AbortError(undefined, { cause: error }) : error;
}

/** Calls back; what the callback throws is the stream's error, not a rejection. */
function callBack(callback, stream, error) {
  try {
    callback(error);
  } catch (thrown) {
    nextTick(() => destroyer(stream, thrown));
  }
}

/** Bytes in memory that is not Node's pool's, which a consumer may transfer. */
function ownBytes(chunk) {
  return chunk.byteLength === chunk.buffer.byteLength ? new Uint8Array(chunk.buffer) : new Uint8Array(chunk);
}

// --- Node to WHATWG

/**
 * @param {import('stream').Readable} streamReadable
 * @param {{strategy?: object, type?: 'bytes'}} [options]
 * @returns {ReadableStream}
 */
function newReadableStreamFromStreamReadable(streamReadable, options = {}) {
  const { ReadableStream } = require('stream/web/readable_stream');
  if (typeof streamReadable?._readableState !== 'object')
    throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', streamReadable);
  validateObject(options, 'options');
  const { strategy, type, mapError = asAbort } = options;
  if (type !== undefined && type !== 'bytes') throw new ERR_INVALID_ARG_VALUE('options.type', type);
  if (isDestroyed(streamReadable) || !isReadable(streamReadable)) {
    const closed = new ReadableStream();
    closed.cancel();
    return closed;
  }
  const isBytes = type === 'bytes';
  const objectMode = streamReadable.readableObjectMode;
  let controller;
  let wasCancelled = false;

  streamReadable.pause();
  const cleanup = eos(streamReadable, (error) => {
    cleanup();
    // What fails later has nobody to tell.
    streamReadable.on('error', noop);
    if (wasCancelled) return;
    const failure = mapError(asAbort(error));
    if (failure) {
      controller.error(failure);
      return;
    }
    controller.close();
    if (isBytes) controller.byobRequest?.respond(0);
  });
  streamReadable.on('data', (chunk) => {
    if (wasCancelled) return;
    if (isBytes) {
      if (typeof chunk === 'string') chunk = Buffer.from(chunk);
      if (chunk.byteLength === 0) return;
      controller.enqueue(ownBytes(chunk));
    } else {
      controller.enqueue(Buffer.isBuffer(chunk) && !objectMode ? ownBytes(chunk) : chunk);
    }
    if (controller.desiredSize <= 0) streamReadable.pause();
  });

  const source = {
    __proto__: null,
    start(itsController) {
      controller = itsController;
    },
    pull() {
      streamReadable.resume();
    },
    cancel(reason) {
      wasCancelled = true;
      destroyer(streamReadable, reason);
    },
  };
  if (isBytes)
    return new ReadableStream({ ...source, type: 'bytes' }, { highWaterMark: streamReadable.readableHighWaterMark });
  return new ReadableStream(source, strategy ?? strategyFor(objectMode, streamReadable.readableHighWaterMark));
}

function strategyFor(objectMode, highWaterMark) {
  const { ByteLengthQueuingStrategy, CountQueuingStrategy } = require('stream/web/strategies');
  return objectMode ? new CountQueuingStrategy({ highWaterMark }) : new ByteLengthQueuingStrategy({ highWaterMark });
}

/**
 * @param {import('stream').Writable} streamWritable
 * @returns {WritableStream}
 */
function newWritableStreamFromStreamWritable(streamWritable, options = undefined) {
  const { WritableStream } = require('stream/web/writable_stream');
  if (typeof streamWritable?._writableState !== 'object')
    throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', streamWritable);
  if (isDestroyed(streamWritable) || !isWritable(streamWritable)) {
    const closed = new WritableStream();
    closed.close();
    return closed;
  }
  const { mapError = asAbort, checkChunk, destroyOnThrow = false } = options ?? {};
  const objectMode = streamWritable.writableObjectMode;
  const highWaterMark = streamWritable.writableHighWaterMark;
  let controller;
  let drained;
  let closed;

  const cleanup = eos(streamWritable, (error) => {
    cleanup();
    streamWritable.on('error', noop);
    const failure = mapError(asAbort(error));
    if (failure != null) {
      drained?.reject(failure);
      closed?.reject(failure);
      closed = undefined;
      controller.error(failure);
    } else if (closed !== undefined) {
      closed.resolve();
      closed = undefined;
    } else {
      // Ended behind the back of the WritableStream.
      controller.error(new AbortError());
    }
  });
  streamWritable.on('drain', () => drained?.resolve());

  const sink = {
    __proto__: null,
    start(itsController) {
      controller = itsController;
    },
    write(chunk) {
      let goesOn;
      try {
        checkChunk?.(chunk);
        goesOn = streamWritable.write(isAnyArrayBuffer(chunk) && !objectMode ? new Uint8Array(chunk) : chunk);
      } catch (error) {
        if (destroyOnThrow) destroyer(streamWritable, error);
        throw error;
      }
      if (goesOn && !streamWritable.writableNeedDrain) return undefined;
      drained = Promise.withResolvers();
      return drained.promise.finally(() => {
        drained = undefined;
      });
    },
    abort(reason) {
      destroyer(streamWritable, reason);
    },
    close() {
      if (closed === undefined && !isWritableEnded(streamWritable)) streamWritable.end();
      closed = Promise.withResolvers();
      return closed.promise;
    },
  };
  return new WritableStream(sink, objectMode ? strategyFor(true, highWaterMark) : { highWaterMark });
}

/**
 * @param {import('stream').Duplex} duplex
 * @returns {{readable: ReadableStream, writable: WritableStream}}
 */
function newReadableWritablePairFromDuplex(duplex, options = {}) {
  if (typeof duplex?._writableState !== 'object' || typeof duplex?._readableState !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', duplex);
  }
  validateObject(options, 'options');
  if (isDestroyed(duplex)) return { readable: closedReadable(), writable: closedWritable() };
  const writable = isWritable(duplex) ? newWritableStreamFromStreamWritable(duplex) : closedWritable();
  const { readableType, type = readableType } = options;
  const readable = isReadable(duplex)
    ? newReadableStreamFromStreamReadable(duplex, type === undefined ? {} : { type })
    : closedReadable();
  return { writable, readable };
}

function closedReadable() {
  const { ReadableStream } = require('stream/web/readable_stream');
  const readable = new ReadableStream();
  readable.cancel();
  return readable;
}

function closedWritable() {
  const { WritableStream } = require('stream/web/writable_stream');
  const writable = new WritableStream();
  writable.close();
  return writable;
}

/** The pair of a zlib stream, for CompressionStream and DecompressionStream: it takes bytes, and fails with TypeErrors. */
function newCodecPair(handle) {
  const seen = new Map();
  const mapError = (error) => {
    if (!error || error instanceof TypeError || error.name === 'AbortError') return error;
    let failure = seen.get(error);
    if (failure === undefined) {
      failure = new TypeError(error.message, { cause: error });
      if (error.code !== undefined) failure.code = error.code;
      seen.set(error, failure);
    }
    return failure;
  };
  const checkChunk = (chunk) => {
    const buffer = ArrayBuffer.isView(chunk) ? chunk.buffer : chunk;
    if (isSharedArrayBuffer(buffer))
      throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], chunk);
  };
  return {
    writable: newWritableStreamFromStreamWritable(handle, { mapError, checkChunk, destroyOnThrow: true }),
    readable: newReadableStreamFromStreamReadable(handle, { mapError }),
  };
}

// --- WHATWG to Node

/** A read for a Node stream. Chunks that are there are pushed at once, later ones in a turn of their own. */
class PushRequest {
  #readable;
  isReading = true;

  constructor(readable) {
    this.#readable = readable;
  }

  #do(step) {
    if (this.isReading) step();
    else then(Promise.resolve(), step);
  }

  chunkSteps(chunk) {
    this.#do(() => this.#readable.push(chunk));
  }

  closeSteps() {
    this.#do(() => this.#readable.push(null));
  }

  errorSteps(error) {
    this.#do(() => destroyer(this.#readable, error));
  }
}

function readOnce(reader, readable) {
  const request = new PushRequest(readable);
  const state = reader[kState];
  if (state.stream === undefined) return;
  readFrom(state, request);
  request.isReading = false;
}

function checkEncoding(encoding) {
  if (encoding !== undefined && !Buffer.isEncoding(encoding))
    throw new ERR_INVALID_ARG_VALUE(encoding, 'options.encoding');
}

/**
 * @param {ReadableStream} readableStream
 * @param {object} [options] highWaterMark, encoding, objectMode, signal
 * @returns {import('stream').Readable}
 */
function newStreamReadableFromReadableStream(readableStream, options = {}) {
  if (!isReadableStream(readableStream))
    throw new ERR_INVALID_ARG_TYPE('readableStream', 'ReadableStream', readableStream);
  validateObject(options, 'options');
  const { highWaterMark, encoding, objectMode = false, signal } = options;
  checkEncoding(encoding);
  validateBoolean(objectMode, 'options.objectMode');
  const Readable = require('stream/readable');
  const reader = readableStream.getReader();
  let closed = false;
  const readable = new Readable({
    objectMode,
    highWaterMark,
    encoding,
    signal,
    read() {
      readOnce(reader, readable);
    },
    destroy(error, callback) {
      const done = () => callBack(callback, readable, error);
      if (closed) done();
      else then(reader.cancel(error), done, done);
    },
  });
  then(
    reader.closed,
    () => {
      closed = true;
    },
    (error) => {
      closed = true;
      destroyer(readable, error);
    },
  );
  return readable;
}

/** Text as bytes, where the WritableStream is to get bytes. */
function chunkFor(chunk, encoding, decodeStrings, objectMode) {
  if (typeof chunk !== 'string' || !decodeStrings || objectMode) return chunk;
  const bytes = Buffer.from(chunk, encoding);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function writeAll(writer, chunks, callback, stream, decodeStrings, objectMode) {
  const done = (error) => callBack(callback, stream, error);
  then(
    writer.ready,
    () => {
      const writes = chunks.map(({ chunk, encoding }) =>
        writer.write(chunkFor(chunk, encoding, decodeStrings, objectMode)),
      );
      then(Promise.all(writes), () => done(), done);
    },
    done,
  );
}

function writeOne(writer, chunk, callback, stream) {
  const done = (error) => callBack(callback, stream, error);
  then(
    writer.ready,
    () => {
      then(writer.write(chunk), () => done(), done);
    },
    done,
  );
}

/**
 * @param {WritableStream} writableStream
 * @param {object} [options] highWaterMark, decodeStrings, objectMode, signal
 * @returns {import('stream').Writable}
 */
function newStreamWritableFromWritableStream(writableStream, options = {}) {
  if (!isWritableStream(writableStream))
    throw new ERR_INVALID_ARG_TYPE('writableStream', 'WritableStream', writableStream);
  validateObject(options, 'options');
  const { highWaterMark, decodeStrings = true, objectMode = false, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  validateBoolean(decodeStrings, 'options.decodeStrings');
  const Writable = require('stream/writable');
  const writer = writableStream.getWriter();
  let closed = false;
  const writable = new Writable({
    highWaterMark,
    objectMode,
    decodeStrings,
    signal,
    writev(chunks, callback) {
      writeAll(writer, chunks, callback, writable, decodeStrings, objectMode);
    },
    write(chunk, encoding, callback) {
      writeOne(writer, chunkFor(chunk, encoding, decodeStrings, objectMode), callback, writable);
    },
    destroy(error, callback) {
      const done = () => callBack(callback, writable, error);
      if (closed) done();
      else if (error != null) then(writer.abort(error), done, done);
      else then(writer.close(), done, done);
    },
    final(callback) {
      const done = (error) => callBack(callback, writable, error);
      if (closed) done();
      else then(writer.close(), () => done(), done);
    },
  });
  watchWriter(writer, writable, () => {
    closed = true;
  });
  return writable;
}

/** A WritableStream that ends by itself ends the Node stream. */
function watchWriter(writer, stream, onClosed) {
  then(
    writer.closed,
    () => {
      onClosed();
      if (!isWritableEnded(stream)) destroyer(stream, new ERR_STREAM_PREMATURE_CLOSE());
    },
    (error) => {
      onClosed();
      destroyer(stream, error);
    },
  );
}

/**
 * @param {{readable: ReadableStream, writable: WritableStream}} pair
 * @param {object} [options]
 * @returns {import('stream').Duplex}
 */
function newStreamDuplexFromReadableWritablePair(pair = {}, options = {}) {
  validateObject(pair, 'pair');
  const { readable: readableStream, writable: writableStream } = pair;
  if (!isReadableStream(readableStream))
    throw new ERR_INVALID_ARG_TYPE('pair.readable', 'ReadableStream', readableStream);
  if (!isWritableStream(writableStream))
    throw new ERR_INVALID_ARG_TYPE('pair.writable', 'WritableStream', writableStream);
  validateObject(options, 'options');
  const { allowHalfOpen = false, objectMode = false, encoding, decodeStrings = true, highWaterMark, signal } = options;
  validateBoolean(objectMode, 'options.objectMode');
  checkEncoding(encoding);
  const Duplex = require('stream/duplex');
  const writer = writableStream.getWriter();
  const reader = readableStream.getReader();
  let writableClosed = false;
  let readableClosed = false;
  const duplex = new Duplex({
    allowHalfOpen,
    highWaterMark,
    objectMode,
    encoding,
    decodeStrings,
    signal,
    writev(chunks, callback) {
      writeAll(writer, chunks, callback, duplex, decodeStrings, objectMode);
    },
    write(chunk, chunkEncoding, callback) {
      writeOne(writer, chunkFor(chunk, chunkEncoding, decodeStrings, objectMode), callback, duplex);
    },
    final(callback) {
      const done = (error) => callBack(callback, duplex, error);
      if (writableClosed) done();
      else then(writer.close(), () => done(), done);
    },
    read() {
      readOnce(reader, duplex);
    },
    destroy(error, callback) {
      const done = () => callBack(callback, duplex, error);
      if (writableClosed && readableClosed) {
        done();
        return;
      }
      const ends = [];
      if (!writableClosed) ends.push(writer.abort(error));
      if (!readableClosed) ends.push(reader.cancel(error));
      then(Promise.all(ends), done, done);
    },
  });
  watchWriter(writer, duplex, () => {
    writableClosed = true;
  });
  then(
    reader.closed,
    () => {
      readableClosed = true;
    },
    (error) => {
      writableClosed = true;
      readableClosed = true;
      destroyer(duplex, error);
    },
  );
  return duplex;
}

module.exports = {
  newCodecPair,
  newReadableStreamFromStreamReadable,
  newReadableWritablePairFromDuplex,
  newStreamDuplexFromReadableWritablePair,
  newStreamReadableFromReadableStream,
  newStreamWritableFromWritableStream,
  newWritableStreamFromStreamWritable,
};
