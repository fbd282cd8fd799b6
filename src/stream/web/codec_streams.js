// TextEncoderStream and TextDecoderStream, CompressionStream and DecompressionStream.
'use strict';

const { codes } = require('errors/errors');
const { customInspect, kInspect } = require('stream/web/common');
const { TransformStream } = require('stream/web/transform_stream');

/** Getters are enumerable, as WebIDL has them. */
function defineAccessors(Class, names) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { __proto__: null, enumerable: true });
}

const isHigh = (unit) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit) => unit >= 0xdc00 && unit < 0xe000;

class TextEncoderStream {
  #transform;
  /** A high surrogate that ended a chunk: its other half may begin the next. */
  #pending = '';

  constructor() {
    const { TextEncoder } = require('web/encoding');
    const encoder = new TextEncoder();
    this.#transform = new TransformStream({
      transform: (chunk, controller) => {
        const bytes = encoder.encode(this.#join(`${chunk}`));
        if (bytes.length > 0) controller.enqueue(bytes);
      },
      flush: (controller) => {
        if (this.#pending !== '') controller.enqueue(encoder.encode('\ufffd'));
      },
    });
  }

  #join(text) {
    if (text === '') return '';
    let joined = text;
    if (this.#pending !== '') {
      joined = isLow(text.charCodeAt(0)) ? this.#pending + text : `\ufffd${text}`;
      this.#pending = '';
    }
    const last = joined.length - 1;
    if (isHigh(joined.charCodeAt(last))) {
      this.#pending = joined[last];
      joined = joined.slice(0, last);
    }
    return joined;
  }

  get encoding() {
    return this.#transform && 'utf-8'; // reading a private field refuses any other receiver
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }

  [kInspect](depth, options) {
    if (typeof this !== 'object' || this === null || !(#transform in this))
      throw new codes.ERR_INVALID_THIS('TextEncoderStream');
    return customInspect.call(this, depth, options, this.constructor.name, {
      encoding: this.encoding,
      readable: this.readable,
      writable: this.writable,
    });
  }
}
defineAccessors(TextEncoderStream, ['encoding', 'readable', 'writable']);

class TextDecoderStream {
  #decoder;
  #transform;

  /**
   * @param {string} [encoding]
   * @param {{fatal?: boolean, ignoreBOM?: boolean}} [options]
   */
  constructor(encoding = 'utf-8', options = {}) {
    const { TextDecoder } = require('web/encoding');
    const decoder = new TextDecoder(encoding, options);
    this.#decoder = decoder;
    this.#transform = new TransformStream({
      transform(chunk, controller) {
        if (chunk === undefined) throw new codes.ERR_INVALID_ARG_TYPE('chunk', 'string', chunk);
        const text = decoder.decode(chunk, { stream: true });
        if (text !== '') controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text !== '') controller.enqueue(text);
      },
    });
  }

  get encoding() {
    return this.#decoder.encoding;
  }

  get fatal() {
    return this.#decoder.fatal;
  }

  get ignoreBOM() {
    return this.#decoder.ignoreBOM;
  }

  get readable() {
    return this.#transform.readable;
  }

  get writable() {
    return this.#transform.writable;
  }

  [kInspect](depth, options) {
    if (typeof this !== 'object' || this === null || !(#decoder in this))
      throw new codes.ERR_INVALID_THIS('TextDecoderStream');
    const { encoding, fatal, ignoreBOM, readable, writable } = this;
    return customInspect.call(this, depth, options, this.constructor.name, {
      encoding,
      fatal,
      ignoreBOM,
      readable,
      writable,
    });
  }
}
defineAccessors(TextDecoderStream, ['encoding', 'fatal', 'ignoreBOM', 'readable', 'writable']);

const FORMATS = ['deflate', 'deflate-raw', 'gzip', 'brotli'];

/** A zlib stream as a pair of WHATWG streams. */
function codec(format, makers) {
  const { validateOneOf } = require('errors/validators');
  validateOneOf(format, 'format', FORMATS);
  const zlib = require('zlib/zlib');
  const handle = zlib[makers[FORMATS.indexOf(format)]]({ rejectGarbageAfterEnd: true });
  return require('stream/web_adapters').newCodecPair(handle);
}

class CompressionStream {
  #pair;

  /** @param {'deflate'|'deflate-raw'|'gzip'|'brotli'} format */
  constructor(format) {
    this.#pair = codec(format, ['createDeflate', 'createDeflateRaw', 'createGzip', 'createBrotliCompress']);
  }

  get readable() {
    return this.#pair.readable;
  }

  get writable() {
    return this.#pair.writable;
  }

  [kInspect](depth, options) {
    if (typeof this !== 'object' || this === null || !(#pair in this))
      throw new codes.ERR_INVALID_THIS('CompressionStream');
    return customInspect.call(this, depth, options, this.constructor.name, {
      readable: this.readable,
      writable: this.writable,
    });
  }
}
defineAccessors(CompressionStream, ['readable', 'writable']);
Object.defineProperty(CompressionStream.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'CompressionStream',
});

class DecompressionStream {
  #pair;

  /** @param {'deflate'|'deflate-raw'|'gzip'|'brotli'} format */
  constructor(format) {
    this.#pair = codec(format, ['createInflate', 'createInflateRaw', 'createGunzip', 'createBrotliDecompress']);
  }

  get readable() {
    return this.#pair.readable;
  }

  get writable() {
    return this.#pair.writable;
  }

  [kInspect](depth, options) {
    if (typeof this !== 'object' || this === null || !(#pair in this))
      throw new codes.ERR_INVALID_THIS('DecompressionStream');
    return customInspect.call(this, depth, options, this.constructor.name, {
      readable: this.readable,
      writable: this.writable,
    });
  }
}
defineAccessors(DecompressionStream, ['readable', 'writable']);
Object.defineProperty(DecompressionStream.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'DecompressionStream',
});

module.exports = { CompressionStream, DecompressionStream, TextDecoderStream, TextEncoderStream };
