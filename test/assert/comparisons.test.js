'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { createSecretKey } = require('node:crypto');

const hidden = (object) => Object.defineProperty(object, 'x', { value: 1, enumerable: false });

test('partially equal: what is expected must be own and enumerable', () => {
  for (const make of [
    () => ({}),
    () => [1],
    () => new Set([1]),
    () => new Map(),
    () => new Date(0),
    () => new Error('e'),
  ]) {
    assert.partialDeepStrictEqual(Object.assign(make(), { x: 1, y: 2 }), Object.assign(make(), { x: 1 }));
    assert.throws(() => assert.partialDeepStrictEqual(hidden(make()), Object.assign(make(), { x: 1 })));
  }
  assert.throws(() => assert.partialDeepStrictEqual(Object.create({ x: 1 }), { x: 1 }));
});

test('strictly equal: of one constructor, or with one prototype', () => {
  class A {}
  assert.deepStrictEqual(new A(), Object.create(Object.create(A.prototype)));
  assert.deepStrictEqual(Object.defineProperty(new A(), 'constructor', { value: Object }), {});
  assert.notDeepStrictEqual(Object.defineProperty({}, 'constructor', { value: A }), new A());
  assert.notDeepStrictEqual(Object.create(null), Object.create(Object.create(null)));
});

test('NaN in typed arrays', () => {
  assert.deepStrictEqual(new Float64Array([NaN]), new Float64Array([NaN]));
  assert.notDeepEqual(new Float64Array([NaN]), new Float64Array([NaN]));
});

test('keys', () => {
  assert.deepStrictEqual(createSecretKey('a', 'utf8'), createSecretKey('a', 'utf8'));
  assert.notDeepEqual(createSecretKey('a', 'utf8'), createSecretKey('b', 'utf8'));
});
