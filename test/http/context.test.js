'use strict';

// Which async context the code of a program runs in: of whoever made the request, or let the server listen.

const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const { AsyncLocalStorage, createHook } = require('node:async_hooks');
const { once } = require('node:events');

test('a kept connection serves each request in the context of that request', async (t) => {
  const storage = new AsyncLocalStorage();
  const server = http.createServer((req, res) => res.end('text')).listen(0);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => {
    agent.destroy();
    server.close();
  });
  await once(server, 'listening');
  const seen = [];
  const see = (event) => seen.push([event, storage.getStore()]);
  const exchange = (name) =>
    storage.run(name, async () => {
      const req = http.get({ port: server.address().port, agent });
      req.on('response', (res) => {
        see('response');
        res.on('data', () => see('data'));
        res.on('end', () => see('end'));
      });
      req.on('close', () => see('close'));
      await once(req, 'close');
    });
  await Promise.all(['one', 'two'].map(exchange));
  await exchange('three');
  const events = ['response', 'data', 'end', 'close'];
  assert.deepStrictEqual(
    seen,
    ['one', 'two', 'three'].flatMap((name) => events.map((event) => [event, name])),
  );
});

test('requests come in the context in which the server was made to listen', async (t) => {
  const storage = new AsyncLocalStorage();
  const seen = [];
  const server = http.createServer((req, res) => {
    seen.push(storage.getStore());
    req.on('data', () => seen.push(storage.getStore()));
    req.on('end', () => {
      seen.push(storage.getStore());
      storage.enterWith('entered');
      res.end();
    });
  });
  t.after(() => server.close());
  storage.run('listening', () => server.listen(0));
  await once(server, 'listening');
  for (let i = 0; i < 2; i++) {
    const req = http.request({ port: server.address().port, method: 'POST' });
    req.end('body');
    const [res] = await once(req, 'response');
    await once(res.resume(), 'end');
  }
  assert.deepStrictEqual(seen, Array(6).fill('listening'));
});

test('async_hooks know an exchange on each side', async (t) => {
  const types = new Map();
  const ended = [];
  const hook = createHook({
    init(id, type) {
      if (type.startsWith('HTTP')) types.set(id, type);
    },
    destroy(id) {
      if (types.has(id)) ended.push(types.get(id));
    },
  }).enable();
  t.after(() => hook.disable());
  const server = http.createServer((req, res) => res.end()).listen(0);
  await once(server, 'listening');
  const req = http.get({ port: server.address().port, agent: false });
  const [res] = await once(req, 'response');
  await once(res.resume(), 'end');
  server.close();
  await once(server, 'close');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepStrictEqual([...types.values()].sort(), ['HTTPCLIENTREQUEST', 'HTTPINCOMINGMESSAGE']);
  assert.deepStrictEqual(ended.sort(), ['HTTPCLIENTREQUEST', 'HTTPINCOMINGMESSAGE']);
});
