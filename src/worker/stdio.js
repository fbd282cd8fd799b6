// The standard streams of a Worker: what it writes goes to the parent in messages, and what the parent writes to
// worker.stdin comes the other way.
'use strict';

const { Readable, Writable } = require('stream/stream');

/** The reading side: chunks come by `push`. Ends with push(null). */
class ReadableWorkerStdio extends Readable {
  #port;
  #name;

  constructor(port, name) {
    super();
    this.#port = port;
    this.#name = name;
  }

  _read() {
    // The other side waits for this before it calls its writers back.
    this.#port.postMessage({ type: 'stdioWanted', stream: this.#name });
  }
}

/** The writing side. Calls back when the other side wants more. */
class WritableWorkerStdio extends Writable {
  #port;
  #name;
  #waiting = [];

  constructor(port, name) {
    super({ decodeStrings: false });
    this.#port = port;
    this.#name = name;
  }

  _writev(chunks, callback) {
    this.#port.postMessage({
      type: 'stdio',
      stream: this.#name,
      chunks: chunks.map(({ chunk, encoding }) => ({ chunk, encoding })),
    });
    if (process._exiting) {
      callback();
      return;
    }
    this.#waiting.push(callback);
    if (this.#waiting.length === 1) this.#port.hold?.(1);
  }

  _final(callback) {
    this.#port.postMessage({ type: 'stdio', stream: this.#name, chunks: [{ chunk: null }] });
    callback();
  }

  /** The other side has taken what was sent. */
  wanted() {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#port.hold?.(-1);
    for (const callback of waiting) callback();
  }
}

/** Puts the chunks of a message where they are read. */
function deliver(readable, chunks) {
  for (const { chunk, encoding } of chunks) readable.push(chunk, encoding);
}

module.exports = { ReadableWorkerStdio, WritableWorkerStdio, deliver };
