// Every format in every form, on what may go wrong with the data.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { promisify } = require('node:util');
const zlib = require('node:zlib');

const FORMATS = [
  ['gzip', 'gunzip', 'createGzip', 'createGunzip'],
  ['gzip', 'unzip', 'createGzip', 'createUnzip'],
  ['deflate', 'inflate', 'createDeflate', 'createInflate'],
  ['deflate', 'unzip', 'createDeflate', 'createUnzip'],
  ['deflateRaw', 'inflateRaw', 'createDeflateRaw', 'createInflateRaw'],
  ['brotliCompress', 'brotliDecompress', 'createBrotliCompress', 'createBrotliDecompress'],
  ['zstdCompress', 'zstdDecompress', 'createZstdCompress', 'createZstdDecompress'],
];
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(50);
const LARGE = Buffer.alloc(300_000, TEXT);

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

for (const [compress, decompress, createCompress, createDecompress] of FORMATS) {
  test(`${compress} and ${decompress}`, async (t) => {
    const packed = zlib[`${compress}Sync`](LARGE);

    await t.test('sync, callback, promise and stream agree', async () => {
      assert.ok(packed.length < LARGE.length / 10);
      assert.deepStrictEqual(zlib[`${decompress}Sync`](packed), LARGE);
      const again = await promisify(zlib[compress])(LARGE);
      assert.deepStrictEqual(await promisify(zlib[decompress])(again), LARGE);
      const packer = zlib[createCompress]();
      const unpacker = packer.pipe(zlib[createDecompress]());
      packer.end(LARGE);
      assert.deepStrictEqual(await collect(unpacker), LARGE);
      assert.strictEqual(packer.bytesWritten, LARGE.length);
    });

    await t.test('every kind of bytes', () => {
      const bytes = Buffer.from('12345678');
      const { buffer } = new Uint8Array(bytes);
      for (const data of ['12345678', bytes, new Uint16Array(buffer), new DataView(buffer), buffer])
        assert.strictEqual(zlib[`${decompress}Sync`](zlib[`${compress}Sync`](data)).toString(), '12345678');
      assert.strictEqual(zlib[`${decompress}Sync`](zlib[`${compress}Sync`]('')).length, 0);
      for (const data of [undefined, null, 1, {}])
        assert.throws(() => zlib[`${compress}Sync`](data), { code: 'ERR_INVALID_ARG_TYPE' });
    });

    await t.test('one byte at a time', async () => {
      const small = zlib[`${compress}Sync`](TEXT);
      const unpacker = zlib[createDecompress]({ chunkSize: 64 });
      const result = collect(unpacker);
      for (const byte of small) unpacker.write(Buffer.from([byte]));
      unpacker.end();
      assert.strictEqual((await result).toString(), TEXT);
    });

    await t.test('flush brings out what was written', async () => {
      const packer = zlib[createCompress]();
      const unpacker = zlib[createDecompress]();
      packer.pipe(unpacker);
      for (const part of ['first', 'second']) {
        packer.write(part);
        packer.flush();
        const chunk = await new Promise((resolve) => unpacker.once('data', resolve));
        assert.strictEqual(chunk.toString(), part);
      }
      packer.destroy();
      unpacker.destroy();
    });

    await t.test('truncated, empty and broken data', async () => {
      const end = { code: 'Z_BUF_ERROR', errno: -5, message: 'unexpected end of file' };
      assert.throws(() => zlib[`${decompress}Sync`](packed.subarray(0, -3)), end);
      assert.throws(() => zlib[`${decompress}Sync`](''), end);
      await assert.rejects(promisify(zlib[decompress])(packed.subarray(0, -3)), end);
      await assert.rejects(collect(zlib[createDecompress]().end(packed.subarray(0, -3))), end);
      assert.throws(
        () => zlib[`${decompress}Sync`](Buffer.alloc(100, 0xfe)),
        (error) => {
          assert.match(error.code, /^(Z_DATA_ERROR|ERR__ERROR_FORMAT_\w+|ZSTD_error_prefix_unknown)$/);
          return true;
        },
      );
    });

    await t.test('maxOutputLength', async () => {
      const tooLarge = { code: 'ERR_BUFFER_TOO_LARGE', message: 'Cannot create a Buffer larger than 100 bytes' };
      assert.throws(() => zlib[`${decompress}Sync`](packed, { maxOutputLength: 100 }), tooLarge);
      await assert.rejects(promisify(zlib[decompress])(packed, { maxOutputLength: 100 }), tooLarge);
      assert.strictEqual(zlib[`${decompress}Sync`](packed, { maxOutputLength: LARGE.length }).length, LARGE.length);
    });

    await t.test('rejectGarbageAfterEnd', async () => {
      const junk = { name: 'TypeError', code: 'ERR_TRAILING_JUNK_AFTER_STREAM_END' };
      const data = Buffer.concat([packed, Buffer.alloc(5)]);
      assert.deepStrictEqual(zlib[`${decompress}Sync`](data), LARGE);
      assert.throws(() => zlib[`${decompress}Sync`](data, { rejectGarbageAfterEnd: true }), junk);
      await assert.rejects(promisify(zlib[decompress])(data, { rejectGarbageAfterEnd: true }), junk);
      assert.deepStrictEqual(zlib[`${decompress}Sync`](packed, { rejectGarbageAfterEnd: true }), LARGE);
    });

    await t.test('info', async () => {
      const { buffer, engine } = zlib[`${compress}Sync`](TEXT, { info: true });
      assert.strictEqual(zlib[`${decompress}Sync`](buffer).toString(), TEXT);
      assert.strictEqual(engine.bytesWritten, TEXT.length);
      const later = await promisify(zlib[decompress])(buffer, { info: true });
      assert.strictEqual(later.buffer.toString(), TEXT);
      assert.strictEqual(later.engine.bytesWritten, buffer.length);
    });

    await t.test('reset begins anew', () => {
      const packer = zlib[createCompress]();
      packer.reset();
      assert.strictEqual(
        zlib[`${decompress}Sync`](packer._processChunk(Buffer.from('abc'), packer._finishFlushFlag)).toString(),
        'abc',
      );
      assert.throws(() => packer.reset(), { code: 'ERR_INTERNAL_ASSERTION' });
    });
  });
}

test('gzip members and padding', () => {
  const two = Buffer.concat([zlib.gzipSync('abc'), zlib.gzipSync('def')]);
  assert.strictEqual(zlib.gunzipSync(two).toString(), 'abcdef');
  assert.strictEqual(zlib.unzipSync(two).toString(), 'abcdef');
  assert.strictEqual(zlib.gunzipSync(Buffer.concat([two, Buffer.alloc(20)])).toString(), 'abcdef');
  assert.throws(() => zlib.gunzipSync(Buffer.concat([two, Buffer.from('junk')])), { code: 'Z_DATA_ERROR', errno: -3 });
  assert.throws(() => zlib.gunzipSync(two, { rejectGarbageAfterEnd: true }), {
    code: 'ERR_TRAILING_JUNK_AFTER_STREAM_END',
  });
});

test('crc32', () => {
  assert.strictEqual(zlib.crc32('hello'), 0x3610a686);
  assert.strictEqual(zlib.crc32(Buffer.from('lo'), zlib.crc32('hel')), 0x3610a686);
  assert.strictEqual(zlib.crc32(''), 0);
  assert.throws(() => zlib.crc32(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => zlib.crc32('a', -1), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => zlib.crc32('a', null), { code: 'ERR_INVALID_ARG_TYPE' });
});
