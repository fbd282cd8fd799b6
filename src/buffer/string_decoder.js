// node:string_decoder: bytes to text across chunk borders. https://nodejs.org/api/string_decoder.html
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');

const NAMES = {
  __proto__: null,
  utf8: 'utf8',
  'utf-8': 'utf8',
  utf16le: 'utf16le',
  'utf-16le': 'utf16le',
  ucs2: 'utf16le',
  'ucs-2': 'utf16le',
  latin1: 'latin1',
  binary: 'latin1',
  ascii: 'ascii',
  base64: 'base64',
  base64url: 'base64url',
  hex: 'hex',
};

function normalizeEncoding(encoding) {
  if (encoding === undefined || encoding === null || encoding === '') return 'utf8';
  const name = NAMES[encoding] ?? NAMES[`${encoding}`.toLowerCase()];
  if (name === undefined) throw new codes.ERR_UNKNOWN_ENCODING(encoding);
  return name;
}

function StringDecoder(encoding) {
  this.encoding = normalizeEncoding(encoding);
  // Bytes of a character that is not complete yet: lastChar[0...lastTotal - lastNeed].
  this.lastChar = Buffer.alloc(this.encoding === 'utf8' || this.encoding === 'utf16le' ? 4 : 3);
  this.lastNeed = 0;
  this.lastTotal = 0;
}

/** How many bytes at the end of `bytes` begin a UTF-8 sequence that is not whole, and how many it has in all. */
function utf8Tail(bytes) {
  const end = bytes.length;
  for (let back = 1; back <= 3 && back <= end; back++) {
    const byte = bytes[end - back];
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const total = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xc2 && byte < 0xe0 ? 2 : 0;
      if (total <= back) return 0;
      // The second byte must be one that can follow: else the sequence is broken already.
      if (back > 1 && !canFollow(byte, bytes[end - back + 1])) return 0;
      return (back << 4) | total;
    }
  }
  return 0;
}

function canFollow(first, second) {
  if (second < 0x80 || second > 0xbf) return false;
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second <= 0x9f;
  if (first === 0xf0) return second >= 0x90;
  if (first === 0xf4) return second <= 0x8f;
  return true;
}

function toBytes(chunk) {
  if (chunk instanceof Uint8Array) return chunk instanceof Buffer ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new codes.ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], chunk);
}

/**
 * Text of `chunk` and of what was left before; an incomplete character at its end waits for the next.
 * @param {Buffer|TypedArray|DataView|string} chunk
 * @returns {string}
 */
StringDecoder.prototype.write = function write(chunk) {
  if (typeof chunk === 'string') return chunk;
  let bytes = toBytes(chunk);
  if (bytes.length === 0) return '';
  if (this.encoding === 'latin1' || this.encoding === 'ascii' || this.encoding === 'hex') return bytes.toString(this.encoding);
  const held = this.lastTotal - this.lastNeed;
  if (held > 0) {
    bytes = Buffer.concat([this.lastChar.subarray(0, held), bytes]);
    this.lastNeed = 0;
    this.lastTotal = 0;
  }
  let keep = 0;
  let total = 0;
  switch (this.encoding) {
    case 'utf8': {
      const tail = utf8Tail(bytes);
      keep = tail >> 4;
      total = tail & 15;
      break;
    }
    case 'utf16le': {
      if (bytes.length % 2 === 1) {
        keep = 1;
        total = 2;
        // A high surrogate before the odd byte waits with it.
        if (bytes.length >= 3 && (bytes[bytes.length - 2] & 0xfc) === 0xd8) {
          keep = 3;
          total = 4;
        }
      } else if (bytes.length >= 2 && (bytes[bytes.length - 1] & 0xfc) === 0xd8) {
        keep = 2;
        total = 4;
      }
      break;
    }
    default:
      keep = bytes.length % 3;
      total = 3;
  }
  if (keep > 0) {
    bytes.copy(this.lastChar, 0, bytes.length - keep);
    this.lastTotal = total;
    this.lastNeed = total - keep;
    bytes = bytes.subarray(0, bytes.length - keep);
  }
  return bytes.length === 0 ? '' : bytes.toString(this.encoding);
};

/** What is left, with U+FFFD for an incomplete character. */
StringDecoder.prototype.end = function end(chunk) {
  let text = '';
  if (chunk !== undefined && (typeof chunk === 'string' || chunk.length !== 0)) text = this.write(chunk);
  const held = this.lastTotal - this.lastNeed;
  if (held > 0) {
    text += this.encoding === 'utf8' ? '\ufffd' : this.lastChar.toString(this.encoding, 0, held);
    this.lastNeed = 0;
    this.lastTotal = 0;
  }
  return text;
};

/** Completes a character with the bytes given. */
StringDecoder.prototype.text = function text(bytes, offset) {
  this.lastNeed = 0;
  this.lastTotal = 0;
  return this.write(bytes.slice(offset));
};

module.exports = { StringDecoder };
