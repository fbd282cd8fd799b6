'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { performance, PerformanceObserver, createHistogram, monitorEventLoopDelay } = require('node:perf_hooks');

test('marks and measures', () => {
  performance.mark('a', { startTime: 5 });
  performance.mark('b', { startTime: 15, detail: { x: 1 } });
  const measure = performance.measure('m', 'a', 'b');
  assert.deepStrictEqual([measure.startTime, measure.duration], [5, 10]);
  assert.deepStrictEqual(performance.getEntriesByName('b')[0].detail, { x: 1 });
  assert.throws(() => performance.measure('m', 'nobody'), { name: 'SyntaxError' });
  performance.clearMarks();
  performance.clearMeasures();
  assert.deepStrictEqual(performance.getEntries(), []);
});

test('observers get their types, later', async () => {
  const names = await new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect();
      resolve(list.getEntries().map((entry) => entry.name));
    });
    observer.observe({ entryTypes: ['mark', 'function'] });
    performance.mark('seen');
    performance.timerify(function timed() {})();
    performance.measure('unseen');
  });
  assert.deepStrictEqual(names, ['seen', 'timed']);
});

test('histograms', () => {
  const histogram = createHistogram();
  for (let i = 1; i <= 100; i++) histogram.record(i);
  assert.deepStrictEqual([histogram.min, histogram.max, histogram.count], [1, 100, 100]);
  assert.strictEqual(histogram.percentile(50), 50);
  assert.strictEqual(histogram.maxBigInt, 100n);
  const other = createHistogram();
  other.add(histogram);
  assert.strictEqual(other.count, 100);
  other.reset();
  assert.strictEqual(other.count, 0);
  assert.throws(() => histogram.record(0), { code: 'ERR_OUT_OF_RANGE' });
});

test('the delay of the loop', async () => {
  using delay = monitorEventLoopDelay({ resolution: 1 });
  assert.strictEqual(delay.enable(), true);
  assert.strictEqual(delay.enable(), false);
  while (delay.count === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(delay.max > 0);
});
