// stream.Readable: https://nodejs.org/api/stream.html#readable-streams
'use strict';

const EE = require('events/events');
const { Buffer } = require('buffer/buffer');
const { AbortError, codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { Stream, prependListener, ReadableEvents } = require('stream/legacy');
const { construct, destroy, destroyer, errorOrDestroy, undestroy } = require('stream/destroy');
const { getDefaultHighWaterMark, highWaterMarkOf } = require('stream/state');

const kPaused = Symbol('kPaused');

/** What a Readable remembers; `stream._readableState`. */
class ReadableState {
  constructor(options, stream, isDuplex) {
    this.objectMode = Boolean(options?.objectMode || (isDuplex && options?.readableObjectMode));
    this.highWaterMark = options
      ? highWaterMarkOf(options, this.objectMode, 'readableHighWaterMark', isDuplex)
      : getDefaultHighWaterMark(this.objectMode);
    // Chunks wait in buffer[bufferIndex...].
    this.buffer = [];
    this.bufferIndex = 0;
    this.length = 0;
    this.pipes = [];
    this.flowing = null;
    this.ended = false;
    this.endEmitted = false;
    this.reading = false;
    this.constructed = true;
    this.sync = true;
    this.needReadable = false;
    this.emittedReadable = false;
    this.readableListening = false;
    this.resumeScheduled = false;
    this.errorEmitted = false;
    this.emitClose = options?.emitClose !== false;
    this.autoDestroy = options?.autoDestroy !== false;
    this.destroyed = false;
    this.errored = null;
    this.closed = false;
    this.closeEmitted = false;
    this.defaultEncoding = options?.defaultEncoding || 'utf8';
    this.awaitDrainWriters = null;
    this.multiAwaitDrain = false;
    this.readingMore = false;
    this.dataEmitted = false;
    this.decoder = null;
    this.encoding = null;
    this[kPaused] = null;
    if (options?.defaultEncoding && !Buffer.isEncoding(options.defaultEncoding))
      throw new codes.ERR_UNKNOWN_ENCODING(options.defaultEncoding);
    if (options?.encoding) {
      this.decoder = makeDecoder(options.encoding);
      this.encoding = options.encoding;
    }
  }

  get pipesCount() {
    return this.pipes.length;
  }
  get paused() {
    return this[kPaused] !== false;
  }
  set paused(value) {
    this[kPaused] = Boolean(value);
  }
}

function makeDecoder(encoding) {
  const { StringDecoder } = require('buffer/string_decoder');
  return new StringDecoder(encoding);
}

function Readable(options) {
  if (!(this instanceof Readable)) return new Readable(options);
  this._events ??= new ReadableEvents();
  this._readableState = new ReadableState(options, this, false);
  if (options) {
    if (typeof options.read === 'function') this._read = options.read;
    if (typeof options.destroy === 'function') this._destroy = options.destroy;
    if (typeof options.construct === 'function') this._construct = options.construct;
    if (options.signal) require('stream/add_abort_signal').addAbortSignal(options.signal, this);
  }
  Stream.call(this, options);
  if (typeof this._construct === 'function') construct(this, () => onReadableConstructed(this));
}

/** Reads that were asked for while the stream was not constructed yet. */
function onReadableConstructed(stream) {
  if (stream._readableState.needReadable) maybeReadMore(stream, stream._readableState);
}
Object.setPrototypeOf(Readable.prototype, Stream.prototype);
Object.setPrototypeOf(Readable, Stream);
Readable.ReadableState = ReadableState;

Readable.prototype.destroy = destroy;
Readable.prototype._undestroy = undestroy;
Readable.prototype._destroy = function (error, callback) {
  callback(error);
};
Readable.prototype[EE.captureRejectionSymbol] = function (error) {
  this.destroy(error);
};
Readable.prototype[Symbol.asyncDispose] = function () {
  let error;
  if (!this.destroyed) {
    error = this.readableEnded ? null : new AbortError();
    this.destroy(error);
  }
  return new Promise((resolve, reject) =>
    require('stream/end_of_stream').eos(this, (err) => (err && err !== error ? reject(err) : resolve(null))),
  );
};

// --- putting data in ----------------------------------------------------------------------------------------------------

Readable.prototype.push = function push(chunk, encoding) {
  return addToFrontOrBack(this, chunk, encoding, false);
};

Readable.prototype.unshift = function unshift(chunk, encoding) {
  return addToFrontOrBack(this, chunk, encoding, true);
};

function addToFrontOrBack(stream, chunk, encoding, front) {
  const state = stream._readableState;
  if (chunk === null) {
    state.reading = false;
    onEndOfData(stream, state);
    return false;
  }
  if (!state.objectMode) {
    if (typeof chunk === 'string') {
      encoding ||= state.defaultEncoding;
      if (state.encoding !== encoding) {
        if (front && state.encoding) {
          chunk = Buffer.from(chunk, encoding).toString(state.encoding);
        } else {
          chunk = Buffer.from(chunk, encoding);
          encoding = '';
        }
      }
    } else if (chunk instanceof Buffer) {
      encoding = '';
    } else if (ArrayBuffer.isView(chunk)) {
      chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      encoding = '';
    } else if (chunk !== undefined) {
      errorOrDestroy(
        stream,
        new codes.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk),
      );
      return false;
    }
    if (chunk === undefined || chunk.length <= 0) {
      if (!front) {
        state.reading = false;
        maybeReadMore(stream, state);
      }
      return canTakeMore(state);
    }
  }
  if (front) {
    if (state.endEmitted) errorOrDestroy(stream, new codes.ERR_STREAM_UNSHIFT_AFTER_END_EVENT());
    else if (state.destroyed || state.errored) return false;
    else addChunk(stream, state, chunk, true);
  } else if (state.ended) {
    errorOrDestroy(stream, new codes.ERR_STREAM_PUSH_AFTER_EOF());
  } else if (state.destroyed || state.errored) {
    return false;
  } else {
    state.reading = false;
    if (state.decoder && !encoding) {
      chunk = state.decoder.write(chunk);
      if (state.objectMode || chunk.length !== 0) addChunk(stream, state, chunk, false);
      else maybeReadMore(stream, state);
    } else {
      addChunk(stream, state, chunk, false);
    }
  }
  return canTakeMore(state);
}

function canTakeMore(state) {
  return !state.ended && (state.length < state.highWaterMark || state.length === 0);
}

function addChunk(stream, state, chunk, front) {
  if (state.flowing && state.length === 0 && !state.sync && stream.listenerCount('data') > 0) {
    // Nobody needs the buffer: hand the chunk over as it comes.
    if (state.multiAwaitDrain) state.awaitDrainWriters.clear();
    else state.awaitDrainWriters = null;
    state.dataEmitted = true;
    stream.emit('data', chunk);
  } else {
    state.length += state.objectMode ? 1 : chunk.length;
    if (!front) {
      state.buffer.push(chunk);
    } else if (state.bufferIndex > 0) {
      state.buffer[--state.bufferIndex] = chunk;
    } else {
      state.buffer.unshift(chunk);
    }
    if (state.needReadable) emitReadable(stream);
  }
  maybeReadMore(stream, state);
}

function onEndOfData(stream, state) {
  if (state.ended) return;
  if (state.decoder) {
    const chunk = state.decoder.end();
    if (chunk?.length) {
      state.buffer.push(chunk);
      state.length += state.objectMode ? 1 : chunk.length;
    }
  }
  state.ended = true;
  if (state.sync) {
    // Still inside _read: listeners hear of it on the next tick.
    emitReadable(stream);
  } else {
    state.needReadable = false;
    state.emittedReadable = true;
    emitReadableNow(stream);
  }
}

// --- taking data out ----------------------------------------------------------------------------------------------------

const LARGEST_HIGH_WATER_MARK = 0x40000000;

/** The next power of two, so that repeated large reads grow the buffer in steps. */
function growHighWaterMark(n) {
  if (n > LARGEST_HIGH_WATER_MARK) throw new codes.ERR_OUT_OF_RANGE('size', '<= 1GiB', n);
  n--;
  n |= n >>> 1;
  n |= n >>> 2;
  n |= n >>> 4;
  n |= n >>> 8;
  n |= n >>> 16;
  return n + 1;
}

function howMuchToRead(n, state) {
  if (n <= 0 || (state.length === 0 && state.ended)) return 0;
  if (state.objectMode) return 1;
  if (Number.isNaN(n)) {
    if (state.flowing && state.length) return state.buffer[state.bufferIndex].length;
    return state.length;
  }
  if (n <= state.length) return n;
  return state.ended ? state.length : 0;
}

Readable.prototype.read = function read(size) {
  let n = size === undefined ? NaN : Number.isInteger(size) ? size : Number.parseInt(size, 10);
  const state = this._readableState;
  const asked = n;
  if (n > state.highWaterMark) state.highWaterMark = growHighWaterMark(n);
  if (n !== 0) state.emittedReadable = false;

  if (
    n === 0 &&
    state.needReadable &&
    ((state.highWaterMark !== 0 ? state.length >= state.highWaterMark : state.length > 0) || state.ended)
  ) {
    if (state.length === 0 && state.ended) endReadable(this);
    else emitReadable(this);
    return null;
  }
  n = howMuchToRead(n, state);
  if (n === 0 && state.ended) {
    if (state.length === 0) endReadable(this);
    return null;
  }

  let doRead = state.needReadable || state.length === 0 || state.length - n < state.highWaterMark;
  if (state.ended || state.reading || state.destroyed || state.errored || !state.constructed) doRead = false;
  if (doRead) {
    state.reading = true;
    state.sync = true;
    if (state.length === 0) state.needReadable = true;
    try {
      this._read(state.highWaterMark);
    } catch (error) {
      errorOrDestroy(this, error);
    }
    state.sync = false;
    // _read may have pushed at once: look again.
    if (!state.reading) n = howMuchToRead(asked, state);
  }

  let result = n > 0 ? takeFromBuffer(n, state) : null;
  if (result === null) {
    state.needReadable = state.length <= state.highWaterMark;
    n = 0;
  } else {
    state.length -= n;
    if (state.multiAwaitDrain) state.awaitDrainWriters.clear();
    else state.awaitDrainWriters = null;
  }
  if (state.length === 0) {
    if (!state.ended) state.needReadable = true;
    if (asked !== n && state.ended) endReadable(this);
  }
  if (result !== null && !state.errorEmitted && !state.closeEmitted) {
    state.dataEmitted = true;
    this.emit('data', result);
  }
  if (result === undefined) result = null;
  return result;
};

/** The first `n` bytes, or one object, of the buffer. */
function takeFromBuffer(n, state) {
  if (state.length === 0) return null;
  const { buffer } = state;
  let index = state.bufferIndex;
  let result;
  if (state.objectMode) {
    result = buffer[index];
    buffer[index++] = null;
  } else if (!n || n >= state.length) {
    if (state.decoder) {
      result = '';
      for (let i = index; i < buffer.length; i++) result += buffer[i];
    } else if (buffer.length - index === 0) {
      result = Buffer.alloc(0);
    } else if (buffer.length - index === 1) {
      result = buffer[index];
    } else {
      result = Buffer.concat(index === 0 ? buffer : buffer.slice(index), state.length);
    }
    index = buffer.length;
  } else if (n < buffer[index].length) {
    result = buffer[index].slice(0, n);
    buffer[index] = buffer[index].slice(n);
  } else if (n === buffer[index].length) {
    result = buffer[index];
    buffer[index++] = null;
  } else if (state.decoder) {
    result = '';
    while (n > 0) {
      const text = buffer[index];
      if (n >= text.length) {
        result += text;
        n -= text.length;
        buffer[index++] = null;
      } else {
        result += text.slice(0, n);
        buffer[index] = text.slice(n);
        n = 0;
      }
    }
  } else {
    result = Buffer.allocUnsafe(n);
    let at = 0;
    while (at < n) {
      const chunk = buffer[index];
      const rest = n - at;
      if (rest >= chunk.length) {
        result.set(chunk, at);
        at += chunk.length;
        buffer[index++] = null;
      } else {
        result.set(chunk.subarray(0, rest), at);
        buffer[index] = chunk.subarray(rest);
        at = n;
      }
    }
  }
  if (index === buffer.length) {
    state.buffer.length = 0;
    state.bufferIndex = 0;
  } else if (index > 1024) {
    state.buffer.splice(0, index);
    state.bufferIndex = 0;
  } else {
    state.bufferIndex = index;
  }
  return result;
}

/** 'readable' on the next tick, once. */
function emitReadable(stream) {
  const state = stream._readableState;
  state.needReadable = false;
  if (state.emittedReadable) return;
  state.emittedReadable = true;
  nextTick(emitReadableNow, stream);
}

function emitReadableNow(stream) {
  const state = stream._readableState;
  if (!state.destroyed && !state.errored && (state.length || state.ended)) {
    stream.emit('readable');
    state.emittedReadable = false;
  }
  state.needReadable = !state.flowing && !state.ended && state.length <= state.highWaterMark;
  flow(stream);
}

/** Fills the buffer up to the high-water mark, on a later tick. */
function maybeReadMore(stream, state) {
  if (state.readingMore || !state.constructed) return;
  state.readingMore = true;
  nextTick(readMore, stream, state);
}

function readMore(stream, state) {
  while (
    !state.reading &&
    !state.ended &&
    (state.length < state.highWaterMark || (state.flowing && state.length === 0))
  ) {
    const before = state.length;
    stream.read(0);
    if (before === state.length) break; // nothing came
  }
  state.readingMore = false;
}

Readable.prototype._read = function (size) {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_read()');
};

// --- the end ------------------------------------------------------------------------------------------------------------

function endReadable(stream) {
  const state = stream._readableState;
  if (state.endEmitted) return;
  state.ended = true;
  nextTick(emitEnd, state, stream);
}

function emitEnd(state, stream) {
  if (state.errored || state.closeEmitted || state.endEmitted || state.length !== 0) return;
  state.endEmitted = true;
  stream.emit('end');
  if (stream.writable && stream.allowHalfOpen === false) {
    nextTick(endWritable, stream);
  } else if (state.autoDestroy) {
    // A Duplex goes when both sides have ended.
    const w = stream._writableState;
    if (!w || (w.autoDestroy && (w.finished || w.writable === false))) stream.destroy();
  }
}

function endWritable(stream) {
  if (stream.writable && !stream.writableEnded && !stream.destroyed) stream.end();
}

// --- flowing ------------------------------------------------------------------------------------------------------------

Readable.prototype.isPaused = function isPaused() {
  const state = this._readableState;
  return state[kPaused] === true || state.flowing === false;
};

Readable.prototype.setEncoding = function setEncoding(encoding) {
  const state = this._readableState;
  const decoder = makeDecoder(encoding);
  state.decoder = decoder;
  state.encoding = decoder.encoding;
  let text = '';
  for (let i = state.bufferIndex; i < state.buffer.length; i++) text += decoder.write(state.buffer[i]);
  state.buffer.length = 0;
  state.bufferIndex = 0;
  if (text !== '') state.buffer.push(text);
  state.length = text.length;
  return this;
};

Readable.prototype.on = function on(event, listener) {
  const result = Stream.prototype.on.call(this, event, listener);
  const state = this._readableState;
  if (event === 'data') {
    state.readableListening = this.listenerCount('readable') > 0;
    if (state.flowing !== false) this.resume();
  } else if (event === 'readable' && !state.endEmitted && !state.readableListening) {
    state.readableListening = state.needReadable = true;
    state.flowing = false;
    state.emittedReadable = false;
    if (state.length) emitReadable(this);
    else if (!state.reading) nextTick(readNothing, this);
  }
  return result;
};
Readable.prototype.addListener = Readable.prototype.on;

function readNothing(stream) {
  stream.read(0);
}

Readable.prototype.removeListener = function removeListener(event, listener) {
  const result = Stream.prototype.removeListener.call(this, event, listener);
  // Whether to flow again is decided when all listeners of this tick have been changed.
  if (event === 'readable') nextTick(updateListening, this);
  return result;
};
Readable.prototype.off = Readable.prototype.removeListener;

Readable.prototype.removeAllListeners = function removeAllListeners(event) {
  const result = Stream.prototype.removeAllListeners.apply(this, arguments);
  if (event === 'readable' || event === undefined) nextTick(updateListening, this);
  return result;
};

function updateListening(stream) {
  const state = stream._readableState;
  state.readableListening = stream.listenerCount('readable') > 0;
  if (state.resumeScheduled && state[kPaused] === false) state.flowing = true;
  else if (stream.listenerCount('data') > 0) stream.resume();
  else if (!state.readableListening) state.flowing = null;
}

Readable.prototype.resume = function resume() {
  const state = this._readableState;
  if (!state.flowing) {
    // With a 'readable' listener, data is taken by read() alone.
    state.flowing = !state.readableListening;
    if (!state.resumeScheduled) {
      state.resumeScheduled = true;
      nextTick(resumeNow, this, state);
    }
  }
  state[kPaused] = false;
  return this;
};

function resumeNow(stream, state) {
  if (!state.reading) stream.read(0);
  state.resumeScheduled = false;
  stream.emit('resume');
  flow(stream);
  if (state.flowing && !state.reading) stream.read(0);
}

Readable.prototype.pause = function pause() {
  const state = this._readableState;
  if (state.flowing !== false) {
    state.flowing = false;
    this.emit('pause');
  }
  state[kPaused] = true;
  return this;
};

function flow(stream) {
  const state = stream._readableState;
  while (state.flowing && stream.read() !== null);
}

// --- pipe ---------------------------------------------------------------------------------------------------------------

Readable.prototype.pipe = function pipe(destination, options) {
  const source = this;
  const state = this._readableState;
  if (state.pipes.length === 1 && !state.multiAwaitDrain) {
    state.multiAwaitDrain = true;
    state.awaitDrainWriters = new Set(state.awaitDrainWriters ? [state.awaitDrainWriters] : []);
  }
  state.pipes.push(destination);
  const endsWithSource =
    (!options || options.end !== false) && destination !== process.stdout && destination !== process.stderr;
  const atEnd = endsWithSource ? onEnd : unpipe;
  if (state.endEmitted) nextTick(atEnd);
  else source.once('end', atEnd);

  destination.on('unpipe', onUnpipe);
  function onUnpipe(readable, info) {
    if (readable === source && info && info.hasUnpiped === false) {
      info.hasUnpiped = true;
      cleanup();
    }
  }
  function onEnd() {
    destination.end();
  }

  let onDrain;
  let cleanedUp = false;
  function cleanup() {
    destination.removeListener('close', onClose);
    destination.removeListener('finish', onFinish);
    if (onDrain) destination.removeListener('drain', onDrain);
    destination.removeListener('error', onError);
    destination.removeListener('unpipe', onUnpipe);
    source.removeListener('end', onEnd);
    source.removeListener('end', unpipe);
    source.removeListener('data', onData);
    cleanedUp = true;
    // Somebody may wait for a drain that will not come any more.
    if (onDrain && state.awaitDrainWriters && (!destination._writableState || destination._writableState.needDrain))
      onDrain();
  }

  function waitForDrain() {
    if (!cleanedUp) {
      if (state.pipes.length === 1 && state.pipes[0] === destination) {
        state.awaitDrainWriters = destination;
        state.multiAwaitDrain = false;
      } else if (state.pipes.length > 1 && state.pipes.includes(destination)) {
        state.awaitDrainWriters.add(destination);
      }
      source.pause();
    }
    if (!onDrain) {
      onDrain = drainListener(source, destination);
      destination.on('drain', onDrain);
    }
  }

  source.on('data', onData);
  function onData(chunk) {
    let more;
    try {
      more = destination.write(chunk);
    } catch (error) {
      destination.destroy(error);
      return;
    }
    if (more === false) waitForDrain();
  }

  function onError(error) {
    unpipe();
    destination.removeListener('error', onError);
    if (destination.listenerCount('error') === 0) {
      const w = destination._writableState || destination._readableState;
      if (w && !w.errorEmitted) errorOrDestroy(destination, error);
      else destination.emit('error', error);
    }
  }
  // Before the user's listeners: they must find the pipe undone.
  prependListener(destination, 'error', onError);

  function onClose() {
    destination.removeListener('finish', onFinish);
    unpipe();
  }
  destination.once('close', onClose);
  function onFinish() {
    destination.removeListener('close', onClose);
    unpipe();
  }
  destination.once('finish', onFinish);
  function unpipe() {
    source.unpipe(destination);
  }

  destination.emit('pipe', source);
  if (destination.writableNeedDrain === true) waitForDrain();
  else if (!state.flowing) source.resume();
  return destination;
};

function drainListener(source, destination) {
  return function onDrain() {
    const state = source._readableState;
    if (state.awaitDrainWriters === destination) state.awaitDrainWriters = null;
    else if (state.multiAwaitDrain) state.awaitDrainWriters.delete(destination);
    if ((!state.awaitDrainWriters || state.awaitDrainWriters.size === 0) && source.listenerCount('data') > 0)
      source.resume();
  };
}

Readable.prototype.unpipe = function unpipe(destination) {
  const state = this._readableState;
  if (state.pipes.length === 0) return this;
  if (!destination) {
    const all = state.pipes;
    state.pipes = [];
    this.pause();
    for (const each of all) each.emit('unpipe', this, { hasUnpiped: false });
    return this;
  }
  const at = state.pipes.indexOf(destination);
  if (at === -1) return this;
  state.pipes.splice(at, 1);
  if (state.pipes.length === 0) this.pause();
  destination.emit('unpipe', this, { hasUnpiped: false });
  return this;
};

// --- old streams, iteration ---------------------------------------------------------------------------------------------

Readable.prototype.wrap = function wrap(stream) {
  let paused = false;
  stream.on('data', (chunk) => {
    if (!this.push(chunk) && stream.pause) {
      paused = true;
      stream.pause();
    }
  });
  stream.on('end', () => this.push(null));
  stream.on('error', (error) => errorOrDestroy(this, error));
  stream.on('close', () => destroyer(this));
  stream.on('destroy', () => destroyer(this));
  this._read = () => {
    if (paused && stream.resume) {
      paused = false;
      stream.resume();
    }
  };
  for (const key of Object.keys(stream)) {
    if (this[key] === undefined && typeof stream[key] === 'function') this[key] = stream[key].bind(stream);
  }
  return this;
};

Readable.prototype[Symbol.asyncIterator] = function () {
  return iterate(this);
};

Readable.prototype.iterator = function iterator(options) {
  if (options !== undefined) validateObject(options, 'options');
  return iterate(this, options);
};

function iterate(stream, options) {
  if (typeof stream.read !== 'function') stream = Readable.wrap(stream, { objectMode: true });
  const iterator = asyncIterator(stream, options);
  iterator.stream = stream;
  return iterator;
}

async function* asyncIterator(stream, options) {
  let wake = () => {};
  function next(resolve) {
    if (this === stream) {
      wake();
      wake = () => {};
    } else {
      wake = resolve;
    }
  }
  stream.on('readable', next);
  let error;
  const cleanup = require('stream/end_of_stream').eos(stream, { writable: false }, (err) => {
    error = err ? require('errors/errors').aggregateTwoErrors(error, err) : null;
    wake();
    wake = () => {};
  });
  try {
    for (;;) {
      const chunk = stream.destroyed ? null : stream.read();
      if (chunk !== null) yield chunk;
      else if (error) throw error;
      else if (error === null) return;
      else await new Promise(next);
    }
  } catch (err) {
    error = require('errors/errors').aggregateTwoErrors(error, err);
    throw error;
  } finally {
    if ((error || options?.destroyOnReturn !== false) && (error === undefined || stream._readableState.autoDestroy)) {
      destroyer(stream, null);
    } else {
      stream.off('readable', next);
      cleanup();
    }
  }
}

Readable.from = function from(iterable, options) {
  return require('stream/from').from(Readable, iterable, options);
};

Readable.fromWeb = function fromWeb(readableStream, options) {
  return require('stream/web_adapters').newStreamReadableFromReadableStream(readableStream, options);
};

Readable.toWeb = function toWeb(streamReadable, options) {
  return require('stream/web_adapters').newReadableStreamFromStreamReadable(streamReadable, options);
};

Readable.wrap = function wrap(source, options) {
  return new Readable({
    objectMode: source.readableObjectMode ?? source.objectMode ?? true,
    ...options,
    destroy(error, callback) {
      destroyer(source, error);
      callback(error);
    },
  }).wrap(source);
};

Readable._fromList = takeFromBuffer;
Object.defineProperty(Readable, 'onReadableConstructed', {
  __proto__: null,
  value: onReadableConstructed,
  enumerable: false,
}); // for Duplex

// --- properties ---------------------------------------------------------------------------------------------------------

function define(name, get, set = undefined, enumerable = false) {
  Object.defineProperty(Readable.prototype, name, { __proto__: null, get, set, enumerable, configurable: true });
}

Object.defineProperties(Readable.prototype, {
  readable: {
    __proto__: null,
    get() {
      const r = this._readableState;
      return Boolean(r && r.readable !== false && !r.destroyed && !r.errorEmitted && !r.endEmitted);
    },
    set(value) {
      if (this._readableState) this._readableState.readable = Boolean(value);
    },
    enumerable: true,
    configurable: true,
  },
  readableFlowing: {
    __proto__: null,
    get() {
      return this._readableState.flowing;
    },
    set(value) {
      if (this._readableState) this._readableState.flowing = value;
    },
    enumerable: false,
    configurable: true,
  },
  destroyed: {
    __proto__: null,
    get() {
      return this._readableState ? this._readableState.destroyed : false;
    },
    set(value) {
      if (this._readableState) this._readableState.destroyed = value;
    },
    enumerable: false,
    configurable: true,
  },
});
define('readableDidRead', function () {
  return this._readableState.dataEmitted;
});
define('readableAborted', function () {
  const r = this._readableState;
  return Boolean(r.readable !== false && (r.destroyed || r.errored) && !r.endEmitted);
});
define('readableHighWaterMark', function () {
  return this._readableState.highWaterMark;
});
define('readableBuffer', function () {
  return this._readableState?.buffer;
});
define('readableLength', function () {
  return this._readableState.length;
});
define('readableObjectMode', function () {
  return this._readableState ? this._readableState.objectMode : false;
});
define('readableEncoding', function () {
  return this._readableState ? this._readableState.encoding : null;
});
define('errored', function () {
  return this._readableState ? this._readableState.errored : null;
});
define('closed', function () {
  return this._readableState ? this._readableState.closed : false;
});
define('readableEnded', function () {
  return this._readableState ? this._readableState.endEmitted : false;
});

module.exports = Readable;
