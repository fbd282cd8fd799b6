'use strict';

// Hundreds of requests and responses that are malformed, ambiguous or odd: each gets what official Node 24 makes of it
// (hostile/*.jsonl, recorded by hostile/record.js), but for those of hostile/differences.jsonl, which say why.

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Duplex } = require('node:stream');
const test = require('node:test');
const { playAll } = require('./hostile/play.js');

const lines = (name) =>
  fs
    .readFileSync(path.join(__dirname, 'hostile', `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const differences = new Map();
if (process.versions.vireo !== undefined) {
  for (const [name, , outcomes] of lines('differences')) differences.set(name, outcomes);
}

for (const [kind, atLeast] of [
  ['requests', 300],
  ['responses', 150],
]) {
  test(`hostile ${kind}`, async (t) => {
    const recorded = new Map(lines(kind));
    assert.ok(recorded.size >= atLeast);
    for await (const [name, outcomes] of playAll(kind)) {
      await t.test(name, () => {
        assert.deepStrictEqual(outcomes, differences.get(name) ?? recorded.get(name));
      });
    }
  });
}

test('each leniency flag lets through what it names, and no more', async (t) => {
  const recorded = new Map(lines('leniency'));
  for (const [name, told] of require('./hostile/leniency.js').outcomes()) {
    await t.test(name, () => {
      assert.deepStrictEqual(told, recorded.get(name));
    });
  }
});

/** The requests that a server is told of when the bytes come in pieces, through a stream of the program's. */
async function requestsOf(bytes, size) {
  const seen = [];
  const server = http.createServer((req, res) => {
    seen.push([req.method, req.url, ...req.rawHeaders]);
    req.resume();
    req.on('error', () => {});
    req.on('end', () => res.end());
  });
  const stream = new Duplex({ read() {}, write: (chunk, encoding, callback) => callback() });
  stream.on('error', () => {});
  server.emit('connection', stream);
  for (let at = 0; at < bytes.length && !stream.destroyed; at += size) {
    stream.push(Buffer.from(bytes.slice(at, at + size), 'latin1'));
    if (size > 1 || at % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setImmediate(resolve));
  stream.destroy();
  if (!stream.closed) await once(stream, 'close');
  return seen;
}

test('a request is the same however it is cut', async () => {
  const { cases } = require('./hostile/requests.js');
  for (const [name, { bytes, options, maxHeadersCount, maxRequestsPerSocket }] of cases) {
    if (options || maxHeadersCount || maxRequestsPerSocket || bytes.length > 2_000) continue;
    const whole = await requestsOf(bytes, bytes.length);
    for (const size of [1, 7]) {
      const pieces = await requestsOf(bytes, size);
      // An upgrade that nobody takes may lose what came in the same packet.
      if (/upgrade/i.test(name)) assert.deepStrictEqual(pieces.slice(0, whole.length), whole, name);
      else assert.deepStrictEqual(pieces, whole, `${name}, ${size} bytes at a time`);
    }
  }
});
