// Content-Encoding: what a body goes through before the program sees it.
'use strict';

const { IncomingBody } = require('fetch/incoming_body');

/** More would be an attack. */
const MAX_ENCODINGS = 5;

/** A stream of zlib's that undoes one encoding, or null for one that is not known. */
function decoderFor(name) {
  const zlib = require('zlib/zlib');
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  switch (name) {
    case 'gzip':
    case 'x-gzip':
      // A body that is cut short is given as far as it goes, as browsers do.
      return zlib.createGunzip({ flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH });
    case 'deflate':
      return null; // see Inflate
    case 'br':
      return zlib.createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return zlib.createZstdDecompress({ flush: ZSTD_e_flush, finishFlush: ZSTD_e_flush });
    default:
      return null;
  }
}

/** "deflate" is zlib's format by the standard, the bare one by many servers: the first byte tells. */
function inflateFor(first) {
  const zlib = require('zlib/zlib');
  const options = { flush: zlib.constants.Z_SYNC_FLUSH, finishFlush: zlib.constants.Z_SYNC_FLUSH };
  return (first & 0x0f) === 8 ? zlib.createInflate(options) : zlib.createInflateRaw(options);
}

/**
 * The names of the encodings in the order in which they are undone; null when there are none, or one is not known.
 * @param {string|null} header
 * @throws {Error} there are too many
 */
function encodingsOf(header) {
  if (header === null) return null;
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > MAX_ENCODINGS) {
    throw new Error(`too many content-encodings in response: ${names.length}, maximum allowed is ${MAX_ENCODINGS}`);
  }
  const known = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd']);
  if (names.length === 0 || names.some((name) => !known.has(name))) return null;
  return names.reverse();
}

/** Decodes what is pushed into it, into `output`; with the interface of an IncomingBody towards its producer. */
class DecodingBody {
  /** @param {string[]} encodings @param {object} producer of the encoded bytes */
  constructor(encodings, producer) {
    this.producer = producer;
    this.encodings = encodings;
    this.first = null;
    this.last = null;
    this.stalled = false; // the decoder has enough input
    this.held = false; // the reader has enough output
    this.ended = false;
    this.failed = false;
    this.output = new IncomingBody({
      pause: () => {
        this.held = true;
        this.last?.pause();
        this.#settle();
      },
      resume: () => {
        this.held = false;
        this.last?.resume();
        this.#settle();
      },
      cancel: (reason) => {
        this.first?.destroy();
        producer.cancel(reason);
      },
    });
  }

  #settle() {
    if (this.stalled || this.held) this.producer.pause();
    else this.producer.resume();
  }

  #start(chunk) {
    const streams = this.encodings.map((name, index) =>
      name === 'deflate' && index === 0 ? inflateFor(chunk[0]) : (decoderFor(name) ?? inflateFor(8)),
    );
    [this.first] = streams;
    this.last = streams.at(-1);
    streams.forEach((stream, index) => {
      stream.on('error', (error) => this.fail(new TypeError('terminated', { cause: error })));
      if (index > 0) streams[index - 1].pipe(stream);
    });
    this.first.on('drain', () => {
      this.stalled = false;
      this.#settle();
    });
    // A copy: the decoder goes on with its buffer, and a reader may take what it gets.
    this.last.on('data', (data) => this.output.push(new Uint8Array(data)));
    this.last.on('end', () => this.output.end());
  }

  push(chunk) {
    if (this.failed) return;
    if (this.first === null) this.#start(chunk);
    if (!this.first.write(chunk)) {
      this.stalled = true;
      this.#settle();
    }
  }

  end() {
    this.ended = true;
    if (this.first === null) this.output.end();
    else this.first.end();
  }

  fail(error) {
    if (this.failed) return;
    this.failed = true;
    this.output.fail(error);
    this.first?.destroy();
    if (!this.ended) this.producer.cancel(error);
  }
}

module.exports = { DecodingBody, encodingsOf };
