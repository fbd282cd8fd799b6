// node:cluster, driven from outside: programs of test/cluster/fixtures.
'use strict';

const assert = require('node:assert');
const { fork, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const path = require('node:path');
const { test } = require('node:test');

const fixture = (name) => path.join(__dirname, 'fixtures', name);

/** Starts fixtures/server.js; `next(key)` gives the next message with that key. */
function start(env) {
  const child = fork(fixture('server.js'), { env: { ...process.env, NODE_TEST_CONTEXT: '', ...env } });
  const messages = [];
  const waiting = [];
  child.on('message', (message) => {
    const at = waiting.findIndex(({ key }) => key in message);
    if (at >= 0) waiting.splice(at, 1)[0].resolve(message);
    else messages.push(message);
  });
  const next = (key) => {
    const at = messages.findIndex((message) => key in message);
    if (at >= 0) return Promise.resolve(messages.splice(at, 1)[0]);
    return new Promise((resolve) => waiting.push({ key, resolve }));
  };
  return { child, next };
}

/** The id of the worker that answered on a connection of its own. */
function ask(port) {
  return new Promise((resolve, reject) => {
    http
      .get({ port, host: '127.0.0.1', agent: false, signal: AbortSignal.timeout(5000) }, async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve(Number(text));
      })
      .on('error', reject);
  });
}

async function end({ child }) {
  child.send({ disconnect: true });
  const [code] = await once(child, 'exit');
  assert.strictEqual(code, 0);
}

test('round robin: every worker has its turn', async () => {
  const cluster = start({ WORKERS: '3' });
  const { port } = await cluster.next('port');
  const answers = new Map();
  for (let i = 0; i < 30; i++) {
    const id = await ask(port);
    answers.set(id, (answers.get(id) ?? 0) + 1);
  }
  assert.deepStrictEqual([...answers.keys()].sort(), [1, 2, 3]);
  for (const count of answers.values()) assert.ok(count >= 5, `${count} of 30`);
  await end(cluster);
});

test('shared handles: the system distributes', async () => {
  for (const env of [{ POLICY: 'none' }, { NODE_CLUSTER_SCHED_POLICY: 'none' }]) {
    const cluster = start({ WORKERS: '2', ...env });
    const { port } = await cluster.next('port');
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(port)));
    assert.ok(answers.every((id) => id === 1 || id === 2));
    await end(cluster);
  }
});

test('a killed worker loses only requests of its own, and is replaced', async () => {
  const cluster = start({ WORKERS: '2' });
  const { port, pids } = await cluster.next('port');
  const results = [];
  let stop = false;
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) results.push(await ask(port).catch((error) => error));
  });
  while (results.length < 50) await ask(port);
  process.kill(pids[0], 'SIGKILL');
  assert.strictEqual((await cluster.next('exit')).exitedAfterDisconnect, false);
  await cluster.next('port');
  const before = results.length;
  while (results.length < before + 200) await ask(port);
  stop = true;
  await Promise.all(load);
  const lost = results.filter((result) => result instanceof Error);
  assert.ok(lost.length <= 8, `${lost.length} of ${results.length} lost`);
  assert.ok(results.includes(3), 'the new worker has its share');
  assert.ok(!results.slice(-50).includes(1));
  await end(cluster);
});

test('an address that is taken is told to the worker', () => {
  const program = `
    const cluster = require('node:cluster');
    const net = require('node:net');
    if (cluster.isPrimary) {
      const taken = net.createServer().listen(0, '127.0.0.1', () => {
        cluster.fork({ PORT: taken.address().port }).on('exit', (code) => { console.log(code); taken.close(); });
      });
    } else {
      net.createServer().listen(Number(process.env.PORT), '127.0.0.1').on('error', (error) => {
        console.log(error.code, error.syscall, error.address);
        cluster.worker.disconnect();
      });
    }`;
  for (const policy of ['rr', 'none']) {
    const file = path.join(require('node:os').tmpdir(), `vireo-cluster-${process.pid}-${policy}.js`);
    require('node:fs').writeFileSync(file, program);
    const { stdout } = spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      env: { ...process.env, NODE_CLUSTER_SCHED_POLICY: policy },
    });
    require('node:fs').unlinkSync(file);
    assert.strictEqual(stdout, 'EADDRINUSE bind 127.0.0.1\n0\n', policy);
  }
});

test('settings, the primary seen from outside, Worker', () => {
  const cluster = require('node:cluster');
  assert.strictEqual(cluster.isPrimary, true);
  assert.strictEqual(cluster.isWorker, false);
  assert.deepStrictEqual({ ...cluster.workers }, {});
  cluster.setupPrimary({ exec: 'a.js', args: ['1'], silent: true });
  assert.deepStrictEqual(cluster.settings, { args: ['1'], exec: 'a.js', execArgv: process.execArgv, silent: true });
  const worker = new cluster.Worker({ id: 7, state: 'x' });
  assert.strictEqual(worker.id, 7);
  assert.strictEqual(worker.state, 'x');
  assert.ok(cluster.Worker() instanceof cluster.Worker);
});
