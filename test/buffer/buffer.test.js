'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { Buffer, transcode, isUtf8, isAscii, atob, btoa, constants } = require('node:buffer');

test('strings go through each encoding and back', () => {
  const cases = [
    ['utf8', 'h\u00e9llo \u20ac \ud83d\ude00'],
    ['utf16le', 'h\u00e9 \ud83d\ude00'],
    ['latin1', '\xff\x80 a'],
    ['ascii', 'plain'],
    ['hex', '00ff10'],
    ['base64', 'AP8Q'],
    ['base64url', '-_-_'],
  ];
  for (const [encoding, text] of cases) {
    assert.strictEqual(Buffer.from(text, encoding).toString(encoding), text, encoding);
    assert.strictEqual(Buffer.from(text, encoding.toUpperCase()).toString(encoding), text, encoding);
  }
  assert.throws(() => Buffer.from('a', 'nope'), { code: 'ERR_UNKNOWN_ENCODING' });
});

test('malformed text', () => {
  assert.strictEqual(Buffer.from('abxxcd', 'hex').toString('hex'), 'ab');
  assert.strictEqual(Buffer.from('YW\u00e9J j\n=YWJj', 'base64').toString(), 'abc');
  assert.strictEqual(Buffer.from('=YWJj', 'base64').length, 0);
  assert.deepStrictEqual([...Buffer.from('\ud800x')], [0xef, 0xbf, 0xbd, 0x78]);
  assert.strictEqual(Buffer.from([0xf0, 0x9f, 0x98, 0x41]).toString(), '\ufffdA');
});

test('write never leaves half a character', () => {
  const buffer = Buffer.alloc(4, '.');
  assert.strictEqual(buffer.write('a\u20ac\u20ac'), 4);
  assert.strictEqual(buffer.write('\u20ac\u20ac', 1), 3);
  assert.strictEqual(Buffer.alloc(2).write('\u20ac'), 0);
  assert.strictEqual(Buffer.alloc(3).write('ab', 0, 'utf16le'), 2);
});

test('pieces of the pool do not overlap', () => {
  const pieces = Array.from({ length: 5000 }, (_, i) => Buffer.from(`piece ${i}`));
  pieces.forEach((piece, i) => assert.strictEqual(piece.toString(), `piece ${i}`));
});

test('numbers of every width', () => {
  const b = Buffer.alloc(8);
  for (const [kind, value, ...args] of [
    ['Int8', -128],
    ['UInt8', 255],
    ['Int16LE', -2],
    ['UInt16BE', 65535],
    ['Int32BE', -2147483648],
    ['UInt32LE', 4294967295],
    ['DoubleLE', 1 / 3],
    ['DoubleBE', -0],
    ['FloatBE', 0.5],
    ['BigInt64LE', -(2n ** 63n)],
    ['BigUInt64BE', 2n ** 64n - 1n],
    ['IntLE', -(2 ** 47), 6],
    ['UIntBE', 2 ** 40 - 1, 5],
    ['IntBE', -1, 3],
  ]) {
    b.fill(0);
    b[`write${kind}`](value, 0, ...args);
    assert.ok(Object.is(b[`read${kind}`](0, ...args), value), kind);
  }
  assert.throws(() => b.writeInt8(128), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => b.readInt32LE(5), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => Buffer.alloc(2).readInt32LE(0), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
});

test('search, from both ends and past them', () => {
  const b = Buffer.from('abcabc');
  assert.deepStrictEqual(
    [
      b.indexOf('c'),
      b.indexOf('c', 3),
      b.lastIndexOf('abc'),
      b.lastIndexOf('abc', -4),
      b.indexOf(''),
      b.indexOf('z'),
      b.indexOf('c', -1),
    ],
    [2, 5, 3, 0, 0, -1, 5],
  );
  assert.strictEqual(Buffer.from('\u0101\u0201', 'utf16le').indexOf('\u0201', 0, 'utf16le'), 2);
  assert.strictEqual(b.includes(Buffer.from('bca')), true);
});

test('fill, concat, compare, copy, swap', () => {
  assert.strictEqual(Buffer.alloc(5).fill('ab').toString(), 'ababa');
  assert.throws(() => Buffer.alloc(5).fill('zz', 'hex'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.strictEqual(Buffer.concat([Buffer.from('ab'), new Uint8Array([99])], 4).toString(), 'abc\0');
  assert.strictEqual(Buffer.compare(Buffer.from('a'), Buffer.from('ab')), -1);
  const overlapping = Buffer.from('abcdef');
  overlapping.copy(overlapping, 2, 0, 4);
  assert.strictEqual(overlapping.toString(), 'ababcd');
  assert.strictEqual(Buffer.from('abcd').swap16().toString(), 'badc');
  assert.throws(() => Buffer.alloc(3).swap16(), { code: 'ERR_INVALID_BUFFER_SIZE' });
});

test('the rest of the module', () => {
  assert.strictEqual(transcode(Buffer.from('\u20ac\u00e9'), 'utf8', 'latin1').toString('hex'), '3fe9');
  assert.strictEqual(isUtf8(Buffer.from([0xc0, 0x80])), false);
  assert.strictEqual(isAscii(Buffer.from('a')), true);
  assert.strictEqual(atob(btoa('\xff\0')), '\xff\0');
  assert.throws(() => btoa('\u20ac'), { name: 'InvalidCharacterError' });
  assert.throws(() => atob('a'), { name: 'InvalidCharacterError' });
  assert.strictEqual(constants.MAX_STRING_LENGTH, 536870888);
});

test('the pool cannot be taken away', () => {
  const a = Buffer.from('hello');
  assert.throws(() => a.buffer.transfer(), TypeError);
  assert.strictEqual(a.toString(), 'hello');
});
