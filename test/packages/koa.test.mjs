import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from './harness.mjs';

let app;
before(async () => {
  app = await serve('koa');
});
after(async () => {
  assert.strictEqual((await app.stop()).code, 0);
});

test('middleware runs as an onion', async () => {
  const response = await fetch(app.url);
  assert.strictEqual(await response.text(), 'hello koa');
  assert.strictEqual(response.headers.get('x-order'), 'outer in, inner in, inner out, outer out');
  assert.strictEqual((await fetch(`${app.url}/missing`)).status, 404);
});

test('JSON, errors, cookies', async () => {
  assert.deepStrictEqual(await (await fetch(`${app.url}/json?a=b`)).json(), {
    query: { a: 'b' },
    accepts: 'json',
    fresh: false,
  });
  const thrown = await fetch(`${app.url}/throw`);
  assert.strictEqual(thrown.status, 403);
  assert.deepStrictEqual(await thrown.json(), { error: 'forbidden here' });
  const cookies = (await fetch(`${app.url}/cookie`)).headers.getSetCookie().map((c) => c.split(';')[0]);
  assert.strictEqual(cookies.length, 2);
  assert.strictEqual(
    await (await fetch(`${app.url}/cookie`, { headers: { cookie: cookies.join('; ') } })).text(),
    'abc',
  );
});

test('bodies in both directions as streams', async () => {
  assert.strictEqual(
    await (await fetch(`${app.url}/stream`)).text(),
    readFileSync(new URL('apps/koa.js', import.meta.url), 'utf8'),
  );
  const body = Buffer.alloc(300_000, 'abc');
  const echoed = Buffer.from(await (await fetch(`${app.url}/echo`, { method: 'POST', body })).arrayBuffer());
  assert.ok(echoed.equals(body));
});
