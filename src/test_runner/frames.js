'use strict';

/**
 * How a test file's process tells its parent what happens: frames on standard output, between whatever else is printed.
 * A frame is 0xFF 0x0F (never part of UTF-8 text), the length as uint32 big-endian, and that many bytes of v8.serialize().
 */

const { Buffer } = require('buffer/buffer');
const { isNativeError } = require('util/types');

const kHeader = Buffer.from([0xff, 0x0f]);
const kHeaderLength = 6;
const kMaxDepth = 8;

/** Errors cross with all their properties. */
function pack(value, depth = 0) {
  if (isNativeError(value)) {
    const own = {};
    if (depth < kMaxDepth) {
      for (const key of Object.keys(value)) own[key] = pack(value[key], depth + 1);
      if (Object.hasOwn(value, 'cause') && !Object.hasOwn(own, 'cause')) own.cause = pack(value.cause, depth + 1);
    }
    return {
      $error: value.constructor?.name ?? 'Error',
      name: String(value.name),
      message: String(value.message),
      stack: typeof value.stack === 'string' ? value.stack : undefined,
      keys: Object.keys(value),
      own,
    };
  }
  if (typeof value === 'function' || typeof value === 'symbol')
    return { $text: require('util/inspect').inspect(value) };
  return value;
}

function unpack(value) {
  if (value === null || typeof value !== 'object') return value;
  if (value.$text !== undefined) return new Verbatim(value.$text);
  if (value.$error === undefined) return value;
  const error = new Error(value.message);
  Object.defineProperty(error, 'stack', { __proto__: null, value: value.stack, writable: true, configurable: true });
  const Class = value.$error === 'AssertionError' ? require('assert/assert').AssertionError : globalThis[value.$error];
  if (typeof Class === 'function' && Class.prototype instanceof Error) Object.setPrototypeOf(error, Class.prototype);
  if (error.name !== value.name)
    Object.defineProperty(error, 'name', { __proto__: null, value: value.name, writable: true, configurable: true });
  for (const [key, item] of Object.entries(value.own)) {
    Object.defineProperty(error, key, {
      __proto__: null,
      value: unpack(item),
      writable: true,
      configurable: true,
      enumerable: value.keys.includes(key),
    });
  }
  return error;
}

/** A value that cannot cross; prints as it did there. */
class Verbatim {
  #text;

  constructor(text) {
    this.#text = text;
  }

  [Symbol.for('nodejs.util.inspect.custom')]() {
    return this.#text;
  }

  toString() {
    return this.#text;
  }
}

function encode(item) {
  const { serialize } = require('v8/v8');
  let { data } = item;
  if (data.details?.error !== undefined)
    data = { ...data, details: { ...data.details, error: pack(data.details.error) } };
  const plain = { type: item.type, data: { ...data } };
  if (data.details !== undefined) plain.data.details = { ...data.details };
  if (data.counts !== undefined) plain.data.counts = { ...data.counts };
  let body;
  try {
    body = serialize(plain);
  } catch {
    // Something in the error cannot be cloned: its text must do.
    const error = item.data.details?.error;
    const cause = { $text: require('util/inspect').inspect(error?.cause ?? error) };
    plain.data.details.error = {
      ...pack(new Error(error?.message)),
      keys: ['code', 'failureType', 'cause'],
      own: { code: error?.code, failureType: error?.failureType, cause },
    };
    body = serialize(plain);
  }
  const frame = Buffer.allocUnsafe(kHeaderLength + body.length);
  kHeader.copy(frame);
  frame.writeUInt32BE(body.length, 2);
  body.copy(frame, kHeaderLength);
  return frame;
}

/** Writes every event of a stream to standard output. */
function report(stream) {
  stream.on('data', (item) => {
    process.stdout.write(encode(item));
  });
}

/** Takes frames and text apart. */
class FrameParser {
  /**
   * @param {(item: {type: string, data: object}) => void} onItem
   * @param {(text: string) => void} onText
   */
  constructor(onItem, onText) {
    this.onItem = onItem;
    this.onText = onText;
    this.rest = Buffer.alloc(0);
    this.decoder = new (require('buffer/string_decoder').StringDecoder)('utf8');
  }

  push(chunk) {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const at = this.rest.indexOf(kHeader);
      if (at < 0) {
        // A header may be cut in two.
        const keep = this.rest.length > 0 && this.rest.at(-1) === 0xff ? 1 : 0;
        this.text(this.rest.subarray(0, this.rest.length - keep));
        this.rest = this.rest.subarray(this.rest.length - keep);
        return;
      }
      this.text(this.rest.subarray(0, at));
      this.rest = this.rest.subarray(at);
      if (this.rest.length < kHeaderLength) return;
      const end = kHeaderLength + this.rest.readUInt32BE(2);
      if (this.rest.length < end) return;
      const item = this.decode(this.rest.subarray(kHeaderLength, end));
      if (item === undefined) {
        this.text(this.rest.subarray(0, 1));
        this.rest = this.rest.subarray(1);
        continue;
      }
      this.rest = this.rest.subarray(end);
      this.onItem(item);
    }
  }

  /** What the test file writes is not trusted: bytes that are no event are text. */
  decode(bytes) {
    try {
      const item = require('v8/v8').deserialize(bytes);
      if (typeof item?.type !== 'string' || item.data === null || typeof item.data !== 'object') return undefined;
      if (item.data.details?.error !== undefined) item.data.details.error = unpack(item.data.details.error);
      return item;
    } catch {
      return undefined;
    }
  }

  text(bytes) {
    if (bytes.length === 0) return;
    const text = this.decoder.write(bytes);
    if (text !== '') this.onText(text);
  }

  end() {
    this.text(this.rest);
    const text = this.decoder.end();
    if (text !== '') this.onText(text);
    this.rest = Buffer.alloc(0);
  }
}

module.exports = { FrameParser, report };
