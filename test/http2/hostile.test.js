'use strict';
// Peers that break the rules, on a socket by hand: the session ends with the right code, and the server goes on.
const assert = require('node:assert');
const { once } = require('node:events');
const http2 = require('node:http2');
const net = require('node:net');
const { test } = require('node:test');

const PREFACE = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0)]);
const GET = Buffer.from([0x82, 0x86, 0x84, 0x41, 0x01, 0x61]); // GET http / a

function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** The frames in what a server has sent: [[type, payload], ...]. */
function frames(bytes) {
  const list = [];
  for (let at = 0; at + 9 <= bytes.length;) {
    const length = bytes.readUIntBE(at, 3);
    list.push([bytes[at + 3], bytes.subarray(at + 9, at + 9 + length)]);
    at += 9 + length;
  }
  return list;
}

/** Sends the bytes to a new server; gives the code of its GOAWAY (null without one) and its session's error. */
async function attack(t, bytes, options) {
  const server = http2.createServer(options);
  let error;
  server.on('sessionError', (sessionError) => (error ??= sessionError));
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.respond();
    stream.end('x');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const received = [];
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.on('error', () => {});
  socket.on('data', (chunk) => received.push(chunk));
  socket.write(bytes);
  await new Promise((resolve) => socket.on('close', resolve));
  const goaway = frames(Buffer.concat(received)).findLast(([type]) => type === 7);

  // Others are served as ever.
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const request = client.request();
  request.resume();
  await once(request, 'end');
  client.close();
  return { code: goaway === undefined ? null : goaway[1].readUInt32BE(4), error };
}

test('no HTTP/2 at all', async (t) => {
  const { error } = await attack(t, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.strictEqual(error.code, 'ERR_HTTP2_ERROR');
  assert.strictEqual(error.errno, -903);
});

test('malformed HPACK', async (t) => {
  const { code } = await attack(
    t,
    Buffer.concat([PREFACE, frame(1, 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]))]),
  );
  assert.strictEqual(code, http2.constants.NGHTTP2_COMPRESSION_ERROR);
});

test('a frame larger than was agreed', async (t) => {
  const { code } = await attack(t, Buffer.concat([PREFACE, frame(0, 0, 1, Buffer.alloc(20_000))]));
  assert.strictEqual(code, http2.constants.NGHTTP2_FRAME_SIZE_ERROR);
});

test('CONTINUATION without end', async (t) => {
  const bytes = [PREFACE, frame(1, 1, 1, GET)];
  for (let i = 0; i < 1000; i++) bytes.push(frame(9, 0, 1, Buffer.from([0x40, 0x01, 0x62, 0x01, 0x63])));
  const { error } = await attack(t, Buffer.concat(bytes));
  assert.ok(error);
});

test('rapid resets', async (t) => {
  const bytes = [PREFACE];
  for (let id = 1; id < 6000; id += 2) bytes.push(frame(1, 5, id, GET), frame(3, 0, id, Buffer.from([0, 0, 0, 8])));
  const { code } = await attack(t, Buffer.concat(bytes), { streamResetBurst: 10, streamResetRate: 5 });
  assert.notStrictEqual(code, http2.constants.NGHTTP2_NO_ERROR);
});

test('empty frames that mean nothing', async (t) => {
  const bytes = [PREFACE, frame(1, 4, 1, Buffer.concat([Buffer.from([0x83]), GET.subarray(1)]))];
  for (let i = 0; i < 200; i++) bytes.push(frame(0, 0, 1));
  const { error } = await attack(t, Buffer.concat(bytes), { maxSessionInvalidFrames: 10 });
  assert.strictEqual(error.code, 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES');
});

for (const [name, type, payload] of [
  ['pings', 6, Buffer.alloc(8)],
  ['settings', 4, Buffer.alloc(0)],
]) {
  test(`${name} whose answers nobody reads`, { timeout: 60_000 }, async (t) => {
    const server = http2.createServer();
    const ended = new Promise((resolve) => server.on('session', (session) => session.on('close', resolve)));
    server.on('sessionError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const socket = net.connect(server.address().port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(PREFACE);
    const one = frame(type, 0, 0, payload);
    const flood = Buffer.concat(Array.from({ length: 5000 }, () => one));
    const send = () => {
      while (!socket.destroyed && socket.write(flood));
      socket.once('drain', send);
    };
    send();
    await ended;
    socket.destroy();
  });
}

test('a peer that resets in the middle of the handshake', async (t) => {
  const server = http2.createServer();
  const closed = new Promise((resolve) => server.on('session', (session) => session.on('close', resolve)));
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const socket = net.connect(server.address().port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(PREFACE.subarray(0, 30), () => socket.resetAndDestroy());
  await closed;
});
