'use strict';

const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const { once } = require('node:events');
const { serve } = require('./raw.js');

async function text(res) {
  let all = '';
  res.setEncoding('utf8');
  for await (const chunk of res) all += chunk;
  return all;
}

async function get(options) {
  const req = http.get(options);
  const [res] = await once(req, 'response');
  return { req, res, body: await text(res) };
}

test('get with a URL, a string, options', async (t) => {
  const server = await serve(t, {}, (req, res) => res.end(`${req.headers.host} ${req.url}`));
  const { port } = server.address();
  const url = `http://127.0.0.1:${port}/a?b=c`;
  for (const input of [url, new URL(url), { host: '127.0.0.1', port, path: '/a?b=c' }]) {
    assert.strictEqual((await get(input)).body, `127.0.0.1:${port} /a?b=c`);
  }
});

test('an agent reuses its connection', async (t) => {
  const ports = new Set();
  const server = await serve(t, {}, (req, res) => {
    ports.add(req.socket.remotePort);
    res.end('x');
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const options = { port: server.address().port, agent };
  assert.deepStrictEqual(
    (await Promise.all([get(options), get(options)])).map(({ body }) => body),
    ['x', 'x'],
  );
  await new Promise(setImmediate);
  assert.strictEqual((await get(options)).req.reusedSocket, true);
  assert.strictEqual(ports.size, 1);
});

test('a server that hangs up', async (t) => {
  const server = net
    .createServer((socket) => socket.resume().on('data', () => socket.destroy()))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const req = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
  const [error] = await once(req, 'error');
  assert.strictEqual(error.code, 'ECONNRESET');
  assert.strictEqual(error.message, 'socket hang up');
});

test('what is not HTTP', async (t) => {
  const server = net.createServer((socket) => socket.end('no HTTP\r\n\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const req = http.get({ port: server.address().port, host: '127.0.0.1', agent: false });
  const [error] = await once(req, 'error');
  assert.strictEqual(error.code, 'HPE_INVALID_CONSTANT');
});

test('interim responses, trailers and chunks', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    res.writeProcessing();
    res.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' });
    res.writeHead(200, { Trailer: 'X-T' });
    res.write('a');
    res.addTrailers({ 'X-T': 'v' });
    res.end('b');
  });
  const req = http.get({ port: server.address().port, agent: false });
  const seen = [];
  req.on('information', (info) => seen.push([info.statusCode, info.headers.link]));
  const [res] = await once(req, 'response');
  assert.strictEqual(await text(res), 'ab');
  assert.deepStrictEqual(seen, [
    [102, undefined],
    [103, '</a.css>; rel=preload; as=style'],
  ]);
  assert.deepStrictEqual({ ...res.trailers }, { 'x-t': 'v' });
});

test('a timeout, an abort signal, a destroyed request', async (t) => {
  const server = await serve(t, {}, () => {});
  const options = { port: server.address().port, agent: false };
  const late = http.get({ ...options, timeout: 20 });
  late.on('error', () => {});
  await once(late, 'timeout');
  late.destroy();

  const controller = new AbortController();
  const aborted = http.get({ ...options, signal: controller.signal });
  setImmediate(() => controller.abort());
  assert.strictEqual((await once(aborted, 'error'))[0].code, 'ABORT_ERR');

  const destroyed = http.get(options);
  destroyed.destroy(new Error('mine'));
  assert.strictEqual((await once(destroyed, 'error'))[0].message, 'mine');
});

test('bad arguments', () => {
  assert.throws(() => http.request({ method: 'a b' }), { code: 'ERR_INVALID_HTTP_TOKEN' });
  assert.throws(() => http.request({ path: 'a b' }), { code: 'ERR_UNESCAPED_CHARACTERS' });
  assert.throws(() => http.request({ protocol: 'x:' }), { code: 'ERR_INVALID_PROTOCOL' });
  assert.throws(() => http.request('nonsense'), { code: 'ERR_INVALID_URL' });
  assert.throws(() => http.request({ agent: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
});
