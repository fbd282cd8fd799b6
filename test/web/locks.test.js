// navigator.locks: https://w3c.github.io/web-locks/
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');

const { locks } = globalThis.navigator;

test('exclusive locks come one after the other, shared ones together', async () => {
  const order = [];
  const { promise, resolve } = Promise.withResolvers();
  const first = locks.request('a', async () => {
    order.push(1);
    await promise;
  });
  const second = locks.request('a', { mode: 'shared' }, () => order.push(2));
  const third = locks.request('a', { mode: 'shared' }, ({ mode, name }) => order.push([name, mode]));
  assert.strictEqual(await locks.request('a', { ifAvailable: true }, (lock) => lock), null);
  const { held, pending } = await locks.query();
  assert.deepStrictEqual(
    [held, pending].map((list) => list.filter(({ name }) => name === 'a').map(({ mode }) => mode)),
    [['exclusive'], ['shared', 'shared']],
  );
  resolve();
  await Promise.all([first, second, third]);
  assert.deepStrictEqual(order, [1, 2, ['a', 'shared']]);
});

test('abort, steal, results and errors', async () => {
  const held = Promise.withResolvers();
  const loser = locks.request('b', () => held.promise);
  const controller = new AbortController();
  const waiting = locks.request('b', { signal: controller.signal }, () => assert.fail());
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, { message: 'enough' });
  assert.strictEqual(await locks.request('b', { steal: true }, () => 'mine'), 'mine');
  await assert.rejects(loser, { name: 'AbortError' });
  held.resolve();
  await assert.rejects(
    locks.request('b', () => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  await assert.rejects(
    locks.request('-b', () => {}),
    { name: 'NotSupportedError' },
  );
});

// Node never gives back what such a worker held.
test('a worker that ends gives its locks back', { skip: !process.versions.vireo }, async () => {
  const worker = new Worker(
    `navigator.locks.request('c', () => {
       require('node:worker_threads').parentPort.postMessage('held');
       return new Promise(() => setInterval(() => {}, 1000));
     });`,
    { eval: true },
  );
  await once(worker, 'message');
  const request = locks.request('c', () => 'free');
  await worker.terminate();
  assert.strictEqual(await request, 'free');
});
