// ReadableByteStreamController and ReadableStreamBYOBRequest: bytes, read into the consumer's own buffers.
//
// A "pull-into" describes a buffer that waits to be filled: the consumer's (BYOB reader), or one that the controller
// allocated (autoAllocateChunkSize). Buffers are transferred whenever they change hands, so that neither side can write
// into memory that the other has.
'use strict';

const { codes } = require('errors/errors');
const {
  Queue,
  callAsync,
  checkInternal,
  customInspect,
  describeClass,
  kInspect,
  kInternal,
  kState,
  stateOf,
  then,
  toPromise,
} = require('stream/web/common');
const {
  closeStream,
  errorStream,
  hasByobReader,
  hasDefaultReader,
  waitingReads,
} = require('stream/web/readable_state');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_STATE } = codes;

const TYPED_ARRAY_NAME = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
).get;

/** The constructor of a view, and the size of its elements. */
function kindOfView(view) {
  const name = TYPED_ARRAY_NAME.call(view);
  if (name === undefined) return { View: DataView, elementSize: 1 };
  const View = globalThis[name];
  return { View, elementSize: View.BYTES_PER_ELEMENT };
}

function checkView(value, name) {
  if (!ArrayBuffer.isView(value)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value);
}

const isShared = (buffer) => typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;
const isDetached = (buffer) => (isShared(buffer) ? false : buffer.detached);

function transfer(buffer) {
  if (isShared(buffer)) throw new ERR_INVALID_ARG_TYPE('buffer', 'ArrayBuffer', buffer);
  return buffer.transfer();
}

class PullInto {
  constructor(buffer, byteOffset, byteLength, minimumFill, elementSize, View, readerType) {
    this.buffer = buffer;
    this.bufferByteLength = buffer.byteLength;
    this.byteOffset = byteOffset;
    this.byteLength = byteLength;
    this.bytesFilled = 0;
    this.minimumFill = minimumFill;
    this.elementSize = elementSize;
    this.View = View;
    /** 'default', 'byob', or 'none' when its reader is gone */
    this.readerType = readerType;
  }

  /** The filled part, in a buffer that is nobody else's. */
  toView() {
    return new this.View(this.buffer.transfer(), this.byteOffset, this.bytesFilled / this.elementSize);
  }
}

class ByobRequestState {
  constructor(controller, view) {
    this.controller = controller;
    this.view = view;
  }
}

class ReadableStreamBYOBRequest {
  constructor(token = undefined, state = undefined) {
    checkInternal(token);
    this[kState] = state;
  }

  /** @type {Uint8Array|null} the bytes to fill; null once it was answered */
  get view() {
    return stateOf(this, ByobRequestState, 'ReadableStreamBYOBRequest').view;
  }

  respond(bytesWritten) {
    const state = stateOf(this, ByobRequestState, 'ReadableStreamBYOBRequest');
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('bytesWritten');
    const count = toUnsigned(bytesWritten, 'bytesWritten');
    const { controller, view } = state;
    if (controller === undefined) throw new ERR_INVALID_STATE.TypeError('This BYOB request has been invalidated');
    if (isDetached(view.buffer)) throw new ERR_INVALID_STATE.TypeError('Viewed ArrayBuffer is detached');
    controller.respond(count);
  }

  respondWithNewView(view) {
    const state = stateOf(this, ByobRequestState, 'ReadableStreamBYOBRequest');
    checkView(view, 'view');
    const { controller } = state;
    if (controller === undefined) throw new ERR_INVALID_STATE.TypeError('This BYOB request has been invalidated');
    if (isDetached(view.buffer)) throw new ERR_INVALID_STATE.TypeError('Viewed ArrayBuffer is detached');
    controller.respondWithNewView(view);
  }

  [kInspect](depth, options) {
    const { view, controller } = stateOf(this, ByobRequestState, 'ReadableStreamBYOBRequest');
    return customInspect.call(this, depth, options, this.constructor.name, {
      view,
      controller: controller?.controller,
    });
  }
}
describeClass(ReadableStreamBYOBRequest, ['view', 'respond', 'respondWithNewView']);

/** WebIDL's [EnforceRange] unsigned long long. */
function toUnsigned(value, name) {
  const number = Math.trunc(+value);
  if (Number.isNaN(number) || number < 0 || number > Number.MAX_SAFE_INTEGER) {
    throw new codes.ERR_INVALID_ARG_VALUE(name, value);
  }
  return number === 0 ? 0 : number;
}

class ByteControllerState {
  isByte = true;
  /** Entries: { buffer, byteOffset, byteLength } */
  queue = new Queue();
  totalSize = 0;
  started = false;
  closeRequested = false;
  pulling = false;
  pullAgain = false;
  pull = undefined;
  cancel = undefined;
  byobRequestObject = null;
  /** @type {PullInto[]} */
  pendingPullIntos = [];
  autoAllocateChunkSize = undefined;
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

  get byobRequest() {
    if (this.byobRequestObject === null && this.pendingPullIntos.length > 0) {
      const first = this.pendingPullIntos[0];
      const view = new Uint8Array(
        first.buffer,
        first.byteOffset + first.bytesFilled,
        first.byteLength - first.bytesFilled,
      );
      this.byobRequestObject = new ReadableStreamBYOBRequest(kInternal, new ByobRequestState(this, view));
    }
    return this.byobRequestObject;
  }

  #invalidateByobRequest() {
    const request = this.byobRequestObject;
    if (request === null) return;
    request[kState].controller = undefined;
    request[kState].view = null;
    this.byobRequestObject = null;
  }

  #shouldPull() {
    const { stream } = this;
    if (stream.state !== 'readable' || this.closeRequested || !this.started) return false;
    if (waitingReads(stream) > 0) return true;
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
  }

  #resetQueue() {
    this.queue.clear();
    this.totalSize = 0;
  }

  #clearPendingPullIntos() {
    this.#invalidateByobRequest();
    this.pendingPullIntos = [];
  }

  #shiftPendingPullInto() {
    return this.pendingPullIntos.shift();
  }

  // --- what the source does

  close() {
    const { stream } = this;
    if (this.closeRequested || stream.state !== 'readable') return;
    if (this.totalSize > 0) {
      this.closeRequested = true;
      return;
    }
    const [first] = this.pendingPullIntos;
    if (first !== undefined && first.bytesFilled % first.elementSize !== 0) {
      const error = new ERR_INVALID_STATE.TypeError('Partial read');
      this.error(error);
      throw error;
    }
    this.clearAlgorithms();
    closeStream(stream);
  }

  error(error) {
    if (this.stream.state !== 'readable') return;
    this.#clearPendingPullIntos();
    this.#resetQueue();
    this.clearAlgorithms();
    errorStream(this.stream, error);
  }

  enqueue(chunk) {
    const { stream } = this;
    if (this.closeRequested || stream.state !== 'readable') return;
    const { buffer, byteOffset, byteLength } = chunk;
    if (isDetached(buffer)) throw new ERR_INVALID_STATE.TypeError('chunk ArrayBuffer is detached');
    const transferred = transfer(buffer);
    if (this.pendingPullIntos.length > 0) {
      const [first] = this.pendingPullIntos;
      if (isDetached(first.buffer)) throw new ERR_INVALID_STATE.TypeError('Destination ArrayBuffer is detached');
      this.#invalidateByobRequest();
      first.buffer = transfer(first.buffer);
      if (first.readerType === 'none') this.#enqueueDetached(first);
    }
    if (hasDefaultReader(stream)) {
      this.#fillReadRequests();
      if (waitingReads(stream) === 0) {
        this.#enqueueChunk(transferred, byteOffset, byteLength);
      } else {
        if (this.pendingPullIntos.length > 0) this.#shiftPendingPullInto();
        stream.reader.requests.shift().chunkSteps(new Uint8Array(transferred, byteOffset, byteLength));
      }
    } else if (hasByobReader(stream)) {
      this.#enqueueChunk(transferred, byteOffset, byteLength);
      for (const filled of this.#fillPullIntos()) this.#commit(filled);
    } else {
      this.#enqueueChunk(transferred, byteOffset, byteLength);
    }
    this.callPullIfNeeded();
  }

  #enqueueChunk(buffer, byteOffset, byteLength) {
    this.queue.push({ buffer, byteOffset, byteLength });
    this.totalSize += byteLength;
  }

  /** Bytes of a buffer whose reader has gone are copied into the queue. */
  #enqueueCloned(buffer, byteOffset, byteLength) {
    let clone;
    try {
      clone = buffer.slice(byteOffset, byteOffset + byteLength);
    } catch (error) {
      this.error(error);
      throw error;
    }
    this.#enqueueChunk(clone, 0, byteLength);
  }

  #enqueueDetached(pullInto) {
    if (pullInto.bytesFilled > 0) this.#enqueueCloned(pullInto.buffer, pullInto.byteOffset, pullInto.bytesFilled);
    this.#shiftPendingPullInto();
  }

  // --- filling

  #commit(pullInto) {
    const { stream } = this;
    const done = stream.state === 'closed';
    const view = pullInto.toView();
    const request = stream.reader.requests.shift();
    if (pullInto.readerType === 'default' || !done) request.chunkSteps(view);
    else request.closeSteps(view);
  }

  /** Copies from the queue; true when the buffer has what was asked for at least. */
  #fillFromQueue(pullInto) {
    const maxBytes = Math.min(this.totalSize, pullInto.byteLength - pullInto.bytesFilled);
    const maxFilled = pullInto.bytesFilled + maxBytes;
    const maxAligned = maxFilled - (maxFilled % pullInto.elementSize);
    let remaining = maxBytes;
    let ready = false;
    if (maxAligned >= pullInto.minimumFill) {
      remaining = maxAligned - pullInto.bytesFilled;
      ready = true;
    }
    while (remaining > 0) {
      const head = this.queue.peek();
      const count = Math.min(remaining, head.byteLength);
      const destination = new Uint8Array(pullInto.buffer, pullInto.byteOffset + pullInto.bytesFilled, count);
      destination.set(new Uint8Array(head.buffer, head.byteOffset, count));
      if (head.byteLength === count) {
        this.queue.shift();
      } else {
        head.byteOffset += count;
        head.byteLength -= count;
      }
      this.totalSize -= count;
      pullInto.bytesFilled += count;
      remaining -= count;
    }
    return ready;
  }

  /** Takes off the list what the queue can fill. */
  #fillPullIntos() {
    const filled = [];
    while (this.pendingPullIntos.length > 0 && this.totalSize > 0) {
      const [first] = this.pendingPullIntos;
      if (!this.#fillFromQueue(first)) break;
      this.#shiftPendingPullInto();
      filled.push(first);
    }
    return filled;
  }

  #fillReadRequests() {
    const { requests } = this.stream.reader;
    while (requests.length > 0 && this.totalSize > 0) this.#fillReadRequest(requests.shift());
  }

  #fillReadRequest(request) {
    const { buffer, byteOffset, byteLength } = this.queue.shift();
    this.totalSize -= byteLength;
    this.#handleQueueDrain();
    request.chunkSteps(new Uint8Array(buffer, byteOffset, byteLength));
  }

  #handleQueueDrain() {
    if (this.totalSize === 0 && this.closeRequested) {
      this.clearAlgorithms();
      closeStream(this.stream);
    } else {
      this.callPullIfNeeded();
    }
  }

  // --- answers to a BYOB request

  respond(bytesWritten) {
    const [first] = this.pendingPullIntos;
    if (this.stream.state === 'closed') {
      if (bytesWritten !== 0) throw new ERR_INVALID_STATE.TypeError('Controller is closed');
    } else {
      if (bytesWritten === 0)
        throw new ERR_INVALID_STATE.TypeError('Controller cannot be closed without bytes written');
      if (first.bytesFilled + bytesWritten > first.byteLength)
        throw new codes.ERR_INVALID_ARG_VALUE.RangeError('bytesWritten', bytesWritten);
    }
    first.buffer = transfer(first.buffer);
    this.#respondInternal(bytesWritten);
  }

  respondWithNewView(view) {
    const [first] = this.pendingPullIntos;
    const { buffer, byteOffset, byteLength } = view;
    if (this.stream.state === 'closed') {
      if (byteLength !== 0) throw new ERR_INVALID_STATE.TypeError('View is not zero-length');
    } else if (byteLength === 0) {
      throw new ERR_INVALID_STATE.TypeError('View is zero-length');
    }
    if (
      first.byteOffset + first.bytesFilled !== byteOffset ||
      first.bufferByteLength !== buffer.byteLength ||
      first.bytesFilled + byteLength > first.byteLength
    ) {
      throw new codes.ERR_INVALID_ARG_VALUE.RangeError('view', view);
    }
    first.buffer = transfer(buffer);
    this.#respondInternal(byteLength);
  }

  #respondInternal(bytesWritten) {
    const [first] = this.pendingPullIntos;
    this.#invalidateByobRequest();
    if (this.stream.state === 'closed') this.#respondInClosed(first);
    else this.#respondInReadable(bytesWritten, first);
    this.callPullIfNeeded();
  }

  #respondInClosed(first) {
    if (first.readerType === 'none') this.#shiftPendingPullInto();
    const { stream } = this;
    if (!hasByobReader(stream)) return;
    const filled = [];
    while (filled.length < waitingReads(stream)) filled.push(this.#shiftPendingPullInto());
    for (const each of filled) this.#commit(each);
  }

  #respondInReadable(bytesWritten, pullInto) {
    pullInto.bytesFilled += bytesWritten;
    if (pullInto.readerType === 'none') {
      this.#enqueueDetached(pullInto);
      for (const each of this.#fillPullIntos()) this.#commit(each);
      return;
    }
    if (pullInto.bytesFilled < pullInto.minimumFill) return;
    this.#shiftPendingPullInto();
    const remainder = pullInto.bytesFilled % pullInto.elementSize;
    if (remainder > 0) {
      const end = pullInto.byteOffset + pullInto.bytesFilled;
      this.#enqueueCloned(pullInto.buffer, end - remainder, remainder);
    }
    pullInto.bytesFilled -= remainder;
    const filled = this.#fillPullIntos();
    this.#commit(pullInto);
    for (const each of filled) this.#commit(each);
  }

  // --- what the stream asks of its controller

  cancelSteps(reason) {
    this.#clearPendingPullIntos();
    this.#resetQueue();
    const { cancel } = this;
    this.clearAlgorithms();
    return cancel === undefined ? Promise.resolve() : cancel(reason);
  }

  pullSteps(request) {
    if (this.totalSize > 0) {
      this.#fillReadRequest(request);
      return;
    }
    const size = this.autoAllocateChunkSize;
    if (size !== undefined) {
      let buffer;
      try {
        buffer = new ArrayBuffer(size);
      } catch (error) {
        request.errorSteps(error);
        return;
      }
      this.pendingPullIntos.push(new PullInto(buffer, 0, size, 1, 1, Uint8Array, 'default'));
    }
    this.stream.reader.requests.push(request);
    this.callPullIfNeeded();
  }

  /** A BYOB read into `view`, of at least `min` elements. */
  pullInto(view, min, request) {
    const { stream } = this;
    const { View, elementSize } = kindOfView(view);
    const { byteOffset, byteLength } = view;
    let buffer;
    try {
      buffer = transfer(view.buffer);
    } catch (error) {
      request.errorSteps(error);
      return;
    }
    const pullInto = new PullInto(buffer, byteOffset, byteLength, min * elementSize, elementSize, View, 'byob');
    if (this.pendingPullIntos.length > 0) {
      this.pendingPullIntos.push(pullInto);
      stream.reader.requests.push(request);
      return;
    }
    if (stream.state === 'closed') {
      request.closeSteps(new View(pullInto.buffer, pullInto.byteOffset, 0));
      return;
    }
    if (this.totalSize > 0) {
      if (this.#fillFromQueue(pullInto)) {
        const filled = pullInto.toView();
        this.#handleQueueDrain();
        request.chunkSteps(filled);
        return;
      }
      if (this.closeRequested) {
        const error = new ERR_INVALID_STATE.TypeError('ReadableStream closed');
        this.error(error);
        request.errorSteps(error);
        return;
      }
    }
    this.pendingPullIntos.push(pullInto);
    stream.reader.requests.push(request);
    this.callPullIfNeeded();
  }

  releaseSteps() {
    if (this.pendingPullIntos.length === 0) return;
    const [first] = this.pendingPullIntos;
    first.readerType = 'none';
    this.pendingPullIntos = [first];
  }
}

class ReadableByteStreamController {
  constructor(token = undefined, state = undefined) {
    checkInternal(token);
    this[kState] = state;
  }

  /** @type {ReadableStreamBYOBRequest|null} */
  get byobRequest() {
    return controllerState(this).byobRequest;
  }

  /** @type {number|null} */
  get desiredSize() {
    return controllerState(this).desiredSize;
  }

  close() {
    const state = controllerState(this);
    if (state.closeRequested) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    if (state.stream.state !== 'readable') throw new ERR_INVALID_STATE.TypeError('ReadableStream is already closed');
    state.close();
  }

  enqueue(chunk) {
    const state = controllerState(this);
    checkView(chunk, 'buffer');
    if (chunk.byteLength === 0 || chunk.buffer.byteLength === 0) {
      throw new ERR_INVALID_STATE.TypeError('chunk ArrayBuffer is zero-length or detached');
    }
    if (state.closeRequested) throw new ERR_INVALID_STATE.TypeError('Controller is already closed');
    if (state.stream.state !== 'readable') throw new ERR_INVALID_STATE.TypeError('ReadableStream is already closed');
    state.enqueue(chunk);
  }

  error(error = undefined) {
    controllerState(this).error(error);
  }

  [kInspect](depth, options) {
    return customInspect.call(this, depth, options, this.constructor.name, {});
  }
}
describeClass(ReadableByteStreamController, ['byobRequest', 'close', 'desiredSize', 'enqueue', 'error']);

const controllerState = (controller) => stateOf(controller, ByteControllerState, 'ReadableByteStreamController');

/** Gives `stream` (a state) a byte controller. */
function setUpByteController(stream, algorithms, highWaterMark, autoAllocateChunkSize) {
  const state = new ByteControllerState(stream, highWaterMark);
  state.controller = new ReadableByteStreamController(kInternal, state);
  state.pull = algorithms.pull;
  state.cancel = algorithms.cancel;
  state.autoAllocateChunkSize = autoAllocateChunkSize;
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
function setUpFromByteSource(stream, source, { start, pull, cancel, autoAllocateChunkSize }, highWaterMark) {
  if (autoAllocateChunkSize === 0)
    throw new codes.ERR_INVALID_ARG_VALUE('source.autoAllocateChunkSize', autoAllocateChunkSize);
  const algorithms = {
    start: start && ((controller) => Reflect.apply(start, source, [controller])),
    pull: pull && (() => callAsync(pull, source, stream.controller.controller)),
    cancel: cancel && ((reason) => callAsync(cancel, source, reason)),
  };
  return setUpByteController(stream, algorithms, highWaterMark, autoAllocateChunkSize);
}

module.exports = {
  ReadableByteStreamController,
  ReadableStreamBYOBRequest,
  checkView,
  isDetached,
  kindOfView,
  setUpByteController,
  setUpFromByteSource,
  toUnsigned,
};
