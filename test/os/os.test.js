'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const os = require('node:os');

test('the host describes itself', () => {
  assert.strictEqual(os.type(), 'Linux');
  assert.strictEqual(os.platform(), 'linux');
  assert.strictEqual(os.EOL, '\n');
  assert.strictEqual(os.devNull, '/dev/null');
  assert.ok(os.hostname().length > 0);
  assert.ok(os.totalmem() >= os.freemem());
  assert.ok(os.uptime() > 0);
  assert.strictEqual(os.loadavg().length, 3);
  assert.strictEqual(`${os.endianness}`, 'LE');
});

test('processors have a model and times', () => {
  const cpus = os.cpus();
  assert.ok(cpus.length >= 1);
  assert.deepStrictEqual(Object.keys(cpus[0]), ['model', 'speed', 'times']);
  assert.deepStrictEqual(Object.keys(cpus[0].times), ['user', 'nice', 'sys', 'idle', 'irq']);
  assert.ok(os.availableParallelism() >= 1);
});

test('the loopback interface has its CIDR', () => {
  const lo = os.networkInterfaces().lo.find((address) => address.family === 'IPv4');
  assert.deepStrictEqual(lo, {
    address: '127.0.0.1',
    netmask: '255.0.0.0',
    family: 'IPv4',
    mac: '00:00:00:00:00:00',
    internal: true,
    cidr: '127.0.0.1/8',
  });
});

test('priorities are checked, set and read', () => {
  assert.throws(() => os.setPriority(0, 20), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => os.getPriority('0'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => os.getPriority(-1), { code: 'ERR_SYSTEM_ERROR', name: 'SystemError' });
  os.setPriority(os.getPriority());
});

test('user information as strings and as bytes', () => {
  const text = os.userInfo();
  const bytes = os.userInfo({ encoding: 'buffer' });
  assert.strictEqual(bytes.username.toString(), text.username);
  assert.strictEqual(text.uid, process.getuid());
  assert.strictEqual(Object.getPrototypeOf(text), null);
});

test('tmpdir follows the environment', () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = '/somewhere/';
  assert.strictEqual(os.tmpdir(), '/somewhere');
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});
