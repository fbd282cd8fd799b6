'use strict';

/** t.assert: node:assert whose calls count for the test's plan, and the assertions that users register. */

const { validateFunction, validateString } = require('errors/validators');

const LEFT_OUT = new Set(['AssertionError', 'Assert', 'CallTracker', 'strict', 'default']);

const custom = new Map();

/** `assert.register(name, fn)`: adds an assertion to every t.assert. */
function register(name, fn) {
  validateString(name, 'name');
  validateFunction(fn, 'fn');
  custom.set(name, fn);
}

function forTest(test, context) {
  const assert = require('assert/assert');
  const result = { __proto__: null };
  const add = (name, fn) => {
    result[name] = {
      [name](...args) {
        test.countPlanned();
        return Reflect.apply(fn, context, args);
      },
    }[name];
  };
  for (const name of Object.keys(assert)) {
    if (typeof assert[name] === 'function' && !LEFT_OUT.has(name)) add(name, assert[name]);
  }
  const snapshots = require('test_runner/snapshot');
  add('snapshot', (value, options) => snapshots.assertSnapshot(test, value, options));
  add('fileSnapshot', (value, path, options) => snapshots.assertFileSnapshot(test, value, path, options));
  for (const [name, fn] of custom) add(name, fn);
  return result;
}

module.exports = { forTest, register };
