'use strict';
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
const unicode = 'Größe 漢字 😀 und mehr. '.repeat(40);
const bytes = Buffer.from(text);
const hex = bytes.toString('hex');
const base64 = bytes.toString('base64');
const other = Buffer.from(text);
const parts = Array.from({ length: 16 }, (_, i) => bytes.subarray(i, i + 64));

module.exports = {
  'Buffer.alloc(64)': () => void Buffer.alloc(64),
  'Buffer.alloc(16 KiB)': () => void Buffer.alloc(16384),
  'Buffer.allocUnsafe(64)': () => void Buffer.allocUnsafe(64),
  'Buffer.from utf8 (ASCII)': () => void Buffer.from(text),
  'Buffer.from utf8 (Unicode)': () => void Buffer.from(unicode),
  'Buffer.from latin1': () => void Buffer.from(text, 'latin1'),
  'Buffer.from utf16le': () => void Buffer.from(text, 'utf16le'),
  'Buffer.from hex': () => void Buffer.from(hex, 'hex'),
  'Buffer.from base64': () => void Buffer.from(base64, 'base64'),
  'toString utf8': () => void bytes.toString(),
  'toString utf8, 16 bytes': () => void bytes.toString('utf8', 0, 16),
  'toString latin1': () => void bytes.toString('latin1'),
  'toString hex': () => void bytes.toString('hex'),
  'toString base64': () => void bytes.toString('base64'),
  'toString utf16le': () => void bytes.toString('utf16le'),
  'Buffer.compare': () => void Buffer.compare(bytes, other),
  'buffer.equals': () => void bytes.equals(other),
  'indexOf string': () => void bytes.indexOf('lazy cat'),
  'indexOf byte': () => void bytes.indexOf(0x21),
  'Buffer.concat of 16': () => void Buffer.concat(parts),
  readUInt32LE: () => {
    let sum = 0;
    for (let i = 0; i < 800; i += 4) sum += bytes.readUInt32LE(i);
    return sum;
  },
};
