'use strict';

// The global WebSocket against vireo:serve, and vireo:serve against peers that do not keep to the protocol.
const assert = require('node:assert');
const crypto = require('node:crypto');
const net = require('node:net');
const { once } = require('node:events');
const { test } = require('node:test');

const skip = process.versions.vireo === undefined && 'vireo:serve';
const { serve, upgradeWebSocket } = skip ? {} : require('vireo:serve');

async function start(t, options = {}, handler = undefined) {
  const server = serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      if (handler !== undefined) return handler(request);
      const { socket, response } = upgradeWebSocket(request, options);
      if (options.message === undefined) socket.onmessage = ({ data }) => socket.send(data);
      return response;
    },
  });
  await server.ready;
  t.after(() => server.stop(true));
  return { server, url: `ws://127.0.0.1:${server.port}/path?query` };
}

const event = (target, name) => new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));

test('text, bytes, blobs in order; closing', { skip }, async (t) => {
  for (const perMessageDeflate of [false, true]) {
    const { url } = await start(t, { perMessageDeflate });
    const socket = new WebSocket(url);
    assert.strictEqual(socket.readyState, WebSocket.CONNECTING);
    assert.throws(() => socket.send('early'), { name: 'InvalidStateError', message: 'Sent before connected.' });
    await event(socket, 'open');
    assert.strictEqual(socket.extensions, perMessageDeflate ? 'permessage-deflate' : '');
    assert.strictEqual(socket.url, url);
    const big = crypto.randomBytes(300_000).toString('hex');
    socket.send('grüße');
    socket.send(new Blob(['blob']));
    socket.send(new Uint8Array([1, 2, 3]).subarray(1));
    socket.send(big);
    const received = [];
    while (received.length < 4) {
      const { data, origin, isTrusted } = await event(socket, 'message');
      assert.strictEqual(origin, new URL(url).origin);
      assert.strictEqual(isTrusted, true);
      received.push(data);
      if (received.length === 2) socket.binaryType = 'arraybuffer';
    }
    assert.strictEqual(received[0], 'grüße');
    assert.ok(received[1] instanceof Blob);
    assert.strictEqual(await received[1].text(), 'blob');
    assert.deepStrictEqual(received[2], new Uint8Array([2, 3]).buffer);
    assert.strictEqual(received[3], big);
    socket.close(3001, 'done');
    assert.strictEqual(socket.readyState, WebSocket.CLOSING);
    const { code, reason, wasClean } = await event(socket, 'close');
    assert.deepStrictEqual([code, reason, wasClean], [3001, 'done', true]);
    assert.strictEqual(socket.readyState, WebSocket.CLOSED);
    socket.send('late'); // nothing
  }
});

test('functions instead of events; protocol, headers, ping', { skip }, async (t) => {
  const calls = [];
  const closed = Promise.withResolvers();
  const { url } = await start(t, {}, (request) => {
    const { response } = upgradeWebSocket(request, {
      protocol: 'b',
      headers: { 'x-a': 'b' },
      open: (socket) => calls.push(['open', socket.protocol]),
      message: (socket, data) => {
        calls.push(['message', typeof data === 'string' ? data : new Uint8Array(data)]);
        socket.send(data);
      },
      close: (socket, code, reason) => {
        calls.push(['close', code, reason]);
        closed.resolve();
      },
    });
    return response;
  });
  const socket = new WebSocket(url, ['a', 'b']);
  await event(socket, 'open');
  assert.strictEqual(socket.protocol, 'b');
  socket.send('x');
  await event(socket, 'message');
  socket.close();
  await closed.promise;
  assert.deepStrictEqual(calls, [['open', 'b'], ['message', 'x'], ['close', 1005, '']]); // prettier-ignore
});

test('what the client refuses', { skip }, async (t) => {
  assert.throws(() => new WebSocket('foo'), { name: 'SyntaxError', message: 'TypeError: Invalid URL' });
  assert.throws(() => new WebSocket('ftp://a'), { name: 'SyntaxError', message: 'expected a ws: or wss: url' });
  assert.throws(() => new WebSocket('ws://a#b'), { name: 'SyntaxError' });
  assert.throws(() => new WebSocket('ws://a', ['a', 'A']), { message: 'Invalid Sec-WebSocket-Protocol value' });
  const { server } = await start(t, {}, () => new Response('no'));
  const socket = new WebSocket(`http://127.0.0.1:${server.port}/`);
  assert.throws(() => socket.close(1001), { name: 'InvalidAccessError' });
  assert.throws(() => socket.close(1000, 'x'.repeat(124)), { name: 'SyntaxError' });
  const error = event(socket, 'error');
  const { code, wasClean } = await event(socket, 'close');
  assert.deepStrictEqual([code, wasClean], [1006, false]);
  assert.strictEqual((await error).constructor.name, 'ErrorEvent');
  const closing = new WebSocket(`http://127.0.0.1:${server.port}/`);
  closing.close();
  assert.strictEqual((await event(closing, 'close')).code, 1006);
});

test('a request that asks for no WebSocket', { skip }, async (t) => {
  const { server } = await start(t, {}, (request) => {
    try {
      upgradeWebSocket(request);
    } catch (error) {
      return new Response(error.message, { status: 426 });
    }
    return new Response('?');
  });
  const response = await fetch(server.url);
  assert.deepStrictEqual([response.status, await response.text()], [426, 'The request does not ask for a WebSocket']);
});

/** A frame as a client sends it. */
function frame(opcode, payload, { fin = true, mask = true, rsv = 0, length = Buffer.from(payload).length } = {}) {
  const header = [(fin ? 0x80 : 0) | rsv | opcode];
  const bit = mask ? 0x80 : 0;
  if (length < 126) header.push(bit | length);
  else if (length < 65536) header.push(bit | 126, length >> 8, length & 255);
  else
    header.push(bit | 127, 0, 0, 0, 0, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255);
  const key = [1, 2, 3, 4];
  const body = Buffer.from(payload).map((byte, i) => (mask ? byte ^ key[i % 4] : byte));
  return Buffer.concat([Buffer.from(header), Buffer.from(mask ? key : []), body]);
}

/** Shakes hands, sends, and gives all that comes back until the connection ends. */
async function talk(server, bytes, { extensions = '', piece = Infinity } = {}) {
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extensions}\r\n`,
  );
  let answer = Buffer.alloc(0);
  socket.on('data', (chunk) => (answer = Buffer.concat([answer, chunk])));
  while (!answer.includes('\r\n\r\n')) await once(socket, 'data');
  const head = answer.subarray(0, answer.indexOf('\r\n\r\n') + 4);
  assert.match(
    head.toString(),
    /^HTTP\/1\.1 101 Switching Protocols\r\n[^]*sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/,
  );
  for (let at = 0; at < bytes.length; at += piece) {
    socket.write(bytes.subarray(at, at + piece));
    if (piece !== Infinity) await new Promise((resolve) => setImmediate(resolve));
  }
  await once(socket, 'close');
  return answer.subarray(head.length);
}

const closeFrame = (code) => Buffer.from([0x88, 2, code >> 8, code & 255]);

test('frames that break the rules end the connection with the right code', { skip }, async (t) => {
  const { server } = await start(t, { maxPayload: 1000 });
  const cases = [
    [1002, frame(1, 'x', { mask: false }), 'not masked'],
    [1002, frame(1, 'x', { rsv: 0x40 }), 'compressed without agreement'],
    [1002, frame(1, 'x', { rsv: 0x20 }), 'RSV2'],
    [1002, frame(3, 'x'), 'opcode 3'],
    [1002, frame(11, 'x'), 'opcode 11'],
    [1002, frame(0, 'x'), 'a continuation of nothing'],
    [1002, Buffer.concat([frame(1, 'x', { fin: false }), frame(1, 'y')]), 'a message within a message'],
    [1002, frame(9, 'x', { fin: false }), 'a ping in pieces'],
    [1002, frame(9, 'x'.repeat(126)), 'a long ping'],
    [1002, frame(8, 'x'), 'half a close code'],
    [1002, frame(8, [3, 237]), 'close code 1005'],
    [1002, frame(8, [0, 1]), 'close code 1'],
    [1007, frame(8, [3, 232, 0xff]), 'a close reason that is no UTF-8'],
    [1007, frame(1, [0xc3, 0x28]), 'text that is no UTF-8'],
    [1007, Buffer.concat([frame(1, [0xc3], { fin: false }), frame(0, [0x28])]), 'the same in pieces'],
    [1009, frame(2, 'x'.repeat(1001)), 'over the limit'],
    [1009, frame(2, '', { length: 0x7fffffff }), 'a huge length'],
    [1009, Buffer.concat([frame(2, 'x'.repeat(600), { fin: false }), frame(0, 'x'.repeat(600))]), 'over it in pieces'],
  ];
  for (const [code, bytes, what] of cases) {
    for (const piece of [Infinity, 1]) {
      if (piece === 1 && bytes.length > 200) continue;
      assert.deepStrictEqual(await talk(server, bytes, { piece }), closeFrame(code), what);
    }
  }
});

test('pieces, with pings between them; the close frame is answered', { skip }, async (t) => {
  const { server } = await start(t);
  const bytes = Buffer.concat([
    frame(1, 'grü', { fin: false }),
    frame(9, 'beat'),
    frame(0, 'ße', { fin: true }),
    frame(10, 'unasked'),
    frame(8, Buffer.from([3, 232, 98, 121, 101])),
  ]);
  const text = Buffer.from('grüße');
  for (const piece of [Infinity, 1, 3]) {
    assert.deepStrictEqual(
      await talk(server, bytes, { piece }),
      Buffer.concat([
        Buffer.from([0x8a, 4]),
        Buffer.from('beat'),
        Buffer.from([0x81, text.length]),
        text,
        Buffer.from([0x88, 5, 3, 232, 98, 121, 101]),
      ]),
    );
  }
});

test('compressed messages: limits and rubbish', { skip }, async (t) => {
  const { server } = await start(t, { perMessageDeflate: true, maxPayload: 100_000 });
  const extensions = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n';
  const { deflateRawSync, constants } = require('node:zlib');
  const compress = (data) => deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const bomb = compress(Buffer.alloc(50_000_000));
  assert.deepStrictEqual(await talk(server, frame(2, bomb, { rsv: 0x40 }), { extensions }), closeFrame(1009));
  assert.deepStrictEqual(
    await talk(server, frame(2, [255, 255, 255], { rsv: 0x40 }), { extensions }),
    closeFrame(1007),
  );
  const hello = Buffer.concat([frame(1, compress('hello'), { rsv: 0x40 }), frame(8, [])]);
  assert.deepStrictEqual(
    await talk(server, hello, { extensions }),
    Buffer.from([0x81, 5, ...Buffer.from('hello'), 0x88, 0]),
  );
});

test('a peer that sends and does not read is made to wait', { skip }, async (t) => {
  let received = 0;
  const { server } = await start(t, {
    message(socket, data) {
      received++;
      socket.send(data);
    },
  });
  const socket = net.connect(server.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  socket.pause();
  const bytes = frame(2, Buffer.alloc(100_000));
  for (let i = 0; i < 500; i++) socket.write(bytes);
  let before = -1;
  while (received === 0 || before !== received) {
    before = received;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(received < 400, `${received} messages`);
  socket.destroy();
});

test('a server that stops says 1001', { skip }, async (t) => {
  const { server, url } = await start(t);
  const socket = new WebSocket(url);
  await event(socket, 'open');
  const stopped = server.stop();
  const { code, wasClean } = await event(socket, 'close');
  assert.deepStrictEqual([code, wasClean], [1001, true]);
  await stopped;
});
