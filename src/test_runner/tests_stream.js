'use strict';

/** What run() returns and reporters read: events as objects, in the order of definition. */

const { Readable } = require('stream/stream');

class TestsStream extends Readable {
  constructor() {
    super({ objectMode: true, highWaterMark: Number.MAX_SAFE_INTEGER });
    this.ended = false;
  }

  _read() {}

  /** @param {string} type "test:pass", ... */
  event(type, data) {
    if (this.ended) return;
    this.emit(type, data);
    this.push({ __proto__: null, type, data });
  }

  finish() {
    if (this.ended) return;
    this.ended = true;
    this.push(null);
  }
}

module.exports = { TestsStream };
