import assert from 'node:assert';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { serve } from './harness.mjs';

let app;
before(async () => {
  app = await serve('express');
});
after(async () => {
  const { code } = await app.stop();
  assert.strictEqual(code, 0);
});

const get = (path, options) => fetch(app.url + path, options);

test('routes, parameters and queries', async () => {
  const response = await get('/');
  assert.strictEqual(response.status, 200);
  assert.strictEqual(response.headers.get('x-powered-by'), 'Express');
  assert.strictEqual(response.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.strictEqual(await response.text(), 'hello express');
  assert.deepStrictEqual(await (await get('/users/7?a=1&a=2&b=%20')).json(), {
    id: '7',
    query: { a: ['1', '2'], b: ' ' },
    host: '127.0.0.1',
    ip: '127.0.0.1',
  });
  const missing = await get('/nowhere');
  assert.strictEqual(missing.status, 404);
  assert.match(await missing.text(), /Cannot GET \/nowhere/);
});

test('a router below a path', async () => {
  const response = await get('/api/things/x');
  assert.strictEqual(response.headers.get('x-router'), 'yes');
  assert.strictEqual(await response.text(), '/api x');
  assert.strictEqual(await (await get('/api/any', { method: 'PATCH' })).text(), 'PATCH');
});

test('express.json: bodies, bad bodies, bodies over the limit', async () => {
  const post = (body, type = 'application/json') =>
    get('/echo', { method: 'POST', body, headers: { 'content-type': type } });
  const good = await post('{"a":[1,"ä",null]}');
  assert.strictEqual(good.status, 201);
  assert.deepStrictEqual(await good.json(), { a: [1, 'ä', null] });
  assert.strictEqual((await post('{"a":')).status, 400);
  const large = await post(JSON.stringify({ text: 'x'.repeat(20_000) }));
  assert.strictEqual(large.status, 413);
  assert.match((await large.json()).error, /too large/);
});

test('express.urlencoded', async () => {
  const response = await get('/echo', { method: 'POST', body: new URLSearchParams('a=1&b[c]=2&b[d]=%C3%A4') });
  assert.deepStrictEqual(await response.json(), { a: '1', b: { c: '2', d: 'ä' } });
});

test('express.static: types, ETags, conditional and range requests, traversal', async () => {
  const page = await get('/static/');
  const text = await page.text();
  assert.strictEqual(page.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.strictEqual(page.headers.get('cache-control'), 'public, max-age=3600');
  assert.match(text, /0123456789/);
  const etag = page.headers.get('etag');
  assert.ok(etag);
  assert.strictEqual(
    (await get('/static/', { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } })).status,
    304,
  );
  const part = await get('/static/index.html', { headers: { range: 'bytes=2-8', 'accept-encoding': 'identity' } });
  assert.strictEqual(part.status, 206);
  assert.strictEqual(part.headers.get('content-range'), `bytes 2-8/${text.length}`);
  assert.strictEqual(await part.text(), text.slice(2, 9));
  assert.strictEqual((await get('/static/index.html', { headers: { range: 'bytes=9999-' } })).status, 416);
  assert.strictEqual(
    (await get('/static/style.css', { method: 'HEAD' })).headers.get('content-type'),
    'text/css; charset=utf-8',
  );
  const status = await new Promise((resolve, reject) => {
    http
      .get({ port: app.port, path: '/static/../express.js' }, (res) => resolve(res.resume().statusCode))
      .on('error', reject);
  });
  assert.ok(status === 403 || status === 404);
});

test('cookies, plain and signed', async () => {
  const first = await get('/cookies');
  const cookies = first.headers.getSetCookie();
  assert.strictEqual(cookies.length, 2);
  assert.match(cookies[0], /^plain=x%20y; Path=\/; HttpOnly$/);
  const second = await get('/cookies', { headers: { cookie: cookies.map((c) => c.split(';')[0]).join('; ') } });
  assert.deepStrictEqual(await second.json(), { cookies: { plain: 'x y' }, signed: { signed: 'value' } });
  const forged = await get('/cookies', { headers: { cookie: 'signed=s%3Avalue.bad' } });
  assert.deepStrictEqual((await forged.json()).signed, { signed: false });
});

test('compression', async () => {
  for (const encoding of ['gzip', 'deflate', 'br']) {
    const response = await get('/long', { headers: { 'accept-encoding': encoding } });
    assert.strictEqual(response.headers.get('content-encoding'), encoding);
    assert.strictEqual(await response.text(), 'compress me. '.repeat(500));
  }
  assert.strictEqual(
    (await get('/', { headers: { 'accept-encoding': 'gzip' } })).headers.get('content-encoding'),
    null,
  );
});

test('errors reach the error handler', async () => {
  assert.deepStrictEqual(await (await get('/throws')).json(), { error: 'thrown in a handler' });
  const rejected = await get('/rejects');
  assert.strictEqual(rejected.status, 418);
  assert.deepStrictEqual(await rejected.json(), { error: 'rejected in a handler' });
});

test('redirects, chunks, and the log of morgan', async () => {
  const redirect = await get('/redirect', { redirect: 'manual' });
  assert.strictEqual(redirect.status, 302);
  assert.strictEqual(redirect.headers.get('location'), '/');
  const chunks = await get('/chunks', { headers: { 'accept-encoding': 'identity' } });
  assert.strictEqual(chunks.headers.get('content-length'), null);
  assert.strictEqual(await chunks.text(), 'one,two,three');
  assert.match(app.output(), /GET \/redirect 302\n/);
});
