'use strict';
// A client that sends requests and reads no answers is made to wait.
const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { test } = require('node:test');

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

for (const name of ['answers at once', 'answers later']) {
  test(`pipelined requests whose answers nobody reads: ${name}`, async (t) => {
    const body = Buffer.alloc(10_000, 'x');
    let handled = 0;
    const server = http.createServer((request, response) => {
      handled++;
      if (name === 'answers at once') response.end(body);
      else setImmediate(() => response.end(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());

    const client = net.connect(server.address().port, '127.0.0.1');
    client.on('error', () => {});
    const total = 40_000; // 400 MB of answers
    client.write(REQUEST.repeat(total));
    // Until nothing more is handled for a while.
    let before = -1;
    while (handled !== before) {
      before = handled;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assert.ok(handled > 0);
    assert.ok(handled < total / 2, `${handled} requests handled for a client that reads nothing`);

    // It goes on when the client reads.
    let received = 0;
    client.on('data', (chunk) => {
      received += chunk.length;
    });
    while (received < 30_000_000) await new Promise((resolve) => setTimeout(resolve, 20));
    client.destroy();
  });
}

test('every answer to pipelined requests finishes', async (t) => {
  let finished = 0;
  let last = 0;
  const server = http.createServer((request, response) => {
    response.on('finish', () => finished++);
    response.end('answer', () => last++);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const client = net.connect(server.address().port, '127.0.0.1');
  let text = '';
  client.on('data', (chunk) => (text += chunk));
  for (let round = 1; round <= 3; round++) {
    client.write(REQUEST.repeat(16));
    while (text.split('answer').length <= 16 * round) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.strictEqual(finished, 48);
  assert.strictEqual(last, 48);
  client.destroy();
});
