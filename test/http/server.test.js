'use strict';

const test = require('node:test');
const assert = require('node:assert');
const http = require('node:http');
const net = require('node:net');
const { Duplex } = require('node:stream');
const { once } = require('node:events');
const { exchange, serve } = require('./raw.js');

test('a response at once is framed by its length', async (t) => {
  const server = await serve(t, {}, (req, res) => res.end('héllo'));
  const answer = await exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.strictEqual(
    Buffer.from(answer, 'latin1').toString(),
    'HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nContent-Length: 6\r\n\r\nhéllo',
  );
});

test('a response in pieces goes in chunks, with trailers', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    res.writeHead(200, { Trailer: 'X-Sum' });
    res.write('abc');
    setImmediate(() => {
      res.addTrailers({ 'X-Sum': '42' });
      res.end(Buffer.from('de'));
    });
  });
  const answer = await exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  assert.match(answer, /Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 42\r\n\r\n$/);
});

test('pipelined requests are answered in order, however they are cut', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    if (req.url === '/slow') setTimeout(() => res.end('slow'), 5);
    else res.end(req.url);
  });
  const text =
    'GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n' +
    'POST /3 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyzGET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
  for (const step of [Infinity, 1, 7, 50]) {
    const answer = await exchange(server, text, { step });
    assert.deepStrictEqual(
      answer.match(/\r\n\r\n(slow|\/\d)/g).map((body) => body.trim()),
      ['slow', '/2', '/3', '/4'],
    );
  }
});

test('headers are joined as documented', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    res.end(JSON.stringify([req.headers, req.rawHeaders, req.headersDistinct.cookie, req.httpVersion]));
  });
  const answer = await exchange(
    server,
    'GET / HTTP/1.0\r\nHost: a\r\nHOST: b\r\nCookie: x\r\ncookie: y\r\n' +
      'X-A: 1\r\nx-a:  2 \t\r\nSet-Cookie: p\r\nSet-Cookie: q\r\nEmpty:\r\nL: \xe9\r\nconstructor: c\r\n\r\n',
  );
  const [headers, raw, cookies, version] = JSON.parse(Buffer.from(answer.split('\r\n\r\n')[1], 'latin1').toString());
  assert.deepStrictEqual(headers, {
    host: 'a',
    cookie: 'x; y',
    'x-a': '1, 2',
    'set-cookie': ['p', 'q'],
    empty: '',
    l: 'é',
    constructor: 'c',
  });
  assert.deepStrictEqual(raw.slice(0, 4), ['Host', 'a', 'HOST', 'b']);
  assert.deepStrictEqual(cookies, ['x', 'y']);
  assert.strictEqual(version, '1.0');
});

test('no body where HTTP has none', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    if (req.url === '/204') res.statusCode = 204;
    if (req.url === '/304') res.statusCode = 304;
    res.end('body');
  });
  for (const line of ['HEAD /', 'GET /204', 'GET /304']) {
    const answer = await exchange(server, `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    assert.ok(answer.endsWith('\r\n\r\n'), answer);
  }
});

test('a large body arrives whole, to a client that reads slowly', async (t) => {
  const size = 8 * 1024 * 1024;
  const server = await serve(t, {}, (req, res) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    let left = size;
    let stops = 0;
    const send = () => {
      while (left > 0) {
        left -= chunk.length;
        if (!res.write(chunk) && left > 0) {
          stops++;
          res.once('drain', send);
          return;
        }
      }
      assert.ok(stops > 0);
      res.end();
    };
    send();
  });
  const res = await new Promise((resolve) => {
    http.get({ port: server.address().port, agent: false }, resolve);
  });
  let length = 0;
  for await (const chunk of res) {
    length += chunk.length;
    if (length % 3 === 0) await new Promise(setImmediate);
  }
  assert.strictEqual(length, size);
});

test('a request body can be echoed, paused and resumed', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    req.pipe(res);
  });
  const body = Buffer.alloc(3 * 1024 * 1024, 'abcdefgh');
  const req = http.request({ port: server.address().port, method: 'POST', agent: false });
  req.end(body);
  const [res] = await once(req, 'response');
  const parts = [];
  for await (const chunk of res) parts.push(chunk);
  assert.ok(Buffer.concat(parts).equals(body));
});

test('events of a response and its request', async (t) => {
  const seen = [];
  const server = await serve(t, {}, (req, res) => {
    for (const event of ['prefinish', 'finish', 'close']) res.on(event, () => seen.push(`res ${event}`));
    for (const event of ['end', 'close']) req.on(event, () => seen.push(`req ${event}`));
    res.end('x', () => seen.push('callback'));
    seen.push('returned');
  });
  await exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', { until: (text) => text.endsWith('x') });
  assert.deepStrictEqual(seen.slice(0, 5), ['res prefinish', 'returned', 'callback', 'res finish', 'res close']);
  assert.deepStrictEqual(seen.slice(5), ['req end', 'req close']);
});

test('an aborted request says so', async (t) => {
  const seen = [];
  let closed;
  const done = new Promise((resolve) => {
    closed = resolve;
  });
  const server = await serve(t, {}, (req, res) => {
    req.on('aborted', () => seen.push('aborted'));
    req.on('error', (error) => seen.push(error.code));
    res.on('close', () => seen.push(`close ${res.writableFinished}`));
    req.on('close', closed);
    socket.destroy();
  });
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
  await done;
  assert.deepStrictEqual(seen, ['aborted', 'close false', 'ECONNRESET']);
});

test('Expect: 100-continue', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    req.resume().on('end', () => res.end('ok'));
  });
  const answer = await exchange(
    server,
    'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n' + 'Content-Length: 2\r\n\r\nab',
  );
  assert.match(answer, /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK\r\n/);
});

test('upgrade hands over the socket and the bytes after the head', async (t) => {
  const server = await serve(t, {}, () => assert.fail('no request'));
  server.on('upgrade', (req, socket, head) => {
    assert.strictEqual(req.headers.upgrade, 'echo');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n${head}`);
    socket.on('data', (chunk) => socket.end(chunk));
  });
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhead');
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket) {
    text += chunk;
    if (text.endsWith('head')) socket.write('more');
  }
  assert.ok(text.endsWith('headmore'), text);
});

test('a connection over any stream', async (t) => {
  const server = http.createServer((req, res) => {
    res.end(`${req.method} ${req.url}`);
  });
  let out = '';
  const stream = new Duplex({
    read() {},
    write(chunk, encoding, callback) {
      out += chunk;
      callback();
    },
  });
  server.emit('connection', stream);
  stream.push('GET /duplex HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(stream, 'finish');
  assert.match(out, /^HTTP\/1.1 200 OK\r\n/);
  assert.ok(out.endsWith('GET /duplex'));
});

test('req.socket is a socket', async (t) => {
  const server = await serve(t, {}, (req, res) => {
    assert.ok(req.socket instanceof net.Socket);
    assert.strictEqual(req.socket, res.socket);
    assert.strictEqual(req.socket.remoteAddress, '127.0.0.1');
    assert.strictEqual(req.socket.localPort, server.address().port);
    res.end('ok');
  });
  assert.match(await exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /ok$/);
});

test('close waits for responses and ends idle connections', async (t) => {
  const server = http.createServer((req, res) => {
    server.close();
    setTimeout(() => res.end('late'), 20);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const idle = net.connect(server.address().port, '127.0.0.1');
  idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [chunk] = await once(idle, 'data');
  assert.match(chunk.toString(), /late$/);
  idle.resume();
  idle.end();
  await once(server, 'close');
});

test('a kept connection is closed when its time is over', async (t) => {
  const server = await serve(t, { keepAliveTimeout: 50, keepAliveTimeoutBuffer: 0 }, (req, res) => res.end('x'));
  const answer = await exchange(server, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match(answer, /x$/);
});

test('slow heads and slow bodies get 408', async (t) => {
  const server = await serve(
    t,
    { headersTimeout: 60, requestTimeout: 120, connectionsCheckingInterval: 20 },
    (req, res) => {
      req.resume().on('end', () => res.end());
    },
  );
  for (const text of ['GET / HTTP/1.1\r\nHost:', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab']) {
    assert.strictEqual(await exchange(server, text), 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
  }
});
