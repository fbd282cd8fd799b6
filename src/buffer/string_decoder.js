// node:string_decoder: bytes in chunks to text, holding back the bytes of a character that is not complete yet.
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const {
  UTF8,
  UTF16LE,
  LATIN1,
  ASCII,
  BASE64,
  BASE64URL,
  HEX,
  encodingId,
  normalizeEncoding,
} = require('buffer/encodings');

const native = binding('buffer');

// The state is seven bytes, as Node shows them when a decoder is inspected: four held bytes, how many bytes the held
// character still lacks, how many are held, the encoding.
const kState = Symbol('kNativeDecoder');
const MISSING = 4;
const HELD = 5;
const ENCODING = 6;

// Node's numbers of the encodings, by ours.
const SHOWN = [];
SHOWN[ASCII] = 0;
SHOWN[UTF8] = 1;
SHOWN[BASE64] = 2;
SHOWN[UTF16LE] = 3;
SHOWN[LATIN1] = 4;
SHOWN[HEX] = 5;
SHOWN[BASE64URL] = 7;
const IDS = [ASCII, UTF8, BASE64, UTF16LE, LATIN1, HEX, undefined, BASE64URL];

/**
 * @param {string} [encoding] any of Buffer's encodings; 'utf8' when missing
 * @throws {TypeError} ERR_UNKNOWN_ENCODING
 */
function StringDecoder(encoding) {
  const name = normalizeEncoding(encoding);
  if (name === undefined)
    throw new codes.ERR_UNKNOWN_ENCODING(typeof encoding === 'symbol' ? String(encoding) : encoding);
  this.encoding = name;
  const state = Buffer.alloc(7);
  state[ENCODING] = SHOWN[encodingId(name)];
  this[kState] = state;
}

function stateOf(decoder) {
  const state = decoder[kState];
  if (state === undefined) throw new codes.ERR_INVALID_THIS('StringDecoder');
  return state;
}

/** The chunk as text, after what was held, less the bytes that the next chunk may complete. */
StringDecoder.prototype.write = function write(buf) {
  if (typeof buf === 'string') return buf;
  if (!ArrayBuffer.isView(buf)) throw new codes.ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], buf);
  const state = stateOf(this);
  const bytes = buf instanceof Uint8Array ? buf : new Uint8Array(buf.buffer, buf.byteOffset, buf.byteLength);
  const { length } = bytes;
  if (length === 0) return '';
  switch (state[ENCODING]) {
    case 1:
      // Most chunks: nothing held, and the last byte is ASCII.
      if (state[HELD] === 0 && bytes[length - 1] < 0x80) return native.utf8Slice(bytes);
      return writeUtf8(state, bytes, length);
    case 3:
      return writeUtf16(state, bytes, length);
    case 2:
    case 7:
      return writeBase64(state, bytes, length);
    default:
      return native.slice(bytes, IDS[state[ENCODING]], 0, length);
  }
};

/** The text of what is held, by which the decoder is as new, after that of a last chunk. */
StringDecoder.prototype.end = function end(buf) {
  const text = buf === undefined ? '' : this.write(buf);
  const state = stateOf(this);
  let held = state[HELD];
  if (held === 0) return text;
  if (state[ENCODING] === 3) held &= ~1;
  state[MISSING] = 0;
  state[HELD] = 0;
  return text + native.slice(state, IDS[state[ENCODING]], 0, held);
};

/** Undocumented: forgets what is held, and decodes `buf` from `offset` on. */
StringDecoder.prototype.text = function text(buf, offset) {
  const state = stateOf(this);
  state[MISSING] = 0;
  state[HELD] = 0;
  return this.write(buf.slice(offset));
};

function defineGetter(name, get) {
  Object.defineProperty(StringDecoder.prototype, name, { __proto__: null, configurable: true, enumerable: true, get });
}
// Undocumented, and used: what is held, how much of it is missing, and the whole character's length.
defineGetter('lastChar', function () {
  return stateOf(this).subarray(0, MISSING);
});
defineGetter('lastNeed', function () {
  return stateOf(this)[MISSING];
});
defineGetter('lastTotal', function () {
  const state = stateOf(this);
  return state[HELD] + state[MISSING];
});

/** Length of the sequence that a UTF-8 lead byte announces; 0 when `byte` is none. */
function sequenceLength(byte) {
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  if ((byte & 0xf8) === 0xf0) return 4;
  return 0;
}

function writeUtf8(state, bytes, length) {
  let start = 0;
  let text = '';
  if (state[HELD] > 0) {
    while (state[MISSING] > 0 && start < length) {
      if ((bytes[start] & 0xc0) !== 0x80) {
        state[MISSING] = 0; // the sequence is broken: what is held decodes to replacement characters
        break;
      }
      state[state[HELD]++] = bytes[start++];
      state[MISSING]--;
    }
    if (state[MISSING] > 0) return '';
    text = native.slice(state, UTF8, 0, state[HELD]);
    state[HELD] = 0;
    if (start === length) return text;
  }
  // Is the end of the chunk the beginning of a sequence?
  let end = length;
  if (bytes[length - 1] >= 0x80) {
    for (let back = 1; back <= 3 && back <= length - start; back++) {
      const byte = bytes[length - back];
      if ((byte & 0xc0) === 0x80) continue;
      const missing = sequenceLength(byte) - back;
      if (missing > 0) {
        end -= back;
        hold(state, bytes, end, length, missing);
      }
      break;
    }
  }
  if (start === end) return text;
  return text + native.slice(bytes, UTF8, start, end);
}

function hold(state, bytes, from, to, missing) {
  let held = state[HELD];
  for (let i = from; i < to; i++) state[held++] = bytes[i];
  state[HELD] = held;
  state[MISSING] = missing;
}

const isHighSurrogate = (highByte) => (highByte & 0xfc) === 0xd8;

function writeUtf16(state, bytes, length) {
  let start = 0;
  let text = '';
  if (state[HELD] > 0) {
    while (state[MISSING] > 0 && start < length) {
      state[state[HELD]++] = bytes[start++];
      state[MISSING]--;
    }
    if (state[MISSING] > 0) return '';
    text = native.slice(state, UTF16LE, 0, state[HELD]);
    state[HELD] = 0;
    if (start === length) return text;
  }
  let end = length;
  if ((length - start) % 2 === 1) {
    end--;
    hold(state, bytes, end, length, 1);
  } else if (isHighSurrogate(bytes[length - 1])) {
    end -= 2;
    hold(state, bytes, end, length, 2);
  }
  if (start === end) return text;
  return text + native.slice(bytes, UTF16LE, start, end);
}

function writeBase64(state, bytes, length) {
  const encoding = IDS[state[ENCODING]];
  let start = 0;
  let text = '';
  if (state[HELD] > 0) {
    while (state[MISSING] > 0 && start < length) {
      state[state[HELD]++] = bytes[start++];
      state[MISSING]--;
    }
    if (state[MISSING] > 0) return '';
    text = native.slice(state, encoding, 0, 3);
    state[HELD] = 0;
  }
  const over = (length - start) % 3;
  const end = length - over;
  if (over > 0) hold(state, bytes, end, length, 3 - over);
  if (start === end) return text;
  return text + native.slice(bytes, encoding, start, end);
}

module.exports = { StringDecoder };
