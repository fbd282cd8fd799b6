// dgram.Socket: binding, sending in all forms, connecting, closing.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const dgram = require('node:dgram');
const net = require('node:net');
const { once } = require('node:events');

const LOOPBACK = '127.0.0.1';

async function bound(t, options = 'udp4', address = LOOPBACK) {
  const socket = dgram.createSocket(options);
  t.after(() => {
    try {
      socket.close();
    } catch {
      // closed by the test
    }
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

/** The next `count` messages as text. */
async function receive(socket, count = 1) {
  const texts = [];
  while (texts.length < count) {
    const [message] = await once(socket, 'message');
    texts.push(message.toString());
  }
  return texts;
}

function send(socket, ...args) {
  return new Promise((resolve, reject) => {
    socket.send(...args, (error, size) => (error ? reject(error) : resolve(size)));
  });
}

test('a message arrives with where it comes from', async (t) => {
  const server = await bound(t);
  const client = await bound(t);
  const arrived = once(server, 'message');
  assert.strictEqual(await send(client, 'héllo', server.address().port, LOOPBACK), 6);
  const [message, peer] = await arrived;
  assert.ok(Buffer.isBuffer(message));
  assert.strictEqual(message.toString(), 'héllo');
  assert.deepStrictEqual(peer, { address: LOOPBACK, family: 'IPv4', port: client.address().port, size: 6 });
});

test('IPv6, with the same socket talking to two peers', { skip: !hasIPv6() }, async (t) => {
  const server = await bound(t, 'udp6', '::1');
  const { port } = server.address();
  for (const address of ['::1', '::1']) {
    const client = await bound(t, 'udp6', address);
    const arrived = once(server, 'message');
    await send(client, 'x', port, '::1');
    const [, peer] = await arrived;
    assert.deepStrictEqual(peer, { address: '::1', family: 'IPv6', port: client.address().port, size: 1 });
  }
});

function hasIPv6() {
  const { networkInterfaces } = require('node:os');
  return Object.values(networkInterfaces()).some((list) => list.some(({ address }) => address === '::1'));
}

test('send() takes every form of a message', async (t) => {
  const server = await bound(t);
  const { port } = server.address();
  const client = await bound(t);
  const forms = [
    ['text', port],
    ['text', port, LOOPBACK],
    ['text', `${port}`, 'localhost'],
    [Buffer.from('bytes'), port],
    [Buffer.from('-part-'), 1, 4, port],
    [Buffer.from('-part-'), 1, 4, port, LOOPBACK],
    ['-part-', 1, 4, port, LOOPBACK],
    [new Uint8Array([104, 105]), port],
    [new DataView(Uint8Array.of(104, 105).buffer), port],
    [new Uint16Array([0x6968]), port],
    [['a', Buffer.from('b'), new Uint8Array([99])], port],
    [[], port],
    ['', port],
    [Buffer.alloc(0), 0, 0, port, LOOPBACK],
  ];
  for (const form of forms) {
    const arrived = receive(server);
    await send(client, ...form);
    const [text] = await arrived;
    const wanted = ['text', 'bytes', 'part', 'hi', 'abc', ''];
    assert.ok(wanted.includes(text), text);
  }
});

test('an unbound socket binds itself, and what was sent meanwhile follows in order', async (t) => {
  const server = await bound(t);
  const { port } = server.address();
  const client = dgram.createSocket('udp4');
  t.after(() => client.close());
  const arrived = receive(server, 3);
  for (const text of ['1', '2', '3']) client.send(text, port, LOOPBACK);
  assert.deepStrictEqual(await arrived, ['1', '2', '3']);
});

test('many datagrams in one turn all arrive, whatever their size', async (t) => {
  const server = await bound(t, { type: 'udp4', recvBufferSize: 4 << 20 });
  const client = await bound(t);
  const sizes = Array.from({ length: 60 }, (_, i) => (i * 997) % 20_000);
  const seen = [];
  const done = new Promise((resolve) => {
    server.on('message', (message) => {
      assert.ok(message.every((byte) => byte === message.length % 251));
      seen.push(message.length);
      if (seen.length === sizes.length) resolve();
    });
  });
  for (const size of sizes) client.send(Buffer.alloc(size, size % 251), server.address().port, LOOPBACK);
  await done;
  assert.deepStrictEqual(seen, sizes);
});

test('a listener may close the socket in the middle of a batch', async (t) => {
  const server = dgram.createSocket('udp4');
  server.bind(0, LOOPBACK);
  await once(server, 'listening');
  const client = await bound(t);
  const { port } = server.address();
  let count = 0;
  server.on('message', () => {
    if (++count === 2) server.close();
  });
  const closed = once(server, 'close');
  for (let i = 0; i < 20; i++) client.send(`${i}`, port, LOOPBACK);
  await closed;
  assert.strictEqual(count, 2);
});

test('too large a message fails by the callback', async (t) => {
  const client = await bound(t);
  await assert.rejects(send(client, Buffer.alloc(70_000), 9, LOOPBACK), {
    code: 'EMSGSIZE',
    syscall: 'send',
    address: LOOPBACK,
    port: 9,
    message: `send EMSGSIZE ${LOOPBACK}:9`,
  });
});

test('a connected socket', async (t) => {
  const server = await bound(t);
  const other = await bound(t);
  const client = await bound(t);
  const { port } = server.address();
  client.connect(port, LOOPBACK);
  assert.throws(() => client.connect(port), { code: 'ERR_SOCKET_DGRAM_IS_CONNECTED' });
  await once(client, 'connect');
  assert.deepStrictEqual(client.remoteAddress(), { address: LOOPBACK, family: 'IPv4', port });
  for (const form of [['text'], [Buffer.from('-text'), 1, 4], [['te', 'xt']]]) {
    const arrived = receive(server);
    await send(client, ...form);
    assert.deepStrictEqual(await arrived, ['text']);
  }
  assert.throws(() => client.send('x', 0, 1, port), { code: 'ERR_SOCKET_DGRAM_IS_CONNECTED' });
  // Only the peer is heard.
  const arrived = receive(client);
  await send(other, 'stranger', client.address().port, LOOPBACK);
  await send(server, 'peer', client.address().port, LOOPBACK);
  assert.deepStrictEqual(await arrived, ['peer']);
  client.disconnect();
  assert.throws(() => client.disconnect(), { code: 'ERR_SOCKET_DGRAM_NOT_CONNECTED' });
  assert.throws(() => client.remoteAddress(), { code: 'ERR_SOCKET_DGRAM_NOT_CONNECTED' });
});

test('bindSync() and connectSync()', { skip: !dgram.Socket.prototype.bindSync }, async (t) => {
  const server = dgram.createSocket('udp4');
  t.after(() => server.close());
  const address = server.bindSync({ address: LOOPBACK });
  assert.deepStrictEqual(server.address(), address);
  const client = dgram.createSocket('udp4');
  t.after(() => client.close());
  client.connectSync(address.port, LOOPBACK);
  assert.strictEqual(client.remoteAddress().port, address.port);
  const arrived = receive(server);
  client.send('now');
  assert.deepStrictEqual(await arrived, ['now']);
  await assert.rejects(async () => dgram.createSocket('udp4').unref().bindSync(address), { code: 'EADDRINUSE' });
  assert.throws(() => dgram.createSocket('udp4').unref().bindSync({ address: 'localhost' }), {
    code: 'ERR_INVALID_ARG_VALUE',
  });
});

test('errors of binding are events, and the socket can be bound again', async (t) => {
  const first = await bound(t);
  const second = dgram.createSocket('udp4');
  t.after(() => second.close());
  second.bind(first.address().port, LOOPBACK);
  const [error] = await once(second, 'error');
  assert.strictEqual(error.code, 'EADDRINUSE');
  assert.strictEqual(error.syscall, 'bind');
  second.bind(0, LOOPBACK);
  await once(second, 'listening');
  assert.throws(() => second.bind(), { code: 'ERR_SOCKET_ALREADY_BOUND' });
});

test('bad arguments', async (t) => {
  const socket = await bound(t);
  for (const type of ['tcp', null, 5, {}]) {
    assert.throws(() => dgram.createSocket(type), { code: 'ERR_SOCKET_BAD_TYPE' });
  }
  assert.throws(() => dgram.createSocket({ type: 'udp4', lookup: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => dgram.createSocket({ type: 'udp4', recvBufferSize: -1 }), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => dgram.createSocket({ type: 'udp4', sendBlockList: {} }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => dgram.createSocket({ type: 'udp4', signal: {} }), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const message of [undefined, null, 5, {}, new ArrayBuffer(1)]) {
    assert.throws(() => socket.send(message, 9), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  assert.throws(() => socket.send(['a', 5], 9), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const port of [undefined, 0, -1, 65536, 'x', {}]) {
    assert.throws(() => socket.send('x', port), { code: 'ERR_SOCKET_BAD_PORT' });
    assert.throws(() => socket.connect(port), { code: 'ERR_SOCKET_BAD_PORT' });
  }
  assert.throws(() => socket.send(Buffer.from('abc'), 4, 1, 9), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
  assert.throws(() => socket.send(Buffer.from('abc'), 1, 3, 9), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' });
  assert.throws(() => socket.send('x', 9, 5), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => socket.setTTL('1'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => socket.setTTL(0), { code: 'EINVAL', syscall: 'setTTL' });
  assert.throws(() => socket.setMulticastTTL(256), { code: 'EINVAL' });
  assert.throws(() => socket.addMembership(), { code: 'ERR_MISSING_ARGS' });
  assert.throws(() => socket.addMembership('256.1.1.1'), { code: 'EINVAL', syscall: 'addMembership' });
  assert.throws(() => socket.addSourceSpecificMembership('127.0.0.1', 'x'), { code: 'EINVAL' });
  assert.throws(() => socket.setRecvBufferSize(-1), { code: 'ERR_SOCKET_BAD_BUFFER_SIZE' });
  assert.throws(() => socket.setRecvBufferSize(2 ** 31), {
    code: 'ERR_SOCKET_BUFFER_SIZE',
    syscall: 'uv_recv_buffer_size',
  });
});

test('options of the kernel', async (t) => {
  const socket = await bound(t, { type: 'udp4', recvBufferSize: 9000, sendBufferSize: 9000 });
  assert.strictEqual(socket.setTTL(16), 16);
  assert.strictEqual(socket.setMulticastTTL(16), 16);
  assert.strictEqual(socket.setMulticastLoopback(false), false);
  assert.strictEqual(socket.setBroadcast(true), undefined);
  assert.ok(socket.getRecvBufferSize() >= 9000);
  socket.setSendBufferSize(12_000);
  assert.ok(socket.getSendBufferSize() >= 12_000);
  assert.strictEqual(socket.getSendQueueSize(), 0);
  assert.strictEqual(socket.getSendQueueCount(), 0);
  assert.strictEqual(socket.ref(), socket);
  assert.strictEqual(socket.unref(), socket);
});

test('reuseAddr and reusePort share a port', async (t) => {
  for (const option of ['reuseAddr', 'reusePort']) {
    const first = await bound(t, { type: 'udp4', [option]: true });
    const second = dgram.createSocket({ type: 'udp4', [option]: true });
    second.bind(first.address().port, LOOPBACK);
    await once(second, 'listening');
    second.close();
  }
});

test('a socket over a descriptor', async (t) => {
  assert.throws(() => dgram.createSocket('udp4').bind({ fd: 1 << 20 }), { code: 'ERR_INVALID_FD_TYPE' });
  const fs = require('node:fs');
  const fd = fs.openSync(__filename, 'r');
  t.after(() => fs.closeSync(fd));
  assert.throws(() => dgram.createSocket('udp4').bind({ fd }), { code: 'ERR_INVALID_FD_TYPE' });
});

test('block lists', async (t) => {
  const list = new net.BlockList();
  list.addAddress(LOOPBACK);
  const sender = await bound(t, { type: 'udp4', sendBlockList: list });
  await assert.rejects(send(sender, 'x', 9, LOOPBACK), { code: 'ERR_IP_BLOCKED' });
  const [error] = await new Promise((resolve) => sender.connect(9, LOOPBACK, (...args) => resolve(args)));
  assert.strictEqual(error.code, 'ERR_IP_BLOCKED');

  const receiver = await bound(t, { type: 'udp4', receiveBlockList: list });
  receiver.on('message', () => assert.fail('it is blocked'));
  const client = await bound(t);
  await send(client, 'x', receiver.address().port, LOOPBACK);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
});

test('a lookup function of the program', async (t) => {
  const asked = [];
  const lookup = (host, family, callback) => {
    asked.push([host, family]);
    process.nextTick(callback, host === 'bad.host' ? new Error('not today') : null, LOOPBACK, 4);
  };
  const server = await bound(t);
  const client = await bound(t, { type: 'udp4', lookup });
  assert.deepStrictEqual(asked.shift(), [LOOPBACK, 4]);
  const arrived = receive(server);
  await send(client, 'x', server.address().port, 'some.host');
  assert.deepStrictEqual(asked.shift(), ['some.host', 4]);
  assert.deepStrictEqual(await arrived, ['x']);
  await assert.rejects(send(client, 'x', 9, 'bad.host'), { message: 'not today' });
  client.send('x', 9, 'bad.host');
  const [error] = await once(client, 'error');
  assert.strictEqual(error.message, 'not today');
});

test('closing', async () => {
  const socket = dgram.createSocket('udp4');
  await new Promise((resolve) => socket.close(resolve));
  for (const method of ['address', 'bind', 'close', 'remoteAddress']) {
    assert.throws(() => socket[method](), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
  }
  assert.throws(() => socket.send('x', 9), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
  assert.strictEqual(socket.ref(), socket);
  assert.strictEqual(socket.unref(), socket);

  const disposed = dgram.createSocket('udp4');
  await disposed[Symbol.asyncDispose]();
  await disposed[Symbol.asyncDispose]();
  assert.throws(() => disposed.address(), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });

  const controller = new AbortController();
  const aborted = dgram.createSocket({ type: 'udp4', signal: controller.signal });
  const closed = once(aborted, 'close');
  controller.abort();
  await closed;
});

test('udp.socket is published to diagnostics_channel', () => {
  const channel = require('node:diagnostics_channel');
  const seen = [];
  const listener = ({ socket }) => seen.push(socket);
  channel.subscribe('udp.socket', listener);
  const socket = dgram.createSocket('udp4');
  channel.unsubscribe('udp.socket', listener);
  socket.close();
  assert.deepStrictEqual(seen, [socket]);
});

test('a message finds the async context in which its socket was made', async (t) => {
  const { AsyncLocalStorage } = require('node:async_hooks');
  const storage = new AsyncLocalStorage();
  const server = await storage.run('server', () => bound(t));
  const client = await bound(t);
  const seen = new Promise((resolve) => server.on('message', () => resolve(storage.getStore())));
  const sent = await storage.run('send', async () => {
    await send(client, 'x', server.address().port, LOOPBACK);
    return storage.getStore();
  });
  assert.strictEqual(sent, 'send');
  assert.strictEqual(await seen, 'server');
});
