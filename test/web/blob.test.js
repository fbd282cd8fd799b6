'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { Blob, File, resolveObjectURL } = require('node:buffer');

test('pieces and slices', async () => {
  const blob = new Blob(['h\u00e9', new Uint8Array([65, 66]), new Blob(['cd'])], { type: 'Text/Plain' });
  assert.deepStrictEqual([blob.size, blob.type, await blob.text()], [7, 'text/plain', 'h\u00e9ABcd']);
  assert.strictEqual(await blob.slice(-3, -1).text(), 'Bc');
  assert.deepStrictEqual([...(await blob.slice(0, 1).bytes())], [104]);
  assert.throws(() => new Blob('a'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => new File(['a']), { code: 'ERR_MISSING_ARGS' });
});

test('object URLs', async () => {
  const id = URL.createObjectURL(new Blob(['x']));
  assert.strictEqual(await resolveObjectURL(id).text(), 'x');
  URL.revokeObjectURL(id);
  assert.strictEqual(resolveObjectURL(id), undefined);
});
