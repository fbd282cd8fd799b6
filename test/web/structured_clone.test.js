'use strict';
const { test } = require('node:test');
const assert = require('node:assert');

test('clones, moves, refuses', () => {
  const shared = { a: new Map([[1, new Date(0)]]), b: [1n, /x/g, new Uint8Array([1])] };
  shared.self = shared;
  const copy = structuredClone(shared);
  assert.deepStrictEqual(copy, shared);
  assert.strictEqual(copy.self, copy);
  const buffer = new ArrayBuffer(8);
  const moved = structuredClone({ buffer }, { transfer: [buffer] });
  assert.deepStrictEqual([buffer.byteLength, moved.buffer.byteLength], [0, 8]);
  for (const value of [() => 1, Symbol('x'), new WeakMap(), new URL('http://a')]) {
    assert.throws(() => structuredClone(value), { name: 'DataCloneError', code: 25 });
  }
  assert.throws(() => structuredClone(1, { transfer: [Buffer.from('pooled').buffer] }), { name: 'DataCloneError' });
  const error = structuredClone(new DOMException('m', 'AbortError'));
  assert.ok(error instanceof DOMException && error.name === 'AbortError');
});

test('Blob and File survive', async () => {
  const { blob, file } = structuredClone({
    blob: new Blob(['ab'], { type: 'x/y' }),
    file: new File(['c'], 'n', { lastModified: 5 }),
  });
  assert.deepStrictEqual(
    [await blob.text(), blob.type, await file.text(), file.name, file.lastModified],
    ['ab', 'x/y', 'c', 'n', 5],
  );
});

test('a DOMException stays one wherever it is', () => {
  const error = new DOMException('a', 'AbortError');
  for (const clone of [structuredClone(error), structuredClone({ error }).error, structuredClone([error])[0]]) {
    assert.ok(clone instanceof DOMException);
    assert.strictEqual(clone.code, 20);
  }
});

test('an object that merely inherits from DOMException is cloned as any other', () => {
  const clone = structuredClone(Object.setPrototypeOf({ a: 1 }, DOMException.prototype));
  assert.strictEqual(clone instanceof DOMException, false);
  assert.deepStrictEqual(clone, { a: 1 });
  const real = structuredClone({ inner: new DOMException('text', 'AbortError') }).inner;
  assert.ok(real instanceof DOMException);
  assert.strictEqual(real.name, 'AbortError');
});
