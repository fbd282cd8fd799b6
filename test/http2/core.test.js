'use strict';
// Sessions and streams, both sides in one process.
const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const http2 = require('node:http2');
const { duplexPair } = require('node:stream');
const { test } = require('node:test');

const { constants } = http2;

async function pair(t, options, clientOptions) {
  const server = http2.createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`, clientOptions);
  t.after(async () => {
    client.destroy();
    server.close();
  });
  return { server, client };
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a request and its response', async (t) => {
  const { server, client } = await pair(t);
  server.on('stream', (stream, headers, flags, rawHeaders) => {
    assert.strictEqual(headers[':path'], '/a?b');
    assert.strictEqual(headers['x-twice'], '1, 2');
    assert.strictEqual(headers.cookie, 'a=b; c=d');
    assert.ok(headers[http2.sensitiveHeaders].includes('secret'));
    assert.strictEqual(rawHeaders.length % 2, 0);
    stream.respond({ ':status': 201, 'set-cookie': ['x', 'y'] });
    stream.end('done');
  });
  const request = client.request({
    ':path': '/a?b',
    'X-Twice': ['1', '2'],
    cookie: ['a=b', 'c=d'],
    secret: 'value',
    [http2.sensitiveHeaders]: ['secret'],
  });
  const [headers] = await once(request, 'response');
  assert.strictEqual(headers[':status'], 201);
  assert.deepStrictEqual(headers['set-cookie'], ['x', 'y']);
  assert.strictEqual((await read(request)).toString(), 'done');
});

test('large bodies go both ways under flow control', async (t) => {
  const { server, client } = await pair(t);
  const body = Buffer.alloc(1_000_000, 'abcdefghij');
  server.on('stream', (stream) => {
    stream.respond();
    stream.pipe(stream);
  });
  const results = await Promise.all(
    Array.from({ length: 5 }, () => {
      const request = client.request({ ':method': 'POST' });
      request.end(body);
      return read(request);
    }),
  );
  for (const result of results) assert.ok(result.equals(body));
});

test('who does not read is not sent more than his window', async (t) => {
  const { server, client } = await pair(t);
  let written = 0;
  server.on('stream', (stream) => {
    stream.respond();
    const chunk = Buffer.alloc(64 * 1024);
    const write = () => {
      while (written < 1e8) {
        written += chunk.length;
        if (!stream.write(chunk)) {
          stream.once('drain', write);
          return;
        }
      }
    };
    write();
  });
  const request = client.request();
  await once(request, 'response');
  let before = -1;
  while (written !== before) {
    before = written;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(written < 1e6, `${written} bytes written for nobody`);
  request.close();
});

test('trailers in both directions', async (t) => {
  const { server, client } = await pair(t);
  let received;
  server.on('stream', (stream) => {
    stream.on('trailers', (trailers) => (received = trailers.question));
    stream.on('end', () => {
      stream.respond({}, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ answer: '42' }));
      stream.end('body');
    });
    stream.resume();
  });
  const request = client.request({ ':method': 'POST' }, { waitForTrailers: true });
  request.on('wantTrailers', () => request.sendTrailers({ question: 'six times seven' }));
  request.end('x');
  const [[trailers]] = await Promise.all([once(request, 'trailers'), read(request)]);
  assert.strictEqual(trailers.answer, '42');
  assert.strictEqual(received, 'six times seven');
});

test('pushed streams', async (t) => {
  const { server, client } = await pair(t);
  server.on('stream', (stream) => {
    stream.pushStream({ ':path': '/pushed' }, (error, pushed) => {
      assert.ifError(error);
      assert.throws(() => pushed.pushStream({}, () => {}), { code: 'ERR_HTTP2_NESTED_PUSH' });
      pushed.respond({ ':status': 203 });
      pushed.end('pushed');
    });
    stream.respond();
    stream.end('asked for');
  });
  const answer = read(client.request());
  const [pushed, headers] = await once(client, 'stream');
  assert.strictEqual(headers[':path'], '/pushed');
  const [[response], body] = await Promise.all([once(pushed, 'push'), read(pushed)]);
  assert.strictEqual(response[':status'], 203);
  assert.strictEqual(body.toString(), 'pushed');
  assert.strictEqual((await answer).toString(), 'asked for');
});

test('settings, pings and goodbyes', async (t) => {
  const { server, client } = await pair(
    t,
    { settings: { maxConcurrentStreams: 5, customSettings: { 4711: 8 } } },
    { remoteCustomSettings: [4711] },
  );
  const [settings] = await once(client, 'remoteSettings');
  assert.strictEqual(settings.maxConcurrentStreams, 5);
  assert.deepStrictEqual(settings.customSettings, { 4711: 8 });
  const [, , payload] = await new Promise((resolve) =>
    client.ping(Buffer.from('12345678'), (...args) => resolve(args)),
  );
  assert.strictEqual(payload.toString(), '12345678');
  await new Promise((resolve, reject) =>
    client.settings({ initialWindowSize: 100_000 }, (error) => (error ? reject(error) : resolve())),
  );
  assert.strictEqual(client.localSettings.initialWindowSize, 100_000);
  const goaway = once(client, 'goaway');
  server.on('stream', (stream) => {
    stream.session.goaway(constants.NGHTTP2_NO_ERROR, 0, Buffer.from('bye'));
    stream.respond();
    stream.end();
  });
  const request = client.request();
  request.resume();
  const [code, , data] = await goaway;
  assert.strictEqual(code, 0);
  assert.strictEqual(data.toString(), 'bye');
});

test('resets carry their code, whoever resets', async (t) => {
  const { server, client } = await pair(t);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':path'] === '/refuse') stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else stream.respond();
  });
  const refused = client.request({ ':path': '/refuse' });
  const [error] = await once(refused, 'error');
  assert.strictEqual(error.code, 'ERR_HTTP2_STREAM_ERROR');
  assert.strictEqual(refused.rstCode, constants.NGHTTP2_REFUSED_STREAM);
  const controller = new AbortController();
  const aborted = client.request({ ':path': '/' }, { signal: controller.signal });
  await once(aborted, 'response');
  controller.abort();
  const [abortError] = await once(aborted, 'error');
  assert.strictEqual(abortError.name, 'AbortError');
  assert.strictEqual(aborted.rstCode, constants.NGHTTP2_CANCEL);
});

test('files as responses: whole, in part, missing', async (t) => {
  const { server, client } = await pair(t);
  const whole = fs.readFileSync(__filename);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':path'] === '/missing') {
      stream.respondWithFile(
        `${__filename}.none`,
        {},
        {
          onError(error) {
            stream.respond({ ':status': error.code === 'ENOENT' ? 404 : 500 });
            stream.end();
          },
        },
      );
    } else if (headers[':path'] === '/part') {
      stream.respondWithFile(__filename, {}, { offset: 10, length: 20 });
    } else {
      const fd = fs.openSync(__filename);
      stream.on('close', () => fs.closeSync(fd));
      stream.respondWithFD(
        fd,
        {},
        {
          statCheck(stat, sent) {
            sent['content-length'] = stat.size;
          },
        },
      );
    }
  });
  assert.ok((await read(client.request())).equals(whole));
  assert.ok((await read(client.request({ ':path': '/part' }))).equals(whole.subarray(10, 30)));
  const missing = client.request({ ':path': '/missing' });
  missing.resume();
  const [headers] = await once(missing, 'response');
  assert.strictEqual(headers[':status'], 404);
});

test('a session over any Duplex', async () => {
  const [left, right] = duplexPair();
  const session = http2.performServerHandshake(left);
  session.on('stream', (stream) => {
    stream.respond();
    stream.end('over a pair');
  });
  const client = http2.connect('http://localhost', { createConnection: () => right });
  assert.strictEqual((await read(client.request())).toString(), 'over a pair');
  client.destroy();
});

test('alternative services', async (t) => {
  const { server, client } = await pair(t);
  server.on('session', (session) => session.altsvc('h2=":8000"', 'https://example.org'));
  const [alt, origin, stream] = await once(client, 'altsvc');
  assert.deepStrictEqual([alt, origin, stream], ['h2=":8000"', 'https://example.org', 0]);
});

test('what is wrong with headers is told at once', async (t) => {
  const { client } = await pair(t);
  for (const [headers, code] of [
    [{ connection: 'close' }, 'ERR_HTTP2_INVALID_CONNECTION_HEADERS'],
    [{ ':made-up': 'x' }, 'ERR_HTTP2_INVALID_PSEUDOHEADER'],
    [{ 'content-type': ['a', 'b'] }, 'ERR_HTTP2_HEADER_SINGLE_VALUE'],
    [{ 'with space': 'x' }, 'ERR_INVALID_HTTP_TOKEN'],
    [{ ':method': 'CONNECT' }, 'ERR_HTTP2_CONNECT_AUTHORITY'],
  ]) {
    assert.throws(() => client.request(headers), { code });
  }
  const request = client.request({ 'x-nul': 'a\0b' });
  const [error] = await once(request, 'error');
  assert.strictEqual(error.code, 'ERR_HTTP2_STREAM_ERROR');
});
