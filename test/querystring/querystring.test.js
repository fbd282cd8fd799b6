'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const qs = require('node:querystring');

test('reads and writes', () => {
  assert.deepStrictEqual(
    { ...qs.parse('a=1&a=2&b=%C3%A9+x&&c&__proto__=p') },
    { ['__proto__']: 'p', a: ['1', '2'], b: '\u00e9 x', c: '' },
  );
  assert.deepStrictEqual({ ...qs.parse('a:1;b:2', ';', ':') }, { a: '1', b: '2' });
  assert.deepStrictEqual(Object.keys(qs.parse('a&b&c', null, null, { maxKeys: 2 })), ['a', 'b']);
  assert.strictEqual(qs.parse('a=%ff').a, '\ufffd');
  assert.strictEqual(qs.stringify({ a: [1, 'x y'], b: true, c: null, d: 1e21 }), 'a=1&a=x%20y&b=true&c=&d=1e%2B21');
  assert.throws(() => qs.escape('\ud800'), { code: 'ERR_INVALID_URI' });
});
