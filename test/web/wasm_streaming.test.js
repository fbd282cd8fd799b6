'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const EMPTY = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const wasm = (body, init = {}) => new Response(body, { headers: { 'content-type': 'application/wasm' }, ...init });

test('a module from a Response', async () => {
  assert.strictEqual(WebAssembly.compileStreaming.length, 1);
  assert.strictEqual(WebAssembly.instantiateStreaming.length, 1);
  assert.ok((await WebAssembly.compileStreaming(wasm(EMPTY))) instanceof WebAssembly.Module);
  assert.ok((await WebAssembly.compileStreaming(Promise.resolve(wasm(EMPTY)))) instanceof WebAssembly.Module);
  const { module, instance } = await WebAssembly.instantiateStreaming(wasm(EMPTY), {});
  assert.ok(module instanceof WebAssembly.Module);
  assert.ok(instance instanceof WebAssembly.Instance);
});

test('what is no module', async () => {
  const refused = (source, expected) => assert.rejects(WebAssembly.compileStreaming(source), expected);
  await refused(1, { code: 'ERR_INVALID_ARG_TYPE', message: /^The "source" argument must be an instance of Response/ });
  await refused(Promise.reject(new Error('x')), { message: 'x' });
  await refused(new Response(EMPTY), {
    code: 'ERR_WEBASSEMBLY_RESPONSE',
    message: "WebAssembly response has unsupported MIME type 'null'",
  });
  await refused(wasm(EMPTY, { status: 404 }), { message: 'WebAssembly response has status code 404' });
  await refused(wasm(new Uint8Array(3)), { name: 'CompileError', message: /^WebAssembly\.compileStreaming\(\): / });
  const used = wasm(EMPTY);
  await used.text();
  await refused(used, { message: 'WebAssembly response body has already been used' });
  await assert.rejects(WebAssembly.instantiateStreaming(wasm(EMPTY), 1), { name: 'TypeError' });
});
