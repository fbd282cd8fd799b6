'use strict';

// Clients that take their time: each of the limits, and what a client that does not read does to the source.

const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { Readable, pipeline } = require('node:stream');
const test = require('node:test');

async function serve(t, options, handler) {
  const server = http.createServer({ connectionsCheckingInterval: 20, ...options }, handler);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

/** Sends the pieces one by one, for as long as the server takes them; gives all that comes back. */
async function trickle(server, pieces) {
  const socket = net.connect(server.address().port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk));
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.on('close', resolve));
  (async () => {
    for (const piece of pieces) {
      if (socket.destroyed || socket.readableEnded) return;
      socket.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  await closed;
  return answer;
}

/** The connection was closed; its last words may be lost when the client went on writing. */
function assertTimedOut(answer) {
  if (answer !== '') assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/);
}

test('a head that comes byte by byte', async (t) => {
  const server = await serve(t, { headersTimeout: 100, requestTimeout: 0 }, () =>
    assert.fail('no request is complete'),
  );
  assertTimedOut(await trickle(server, `GET / HTTP/1.1\r\nX: ${'a'.repeat(5_000)}`));
});

test('a head of one header after another', async (t) => {
  const server = await serve(t, { headersTimeout: 100, requestTimeout: 0 }, () =>
    assert.fail('no request is complete'),
  );
  const headers = Array.from({ length: 900 }, (_, i) => `x-${i}: 1\r\n`);
  assertTimedOut(await trickle(server, ['GET / HTTP/1.1\r\n', ...headers]));
});

test('a connection on which nothing comes', async (t) => {
  const server = await serve(t, { headersTimeout: 100, requestTimeout: 0 }, () => {});
  assertTimedOut(await trickle(server, []));
});

test('a body that comes byte by byte', async (t) => {
  const server = await serve(t, { headersTimeout: 100, requestTimeout: 100 }, (req) => {
    req.on('error', () => {});
    req.resume();
  });
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n';
  assertTimedOut(await trickle(server, [head, ...'b'.repeat(5_000)]));
});

test('chunks that never end', async (t) => {
  const server = await serve(t, { headersTimeout: 100, requestTimeout: 100 }, (req) => {
    req.on('error', () => {});
    req.resume();
  });
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
  assertTimedOut(await trickle(server, [head, ...Array(5_000).fill('1\r\nx\r\n')]));
});

test('a kept connection on which nothing more comes', async (t) => {
  const server = await serve(t, { keepAliveTimeout: 50, keepAliveTimeoutBuffer: 0 }, (req, res) => res.end('answer'));
  assert.match(await trickle(server, ['GET / HTTP/1.1\r\nHost: a\r\n\r\n']), /^HTTP\/1\.1 200 [^]*answer$/);
});

test('a client that does not read stops the source', async (t) => {
  const chunk = Buffer.alloc(64 * 1024);
  const total = 4_000; // 250 MiB
  let given = 0;
  let ended;
  const server = await serve(t, {}, (req, res) => {
    const source = new Readable({
      read() {
        this.push(given++ < total ? chunk : null);
      },
    });
    ended = new Promise((resolve) => pipeline(source, res, resolve));
  });
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  // Until nothing more is taken from the source for a while.
  let before = -1;
  while (given !== before || given === 0) {
    before = given;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(given < total / 4, `${given} chunks were taken for a client that reads nothing`);
  // It goes on when the client reads, and ends when the client goes.
  let received = 0;
  socket.on('data', (data) => {
    received += data.length;
    if (received > 50_000_000) socket.destroy();
  });
  const error = await ended;
  assert.ok(received > 50_000_000);
  assert.strictEqual(error.code, 'ERR_STREAM_PREMATURE_CLOSE');
});
