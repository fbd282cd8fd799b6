'use strict';

// What closing a server means for those who are connected.

const assert = require('node:assert');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const test = require('node:test');

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

async function serve(t, handler) {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  t.after(() => server.closeAllConnections());
  await once(server, 'listening');
  return server;
}

/** Sends, and gives what comes until the answer or the connection is complete. */
async function ask(socket, text) {
  let answer = '';
  socket.write(text);
  while (!answer.includes('\r\n\r\n')) {
    const chunk = socket.read();
    if (chunk !== null) answer += chunk;
    else if (socket.readableEnded) break;
    else await Promise.race([once(socket, 'readable'), once(socket, 'end')]);
  }
  return answer;
}

test('idle connections are closed with the server', async (t) => {
  const server = await serve(t, (req, res) => res.end());
  const socket = net.connect(server.address().port, '127.0.0.1');
  assert.match(await ask(socket, REQUEST), /^HTTP\/1.1 200 /);
  const closed = once(server, 'close');
  server.close();
  socket.resume();
  await Promise.all([closed, once(socket, 'close')]);
});

test(
  'an answer that is under way stays as it is, and the next is the last',
  { skip: !process.versions.vireo },
  async (t) => {
    const server = await serve(t, (req, res) => {
      server.close();
      res.end();
    });
    const socket = net.connect(server.address().port, '127.0.0.1');
    assert.match(await ask(socket, REQUEST), /\r\nConnection: keep-alive\r\n/);
    assert.match(await ask(socket, REQUEST), /\r\nConnection: close\r\n/);
    socket.resume();
    await once(socket, 'close');
  },
);

test(
  'a request that was on its way when the server closed is answered',
  { skip: !process.versions.vireo },
  async (t) => {
    const server = await serve(t, (req, res) => res.end());
    const socket = net.connect(server.address().port, '127.0.0.1');
    await ask(socket, REQUEST);
    const closed = once(server, 'close');
    server.close();
    assert.match(await ask(socket, REQUEST), /^HTTP\/1.1 200 [^]*\r\nConnection: close\r\n/);
    socket.resume();
    await closed;
  },
);

test('a server that listens again keeps connections again', async (t) => {
  const server = await serve(t, (req, res) => res.end());
  server.close();
  await once(server, 'close');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect(server.address().port, '127.0.0.1');
  t.after(() => socket.destroy());
  assert.match(await ask(socket, REQUEST), /\r\nConnection: keep-alive\r\n/);
  server.close();
});
