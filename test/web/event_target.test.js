'use strict';
const { test } = require('node:test');
const assert = require('node:assert');

test('listeners get the event; once, capture and removal', () => {
  const target = new EventTarget();
  const log = [];
  const listener = (event) => log.push(event.type);
  target.addEventListener('a', listener);
  target.addEventListener('a', listener);
  target.addEventListener('a', listener, { capture: true });
  target.addEventListener(
    'a',
    {
      handleEvent() {
        log.push('object');
      },
    },
    { once: true },
  );
  target.dispatchEvent(new Event('a'));
  target.dispatchEvent(new Event('a'));
  target.removeEventListener('a', listener);
  target.dispatchEvent(new Event('a'));
  assert.deepStrictEqual(log, ['a', 'a', 'object', 'a', 'a', 'a']);
});

test('preventDefault, stopImmediatePropagation', () => {
  const target = new EventTarget();
  let calls = 0;
  target.addEventListener('a', (event) => {
    calls++;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  target.addEventListener('a', () => calls++);
  assert.strictEqual(target.dispatchEvent(new Event('a', { cancelable: true })), false);
  assert.strictEqual(target.dispatchEvent(new Event('a')), true);
  assert.strictEqual(calls, 2);
});

test('AbortController aborts once, with a reason', () => {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  signal.onabort = (event) => {
    assert.strictEqual(event.isTrusted, true);
    count++;
  };
  controller.abort();
  controller.abort(new Error('late'));
  assert.strictEqual(count, 1);
  assert.strictEqual(signal.reason.name, 'AbortError');
  assert.strictEqual(signal.reason.code, 20);
  assert.throws(() => signal.throwIfAborted(), signal.reason);
  assert.strictEqual(AbortSignal.abort(5).reason, 5);
});

test('AbortSignal.any follows its sources, AbortSignal.timeout the clock', async () => {
  const one = new AbortController();
  const two = new AbortController();
  const both = AbortSignal.any([one.signal, AbortSignal.any([two.signal])]);
  two.abort('x');
  assert.strictEqual(both.reason, 'x');
  const timeout = AbortSignal.any([AbortSignal.timeout(1), one.signal]);
  await new Promise((resolve) => {
    timeout.addEventListener('abort', resolve);
    setTimeout(() => {}, 100);
  });
  assert.strictEqual(timeout.reason.name, 'TimeoutError');
});

test('DOMException is an error with the legacy codes', () => {
  const error = new DOMException('m', { name: 'NotFoundError', cause: 1 });
  assert.ok(error instanceof Error);
  assert.deepStrictEqual([error.name, error.message, error.code, error.cause], ['NotFoundError', 'm', 8, 1]);
  assert.match(error.stack, /^NotFoundError: m\n/);
  assert.deepStrictEqual(Object.keys(error), []);
  assert.strictEqual(DOMException.DATA_CLONE_ERR, 25);
});
