'use strict';
// The compatibility API, TLS and the fallback to HTTP/1.
const assert = require('node:assert');
const { once } = require('node:events');
const http2 = require('node:http2');
const https = require('node:https');
const { test } = require('node:test');
const { selfSigned } = require('../tls/fixtures.js');

async function read(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

async function serve(t, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return server.address().port;
}

test('requests and responses as node:http has them', async (t) => {
  const server = http2.createServer(async (req, res) => {
    assert.strictEqual(req.httpVersion, '2.0');
    const body = await read(req);
    res.setHeader('Content-Type', 'text/plain');
    res.appendHeader('x-list', 'a');
    res.appendHeader('x-list', 'b');
    res.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' });
    res.addTrailers({ 'x-trailer': 'last' });
    res.writeHead(202, { 'x-method': req.method, 'x-url': req.url });
    res.write(`${req.authority} said `);
    res.end(body);
  });
  const port = await serve(t, server);
  const client = http2.connect(`http://127.0.0.1:${port}`);
  t.after(() => client.destroy());
  const request = client.request({ ':method': 'PUT', ':path': '/x' });
  const hints = once(request, 'headers');
  const response = once(request, 'response');
  const trailers = once(request, 'trailers');
  request.end('hello');
  assert.strictEqual(await read(request), `127.0.0.1:${port} said hello`);
  assert.strictEqual((await hints)[0][':status'], 103);
  const [headers] = await response;
  assert.strictEqual(headers[':status'], 202);
  assert.strictEqual(headers['x-list'], 'a, b');
  assert.strictEqual(headers['x-method'], 'PUT');
  assert.strictEqual((await trailers)[0]['x-trailer'], 'last');
});

test('100-continue, HEAD and responses without a body', async (t) => {
  const server = http2.createServer((req, res) => {
    if (req.url === '/none') res.statusCode = 204;
    res.end(req.method === 'HEAD' ? undefined : 'text');
  });
  const client = http2.connect(`http://127.0.0.1:${await serve(t, server)}`);
  t.after(() => client.destroy());
  const expecting = client.request({ ':method': 'POST', expect: '100-continue' });
  await once(expecting, 'continue');
  expecting.end('x');
  assert.strictEqual(await read(expecting), 'text');
  assert.strictEqual(await read(client.request({ ':method': 'HEAD' })), '');
  const none = client.request({ ':path': '/none' });
  assert.strictEqual((await once(none, 'response'))[0][':status'], 204);
  assert.strictEqual(await read(none), '');
});

test('TLS: h2 and HTTP/1.1 on one port', async (t) => {
  const { key, cert } = selfSigned();
  const server = http2.createSecureServer({ key, cert, allowHTTP1: true, origins: ['https://example.org'] });
  server.on('request', (req, res) => res.end(`${req.httpVersion} ${req.socket.encrypted}`));
  const port = await serve(t, server);
  const client = http2.connect(`https://localhost:${port}`, { ca: cert, host: '127.0.0.1', lookup });
  t.after(() => client.destroy());
  const origin = once(client, 'origin');
  assert.strictEqual(await read(client.request()), '2.0 true');
  assert.strictEqual(client.alpnProtocol, 'h2');
  assert.deepStrictEqual((await origin)[0], ['https://example.org']);
  assert.ok(client.originSet.includes('https://example.org'));
  const body = await new Promise((resolve, reject) => {
    https
      .get({ host: 'localhost', port, ca: cert, lookup, agent: false }, (res) => resolve(read(res)))
      .on('error', reject);
  });
  assert.strictEqual(body, '1.1 true');
});

function lookup(name, options, callback) {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
}
