// Compression streams, and the functions that do all at once.
'use strict';
const zlib = require('node:zlib');

// Text that compresses as text does.
const words = 'the quick brown fox jumps over a lazy dog and then goes home to write it all down in detail'.split(' ');
let seed = 1;
const random = (limit) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed % limit;
};
const text = Buffer.from(Array.from({ length: 50_000 }, () => words[random(words.length)] + random(10)).join(' '));
const small = text.subarray(0, 1024);

/** All of `data`, in pieces of 16 KiB, through a stream. */
function through(stream, data) {
  return new Promise((resolve, reject) => {
    stream.on('data', () => {});
    stream.on('end', resolve);
    stream.on('error', reject);
    for (let at = 0; at < data.length; at += 16384) stream.write(data.subarray(at, at + 16384));
    stream.end();
  });
}

const quality = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } };
const gzipped = zlib.gzipSync(text);
const brotli = zlib.brotliCompressSync(text, quality);
const zstd = zlib.zstdCompressSync?.(text);

module.exports = {
  'gzip stream': () => through(zlib.createGzip(), text),
  'gunzip stream': () => through(zlib.createGunzip(), gzipped),
  'brotli stream, quality 4': () => through(zlib.createBrotliCompress(quality), text),
  'brotli stream, decompress': () => through(zlib.createBrotliDecompress(), brotli),
  'zstd stream': () => through(zlib.createZstdCompress(), text),
  'zstd stream, decompress': () => through(zlib.createZstdDecompress(), zstd),
  'gzipSync, 1 KiB': () => void zlib.gzipSync(small),
  'gzip, 1 KiB': () => new Promise((resolve) => zlib.gzip(small, resolve)),
  'crc32, 1 KiB': () => void zlib.crc32(small),
};
