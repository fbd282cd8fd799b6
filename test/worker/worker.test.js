'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const {
  Worker,
  SHARE_ENV,
  isMainThread,
  postMessageToThread,
  setEnvironmentData,
  threadId,
} = require('node:worker_threads');

const run = (source, options) => new Worker(source, { eval: true, ...options });
const answerOf = async (worker) => (await once(worker, 'message'))[0];

test('what a worker knows of itself', async () => {
  setEnvironmentData('key', { nested: true });
  const worker = run(
    `const t = require('worker_threads');
     t.parentPort.postMessage({
       isMainThread: t.isMainThread, threadId: t.threadId, workerData: t.workerData, data: t.getEnvironmentData('key'),
       argv: process.argv.slice(1), env: process.env.ONLY_HERE, name: t.threadName,
       stack: t.resourceLimits.stackSizeMb,
     })`,
    {
      workerData: [1, new Date(5)],
      argv: ['a', 2],
      env: { ONLY_HERE: 1 },
      name: 'reader',
      resourceLimits: { stackSizeMb: 2 },
    },
  );
  assert.deepStrictEqual(await answerOf(worker), {
    isMainThread: false,
    threadId: worker.threadId,
    workerData: [1, new Date(5)],
    data: { nested: true },
    argv: ['[worker eval]', 'a', '2'],
    env: '1',
    name: 'reader',
    stack: 2,
  });
  assert.ok(isMainThread && threadId === 0 && process.env.ONLY_HERE === undefined);
  assert.deepStrictEqual(await once(worker, 'exit'), [0]);
  assert.strictEqual(worker.threadId, -1);
});

test('files, ES modules, data: URLs, TypeScript', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'worker-'));
  const files = {
    'common.js': "require('worker_threads').parentPort.postMessage(__filename.endsWith('common.js'))",
    'module.mjs': "import { parentPort } from 'worker_threads'; await 0; parentPort.postMessage(import.meta.main)",
    'typed.ts': "const ok: boolean = true; require('worker_threads').parentPort.postMessage(ok)",
  };
  for (const [name, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(dir, name), text);
    assert.strictEqual(await answerOf(new Worker(path.join(dir, name))), true, name);
  }
  const url = new URL("data:text/javascript,import { parentPort } from 'worker_threads'; parentPort.postMessage(true)");
  assert.strictEqual(await answerOf(new Worker(url)), true);
  fs.rmSync(dir, { recursive: true });
});

test('errors, exit codes, and the end from outside', async () => {
  const failing = run("const e = new RangeError('bad'); e.code = 'E_BAD'; throw e");
  const codes = [];
  failing.on('exit', (code) => codes.push(code));
  const [error] = await once(failing, 'error');
  assert.ok(error instanceof RangeError && error.code === 'E_BAD' && error.message === 'bad');
  assert.match(error.stack, /worker eval/);

  const leaving = run("process.on('exit', (c) => console.log('never seen', c)); process.exit(3); for (;;);", {
    stdout: true,
  });
  const [[code], text] = await Promise.all([once(leaving, 'exit'), leaving.stdout.setEncoding('utf8').toArray()]);
  assert.deepStrictEqual([code, text.join('')], [3, 'never seen 3\n']);

  const stuck = run('for (;;);');
  await once(stuck, 'online');
  assert.strictEqual(await stuck.terminate(), 1);
  const waiting = run('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)');
  await once(waiting, 'online');
  assert.strictEqual(await waiting.terminate(), 1);
  assert.strictEqual(await waiting.terminate(), undefined);
  assert.deepStrictEqual(codes, [1]);
});

test('a worker that uses up its heap ends alone', async () => {
  const worker = run('const a = []; for (;;) a.push({ b: [1, 2, 3] })', {
    resourceLimits: { maxOldGenerationSizeMb: 10, maxYoungGenerationSizeMb: 2 },
  });
  const [error] = await once(worker, 'error');
  assert.strictEqual(error.code, 'ERR_WORKER_OUT_OF_MEMORY');
});

test('standard streams, environment, process-wide calls', async () => {
  const echo = run("process.stdin.on('data', (d) => process.stdout.write(String(d).toUpperCase()))", {
    stdin: true,
    stdout: true,
  });
  echo.stdin.end('text');
  assert.strictEqual((await echo.stdout.setEncoding('utf8').toArray()).join(''), 'TEXT');

  const sharing = run("process.env.SET_BY_WORKER = 'yes'", { env: SHARE_ENV });
  await once(sharing, 'exit');
  assert.strictEqual(process.env.SET_BY_WORKER, 'yes');
  delete process.env.SET_BY_WORKER;

  const worker = run(
    "try { process.chdir('/') } catch (e) { require('worker_threads').parentPort.postMessage(e.code) }",
  );
  assert.strictEqual(await answerOf(worker), 'ERR_WORKER_UNSUPPORTED_OPERATION');
});

test('a server in a worker, workers within workers', async () => {
  const worker = run(`
    const { parentPort, Worker } = require('worker_threads');
    const inner = new Worker("require('worker_threads').parentPort.postMessage('inner')", { eval: true });
    inner.on('message', (text) => {
      const server = require('http').createServer((req, res) => res.end(text));
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
    });`);
  const port = await answerOf(worker);
  const response = await new Promise((resolve, reject) =>
    require('node:http').get({ port, host: '127.0.0.1', agent: false }, resolve).on('error', reject),
  );
  assert.strictEqual((await response.setEncoding('utf8').toArray()).join(''), 'inner');
  await worker.terminate();
});

test('postMessageToThread', async () => {
  const worker = run(`
    const { parentPort } = require('worker_threads');
    process.on('workerMessage', (value, from) => parentPort.postMessage([value, from]));
    setTimeout(() => {}, 60000);`);
  const answer = answerOf(worker);
  await postMessageToThread(worker.threadId, { a: 1 });
  assert.deepStrictEqual(await answer, [{ a: 1 }, 0]);
  await worker.terminate();
  await assert.rejects(postMessageToThread(worker.threadId + 1000, 1), { code: 'ERR_WORKER_MESSAGING_FAILED' });
  await assert.rejects(postMessageToThread(0, 1), { code: 'ERR_WORKER_MESSAGING_SAME_THREAD' });
});

test('many workers leave no thread, no descriptor', async () => {
  const count = () => [fs.readdirSync('/proc/self/fd').length, fs.readdirSync('/proc/self/task').length];
  const some = (n, source) =>
    Promise.all(
      Array.from({ length: n }, () => {
        const worker = run(source);
        return once(worker, 'exit');
      }),
    );
  await some(8, "require('fs').promises.readFile('/dev/null')"); // the thread pool is there from here on
  const before = count();
  for (let i = 0; i < 5; i++) await some(8, "require('fs').promises.readFile('/dev/null')");
  const after = count();
  assert.ok(after[0] <= before[0] + 2 && after[1] <= before[1] + 1, `${before} -> ${after}`);
});
