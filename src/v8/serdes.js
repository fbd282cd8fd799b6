// The JavaScript half of v8.Serializer and v8.Deserializer, and the two with Node's handling of views.
'use strict';

const native = binding('serdes');
const { codes } = require('errors/errors');
const { FastBuffer } = require('buffer/buffer');

const { Serializer } = native;

function checkView(buffer) {
  if (ArrayBuffer.isView(buffer)) return buffer;
  const error = new codes.ERR_INVALID_ARG_TYPE('buffer', ['TypedArray', 'DataView'], buffer);
  error.message = 'buffer must be a TypedArray or a DataView';
  throw error;
}

class Deserializer extends native.Deserializer {
  constructor(buffer) {
    super(checkView(buffer));
    this.buffer = buffer;
  }

  readRawBytes(length) {
    const offset = this._readRawBytes(length);
    // A copy of the reference, not of the bytes.
    return new FastBuffer(this.buffer.buffer, this.buffer.byteOffset + offset, length);
  }
}

// Their methods stand on the prototype itself and declare no parameters, as in Node.
const inherited = Object.getOwnPropertyDescriptors(native.Deserializer.prototype);
delete inherited.constructor;
Object.defineProperties(Deserializer.prototype, inherited);
for (const { prototype } of [Serializer, Deserializer]) {
  for (const key of Object.getOwnPropertyNames(prototype)) {
    const method = prototype[key];
    if (key === 'constructor' || key === 'readRawBytes' || typeof method !== 'function') continue;
    Object.defineProperty(method, 'length', { __proto__: null, value: 0, configurable: true });
  }
}

/** The error for what cannot be cloned; subclasses may replace it. */
Serializer.prototype._getDataCloneError = Error;

/** Numbers of the views' types on the wire, as Node writes them. */
const VIEWS = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  DataView,
  FastBuffer,
  BigInt64Array,
  BigUint64Array,
  ...(typeof Float16Array === 'undefined' ? [] : [Float16Array]),
];
const TAGS = VIEWS.map((View) => (View === FastBuffer ? undefined : `[object ${View.name}]`));

function viewIndex(view) {
  const { Buffer } = require('buffer/buffer');
  if (view instanceof Buffer) return VIEWS.indexOf(FastBuffer);
  return TAGS.indexOf(Object.prototype.toString.call(view));
}

class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view) {
    const index = ArrayBuffer.isView(view) ? viewIndex(view) : -1;
    if (index === -1) {
      const { inspect } = require('util/inspect');
      throw new this._getDataCloneError(`Unserializable host object: ${inspect(view)}`);
    }
    this.writeUint32(index);
    this.writeUint32(view.byteLength);
    this.writeRawBytes(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }
}

class DefaultDeserializer extends Deserializer {
  _readHostObject() {
    const View = VIEWS[this.readUint32()];
    const byteLength = this.readUint32();
    if (View === undefined) throw new Error('Unable to deserialize cloned data.');
    const byteOffset = this._readRawBytes(byteLength);
    const size = View.BYTES_PER_ELEMENT || 1;
    const offset = this.buffer.byteOffset + byteOffset;
    if (offset % size === 0) return new View(this.buffer.buffer, offset, byteLength / size);
    // Not aligned where it lies: take a copy.
    const copy = new Uint8Array(this.buffer.buffer, offset, byteLength).slice();
    return new View(copy.buffer, copy.byteOffset, byteLength / size);
  }
}

/** @returns {Buffer} `value` in V8's format */
function serialize(value) {
  const serializer = new DefaultSerializer();
  serializer.writeHeader();
  serializer.writeValue(value);
  return serializer.releaseBuffer();
}

/** @param {Buffer|TypedArray|DataView} buffer */
function deserialize(buffer) {
  const deserializer = new DefaultDeserializer(buffer);
  deserializer.readHeader();
  return deserializer.readValue();
}

module.exports = { Serializer, Deserializer, DefaultSerializer, DefaultDeserializer, serialize, deserialize };
