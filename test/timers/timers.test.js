'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const timers = require('node:timers');
const promises = require('node:timers/promises');

const run = (body) => new Promise((resolve, reject) => body(resolve, reject));

test('timers of one duration run in order, with ticks and microtasks between them', async () => {
  const log = [];
  await run((resolve) => {
    setTimeout(() => {
      log.push('t1');
      process.nextTick(() => log.push('tick'));
      Promise.resolve().then(() => log.push('micro'));
    }, 1);
    setTimeout(() => {
      log.push('t2');
      resolve();
    }, 1);
  });
  assert.deepStrictEqual(log, ['t1', 'tick', 'micro', 't2']);
});

test('ticks run before microtasks, and both before immediates', async () => {
  const log = [];
  await run((resolve) => {
    setImmediate(() => {
      log.push('immediate');
      resolve();
    });
    queueMicrotask(() => log.push('micro'));
    process.nextTick(() => log.push('tick'));
  });
  assert.strictEqual(log.at(-1), 'immediate');
  assert.strictEqual(log.length, 3);
});

test('a timer can clear another of the same list', async () => {
  let ran = false;
  await run((resolve) => {
    setTimeout(() => clearTimeout(victim), 1);
    const victim = setTimeout(() => (ran = true), 1);
    setTimeout(resolve, 5);
  });
  assert.strictEqual(ran, false);
});

test('an immediate set in an immediate runs in the next turn', async () => {
  const log = [];
  await run((resolve) => {
    setImmediate(() => {
      log.push(1);
      setImmediate(() => {
        log.push(3);
        resolve();
      });
    });
    setImmediate(() => log.push(2));
  });
  assert.deepStrictEqual(log, [1, 2, 3]);
});

test('intervals repeat until cleared, also by number', async () => {
  let count = 0;
  await run((resolve) => {
    const interval = setInterval(() => {
      if (++count === 3) {
        clearInterval(+interval);
        setTimeout(resolve, 5);
      }
    }, 1);
  });
  assert.strictEqual(count, 3);
});

test('refresh restarts; ref, unref and hasRef', async () => {
  const timer = setTimeout(() => {}, 1e6);
  assert.strictEqual(timer.hasRef(), true);
  assert.strictEqual(timer.unref().hasRef(), false);
  assert.strictEqual(timer.ref().hasRef(), true);
  timer.close();
  let count = 0;
  await run((resolve) => {
    const again = setTimeout(() => {
      if (++count === 2) resolve();
      else again.refresh();
    }, 1);
  });
  assert.strictEqual(count, 2);
});

test('promises resolve with their value and abort with their signal', async () => {
  assert.strictEqual(await promises.setTimeout(1, 'a'), 'a');
  assert.strictEqual(await promises.setImmediate('b'), 'b');
  const controller = new AbortController();
  const pending = promises.setTimeout(1e6, 'c', { signal: controller.signal });
  controller.abort(new Error('why'));
  await assert.rejects(pending, { name: 'AbortError', code: 'ABORT_ERR', cause: new Error('why') });
  await assert.rejects(promises.setTimeout(1, 'd', { ref: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
  let count = 0;
  for await (const value of promises.setInterval(1, 'e')) {
    assert.strictEqual(value, 'e');
    if (++count === 3) break;
  }
  await promises.scheduler.wait(1);
  await promises.scheduler.yield();
});

test('an exception in a timer leaves the others alone', async () => {
  const log = [];
  await run((resolve) => {
    process.setUncaughtExceptionCaptureCallback((error) => log.push(error.message));
    setTimeout(() => {
      throw new Error('boom');
    }, 1);
    setTimeout(() => {
      log.push('next');
      resolve();
    }, 1);
  });
  process.setUncaughtExceptionCaptureCallback(null);
  assert.deepStrictEqual(log, ['boom', 'next']);
});

test('callbacks must be functions', () => {
  for (const set of [timers.setTimeout, timers.setInterval, timers.setImmediate]) {
    assert.throws(() => set('code'), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});
