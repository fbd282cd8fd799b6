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

test('clones of a histogram count together, in every thread', async () => {
  const { createHistogram } = require('node:perf_hooks');
  const { Worker } = require('node:worker_threads');
  const histogram = createHistogram();
  const clone = structuredClone(histogram);
  clone.record(5);
  assert.deepStrictEqual([histogram.count, clone.max], [1, 5]);
  const worker = new Worker(`require('node:worker_threads').workerData.record(7)`, {
    eval: true,
    workerData: histogram,
  });
  await new Promise((resolve) => worker.on('exit', resolve));
  assert.deepStrictEqual([histogram.count, histogram.max], [2, 7]);
});

test('all threads have one time origin', async () => {
  const { Worker } = require('node:worker_threads');
  const worker = new Worker(`require('node:worker_threads').parentPort.postMessage(performance.timeOrigin)`, {
    eval: true,
  });
  const origin = await new Promise((resolve) => worker.on('message', resolve));
  assert.strictEqual(origin, performance.timeOrigin);
});
