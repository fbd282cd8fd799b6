// ReadableStreamDefaultController: chunks of any kind.
'use strict';

const { codes } = require('errors/errors');

const {
  Queue,
  callAsync,
  checkInternal,
  checkedSize,
  customInspect,
  describeClass,
  kInspect,
  kInternal,
  kState,
  stateOf,
  then,
  toPromise,
} = require('stream/web/common');
const { closeStream, errorStream, waitingReads } = require('stream/web/readable_state');

const { ERR_INVALID_STATE } = codes;

class DefaultControllerState {
  isByte = false;
  queue = new Queue();
  totalSize = 0;
  started = false;
  closeRequested = false;
  pulling = false;
  pullAgain = false;
  /** undefined: every chunk counts one, and sizes are not kept. */
  size = undefined;
  sizes = undefined;
  pull = undefined;
  cancel = undefined;
  #onPulled = undefined;
  #onPullFailed = undefined;

  stream;
  highWaterMark;
  controller = undefined;

  constructor(stream, highWaterMark) {
    this.stream = stream;
    this.highWaterMark = highWaterMark;
  }

  get desiredSize() {
    const { state } = this.stream;
    if (state === 'errored') return null;
    if (state === 'closed') return 0;
    return this.highWaterMark - this.totalSize;
  }

  get canCloseOrEnqueue() {
    return !this.closeRequested && this.stream.state === 'readable';
  }

  #shouldPull() {
    if (!this.started || !this.canCloseOrEnqueue) return false;
    if (waitingReads(this.stream) > 0) return true;
    return this.highWaterMark - this.totalSize > 0;
  }

  callPullIfNeeded() {
    if (this.pull === undefined || !this.#shouldPull()) return;
    if (this.pulling) {
      this.pullAgain = true;
      return;
    }
    this.pulling = true;
    this.#onPulled ??= () => {
      this.pulling = false;
      if (!this.pullAgain) return;
      this.pullAgain = false;
      this.callPullIfNeeded();
    };
    this.#onPullFailed ??= (error) => this.error(error);
    then(this.pull(), this.#onPulled, this.#onPullFailed);
  }

  clearAlgorithms() {
    this.pull = undefined;
    this.cancel = undefined;
    this.size = undefined;
  }

  enqueue(chunk) {
    if (!this.canCloseOrEnqueue) return;
    const { stream } = this;
    if (waitingReads(stream) > 0) {
      stream.reader.requests.shift().chunkSteps(chunk);
    } else {
      const { size } = this;
      if (size === undefined) {
        this.sizes?.push(1);
        this.totalSize++;
      } else {
        let number;
        try {
          number = checkedSize(size(chunk));
        } catch (error) {
          this.error(error);
          throw error;
        }
        this.sizes.push(number);
        this.totalSize += number;
      }
      this.queue.push(chunk);
    }
    this.callPullIfNeeded();
  }

  dequeue() {
    this.totalSize -= this.sizes === undefined ? 1 : this.sizes.shift();
    // Rounding must not leave a queue of less than nothing.
    if (this.totalSize < 0) this.totalSize = 0;
    return this.queue.shift();
  }

  close() {
    if (!this.canCloseOrEnqueue) return;
    this.closeRequested = true;
    if (this.queue.length > 0) return;
    this.clearAlgorithms();
    closeStream(this.stream);
  }

  error(error) {
    if (this.stream.state !== 'readable') return;
    this.#resetQueue();
    this.clearAlgorithms();
    errorStream(this.stream, error);
  }

  #resetQueue() {
    this.queue.clear();
    this.sizes?.clear();
    this.totalSize = 0;
  }

  // --- what the stream asks of its controller

  cancelSteps(reason) {
    this.#resetQueue();
    const { cancel } = this;
    this.clearAlgorithms();
    return cancel === undefined ? Promise.resolve() : cancel(reason);
  }

  /** The next chunk, which must be there. */
  take() {
    const chunk = this.dequeue();
    if (this.closeRequested && this.queue.length === 0) {
      this.clearAlgorithms();
      closeStream(this.stream);
    } else {
      this.callPullIfNeeded();
    }
    return chunk;
  }

  pullSteps(request) {
    if (this.queue.length > 0) {
      request.chunkSteps(this.take());
    } else {
      this.stream.reader.requests.push(request);
      this.callPullIfNeeded();
    }
  }

  releaseSteps() {}
}

class ReadableStreamDefaultController {
  constructor(token = undefined, state = undefined) {
    checkInternal(token);
    this[kState] = state;
  }

  /** @type {number|null} how much more the queue wants */
  get desiredSize() {
    return controllerState(this).desiredSize;
  }

  close() {
    const state = controllerState(this);
    if (!state.canCloseOrEnqueue) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    state.close();
  }

  enqueue(chunk = undefined) {
    const state = controllerState(this);
    if (!state.canCloseOrEnqueue) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    state.enqueue(chunk);
  }

  error(error = undefined) {
    controllerState(this).error(error);
  }

  [kInspect](depth, options) {
    return customInspect.call(this, depth, options, this.constructor.name, {});
  }
}
describeClass(ReadableStreamDefaultController, ['close', 'desiredSize', 'enqueue', 'error']);

const controllerState = (controller) => stateOf(controller, DefaultControllerState, 'ReadableStreamDefaultController');

/**
 * Gives `stream` (a state) a default controller.
 * @param {{start?: () => unknown, pull?: () => Promise<void>, cancel?: (reason: unknown) => Promise<void>}} algorithms
 */
function setUpDefaultController(stream, algorithms, highWaterMark, size) {
  const state = new DefaultControllerState(stream, highWaterMark);
  state.controller = new ReadableStreamDefaultController(kInternal, state);
  state.size = size;
  if (size !== undefined) state.sizes = new Queue();
  state.pull = algorithms.pull;
  state.cancel = algorithms.cancel;
  stream.controller = state;
  const started = algorithms.start === undefined ? undefined : algorithms.start(state.controller);
  then(
    toPromise(started),
    () => {
      state.started = true;
      state.callPullIfNeeded();
    },
    (error) => state.error(error),
  );
  return state;
}

/** The same from an underlying source as users write it. */
function setUpFromSource(stream, source, { start, pull, cancel }, highWaterMark, size) {
  const algorithms = {
    start: start && ((controller) => Reflect.apply(start, source, [controller])),
    pull: pull && (() => callAsync(pull, source, stream.controller.controller)),
    cancel: cancel && ((reason) => callAsync(cancel, source, reason)),
  };
  return setUpDefaultController(stream, algorithms, highWaterMark, size);
}

module.exports = { ReadableStreamDefaultController, setUpDefaultController, setUpFromSource };
