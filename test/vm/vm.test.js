'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const vm = require('node:vm');

test('a sandbox is the global of its context', () => {
  const sandbox = vm.createContext({ a: 2, log: [] });
  assert.strictEqual(vm.isContext(sandbox), true);
  assert.strictEqual(vm.isContext({}), false);
  assert.strictEqual(vm.runInContext('a * 21', sandbox), 42);
  vm.runInContext(
    'var b = 1; function f() { return typeof process; } c = this; log.push(f()); delete globalThis.a;',
    sandbox,
  );
  assert.strictEqual(sandbox.b, 1);
  assert.strictEqual(sandbox.f(), 'undefined');
  assert.deepStrictEqual(sandbox.log, ['undefined']);
  assert.strictEqual('a' in sandbox, false);
  assert.notStrictEqual(vm.runInContext('Array', sandbox), Array);
  assert.throws(
    () => vm.runInContext("'use strict'; undeclared = 1", sandbox),
    (error) => error.name === 'ReferenceError',
  );
  assert.deepStrictEqual(vm.runInContext('Object.keys(globalThis).includes("log")', sandbox), true);
});

test('scripts run again and again, with code caches', () => {
  const script = new vm.Script('globalThis.count = (globalThis.count ?? 0) + 1');
  assert.strictEqual(script.runInNewContext(), 1);
  const context = vm.createContext();
  script.runInContext(context);
  assert.strictEqual(script.runInContext(context), 2);
  const cachedData = script.createCachedData();
  assert.strictEqual(
    new vm.Script('globalThis.count = (globalThis.count ?? 0) + 1', { cachedData }).cachedDataRejected,
    false,
  );
  assert.strictEqual(vm.runInThisContext('typeof globalThis.process'), 'object');
});

test('endless scripts end when their time is over', () => {
  assert.throws(() => vm.runInNewContext('for (;;);', {}, { timeout: 20 }), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
  assert.strictEqual(vm.runInNewContext('1', {}, { timeout: 10000 }), 1);
});

test('functions with parameters and scope objects', () => {
  const fn = vm.compileFunction('return a + b + c', ['a', 'b'], { contextExtensions: [{ c: 3 }] });
  assert.strictEqual(fn(1, 2), 6);
  assert.throws(() => vm.compileFunction('return ]'), SyntaxError);
});
