// The states behind ReadableStream and its readers, and the algorithms between them.
'use strict';

const { codes } = require('errors/errors');
const { Queue, noop, setHandled, then } = require('stream/web/common');

const { ERR_INVALID_STATE } = codes;

class ReadableStreamState {
  state = 'readable';
  reader = undefined;
  storedError = undefined;
  disturbed = false;
  controller = undefined;
  #closed = undefined;

  /** @param {object} stream the public object */
  constructor(stream) {
    this.stream = stream;
  }

  get locked() {
    return this.reader !== undefined;
  }

  /** For stream.finished(): settles when the stream has closed or failed. Made only when somebody asks. */
  get whenClosed() {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      setHandled(this.#closed.promise);
      if (this.state === 'closed') this.#closed.resolve();
      else if (this.state === 'errored') this.#closed.reject(this.storedError);
    }
    return this.#closed;
  }

  closedNow() {
    this.#closed?.resolve();
  }

  erroredNow() {
    this.#closed?.reject(this.storedError);
  }
}

class DefaultReaderState {
  stream = undefined;
  requests = new Queue();
  isByob = false;
  deferred = undefined;
  outcome = undefined;

  constructor(reader) {
    this.reader = reader;
  }

  get closed() {
    return closedOf(this).promise;
  }
}

class ByobReaderState {
  stream = undefined;
  requests = new Queue();
  isByob = true;
  deferred = undefined;
  outcome = undefined;

  constructor(reader) {
    this.reader = reader;
  }

  get closed() {
    return closedOf(this).promise;
  }
}

// The `closed` promise of a reader: `deferred` is made when it is asked for, `outcome` remembers what came before.
function closedOf(reader) {
  if (reader.deferred === undefined) {
    reader.deferred = Promise.withResolvers();
    setHandled(reader.deferred.promise);
    const { outcome } = reader;
    if (outcome !== undefined) {
      if (outcome.isClosed) reader.deferred.resolve();
      else reader.deferred.reject(outcome.error);
    }
  }
  return reader.deferred;
}

function settleClosed(reader, outcome) {
  reader.outcome = outcome;
  if (reader.deferred === undefined) return;
  if (outcome.isClosed) reader.deferred.resolve();
  else reader.deferred.reject(outcome.error);
}

const CLOSED = { isClosed: true, error: undefined };

/** Makes `reader` the reader of `stream`. */
function attachReader(reader, stream) {
  reader.stream = stream;
  stream.reader = reader;
  reader.deferred = undefined;
  reader.outcome = undefined;
  if (stream.state === 'closed') reader.outcome = CLOSED;
  else if (stream.state === 'errored') reader.outcome = { isClosed: false, error: stream.storedError };
}

/** Ends the lock; reads that wait are told. */
function releaseReader(reader) {
  const { stream } = reader;
  const error = new ERR_INVALID_STATE.TypeError('Reader released');
  if (stream.state === 'readable') {
    settleClosed(reader, { isClosed: false, error });
  } else {
    // The promise that settled is replaced by a rejected one.
    reader.deferred = undefined;
    reader.outcome = { isClosed: false, error };
  }
  stream.controller.releaseSteps();
  stream.reader = undefined;
  reader.stream = undefined;
  const failed = new ERR_INVALID_STATE.TypeError('Releasing reader');
  failRequests(reader, failed);
}

function failRequests(reader, error) {
  const { requests } = reader;
  reader.requests = new Queue();
  while (requests.length > 0) requests.shift().errorSteps(error);
}

/** @returns {Promise<void>} */
function cancelStream(stream, reason) {
  stream.disturbed = true;
  if (stream.state === 'closed') return Promise.resolve();
  if (stream.state === 'errored') return Promise.reject(stream.storedError);
  closeStream(stream);
  const { reader } = stream;
  if (reader !== undefined && reader.isByob) {
    const { requests } = reader;
    reader.requests = new Queue();
    while (requests.length > 0) requests.shift().closeSteps(undefined);
  }
  return then(stream.controller.cancelSteps(reason), noop);
}

function closeStream(stream) {
  stream.state = 'closed';
  stream.closedNow();
  const { reader } = stream;
  if (reader === undefined) return;
  settleClosed(reader, CLOSED);
  if (reader.isByob) return;
  const { requests } = reader;
  reader.requests = new Queue();
  while (requests.length > 0) requests.shift().closeSteps();
}

function errorStream(stream, error) {
  stream.state = 'errored';
  stream.storedError = error;
  stream.erroredNow();
  const { reader } = stream;
  if (reader === undefined) return;
  settleClosed(reader, { isClosed: false, error });
  failRequests(reader, error);
}

/** How many reads wait. */
function waitingReads(stream) {
  return stream.reader === undefined ? 0 : stream.reader.requests.length;
}

const hasDefaultReader = (stream) => stream.reader !== undefined && !stream.reader.isByob;
const hasByobReader = (stream) => stream.reader !== undefined && stream.reader.isByob;

/** One read from a default reader; `request` has chunkSteps(chunk), closeSteps() and errorSteps(error). */
function readFrom(reader, request) {
  const { stream } = reader;
  stream.disturbed = true;
  if (stream.state === 'closed') request.closeSteps();
  else if (stream.state === 'errored') request.errorSteps(stream.storedError);
  else stream.controller.pullSteps(request);
}

/** A read whose outcome is a promise. */
class PromiseRequest {
  #deferred = Promise.withResolvers();

  get promise() {
    return this.#deferred.promise;
  }

  chunkSteps(value) {
    this.#deferred.resolve({ value, done: false });
  }

  /** A BYOB reader gets its view back. */
  closeSteps(value) {
    this.#deferred.resolve({ value, done: true });
  }

  errorSteps(error) {
    this.#deferred.reject(error);
  }
}

module.exports = {
  ReadableStreamState,
  DefaultReaderState,
  ByobReaderState,
  PromiseRequest,
  attachReader,
  cancelStream,
  closeStream,
  errorStream,
  hasByobReader,
  hasDefaultReader,
  readFrom,
  releaseReader,
  waitingReads,
};
