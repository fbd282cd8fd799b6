// TextEncoder and TextDecoder (https://encoding.spec.whatwg.org).
'use strict';

const native = binding('encoding');
const bufferNative = binding('buffer');
const { codes } = require('errors/errors');
const { validateObject, validateString } = require('errors/validators');

const customInspect = Symbol.for('nodejs.util.inspect.custom');
const UTF8 = 0;
const EMPTY = new Uint8Array(0);

const scratch = new Uint8Array(3 * 1024);
const counts = new Uint32Array(2);

class TextEncoder {
  #isEncoder = true;

  get encoding() {
    if (!(#isEncoder in this)) throw new codes.ERR_INVALID_THIS('TextEncoder');
    return 'utf-8';
  }

  /**
   * @param {string} [input]
   * @returns {Uint8Array} UTF-8; lone surrogates become U+FFFD
   */
  encode(input = '') {
    if (!(#isEncoder in this)) throw new codes.ERR_INVALID_THIS('TextEncoder');
    const text = `${input}`;
    if (text.length <= 1024) {
      if (text.length === 0) return new Uint8Array(0);
      return scratch.slice(0, bufferNative.write(scratch, text, UTF8, 0, scratch.length));
    }
    return new Uint8Array(native.encodeUtf8(text));
  }

  /**
   * Writes what fits, whole characters only.
   * @param {string} src
   * @param {Uint8Array} dest
   * @returns {{read: number, written: number}} UTF-16 units and bytes
   */
  encodeInto(src, dest) {
    if (!(#isEncoder in this)) throw new codes.ERR_INVALID_THIS('TextEncoder');
    validateString(src, 'src');
    if (!dest || !(dest instanceof Uint8Array)) throw new codes.ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', dest);
    native.encodeInto(src, dest, counts);
    return { read: counts[0], written: counts[1] };
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (!(#isEncoder in this)) throw new codes.ERR_INVALID_THIS('TextEncoder');
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = Object.create({ constructor: TextEncoder });
    shown.encoding = this.encoding;
    return (inspect ?? require('util/inspect').inspect)(shown, options);
  }
}

function bytesOf(input) {
  if (ArrayBuffer.isView(input)) return input;
  if (
    input instanceof ArrayBuffer ||
    input instanceof SharedArrayBuffer ||
    require('util/types').isAnyArrayBuffer(input)
  )
    return input;
  const error = new codes.ERR_INVALID_ARG_TYPE('list', ['SharedArrayBuffer', 'ArrayBuffer', 'ArrayBufferView'], input);
  error.message = 'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.';
  throw error;
}

class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #isStreaming = false;
  #table; // of a single-byte encoding
  #decoder; // native, made when first needed

  /**
   * @param {string} [label]
   * @param {{fatal?: boolean, ignoreBOM?: boolean}} [options]
   */
  constructor(label = 'utf-8', options = undefined) {
    if (label === 'utf-8' || label === 'utf8') {
      this.#encoding = 'utf-8';
    } else {
      const name = require('web/encoding_labels').nameOfLabel(`${label}`);
      if (name === undefined || name === 'replacement') throw new codes.ERR_ENCODING_NOT_SUPPORTED(label);
      this.#encoding = name;
      if (name !== 'windows-1252') this.#table = require('web/encoding_labels').tableOf(name);
    }
    if (options !== undefined && options !== null && typeof options !== 'function') validateObject(options, 'options');
    this.#fatal = Boolean(options?.fatal);
    this.#ignoreBOM = Boolean(options?.ignoreBOM);
  }

  /**
   * @param {ArrayBuffer|ArrayBufferView|SharedArrayBuffer} [input]
   * @param {{stream?: boolean}} [options]
   * @returns {string}
   */
  decode(input = EMPTY, options = undefined) {
    if (!(#encoding in this)) throw new codes.ERR_INVALID_THIS('TextDecoder');
    const bytes = bytesOf(input);
    if (options !== undefined && options !== null && typeof options !== 'function') validateObject(options, 'options');
    const stream = Boolean(options?.stream);
    if (this.#encoding === 'utf-8' && !stream && !this.#isStreaming) {
      return native.decodeUtf8(bytes, this.#ignoreBOM, this.#fatal);
    }
    if (this.#encoding === 'windows-1252') return native.decodeLatin1(bytes);
    if (this.#table !== undefined) return native.decodeTable(bytes, this.#table, this.#fatal, this.#encoding);
    if (this.#encoding === 'x-user-defined') return decodeUserDefined(bytes);
    this.#decoder ??= this.#open();
    this.#isStreaming = stream;
    return this.#decoder.decode(bytes, !stream);
  }

  #open() {
    const { icuNameOf } = require('web/encoding_labels');
    const decoder = new native.Decoder(this.#encoding, icuNameOf(this.#encoding), this.#ignoreBOM, this.#fatal);
    if (!decoder.isOpen()) throw new codes.ERR_ENCODING_NOT_SUPPORTED(this.#encoding);
    return decoder;
  }

  get encoding() {
    if (!(#encoding in this)) throw new codes.ERR_INVALID_THIS('TextDecoder');
    return this.#encoding;
  }

  get fatal() {
    if (!(#encoding in this)) throw new codes.ERR_INVALID_THIS('TextDecoder');
    return this.#fatal;
  }

  get ignoreBOM() {
    if (!(#encoding in this)) throw new codes.ERR_INVALID_THIS('TextDecoder');
    return this.#ignoreBOM;
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (!(#encoding in this)) throw new codes.ERR_INVALID_THIS('TextDecoder');
    if (typeof depth === 'number' && depth < 0) return '[TextDecoder]';
    const shown = { encoding: this.#encoding, fatal: this.#fatal, ignoreBOM: this.#ignoreBOM };
    return `TextDecoder ${inspect(shown, options)}`;
  }
}

/** ASCII, and the upper half in U+F780..U+F7FF. */
function decodeUserDefined(bytes) {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  let text = '';
  for (let i = 0; i < view.length; i++) text += String.fromCharCode(view[i] < 0x80 ? view[i] : 0xf700 + view[i]);
  return text;
}

function finish(prototype, names, tag) {
  for (const name of names) Object.defineProperty(prototype, name, { __proto__: null, enumerable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: tag });
}
finish(TextEncoder.prototype, ['encode', 'encodeInto', 'encoding'], 'TextEncoder');
finish(TextDecoder.prototype, ['decode', 'encoding', 'fatal', 'ignoreBOM'], 'TextDecoder');

module.exports = { TextEncoder, TextDecoder };
