// Flags: --experimental-eventsource
'use strict';

const assert = require('node:assert');
const http = require('node:http');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { test } = require('node:test');

// The class is behind a flag: the test runs itself with it.
if (typeof EventSource === 'undefined') {
  test('with --experimental-eventsource', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--experimental-eventsource', __filename], {
      encoding: 'utf8',
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    assert.strictEqual(status, 0, stdout);
  });
} else {
  test('events, IDs, reconnection', async (t) => {
    const requests = [];
    const server = http.createServer((req, res) => {
      requests.push(req.headers);
      if (req.url === '/plain') return res.end('no events');
      if (requests.length === 3) return res.writeHead(204).end();
      res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      if (requests.length === 2) return res.end('data: again\n\n');
      res.write('\uFEFF: comment\nretry: 10\nid: 1\ndata: one\ndata:two\r\n\r\nevent: own\rdata\r\r');
      for (const byte of Buffer.from('id: 2\ndata: grüße\n\ndata: never dispatched')) res.write(Buffer.from([byte]));
      return res.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const url = `http://127.0.0.1:${server.address().port}/`;
    const source = new EventSource(url);
    assert.strictEqual(source.readyState, EventSource.CONNECTING);
    assert.strictEqual(source.url, url);
    assert.strictEqual(source.withCredentials, false);
    const seen = [];
    source.onopen = () => seen.push('open');
    source.onmessage = ({ data, lastEventId, origin }) => seen.push([data, lastEventId, origin === url.slice(0, -1)]);
    source.addEventListener('own', ({ type, data }) => seen.push([type, data]));
    const closed = Promise.withResolvers();
    source.onerror = () => {
      seen.push('error');
      if (source.readyState === EventSource.CLOSED) closed.resolve();
    };
    await closed.promise;
    assert.deepStrictEqual(seen, [
      'open',
      ['one\ntwo', '1', true],
      ['own', ''],
      ['grüße', '2', true],
      'error',
      'open',
      ['again', '2', true],
      'error',
      'error',
    ]);
    assert.strictEqual(requests[0].accept, 'text/event-stream');
    assert.strictEqual(requests[1]['last-event-id'], '2');

    const refused = new EventSource(`${url}plain`);
    await once(refused, 'error');
    assert.strictEqual(refused.readyState, EventSource.CLOSED);
    assert.throws(() => new EventSource('x'), { name: 'SyntaxError' });
    source.close();
  });
}
