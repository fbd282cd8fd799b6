// WritableStream, its controller and its writer.
'use strict';

const { codes } = require('errors/errors');
const common = require('stream/web/common');
const { Queue, callAsync, checkDictionary, checkInternal, checkUnderlying, checkedSize, customInspect, describeClass } =
  common;
const {
  highWaterMarkOf,
  kInspect,
  kInternal,
  kState,
  makeTransferable,
  methodOf,
  setHandled,
  sizeOf,
  stateOf,
  then,
  toPromise,
} = common;

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_INVALID_THIS } = codes;

/** In the queue of chunks: the end. */
const CLOSE = Symbol('close');

class WritableStreamState {
  /** 'writable', 'erroring', 'errored', 'closed' */
  state = 'writable';
  writer = undefined;
  controller = undefined;
  storedError = undefined;
  backpressure = false;
  /** Deferred promises of writes that wait, of the write and the close that run, of the close that waits. */
  writeRequests = new Queue();
  inFlightWrite = undefined;
  closeRequest = undefined;
  inFlightClose = undefined;
  /** { deferred, reason, wasAlreadyErroring } */
  pendingAbort = undefined;
  #closed = undefined;

  constructor(stream) {
    this.stream = stream;
  }

  get locked() {
    return this.writer !== undefined;
  }

  get closeQueuedOrInFlight() {
    return this.closeRequest !== undefined || this.inFlightClose !== undefined;
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

  // --- from outside

  abort(reason) {
    if (this.state === 'closed' || this.state === 'errored') return Promise.resolve();
    this.controller.abortController.abort(reason);
    // A listener of the signal may have ended it all.
    if (this.state === 'closed' || this.state === 'errored') return Promise.resolve();
    if (this.pendingAbort !== undefined) return this.pendingAbort.deferred.promise;
    const wasAlreadyErroring = this.state === 'erroring';
    if (wasAlreadyErroring) reason = undefined;
    const deferred = Promise.withResolvers();
    this.pendingAbort = { deferred, reason, wasAlreadyErroring };
    if (!wasAlreadyErroring) this.startErroring(reason);
    return deferred.promise;
  }

  close() {
    if (this.state === 'closed' || this.state === 'errored') {
      return Promise.reject(new ERR_INVALID_STATE.TypeError('Cannot close a stream that is closed or errored'));
    }
    const deferred = Promise.withResolvers();
    this.closeRequest = deferred;
    const { writer } = this;
    if (writer !== undefined && this.backpressure && this.state === 'writable') writer.resolveReady();
    this.controller.close();
    return deferred.promise;
  }

  // --- from the controller

  startErroring(reason) {
    const { controller, writer } = this;
    this.state = 'erroring';
    this.storedError = reason;
    writer?.rejectReady(reason);
    if (!this.hasOperationInFlight && controller.started) this.finishErroring();
  }

  get hasOperationInFlight() {
    return this.inFlightWrite !== undefined || this.inFlightClose !== undefined;
  }

  dealWithRejection(error) {
    if (this.state === 'writable') this.startErroring(error);
    else this.finishErroring();
  }

  finishErroring() {
    this.state = 'errored';
    this.controller.resetQueue();
    const { storedError } = this;
    while (this.writeRequests.length > 0) this.writeRequests.shift().reject(storedError);
    const { pendingAbort } = this;
    if (pendingAbort === undefined) {
      this.#rejectCloseAndClosed();
      return;
    }
    this.pendingAbort = undefined;
    if (pendingAbort.wasAlreadyErroring) {
      pendingAbort.deferred.reject(storedError);
      this.#rejectCloseAndClosed();
      return;
    }
    then(
      this.controller.abortSteps(pendingAbort.reason),
      () => {
        pendingAbort.deferred.resolve();
        this.#rejectCloseAndClosed();
      },
      (error) => {
        pendingAbort.deferred.reject(error);
        this.#rejectCloseAndClosed();
      },
    );
  }

  #rejectCloseAndClosed() {
    if (this.closeRequest !== undefined) {
      this.closeRequest.reject(this.storedError);
      this.closeRequest = undefined;
    }
    this.#closed?.reject(this.storedError);
    this.writer?.rejectClosed(this.storedError);
  }

  finishInFlightWrite() {
    this.inFlightWrite.resolve();
    this.inFlightWrite = undefined;
  }

  finishInFlightWriteWithError(error) {
    this.inFlightWrite.reject(error);
    this.inFlightWrite = undefined;
    this.dealWithRejection(error);
  }

  finishInFlightClose() {
    this.inFlightClose.resolve();
    this.inFlightClose = undefined;
    if (this.state === 'erroring') {
      this.storedError = undefined;
      if (this.pendingAbort !== undefined) {
        this.pendingAbort.deferred.resolve();
        this.pendingAbort = undefined;
      }
    }
    this.state = 'closed';
    this.#closed?.resolve();
    this.writer?.resolveClosed();
  }

  finishInFlightCloseWithError(error) {
    this.inFlightClose.reject(error);
    this.inFlightClose = undefined;
    if (this.pendingAbort !== undefined) {
      this.pendingAbort.deferred.reject(error);
      this.pendingAbort = undefined;
    }
    this.dealWithRejection(error);
  }

  updateBackpressure(backpressure) {
    const { writer } = this;
    if (writer !== undefined && backpressure !== this.backpressure) {
      if (backpressure) writer.renewReady();
      else writer.resolveReady();
    }
    this.backpressure = backpressure;
  }
}

class WritableControllerState {
  queue = new Queue();
  sizes = undefined;
  totalSize = 0;
  started = false;
  size = undefined;
  writeAlgorithm = undefined;
  closeAlgorithm = undefined;
  abortAlgorithm = undefined;
  #abortController = undefined;
  #onWritten = undefined;
  #onWriteFailed = undefined;

  stream;
  highWaterMark;
  controller = undefined;

  constructor(stream, highWaterMark) {
    this.stream = stream;
    this.highWaterMark = highWaterMark;
  }

  get abortController() {
    if (this.#abortController === undefined) {
      const { AbortController } = require('web/abort');
      this.#abortController = new AbortController();
    }
    return this.#abortController;
  }

  get desiredSize() {
    return this.highWaterMark - this.totalSize;
  }

  get backpressure() {
    return this.highWaterMark - this.totalSize <= 0;
  }

  resetQueue() {
    this.queue.clear();
    this.sizes?.clear();
    this.totalSize = 0;
  }

  clearAlgorithms() {
    this.writeAlgorithm = undefined;
    this.closeAlgorithm = undefined;
    this.abortAlgorithm = undefined;
    this.size = undefined;
  }

  abortSteps(reason) {
    const abort = this.abortAlgorithm;
    this.clearAlgorithms();
    return abort === undefined ? Promise.resolve() : abort(reason);
  }

  /** Size of a chunk; a size function that throws errors the stream. */
  sizeOf(chunk) {
    const { size } = this;
    if (size === undefined) return 1;
    try {
      return size(chunk);
    } catch (error) {
      this.errorIfNeeded(error);
      return 1;
    }
  }

  enqueue(chunk, size) {
    if (this.sizes === undefined) {
      this.totalSize++;
    } else {
      let number;
      try {
        number = checkedSize(size);
      } catch (error) {
        this.errorIfNeeded(error);
        return;
      }
      this.sizes.push(number);
      this.totalSize += number;
    }
    this.queue.push(chunk);
    const { stream } = this;
    if (!stream.closeQueuedOrInFlight && stream.state === 'writable') stream.updateBackpressure(this.backpressure);
    this.advance();
  }

  close() {
    this.queue.push(CLOSE);
    this.sizes?.push(0);
    this.advance();
  }

  /** Starts the next write, or the close, when none runs. */
  advance() {
    const { stream } = this;
    if (!this.started || stream.inFlightWrite !== undefined) return;
    if (stream.state === 'erroring') {
      stream.finishErroring();
      return;
    }
    if (this.queue.length === 0) return;
    const chunk = this.queue.peek();
    if (chunk === CLOSE) this.#processClose();
    else this.#processWrite(chunk);
  }

  #dequeue() {
    const chunk = this.queue.shift();
    if (this.sizes !== undefined) this.totalSize -= this.sizes.shift();
    else if (chunk !== CLOSE) this.totalSize--;
    if (this.totalSize < 0) this.totalSize = 0;
  }

  #processClose() {
    const { stream } = this;
    stream.inFlightClose = stream.closeRequest;
    stream.closeRequest = undefined;
    this.#dequeue();
    const close = this.closeAlgorithm;
    const closing = close === undefined ? Promise.resolve() : close();
    this.clearAlgorithms();
    then(
      closing,
      () => stream.finishInFlightClose(),
      (error) => stream.finishInFlightCloseWithError(error),
    );
  }

  #processWrite(chunk) {
    const { stream } = this;
    stream.inFlightWrite = stream.writeRequests.shift();
    this.#onWritten ??= () => {
      stream.finishInFlightWrite();
      const { state } = stream;
      this.#dequeue();
      if (!stream.closeQueuedOrInFlight && state === 'writable') stream.updateBackpressure(this.backpressure);
      this.advance();
    };
    this.#onWriteFailed ??= (error) => {
      if (stream.state === 'writable') this.clearAlgorithms();
      stream.finishInFlightWriteWithError(error);
    };
    const writing = this.writeAlgorithm === undefined ? Promise.resolve() : this.writeAlgorithm(chunk);
    then(writing, this.#onWritten, this.#onWriteFailed);
  }

  errorIfNeeded(error) {
    if (this.stream.state === 'writable') this.error(error);
  }

  error(error) {
    this.clearAlgorithms();
    this.stream.startErroring(error);
  }
}

class WritableStreamDefaultController {
  constructor(token = undefined, state = undefined) {
    checkInternal(token);
    this[kState] = state;
  }

  /** @type {AbortSignal} aborted when the stream is */
  get signal() {
    return stateOf(this, WritableControllerState, 'WritableStreamDefaultController').abortController.signal;
  }

  error(error = undefined) {
    stateOf(this, WritableControllerState, 'WritableStreamDefaultController').errorIfNeeded(error);
  }

  [kInspect](depth, options) {
    const { stream } = stateOf(this, WritableControllerState, 'WritableStreamDefaultController');
    return customInspect.call(this, depth, options, this.constructor.name, { stream: stream.stream });
  }
}
describeClass(WritableStreamDefaultController, ['signal', 'error']);

class WriterState {
  stream = undefined;
  closed = Promise.withResolvers();
  closedIsPending = true;
  ready = Promise.withResolvers();
  readyIsPending = true;

  constructor(writer) {
    this.writer = writer;
  }

  resolveReady() {
    this.readyIsPending = false;
    this.ready.resolve();
  }

  renewReady() {
    this.ready = Promise.withResolvers();
    this.readyIsPending = true;
  }

  /** A promise that has settled already is replaced. */
  rejectReady(error) {
    if (!this.readyIsPending) this.renewReady();
    this.readyIsPending = false;
    this.ready.reject(error);
    setHandled(this.ready.promise);
  }

  resolveClosed() {
    this.closedIsPending = false;
    this.closed.resolve();
  }

  rejectClosed(error) {
    if (!this.closedIsPending) this.closed = Promise.withResolvers();
    this.closedIsPending = false;
    this.closed.reject(error);
    setHandled(this.closed.promise);
  }

  get desiredSize() {
    const { stream } = this;
    if (stream.state === 'errored' || stream.state === 'erroring') return null;
    if (stream.state === 'closed') return 0;
    return stream.controller.desiredSize;
  }

  write(chunk) {
    const { stream } = this;
    const { controller } = stream;
    const size = controller.sizeOf(chunk);
    // The size function may have done anything.
    if (stream !== this.stream) return Promise.reject(new ERR_INVALID_STATE.TypeError('Mismatched WritableStreams'));
    if (stream.state === 'errored') return Promise.reject(stream.storedError);
    if (stream.closeQueuedOrInFlight || stream.state === 'closed') {
      return Promise.reject(new ERR_INVALID_STATE.TypeError('WritableStream is closed'));
    }
    if (stream.state === 'erroring') return Promise.reject(stream.storedError);
    const deferred = Promise.withResolvers();
    stream.writeRequests.push(deferred);
    controller.enqueue(chunk, size);
    return deferred.promise;
  }

  /** For pipes: the close of a stream that may have been closed already. */
  closeWithErrorPropagation() {
    const { stream } = this;
    if (stream.closeQueuedOrInFlight || stream.state === 'closed') return Promise.resolve();
    if (stream.state === 'errored') return Promise.reject(stream.storedError);
    return stream.close();
  }

  release() {
    const { stream } = this;
    const error = new ERR_INVALID_STATE.TypeError('Writer has been released');
    this.rejectReady(error);
    this.rejectClosed(error);
    stream.writer = undefined;
    this.stream = undefined;
  }
}

function attachWriter(writer, stream) {
  writer.stream = stream;
  stream.writer = writer;
  switch (stream.state) {
    case 'writable':
      if (stream.closeQueuedOrInFlight || !stream.backpressure) writer.resolveReady();
      break;
    case 'erroring':
      writer.rejectReady(stream.storedError);
      break;
    case 'closed':
      writer.resolveReady();
      writer.resolveClosed();
      break;
    default:
      writer.rejectReady(stream.storedError);
      writer.rejectClosed(stream.storedError);
  }
}

const notBound = () => new ERR_INVALID_STATE.TypeError('Writer is not bound to a WritableStream');

class WritableStreamDefaultWriter {
  /** @param {WritableStream} stream */
  constructor(stream) {
    const streamState = stream?.[kState];
    if (!(streamState instanceof WritableStreamState))
      throw new ERR_INVALID_ARG_TYPE('stream', 'WritableStream', stream);
    if (streamState.locked) throw new ERR_INVALID_STATE.TypeError('WritableStream is locked');
    this[kState] = new WriterState(this);
    attachWriter(this[kState], streamState);
  }

  /** @type {Promise<void>} */
  get closed() {
    const state = this?.[kState];
    return state instanceof WriterState
      ? state.closed.promise
      : Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
  }

  /** @type {number|null} */
  get desiredSize() {
    const state = stateOf(this, WriterState, 'WritableStreamDefaultWriter');
    if (state.stream === undefined) throw notBound();
    return state.desiredSize;
  }

  /** @type {Promise<void>} */
  get ready() {
    const state = this?.[kState];
    return state instanceof WriterState
      ? state.ready.promise
      : Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
  }

  abort(reason = undefined) {
    const state = this?.[kState];
    if (!(state instanceof WriterState)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    if (state.stream === undefined) return Promise.reject(notBound());
    return state.stream.abort(reason);
  }

  close() {
    const state = this?.[kState];
    if (!(state instanceof WriterState)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    const { stream } = state;
    if (stream === undefined) return Promise.reject(notBound());
    if (stream.closeQueuedOrInFlight)
      return Promise.reject(new ERR_INVALID_STATE.TypeError('Failure to close WritableStream'));
    return stream.close();
  }

  releaseLock() {
    const state = stateOf(this, WriterState, 'WritableStreamDefaultWriter');
    if (state.stream !== undefined) state.release();
  }

  write(chunk = undefined) {
    const state = this?.[kState];
    if (!(state instanceof WriterState)) return Promise.reject(new ERR_INVALID_THIS('WritableStreamDefaultWriter'));
    if (state.stream === undefined) return Promise.reject(notBound());
    return state.write(chunk);
  }

  [kInspect](depth, options) {
    const state = stateOf(this, WriterState, 'WritableStreamDefaultWriter');
    const data = { stream: state.stream?.stream, close: state.closed.promise, ready: state.ready.promise };
    if (state.stream !== undefined) data.desiredSize = state.desiredSize;
    return customInspect.call(this, depth, options, this.constructor.name, data);
  }
}
describeClass(WritableStreamDefaultWriter, [
  'closed',
  'ready',
  'desiredSize',
  'abort',
  'close',
  'releaseLock',
  'write',
]);

const streamState = (stream) => stateOf(stream, WritableStreamState, 'WritableStream');
const locked = () => new ERR_INVALID_STATE.TypeError('WritableStream is locked');

class WritableStream {
  /**
   * @param {object} [sink] start, write, close, abort
   * @param {{highWaterMark?: number, size?: (chunk: unknown) => number}} [strategy]
   */
  constructor(sink = undefined, strategy = undefined) {
    if (sink === kInternal) return;
    const given = checkUnderlying(sink, 'sink');
    const { highWaterMark, size } = checkDictionary(strategy, 'strategy');
    const abort = methodOf(given, 'abort', 'sink');
    const close = methodOf(given, 'close', 'sink');
    const start = methodOf(given, 'start', 'sink');
    if (given.type !== undefined) throw new ERR_INVALID_ARG_VALUE.RangeError('type', given.type);
    const write = methodOf(given, 'write', 'sink');
    const sizeFunction = sizeOf(size);
    const mark = highWaterMarkOf(highWaterMark, 1);
    const state = new WritableStreamState(this);
    this[kState] = state;
    const controllerOf = () => state.controller.controller;
    setUpController(
      state,
      {
        start: start && ((controller) => Reflect.apply(start, given, [controller])),
        write: write && ((chunk) => callAsync(write, given, chunk, controllerOf())),
        close: close && (() => callNoArguments(close, given)),
        abort: abort && ((reason) => callAsync(abort, given, reason)),
      },
      mark,
      sizeFunction,
    );
  }

  get [Symbol.for('nodejs.stream.errored')]() {
    const { state } = streamState(this);
    return state === 'errored';
  }

  get [Symbol.for('nodejs.stream.writable')]() {
    const { state } = streamState(this);
    return state === 'writable';
  }

  get [Symbol.for('nodejs.webstream.isClosedPromise')]() {
    return streamState(this).whenClosed;
  }

  [Symbol.for('nodejs.webstream.controllerErrorFunction')](error) {
    streamState(this).controller.errorIfNeeded(error);
  }

  /** @type {boolean} */
  get locked() {
    return streamState(this).locked;
  }

  abort(reason = undefined) {
    const state = this?.[kState];
    if (!(state instanceof WritableStreamState)) return Promise.reject(new ERR_INVALID_THIS('WritableStream'));
    return state.locked ? Promise.reject(locked()) : state.abort(reason);
  }

  close() {
    const state = this?.[kState];
    if (!(state instanceof WritableStreamState)) return Promise.reject(new ERR_INVALID_THIS('WritableStream'));
    if (state.locked) return Promise.reject(locked());
    if (state.closeQueuedOrInFlight)
      return Promise.reject(new ERR_INVALID_STATE.TypeError('Failure closing WritableStream'));
    return state.close();
  }

  /** @returns {WritableStreamDefaultWriter} */
  getWriter() {
    streamState(this);
    return new WritableStreamDefaultWriter(this);
  }

  [kInspect](depth, options) {
    const state = streamState(this);
    return customInspect.call(this, depth, options, this.constructor.name, {
      locked: state.locked,
      state: state.state,
    });
  }
}
describeClass(WritableStream, ['locked', 'abort', 'close', 'getWriter']);
makeTransferable(WritableStream, 'transferWritable');

function callNoArguments(method, object) {
  try {
    return toPromise(Reflect.apply(method, object, []));
  } catch (error) {
    return Promise.reject(error);
  }
}

function setUpController(stream, algorithms, highWaterMark, size) {
  const state = new WritableControllerState(stream, highWaterMark);
  state.controller = new WritableStreamDefaultController(kInternal, state);
  state.size = size;
  if (size !== undefined) state.sizes = new Queue();
  state.writeAlgorithm = algorithms.write;
  state.closeAlgorithm = algorithms.close;
  state.abortAlgorithm = algorithms.abort;
  stream.controller = state;
  stream.updateBackpressure(state.backpressure);
  const started = algorithms.start === undefined ? undefined : algorithms.start(state.controller);
  then(
    toPromise(started),
    () => {
      state.started = true;
      state.advance();
    },
    (error) => {
      state.started = true;
      stream.dealWithRejection(error);
    },
  );
}

/** A WritableStream of the runtime's own making; `algorithms` return promises. */
function createWritableStream(algorithms, highWaterMark = 1, size = undefined) {
  const stream = new WritableStream(kInternal);
  const state = new WritableStreamState(stream);
  stream[kState] = state;
  setUpController(state, algorithms, highWaterMark, size);
  return stream;
}

module.exports = {
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
  WritableStreamState,
  createWritableStream,
};
