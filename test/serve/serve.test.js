'use strict';

// vireo:serve is Vireo's own: these tests have nothing to say to Node.
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { test } = require('node:test');

const skip = process.versions.vireo === undefined && 'vireo:serve';
const { directory, file, serve } = skip ? {} : require('vireo:serve');

/** A server for one test. */
async function start(t, options) {
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    ...(typeof options === 'function' ? { fetch: options } : options),
  });
  await server.ready;
  t.after(() => server.stop(true));
  return server;
}

/** One exchange through node:http. */
function ask(server, options = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: server.port, socketPath: server.path, agent: false, ...options },
      async (response) => {
        const chunks = [];
        response.on('error', reject);
        for await (const chunk of response) chunks.push(chunk);
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
          response,
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Bytes to a server as they are, and all that comes back until it closes. */
async function raw(server, text, { end = false } = {}) {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.setEncoding('latin1');
  socket.write(text, 'latin1');
  if (end) socket.end();
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => {});
  await once(socket, 'close');
  return answer;
}

test('a handle knows where it listens', { skip }, async (t) => {
  const server = await start(t, () => new Response());
  assert.ok(server.port > 0);
  assert.strictEqual(server.hostname, '127.0.0.1');
  assert.strictEqual(server.url.href, `http://127.0.0.1:${server.port}/`);
});

test('strings, bytes, JSON, nothing', { skip }, async (t) => {
  const bodies = {
    '/text': () =>
      new Response('grüße', { headers: { 'X-A': 'b', 'set-cookie': 'c=d' }, status: 201, statusText: 'Made' }),
    '/bytes': () => new Response(new Uint8Array(100_000).fill(97)),
    '/json': () => Response.json({ a: 1 }),
    '/none': () => new Response(null, { status: 204 }),
    '/empty': () => new Response(null),
    '/promise': async () => new Response('later'),
  };
  const server = await start(t, (request) => bodies[new URL(request.url).pathname]());
  const text = await ask(server, { path: '/text' });
  assert.strictEqual(text.status, 201);
  assert.strictEqual(text.response.statusMessage, 'Made');
  assert.strictEqual(text.body, 'grüße');
  assert.strictEqual(text.headers['content-length'], '7');
  assert.strictEqual(text.headers['content-type'], 'text/plain;charset=UTF-8');
  assert.strictEqual(text.headers['x-a'], 'b');
  assert.deepStrictEqual(text.headers['set-cookie'], ['c=d']);
  assert.ok(Number.isFinite(Date.parse(text.headers.date)));
  assert.strictEqual((await ask(server, { path: '/bytes' })).body.length, 100_000);
  assert.strictEqual((await ask(server, { path: '/json' })).body, '{"a":1}');
  const none = await ask(server, { path: '/none' });
  assert.strictEqual(none.status, 204);
  assert.strictEqual(none.headers['content-length'], undefined);
  assert.strictEqual((await ask(server, { path: '/empty' })).headers['content-length'], '0');
  assert.strictEqual((await ask(server, { path: '/promise' })).body, 'later');
  const head = await ask(server, { path: '/text', method: 'HEAD' });
  assert.strictEqual(head.headers['content-length'], '7');
  assert.strictEqual(head.body, '');
});

test('the request', { skip }, async (t) => {
  let seen;
  const server = await start(t, async (request, info) => {
    seen = {
      method: request.method,
      url: request.url,
      a: request.headers.get('X-A'),
      body: await request.text(),
      used: request.bodyUsed,
      address: info.remoteAddress.address,
      isRequest: request instanceof Request,
    };
    return new Response('ok');
  });
  const headers = { 'X-A': ['1', '2'], Host: 'example.org:81' };
  await ask(server, { method: 'POST', path: '/a%20b/../c?d=e', headers }, 'bödy');
  assert.deepStrictEqual(seen, {
    method: 'POST',
    url: 'http://example.org:81/c?d=e',
    a: '1, 2',
    body: 'bödy',
    used: true,
    address: '127.0.0.1',
    isRequest: true,
  });
  await ask(server, { path: '/plain?x', headers: { Host: 'h' } });
  assert.strictEqual(seen.url, 'http://h/plain?x');
  await ask(server, { path: '//two', headers: { Host: 'h' } });
  assert.strictEqual(seen.url, 'http://h//two');
});

test('bodies stream in both directions', { skip }, async (t) => {
  const server = await start(t, (request) => new Response(request.body, { headers: { 'content-type': 'x/y' } }));
  const size = 3 * 1024 * 1024;
  const sent = Buffer.alloc(size, 'abcdefghij');
  const { body, headers } = await ask(server, { method: 'POST' }, sent);
  assert.strictEqual(headers['transfer-encoding'], 'chunked');
  assert.ok(Buffer.from(body).equals(sent));
});

test('a form', { skip }, async (t) => {
  const server = await start(t, async (request) => {
    const form = await request.formData();
    return new Response(`${form.get('a')} ${form.get('f').name} ${await form.get('f').text()}`);
  });
  const form = new FormData();
  form.append('a', '1');
  form.append('f', new File(['data'], 'n.txt'));
  const response = new Response(form);
  const headers = { 'content-type': response.headers.get('content-type') };
  const { body } = await ask(server, { method: 'POST', headers }, Buffer.from(await response.arrayBuffer()));
  assert.strictEqual(body, '1 n.txt data');
});

test('a client that does not read makes the source wait', { skip }, async (t) => {
  let pulled = 0;
  let cancelled;
  const gone = Promise.withResolvers();
  const server = await start(t, () => {
    const stream = new ReadableStream(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(256 * 1024));
        },
        cancel(reason) {
          cancelled = reason;
          gone.resolve();
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(stream);
  });
  const socket = net.connect(server.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  socket.pause();
  let before = -1;
  while (pulled === 0 || pulled !== before) {
    before = pulled;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(pulled < 200, `${pulled} chunks`);
  socket.destroy();
  await gone.promise;
  assert.strictEqual(cancelled.name, 'AbortError');
});

test('errors: 500, the error function, a handler that gives nothing', { skip }, async (t) => {
  const reported = t.mock.method(console, 'error', () => {});
  const plain = await start(t, () => {
    throw new Error('secret');
  });
  const answer = await ask(plain);
  assert.strictEqual(answer.status, 500);
  assert.ok(!answer.body.includes('secret'));
  assert.strictEqual(reported.mock.callCount(), 1);
  const own = await start(t, {
    fetch: async () => {
      throw new Error('why');
    },
    error: (error) => new Response(error.message, { status: 503 }),
  });
  const { status, body } = await ask(own);
  assert.deepStrictEqual([status, body], [503, 'why']);
  assert.strictEqual((await ask(await start(t, () => 'text'))).status, 500);
  assert.strictEqual((await ask(await start(t, () => Response.error()))).status, 500);
});

test('an error in the middle of a body breaks the connection', { skip }, async (t) => {
  t.mock.method(console, 'error', () => {});
  let pulls = 0;
  const server = await start(
    t,
    () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            if (pulls++ > 0) throw new Error('broken');
            controller.enqueue(new Uint8Array(10));
          },
        }),
      ),
  );
  const answer = await raw(server, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.match(answer, /200 OK/);
  assert.doesNotMatch(answer, /\r\n0\r\n\r\n$/);
});

test('the signal aborts when the client goes', { skip }, async (t) => {
  const aborted = Promise.withResolvers();
  const started = Promise.withResolvers();
  const server = await start(t, (request) => {
    request.signal.addEventListener('abort', () => aborted.resolve(request.signal.reason.name));
    started.resolve();
    return new Promise(() => {});
  });
  const socket = net.connect(server.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  await started.promise;
  socket.destroy();
  assert.strictEqual(await aborted.promise, 'AbortError');
});

test('pipelined requests are answered in order', { skip }, async (t) => {
  const server = await start(t, async (request) => {
    const n = Number(new URL(request.url).searchParams.get('n'));
    if (n % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    return new Response(`<${n}>`);
  });
  let text = '';
  for (let n = 0; n < 40; n++)
    text += `GET /?n=${n} HTTP/1.1\r\nHost: h\r\n${n === 39 ? 'Connection: close\r\n' : ''}\r\n`;
  const answer = await raw(server, text);
  const order = [...answer.matchAll(/<(\d+)>/g)].map((match) => Number(match[1]));
  assert.deepStrictEqual(
    order,
    Array.from({ length: 40 }, (_, n) => n),
  );
});

test('what is no request', { skip }, async (t) => {
  const server = await start(t, { fetch: () => new Response('ok'), maxRequestBodySize: 1000, maxHeaderSize: 2000 });
  const status = async (text) => (await raw(server, text)).split(' ')[1];
  assert.strictEqual(await status('nonsense\r\n\r\n'), '400');
  assert.strictEqual(await status('GET / HTTP/1.1\r\n\r\n'), '400');
  assert.strictEqual(await status('CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n'), '405');
  assert.strictEqual(await status(`GET / HTTP/1.1\r\nHost: h\r\nA: ${'x'.repeat(3000)}\r\n\r\n`), '431');
  assert.strictEqual(
    await status('GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'),
    '400',
  );
  assert.strictEqual(
    await status(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n${'x'.repeat(2000)}`),
    '413',
  );
  assert.strictEqual(await status('POST / HTTP/1.1\r\nHost: h\r\nExpect: else\r\nContent-Length: 1\r\n\r\n'), '417');
  assert.match(await raw(server, 'GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 OK[^]*Connection: close[^]*\r\n\r\nok$/);
});

test('100-continue, chunked bodies, trailers', { skip }, async (t) => {
  const server = await start(t, async (request) => new Response(`got ${await request.text()}`));
  const answer = await raw(
    server,
    'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
      '3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n',
  );
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\ngot abcde$/);
});

test('a body that nobody reads does not hurt the next request', { skip }, async (t) => {
  const server = await start(t, () => new Response('ok'));
  const body = 'x'.repeat(500_000);
  const answer = await raw(
    server,
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
      'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
  );
  assert.strictEqual(answer.match(/200 OK/g).length, 2);
});

test('stop() answers what is under way, and closes', { skip }, async (t) => {
  const release = Promise.withResolvers();
  const arrived = Promise.withResolvers();
  const server = await start(t, async () => {
    arrived.resolve();
    await release.promise;
    return new Response('done');
  });
  const agent = new http.Agent({ keepAlive: true });
  const pending = ask(server, { agent });
  await arrived.promise;
  const stopped = server.stop();
  release.resolve();
  const { body, headers } = await pending;
  assert.strictEqual(body, 'done');
  assert.strictEqual(headers.connection, 'close');
  await stopped;
  await assert.rejects(ask(server), { code: 'ECONNREFUSED' });
  agent.destroy();
});

test('stop(): a kept connection that is used at that moment is answered', { skip }, async (t) => {
  const server = await start(t, () => new Response('ok'));
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  await ask(server, { agent });
  await new Promise((resolve) => setImmediate(resolve));
  const stopped = server.stop();
  const { status, headers } = await ask(server, { agent });
  assert.deepStrictEqual([status, headers.connection], [200, 'close']);
  await stopped;
  agent.destroy();
});

test('an abort signal stops the server', { skip }, async () => {
  const controller = new AbortController();
  const server = serve({ port: 0, hostname: '127.0.0.1', signal: controller.signal, fetch: () => new Response() });
  await server.ready;
  controller.abort();
  await server.finished;
});

test('a Unix socket; an address in use', { skip }, async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'serve-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const server = serve({ path: path.join(folder, 's'), fetch: () => new Response('unix') });
  await server.ready;
  assert.strictEqual((await ask(server)).body, 'unix');
  await server.stop();
  const first = await start(t, () => new Response());
  await assert.rejects(serve({ port: first.port, hostname: '127.0.0.1', fetch() {} }).ready, { code: 'EADDRINUSE' });
});

test('options are checked', { skip }, () => {
  assert.throws(() => serve({}), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => serve({ fetch() {}, port: 70000 }), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => serve({ fetch() {}, signal: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('files: whole, parts, conditions', { skip }, async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'serve-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const big = Buffer.alloc(5_000_000, '0123456789');
  fs.writeFileSync(path.join(folder, 'big.txt'), big);
  fs.writeFileSync(path.join(folder, 'small.html'), '<p>');
  fs.writeFileSync(path.join(folder, 'index.html'), 'index');
  fs.writeFileSync(path.join(folder, '.secret'), 'secret');
  fs.symlinkSync('/etc/passwd', path.join(folder, 'link'));
  const serveFolder = directory(folder);
  const server = await start(t, (request) => {
    const { pathname } = new URL(request.url);
    return pathname === '/one'
      ? file(path.join(folder, 'big.txt'), { request, headers: { 'x-a': 'b' } })
      : serveFolder(request);
  });

  const whole = await ask(server, { path: '/one' });
  assert.strictEqual(whole.status, 200);
  assert.strictEqual(whole.headers['content-type'], 'text/plain;charset=UTF-8');
  assert.strictEqual(whole.headers['x-a'], 'b');
  assert.ok(Buffer.from(whole.body).equals(big));
  const { etag, 'last-modified': modified } = whole.headers;

  const part = await ask(server, { path: '/big.txt', headers: { range: 'bytes=1000003-3000006' } });
  assert.strictEqual(part.status, 206);
  assert.strictEqual(part.headers['content-range'], 'bytes 1000003-3000006/5000000');
  assert.ok(Buffer.from(part.body).equals(big.subarray(1000003, 3000007)));
  const suffix = await ask(server, { path: '/big.txt', headers: { range: 'bytes=-3' } });
  assert.deepStrictEqual([suffix.status, suffix.body], [206, '789']);
  assert.strictEqual((await ask(server, { path: '/big.txt', headers: { range: 'bytes=5000000-' } })).status, 416);
  assert.strictEqual((await ask(server, { path: '/big.txt', headers: { range: 'bytes=5-1' } })).status, 200);
  assert.strictEqual(
    (await ask(server, { path: '/big.txt', headers: { range: 'bytes=0-1', 'if-range': '"x"' } })).status,
    200,
  );
  assert.strictEqual(
    (await ask(server, { path: '/big.txt', headers: { range: 'bytes=0-1', 'if-range': etag } })).status,
    206,
  );
  assert.strictEqual((await ask(server, { path: '/one', headers: { 'if-none-match': `"a", W/${etag}` } })).status, 304);
  assert.strictEqual((await ask(server, { path: '/one', headers: { 'if-modified-since': modified } })).status, 304);
  assert.strictEqual((await ask(server, { path: '/one', headers: { 'if-match': '"x"' } })).status, 412);
  const head = await ask(server, { path: '/big.txt', method: 'HEAD' });
  assert.deepStrictEqual([head.headers['content-length'], head.body], ['5000000', '']);

  assert.strictEqual((await ask(server, { path: '/small.html' })).body, '<p>');
  assert.strictEqual((await ask(server, { path: '/' })).body, 'index');
  for (const target of ['/none', '/.secret', '/%2e%2e/etc/passwd', '/link', '/..%2f..%2f..%2fetc/passwd']) {
    assert.strictEqual((await ask(server, { path: target })).status, 404, target);
  }
  assert.strictEqual((await ask(server, { path: '/', method: 'POST' })).status, 405);
  assert.strictEqual(skip ? '' : await file(path.join(folder, 'small.html')).text(), '<p>');
});

test('a response of fetch() is passed on, decompressed', { skip }, async (t) => {
  const { gzipSync } = require('node:zlib');
  const origin = await start(
    t,
    () => new Response(gzipSync('text'.repeat(1000)), { headers: { 'content-encoding': 'gzip' } }),
  );
  const server = await start(t, () => fetch(origin.url));
  const { body, headers } = await ask(server);
  assert.strictEqual(body, 'text'.repeat(1000));
  assert.strictEqual(headers['content-encoding'], undefined);
});
