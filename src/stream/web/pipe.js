// ReadableStream.prototype.pipeTo(): moves chunks, and what ends them, from a readable to a writable stream.
'use strict';

const { AbortError, codes } = require('errors/errors');
const { kState, noop, setHandled, then } = require('stream/web/common');
const {
  DefaultReaderState,
  attachReader,
  cancelStream,
  readFrom,
  releaseReader,
} = require('stream/web/readable_state');
const { WritableStreamDefaultWriter } = require('stream/web/writable_stream');

class Pipe {
  #source;
  #destination;
  #options;
  #reader;
  #writer;
  #deferred = Promise.withResolvers();
  #isShuttingDown = false;
  #isWaiting = false;
  /** The last write, settled when all have been. */
  #lastWrite = Promise.resolve();
  #onAbort;
  #pump = () => {
    this.#isWaiting = false;
    this.#move();
  };

  constructor(source, destination, options) {
    this.#source = source;
    this.#destination = destination;
    this.#options = options;
    this.#reader = new DefaultReaderState(undefined);
    attachReader(this.#reader, source);
    this.#writer = new WritableStreamDefaultWriter(destination.stream)[kState];
    source.disturbed = true;
  }

  start() {
    const { signal } = this.#options;
    if (signal !== undefined) {
      this.#onAbort = () => this.#abort(signal.reason);
      if (signal.aborted) {
        this.#onAbort();
        return this.#deferred.promise;
      }
      signal.addEventListener('abort', this.#onAbort, { once: true });
    }
    // What has ended already comes first, in this order; what ends later is heard of by the promises.
    if (this.#source.state === 'errored') this.#sourceErrored(this.#source.storedError);
    else if (this.#destination.state === 'errored') this.#destinationErrored(this.#destination.storedError);
    else if (this.#source.state === 'closed') this.#sourceClosed();
    else if (this.#destination.closeQueuedOrInFlight || this.#destination.state === 'closed') this.#destinationClosed();
    then(
      this.#reader.closed,
      () => this.#sourceClosed(),
      (error) => this.#sourceErrored(error),
    );
    then(
      this.#writer.closed.promise,
      () => this.#destinationClosed(),
      (error) => this.#destinationErrored(error),
    );
    this.#move();
    return this.#deferred.promise;
  }

  // --- chunks

  #move() {
    while (!this.#isShuttingDown && !this.#isWaiting) {
      const { desiredSize } = this.#writer;
      if (desiredSize === null) return;
      if (desiredSize <= 0) {
        this.#isWaiting = true;
        then(this.#writer.ready.promise, this.#pump, noop);
        return;
      }
      if (this.#source.state !== 'readable') return;
      const { controller } = this.#source;
      if (!controller.isByte && controller.queue.length > 0) {
        this.#write(controller.take());
        continue;
      }
      this.#isWaiting = true;
      readFrom(this.#reader, this);
    }
  }

  #write(chunk) {
    this.#lastWrite = setHandled(this.#writer.write(chunk));
  }

  /** A read that had to wait. The source is in the middle of enqueue(): the sink is called after it. */
  chunkSteps(chunk) {
    const written = then(Promise.resolve(), () => {
      this.#write(chunk);
      this.#pump();
      return this.#lastWrite;
    });
    this.#lastWrite = setHandled(written);
  }

  closeSteps() {
    this.#isWaiting = false;
  }

  errorSteps() {
    this.#isWaiting = false;
  }

  // --- ends

  #sourceErrored(error) {
    if (this.#options.preventAbort) this.#shutDown(undefined, true, error);
    else this.#shutDown(() => this.#destination.abort(error), true, error);
  }

  #destinationErrored(error) {
    if (this.#options.preventCancel) this.#shutDown(undefined, true, error);
    else this.#shutDown(() => cancelStream(this.#source, error), true, error);
  }

  #sourceClosed() {
    if (this.#options.preventClose) this.#shutDown();
    else this.#shutDown(() => this.#writer.closeWithErrorPropagation());
  }

  #destinationClosed() {
    const error = new codes.ERR_INVALID_STATE.TypeError('Destination WritableStream is closed');
    if (this.#options.preventCancel) this.#shutDown(undefined, true, error);
    else this.#shutDown(() => cancelStream(this.#source, error), true, error);
  }

  #abort(reason) {
    const error = reason === undefined ? new AbortError() : reason;
    const { preventAbort, preventCancel } = this.#options;
    const source = this.#source;
    const destination = this.#destination;
    this.#shutDown(
      () =>
        Promise.all([
          preventAbort || destination.state !== 'writable' ? undefined : destination.abort(error),
          preventCancel || source.state !== 'readable' ? undefined : cancelStream(source, error),
        ]),
      true,
      error,
    );
  }

  /** Waits for what is being written, does `action`, and settles. */
  #shutDown(action, hasError = false, error = undefined) {
    if (this.#isShuttingDown) return;
    this.#isShuttingDown = true;
    const act = () => {
      if (action === undefined) {
        this.#finalize(hasError, error);
        return;
      }
      then(
        action(),
        () => this.#finalize(hasError, error),
        (newError) => this.#finalize(true, newError),
      );
    };
    if (this.#destination.state === 'writable' && !this.#destination.closeQueuedOrInFlight)
      then(this.#whenWritten(), act);
    else act();
  }

  /** Resolves when the last of all writes has ended; more may be begun meanwhile. */
  async #whenWritten() {
    let last;
    do {
      last = this.#lastWrite;
      try {
        await last;
      } catch {
        // The stream's own state says it.
      }
    } while (last !== this.#lastWrite);
  }

  #finalize(hasError, error) {
    this.#writer.release();
    releaseReader(this.#reader);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (hasError) this.#deferred.reject(error);
    else this.#deferred.resolve();
  }
}

/**
 * @param {object} source a readable stream's state
 * @param {object} destination a writable stream's state
 * @param {{preventAbort: boolean, preventCancel: boolean, preventClose: boolean, signal?: AbortSignal}} options
 * @returns {Promise<void>}
 */
function pipe(source, destination, options) {
  return new Pipe(source, destination, options).start();
}

module.exports = { pipe };
