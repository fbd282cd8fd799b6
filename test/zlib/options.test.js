// Options of the codecs, and the life of their streams.
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const zlib = require('node:zlib');

const { constants } = zlib;
const DICTIONARY = Buffer.from('a dictionary of words that come again: quick brown fox');
const TEXT = 'words that come again: quick brown fox, a dictionary of words';

test('dictionaries', async (t) => {
  for (const [compress, decompress] of [
    ['deflateSync', 'inflateSync'],
    ['deflateRawSync', 'inflateRawSync'],
    ['brotliCompressSync', 'brotliDecompressSync'],
    ['zstdCompressSync', 'zstdDecompressSync'],
  ]) {
    await t.test(compress, () => {
      const packed = zlib[compress](TEXT, { dictionary: DICTIONARY });
      assert.ok(packed.length < zlib[compress](TEXT).length);
      assert.strictEqual(zlib[decompress](packed, { dictionary: DICTIONARY }).toString(), TEXT);
      assert.throws(() => zlib[decompress](packed));
      assert.throws(() => zlib[decompress](packed, { dictionary: Buffer.from('another') }));
    });
  }
  const packed = zlib.deflateSync(TEXT, { dictionary: DICTIONARY });
  assert.throws(() => zlib.inflateSync(packed), { code: 'Z_NEED_DICT', errno: 2, message: 'Missing dictionary' });
  assert.throws(() => zlib.inflateSync(packed, { dictionary: Buffer.from('x') }), { message: 'Bad dictionary' });
  for (const create of ['createGzip', 'createBrotliCompress'])
    assert.throws(() => zlib[create]({ dictionary: 'text' }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('ranges', () => {
  for (const [create, options, code] of [
    ['createGzip', { chunkSize: 63 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { chunkSize: 'x' }, 'ERR_INVALID_ARG_TYPE'],
    ['createGzip', { chunkSize: Infinity }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { windowBits: 8 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { level: 10 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { memLevel: 0 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { strategy: 5 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { flush: 6 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { finishFlush: -1 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { maxOutputLength: 0 }, 'ERR_OUT_OF_RANGE'],
    ['createGzip', { rejectGarbageAfterEnd: 1 }, 'ERR_INVALID_ARG_TYPE'],
    ['createBrotliCompress', { flush: 4 }, 'ERR_OUT_OF_RANGE'],
    ['createBrotliCompress', { params: { 10000: 0 } }, 'ERR_BROTLI_INVALID_PARAM'],
    ['createBrotliCompress', { params: { 0: 0, '00': 0 } }, 'ERR_BROTLI_INVALID_PARAM'],
    ['createBrotliCompress', { params: { 0: 'x' } }, 'ERR_INVALID_ARG_TYPE'],
    ['createZstdCompress', { flush: 3 }, 'ERR_OUT_OF_RANGE'],
    ['createZstdCompress', { params: { 10000: 0 } }, 'ERR_ZSTD_INVALID_PARAM'],
    ['createZstdCompress', { params: { [constants.ZSTD_c_strategy]: 130 } }, 'ERR_ZLIB_INITIALIZATION_FAILED'],
    ['createZstdDecompress', { params: { [constants.ZSTD_d_windowLogMax]: 1 } }, 'ERR_ZLIB_INITIALIZATION_FAILED'],
    ['createZstdCompress', { pledgedSrcSize: -1 }, 'ERR_OUT_OF_RANGE'],
    ['createZstdCompress', { pledgedSrcSize: 'x' }, 'ERR_INVALID_ARG_TYPE'],
  ]) {
    assert.throws(() => zlib[create](options), { code }, `${create} ${JSON.stringify(options)}`);
  }
  assert.strictEqual(zlib.createGzip({ chunkSize: NaN })._chunkSize, constants.Z_DEFAULT_CHUNK);
  zlib.createDeflateRaw({ windowBits: 8 });
  zlib.createGunzip({ windowBits: 0 });
});

test('parameters of Brotli and Zstandard', () => {
  const data = Buffer.alloc(50_000, 'some text that repeats itself, ');
  const fast = zlib.brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 0 } });
  const best = zlib.brotliCompressSync(data, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: data.length },
  });
  assert.ok(best.length < fast.length);
  const checked = zlib.zstdCompressSync(data, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  assert.strictEqual(checked.length, zlib.zstdCompressSync(data).length + 4);
  checked[checked.length - 1] ^= 1;
  assert.throws(() => zlib.zstdDecompressSync(checked), { code: 'ZSTD_error_checksum_wrong', errno: 22 });
  const { ZSTD_d_windowLogMax } = constants;
  const large = zlib.zstdCompressSync(Buffer.alloc(1 << 20));
  assert.throws(() => zlib.zstdDecompressSync(large, { params: { [ZSTD_d_windowLogMax]: 10 } }), {
    code: 'ZSTD_error_frameParameter_windowTooLarge',
  });
});

test('pledgedSrcSize is a promise', () => {
  assert.strictEqual(zlib.zstdDecompressSync(zlib.zstdCompressSync('abc', { pledgedSrcSize: 3 })).toString(), 'abc');
  for (const pledgedSrcSize of [0, 2, 4])
    assert.throws(() => zlib.zstdCompressSync('abc', { pledgedSrcSize }), { code: 'ZSTD_error_srcSize_wrong' });
});

test('finishFlush lets a cut stream pass', () => {
  const packed = zlib.gzipSync(TEXT.repeat(100)).subarray(0, -8);
  assert.strictEqual(zlib.gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).toString(), TEXT.repeat(100));
});

test('params changes level and strategy on the way', async () => {
  const deflate = zlib.createDeflate({ level: 0, chunkSize: 64 });
  const chunks = [];
  deflate.on('data', (chunk) => chunks.push(chunk));
  const text = TEXT.repeat(20);
  deflate.write(text);
  await new Promise((resolve) => deflate.params(9, constants.Z_DEFAULT_STRATEGY, resolve));
  const stored = Buffer.concat(chunks).length;
  assert.ok(stored > text.length);
  deflate.end(text);
  await once(deflate, 'end');
  assert.ok(Buffer.concat(chunks).length < stored + text.length / 2);
  assert.strictEqual(zlib.inflateSync(Buffer.concat(chunks)).toString(), text + text);
  assert.throws(() => deflate.params(10, 0), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => deflate.params(1, 5), { code: 'ERR_OUT_OF_RANGE' });
});

test('close while a write is under way', async () => {
  const gzip = zlib.createGzip();
  gzip.write(Buffer.alloc(100_000, TEXT));
  gzip.close();
  await once(gzip, 'close');
  assert.strictEqual(gzip._closed, true);
  assert.strictEqual(gzip._handle, null);
  await new Promise((resolve) => gzip.close(resolve));
});

test('a reader that pauses holds the decompressor up', async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(10 << 20));
  const gunzip = zlib.createGunzip();
  gunzip.end(bomb);
  await once(gunzip, 'readable');
  assert.ok(gunzip.readableLength <= 4 * gunzip.readableHighWaterMark);
  let total = 0;
  for await (const chunk of gunzip) total += chunk.length;
  assert.strictEqual(total, 10 << 20);
});

test('constants and codes', () => {
  assert.ok(Object.isFrozen(zlib.codes));
  assert.strictEqual(zlib.codes.Z_BUF_ERROR, -5);
  assert.strictEqual(zlib.codes['-5'], 'Z_BUF_ERROR');
  assert.strictEqual(zlib.Z_BEST_SPEED, 1);
  assert.strictEqual(Object.keys(zlib).includes('Z_BEST_SPEED'), false);
});
