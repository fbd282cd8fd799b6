'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const net = require('node:net');
const { duplexPair } = require('node:stream');
const { test } = require('node:test');
const tls = require('node:tls');
const { selfSigned } = require('./fixtures.js');

const { key, cert } = selfSigned();
const other = selfSigned('other.example');

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

test('echo of more than one record, and the end of both sides', async () => {
  const server = tls.createServer({ key, cert }, (socket) => socket.pipe(socket));
  const port = await listen(server);
  const client = tls.connect({ port, ca: cert, host: '127.0.0.1', servername: 'localhost' });
  await once(client, 'secureConnect');
  assert.strictEqual(client.authorized, true);
  assert.strictEqual(client.encrypted, true);
  assert.strictEqual(client.getProtocol(), 'TLSv1.3');
  assert.strictEqual(client.getPeerCertificate().subject.CN, 'localhost');
  const sent = Buffer.alloc(300_000, 'abc');
  client.end(sent);
  const parts = [];
  for await (const part of client) parts.push(part);
  assert.ok(Buffer.concat(parts).equals(sent));
  server.close();
  await once(server, 'close');
});

test('a certificate that nobody vouches for is refused', async () => {
  const server = tls.createServer({ key, cert }, () => {});
  server.on('tlsClientError', () => {});
  const port = await listen(server);
  const client = tls.connect({ port, host: '127.0.0.1', servername: 'localhost' });
  const [error] = await once(client, 'error');
  assert.strictEqual(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  const lax = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(lax, 'secureConnect');
  assert.strictEqual(lax.authorized, false);
  assert.strictEqual(lax.authorizationError, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  lax.destroy();
  server.close();
});

test('the wrong name is refused', async () => {
  const server = tls.createServer({ key, cert }, () => {});
  const port = await listen(server);
  const client = tls.connect({ port, host: '127.0.0.1', ca: cert, servername: 'elsewhere.example' });
  const [error] = await once(client, 'error');
  assert.strictEqual(error.code, 'ERR_TLS_CERT_ALTNAME_INVALID');
  server.close();
});

test('SNI, ALPN and the session', async () => {
  const server = tls.createServer({ key, cert, ALPNProtocols: ['one', 'two'] }, (socket) => {
    socket.end(`${socket.servername} ${socket.alpnProtocol} ${socket.isSessionReused()}`);
  });
  server.addContext('*.example', other);
  const port = await listen(server);
  const ask = async (options) => {
    const socket = tls.connect({ port, host: '127.0.0.1', ca: [cert, other.cert], ...options });
    let session;
    socket.on('session', (each) => (session = each));
    await once(socket, 'secureConnect');
    const CN = socket.getPeerCertificate().subject?.CN;
    let text = '';
    for await (const part of socket) text += part;
    return { CN, text, session };
  };
  const first = await ask({ servername: 'other.example', ALPNProtocols: ['two'] });
  assert.strictEqual(first.CN, 'other.example');
  assert.strictEqual(first.text, 'other.example two false');
  const second = await ask({ servername: 'localhost' });
  assert.strictEqual(second.text, 'localhost false false');
  const third = await ask({ servername: 'localhost', session: second.session });
  assert.strictEqual(third.text, 'localhost false true');
  server.close();
});

test('client certificates', async () => {
  const server = tls.createServer({ key, cert, ca: other.cert, requestCert: true }, (socket) => {
    socket.end(`${socket.authorized} ${socket.getPeerCertificate().subject.CN}`);
  });
  server.on('tlsClientError', () => {});
  const port = await listen(server);
  const options = { port, host: '127.0.0.1', servername: 'localhost', ca: cert };
  const client = tls.connect({ ...options, ...other, ca: cert });
  let text = '';
  for await (const part of client) text += part;
  assert.strictEqual(text, 'true other.example');
  const nobody = tls.connect(options);
  const [error] = await once(nobody, 'error');
  assert.match(error.code, /^ERR_SSL_|ECONNRESET/);
  server.close();
});

test('over a Duplex', async () => {
  const [a, b] = duplexPair();
  const server = new tls.TLSSocket(a, { isServer: true, key, cert });
  const client = tls.connect({ socket: b, ca: cert, servername: 'localhost' });
  server.on('data', (chunk) => server.write(`got ${chunk}`));
  client.write('hello');
  const [answer] = await once(client, 'data');
  assert.strictEqual(answer.toString(), 'got hello');
  client.destroy();
  server.destroy();
});

test('hostile peers: plain text, cut records, a reset in the middle', async () => {
  const server = tls.createServer({ key, cert }, () => assert.fail('no connection'));
  const codes = [];
  server.on('tlsClientError', (error) => codes.push(error.code));
  const port = await listen(server);
  const plain = net.connect(port, '127.0.0.1');
  plain.on('error', () => {});
  plain.end('GET / HTTP/1.1\r\n\r\n');
  await once(server, 'tlsClientError');
  const cut = net.connect(port, '127.0.0.1');
  cut.on('error', () => {});
  cut.end(Buffer.from([22, 3, 1, 2, 0, 1, 0]));
  await once(server, 'tlsClientError');
  const reset = net.connect(port, '127.0.0.1');
  reset.on('error', () => {});
  await once(reset, 'connect');
  reset.write(Buffer.from([22, 3, 1]), () => reset.resetAndDestroy());
  await once(server, 'tlsClientError');
  assert.strictEqual(codes[0], 'ERR_SSL_HTTP_REQUEST');
  assert.deepStrictEqual(codes.slice(1), ['ECONNRESET', 'ECONNRESET']);
  server.close();
});
