// A body on its way here: a request's in a server, a response's in fetch(). Who wants it whole gets it without a stream;
// a ReadableStream is made when somebody asks for one. What nobody reads makes the peer wait.
'use strict';

const HIGH_WATER_MARK = 64 * 1024;

/** How long a body that is collected may be: what fits a buffer. */
const MAX_COLLECTED = 0x1_0000_0000;

const IDLE = 0;
const COLLECTING = 1;
const STREAMING = 2;
const DROPPED = 3;

class IncomingBody {
  /** @param {{pause(): void, resume(): void, cancel(reason: unknown): void}} producer */
  constructor(producer) {
    this.producer = producer;
    this.chunks = [];
    this.size = 0; // of the chunks that wait here
    this.mode = IDLE;
    this.ended = false;
    this.failed = false;
    this.error = undefined;
    this.paused = false;
    this.limit = MAX_COLLECTED;
    this.waiting = null; // who collects: {resolve, reject}
    this.controller = null; // of the stream
    this.pulled = null; // the stream waits for a chunk: resolves its pull
    this.length = null; // what the peer has announced
  }

  // --- the producer's side ------------------------------------------------------------------------------------------------

  /** @param {Uint8Array} chunk not empty, and ours from now on */
  push(chunk) {
    switch (this.mode) {
      case DROPPED:
        return;
      case STREAMING:
        this.controller.enqueue(chunk);
        this.#settlePull();
        if (this.controller.desiredSize <= 0) this.#pause();
        return;
      default:
        this.chunks.push(chunk);
        this.size += chunk.length;
        if (this.mode === IDLE) {
          if (this.size >= HIGH_WATER_MARK) this.#pause();
        } else if (this.size > this.limit) {
          this.fail(new RangeError('The body is too large to be held in memory'));
          this.producer.cancel(this.error);
        }
    }
  }

  end() {
    if (this.ended || this.failed) return;
    this.ended = true;
    if (this.mode === STREAMING) {
      this.controller.close();
      this.#settlePull();
    } else if (this.waiting !== null) {
      const { resolve } = this.waiting;
      this.waiting = null;
      resolve(this.#take());
    }
  }

  fail(error) {
    if (this.ended || this.failed) return;
    this.failed = true;
    this.error = error;
    this.chunks = [];
    if (this.mode === STREAMING) {
      this.controller.error(error);
      this.#settlePull();
    } else if (this.waiting !== null) {
      const { reject } = this.waiting;
      this.waiting = null;
      reject(error);
    }
  }

  #pause() {
    if (this.paused || this.ended) return;
    this.paused = true;
    this.producer.pause();
  }

  #resume() {
    if (!this.paused) return;
    this.paused = false;
    this.producer.resume();
  }

  #settlePull() {
    const { pulled } = this;
    if (pulled === null) return;
    this.pulled = null;
    pulled();
  }

  // --- the consumer's side ------------------------------------------------------------------------------------------------

  #take() {
    const { chunks } = this;
    this.chunks = [];
    if (chunks.length === 1) return chunks[0];
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  /** All of it. @returns {Promise<Uint8Array>} */
  collect() {
    this.mode = COLLECTING;
    if (this.failed) return Promise.reject(this.error);
    if (this.ended) return Promise.resolve(this.#take());
    this.#resume();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** All of it if it is here, else undefined. */
  collectNow() {
    if (!this.ended || this.failed) return undefined;
    this.mode = COLLECTING;
    return this.#take();
  }

  /** @returns {ReadableStream} of bytes */
  stream() {
    const { createReadableByteStream } = require('stream/web/readable_stream');
    const { kState } = require('stream/web/common');
    const stream = createReadableByteStream(
      {
        pull: () => {
          if (this.ended || this.failed) return Promise.resolve();
          this.#resume();
          return new Promise((resolve) => {
            this.pulled = resolve;
          });
        },
        cancel: async (reason) => {
          this.mode = DROPPED;
          this.#settlePull();
          if (!this.ended) this.producer.cancel(reason);
        },
      },
      0,
    );
    const { controller } = stream[kState];
    this.controller = controller;
    this.mode = STREAMING;
    const { chunks } = this;
    this.chunks = [];
    for (const chunk of chunks) controller.enqueue(chunk);
    if (this.failed) controller.error(this.error);
    else if (this.ended) controller.close();
    return stream;
  }

  /** Nobody will read it. */
  drop() {
    if (this.mode !== IDLE) return;
    this.mode = DROPPED;
    this.chunks = [];
    this.#resume();
  }
}

module.exports = { IncomingBody };
