'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { URLPattern } = require('node:url');

test('matches and gives groups', () => {
  const pattern = new URLPattern({ pathname: '/users/:id(\\d+)' });
  assert.strictEqual(pattern.test('https://a.b/users/12'), true);
  assert.strictEqual(pattern.test('https://a.b/users/x'), false);
  assert.deepStrictEqual(pattern.exec('https://a.b/users/12').pathname, { groups: { id: '12' }, input: '/users/12' });
  assert.strictEqual(pattern.hasRegExpGroups, true);
  assert.throws(() => new URLPattern('('), { code: 'ERR_INVALID_URL_PATTERN' });
  assert.throws(() => new URLPattern(1), { code: 'ERR_INVALID_ARG_TYPE' });
});
