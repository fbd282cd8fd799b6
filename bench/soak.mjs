// Does an HTTP server stand what the world does to it, for long? soak.mjs [--seconds N] [BIN]
//
// A mixed load (kept connections, pipelining, bodies, aborts in the midst of bodies both ways, clients that close half or say
// nothing, upgrades, and 5 % garbage) for N seconds (900). Every answer is checked. Then: the descriptors must be what they
// were, the memory not more than 24 MiB above what it was after the first fifth, and SIGTERM under load must lose no request:
// a client that reuses a kept connection at that moment gets its answer, with `Connection: close`. Ends with 1 otherwise.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf('--seconds');
const seconds = at < 0 ? 900 : Number(args.splice(at, 2)[1]);
const bin = path.resolve(args[0] ?? path.join(here, '../build/vireo'));

const child = spawn(bin, [path.join(here, 'http/soak.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = [];
let wake = () => {};
child.stdout.on('data', (data) => {
  lines.push(...String(data).split('\n').filter(Boolean));
  wake();
});
const exited = once(child, 'exit');
let ended = false;
child.on('exit', () => {
  ended = true;
  wake();
});
async function line() {
  while (lines.length === 0 && !ended) await new Promise((resolve) => (wake = resolve));
  if (ended) throw new Error('the server has ended');
  return JSON.parse(lines.shift());
}
const { port } = await line();

const descriptors = () => fs.readdirSync(`/proc/${child.pid}/fd`).length;
async function reading() {
  child.stdin.write('read\n');
  const { rss, heap } = await line();
  return { rss: rss / 2 ** 20, heap: heap / 2 ** 20, descriptors: descriptors() };
}

// --- the load -----------------------------------------------------------------------------------------------------------

const counts = {};
const count = (what) => (counts[what] = (counts[what] ?? 0) + 1);
const random = (n) => Math.floor(Math.random() * n);

/** A connection, and a way to wait for what it receives. */
async function connect() {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const state = { socket, text: '', ended: false, failed: null };
  let notify = () => {};
  socket.setEncoding('latin1');
  socket.on('data', (data) => {
    state.text += data;
    notify();
  });
  socket.on('end', () => {
    state.ended = true;
    notify();
  });
  socket.on('error', (error) => {
    state.failed = error;
    state.ended = true;
    notify();
  });
  /** Resolves to the part of the text that `find` gives the end of, or to null at the end of the connection. */
  state.take = async (find) => {
    for (;;) {
      const end = find(state.text);
      if (end > 0) {
        const part = state.text.slice(0, end);
        state.text = state.text.slice(end);
        return part;
      }
      if (state.ended) return null;
      await new Promise((resolve) => (notify = resolve));
    }
  };
  await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  return state;
}

/** Where the first answer in `text` ends, or 0. */
function endOfAnswer(text) {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  const length = /\r\nContent-Length: (\d+)/i.exec(text.slice(0, head + 2));
  if (length === null) {
    const last = text.indexOf('\r\n0\r\n\r\n', head);
    return last < 0 ? 0 : last + 7;
  }
  const end = head + 4 + Number(length[1]);
  return text.length >= end ? end : 0;
}

function check(answer, body) {
  if (answer === null || !answer.startsWith('HTTP/1.1 200 ') || !answer.endsWith(body))
    throw new Error(`an answer is wrong: ${JSON.stringify(answer?.slice(0, 200))}`);
}

const GET = (target = '/') => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const kinds = {
  async kept() {
    const c = await connect();
    for (let i = 0; i < 20; i++) {
      c.socket.write(GET(i % 10 === 9 ? '/socket' : '/'));
      check(await c.take(endOfAnswer), 'Hello World\n');
    }
    c.socket.destroy();
  },
  async pipelined() {
    const c = await connect();
    c.socket.write(GET().repeat(4) + GET('/slow') + GET().repeat(3));
    for (let i = 0; i < 8; i++) check(await c.take(endOfAnswer), i === 4 ? 'slow' : 'Hello World\n');
    c.socket.end();
    await c.take(() => 0);
    c.socket.destroy();
  },
  async bodies() {
    const c = await connect();
    const size = random(100_000);
    c.socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n${'b'.repeat(size)}`);
    check(await c.take(endOfAnswer), String(size));
    c.socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    for (let i = 0; i < 5; i++) {
      c.socket.write(`400\r\n${'c'.repeat(1024)}\r\n`);
      await sleep(1);
    }
    c.socket.write('0\r\n\r\n');
    check(await c.take(endOfAnswer), '5120');
    c.socket.destroy();
  },
  async 'abort of a body'() {
    const c = await connect();
    c.socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n${'b'.repeat(random(50_000))}`);
    await sleep(random(5));
    if (random(2)) c.socket.destroy();
    else c.socket.resetAndDestroy();
  },
  async 'abort of an answer'() {
    const c = await connect();
    c.socket.write(GET('/stream'));
    await c.take((text) => Math.min(text.length, 1));
    if (random(2)) c.socket.destroy();
    else c.socket.resetAndDestroy();
  },
  async 'closed half'() {
    const c = await connect();
    c.socket.end(random(2) ? GET() : GET('/slow'));
    await c.take(() => 0);
    c.socket.destroy();
  },
  async silent() {
    const c = await connect();
    if (random(2)) c.socket.write('GET / HTTP/1.1\r\nHost:');
    await sleep(200 + random(300));
    c.socket.destroy();
  },
  async upgrades() {
    const c = await connect();
    c.socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    await c.take((text) => text.indexOf('\r\n\r\n') + 4 * (text.includes('\r\n\r\n') ? 1 : 0));
    for (let i = 0; i < 5; i++) {
      c.socket.write(`message ${i}`);
      const echo = await c.take((text) => (text.length >= 9 ? 9 : 0));
      if (echo !== `message ${i}`) throw new Error(`an echo is wrong: ${JSON.stringify(echo)}`);
    }
    c.socket.end();
    await c.take(() => 0);
    c.socket.destroy();
  },
  async garbage() {
    const c = await connect();
    const bytes = Buffer.from(
      GET() + 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    );
    if (random(2)) for (let i = 0; i < 3; i++) bytes[random(bytes.length)] = random(256);
    else for (let i = 0; i < bytes.length; i++) bytes[i] = random(256);
    c.socket.end(bytes);
    await Promise.race([c.take(() => 0), sleep(1000)]);
    c.socket.destroy();
  },
};
// How many of each in a hundred.
const mix = {
  kept: 35,
  pipelined: 10,
  bodies: 10,
  'abort of a body': 10,
  'abort of an answer': 8,
  'closed half': 8,
  silent: 7,
  upgrades: 7,
  garbage: 5,
};
const deck = Object.entries(mix).flatMap(([kind, n]) => Array(n).fill(kind));

let running = true;
async function client() {
  while (running) {
    const kind = deck[random(deck.length)];
    await kinds[kind]();
    count(kind);
  }
}

const show = ({ rss, heap, descriptors: open }) =>
  `RSS ${rss.toFixed(1)} MiB, heap ${heap.toFixed(1)} MiB, ${open} descriptors`;
let failed = false;
const fail = (text) => {
  console.error(`FAILED: ${text}`);
  failed = true;
};

const before = await reading();
console.log(`before: ${show(before)}`);
const clients = Array.from({ length: 48 }, client);
const load = Promise.all(clients).catch((error) => {
  running = false;
  fail(error.message);
});
const until = Date.now() + seconds * 1000;
let early = null;
while (running && Date.now() < until && !ended) {
  await sleep(Math.min(seconds * 100, until - Date.now()));
  const now = await reading();
  if (early === null && Date.now() >= until - seconds * 800) early = now;
  console.log(`${Math.round(seconds - (until - Date.now()) / 1000)} s: ${show(now)}`);
}
running = false;
await load;
await sleep(1500);
const after = await reading();
console.log(`after: ${show(after)}`);
console.log(
  Object.entries(counts)
    .map(([kind, n]) => `${kind}: ${n}`)
    .join(', '),
);
if (after.descriptors > before.descriptors + 1) fail('descriptors are left');
if (early !== null && after.rss > early.rss + 24) fail('memory grew');

// --- SIGTERM under load -------------------------------------------------------------------------------------------------

let answered = 0;
let closes = 0;
async function reuser(ready) {
  const c = await connect();
  c.socket.write(GET());
  check(await c.take(endOfAnswer), 'Hello World\n');
  ready();
  for (;;) {
    c.socket.write(GET(random(4) === 0 ? '/slow' : '/'));
    const answer = await c.take(endOfAnswer);
    if (answer === null)
      throw new Error(`a request on a kept connection got no answer (${c.failed?.code ?? 'the end'})`);
    answered++;
    if (/\r\nConnection: close\r\n/i.test(answer)) {
      closes++;
      await c.take(() => 0);
      if (c.failed) throw new Error(`a connection was not closed well: ${c.failed.code}`);
      c.socket.destroy();
      return;
    }
  }
}
let waiting = 64;
await new Promise((resolve) => {
  const all = Array.from({ length: waiting }, () => reuser(() => --waiting === 0 && resolve()));
  reuser.all = Promise.all(all).catch((error) => fail(error.message));
});
await sleep(500);
child.kill('SIGTERM');
await reuser.all;
const [code, signal] = await exited;
if (code !== 0) fail(`the server ended with ${code ?? signal}`);
console.log(`SIGTERM: ${answered} requests answered, ${closes} of 64 connections closed by an answer that says so`);
process.exitCode = failed ? 1 : 0;
