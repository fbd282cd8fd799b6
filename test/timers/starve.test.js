'use strict';

const { test } = require('node:test');
const assert = require('node:assert');

function busy(milliseconds) {
  const start = performance.now();
  while (performance.now() - start < milliseconds);
}

test('timers that are always late leave the loop to others', async () => {
  const order = [];
  await new Promise((resolve) => {
    const interval = setInterval(() => {
      busy(10);
      order.push('interval');
      setImmediate(() => order.push('immediate'));
      if (order.length > 8) {
        clearInterval(interval);
        resolve();
      }
    }, 2);
  });
  assert.deepStrictEqual(order.slice(0, 6), [
    'interval',
    'immediate',
    'interval',
    'immediate',
    'interval',
    'immediate',
  ]);
});

test('a timer that becomes due while another runs waits for the next round', async () => {
  const order = [];
  await new Promise((resolve) => {
    setTimeout(() => {
      busy(20);
      setImmediate(() => order.push('immediate'));
      order.push('first');
    }, 1);
    setTimeout(() => {
      order.push('second');
      resolve();
    }, 8);
  });
  assert.deepStrictEqual(order, ['first', 'immediate', 'second']);
});
