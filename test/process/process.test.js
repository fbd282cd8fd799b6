'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { once } = require('node:events');

test('the environment is an object of strings', () => {
  process.env.VIREO_TEST = 1;
  assert.strictEqual(process.env.VIREO_TEST, '1');
  assert.ok('VIREO_TEST' in process.env);
  assert.ok(Object.keys(process.env).includes('VIREO_TEST'));
  assert.strictEqual(delete process.env.VIREO_TEST, true);
  assert.strictEqual(process.env.VIREO_TEST, undefined);
  assert.throws(() => (process.env[Symbol('x')] = 'x'), TypeError);
  assert.throws(() => Object.defineProperty(process.env, 'x', { get: () => undefined }), {
    code: 'ERR_INVALID_OBJECT_DEFINE_PROPERTY',
  });
});

test('warnings are emitted, with type, code and detail', async () => {
  const warning = once(process, 'warning');
  process.emitWarning('text', { type: 'T', code: 'C', detail: 'D' });
  const [{ name, message, code, detail }] = await warning;
  assert.deepStrictEqual([name, message, code, detail], ['T', 'text', 'C', 'D']);
  assert.throws(() => process.emitWarning(1), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('signals are events', async () => {
  const received = once(process, 'SIGUSR2');
  const keepAlive = setInterval(() => {}, 1000);
  process.kill(process.pid, 'SIGUSR2');
  assert.deepStrictEqual(await received, ['SIGUSR2', 12]);
  clearInterval(keepAlive);
});

test('kill checks its arguments', () => {
  assert.throws(() => process.kill('x'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => process.kill(process.pid, 'SIGNO'), { code: 'ERR_UNKNOWN_SIGNAL' });
  assert.strictEqual(process.kill(process.pid, 0), true);
});

test('clocks and usage', () => {
  const [seconds, nanoseconds] = process.hrtime(process.hrtime());
  assert.ok(seconds >= 0 && nanoseconds >= 0);
  assert.strictEqual(typeof process.hrtime.bigint(), 'bigint');
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  assert.ok(rss > heapTotal && heapTotal >= heapUsed);
  assert.ok(process.cpuUsage().user >= 0);
  assert.throws(() => process.cpuUsage({ user: -1, system: 0 }), { code: 'ERR_INVALID_ARG_VALUE', name: 'RangeError' });
});

test('exit codes are checked', () => {
  assert.throws(() => (process.exitCode = 'x'), { code: 'ERR_INVALID_ARG_TYPE' });
  process.exitCode = '0';
  process.exitCode = undefined;
});

test('the shape of the process object', () => {
  assert.strictEqual(Object.prototype.toString.call(process), '[object process]');
  assert.strictEqual(Object.getPrototypeOf(process).constructor.name, 'process');
  assert.strictEqual(process.release.name, 'node');
  assert.match(process.version, /^v\d+\.\d+\.\d+$/);
  assert.strictEqual(process.getBuiltinModule('fs'), require('fs'));
  assert.strictEqual(process.getBuiltinModule('no'), undefined);
});
