// dns.lookup(), dns.lookupService() and the order of results.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const dns = require('node:dns');
const { promisify } = require('node:util');

test('lookup', async () => {
  const { address, family } = await dns.promises.lookup('localhost', 4);
  assert.deepStrictEqual([address, family], ['127.0.0.1', 4]);
  assert.deepStrictEqual(await promisify(dns.lookup)('localhost', { family: 'IPv4' }), {
    address: '127.0.0.1',
    family: 4,
  });
  for (const each of await dns.promises.lookup('localhost', { all: true }))
    assert.ok(each.family === 4 || each.family === 6);
  assert.deepStrictEqual(await dns.promises.lookup('::1'), { address: '::1', family: 6 });
  assert.deepStrictEqual(await dns.promises.lookup('1.2.3.4', { all: true }), [{ address: '1.2.3.4', family: 4 }]);
  await assert.rejects(dns.promises.lookup('nobody.invalid'), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: 'nobody.invalid',
  });
});

test('bad arguments of lookup', () => {
  for (const host of [5, {}, [], true])
    assert.throws(() => dns.lookup(host, () => {}), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => dns.lookup('x'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => dns.lookup('x', 5, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => dns.lookup('x', { hints: 1 }, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => dns.lookup('x', { order: 'up' }, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => dns.promises.lookup('x', { all: 1 }), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('lookupService', async () => {
  const { hostname, service } = await dns.promises.lookupService('127.0.0.1', 80);
  assert.strictEqual(typeof hostname, 'string');
  assert.strictEqual(service, 'http');
  assert.throws(() => dns.lookupService('127.0.0.1', 80), { code: 'ERR_MISSING_ARGS' });
  assert.throws(() => dns.lookupService('localhost', 80, () => {}), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => dns.promises.lookupService('127.0.0.1', 1e6), { code: 'ERR_SOCKET_BAD_PORT' });
});

test('the order of results', (t) => {
  const before = dns.getDefaultResultOrder();
  t.after(() => dns.setDefaultResultOrder(before));
  for (const order of ['ipv4first', 'ipv6first', 'verbatim']) {
    dns.promises.setDefaultResultOrder(order);
    assert.strictEqual(dns.getDefaultResultOrder(), order);
  }
  assert.throws(() => dns.setDefaultResultOrder('up'), { code: 'ERR_INVALID_ARG_VALUE' });
});

test('performance entries', async () => {
  const { PerformanceObserver } = require('node:perf_hooks');
  const entry = new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect();
      resolve(list.getEntries()[0]);
    });
    observer.observe({ type: 'dns' });
  });
  await dns.promises.lookup('localhost');
  const { name, detail } = await entry;
  assert.strictEqual(name, 'lookup');
  assert.strictEqual(detail.hostname, 'localhost');
  assert.ok(Array.isArray(detail.addresses));
});
