'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } = require('node:async_hooks');

test('the store follows ticks, timers, immediates, microtasks and promises', async () => {
  const storage = new AsyncLocalStorage();
  const seen = await storage.run('a', async () => {
    const later = (start) => new Promise((resolve) => start(() => resolve(storage.getStore())));
    return [
      storage.getStore(),
      await later((f) => process.nextTick(f)),
      await later((f) => setTimeout(f, 1)),
      await later((f) => setImmediate(f)),
      await later((f) => queueMicrotask(f)),
      await Promise.resolve().then(() => storage.getStore()),
    ];
  });
  assert.deepStrictEqual(seen, ['a', 'a', 'a', 'a', 'a', 'a']);
  assert.strictEqual(storage.getStore(), undefined);
});

test('stores are independent, nest, and exit', () => {
  const one = new AsyncLocalStorage();
  const two = new AsyncLocalStorage({ name: 'two', defaultValue: 0 });
  assert.strictEqual(two.name, 'two');
  one.run(1, () => {
    assert.strictEqual(two.getStore(), 0);
    two.run(2, () => {
      assert.deepStrictEqual([one.getStore(), two.getStore()], [1, 2]);
      one.run(3, () => assert.deepStrictEqual([one.getStore(), two.getStore()], [3, 2]));
      one.exit(() => assert.strictEqual(one.getStore(), undefined));
      assert.strictEqual(one.getStore(), 1);
    });
  });
});

test('run restores the store after an exception', () => {
  const storage = new AsyncLocalStorage();
  assert.throws(
    () =>
      storage.run(1, () => {
        throw new Error('x');
      }),
    /x/,
  );
  assert.strictEqual(storage.getStore(), undefined);
});

test('bind and snapshot keep the context of their making', () => {
  const storage = new AsyncLocalStorage();
  const bound = storage.run(1, () => AsyncLocalStorage.bind(() => storage.getStore()));
  const snapshot = storage.run(2, () => AsyncLocalStorage.snapshot());
  assert.strictEqual(storage.run(3, bound), 1);
  assert.strictEqual(
    storage.run(3, () => snapshot((x) => storage.getStore() + x, 10)),
    12,
  );
});

test('an AsyncResource runs callbacks in its own context and under its own id', () => {
  const storage = new AsyncLocalStorage();
  const resource = storage.run('r', () => new AsyncResource('TEST'));
  const [store, id, that, sum] = resource.runInAsyncScope(
    function (a, b) {
      return [storage.getStore(), executionAsyncId(), this, a + b];
    },
    'this',
    1,
    2,
  );
  assert.deepStrictEqual([store, id, String(that), sum], ['r', resource.asyncId(), 'this', 3]);
});

test('hooks see the life of a resource', async () => {
  const log = [];
  let id;
  const hook = createHook({
    init(asyncId, type) {
      if (type !== 'HOOKED') return;
      id = asyncId;
      log.push('init');
    },
    before(asyncId) {
      if (asyncId === id) log.push('before');
    },
    after(asyncId) {
      if (asyncId === id) log.push('after');
    },
    destroy(asyncId) {
      if (asyncId === id) log.push('destroy');
    },
  }).enable();
  const resource = new AsyncResource('HOOKED');
  resource.runInAsyncScope(() => log.push('run'));
  resource.emitDestroy();
  for (let i = 0; i < 100 && !log.includes('destroy'); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  hook.disable();
  assert.deepStrictEqual(log, ['init', 'before', 'run', 'after', 'destroy']);
});
