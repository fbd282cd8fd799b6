'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const https = require('node:https');
const { test } = require('node:test');
const { selfSigned } = require('../tls/fixtures.js');

const { key, cert } = selfSigned();

test('request and answer, on one kept connection', async () => {
  const server = https.createServer({ key, cert }, async (req, res) => {
    let body = '';
    for await (const part of req) body += part;
    res.end(`${req.method} ${req.url} ${body} ${req.socket.encrypted}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const agent = new https.Agent({ ca: cert, servername: 'localhost', keepAlive: true });
  const ask = async (method, path, body) => {
    const req = https.request({ agent, method, path, host: '127.0.0.1', port: server.address().port });
    req.end(body);
    const [res] = await once(req, 'response');
    let text = '';
    for await (const part of res) text += part;
    await new Promise(setImmediate);
    return [text, req.reusedSocket];
  };
  assert.deepStrictEqual(await ask('POST', '/a', 'x'.repeat(50_000)), [`POST /a ${'x'.repeat(50_000)} true`, false]);
  assert.deepStrictEqual(await ask('GET', '/b'), ['GET /b  true', true]);
  agent.destroy();
  server.close();
  await once(server, 'close');
});

test('who is not trusted is not asked', async () => {
  const server = https.createServer({ key, cert }, () => assert.fail('no request'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const req = https.get({ host: '127.0.0.1', port: server.address().port, agent: false });
  const [error] = await once(req, 'error');
  assert.strictEqual(error.code, 'DEPTH_ZERO_SELF_SIGNED_CERT');
  server.close();
});

test('names of an agent', () => {
  const agent = new https.Agent();
  assert.strictEqual(agent.getName(), 'localhost::::::::::::::::::::::');
  assert.strictEqual(
    agent.getName({ host: 'a', port: 1, ca: 'ca', rejectUnauthorized: false, servername: 'b' }),
    'a:1::ca::::::false:b::::::::::::',
  );
});
