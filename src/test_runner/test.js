'use strict';

/** node:test. https://nodejs.org/api/test.html */

const { validateFunction, validateObject } = require('errors/validators');
const { current } = require('test_runner/tree');
const { globalHarness } = require('test_runner/harness');
const { defineTest } = require('test_runner/define');
const { callerLocation } = require('test_runner/location');

function parentOf() {
  const running = current().getStore();
  return running ?? globalHarness().root;
}

function makeDefiner(kind, name) {
  const define = {
    [name](name_, options, fn) {
      return defineTest(parentOf(), define, kind, name_, options, fn, {});
    },
  }[name];
  for (const mark of ['expectFailure', 'skip', 'todo', 'only']) {
    const marked = (name_, options, fn) => defineTest(parentOf(), marked, kind, name_, options, fn, { [mark]: true });
    define[mark] = marked;
  }
  return define;
}

const test = makeDefiner('test', 'test');
const suite = makeDefiner('suite', 'suite');

function makeHook(kind) {
  const hook = (fn, options) => {
    if (fn !== undefined) validateFunction(fn, 'fn');
    if (options !== undefined) validateObject(options, 'options');
    parentOf().addHook(kind, fn ?? (() => {}), options ?? {}, callerLocation(hook));
  };
  return hook;
}

Object.assign(test, {
  after: makeHook('after'),
  afterEach: makeHook('afterEach'),
  before: makeHook('before'),
  beforeEach: makeHook('beforeEach'),
  describe: suite,
  /** The context of the running test or suite. */
  getTestContext() {
    return current().getStore()?.getContext();
  },
  it: test,
  run(options) {
    return require('test_runner/run').run(options);
  },
  suite,
  test,
});

let mock;
Object.defineProperties(test, {
  mock: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return (mock ??= new (require('test_runner/mock').MockTracker)());
    },
  },
  snapshot: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return require('test_runner/snapshot').snapshot;
    },
  },
  assert: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    value: { __proto__: null, register: (name, fn) => require('test_runner/test_assert').register(name, fn) },
  },
});

module.exports = test;
