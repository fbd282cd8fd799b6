// node:buffer. A Buffer is a Uint8Array with Buffer.prototype; small ones share a pool.
'use strict';

const native = binding('buffer');
const { codes, hideStackFrames } = require('errors/errors');
const { validateArray, validateInteger, validateNumber, validateString } = require('errors/validators');
const { UTF8, UTF16LE, LATIN1, ASCII, BASE64, BASE64URL, HEX, encodingId } = require('buffer/encodings');
const numbers = require('buffer/numbers');
const { isAnyArrayBuffer } = require('util/types');

const { kMaxLength, kStringMaxLength } = native;
const customInspect = Symbol.for('nodejs.util.inspect.custom');
const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const lengthOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, 'length').get;
const byteLengthOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, 'byteLength').get;
const tagOf = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag).get;
const fillArray = typedArrayPrototype.fill;

/** What every Buffer is made with; `Buffer` itself is a function that can be called without `new`. */
class FastBuffer extends Uint8Array {
  // Spelled out: the implicit constructor would iterate over its arguments.

  constructor(bufferOrLength, byteOffset, length) {
    super(bufferOrLength, byteOffset, length);
  }
}
Object.defineProperty(FastBuffer, 'length', { __proto__: null, value: 0, configurable: true });

function isUint8Array(value) {
  return value instanceof FastBuffer || tagOf.call(value) === 'Uint8Array';
}

function isArrayBufferDetached(value) {
  return value instanceof ArrayBuffer && value.detached;
}

const unknownEncoding = (encoding) => new codes.ERR_UNKNOWN_ENCODING(encoding);

/** The encoding's number, UTF-8 for undefined. */
function encodingOrDefault(encoding) {
  if (encoding === undefined || encoding === 'utf8') return UTF8;
  const id = encodingId(typeof encoding === 'string' ? encoding : `${encoding}`);
  if (id === -1) throw unknownEncoding(encoding);
  return id;
}

function validateOffset(value, name, min = 0, max = kMaxLength) {
  if (typeof value === 'number' && value >= min && value <= max && Number.isInteger(value)) return;
  validateInteger(value, name, min, max);
}

const refuseSize = hideStackFrames((size) => {
  validateNumber(size, 'size');
  throw new codes.ERR_OUT_OF_RANGE('size', `>= 0 && <= ${kMaxLength}`, size);
});

function validateSize(size) {
  if (typeof size !== 'number' || !(size >= 0 && size <= kMaxLength)) refuseSize(size);
}

// --- the pool --------------------------------------------------------------------------------------------------------------

let pool; // Uint8Array, made on first use
let poolOffset = 0;

Buffer.poolSize = 64 * 1024;

let zeroFill = false; // --zero-fill-buffers
const { getOptionValue } = require('cli/options'); // before the starter below: its own must run first
const { onForget, onStart } = require('engine/lifecycle');
onStart(() => {
  zeroFill = getOptionValue('--zero-fill-buffers') === true;
});
onForget(() => {
  pool = undefined;
});

function createUnsafe(size) {
  if (size <= 64 || zeroFill) return new FastBuffer(size);
  return new FastBuffer(native.allocateUninitialized(size));
}

function renewPool() {
  pool = new Uint8Array(zeroFill ? Buffer.poolSize : native.allocateUninitialized(Buffer.poolSize));
  require('buffer/pool').markUntransferable(pool.buffer);
  native.forbidDetach(pool.buffer);
  poolOffset = 0;
}

/** A piece of the pool; `size` must be below half of Buffer.poolSize. */
function fromPool(size) {
  if (pool === undefined || size > pool.length - poolOffset) renewPool();
  const made = new FastBuffer(pool.buffer, poolOffset, size);
  poolOffset = (poolOffset + size + 7) & ~7; // views of wider elements on top of it need alignment
  return made;
}

function allocate(size) {
  if (size <= 0) return new FastBuffer();
  return size < Buffer.poolSize >>> 1 ? fromPool(size) : createUnsafe(size);
}

// --- Buffer() and Buffer.from() ----------------------------------------------------------------------------------------------

const deprecation =
  'Buffer() is deprecated due to security and usability issues. Please use the Buffer.alloc(), ' +
  'Buffer.allocUnsafe(), or Buffer.from() methods instead.';
let hasWarned = false;

function warnOfConstructor() {
  if (hasWarned) return;
  const pending = process.execArgv?.includes('--pending-deprecation') || process.env?.NODE_PENDING_DEPRECATION === '1';
  if (!pending && native.isInsideNodeModules()) return;
  hasWarned = true;
  process.emitWarning(deprecation, 'DeprecationWarning', 'DEP0005');
}

/**
 * The deprecated constructor: a size, or what Buffer.from() takes.
 * @deprecated use Buffer.alloc(), Buffer.allocUnsafe() or Buffer.from()
 */
function Buffer(arg, encodingOrOffset, length) {
  warnOfConstructor();
  if (typeof arg === 'number') {
    if (typeof encodingOrOffset === 'string') throw new codes.ERR_INVALID_ARG_TYPE('string', 'string', arg);
    return Buffer.alloc(arg);
  }
  return Buffer.from(arg, encodingOrOffset, length);
}

Object.defineProperty(Buffer, Symbol.species, {
  __proto__: null,
  configurable: true,
  enumerable: false,
  get() {
    return FastBuffer;
  },
});

function fromString(text, encoding) {
  const id = typeof encoding !== 'string' || encoding.length === 0 ? UTF8 : encodingOrDefault(encoding);
  const { length } = text;
  if (length === 0) return new FastBuffer();
  // No encoding needs more than three bytes a character; then one call writes straight into the pool.
  const most = length * 3;
  if (most < Buffer.poolSize >>> 1) {
    if (pool === undefined || most > pool.length - poolOffset) renewPool();
    const size =
      id === UTF8 ? native.writeUtf8(pool, text, poolOffset, most) : native.write(pool, text, id, poolOffset, most);
    const made = new FastBuffer(pool.buffer, poolOffset, size);
    poolOffset = (poolOffset + size + 7) & ~7;
    return made;
  }
  return new FastBuffer(native.fromString(text, id));
}

function fromArrayBuffer(source, byteOffset, length) {
  if (byteOffset === undefined) {
    byteOffset = 0;
  } else {
    byteOffset = +byteOffset;
    if (byteOffset !== byteOffset) byteOffset = 0;
  }
  const most = source.byteLength - byteOffset;
  if (most < 0) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('offset');
  // Without a length the Buffer follows a resizable ArrayBuffer.
  if (length === undefined) return new FastBuffer(source, byteOffset);
  length = +length;
  if (length > 0) {
    if (length > most) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('length');
  } else {
    length = 0;
  }
  return new FastBuffer(source, byteOffset, length);
}

function fromArrayLike(source) {
  const { length } = source;
  if (length <= 0) return new FastBuffer();
  const made = length < Buffer.poolSize >>> 1 ? fromPool(length >>> 0) : new FastBuffer(+length);
  if (made.length > 0) made.set(source, 0);
  return made;
}

function fromObject(source) {
  if (
    source.length !== undefined ||
    (source.buffer !== undefined && source.buffer !== null && isAnyArrayBuffer(source.buffer))
  ) {
    return typeof source.length === 'number' ? fromArrayLike(source) : new FastBuffer();
  }
  if (source.type === 'Buffer' && Array.isArray(source.data)) return fromArrayLike(source.data);
  return undefined;
}

/**
 * @param {string|Buffer|Uint8Array|ArrayBuffer|Array|object} value
 * @param {string|number} [encodingOrOffset]
 * @param {number} [length]
 */
Buffer.from = function from(value, encodingOrOffset, length) {
  if (typeof value === 'string') return fromString(value, encodingOrOffset);
  if (typeof value === 'object' && value !== null) {
    if (value instanceof FastBuffer) return fromArrayLike(value);
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length);
    const primitive = value.valueOf && value.valueOf();
    if (primitive != null && primitive !== value && (typeof primitive === 'string' || typeof primitive === 'object')) {
      return from(primitive, encodingOrOffset, length);
    }
    const made = fromObject(value);
    if (made !== undefined) return made;
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const text = value[Symbol.toPrimitive]('string');
      if (typeof text === 'string') return fromString(text, encodingOrOffset);
    }
  }
  throw new codes.ERR_INVALID_ARG_TYPE(
    'first argument',
    ['string', 'Buffer', 'ArrayBuffer', 'Array', 'Array-like Object'],
    value,
  );
};

/** A copy of the elements [offset, offset + length) of a typed array, as bytes. */
Buffer.copyBytesFrom = function copyBytesFrom(view, offset, length) {
  if (tagOf.call(view) === undefined) throw new codes.ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view);
  if (view.length === 0) return new FastBuffer();
  let start = 0;
  let end = view.length;
  if (offset !== undefined) {
    validateOffset(offset, 'offset');
    if (offset >= view.length) return new FastBuffer();
    start = offset;
  }
  if (length !== undefined) {
    validateOffset(length, 'length');
    end = Math.min(start + length, view.length);
  }
  const size = view.BYTES_PER_ELEMENT;
  return fromArrayLike(new Uint8Array(view.buffer, view.byteOffset + start * size, (end - start) * size));
};

Object.setPrototypeOf(Buffer, Uint8Array);

Buffer.of = function of(...items) {
  const made = fromPoolOrNew(items.length);
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
};

function fromPoolOrNew(size) {
  return allocate(size);
}

Buffer.alloc = function alloc(size, fill, encoding) {
  validateSize(size);
  const made = new FastBuffer(size);
  return fill === undefined || fill === 0 || size === 0 ? made : fillBuffer(made, fill, 0, made.length, encoding);
};

Buffer.allocUnsafe = function allocUnsafe(size) {
  validateSize(size);
  return allocate(Math.trunc(size));
};

Buffer.allocUnsafeSlow = function allocUnsafeSlow(size) {
  validateSize(size);
  return createUnsafe(Math.trunc(size));
};

/** @deprecated use Buffer.allocUnsafeSlow() */
function SlowBuffer(size) {
  validateSize(size);
  return createUnsafe(Math.trunc(size));
}
Object.setPrototypeOf(SlowBuffer.prototype, Uint8Array.prototype);
Object.setPrototypeOf(SlowBuffer, Uint8Array);

// --- static functions ------------------------------------------------------------------------------------------------------

Buffer.isBuffer = function isBuffer(value) {
  return value instanceof Buffer;
};

Buffer.compare = function compare(buf1, buf2) {
  if (!isUint8Array(buf1)) throw new codes.ERR_INVALID_ARG_TYPE('buf1', ['Buffer', 'Uint8Array'], buf1);
  if (!isUint8Array(buf2)) throw new codes.ERR_INVALID_ARG_TYPE('buf2', ['Buffer', 'Uint8Array'], buf2);
  return buf1 === buf2 ? 0 : native.compare(buf1, buf2);
};

Buffer.isEncoding = function isEncoding(encoding) {
  return typeof encoding === 'string' && encoding.length !== 0 && encodingId(encoding) !== -1;
};

Buffer.concat = function concat(list, length) {
  validateArray(list, 'list');
  const count = list.length;
  if (count === 0) return new FastBuffer();
  if (length === undefined) {
    length = 0;
    for (let i = 0; i < count; i++) {
      if (isUint8Array(list[i])) length += lengthOf.call(list[i]); // whatever the object says of itself
    }
  } else {
    validateOffset(length, 'length');
  }
  const joined = Buffer.allocUnsafe(length);
  let position = 0;
  for (let i = 0; i < count; i++) {
    const part = list[i];
    if (!isUint8Array(part)) throw new codes.ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], part);
    const room = length - position;
    const size = lengthOf.call(part);
    if (size <= room) {
      typedArrayPrototype.set.call(joined, part, position);
      position += size;
    } else {
      if (room > 0) typedArrayPrototype.set.call(joined, typedArrayPrototype.subarray.call(part, 0, room), position);
      position = length;
    }
  }
  // The rest may hold anything.
  if (position < length) fillArray.call(joined, 0, position, length);
  return joined;
};

Buffer.byteLength = byteLength;

/** Bytes that `string` takes in `encoding` (UTF-8 when that is unknown), or the size of a buffer or view. */
function byteLength(string, encoding) {
  if (typeof string !== 'string') {
    if (ArrayBuffer.isView(string) || isAnyArrayBuffer(string)) return string.byteLength;
    throw new codes.ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], string);
  }
  const { length } = string;
  if (length === 0) return 0;
  if (encoding !== undefined && encoding !== 'utf8') {
    switch (encodingId(encoding)) {
      case UTF16LE:
        return length * 2;
      case LATIN1:
      case ASCII:
        return length;
      case HEX:
        return length >>> 1;
      case BASE64:
      case BASE64URL:
        return native.byteLength(string, BASE64);
    }
  }
  return native.byteLengthUtf8(string);
}

// --- the prototype ---------------------------------------------------------------------------------------------------------

Buffer.prototype = FastBuffer.prototype;
const proto = Buffer.prototype;
Object.defineProperty(proto, 'constructor', {
  __proto__: null,
  value: Buffer,
  writable: true,
  configurable: true,
  enumerable: false,
});
binding('bind').setBufferPrototype(proto);
numbers.install(proto);

function checkReceiver(buffer) {
  if (!ArrayBuffer.isView(buffer)) throw invalidType('argument must be a buffer');
}

/** Node's native functions word these two without a name. */
function invalidType(message) {
  const error = new codes.ERR_INVALID_ARG_TYPE('', 'string', '');
  error.message = message;
  return error;
}

function indexOutOfRange() {
  const error = new codes.ERR_OUT_OF_RANGE('index', '', 0);
  error.message = 'Index out of range';
  return error;
}

function sliceWith(buffer, encoding, start, end) {
  checkReceiver(buffer);
  const { length } = buffer;
  if (length === 0) return '';
  start = start === undefined ? 0 : Math.trunc(+start) || 0;
  end = end === undefined ? length : Math.trunc(+end) || 0;
  if (start < 0 || end < 0) throw indexOutOfRange();
  if (end < start) end = start;
  if (end > length && start !== end) throw indexOutOfRange();
  return native.slice(buffer, encoding, start, end);
}

/** For base64, hex and UTF-16, which Node writes in C++ with other checks than the three common encodings. */
function writeWith(buffer, encoding, text, offset, length) {
  checkReceiver(buffer);
  if (typeof text !== 'string') throw invalidType('argument must be a string');
  offset = offset === undefined ? 0 : Math.trunc(+offset) || 0;
  if (offset < 0) throw indexOutOfRange();
  if (offset > buffer.length) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('offset');
  const room = buffer.length - offset;
  length = length === undefined ? room : Math.trunc(+length) || 0;
  if (length < 0) throw indexOutOfRange();
  return native.write(buffer, text, encoding, offset, Math.min(length, room));
}

function writeChecked(buffer, encoding, text, offset = 0, length = buffer.byteLength - offset) {
  checkReceiver(buffer);
  if (typeof text !== 'string') throw invalidType('argument must be a string');
  if (offset < 0 || offset > buffer.byteLength) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (length < 0 || length > buffer.byteLength - offset) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS('length');
  return native.write(buffer, text, encoding, offset, length);
}

// Anonymous, as Node's are; not assigned as `proto.x = function` so that no name is inferred.
const methods = {
  asciiSlice: [ASCII, sliceWith],
  base64Slice: [BASE64, sliceWith],
  base64urlSlice: [BASE64URL, sliceWith],
  latin1Slice: [LATIN1, sliceWith],
  hexSlice: [HEX, sliceWith],
  ucs2Slice: [UTF16LE, sliceWith],
  utf8Slice: [UTF8, sliceWith],
  asciiWrite: [ASCII, writeChecked],
  base64Write: [BASE64, writeWith],
  base64urlWrite: [BASE64URL, writeWith],
  latin1Write: [LATIN1, writeChecked],
  hexWrite: [HEX, writeWith],
  ucs2Write: [UTF16LE, writeWith],
  utf8Write: [UTF8, writeChecked],
};
for (const name of Object.keys(methods)) {
  const [encoding, operation] = methods[name];
  proto[name] =
    operation === sliceWith
      ? [
          function (start, end) {
            return sliceWith(this, encoding, start, end);
          },
        ][0]
      : [
          function (text, offset, length) {
            return operation(this, encoding, text, offset, length);
          },
        ][0];
}

function defineGetter(name, get) {
  Object.defineProperty(proto, name, { __proto__: null, enumerable: true, get });
}
defineGetter('parent', function () {
  return this instanceof Buffer ? this.buffer : undefined;
});
defineGetter('offset', function () {
  return this instanceof Buffer ? this.byteOffset : undefined;
});

function toInteger(value, fallback) {
  value = +value;
  return value === value ? Math.trunc(value) : fallback;
}

proto.copy = function copy(target, targetStart, sourceStart, sourceEnd) {
  if (!isUint8Array(this)) throw new codes.ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], this);
  if (!isUint8Array(target)) {
    if (!ArrayBuffer.isView(target)) throw new codes.ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
    target = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  }
  const { length } = this;
  if (targetStart === undefined) {
    targetStart = 0;
  } else {
    targetStart = toInteger(targetStart, 0);
    if (targetStart < 0) throw new codes.ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart);
  }
  if (sourceStart === undefined) {
    sourceStart = 0;
  } else {
    sourceStart = toInteger(sourceStart, 0);
    if (sourceStart < 0 || sourceStart > length)
      throw new codes.ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${length}`, sourceStart);
  }
  if (sourceEnd === undefined) {
    sourceEnd = length;
  } else {
    sourceEnd = toInteger(sourceEnd, 0);
    if (sourceEnd < 0) throw new codes.ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd);
  }
  if (targetStart >= target.length || sourceStart >= sourceEnd) return 0;
  const count = Math.min(sourceEnd - sourceStart, target.length - targetStart, length - sourceStart);
  if (count <= 0) return 0;
  if (sourceStart === 0 && count === length) typedArrayPrototype.set.call(target, this, targetStart);
  else native.copy(this, target, targetStart, sourceStart, count);
  return count;
};

proto.toString = function toString(encoding, start, end) {
  if (arguments.length === 0) {
    checkReceiver(this);
    return native.utf8Slice(this);
  }
  const { length } = this;
  if (start === undefined || start <= 0) start = 0;
  else if (start >= length) return '';
  else start = Math.trunc(start) || 0;
  if (end === undefined || end > length) end = length;
  else end = Math.trunc(end) || 0;
  if (end <= start) return '';
  const id = encodingOrDefault(encoding);
  checkReceiver(this);
  return native.slice(this, id, start, end);
};

proto.equals = function equals(otherBuffer) {
  if (!isUint8Array(this)) throw new codes.ERR_INVALID_ARG_TYPE('this', ['Buffer', 'Uint8Array'], this);
  if (!isUint8Array(otherBuffer))
    throw new codes.ERR_INVALID_ARG_TYPE('otherBuffer', ['Buffer', 'Uint8Array'], otherBuffer);
  if (this === otherBuffer) return true;
  const size = byteLengthOf.call(this);
  if (size !== byteLengthOf.call(otherBuffer)) return false;
  return size === 0 || native.compare(this, otherBuffer) === 0;
};

let inspectMaxBytes = 50;

proto[customInspect] = function inspect(recurseTimes, ctx) {
  const max = inspectMaxBytes;
  const shown = Math.min(max, this.length);
  const remaining = this.length - max;
  let text = sliceWith(this, HEX, 0, shown)
    .replace(/(.{2})/g, '$1 ')
    .trim();
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? 's' : ''}`;
  if (ctx) {
    const extras = { __proto__: null };
    let hasExtras = false;
    for (const key of native.nonIndexKeys(this, !ctx.showHidden)) {
      hasExtras = true;
      extras[key] = this[key];
    }
    if (hasExtras) {
      if (this.length !== 0) text += ', ';
      // Without '[Object: null prototype] {' and '}'.
      const { inspect: inspectValue } = require('util/inspect');
      text += inspectValue(extras, { ...ctx, breakLength: Infinity, compact: true }).slice(27, -2);
    }
  }
  const name = this.constructor?.name || 'Buffer';
  return `<${name} ${text}>`;
};
proto.inspect = proto[customInspect];

proto.compare = function compare(target, targetStart, targetEnd, sourceStart, sourceEnd) {
  if (!isUint8Array(this)) throw new codes.ERR_INVALID_ARG_TYPE('this', ['Buffer', 'Uint8Array'], this);
  if (!isUint8Array(target)) throw new codes.ERR_INVALID_ARG_TYPE('target', ['Buffer', 'Uint8Array'], target);
  if (arguments.length === 1) return native.compare(this, target);
  if (targetStart === undefined) targetStart = 0;
  else validateOffset(targetStart, 'targetStart');
  if (targetEnd === undefined) targetEnd = target.length;
  else validateOffset(targetEnd, 'targetEnd', 0, target.length);
  if (sourceStart === undefined) sourceStart = 0;
  else validateOffset(sourceStart, 'sourceStart');
  if (sourceEnd === undefined) sourceEnd = this.length;
  else validateOffset(sourceEnd, 'sourceEnd', 0, this.length);
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1;
  if (targetStart >= targetEnd) return 1;
  return native.compareRanges(this, target, targetStart, targetEnd, sourceStart, sourceEnd);
};

/** Both directions of search, over whatever kind of value. */
function search(buffer, value, byteOffset, encoding, forward) {
  if (!ArrayBuffer.isView(buffer))
    throw new codes.ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
  if (typeof byteOffset === 'string') {
    encoding = byteOffset;
    byteOffset = undefined;
  } else if (byteOffset > 0x7fffffff) {
    byteOffset = 0x7fffffff;
  } else if (byteOffset < -0x80000000) {
    byteOffset = -0x80000000;
  }
  byteOffset = +byteOffset;
  if (byteOffset !== byteOffset) byteOffset = forward ? 0 : (buffer.length ?? buffer.byteLength);
  byteOffset = Math.trunc(byteOffset);
  if (typeof value === 'number') return native.indexOfNumber(buffer, value & 0xff, byteOffset, forward);
  if (typeof value === 'string') {
    return native.indexOfString(buffer, value, byteOffset, encodingOrDefault(encoding), forward);
  }
  if (isUint8Array(value)) {
    const id = encoding === undefined ? UTF8 : encodingId(encoding);
    return native.indexOfBytes(buffer, value, byteOffset, id, forward);
  }
  throw new codes.ERR_INVALID_ARG_TYPE('value', ['number', 'string', 'Buffer', 'Uint8Array'], value);
}

proto.indexOf = function indexOf(value, byteOffset, encoding, end) {
  return search(this, value, byteOffset, encoding, true);
};

proto.lastIndexOf = function lastIndexOf(value, byteOffset, encoding, end) {
  return search(this, value, byteOffset, encoding, false);
};

proto.includes = function includes(value, byteOffset, encoding, end) {
  return search(this, value, byteOffset, encoding, true) !== -1;
};

proto.fill = function fill(value, offset, end, encoding) {
  return fillBuffer(this, value, offset, end, encoding);
};

function fillBuffer(buffer, value, offset, end, encoding) {
  let id = UTF8;
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset;
      offset = undefined;
    } else if (typeof end === 'string') {
      encoding = end;
      end = undefined;
    }
    if (encoding !== undefined && encoding !== null && encoding !== '') {
      validateString(encoding, 'encoding');
      id = encodingOrDefault(encoding);
    }
    if (value.length === 0) {
      value = 0;
    } else if (value.length === 1) {
      const code = value.charCodeAt(0);
      if ((id === UTF8 && code < 128) || id === LATIN1) value = code;
    }
  }
  if (offset === undefined) {
    offset = 0;
    end = buffer.length;
  } else {
    validateOffset(offset, 'offset', 0);
    if (end === undefined) end = buffer.length;
    else validateOffset(end, 'end', 0, buffer.length);
  }
  if (offset >= end) return buffer;
  if (typeof value === 'string') {
    if (!native.fillString(buffer, value, offset, end, id) && end > offset)
      throw new codes.ERR_INVALID_ARG_VALUE('value', value);
    return buffer;
  }
  if (typeof value === 'object' && value !== null && ArrayBuffer.isView(value)) {
    const bytes = isUint8Array(value) ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (!native.fillBytes(buffer, bytes, offset, end)) throw new codes.ERR_INVALID_ARG_VALUE('value', value);
    return buffer;
  }
  const byte = typeof value === 'number' ? value : +value;
  const size = byteLengthOf.call(buffer);
  if (offset < 0 || end < 0 || end > size) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS();
  fillArray.call(buffer, byte & 255, offset, end);
  return buffer;
}

proto.write = function write(string, offset, length, encoding) {
  if (offset === undefined) return writeChecked(this, UTF8, string, 0, this.length);
  if (length === undefined && typeof offset === 'string') {
    encoding = offset;
    length = this.length;
    offset = 0;
  } else {
    validateOffset(offset, 'offset', 0, this.length);
    const room = this.length - offset;
    if (length === undefined) {
      length = room;
    } else if (typeof length === 'string') {
      encoding = length;
      length = room;
    } else {
      validateOffset(length, 'length', 0, this.length);
      if (length > room) length = room;
    }
  }
  const id = !encoding || encoding === 'utf8' ? UTF8 : encodingOrDefault(encoding);
  if (typeof string !== 'string') throw invalidType('argument must be a string');
  checkReceiver(this);
  return id === UTF8 ? native.writeUtf8(this, string, offset, length) : native.write(this, string, id, offset, length);
};

proto.toJSON = function toJSON() {
  const { length } = this;
  if (length === 0) return { type: 'Buffer', data: [] };
  const data = new Array(length);
  for (let i = 0; i < length; i++) data[i] = this[i];
  return { type: 'Buffer', data };
};

function clampIndex(index, length) {
  index = Math.trunc(+index);
  if (index === 0 || index !== index) return 0;
  if (index < 0) return Math.max(index + length, 0);
  return Math.min(index, length);
}

proto.subarray = function subarray(start, end) {
  const { length } = this;
  start = clampIndex(start, length);
  end = end === undefined ? length : clampIndex(end, length);
  return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0);
};

proto.slice = function slice(start, end) {
  return this.subarray(start, end);
};

function swap(buffer, size) {
  const { length } = buffer;
  if (length % size !== 0) throw new codes.ERR_INVALID_BUFFER_SIZE(`${size * 8}-bits`);
  return length;
}

proto.swap16 = function swap16() {
  if (swap(this, 2) !== 0) native.swap16(this);
  return this;
};
proto.swap32 = function swap32() {
  if (swap(this, 4) !== 0) native.swap32(this);
  return this;
};
proto.swap64 = function swap64() {
  if (swap(this, 8) !== 0) native.swap64(this);
  return this;
};
proto.toLocaleString = proto.toString;

// --- module ------------------------------------------------------------------------------------------------------------------

function checkBytes(input) {
  if (isAnyArrayBuffer(input) || (ArrayBuffer.isView(input) && tagOf.call(input) !== undefined)) {
    const buffer = ArrayBuffer.isView(input) ? input.buffer : input;
    if (isArrayBufferDetached(buffer)) throw new codes.ERR_INVALID_STATE('Cannot validate on a detached buffer');
    return input;
  }
  throw new codes.ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input);
}

/** Whether the bytes are valid UTF-8. */
function isUtf8(input) {
  return native.isUtf8(checkBytes(input));
}

/** Whether all bytes are below 128. */
function isAscii(input) {
  return native.isAscii(checkBytes(input));
}

/** Worded, coded and numbered as ICU's errors are. */
function transcodeError(code, errno) {
  const error = new Error(`Unable to transcode Buffer [${code}]`);
  error.code = code;
  error.errno = errno;
  return error;
}

function transcode(source, fromEncoding, toEncoding) {
  if (!isUint8Array(source)) throw new codes.ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source);
  if (source.length === 0) return Buffer.alloc(0);
  // undefined, null and '' are UTF-8.
  const from = encodingId(fromEncoding || 'utf8');
  const to = encodingId(toEncoding || 'utf8');
  if (from < 0 || to < 0 || from > ASCII || to > ASCII) {
    throw transcodeError('U_ILLEGAL_ARGUMENT_ERROR', 1);
  }
  const transcoded = native.transcode(source, from, to);
  if (transcoded === undefined) throw transcodeError('U_INVALID_CHAR_FOUND', 10);
  return new FastBuffer(transcoded);
}

function invalidCharacter(message) {
  const { DOMException } = require('web/dom_exception');
  return new DOMException(message, 'InvalidCharacterError');
}

/** Base64 of a string of bytes (characters up to U+00FF). */
function btoa(input) {
  if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('input');
  const encoded = native.btoa(`${input}`);
  if (encoded === undefined) throw invalidCharacter('Invalid character');
  return encoded;
}

/** The reverse, forgiving about spaces and padding as the Infra standard says. */
function atob(input) {
  if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('input');
  const decoded = native.atob(`${input}`);
  if (typeof decoded === 'string') return decoded;
  throw invalidCharacter(
    decoded === false ? 'The string to be decoded is not correctly encoded.' : 'Invalid character',
  );
}

module.exports = {
  Buffer,
  SlowBuffer: undefined, // below
  transcode,
  isUtf8,
  isAscii,
  kMaxLength,
  kStringMaxLength,
  btoa,
  atob,
};

function defineLazy(name, id, key = name) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      const value = require(id)[key];
      Object.defineProperty(module.exports, name, {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
        enumerable: true,
      });
      return value;
    },
    set(value) {
      Object.defineProperty(module.exports, name, {
        __proto__: null,
        value,
        writable: true,
        configurable: true,
        enumerable: true,
      });
    },
  });
}

Object.defineProperty(module.exports, 'SlowBuffer', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    const value = require('util/util').deprecate(
      SlowBuffer,
      'SlowBuffer() is deprecated. Please use Buffer.allocUnsafeSlow()',
      'DEP0030',
    );
    Object.defineProperty(module.exports, 'SlowBuffer', {
      __proto__: null,
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
    return value;
  },
});
Object.defineProperty(module.exports, 'constants', {
  __proto__: null,
  configurable: false,
  enumerable: true,
  value: Object.defineProperties(
    {},
    {
      MAX_LENGTH: { __proto__: null, value: kMaxLength, writable: false, enumerable: true },
      MAX_STRING_LENGTH: { __proto__: null, value: kStringMaxLength, writable: false, enumerable: true },
    },
  ),
});
Object.defineProperty(module.exports, 'INSPECT_MAX_BYTES', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return inspectMaxBytes;
  },
  set(value) {
    validateNumber(value, 'INSPECT_MAX_BYTES', 0);
    inspectMaxBytes = value;
  },
});
defineLazy('Blob', 'web/blob');
defineLazy('resolveObjectURL', 'web/blob');
defineLazy('File', 'web/blob');

// For other rooms alone: making Buffers over memory at hand, without Buffer.from's questions.
Object.defineProperty(module.exports, 'FastBuffer', {
  __proto__: null,
  value: FastBuffer,
  enumerable: false,
  configurable: true,
  writable: true,
});
