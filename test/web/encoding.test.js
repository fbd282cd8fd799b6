'use strict';
const { test } = require('node:test');
const assert = require('node:assert');

test('TextDecoder: streams, marks, errors', () => {
  const decoder = new TextDecoder();
  const pieces = [
    [0xef, 0xbb],
    [0xbf, 0x41, 0xe2],
    [0x82, 0xac],
  ].map((bytes) => decoder.decode(new Uint8Array(bytes), { stream: true }));
  assert.deepStrictEqual([...pieces, decoder.decode()], ['', 'A', '\u20ac', '']);
  assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])), {
    code: 'ERR_ENCODING_INVALID_ENCODED_DATA',
  });
  assert.throws(() => new TextDecoder('nope'), { code: 'ERR_ENCODING_NOT_SUPPORTED' });
  assert.strictEqual(
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf])),
    '\ufeff',
  );
});

test('TextDecoder: other encodings', () => {
  const decode = (label, ...bytes) => new TextDecoder(label).decode(new Uint8Array(bytes));
  assert.strictEqual(decode('latin1', 0x80, 0xe9), '\u20ac\u00e9');
  assert.strictEqual(decode('iso-8859-16', 0xa4), '\u20ac');
  assert.strictEqual(decode('koi8-u', 0xae), '\u045e');
  assert.strictEqual(decode('gbk', 0xc4, 0xe3), '\u4f60');
  assert.strictEqual(decode('utf-16le', 0x3d, 0xd8, 0x00, 0xde, 0x41), '\ud83d\ude00\ufffd');
  assert.strictEqual(decode('shift_jis', 0x83, 0x65), '\u30c6');
});

test('TextEncoder', () => {
  const encoder = new TextEncoder();
  assert.deepStrictEqual([...encoder.encode('\u20ac\ud800')], [0xe2, 0x82, 0xac, 0xef, 0xbf, 0xbd]);
  assert.deepStrictEqual(encoder.encodeInto('a\u20ac\u20ac', new Uint8Array(5)), { read: 2, written: 4 });
  assert.strictEqual(encoder.encode('x'.repeat(5000)).length, 5000);
});
