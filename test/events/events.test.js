'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const EventEmitter = require('node:events');
const { once, on, errorMonitor, captureRejectionSymbol } = EventEmitter;

test('listeners run in order, with the arguments and the emitter as this', () => {
  const emitter = new EventEmitter();
  const calls = [];
  emitter.on('a', function (...args) {
    calls.push([this === emitter, ...args]);
  });
  emitter.prependListener('a', () => calls.push('first'));
  assert.strictEqual(emitter.emit('a', 1, 2), true);
  assert.strictEqual(emitter.emit('b'), false);
  assert.deepStrictEqual(calls, ['first', [true, 1, 2]]);
});

test('a listener added or removed while emitting does not change that emit', () => {
  const emitter = new EventEmitter();
  const calls = [];
  const second = () => calls.push('second');
  emitter.on('a', () => {
    calls.push('first');
    emitter.off('a', second);
    emitter.on('a', () => calls.push('late'));
  });
  emitter.on('a', second);
  emitter.emit('a');
  assert.deepStrictEqual(calls, ['first', 'second']);
  emitter.emit('a');
  assert.deepStrictEqual(calls, ['first', 'second', 'first', 'late']);
});

test('once listeners run once, and can be removed by the function that was given', () => {
  const emitter = new EventEmitter();
  let count = 0;
  const listener = () => count++;
  emitter.once('a', listener);
  emitter.once('a', listener);
  emitter.removeListener('a', listener);
  emitter.emit('a');
  emitter.emit('a');
  assert.strictEqual(count, 1);
  emitter.once('b', listener);
  assert.strictEqual(emitter.rawListeners('b')[0].listener, listener);
  assert.deepStrictEqual(emitter.listeners('b'), [listener]);
});

test('any name is an event, even those of Object.prototype', () => {
  const emitter = new EventEmitter();
  assert.strictEqual(emitter.emit('toString'), false);
  emitter.on('__proto__', () => {});
  emitter.on('hasOwnProperty', () => {});
  assert.deepStrictEqual(emitter.eventNames(), ['__proto__', 'hasOwnProperty']);
});

test('an unhandled error is thrown; what is no error is wrapped', () => {
  const emitter = new EventEmitter();
  const error = new Error('x');
  assert.throws(() => emitter.emit('error', error), error);
  assert.throws(() => emitter.emit('error', { a: 1 }), {
    code: 'ERR_UNHANDLED_ERROR',
    message: 'Unhandled error. ({ a: 1 })',
    context: { a: 1 },
  });
  const seen = [];
  emitter.on(errorMonitor, (e) => seen.push(e));
  assert.throws(() => emitter.emit('error', error), error);
  assert.deepStrictEqual(seen, [error]);
});

test('newListener and removeListener tell of both', () => {
  const emitter = new EventEmitter();
  const log = [];
  emitter.on('newListener', (name) => log.push(`+${String(name)}`));
  emitter.on('removeListener', (name) => log.push(`-${String(name)}`));
  const listener = () => {};
  emitter.on('a', listener);
  emitter.off('a', listener);
  emitter.once('b', listener);
  emitter.removeAllListeners();
  assert.deepStrictEqual(log, ['+removeListener', '+a', '-a', '+b', '-newListener', '-b']);
});

test('works without new, and through util.inherits', () => {
  function Old() {
    EventEmitter.call(this);
  }
  Object.setPrototypeOf(Old.prototype, EventEmitter.prototype);
  const old = new Old();
  let got;
  old.on('x', (v) => (got = v));
  old.emit('x', 5);
  assert.strictEqual(got, 5);
});

test('a rejecting listener is an error with captureRejections', async () => {
  const emitter = new EventEmitter({ captureRejections: true });
  emitter.on('a', async () => {
    throw new Error('no');
  });
  process.nextTick(() => emitter.emit('a'));
  const [error] = await once(emitter, 'error');
  assert.strictEqual(error.message, 'no');

  const custom = new EventEmitter({ captureRejections: true });
  const got = new Promise((resolve) => {
    custom[captureRejectionSymbol] = (...args) => resolve(args);
  });
  custom.on('a', async () => {
    throw error;
  });
  custom.emit('a', 1, 2);
  assert.deepStrictEqual(await got, [error, 'a', 1, 2]);
});

test('too many listeners give one warning', async () => {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(1);
  const warning = once(process, 'warning');
  emitter.on('a', () => {});
  emitter.on('a', () => {});
  const [{ name, type, count, message }] = await warning;
  assert.strictEqual(name, 'MaxListenersExceededWarning');
  assert.deepStrictEqual([type, count], ['a', 2]);
  assert.match(message, /2 a listeners added to \[EventEmitter\]\. MaxListeners is 1\./);
});

test('on() is an async iterator that ends with its signal', async () => {
  const emitter = new EventEmitter();
  const controller = new AbortController();
  process.nextTick(() => {
    emitter.emit('a', 1);
    emitter.emit('a', 2);
  });
  const got = [];
  await assert.rejects(
    async () => {
      for await (const [value] of on(emitter, 'a', { signal: controller.signal })) {
        got.push(value);
        if (value === 2) controller.abort();
      }
    },
    { name: 'AbortError' },
  );
  assert.deepStrictEqual(got, [1, 2]);
  assert.strictEqual(emitter.listenerCount('a'), 0);
});

test('listenerCount tells listeners apart', () => {
  const emitter = new EventEmitter();
  const listener = () => {};
  emitter
    .on('a', listener)
    .on('a', () => {})
    .once('a', listener);
  assert.strictEqual(emitter.listenerCount('a'), 3);
  assert.strictEqual(emitter.listenerCount('a', listener), 2);
});
