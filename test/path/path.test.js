'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { posix, win32 } = require('node:path');

test('posix', () => {
  assert.strictEqual(posix.join('/a', '..', '../b', './c/'), '/b/c/');
  assert.strictEqual(posix.join('a', '../../..', 'b'), '../../b');
  assert.strictEqual(posix.resolve('/a', 'b', '../c'), '/a/c');
  assert.strictEqual(posix.relative('/a/b/c', '/a/d'), '../../d');
  assert.deepStrictEqual(posix.parse('/a/.b.c'), { root: '/', dir: '/a', base: '.b.c', ext: '.c', name: '.b' });
  assert.strictEqual(posix.basename('/a/b.js', '.js'), 'b');
  assert.strictEqual(posix.matchesGlob('/a/b.js', '/a/*.js'), true);
  assert.throws(() => posix.join(1), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('win32', () => {
  assert.strictEqual(win32.normalize('C:/a/../..\\b'), 'C:\\b');
  assert.strictEqual(win32.join('\\\\host', 'share', '..'), '\\\\host\\share\\');
  assert.strictEqual(win32.relative('C:\\A\\b', 'c:\\a\\C'), '..\\C');
  assert.strictEqual(win32.toNamespacedPath('\\\\h\\s\\x'), '\\\\?\\UNC\\h\\s\\x');
  assert.deepStrictEqual(win32.parse('\\\\h\\s\\x.y'), {
    root: '\\\\h\\s\\',
    dir: '\\\\h\\s\\',
    base: 'x.y',
    ext: '.y',
    name: 'x',
  });
});
