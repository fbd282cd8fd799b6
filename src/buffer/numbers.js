// Buffer's readUInt16LE, writeDoubleBE and their like. Bytes are taken one by one: V8 makes plain loads of it.
'use strict';

const { codes } = require('errors/errors');
const { validateNumber } = require('errors/validators');

const floats = new Float32Array(1);
const floatBytes = new Uint8Array(floats.buffer);
const doubles = new Float64Array(1);
const doubleBytes = new Uint8Array(doubles.buffer);

/** Throws for an offset (or `name`) that is no integer from 0 (1 for names) to `last`. */
function outOfBounds(value, last, name) {
  if (Math.floor(value) !== value) {
    validateNumber(value, name ?? 'offset');
    throw new codes.ERR_OUT_OF_RANGE(name ?? 'offset', 'an integer', value);
  }
  if (last < 0) throw new codes.ERR_BUFFER_OUT_OF_BOUNDS();
  throw new codes.ERR_OUT_OF_RANGE(name ?? 'offset', `>= ${name === undefined ? 0 : 1} and <= ${last}`, value);
}

function checkOffset(buffer, offset, last) {
  validateNumber(offset, 'offset');
  if (buffer[offset] === undefined || buffer[offset + last] === undefined)
    outOfBounds(offset, buffer.length - last - 1);
}

/** Throws for a value that does not fit into `size` bytes. */
function valueOutOfRange(value, min, max, size) {
  const n = typeof min === 'bigint' ? 'n' : '';
  if (size > 4) {
    const bits = size * 8;
    const range =
      min === 0 || min === 0n
        ? `>= 0${n} and < 2${n} ** ${bits}${n}`
        : `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`;
    throw new codes.ERR_OUT_OF_RANGE('value', range, value);
  }
  throw new codes.ERR_OUT_OF_RANGE('value', `>= ${min}${n} and <= ${max}${n}`, value);
}

// --- fixed sizes ---------------------------------------------------------------------------------------------------------

// Their names are empty in Node, too, where readers are concerned.
const anonymous = (fn) => fn;

const readUInt8 = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) outOfBounds(offset, this.length - 1);
  return value;
});

const readInt8 = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const value = this[offset];
  if (value === undefined) outOfBounds(offset, this.length - 1);
  return (value << 24) >> 24;
});

const readUInt16LE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return first | (last << 8);
});

const readUInt16BE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return (first << 8) | last;
});

const readInt16LE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return ((first | (last << 8)) << 16) >> 16;
});

const readInt16BE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 1];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 2);
  return (((first << 8) | last) << 16) >> 16;
});

const readUInt32LE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return (first | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (last << 24)) >>> 0;
});

const readUInt32BE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return ((first << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | last) >>> 0;
});

const readInt32LE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return first | (this[offset + 1] << 8) | (this[offset + 2] << 16) | (last << 24);
});

const readInt32BE = anonymous(function (offset) {
  if (offset === undefined) offset = 0;
  validateNumber(offset, 'offset');
  const first = this[offset];
  const last = this[offset + 3];
  if (first === undefined || last === undefined) outOfBounds(offset, this.length - 4);
  return (first << 24) | (this[offset + 1] << 16) | (this[offset + 2] << 8) | last;
});

function uint32LE(buffer, offset) {
  return (buffer[offset] | (buffer[offset + 1] << 8) | (buffer[offset + 2] << 16) | (buffer[offset + 3] << 24)) >>> 0;
}

function uint32BE(buffer, offset) {
  return ((buffer[offset] << 24) | (buffer[offset + 1] << 16) | (buffer[offset + 2] << 8) | buffer[offset + 3]) >>> 0;
}

function readBigUInt64LE(offset = 0) {
  checkOffset(this, offset, 7);
  return BigInt(uint32LE(this, offset)) | (BigInt(uint32LE(this, offset + 4)) << 32n);
}

function readBigUInt64BE(offset = 0) {
  checkOffset(this, offset, 7);
  return (BigInt(uint32BE(this, offset)) << 32n) | BigInt(uint32BE(this, offset + 4));
}

function readBigInt64LE(offset = 0) {
  checkOffset(this, offset, 7);
  return BigInt(uint32LE(this, offset)) | (BigInt(uint32LE(this, offset + 4) | 0) << 32n);
}

function readBigInt64BE(offset = 0) {
  checkOffset(this, offset, 7);
  return (BigInt(uint32BE(this, offset) | 0) << 32n) | BigInt(uint32BE(this, offset + 4));
}

function putUint32LE(buffer, value, offset) {
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  buffer[offset + 2] = value >>> 16;
  buffer[offset + 3] = value >>> 24;
}

function putUint32BE(buffer, value, offset) {
  buffer[offset] = value >>> 24;
  buffer[offset + 1] = value >>> 16;
  buffer[offset + 2] = value >>> 8;
  buffer[offset + 3] = value;
}

function writeByte(buffer, value, offset, min, max) {
  value = +value;
  validateNumber(offset, 'offset');
  if (value > max || value < min) valueOutOfRange(value, min, max, 1);
  if (buffer[offset] === undefined) outOfBounds(offset, buffer.length - 1);
  buffer[offset] = value;
  return offset + 1;
}

function write16LE(buffer, value, offset, min, max) {
  value = +value;
  if (value > max || value < min) valueOutOfRange(value, min, max, 2);
  checkOffset(buffer, offset, 1);
  buffer[offset] = value;
  buffer[offset + 1] = value >>> 8;
  return offset + 2;
}

function write16BE(buffer, value, offset, min, max) {
  value = +value;
  if (value > max || value < min) valueOutOfRange(value, min, max, 2);
  checkOffset(buffer, offset, 1);
  buffer[offset] = value >>> 8;
  buffer[offset + 1] = value;
  return offset + 2;
}

function write32LE(buffer, value, offset, min, max) {
  value = +value;
  if (value > max || value < min) valueOutOfRange(value, min, max, 4);
  checkOffset(buffer, offset, 3);
  putUint32LE(buffer, value, offset);
  return offset + 4;
}

function write32BE(buffer, value, offset, min, max) {
  value = +value;
  if (value > max || value < min) valueOutOfRange(value, min, max, 4);
  checkOffset(buffer, offset, 3);
  putUint32BE(buffer, value, offset);
  return offset + 4;
}

function writeBig(buffer, value, offset, min, max, isLittle) {
  if (value > max || value < min) valueOutOfRange(value, min, max, 8);
  checkOffset(buffer, offset, 7);
  const low = Number(value & 0xffffffffn);
  const high = Number((value >> 32n) & 0xffffffffn);
  if (isLittle) {
    putUint32LE(buffer, low, offset);
    putUint32LE(buffer, high, offset + 4);
  } else {
    putUint32BE(buffer, high, offset);
    putUint32BE(buffer, low, offset + 4);
  }
  return offset + 8;
}

function writeUInt8(value, offset = 0) {
  return writeByte(this, value, offset, 0, 0xff);
}
function writeInt8(value, offset = 0) {
  return writeByte(this, value, offset, -0x80, 0x7f);
}
function writeUInt16LE(value, offset = 0) {
  return write16LE(this, value, offset, 0, 0xffff);
}
function writeUInt16BE(value, offset = 0) {
  return write16BE(this, value, offset, 0, 0xffff);
}
function writeInt16LE(value, offset = 0) {
  return write16LE(this, value, offset, -0x8000, 0x7fff);
}
function writeInt16BE(value, offset = 0) {
  return write16BE(this, value, offset, -0x8000, 0x7fff);
}
function writeUInt32LE(value, offset = 0) {
  return write32LE(this, value, offset, 0, 0xffffffff);
}
function writeUInt32BE(value, offset = 0) {
  return write32BE(this, value, offset, 0, 0xffffffff);
}
function writeInt32LE(value, offset = 0) {
  return write32LE(this, value, offset, -0x80000000, 0x7fffffff);
}
function writeInt32BE(value, offset = 0) {
  return write32BE(this, value, offset, -0x80000000, 0x7fffffff);
}
function writeBigUInt64LE(value, offset = 0) {
  return writeBig(this, value, offset, 0n, 0xffffffffffffffffn, true);
}
function writeBigUInt64BE(value, offset = 0) {
  return writeBig(this, value, offset, 0n, 0xffffffffffffffffn, false);
}
function writeBigInt64LE(value, offset = 0) {
  return writeBig(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn, true);
}
function writeBigInt64BE(value, offset = 0) {
  return writeBig(this, value, offset, -0x8000000000000000n, 0x7fffffffffffffffn, false);
}

// --- one to six bytes ----------------------------------------------------------------------------------------------------

function checkSize(byteLength) {
  if (byteLength === undefined) throw new codes.ERR_INVALID_ARG_TYPE('byteLength', 'number', byteLength);
  if (
    !(byteLength >= 1 && byteLength <= 6 && Math.floor(byteLength) === byteLength) ||
    typeof byteLength !== 'number'
  ) {
    outOfBounds(byteLength, 6, 'byteLength');
  }
}

function readBytes(buffer, offset, byteLength, isLittle) {
  if (offset === undefined) throw new codes.ERR_INVALID_ARG_TYPE('offset', 'number', offset);
  checkSize(byteLength);
  checkOffset(buffer, offset, byteLength - 1);
  let value = 0;
  if (isLittle) {
    for (let i = byteLength - 1; i >= 0; i--) value = value * 256 + buffer[offset + i];
  } else {
    for (let i = 0; i < byteLength; i++) value = value * 256 + buffer[offset + i];
  }
  return value;
}

function signed(value, byteLength) {
  const limit = 2 ** (byteLength * 8 - 1);
  return value < limit ? value : value - 2 * limit;
}

function writeBytes(buffer, value, offset, byteLength, min, max, isLittle) {
  value = +value;
  if (value > max || value < min) valueOutOfRange(value, min, max, byteLength);
  if (offset === undefined) throw new codes.ERR_INVALID_ARG_TYPE('offset', 'number', offset);
  checkOffset(buffer, offset, byteLength - 1);
  // The low 32 bits by shifts, what is above them by division, rounded down so that negative numbers come out right.
  let low = value;
  let high = Math.floor(value / 0x100000000);
  for (let i = 0; i < byteLength; i++) {
    const at = isLittle ? offset + i : offset + byteLength - 1 - i;
    if (i < 4) {
      buffer[at] = low;
      low >>>= 8;
    } else {
      buffer[at] = high;
      high >>>= 8;
    }
  }
  return offset + byteLength;
}

function readUIntLE(offset, byteLength) {
  return readBytes(this, offset, byteLength, true);
}
function readUIntBE(offset, byteLength) {
  return readBytes(this, offset, byteLength, false);
}
function readIntLE(offset, byteLength) {
  return signed(readBytes(this, offset, byteLength, true), byteLength);
}
function readIntBE(offset, byteLength) {
  return signed(readBytes(this, offset, byteLength, false), byteLength);
}
function writeUIntLE(value, offset, byteLength) {
  checkSize(byteLength);
  return writeBytes(this, value, offset, byteLength, 0, 2 ** (8 * byteLength) - 1, true);
}
function writeUIntBE(value, offset, byteLength) {
  checkSize(byteLength);
  return writeBytes(this, value, offset, byteLength, 0, 2 ** (8 * byteLength) - 1, false);
}
function writeIntLE(value, offset, byteLength) {
  checkSize(byteLength);
  const limit = 2 ** (8 * byteLength - 1);
  return writeBytes(this, value, offset, byteLength, -limit, limit - 1, true);
}
function writeIntBE(value, offset, byteLength) {
  checkSize(byteLength);
  const limit = 2 ** (8 * byteLength - 1);
  return writeBytes(this, value, offset, byteLength, -limit, limit - 1, false);
}

// --- floating point; the machine is little-endian -------------------------------------------------------------------------

function readFloatForwards(offset = 0) {
  checkOffset(this, offset, 3);
  floatBytes[0] = this[offset];
  floatBytes[1] = this[offset + 1];
  floatBytes[2] = this[offset + 2];
  floatBytes[3] = this[offset + 3];
  return floats[0];
}

function readFloatBackwards(offset = 0) {
  checkOffset(this, offset, 3);
  floatBytes[3] = this[offset];
  floatBytes[2] = this[offset + 1];
  floatBytes[1] = this[offset + 2];
  floatBytes[0] = this[offset + 3];
  return floats[0];
}

function readDoubleForwards(offset = 0) {
  checkOffset(this, offset, 7);
  for (let i = 0; i < 8; i++) doubleBytes[i] = this[offset + i];
  return doubles[0];
}

function readDoubleBackwards(offset = 0) {
  checkOffset(this, offset, 7);
  for (let i = 0; i < 8; i++) doubleBytes[7 - i] = this[offset + i];
  return doubles[0];
}

function writeFloatForwards(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 3);
  floats[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = floatBytes[i];
  return offset + 4;
}

function writeFloatBackwards(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 3);
  floats[0] = value;
  for (let i = 0; i < 4; i++) this[offset + i] = floatBytes[3 - i];
  return offset + 4;
}

function writeDoubleForwards(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 7);
  doubles[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = doubleBytes[i];
  return offset + 8;
}

function writeDoubleBackwards(value, offset = 0) {
  value = +value;
  checkOffset(this, offset, 7);
  doubles[0] = value;
  for (let i = 0; i < 8; i++) this[offset + i] = doubleBytes[7 - i];
  return offset + 8;
}

/** Adds the methods to Buffer's prototype, with their `Uint` aliases, in Node's order. */
function install(proto) {
  Object.assign(proto, {
    readBigUInt64LE,
    readBigUInt64BE,
    readBigUint64LE: readBigUInt64LE,
    readBigUint64BE: readBigUInt64BE,
    readBigInt64LE,
    readBigInt64BE,
    writeBigUInt64LE,
    writeBigUInt64BE,
    writeBigUint64LE: writeBigUInt64LE,
    writeBigUint64BE: writeBigUInt64BE,
    writeBigInt64LE,
    writeBigInt64BE,
    readUIntLE,
    readUInt32LE,
    readUInt16LE,
    readUInt8,
    readUIntBE,
    readUInt32BE,
    readUInt16BE,
    readUintLE: readUIntLE,
    readUint32LE: readUInt32LE,
    readUint16LE: readUInt16LE,
    readUint8: readUInt8,
    readUintBE: readUIntBE,
    readUint32BE: readUInt32BE,
    readUint16BE: readUInt16BE,
    readIntLE,
    readInt32LE,
    readInt16LE,
    readInt8,
    readIntBE,
    readInt32BE,
    readInt16BE,
    writeUIntLE,
    writeUInt32LE,
    writeUInt16LE,
    writeUInt8,
    writeUIntBE,
    writeUInt32BE,
    writeUInt16BE,
    writeUintLE: writeUIntLE,
    writeUint32LE: writeUInt32LE,
    writeUint16LE: writeUInt16LE,
    writeUint8: writeUInt8,
    writeUintBE: writeUIntBE,
    writeUint32BE: writeUInt32BE,
    writeUint16BE: writeUInt16BE,
    writeIntLE,
    writeInt32LE,
    writeInt16LE,
    writeInt8,
    writeIntBE,
    writeInt32BE,
    writeInt16BE,
    readFloatLE: readFloatForwards,
    readFloatBE: readFloatBackwards,
    readDoubleLE: readDoubleForwards,
    readDoubleBE: readDoubleBackwards,
    writeFloatLE: writeFloatForwards,
    writeFloatBE: writeFloatBackwards,
    writeDoubleLE: writeDoubleForwards,
    writeDoubleBE: writeDoubleBackwards,
  });
}

module.exports = { install };
