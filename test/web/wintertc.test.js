// The Minimum Common Web API (WinterTC): every global of the list is there.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

/** What Node does not have either, and what is not built yet. */
const MISSING = [
  'ErrorEvent',
  'PromiseRejectionEvent',
  'WebAssembly.compileStreaming',
  'WebAssembly.instantiateStreaming',
  'reportError',
  'self',
];

const list = fs
  .readFileSync(path.join(__dirname, 'wintertc-minimum-common-api-2025.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

const isThere = (name) =>
  name
    .split('.')
    .reduce(
      (object, part) => (object !== undefined && part in Object(object) ? object[part] : undefined),
      globalThis,
    ) !== undefined;

test('the minimum common API', () => {
  assert.ok(list.length > 70);
  const missing = list.filter((name) => !isThere(name));
  assert.deepStrictEqual(
    missing.filter((name) => !MISSING.includes(name)),
    [],
  );
});
