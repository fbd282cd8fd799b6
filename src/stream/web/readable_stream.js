// ReadableStream.
'use strict';

const { codes } = require('errors/errors');
const common = require('stream/web/common');
const { checkDictionary, checkUnderlying, customInspect, describeClass, highWaterMarkOf } = common;
const { kInspect, kInternal, kState, makeTransferable, methodOf, setHandled, sizeOf, stateOf } = common;
const { setUpDefaultController, setUpFromSource } = require('stream/web/default_controller');
const { setUpByteController, setUpFromByteSource, toUnsigned } = require('stream/web/byte_controller');
const { ReadableStreamState, cancelStream } = require('stream/web/readable_state');
const { ReadableStreamBYOBReader, ReadableStreamDefaultReader } = require('stream/web/readers');
const { WritableStreamState } = require('stream/web/writable_stream');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_INVALID_THIS } = codes;

const streamState = (stream) => stateOf(stream, ReadableStreamState, 'ReadableStream');
const isReadable = (value) => value?.[kState] instanceof ReadableStreamState;
const isWritable = (value) => value?.[kState] instanceof WritableStreamState;
const locked = (name = 'ReadableStream') => new ERR_INVALID_STATE.TypeError(`${name} is locked`);

class ReadableStream {
  /**
   * @param {object} [source] start, pull, cancel, type, autoAllocateChunkSize
   * @param {{highWaterMark?: number, size?: (chunk: unknown) => number}} [strategy]
   */
  constructor(source = undefined, strategy = undefined) {
    if (source === kInternal) return;
    const given = checkUnderlying(source, 'source');
    const { highWaterMark, size } = checkDictionary(strategy, 'strategy');
    const autoAllocateChunkSize =
      given.autoAllocateChunkSize === undefined
        ? undefined
        : toUnsigned(given.autoAllocateChunkSize, 'source.autoAllocateChunkSize');
    const cancel = methodOf(given, 'cancel', 'source');
    const pull = methodOf(given, 'pull', 'source');
    const start = methodOf(given, 'start', 'source');
    const { type } = given;
    if (type !== undefined && `${type}` !== 'bytes') throw new ERR_INVALID_ARG_VALUE('source.type', type);
    const state = new ReadableStreamState(this);
    this[kState] = state;
    if (type === undefined) {
      const sizeFunction = sizeOf(size);
      setUpFromSource(state, given, { start, pull, cancel }, highWaterMarkOf(highWaterMark, 1), sizeFunction);
    } else {
      if (size !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.size', size);
      setUpFromByteSource(
        state,
        given,
        { start, pull, cancel, autoAllocateChunkSize },
        highWaterMarkOf(highWaterMark, 0),
      );
    }
  }

  /**
   * @param {Iterable|AsyncIterable} iterable
   * @returns {ReadableStream} whose chunks are the iterable's values
   */
  static from(iterable) {
    return require('stream/web/from').fromIterable(iterable);
  }

  get [Symbol.for('nodejs.stream.disturbed')]() {
    return streamState(this).disturbed;
  }

  get [Symbol.for('nodejs.stream.errored')]() {
    return streamState(this).state === 'errored';
  }

  get [Symbol.for('nodejs.stream.readable')]() {
    return streamState(this).state === 'readable';
  }

  get [Symbol.for('nodejs.webstream.isClosedPromise')]() {
    return streamState(this).whenClosed;
  }

  [Symbol.for('nodejs.webstream.controllerErrorFunction')](error) {
    streamState(this).controller.error(error);
  }

  /** @type {boolean} */
  get locked() {
    return streamState(this).locked;
  }

  cancel(reason = undefined) {
    if (!isReadable(this)) return Promise.reject(new ERR_INVALID_THIS('ReadableStream'));
    const state = this[kState];
    return state.locked ? Promise.reject(locked()) : cancelStream(state, reason);
  }

  /** @param {{mode?: 'byob'}} [options] */
  getReader(options = undefined) {
    streamState(this);
    const { mode } = checkDictionary(options, 'options');
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` !== 'byob') throw new ERR_INVALID_ARG_VALUE('options.mode', mode);
    return new ReadableStreamBYOBReader(this);
  }

  /**
   * @param {{readable: ReadableStream, writable: WritableStream}} transform
   * @param {object} [options] preventAbort, preventCancel, preventClose, signal
   * @returns {ReadableStream} `transform.readable`
   */
  pipeThrough(transform, options = undefined) {
    const state = streamState(this);
    const readable = transform?.readable;
    if (!isReadable(readable)) throw new ERR_INVALID_ARG_TYPE('transform.readable', 'ReadableStream', readable);
    const writable = transform?.writable;
    if (!isWritable(writable)) throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', writable);
    const checked = pipeOptions(options);
    if (state.locked) throw locked();
    if (writable[kState].locked) throw locked('WritableStream');
    setHandled(require('stream/web/pipe').pipe(state, writable[kState], checked));
    return readable;
  }

  /** @returns {Promise<void>} */
  pipeTo(destination, options = undefined) {
    try {
      const state = streamState(this);
      if (!isWritable(destination)) throw new ERR_INVALID_ARG_TYPE('transform.writable', 'WritableStream', destination);
      const checked = pipeOptions(options);
      if (state.locked) throw locked();
      if (destination[kState].locked) throw locked('WritableStream');
      return require('stream/web/pipe').pipe(state, destination[kState], checked);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** @returns {[ReadableStream, ReadableStream]} two streams with the same chunks */
  tee() {
    const state = streamState(this);
    if (state.locked) throw locked();
    const { teeBytes, teeDefault } = require('stream/web/tee');
    return state.controller.isByte ? teeBytes(state) : teeDefault(state, false);
  }

  /** @param {{preventCancel?: boolean}} [options] */
  values(options = undefined) {
    streamState(this);
    const { preventCancel } = checkDictionary(options, 'options');
    return require('stream/web/from').iterate(this, Boolean(preventCancel));
  }

  [kInspect](depth, options) {
    const state = streamState(this);
    return customInspect.call(this, depth, options, this.constructor.name, {
      locked: state.locked,
      state: state.state,
      supportsBYOB: state.controller?.isByte ?? false,
    });
  }
}
describeClass(ReadableStream, ['locked', 'cancel', 'getReader', 'pipeThrough', 'pipeTo', 'tee', 'values']);
makeTransferable(ReadableStream, 'transferReadable');
Object.defineProperty(ReadableStream, 'from', { __proto__: null, enumerable: true });
Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  __proto__: null,
  configurable: true,
  enumerable: false,
  writable: true,
  value: ReadableStream.prototype.values,
});

/** Reads the options in the order of their names, as WebIDL does. */
function pipeOptions(options) {
  const given = checkDictionary(options, 'options');
  const preventAbort = Boolean(given.preventAbort);
  const preventCancel = Boolean(given.preventCancel);
  const preventClose = Boolean(given.preventClose);
  const { signal } = given;
  if (signal !== undefined) {
    const { AbortSignal } = require('web/abort');
    if (!(signal instanceof AbortSignal)) throw new ERR_INVALID_ARG_TYPE('options.signal', 'AbortSignal', signal);
  }
  return { preventAbort, preventCancel, preventClose, signal };
}

/**
 * A ReadableStream of the runtime's own making.
 * @param {{start?: Function, pull?: () => Promise<void>, cancel?: (reason: unknown) => Promise<void>}} algorithms
 */
function createReadableStream(algorithms, highWaterMark = 1, size = undefined) {
  const stream = new ReadableStream(kInternal);
  const state = new ReadableStreamState(stream);
  stream[kState] = state;
  setUpDefaultController(state, algorithms, highWaterMark, size);
  return stream;
}

/** The same for bytes. */
function createReadableByteStream(algorithms, highWaterMark = 0, autoAllocateChunkSize = undefined) {
  const stream = new ReadableStream(kInternal);
  const state = new ReadableStreamState(stream);
  stream[kState] = state;
  setUpByteController(state, algorithms, highWaterMark, autoAllocateChunkSize);
  return stream;
}

module.exports = { ReadableStream, createReadableByteStream, createReadableStream };
