import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from './harness.mjs';

let app;
before(async () => {
  app = await serve('fastify');
});
after(async () => {
  assert.strictEqual((await app.stop()).code, 0);
});

const post = (path, body) =>
  fetch(app.url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });

test('a route, a hook, JSON', async () => {
  const response = await fetch(app.url);
  assert.strictEqual(response.headers.get('x-hook'), 'sent');
  assert.strictEqual(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.deepStrictEqual(await response.json(), { hello: 'fastify' });
});

test('plugins have scopes', async () => {
  const response = await fetch(`${app.url}/scoped/inner`);
  assert.strictEqual(response.headers.get('x-scope'), 'inner');
  assert.deepStrictEqual(await response.json(), { answer: 42 });
  assert.strictEqual((await fetch(app.url)).headers.get('x-scope'), null);
});

test('schemas: coercion, defaults, errors, serialisation', async () => {
  assert.deepStrictEqual(await (await post('/items/12', { name: 'pin' })).json(), { id: 12, name: 'pin', count: 1 });
  const short = await post('/items/12', { name: 'x' });
  assert.strictEqual(short.status, 400);
  assert.deepStrictEqual(await short.json(), {
    failed: 'body/name must NOT have fewer than 2 characters',
    code: 'FST_ERR_VALIDATION',
  });
  assert.strictEqual((await post('/items/twelve', { name: 'pin' })).status, 400);
});

test('errors and unknown routes', async () => {
  const failed = await fetch(`${app.url}/fails`);
  assert.strictEqual(failed.status, 409);
  assert.deepStrictEqual(await failed.json(), { failed: 'on purpose' });
  assert.strictEqual((await fetch(`${app.url}/nowhere`)).status, 404);
});

test('streams as payload, and the log of pino', async () => {
  const text = await (await fetch(`${app.url}/stream`)).text();
  assert.strictEqual(text, readFileSync(new URL('apps/fastify.js', import.meta.url), 'utf8'));
  const lines = app
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  assert.ok(lines.some((line) => line.msg === 'request completed' && line.res.statusCode === 200));
});
