// net.Socket: connecting, Happy Eyeballs, ends and errors, options.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const net = require('node:net');
const { once } = require('node:events');

const LOOPBACK = '127.0.0.1';

async function serve(t, listener, options = {}) {
  const server = net.createServer(options, listener);
  t.after(() => server.close());
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return server.address().port;
}

/** A port on which nobody listens. */
async function closedPort() {
  const server = net.createServer().listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const lookupOf =
  (...addresses) =>
  (host, options, callback) => {
    const list = addresses.map((address) => ({ address, family: net.isIP(address) }));
    process.nextTick(callback, null, ...(options.all ? [list] : [list[0].address, list[0].family]));
  };

test('states on the way', async (t) => {
  const port = await serve(t, (socket) => socket.end('x'));
  const socket = new net.Socket();
  assert.deepStrictEqual([socket.pending, socket.connecting, socket.readyState], [true, false, 'open']);
  assert.strictEqual(socket.connect(port, LOOPBACK), socket);
  assert.deepStrictEqual([socket.pending, socket.connecting, socket.readyState], [true, true, 'opening']);
  assert.deepStrictEqual(socket.address(), {});
  await once(socket, 'connect');
  assert.deepStrictEqual([socket.pending, socket.connecting, socket.readyState], [false, false, 'open']);
  assert.strictEqual(socket.remotePort, port);
  socket.resume();
  await once(socket, 'close');
  assert.strictEqual(socket.readyState, 'closed');
  assert.strictEqual(socket.bytesRead, 1);
  // It can be used again.
  socket.connect(port, LOOPBACK).resume();
  await once(socket, 'close');
});

test('a refused connection', async () => {
  const port = await closedPort();
  const socket = net.connect(port, LOOPBACK);
  const failed = once(socket, 'connectionAttemptFailed');
  const [error] = await once(socket, 'error');
  assert.strictEqual(error.message, `connect ECONNREFUSED ${LOOPBACK}:${port}`);
  assert.deepStrictEqual(
    { ...error },
    { errno: error.errno, code: 'ECONNREFUSED', syscall: 'connect', address: LOOPBACK, port },
  );
  assert.deepStrictEqual((await failed).slice(0, 3), [LOOPBACK, port, 4]);
});

test('bad arguments of connect()', () => {
  const bad = (code, options) => assert.throws(() => net.connect(options), { code }, JSON.stringify(options));
  bad('ERR_MISSING_ARGS', {});
  for (const port of [-1, 65536, 'x', '', 1.5]) bad('ERR_SOCKET_BAD_PORT', { port });
  for (const port of [true, {}, null]) bad('ERR_INVALID_ARG_TYPE', { port });
  bad('ERR_INVALID_ARG_TYPE', { port: 1, host: 5 });
  bad('ERR_INVALID_ARG_TYPE', { path: 5 });
  bad('ERR_INVALID_IP_ADDRESS', { port: 1, localAddress: 'x' });
  bad('ERR_INVALID_ARG_TYPE', { port: 1, localPort: 'x' });
  bad('ERR_INVALID_ARG_TYPE', { port: 1, lookup: 5 });
  bad('ERR_INVALID_ARG_TYPE', { port: 1, autoSelectFamily: 1 });
  bad('ERR_OUT_OF_RANGE', { port: 1, autoSelectFamilyAttemptTimeout: 0 });
  bad('ERR_INVALID_ARG_TYPE', { port: 1, blockList: {} });
  bad('ERR_INVALID_ARG_VALUE', { port: 1, objectMode: true });
  assert.throws(() => new net.Socket({ fd: 'x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => new net.Socket({ fd: 1 << 20 }), { code: 'ERR_INVALID_FD_TYPE' });
});

test('Happy Eyeballs: the next address when one fails', async (t) => {
  const port = await serve(t, (socket) => socket.end());
  const lookup = lookupOf('::1', LOOPBACK);
  const socket = net.connect({ host: 'some.host', port, lookup, autoSelectFamily: true });
  const events = [];
  for (const name of ['lookup', 'connectionAttempt', 'connectionAttemptFailed']) {
    socket.on(name, (first, second) => events.push([name, name === 'lookup' ? second : first]));
  }
  await once(socket, 'connect');
  assert.deepStrictEqual(socket.autoSelectFamilyAttemptedAddresses, [`::1:${port}`, `${LOOPBACK}:${port}`]);
  assert.deepStrictEqual(events, [
    ['lookup', '::1'],
    ['lookup', LOOPBACK],
    ['connectionAttempt', '::1'],
    ['connectionAttemptFailed', '::1'],
    ['connectionAttempt', LOOPBACK],
  ]);
  socket.destroy();
});

test('Happy Eyeballs: all fail', async () => {
  const port = await closedPort();
  const lookup = lookupOf(LOOPBACK, '127.0.0.2', '::1');
  const socket = net.connect({ host: 'some.host', port, lookup, autoSelectFamily: true });
  const [error] = await once(socket, 'error');
  assert.ok(error instanceof AggregateError);
  assert.strictEqual(error.errors.length, 3);
  assert.strictEqual(error.code, 'ECONNREFUSED');
  // The families in turn.
  const attempted = [`${LOOPBACK}:${port}`, `::1:${port}`, `127.0.0.2:${port}`];
  assert.deepStrictEqual(socket.autoSelectFamilyAttemptedAddresses, attempted);
});

test('Happy Eyeballs: off', async () => {
  const port = await closedPort();
  const socket = net.connect({ host: 'some.host', port, lookup: lookupOf(LOOPBACK, '::1'), autoSelectFamily: false });
  const [error] = await once(socket, 'error');
  assert.strictEqual(error.code, 'ECONNREFUSED');
  assert.strictEqual(socket.autoSelectFamilyAttemptedAddresses, undefined);
});

test('destroyed while it is connecting', async () => {
  const port = await closedPort();
  const socket = net.connect({ host: 'some.host', port, lookup: lookupOf(LOOPBACK, '::1') });
  socket.on('lookup', () => socket.destroy());
  socket.on('connect', () => assert.fail('it was destroyed'));
  await once(socket, 'close');
});

test('what lookup functions give back wrongly', async () => {
  const failing = async (lookup) => {
    const socket = net.connect({ host: 'some.host', port: 1, lookup });
    const [error] = await once(socket, 'error');
    return error.code ?? error.message;
  };
  assert.strictEqual(await failing((host, options, callback) => callback(new Error('not today'))), 'not today');
  assert.strictEqual(
    await failing((host, options, callback) => callback(null, [{ address: 'x', family: 4 }])),
    'ERR_INVALID_IP_ADDRESS',
  );
  assert.strictEqual(
    await failing((host, options, callback) => callback(null, [{ address: undefined, family: 4 }])),
    'ERR_INVALID_IP_ADDRESS',
  );
  assert.strictEqual(
    await failing((host, options, callback) => callback(null, [{ address: LOOPBACK, family: 5 }])),
    'ERR_INVALID_ADDRESS_FAMILY',
  );
});

test('defaults of family selection', (t) => {
  const before = [net.getDefaultAutoSelectFamily(), net.getDefaultAutoSelectFamilyAttemptTimeout()];
  t.after(() => {
    net.setDefaultAutoSelectFamily(before[0]);
    net.setDefaultAutoSelectFamilyAttemptTimeout(before[1]);
  });
  net.setDefaultAutoSelectFamily(false);
  assert.strictEqual(net.getDefaultAutoSelectFamily(), false);
  net.setDefaultAutoSelectFamilyAttemptTimeout(1);
  assert.strictEqual(net.getDefaultAutoSelectFamilyAttemptTimeout(), 10);
  assert.throws(() => net.setDefaultAutoSelectFamily(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => net.setDefaultAutoSelectFamilyAttemptTimeout(0), { code: 'ERR_OUT_OF_RANGE' });
});

test('where a connection comes from', async (t) => {
  const port = await serve(t, (socket) => socket.end(`${socket.remotePort}`));
  const localPort = await closedPort();
  const socket = net.connect({ port, host: LOOPBACK, localAddress: LOOPBACK, localPort });
  const [data] = await once(socket, 'data');
  assert.strictEqual(data.toString(), `${localPort}`);
  const taken = net.connect({ port, host: LOOPBACK, localAddress: LOOPBACK, localPort: port });
  const [error] = await once(taken, 'error');
  assert.strictEqual(error.code, 'EADDRINUSE');
});

test('half-open and not', async (t) => {
  const results = {};
  const port = await serve(
    t,
    (socket) => {
      socket.resume();
      socket.on('end', () => setImmediate(() => socket.end('after the end')));
    },
    { allowHalfOpen: true },
  );
  const socket = net.connect({ port, host: LOOPBACK });
  socket.end();
  let text = '';
  for await (const chunk of socket) text += chunk;
  assert.strictEqual(text, 'after the end');

  const strict = await serve(t, (peer) => {
    peer.resume();
    peer.on('end', () => {
      // Not ended yet: this still goes.
      peer.write('last words');
      setImmediate(() => {
        results.returned = peer.write('too late', (error) => (results.code = error.code));
        peer.on('error', () => {});
      });
    });
    peer.on('close', () => (results.closed = true));
  });
  const client = net.connect(strict, LOOPBACK);
  client.end();
  let last = '';
  for await (const chunk of client) last += chunk;
  assert.strictEqual(last, 'last words');
  while (!results.closed) await new Promise((resolve) => setImmediate(resolve));
  assert.deepStrictEqual(results, { returned: false, code: 'EPIPE', closed: true });
});

test('resetAndDestroy() resets', async (t) => {
  const port = await serve(t, (socket) => socket.resetAndDestroy());
  const socket = net.connect(port, LOOPBACK);
  const [error] = await once(socket, 'error');
  assert.strictEqual(error.code, 'ECONNRESET');
  const never = new net.Socket();
  never.resetAndDestroy();
  const [closed] = await once(never, 'error');
  assert.strictEqual(closed.code, 'ERR_SOCKET_CLOSED');
});

test('time-outs', async (t) => {
  const port = await serve(t, () => {});
  const socket = net.connect({ port, host: LOOPBACK, timeout: 10 });
  assert.strictEqual(socket.timeout, 10);
  await once(socket, 'timeout');
  assert.strictEqual(socket.setTimeout(0), socket);
  for (const bad of [-1, NaN, Infinity]) assert.throws(() => socket.setTimeout(bad), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => socket.setTimeout('1'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => socket.setTimeout(1, 5), { code: 'ERR_INVALID_ARG_TYPE' });
  socket.destroy();
});

test('a signal destroys', async (t) => {
  const port = await serve(t, () => {});
  const controller = new AbortController();
  const socket = net.connect({ port, host: LOOPBACK, signal: controller.signal });
  await once(socket, 'connect');
  controller.abort();
  const [error] = await once(socket, 'error');
  assert.strictEqual(error.name, 'AbortError');
  assert.throws(() => new net.Socket({ signal: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('onread: bytes into a buffer of the program', async (t) => {
  const port = await serve(t, (socket) => socket.end('abcdefgh'));
  const buffer = Buffer.alloc(3);
  const parts = [];
  const socket = net.connect({
    port,
    host: LOOPBACK,
    onread: {
      buffer,
      callback(size, target) {
        assert.strictEqual(target, buffer);
        parts.push(target.toString('utf8', 0, size));
        return true;
      },
    },
  });
  await once(socket, 'end');
  assert.strictEqual(parts.join(''), 'abcdefgh');
  assert.ok(parts.every((part) => part.length <= 3));
});

test('options of TCP', async (t) => {
  const port = await serve(t, (socket) => socket.resume(), {
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 2000,
  });
  const socket = net.connect({ port, host: LOOPBACK, noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000 });
  await once(socket, 'connect');
  assert.strictEqual(socket.setNoDelay(false), socket);
  assert.strictEqual(socket.setKeepAlive(true, 5000, 2000, 3), socket);
  assert.strictEqual(socket.setKeepAlive(), socket);
  assert.strictEqual(socket.ref(), socket);
  assert.strictEqual(socket.unref(), socket);
  socket.destroy();
});

test('type of service', { skip: !net.Socket.prototype.setTypeOfService }, async (t) => {
  const port = await serve(t, (socket) => socket.resume());
  const socket = new net.Socket({ typeOfService: 0x10 });
  assert.strictEqual(socket.getTypeOfService(), 0x10);
  socket.connect(port, LOOPBACK);
  await once(socket, 'connect');
  assert.strictEqual(socket.getTypeOfService() & 0xfc, 0x10);
  assert.strictEqual(socket.setTypeOfService(0x20), socket);
  assert.strictEqual(socket.getTypeOfService() & 0xfc, 0x20);
  for (const bad of [-1, 256, 1.5]) assert.throws(() => socket.setTypeOfService(bad), { code: 'ERR_OUT_OF_RANGE' });
  for (const bad of ['1', NaN, null])
    assert.throws(() => socket.setTypeOfService(bad), { code: 'ERR_INVALID_ARG_TYPE' });
  socket.destroy();
});

test('isIP', () => {
  const four = ['127.0.0.1', '0.0.0.0'];
  const six = ['::1', '::', 'fe80::1%eth0', '::ffff:1.2.3.4', '2001:db8::'];
  const none = [
    '',
    '1',
    '127.0.0.01',
    '1.2.3.4.5',
    '127.0.0.1/8',
    '::1::',
    'fe80::1%',
    'fe80::1%a b',
    'x',
    undefined,
    null,
    5,
    {},
  ];
  for (const each of four)
    assert.deepStrictEqual([net.isIP(each), net.isIPv4(each), net.isIPv6(each)], [4, true, false]);
  for (const each of six)
    assert.deepStrictEqual([net.isIP(each), net.isIPv4(each), net.isIPv6(each)], [6, false, true]);
  for (const each of none)
    assert.deepStrictEqual([net.isIP(each), net.isIPv4(each), net.isIPv6(each)], [0, false, false]);
});
