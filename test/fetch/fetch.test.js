'use strict';

const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const zlib = require('node:zlib');
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const { test } = require('node:test');

/** A server whose handlers are by path. */
async function start(t, handlers) {
  const server = http.createServer((req, res) => {
    const handler = handlers[new URL(req.url, 'http://h').pathname] ?? handlers.default;
    handler(req, res, server);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

/** Answers with what was asked. */
async function echo(req, res) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  res.setHeader('set-cookie', ['a=1', 'b=2']);
  res.end(
    JSON.stringify({ method: req.method, url: req.url, raw: req.rawHeaders, body: Buffer.concat(chunks).toString() }),
  );
}

const failed =
  (cause, message = 'fetch failed') =>
  (error) => {
    assert.strictEqual(error.name, 'TypeError');
    assert.strictEqual(error.message, message);
    for (const [key, value] of Object.entries(cause)) {
      if (value instanceof RegExp) assert.match(error.cause[key], value);
      else assert.strictEqual(error.cause[key], value);
    }
    return true;
  };

test('a request as it arrives, a response as it comes', async (t) => {
  const { url } = await start(t, { default: echo });
  const response = await fetch(`${url}/a?b=c d#frag`, { headers: { 'X-Foo': 'Bar' } });
  assert.strictEqual(response.status, 200);
  assert.strictEqual(response.statusText, 'OK');
  assert.strictEqual(response.ok, true);
  assert.strictEqual(response.type, 'basic');
  assert.strictEqual(response.url, `${url}/a?b=c%20d`);
  assert.strictEqual(response.redirected, false);
  assert.deepStrictEqual(response.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.throws(() => response.headers.set('a', 'b'), { message: 'immutable' });
  const seen = await response.json();
  assert.strictEqual(seen.url, '/a?b=c%20d');
  assert.deepStrictEqual(seen.raw, [
    ...['host', url.slice(7), 'connection', 'keep-alive', 'X-Foo', 'Bar', 'accept', '*/*', 'accept-language', '*'],
    ...['sec-fetch-mode', 'cors', 'user-agent', 'node', 'accept-encoding', 'gzip, deflate'],
  ]);
});

test('bodies of requests', async (t) => {
  const { url } = await start(t, { default: echo });
  const send = async (body, init = {}) => (await fetch(url, { method: 'POST', body, ...init })).json();
  const header = (seen, name) => seen.raw[seen.raw.indexOf(name) + 1];
  const text = await send('grüße');
  assert.strictEqual(text.body, 'grüße');
  assert.strictEqual(header(text, 'content-length'), '7');
  assert.strictEqual(header(text, 'content-type'), 'text/plain;charset=UTF-8');
  assert.strictEqual((await send(new Uint8Array([97, 98]))).body, 'ab');
  assert.strictEqual((await send(new URLSearchParams('a=b'))).body, 'a=b');
  const blob = await send(new Blob(['b', 'lob'], { type: 'x/y' }));
  assert.deepStrictEqual(
    [blob.body, header(blob, 'content-type'), header(blob, 'content-length')],
    ['blob', 'x/y', '4'],
  );
  const form = new FormData();
  form.append('k', 'v');
  assert.match((await send(form)).body, /name="k"\r\n\r\nv\r\n/);
  const none = await (await fetch(url, { method: 'POST' })).json();
  assert.strictEqual(header(none, 'content-length'), '0');

  let pulls = 0;
  const stream = new ReadableStream({
    pull(controller) {
      if (pulls++ === 100) controller.close();
      else controller.enqueue(new Uint8Array(10_000).fill(120));
    },
  });
  const streamed = await send(stream, { duplex: 'half' });
  assert.strictEqual(streamed.body.length, 1_000_000);
  assert.strictEqual(header(streamed, 'transfer-encoding'), 'chunked');
  const broken = new ReadableStream({
    pull() {
      throw new Error('source');
    },
  });
  await assert.rejects(send(broken, { duplex: 'half' }), failed({ message: 'source' }));
});

test('redirects', async (t) => {
  const { url, server } = await start(t, {
    '/to': (req, res) => {
      const { searchParams } = new URL(req.url, 'http://h');
      req.resume();
      res.writeHead(Number(searchParams.get('status')), { location: searchParams.get('to') ?? '/echo' });
      res.end('moved');
    },
    '/loop': (req, res) => res.writeHead(302, { location: '/loop' }).end(),
    '/none': (req, res) => res.writeHead(302).end('stay'),
    '/bad': (req, res) => res.writeHead(302, { location: 'http://[x' }).end(),
    '/ftp': (req, res) => res.writeHead(302, { location: 'ftp://h/' }).end(),
    '/other': (req, res) => res.writeHead(302, { location: `http://localhost:${server.address().port}/echo` }).end(),
    default: echo,
  });
  for (const [status, method, body] of [
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'hi'],
    [308, 'POST', 'hi'],
  ]) {
    const response = await fetch(`${url}/to?status=${status}`, {
      method: 'POST',
      body: 'hi',
      headers: { cookie: 'c' },
    });
    assert.strictEqual(response.redirected, true);
    assert.strictEqual(response.url, `${url}/echo`);
    const seen = await response.json();
    assert.deepStrictEqual([seen.method, seen.body], [method, body]);
    assert.strictEqual(seen.raw.includes('content-type'), method === 'POST');
    assert.ok(seen.raw.includes('cookie'));
  }
  const headers = { authorization: 'a', cookie: 'c', 'x-a': 'b' };
  const other = await fetch(`${url}/other`, { headers });
  assert.strictEqual(other.type, 'cors');
  const { raw } = await other.json();
  assert.ok(raw.includes('x-a') && !raw.includes('authorization') && !raw.includes('cookie'));

  const manual = await fetch(`${url}/to?status=302`, { redirect: 'manual' });
  assert.deepStrictEqual([manual.status, manual.headers.get('location'), await manual.text()], [302, '/echo', 'moved']);
  assert.strictEqual(await (await fetch(`${url}/none`)).text(), 'stay');
  await assert.rejects(fetch(`${url}/none`, { redirect: 'error' }), failed({ message: 'unexpected redirect' }));
  await assert.rejects(fetch(`${url}/loop`), failed({ message: 'redirect count exceeded' }));
  await assert.rejects(fetch(`${url}/bad`), failed({ code: 'ERR_INVALID_URL' }));
  await assert.rejects(fetch(`${url}/ftp`), failed({ message: 'URL scheme must be a HTTP(S) scheme' }));
});

test('content encodings', async (t) => {
  const text = 'compressed '.repeat(10_000);
  const encoded = {
    gzip: zlib.gzipSync(text),
    deflate: zlib.deflateSync(text),
    br: zlib.brotliCompressSync(text),
    'gzip, br': zlib.brotliCompressSync(zlib.gzipSync(text)),
    raw: zlib.deflateRawSync(text),
    zstd: zlib.zstdCompressSync(text),
  };
  const { url } = await start(t, {
    '/bad': (req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip'),
    '/unknown': (req, res) => res.writeHead(200, { 'content-encoding': 'else' }).end('as it is'),
    default(req, res) {
      const name = decodeURIComponent(req.url.slice(1));
      res.writeHead(200, { 'content-encoding': name === 'raw' ? 'deflate' : name });
      res.end(encoded[name]);
    },
  });
  for (const name of Object.keys(encoded)) {
    assert.strictEqual(await (await fetch(`${url}/${encodeURIComponent(name)}`)).text(), text, name);
    let size = 0;
    for await (const chunk of (await fetch(`${url}/${encodeURIComponent(name)}`)).body) size += chunk.length;
    assert.strictEqual(size, text.length);
  }
  assert.strictEqual(await (await fetch(`${url}/unknown`)).text(), 'as it is');
  await assert.rejects((await fetch(`${url}/bad`)).text(), failed({ code: 'Z_DATA_ERROR' }, 'terminated'));
});

test('abort', async (t) => {
  const { url } = await start(t, {
    '/hang': () => {},
    '/slow': (req, res) => res.write('a'),
    default: echo,
  });
  await assert.rejects(fetch(url, { signal: AbortSignal.abort() }), {
    name: 'AbortError',
    message: 'This operation was aborted',
  });
  const controller = new AbortController();
  const pending = fetch(`${url}/hang`, { signal: controller.signal });
  setTimeout(() => controller.abort('reason'), 20);
  await assert.rejects(pending, (error) => error === 'reason');
  await assert.rejects(fetch(`${url}/hang`, { signal: AbortSignal.timeout(20) }), { name: 'TimeoutError' });
  const second = new AbortController();
  const response = await fetch(`${url}/slow`, { signal: second.signal });
  setTimeout(() => second.abort(), 20);
  await assert.rejects(response.text(), { name: 'AbortError' });
});

test('errors of the network', async (t) => {
  const { url } = await start(t, {
    '/destroy': (req) => req.socket.destroy(),
    '/half': (req, res) => {
      res.writeHead(200, { 'content-length': 10 });
      res.write('abc', () => res.destroy());
    },
    '/garbage': (req) => req.socket.end('garbage\r\n\r\n'),
    default: echo,
  });
  await assert.rejects(fetch(`${url}/destroy`), failed({ code: 'UND_ERR_SOCKET', message: 'other side closed' }));
  const half = await fetch(`${url}/half`);
  await assert.rejects(half.text(), failed({ code: 'UND_ERR_SOCKET' }, 'terminated'));
  await assert.rejects(fetch(`${url}/garbage`), failed({ name: 'HTTPParserError' }));
  const closed = net.createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address();
  closed.close();
  await once(closed, 'close');
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`), failed({ code: 'ECONNREFUSED', syscall: 'connect' }));
  await assert.rejects(fetch('http://127.0.0.1:25/'), failed({ message: 'bad port' }));
  await assert.rejects(fetch('ftp://h/'), failed({ message: 'unknown scheme' }));
  await assert.rejects(fetch('about:blank'), failed({ message: 'about scheme is not supported' }));
  await assert.rejects(fetch('file:///etc/passwd'), failed({}));
  await assert.rejects(fetch('x'), { name: 'TypeError', message: 'Failed to parse URL from x' });
  for (const [header, code] of [
    ['transfer-encoding', 'UND_ERR_INVALID_ARG'],
    ['upgrade', 'UND_ERR_INVALID_ARG'],
    ['expect', 'UND_ERR_NOT_SUPPORTED'],
  ]) {
    await assert.rejects(fetch(url, { headers: { [header]: 'x' } }), failed({ code }));
  }
});

test('connections are kept, and used again', async (t) => {
  const sockets = new Set();
  const { url } = await start(t, {
    default(req, res) {
      sockets.add(req.socket);
      res.end('ok');
    },
  });
  for (let i = 0; i < 5; i++) assert.strictEqual(await (await fetch(url)).text(), 'ok');
  const before = sockets.size;
  assert.ok(before < 3, `${before} connections`);
  for (const socket of sockets) socket.destroy();
  await Promise.all([...sockets].map((socket) => socket.closed || once(socket, 'close')));
  await new Promise((resolve) => setTimeout(resolve, 50)); // the client hears of it
  assert.strictEqual(await (await fetch(url)).text(), 'ok');
  await Promise.all(Array.from({ length: 10 }, async () => (await fetch(url)).text()));
  assert.ok(sockets.size > before + 2);
});

test('a reader that waits makes the server wait', async (t) => {
  let written = 0;
  let finished = false;
  const { url } = await start(t, {
    default(req, res) {
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        while (written < 500) {
          written++;
          if (!res.write(chunk)) {
            res.once('drain', more);
            return;
          }
        }
        finished = true;
        res.end();
      };
      more();
    },
  });
  const response = await fetch(url);
  const reader = response.body.getReader();
  await reader.read();
  let before = -1;
  while (before !== written) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.strictEqual(finished, false);
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) size += part.value.length;
  assert.ok(size > 499 * 64 * 1024 - 64 * 1024 * 3);
});

test('HEAD, 204, early hints, integrity', async (t) => {
  const { url } = await start(t, {
    '/204': (req, res) => res.writeHead(204, { a: 'b' }).end(),
    '/early': (req, res) => {
      res.writeEarlyHints({ link: '</a>; rel=preload' });
      res.end('e');
    },
    default: (req, res) => res.end('text'),
  });
  const head = await fetch(url, { method: 'HEAD' });
  assert.deepStrictEqual([head.status, head.body, await head.text()], [200, null, '']);
  const empty = await fetch(`${url}/204`);
  assert.deepStrictEqual([empty.status, empty.body, empty.headers.get('a')], [204, null, 'b']);
  assert.strictEqual(await (await fetch(`${url}/early`)).text(), 'e');
  const digest = createHash('sha384').update('text').digest('base64');
  assert.strictEqual(await (await fetch(url, { integrity: `sha384-${digest}` })).text(), 'text');
  await assert.rejects(fetch(url, { integrity: 'sha256-AAAA' }), failed({ message: 'integrity mismatch' }));
});

test('data: and blob: URLs', async () => {
  const data = await fetch('data:text/html;charset=x;base64,aGk=');
  assert.deepStrictEqual([data.status, data.statusText, data.type], [200, 'OK', 'basic']);
  assert.strictEqual(data.headers.get('content-type'), 'text/html;charset=x');
  assert.strictEqual(await data.text(), 'hi');
  assert.strictEqual(await (await fetch('data:,a%20b#c')).text(), 'a b');
  await assert.rejects(fetch('data:x'), failed({ message: 'failed to fetch the data URL' }));
  const url = URL.createObjectURL(new Blob(['0123456789'], { type: 'a/b' }));
  const whole = await fetch(url);
  assert.deepStrictEqual([...whole.headers], [['content-length', '10'], ['content-type', 'a/b']]); // prettier-ignore
  assert.strictEqual(await whole.text(), '0123456789');
  const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
  assert.deepStrictEqual([part.status, await part.text()], [206, '234']);
  URL.revokeObjectURL(url);
  await assert.rejects(fetch(url), failed({}));
});

test('a Request, and options that go before it', async (t) => {
  const { url } = await start(t, { default: echo });
  const request = new Request(url, { method: 'POST', body: 'r', headers: { a: '1' } });
  const seen = await (await fetch(request, { headers: { b: '2' } })).json();
  assert.strictEqual(seen.body, 'r');
  assert.ok(seen.raw.includes('b') && !seen.raw.includes('a'));
  assert.strictEqual(request.bodyUsed, true);
  await assert.rejects(fetch(request), { name: 'TypeError' });
  assert.strictEqual(fetch.name, 'fetch');
  assert.strictEqual(fetch.length, 1);
});

test('diagnostics channels', async (t) => {
  const channels = require('node:diagnostics_channel');
  const seen = [];
  const listen = (name, listener) => {
    channels.subscribe(name, listener);
    t.after(() => channels.unsubscribe(name, listener));
  };
  listen('undici:request:create', ({ request }) => {
    request.addHeader('x-trace', '1');
    seen.push(['create', request.method, request.path]);
  });
  listen('undici:client:sendHeaders', ({ headers }) => seen.push(['send', headers.includes('x-trace: 1')]));
  listen('undici:request:headers', ({ response }) => seen.push(['headers', response.statusCode]));
  listen('undici:request:trailers', () => seen.push(['trailers']));
  listen('undici:request:error', ({ error }) => seen.push(['error', error.code]));
  const { url } = await start(t, { '/destroy': (req) => req.socket.destroy(), default: echo });
  const { raw } = await (await fetch(`${url}/a?b`)).json();
  assert.strictEqual(raw[raw.indexOf('x-trace') + 1], '1');
  await assert.rejects(fetch(`${url}/destroy`, { method: 'POST' }));
  assert.deepStrictEqual(seen, [
    ['create', 'GET', '/a?b'],
    ['send', true],
    ['headers', 200],
    ['trailers'],
    ['create', 'POST', '/destroy'],
    ['send', true],
    ['error', 'UND_ERR_SOCKET'],
  ]);
});
