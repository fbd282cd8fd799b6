// ReadableStreamDefaultReader and ReadableStreamBYOBReader.
'use strict';

const { codes } = require('errors/errors');
const { checkDictionary, customInspect, describeClass, kInspect, kState, stateOf } = require('stream/web/common');
const { checkView, isDetached, kindOfView, toUnsigned } = require('stream/web/byte_controller');
const {
  ReadableStreamState,
  DefaultReaderState,
  ByobReaderState,
  PromiseRequest,
  attachReader,
  cancelStream,
  readFrom,
  releaseReader,
} = require('stream/web/readable_state');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_INVALID_THIS } = codes;

function streamStateOf(stream) {
  const state = stream?.[kState];
  if (!(state instanceof ReadableStreamState)) throw new ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
  if (state.locked) throw new ERR_INVALID_STATE.TypeError('ReadableStream is locked');
  return state;
}

const notAttached = () => new ERR_INVALID_STATE.TypeError('The reader is not attached to a stream');

/** A chunk that is there already needs no request. */
function readNow(stream) {
  const { controller } = stream;
  if (controller.isByte || stream.state !== 'readable' || controller.queue.length === 0) return undefined;
  stream.disturbed = true;
  return { value: controller.take(), done: false };
}

function closedOf(reader, State, name) {
  const state = reader?.[kState];
  if (!(state instanceof State)) return Promise.reject(new ERR_INVALID_THIS(name));
  return state.closed;
}

function cancelReader(reader, State, name, reason) {
  const state = reader?.[kState];
  if (!(state instanceof State)) return Promise.reject(new ERR_INVALID_THIS(name));
  if (state.stream === undefined) return Promise.reject(notAttached());
  return cancelStream(state.stream, reason);
}

class ReadableStreamDefaultReader {
  /** @param {ReadableStream} stream */
  constructor(stream) {
    const streamState = streamStateOf(stream);
    this[kState] = new DefaultReaderState(this);
    attachReader(this[kState], streamState);
  }

  /** @returns {Promise<{value: unknown, done: boolean}>} */
  read() {
    const state = this?.[kState];
    if (!(state instanceof DefaultReaderState))
      return Promise.reject(new ERR_INVALID_THIS('ReadableStreamDefaultReader'));
    if (state.stream === undefined) return Promise.reject(notAttached());
    const result = readNow(state.stream);
    if (result !== undefined) return Promise.resolve(result);
    const request = new PromiseRequest();
    readFrom(state, request);
    return request.promise;
  }

  releaseLock() {
    const state = stateOf(this, DefaultReaderState, 'ReadableStreamDefaultReader');
    if (state.stream !== undefined) releaseReader(state);
  }

  /** @type {Promise<void>} */
  get closed() {
    return closedOf(this, DefaultReaderState, 'ReadableStreamDefaultReader');
  }

  cancel(reason = undefined) {
    return cancelReader(this, DefaultReaderState, 'ReadableStreamDefaultReader', reason);
  }

  [kInspect](depth, options) {
    const state = stateOf(this, DefaultReaderState, 'ReadableStreamDefaultReader');
    return customInspect.call(this, depth, options, this.constructor.name, {
      stream: state.stream?.stream,
      readRequests: state.requests.length,
      close: state.closed,
    });
  }
}
describeClass(ReadableStreamDefaultReader, ['closed', 'read', 'releaseLock', 'cancel']);

class ReadableStreamBYOBReader {
  /** @param {ReadableStream} stream of type 'bytes' */
  constructor(stream) {
    const streamState = streamStateOf(stream);
    if (!streamState.controller.isByte) throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be a byte stream');
    this[kState] = new ByobReaderState(this);
    attachReader(this[kState], streamState);
  }

  /**
   * @param {ArrayBufferView} view what to fill; its buffer is taken away
   * @param {{min?: number}} [options] how many elements at least
   * @returns {Promise<{value: ArrayBufferView|undefined, done: boolean}>}
   */
  async read(view, options = undefined) {
    const state = stateOf(this, ByobReaderState, 'ReadableStreamBYOBReader');
    checkView(view, 'view');
    const given = checkDictionary(options, 'options');
    if (view.byteLength === 0 || view.buffer.byteLength === 0 || isDetached(view.buffer)) {
      throw new ERR_INVALID_STATE.TypeError('View or Viewed ArrayBuffer is zero-length or detached');
    }
    const min = given.min === undefined ? 1 : toUnsigned(given.min, 'options.min');
    if (min === 0) throw new ERR_INVALID_ARG_VALUE('options.min', min, 'must be greater than 0');
    const { View } = kindOfView(view);
    const length = View === DataView ? view.byteLength : view.length;
    if (min > length)
      throw new codes.ERR_OUT_OF_RANGE('options.min', `<= view.${View === DataView ? 'byteLength' : 'length'}`, min);
    if (state.stream === undefined) throw notAttached();
    const request = new PromiseRequest();
    readInto(state, view, min, request);
    return request.promise;
  }

  releaseLock() {
    const state = stateOf(this, ByobReaderState, 'ReadableStreamBYOBReader');
    if (state.stream !== undefined) releaseReader(state);
  }

  /** @type {Promise<void>} */
  get closed() {
    return closedOf(this, ByobReaderState, 'ReadableStreamBYOBReader');
  }

  cancel(reason = undefined) {
    return cancelReader(this, ByobReaderState, 'ReadableStreamBYOBReader', reason);
  }

  [kInspect](depth, options) {
    const state = stateOf(this, ByobReaderState, 'ReadableStreamBYOBReader');
    return customInspect.call(this, depth, options, this.constructor.name, {
      stream: state.stream?.stream,
      readIntoRequests: state.requests.length,
      close: state.closed,
    });
  }
}
describeClass(ReadableStreamBYOBReader, ['closed', 'read', 'releaseLock', 'cancel']);

/** One read of a BYOB reader. */
function readInto(reader, view, min, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === 'errored') request.errorSteps(stream.storedError);
  else stream.controller.pullInto(view, min, request);
}

module.exports = { ReadableStreamBYOBReader, ReadableStreamDefaultReader, readInto };
