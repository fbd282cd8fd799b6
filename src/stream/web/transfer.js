// Transfer of streams: the stream itself stays where it is, locked, and is piped through a pair of MessagePorts to a new one.
// https://streams.spec.whatwg.org/#transferrable-streams
'use strict';

const { kInternal, kState, noop, then } = require('stream/web/common');
const { createReadableStream } = require('stream/web/readable_stream');
const { createWritableStream } = require('stream/web/writable_stream');
const { TransformStream, TransformStreamState } = require('stream/web/transform_stream');
const { dataCloneError } = require('worker/messaging');

// Ports of streams keep no process alive by themselves. `keepsAlive` is for the side that a program holds: while it waits
// for a chunk, or for the other side to take what was written.

class PortEnd {
  #port;
  #keepsAlive;

  /** @param {(message: {type: string, value: unknown}) => void} onMessage */
  constructor(port, keepsAlive, onMessage, onMessageError) {
    this.#port = port;
    this.#keepsAlive = keepsAlive;
    port.on('message', onMessage);
    port.on('messageerror', onMessageError);
    port.unref();
  }

  post(type, value) {
    this.#port.postMessage({ type, value });
  }

  /** Tells the other side of an error; one that cannot be cloned becomes a DataCloneError. */
  postError(error) {
    try {
      this.post('error', error);
    } catch (refusal) {
      this.post('error', refusal);
    }
  }

  /** Posts, or tells the other side why not. @throws {DOMException} */
  postOrError(type, value) {
    try {
      this.post(type, value);
    } catch (error) {
      this.postError(error);
      throw error;
    }
  }

  waiting(isWaiting) {
    if (!this.#keepsAlive) return;
    if (isWaiting) this.#port.ref();
    else this.#port.unref();
  }

  /** The last message has been posted: the other side closes the channel when it has seen it. */
  finish() {
    this.waiting(true);
  }

  close() {
    this.#port.close();
  }
}

const lostMessage = () => dataCloneError('A chunk of a transferred stream could not be deserialized');

/** A ReadableStream of what comes through `port`. */
function readableOf(port, keepsAlive) {
  let controller;
  let pulled; // settles when the chunk that was asked for has come
  const end = new PortEnd(
    port,
    keepsAlive,
    ({ type, value }) => {
      end.waiting(false);
      if (type === 'chunk') {
        controller.enqueue(value);
        pulled?.resolve();
        pulled = undefined;
        return;
      }
      if (type === 'close') controller.close();
      else controller.error(value);
      pulled?.resolve();
      end.close();
    },
    () => {
      const error = lostMessage();
      end.postError(error);
      controller.error(error);
      end.close();
    },
  );
  const stream = createReadableStream(
    {
      __proto__: null,
      pull() {
        pulled = Promise.withResolvers();
        end.waiting(true);
        end.post('pull');
        return pulled.promise;
      },
      async cancel(reason) {
        try {
          end.postOrError('error', reason);
        } finally {
          end.finish();
        }
      },
    },
    0,
  );
  ({ controller } = stream[kState]);
  return stream;
}

/** A WritableStream whose chunks go through `port`. */
function writableOf(port, keepsAlive) {
  let controller;
  let backpressure = Promise.withResolvers(); // undefined: the other side has asked for a chunk
  const relieve = () => {
    end.waiting(false);
    backpressure?.resolve();
    backpressure = undefined;
  };
  const end = new PortEnd(
    port,
    keepsAlive,
    ({ type, value }) => {
      if (type === 'error') {
        controller.errorIfNeeded(value);
        end.close();
      }
      relieve();
    },
    () => {
      const error = lostMessage();
      end.postError(error);
      controller.errorIfNeeded(error);
      end.close();
      relieve();
    },
  );
  const stream = createWritableStream({
    __proto__: null,
    async write(chunk) {
      if (backpressure !== undefined) {
        end.waiting(true);
        await backpressure.promise;
      }
      backpressure = Promise.withResolvers();
      try {
        end.postOrError('chunk', chunk);
      } catch (error) {
        end.finish();
        throw error;
      }
    },
    async close() {
      end.post('close');
      end.finish();
    },
    async abort(reason) {
      try {
        end.postOrError('error', reason);
      } finally {
        end.finish();
      }
    },
  });
  ({ controller } = stream[kState]);
  return stream;
}

function refuseLocked(state, name) {
  if (state.locked) throw dataCloneError(`Cannot transfer a locked ${name}`);
}

/** Pipes, and leaves errors to the two streams. */
function connect(readable, writable) {
  const options = { preventAbort: false, preventCancel: false, preventClose: false, signal: undefined };
  then(require('stream/web/pipe').pipe(readable[kState], writable[kState], options), noop, noop);
}

const makePorts = () => {
  const { MessageChannel } = require('worker/message_port');
  return new MessageChannel();
};

/** For kTransfer of ReadableStream. */
function transferReadable(stream) {
  refuseLocked(stream[kState], 'ReadableStream');
  const { port1, port2 } = makePorts();
  connect(stream, writableOf(port1, false));
  return ['ReadableStream', { port: port2 }, [port2]];
}

/** For kTransfer of WritableStream. */
function transferWritable(stream) {
  refuseLocked(stream[kState], 'WritableStream');
  const { port1, port2 } = makePorts();
  connect(readableOf(port1, false), stream);
  return ['WritableStream', { port: port2 }, [port2]];
}

/** For kTransfer of TransformStream: both sides. */
function transferTransform(stream) {
  const { readable, writable } = stream;
  refuseLocked(readable[kState], 'ReadableStream');
  refuseLocked(writable[kState], 'WritableStream');
  const [, read, [readPort]] = transferReadable(readable);
  const [, written, [writePort]] = transferWritable(writable);
  return ['TransformStream', { readable: read.port, writable: written.port }, [readPort, writePort]];
}

const reviveReadable = ({ port }) => readableOf(port, true);
const reviveWritable = ({ port }) => writableOf(port, true);

function reviveTransform({ readable, writable }) {
  const stream = new TransformStream(kInternal);
  const state = new TransformStreamState(stream);
  state.readable = readableOf(readable, true);
  state.writable = writableOf(writable, true);
  stream[kState] = state;
  return stream;
}

module.exports = {
  reviveReadable,
  reviveTransform,
  reviveWritable,
  transferReadable,
  transferTransform,
  transferWritable,
};
