// Blob and File (https://w3c.github.io/FileAPI), and object URLs for them.
//
// A Blob is a list of pieces that never change: bytes of its own, or a source that is read when asked for (a file, see
// fs.openAsBlob). Slices share the pieces.
'use strict';

const { codes } = require('errors/errors');
const { validateOneOf } = require('errors/validators');
const { kClone } = require('web/clone_symbols');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

/** How much a stream gives at a time. */
const CHUNK = 64 * 1024;

/**
 * @typedef {object} Piece
 * @property {number} size
 * @property {Uint8Array} [bytes]
 * @property {(start: number, end: number) => Promise<Uint8Array>} [read]  for a piece of a file
 * @property {object} [file]  which: see src/fs/blob.js
 */

/** A piece of a piece. */
function slicePiece(piece, start, end) {
  if (start === 0 && end === piece.size) return piece;
  if (piece.bytes !== undefined) return { size: end - start, bytes: piece.bytes.subarray(start, end) };
  const { pieceOfFile } = require('fs/blob');
  return pieceOfFile({ size: end - start, file: { ...piece.file, start: piece.file.start + start } });
}

function slicePieces(pieces, start, end) {
  const sliced = [];
  let position = 0;
  for (const piece of pieces) {
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, piece.size);
    if (from < to) sliced.push(slicePiece(piece, from, to));
    position += piece.size;
  }
  return sliced;
}

function typeError(message) {
  const error = new codes.ERR_INVALID_ARG_TYPE('value', 'string', '');
  error.message = message;
  return error;
}

function invalidThis(name) {
  return new codes.ERR_INVALID_THIS(name);
}

function normalizeType(type) {
  const text = `${type}`;
  return /[^\x20-\x7e]/.test(text) ? '' : text.toLowerCase();
}

function toPiece(source, endings) {
  if (isBlob(source)) return piecesOf(source);
  const { types } = require('util/util');
  if (ArrayBuffer.isView(source)) {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
    return [{ size: bytes.length, bytes }];
  }
  if (types.isAnyArrayBuffer(source)) {
    const bytes = new Uint8Array(source).slice();
    return [{ size: bytes.length, bytes }];
  }
  let text = `${source}`;
  if (endings === 'native') text = text.replace(/\r\n|\r|\n/g, '\n');
  const { TextEncoder } = require('web/encoding');
  const bytes = new TextEncoder().encode(text);
  return [{ size: bytes.length, bytes }];
}

/** Pieces as plain data. A file may be another one by the time it is read elsewhere. */
function piecesToSend(pieces) {
  return pieces.map(({ size, bytes }) => {
    if (bytes === undefined) throw new codes.ERR_INVALID_STATE('File-backed Blobs are not cloneable');
    // A view would take the whole of its buffer with it.
    return { size, bytes: bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice() };
  });
}

/** What another thread sent: see kClone of the classes. */
function reviveBlob({ pieces, type }) {
  return fromPieces(pieces, type);
}

function reviveFile({ pieces, type, name, lastModified }) {
  return fromPieces(pieces, type, new File([], name, { lastModified }));
}

let isBlob;
let piecesOf;
let fromPieces;

class Blob {
  #pieces = [];
  #size = 0;
  #type = '';

  static {
    isBlob = (value) => typeof value === 'object' && value !== null && #pieces in value;
    piecesOf = (blob) => blob.#pieces;
    fromPieces = (pieces, type, target = new Blob()) => {
      target.#pieces = pieces;
      target.#size = pieces.reduce((sum, piece) => sum + piece.size, 0);
      target.#type = type;
      return target;
    };
  }

  /**
   * @param {Iterable<string|ArrayBuffer|ArrayBufferView|Blob>} [sources]
   * @param {{type?: string, endings?: 'transparent'|'native'}} [options]
   */
  constructor(sources = [], options = undefined) {
    if (sources === null || typeof sources !== 'object' || typeof sources[Symbol.iterator] !== 'function') {
      throw typeError('Value cannot be converted to sequence.');
    }
    if (options !== undefined && options !== null && typeof options !== 'object' && typeof options !== 'function') {
      const { describeReceived } = require('errors/describe');
      throw typeError(
        `The "options" argument must be a dictionary. Received ${String(describeReceived(options)).replace(/^ ?Received /, '')}`,
      );
    }
    const type = options?.type ?? (options !== undefined && options !== null && options.type === null ? 'null' : '');
    const endings = options?.endings ?? 'transparent';
    const endingsText = `${endings}`;
    validateOneOf(endingsText, 'options.endings', ['transparent', 'native']);
    const pieces = [];
    for (const source of sources) {
      for (const piece of toPiece(source, endingsText)) if (piece.size > 0) pieces.push(piece);
    }
    fromPieces(pieces, normalizeType(type), this);
  }

  get type() {
    if (!isBlob(this)) throw invalidThis('Blob');
    return this.#type;
  }

  get size() {
    if (!isBlob(this)) throw invalidThis('Blob');
    return this.#size;
  }

  /** The bytes [start, end), negative ones counted from the end, without a copy. */
  slice(start = 0, end = this.size, contentType = '') {
    if (!isBlob(this)) throw invalidThis('Blob');
    const clamp = (index) => {
      index = Math.trunc(+index) || 0;
      return index < 0 ? Math.max(this.#size + index, 0) : Math.min(index, this.#size);
    };
    const from = clamp(start);
    const to = Math.max(clamp(end), from);
    return fromPieces(slicePieces(this.#pieces, from, to), normalizeType(contentType));
  }

  async #bytes() {
    const all = new Uint8Array(this.#size);
    let position = 0;
    for (const piece of this.#pieces) {
      all.set(piece.bytes ?? (await piece.read(0, piece.size)), position);
      position += piece.size;
    }
    return all;
  }

  arrayBuffer() {
    if (!isBlob(this)) return Promise.reject(invalidThis('Blob'));
    return this.#bytes().then((bytes) => bytes.buffer);
  }

  text() {
    if (!isBlob(this)) return Promise.reject(invalidThis('Blob'));
    const { TextDecoder } = require('web/encoding');
    return this.#bytes().then((bytes) => new TextDecoder().decode(bytes));
  }

  bytes() {
    if (!isBlob(this)) return Promise.reject(invalidThis('Blob'));
    return this.#bytes();
  }

  stream() {
    if (!isBlob(this)) throw invalidThis('Blob');
    const { ReadableStream } = require('stream/web');
    const pieces = this.#pieces;
    let index = 0;
    let offset = 0;
    return new ReadableStream(
      {
        type: 'bytes',
        async pull(controller) {
          if (index === pieces.length) {
            controller.close();
            controller.byobRequest?.respond(0);
            return;
          }
          const piece = pieces[index];
          const end = Math.min(offset + CHUNK, piece.size);
          // A copy: the stream's consumer may transfer it.
          const chunk = piece.bytes === undefined ? await piece.read(offset, end) : piece.bytes.slice(offset, end);
          offset = end;
          if (offset === piece.size) {
            index++;
            offset = 0;
          }
          controller.enqueue(chunk);
        },
      },
      { highWaterMark: 0 },
    );
  }

  textStream() {
    if (!isBlob(this)) throw invalidThis('Blob');
    const { TextDecoderStream } = require('stream/web');
    return this.stream().pipeThrough(new TextDecoderStream());
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (depth !== null && depth < 0) return '[Blob]';
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `Blob ${(inspect ?? require('util/inspect').inspect)({ size: this.size, type: this.type }, inner)}`;
  }

  [kClone]() {
    return ['Blob', { pieces: piecesToSend(this.#pieces), type: this.#type }];
  }
}

function toTime(value) {
  const time = Math.trunc(+value);
  return time === time ? time : 0;
}

class File extends Blob {
  #name;
  #lastModified;

  /**
   * @param {Iterable<string|ArrayBuffer|ArrayBufferView|Blob>} fileBits
   * @param {string} fileName
   * @param {{type?: string, lastModified?: number, endings?: string}} [options]
   */
  constructor(fileBits, fileName, options = undefined) {
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('fileBits', 'fileName');
    super(fileBits, options);
    const lastModified = options?.lastModified;
    this.#name = `${fileName}`.toWellFormed();
    this.#lastModified = lastModified === undefined ? Date.now() : toTime(lastModified);
  }

  get name() {
    if (!isBlob(this) || !(#name in this)) throw invalidThis('File');
    return this.#name;
  }

  get lastModified() {
    if (!isBlob(this) || !(#name in this)) throw invalidThis('File');
    return this.#lastModified;
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (depth !== null && depth < 0) return '[File]';
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const shown = { size: this.size, type: this.type, name: this.#name, lastModified: this.#lastModified };
    return `File ${(inspect ?? require('util/inspect').inspect)(shown, inner)}`;
  }

  [kClone]() {
    const { type } = this;
    return ['File', { pieces: piecesToSend(piecesOf(this)), type, name: this.#name, lastModified: this.#lastModified }];
  }
}

function finish(prototype, names, tag) {
  for (const name of names) Object.defineProperty(prototype, name, { __proto__: null, enumerable: true });
  for (const symbol of [customInspect, kClone])
    Object.defineProperty(prototype, symbol, { __proto__: null, enumerable: false });
  Object.defineProperty(prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: tag });
}
finish(Blob.prototype, ['type', 'size', 'slice', 'arrayBuffer', 'text', 'bytes', 'stream', 'textStream'], 'Blob');
finish(File.prototype, ['name', 'lastModified'], 'File');

// --- object URLs -----------------------------------------------------------------------------------------------------------

const PREFIX = 'blob:nodedata:';
const stored = new Map();

/** @param {Blob} object @returns {string} a URL under which resolveObjectURL() finds it */
function createObjectURL(object) {
  if (!isBlob(object)) throw new codes.ERR_INVALID_ARG_TYPE('obj', 'Blob', object);
  const url = PREFIX + binding('blob').randomUUID();
  stored.set(url, object);
  return url;
}

function revokeObjectURL(url) {
  stored.delete(url);
}

/** @param {string} url @returns {Blob|undefined} */
function resolveObjectURL(url) {
  const found = stored.get(`${url}`);
  return found === undefined ? undefined : fromPieces(piecesOf(found), found.type);
}

module.exports = {
  Blob,
  File,
  isBlob,
  createObjectURL,
  revokeObjectURL,
  resolveObjectURL,
  /**
   * A Blob of pieces at hand, for fs.openAsBlob and the like.
   * @param {Piece[]} pieces
   * @param {string} type
   */
  blobFromPieces: (pieces, type) => fromPieces(pieces, normalizeType(type)),
  reviveBlob,
  reviveFile,
};
