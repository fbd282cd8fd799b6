// net.Server: listening in all forms, closing, limits.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');

const LOOPBACK = '127.0.0.1';

/** A server with `options` and `listener` that listens by `listen(...how)`. */
async function listening(t, { options, listener, how = [0, LOOPBACK] } = {}) {
  const server = net.createServer(options, listener);
  t.after(() => server.close());
  server.listen(...how);
  await once(server, 'listening');
  return server;
}

/** Connects and gives everything that comes until the end. */
async function talk(port, text) {
  const socket = net.connect(port, LOOPBACK);
  socket.end(text);
  let all = '';
  for await (const chunk of socket.setEncoding('utf8')) all += chunk;
  return all;
}

test('an echo, and the addresses of both ends', async (t) => {
  const server = await listening(t, {
    listener: (socket) => {
      assert.strictEqual(socket.localAddress, LOOPBACK);
      assert.strictEqual(socket.localPort, server.address().port);
      assert.strictEqual(socket.localFamily, 'IPv4');
      assert.strictEqual(socket.remoteFamily, 'IPv4');
      assert.ok(socket.remotePort > 0);
      assert.deepStrictEqual(socket.address(), server.address());
      socket.pipe(socket);
    },
  });
  assert.deepStrictEqual(Object.keys(server.address()).sort(), ['address', 'family', 'port']);
  assert.strictEqual(await talk(server.address().port, 'héllo'.repeat(10_000)), 'héllo'.repeat(10_000));
});

test('listen() takes every form', async (t) => {
  const forms = [
    [],
    [0],
    ['0'],
    [0, LOOPBACK],
    [0, LOOPBACK, 5],
    [0, 5],
    [{ port: 0 }],
    [{ port: 0, host: LOOPBACK, backlog: 5, exclusive: true }],
    [{ port: 0, host: 'localhost' }],
    [{ port: undefined }],
    [undefined],
    [null],
  ];
  for (const form of forms) {
    const server = net.createServer();
    await new Promise((resolve) => assert.strictEqual(server.listen(...form, resolve), server));
    assert.ok(server.listening);
    assert.ok(server.address().port > 0);
    await new Promise((resolve) => server.close(resolve));
    assert.ok(!server.listening);
    assert.strictEqual(server.address(), null);
  }
  const given = await listening(t);
  const over = net.createServer().listen(given);
  await once(over, 'listening');
  assert.strictEqual(over.address().port, given.address().port);
});

test('bad arguments of listen()', () => {
  const bad = (code, ...args) => assert.throws(() => net.createServer().listen(...args), { code }, String(args));
  for (const port of [-1, 65536, 1.5, NaN, '']) bad('ERR_SOCKET_BAD_PORT', port);
  for (const options of [true, {}, { path: 5 }, { fd: -1 }]) bad('ERR_INVALID_ARG_VALUE', options);
  bad('ERR_INVALID_ARG_TYPE', { port: 0, signal: 5 });
  bad('ERR_INVALID_ARG_VALUE', { path: '\0abstract', readableAll: true });
  assert.throws(() => net.createServer(5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => net.createServer({ blockList: {} }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => net.createServer({ highWaterMark: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => net.createServer({ keepAliveInitialDelay: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('errors of listening', async (t) => {
  const server = await listening(t);
  assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  const { port } = server.address();
  const second = net.createServer();
  second.listen(port, LOOPBACK);
  const [error] = await once(second, 'error');
  assert.strictEqual(error.message, `listen EADDRINUSE: address already in use ${LOOPBACK}:${port}`);
  assert.deepStrictEqual(
    { ...error },
    { code: 'EADDRINUSE', errno: error.errno, syscall: 'listen', address: LOOPBACK, port },
  );
  // And again, elsewhere.
  second.listen(0, LOOPBACK);
  await once(second, 'listening');
  second.close();
});

test('a Unix socket', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'net-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const place = path.join(folder, 's');
  const server = await listening(t, {
    listener: (socket) => socket.end('hi'),
    how: [{ path: place, readableAll: true, writableAll: true }],
  });
  assert.strictEqual(server.address(), place);
  assert.strictEqual(fs.statSync(place).mode & 0o666, 0o666);
  const socket = net.connect(place);
  await once(socket, 'connect');
  assert.strictEqual(socket.remoteAddress, undefined);
  const [data] = await once(socket, 'data');
  assert.strictEqual(data.toString(), 'hi');
  assert.throws(() => socket.resetAndDestroy(), { code: 'ERR_INVALID_HANDLE_TYPE' });
  socket.destroy();
  const missing = net.connect(path.join(folder, 'none'));
  const [error] = await once(missing, 'error');
  assert.strictEqual(error.code, 'ENOENT');
  assert.strictEqual(error.address, path.join(folder, 'none'));
});

test('an abstract Unix socket', async (t) => {
  const name = `\0net-test-${process.pid}`;
  await listening(t, { listener: (socket) => socket.end('hi'), how: [name] });
  const socket = net.connect(name);
  const [data] = await once(socket, 'data');
  assert.strictEqual(data.toString(), 'hi');
});

test('close() waits for connections', async () => {
  const server = net.createServer();
  await assert.rejects(new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))), {
    code: 'ERR_SERVER_NOT_RUNNING',
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const client = net.connect(server.address().port, LOOPBACK);
  const [socket] = await once(server, 'connection');
  let isClosed = false;
  const closed = new Promise((resolve) => server.close(resolve)).then(() => (isClosed = true));
  assert.strictEqual(await new Promise((resolve) => server.getConnections((error, count) => resolve(count))), 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(!isClosed);
  socket.destroy();
  client.destroy();
  await closed;
});

test('closed before the name is found: it never listens', async () => {
  const server = net.createServer();
  server.listen(0, 'localhost', () => assert.fail('it was closed'));
  server.close();
  await once(server, 'close');
  const disposed = net.createServer().listen(0, LOOPBACK);
  await once(disposed, 'listening');
  await disposed[Symbol.asyncDispose]();
  await disposed[Symbol.asyncDispose]();
});

test('a signal closes', async () => {
  const controller = new AbortController();
  const server = net.createServer().listen({ port: 0, signal: controller.signal });
  await once(server, 'listening');
  controller.abort();
  await once(server, 'close');
});

test('maxConnections drops the rest', async (t) => {
  const server = await listening(t, { listener: (socket) => socket.resume() });
  server.maxConnections = 1;
  const first = net.connect(server.address().port, LOOPBACK);
  await once(server, 'connection');
  const dropped = once(server, 'drop');
  const second = net.connect(server.address().port, LOOPBACK);
  second.on('error', () => {});
  const [data] = await dropped;
  assert.strictEqual(data.localPort, server.address().port);
  assert.strictEqual(data.remoteFamily, 'IPv4');
  await once(second, 'close');
  first.destroy();
});

test('a block list keeps out', async (t) => {
  const blockList = new net.BlockList();
  blockList.addAddress(LOOPBACK);
  const server = await listening(t, { options: { blockList }, listener: () => assert.fail('it is blocked') });
  const client = net.connect(server.address().port, LOOPBACK);
  client.on('error', () => {});
  await once(client, 'close');
  const socket = net.connect({ port: server.address().port, host: LOOPBACK, blockList });
  const [error] = await once(socket, 'error');
  assert.strictEqual(error.code, 'ERR_IP_BLOCKED');
});

test('pauseOnConnect: bytes wait until somebody reads', async (t) => {
  const server = await listening(t, { options: { pauseOnConnect: true } });
  const client = net.connect(server.address().port, LOOPBACK);
  client.write('early');
  const [socket] = await once(server, 'connection');
  assert.ok(socket.isPaused());
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.strictEqual(socket.bytesRead, 0);
  socket.resume();
  const [data] = await once(socket, 'data');
  assert.strictEqual(data.toString(), 'early');
  client.destroy();
});

test('reusePort: two servers, one port', async (t) => {
  const first = await listening(t, { how: [{ port: 0, host: LOOPBACK, reusePort: true }] });
  const second = await listening(t, {
    how: [
      {
        port: first.address().port,
        host: LOOPBACK,
        reusePort: true,
      },
    ],
  });
  assert.strictEqual(second.address().port, first.address().port);
});

test('a descriptor that is none', async () => {
  const server = net.createServer().listen({ fd: 1 << 20 });
  const [error] = await once(server, 'error');
  assert.strictEqual(error.code, 'EINVAL');
});

test('net.BoundSocket', { skip: !net.BoundSocket }, async (t) => {
  const bound = new net.BoundSocket({ host: LOOPBACK });
  const { port } = bound.address();
  assert.ok(port > 0);
  assert.ok(bound.fd() >= 0);
  assert.strictEqual(bound.isPipe, false);
  const server = await listening(t, { listener: (socket) => socket.end(`${socket.remotePort}`), how: [bound] });
  assert.strictEqual(server.address().port, port);
  assert.throws(() => new net.BoundSocket({ host: LOOPBACK, port }), { code: 'EADDRINUSE', syscall: 'bind' });
  for (const method of ['address', 'fd', 'close']) {
    assert.throws(() => bound[method](), { code: 'ERR_SOCKET_HANDLE_ADOPTED' });
  }
  bound[Symbol.dispose]();
  assert.throws(() => net.createServer().listen(bound), { code: 'ERR_SOCKET_HANDLE_ADOPTED' });

  const source = new net.BoundSocket({ host: LOOPBACK });
  const from = source.address().port;
  const client = new net.Socket({ handle: source });
  client.connect(port, LOOPBACK);
  const [data] = await once(client, 'data');
  assert.strictEqual(data.toString(), `${from}`);

  assert.throws(() => new net.BoundSocket({ host: 'localhost' }), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => new net.BoundSocket({ port: -1 }), { code: 'ERR_SOCKET_BAD_PORT' });
  assert.throws(() => new net.BoundSocket({ path: 'x', port: 0 }), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('diagnostics channels', async () => {
  const channel = require('node:diagnostics_channel');
  const seen = [];
  const listeners = {
    'net.server.socket': ({ socket }) => seen.push(['server', socket instanceof net.Socket]),
    'net.client.socket': ({ socket }) => seen.push(['client', socket instanceof net.Socket]),
  };
  for (const [name, listener] of Object.entries(listeners)) channel.subscribe(name, listener);
  const server = net.createServer((socket) => socket.end()).listen(0, LOOPBACK);
  await once(server, 'listening');
  await talk(server.address().port, '');
  for (const [name, listener] of Object.entries(listeners)) channel.unsubscribe(name, listener);
  server.close();
  assert.deepStrictEqual(seen, [
    ['client', true],
    ['server', true],
  ]);
});
