// TransformStream: what is written to one side comes out of the other, changed.
'use strict';

const { codes } = require('errors/errors');
const common = require('stream/web/common');
const { callAsync, checkDictionary, checkInternal, checkUnderlying, customInspect, describeClass, highWaterMarkOf } =
  common;
const { kInspect, kInternal, kState, makeTransferable, methodOf, setHandled, sizeOf, stateOf, then } = common;
const { createReadableStream } = require('stream/web/readable_stream');
const { createWritableStream } = require('stream/web/writable_stream');

const { ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE } = codes;

class TransformStreamState {
  readable = undefined;
  writable = undefined;
  backpressure = undefined;
  backpressureChange = undefined;
  controller = undefined;

  constructor(stream) {
    this.stream = stream;
  }

  get readableController() {
    return this.readable[kState].controller;
  }

  get writableState() {
    return this.writable[kState];
  }

  setBackpressure(backpressure) {
    this.backpressureChange?.resolve();
    this.backpressureChange = Promise.withResolvers();
    this.backpressure = backpressure;
  }

  /** Both sides fail. */
  error(error) {
    this.readableController.error(error);
    this.errorWritableAndUnblock(error);
  }

  errorWritableAndUnblock(error) {
    this.controller.clearAlgorithms();
    this.writableState.controller.errorIfNeeded(error);
    this.unblockWrite();
  }

  unblockWrite() {
    if (this.backpressure) this.setBackpressure(false);
  }

  // --- the writable side

  write(chunk) {
    if (!this.backpressure) return this.controller.perform(chunk);
    return then(this.backpressureChange.promise, () => {
      const writable = this.writableState;
      if (writable.state === 'erroring') throw writable.storedError;
      return this.controller.perform(chunk);
    });
  }

  abort(reason) {
    return this.controller.finish(
      'cancel',
      reason,
      () => {
        const readable = this.readable[kState];
        if (readable.state === 'errored') throw readable.storedError;
        this.readableController.error(reason);
      },
      (error) => this.readableController.error(error),
    );
  }

  close() {
    return this.controller.finish(
      'flush',
      undefined,
      () => {
        const readable = this.readable[kState];
        if (readable.state === 'errored') throw readable.storedError;
        this.readableController.close();
      },
      (error) => this.readableController.error(error),
    );
  }

  // --- the readable side

  pull() {
    this.setBackpressure(false);
    return this.backpressureChange.promise;
  }

  cancel(reason) {
    return this.controller.finish(
      'cancel',
      reason,
      () => {
        const writable = this.writableState;
        if (writable.state === 'errored') throw writable.storedError;
        writable.controller.errorIfNeeded(reason);
        this.unblockWrite();
      },
      (error) => {
        this.writableState.controller.errorIfNeeded(error);
        this.unblockWrite();
      },
    );
  }
}

class TransformControllerState {
  /** undefined: chunks go through as they are */
  transform = undefined;
  flush = undefined;
  cancel = undefined;
  finished = undefined;

  constructor(stream) {
    this.stream = stream;
    this.controller = undefined;
  }

  clearAlgorithms() {
    this.transform = undefined;
    this.flush = undefined;
    this.cancel = undefined;
    this.isCleared = true;
  }

  enqueue(chunk) {
    const { stream } = this;
    const { readableController } = stream;
    if (!readableController.canCloseOrEnqueue) throw new ERR_INVALID_STATE.TypeError('Unable to enqueue');
    try {
      readableController.enqueue(chunk);
    } catch (error) {
      stream.errorWritableAndUnblock(error);
      throw stream.readable[kState].storedError;
    }
    const backpressure = hasBackpressure(stream.readable[kState], readableController);
    if (backpressure !== stream.backpressure) stream.setBackpressure(true);
  }

  terminate() {
    const { stream } = this;
    stream.readableController.close();
    stream.errorWritableAndUnblock(new ERR_INVALID_STATE.TypeError('TransformStream terminated'));
  }

  perform(chunk) {
    if (this.transform === undefined) {
      if (!this.isCleared) {
        try {
          this.enqueue(chunk);
        } catch (error) {
          this.stream.error(error);
          return Promise.reject(error);
        }
      }
      return Promise.resolve();
    }
    return then(this.transform(chunk), undefined, (error) => {
      this.stream.error(error);
      throw error;
    });
  }

  /** flush() or cancel(), whichever comes first, and once. */
  finish(kind, argument, onDone, onError) {
    if (this.finished !== undefined) return this.finished.promise;
    this.finished = Promise.withResolvers();
    const algorithm = this[kind];
    const running = algorithm === undefined ? Promise.resolve() : algorithm(argument);
    this.clearAlgorithms();
    then(
      running,
      () => {
        try {
          onDone();
          this.finished.resolve();
        } catch (error) {
          this.finished.reject(error);
        }
      },
      (error) => {
        onError(error);
        this.finished.reject(error);
      },
    );
    return this.finished.promise;
  }
}

function hasBackpressure(readable, controller) {
  // As ReadableStreamDefaultControllerShouldCallPull says it.
  if (!controller.canCloseOrEnqueue || !controller.started) return true;
  if (readable.reader !== undefined && readable.reader.requests.length > 0) return false;
  return !(controller.desiredSize > 0);
}

class TransformStreamDefaultController {
  constructor(token = undefined, state = undefined) {
    checkInternal(token);
    this[kState] = state;
  }

  /** @type {number|null} */
  get desiredSize() {
    return controllerState(this).stream.readableController.desiredSize;
  }

  enqueue(chunk = undefined) {
    controllerState(this).enqueue(chunk);
  }

  error(reason = undefined) {
    controllerState(this).stream.error(reason);
  }

  terminate() {
    controllerState(this).terminate();
  }

  [kInspect](depth, options) {
    return customInspect.call(this, depth, options, this.constructor.name, {
      stream: controllerState(this).stream.stream,
    });
  }
}
describeClass(TransformStreamDefaultController, ['desiredSize', 'enqueue', 'error', 'terminate']);

const controllerState = (controller) =>
  stateOf(controller, TransformControllerState, 'TransformStreamDefaultController');
const streamState = (stream) => stateOf(stream, TransformStreamState, 'TransformStream');

class TransformStream {
  /**
   * @param {object} [transformer] start, transform, flush, cancel
   * @param {object} [writableStrategy]
   * @param {object} [readableStrategy]
   */
  constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
    if (transformer === kInternal) return;
    const given = checkTransformer(transformer);
    const writing = checkDictionary(writableStrategy, 'writableStrategy');
    const reading = checkDictionary(readableStrategy, 'readableStrategy');
    const cancel = methodOf(given, 'cancel', 'transformer');
    const flush = methodOf(given, 'flush', 'transformer');
    const { readableType } = given;
    const start = methodOf(given, 'start', 'transformer');
    const transform = methodOf(given, 'transform', 'transformer');
    const { writableType } = given;
    if (readableType !== undefined)
      throw new ERR_INVALID_ARG_VALUE.RangeError('transformer.readableType', readableType);
    if (writableType !== undefined)
      throw new ERR_INVALID_ARG_VALUE.RangeError('transformer.writableType', writableType);
    const readableMark = highWaterMarkOf(reading.highWaterMark, 0);
    const readableSize = sizeOf(reading.size);
    const writableMark = highWaterMarkOf(writing.highWaterMark, 1);
    const writableSize = sizeOf(writing.size);

    const state = new TransformStreamState(this);
    this[kState] = state;
    const controller = new TransformControllerState(state);
    controller.controller = new TransformStreamDefaultController(kInternal, controller);
    controller.transform = transform && ((chunk) => callAsync(transform, given, chunk, controller.controller));
    controller.flush = flush && (() => callAsync(flush, given, controller.controller));
    controller.cancel = cancel && ((reason) => callAsync(cancel, given, reason));
    state.controller = controller;
    const started = initialize(state, writableMark, writableSize, readableMark, readableSize);
    started.resolve(start === undefined ? undefined : Reflect.apply(start, given, [controller.controller]));
  }

  /** @type {ReadableStream} */
  get readable() {
    return streamState(this).readable;
  }

  /** @type {WritableStream} */
  get writable() {
    return streamState(this).writable;
  }

  [kInspect](depth, options) {
    const state = streamState(this);
    return customInspect.call(this, depth, options, this.constructor.name, {
      readable: state.readable,
      writable: state.writable,
      backpressure: state.backpressure,
    });
  }
}
describeClass(TransformStream, ['readable', 'writable']);
makeTransferable(TransformStream, 'transferTransform');

function checkTransformer(transformer) {
  // null is allowed here, as in Node.
  return transformer === null ? {} : checkUnderlying(transformer, 'transformer');
}

/** The two sides; both wait for the transformer's start(). @returns {PromiseWithResolvers<void>} of that start */
function initialize(state, writableMark, writableSize, readableMark, readableSize) {
  const started = Promise.withResolvers();
  setHandled(started.promise);
  const start = () => started.promise;
  state.writable = createWritableStream(
    {
      __proto__: null,
      start,
      write: (chunk) => state.write(chunk),
      close: () => state.close(),
      abort: (reason) => state.abort(reason),
    },
    writableMark,
    writableSize,
  );
  state.readable = createReadableStream(
    {
      __proto__: null,
      start,
      pull: () => state.pull(),
      cancel: (reason) => state.cancel(reason),
    },
    readableMark,
    readableSize,
  );
  state.setBackpressure(true);
  return started;
}

module.exports = { TransformStream, TransformStreamDefaultController, TransformStreamState };
