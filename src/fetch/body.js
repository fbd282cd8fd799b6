// Bodies (https://fetch.spec.whatwg.org/#bodies): what a Request or Response carries, and the methods that read it.
//
// A body keeps what it was made of (a string, bytes, a Blob, a form) as long as nobody wants a stream of it: text() of a
// string is that string, and a server sends it without a detour.
'use strict';

const webidl = require('fetch/webidl');

const KINDS = ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text'];

class Body {
  /**
   * @param {string|Uint8Array|Blob|IncomingBody|null} source null: only `stream` has it
   * @param {ReadableStream|null} stream
   */
  constructor(source, stream = null) {
    this.source = source;
    this.made = stream; // the stream, once somebody has it
    this.used = false; // read without a stream
  }

  /** What Content-Length would say; null when nobody knows. */
  get length() {
    const { source } = this;
    if (source === null) return null;
    if (typeof source === 'string') return require('buffer/buffer').Buffer.byteLength(source);
    if (source instanceof Uint8Array) return source.length;
    return source.size !== undefined && source.collect === undefined ? source.size : null;
  }

  get stream() {
    this.made ??= this.#makeStream();
    return this.made;
  }

  #makeStream() {
    const { source } = this;
    if (this.used) {
      // Read already: a stream that was read to its end.
      const stream = streamOfBytes(null);
      const { kState } = require('stream/web/common');
      stream.getReader();
      stream[kState].disturbed = true;
      return stream;
    }
    if (typeof source === 'string') return streamOfBytes(encode(source));
    if (source instanceof Uint8Array) return streamOfBytes(source.slice());
    return source.stream();
  }

  /** Whether somebody has read from it. */
  get disturbed() {
    return this.used || (this.made !== null && stateOf(this.made).disturbed);
  }

  get locked() {
    return this.made !== null && stateOf(this.made).locked;
  }

  get unusable() {
    return this.used || (this.made !== null && (stateOf(this.made).disturbed || stateOf(this.made).locked));
  }

  /** The same again, for clone(). */
  clone() {
    if (this.made === null && (this.source === null || this.source.collect === undefined)) return new Body(this.source);
    const { ReadableStreamTee } = require('stream/web');
    const [first, second] = ReadableStreamTee(this.stream, true);
    this.made = first;
    const source = this.source?.collect === undefined ? this.source : null;
    this.source = source;
    return new Body(source, second);
  }

  /** All bytes. @returns {Promise<Uint8Array>} */
  collect() {
    if (this.made !== null) return readAll(this.made);
    this.used = true;
    const { source } = this;
    if (typeof source === 'string') return Promise.resolve(encode(source));
    if (source instanceof Uint8Array) return Promise.resolve(source);
    return source.collect === undefined ? source.bytes() : source.collect();
  }

  /** Nobody wants it. */
  cancel(reason) {
    if (this.made !== null) {
      if (!this.locked) this.made.cancel(reason).catch(() => {});
    } else if (this.source?.collect !== undefined) {
      this.source.drop();
    }
    this.used = true;
  }
}

const stateOf = (stream) => stream[require('stream/web/common').kState];

let encoder;
function encode(text) {
  encoder ??= new (require('web/encoding').TextEncoder)();
  return encoder.encode(text);
}

let decoder;
/** UTF-8, a byte order mark taken away. */
function decode(bytes) {
  decoder ??= new (require('web/encoding').TextDecoder)();
  return decoder.decode(bytes);
}

/** A stream of bytes that are at hand. */
function streamOfBytes(bytes) {
  const { createReadableByteStream } = require('stream/web/readable_stream');
  let controller = null;
  const stream = createReadableByteStream(
    {
      pull: async () => {
        if (bytes !== null && bytes.length > 0) {
          const chunk = bytes;
          bytes = null;
          controller.enqueue(chunk);
        }
        controller.close();
      },
      cancel: async () => {},
    },
    0,
  );
  ({ controller } = stateOf(stream));
  if (bytes === null) controller.close();
  return stream;
}

/** All bytes of a stream that nobody else reads. */
function readAll(stream) {
  const { ReadableStreamDefaultReader } = require('stream/web/readers');
  const { kState } = require('stream/web/common');
  const { readFrom } = require('stream/web/readable_state');
  let reader;
  try {
    reader = new ReadableStreamDefaultReader(stream)[kState];
  } catch (error) {
    return Promise.reject(error);
  }
  return new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    const request = {
      chunkSteps(chunk) {
        if (!require('util/types').isUint8Array(chunk)) {
          reject(new TypeError('Received non-Uint8Array chunk'));
          return;
        }
        chunks.push(chunk);
        size += chunk.length;
        // In a tick of its own: a long queue must not become a deep stack.
        if (chunks.length % 64 === 0) Promise.resolve().then(next);
        else next();
      },
      closeSteps() {
        resolve(join(chunks, size));
      },
      errorSteps: reject,
    };
    const next = () => readFrom(reader, request);
    next();
  });
}

function join(chunks, size) {
  if (chunks.length === 1) return chunks[0];
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

// --- what bodies are made of --------------------------------------------------------------------------------------------

/**
 * "Extract a body".
 * @param {unknown} object not null
 * @returns {{body: Body, type: string|null}}
 * @throws {TypeError} a stream that is in use, or one with `keepalive`
 */
function extractBody(object, keepalive = false) {
  if (typeof object === 'string') return { body: new Body(object), type: 'text/plain;charset=UTF-8' };
  if (typeof object === 'object') {
    const special = extractFromObject(object, keepalive);
    if (special !== undefined) return special;
  }
  const text = webidl.domString(object, 'undefined: undefined.body');
  return { body: new Body(text), type: 'text/plain;charset=UTF-8' };
}

function extractFromObject(object, keepalive) {
  const types = require('util/types');
  if (ArrayBuffer.isView(object)) {
    return { body: new Body(new Uint8Array(object.buffer, object.byteOffset, object.byteLength).slice()), type: null };
  }
  if (types.isArrayBuffer(object)) return { body: new Body(new Uint8Array(object.slice(0))), type: null };
  const { isBlob } = require('web/blob');
  if (isBlob(object)) return { body: new Body(object), type: object.type || null };
  const { URLSearchParams } = require('url/url');
  if (object instanceof URLSearchParams) {
    const text = URLSearchParams.prototype.toString.call(object);
    return { body: new Body(text), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  const { encodeMultipart, isFormData } = require('fetch/form_data');
  if (isFormData(object)) {
    const { blob, type } = encodeMultipart(object);
    return { body: new Body(blob), type };
  }
  const { ReadableStream } = require('stream/web/readable_stream');
  if (object instanceof ReadableStream) {
    if (keepalive) throw new TypeError('keepalive');
    const state = stateOf(object);
    if (state.disturbed || state.locked) throw new TypeError('Response body object should not be disturbed or locked');
    return { body: new Body(null, object), type: null };
  }
  if (typeof object[Symbol.asyncIterator] === 'function') {
    if (keepalive) throw new TypeError('keepalive');
    return { body: new Body(null, streamOfIterable(object)), type: null };
  }
  return undefined;
}

/** Chunks of an async iterable (a stream of Node's, a generator) as bytes. */
function streamOfIterable(iterable) {
  const { createReadableByteStream } = require('stream/web/readable_stream');
  const iterator = iterable[Symbol.asyncIterator]();
  let controller = null;
  const stream = createReadableByteStream(
    {
      pull: async () => {
        for (;;) {
          const { value, done } = await iterator.next();
          if (done) {
            controller.close();
            return;
          }
          const chunk = toBytes(value);
          if (chunk.length === 0) continue;
          controller.enqueue(chunk);
          return;
        }
      },
      cancel: async (reason) => {
        await iterator.return?.(reason);
      },
    },
    0,
  );
  ({ controller } = stateOf(stream));
  return stream;
}

/** A chunk of an iterable. A copy: the stream's consumer may take its buffer. */
function toBytes(value) {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
  if (require('util/types').isAnyArrayBuffer(value)) return new Uint8Array(value).slice();
  return encode(`${value}`);
}

// --- the methods --------------------------------------------------------------------------------------------------------

const unusable = () => new TypeError('Body is unusable: Body has already been read');

/** The Content-Type of a message as a MIMEType, or null. */
function mimeTypeOf(contentType) {
  if (contentType === null) return null;
  const { MIMEType } = require('util/mime');
  // Of several only the last one that makes sense counts.
  for (const text of contentType.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).reverse()) {
    try {
      return new MIMEType(text);
    } catch {
      // the next
    }
  }
  return null;
}

function parseForm(bytes, contentType) {
  const type = mimeTypeOf(contentType);
  if (type?.essence === 'multipart/form-data') {
    const boundary = type.params.get('boundary');
    if (boundary === null) {
      const cause = new TypeError('missing boundary in content-type header');
      throw new TypeError('Failed to parse body as FormData.', { cause });
    }
    return require('fetch/form_data').parseMultipart(bytes, boundary);
  }
  if (type?.essence === 'application/x-www-form-urlencoded') return require('fetch/form_data').parseUrlEncoded(bytes);
  throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".');
}

/** Bytes that are the program's own: no Buffer, nothing that a body still holds, nothing that shares memory. */
function own(bytes, shared) {
  if (shared || bytes.byteLength !== bytes.buffer.byteLength) return new Uint8Array(bytes);
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer);
}

const CONVERT = {
  arrayBuffer: (bytes, contentType, shared) => own(bytes, shared).buffer,
  bytes: (bytes, contentType, shared) => own(bytes, shared),
  blob(bytes, contentType) {
    const { Blob } = require('web/blob');
    const type = mimeTypeOf(contentType);
    return new Blob([bytes], { type: type === null ? '' : type.toString() });
  },
  formData: parseForm,
  json: (bytes) => JSON.parse(decode(bytes)),
  text: decode,
};

const stripMark = (text) => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text).toWellFormed();

const EMPTY = new Uint8Array(0);

/**
 * Reads a body as `kind`.
 * @param {Body|null} body
 * @param {string|null} contentType
 */
async function consume(body, kind, contentType) {
  if (body === null) return CONVERT[kind](EMPTY, contentType, true);
  if (body.unusable) throw unusable();
  if (body.made === null) {
    const { source } = body;
    if (typeof source === 'string') {
      if (kind === 'text') {
        body.used = true;
        return stripMark(source);
      }
      if (kind === 'json') {
        body.used = true;
        return JSON.parse(stripMark(source));
      }
    } else if (source.collectNow !== undefined) {
      const bytes = source.collectNow();
      if (bytes !== undefined) {
        body.used = true;
        return CONVERT[kind](bytes, contentType, false);
      }
    }
  }
  const shared = body.made === null && body.source instanceof Uint8Array;
  return CONVERT[kind](await body.collect(), contentType, shared);
}

/**
 * Gives a class `body`, `bodyUsed` and the methods that read.
 * @param {Function} Class
 * @param {(object: object) => {body: Body|null, contentType: string|null}} stateOf throws for a stranger
 */
function addBodyMethods(Class, stateOf) {
  const methods = {
    get body() {
      const { body } = stateOf(this);
      return body === null ? null : body.stream;
    },
    get bodyUsed() {
      const { body } = stateOf(this);
      return body !== null && body.disturbed;
    },
  };
  for (const kind of KINDS) {
    methods[kind] = {
      [kind]() {
        let state;
        try {
          state = stateOf(this);
        } catch (error) {
          return Promise.reject(error);
        }
        return consume(state.body, kind, kind === 'blob' || kind === 'formData' ? state.contentType : null);
      },
    }[kind];
  }
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(methods))) {
    Object.defineProperty(Class.prototype, key, { ...descriptor, enumerable: true, configurable: true });
  }
}

module.exports = { Body, addBodyMethods, decode, encode, extractBody, readAll };
