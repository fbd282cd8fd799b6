'use strict';

/** `t`: what the functions of tests, suites and hooks get. */

const { validateFunction, validateNumber, validateObject, validateUint32 } = require('errors/validators');
const { codes } = require('errors/errors');

function checkHook(fn, options) {
  if (fn !== undefined) validateFunction(fn, 'fn');
  return [fn ?? (() => {}), options ?? {}];
}

/** The file that the process was started with, in which the tests need not be. */
function entryFile(test) {
  const { resolve } = require('path/path');
  return process.argv[1] === undefined ? test.location?.file : resolve(process.argv[1]);
}

class SuiteContext {
  #test;

  constructor(test) {
    this.#test = test;
  }

  get signal() {
    return this.#test.signal;
  }

  get name() {
    return this.#test.name;
  }

  get filePath() {
    return entryFile(this.#test);
  }

  get fullName() {
    return this.#test.fullName;
  }

  get passed() {
    return this.#test.passed;
  }

  get attempt() {
    return 0;
  }

  diagnostic(message) {
    this.#test.diagnostic(message);
  }
}

class TestContext {
  #test;
  #assert;

  constructor(test) {
    this.#test = test;
  }

  get signal() {
    return this.#test.signal;
  }

  get name() {
    return this.#test.name;
  }

  get filePath() {
    return entryFile(this.#test);
  }

  get fullName() {
    return this.#test.fullName;
  }

  get error() {
    const { error } = this.#test;
    return error === null ? null : (error.cause ?? error);
  }

  get passed() {
    return this.#test.passed;
  }

  get attempt() {
    return 0;
  }

  get tags() {
    return this.#test.tags;
  }

  get workerId() {
    const id = Number(process.env.NODE_TEST_WORKER_ID);
    return Number.isNaN(id) ? undefined : id;
  }

  diagnostic(message) {
    this.#test.diagnostic(message);
  }

  /** @param {number} count @param {{wait?: boolean|number}} [options] */
  plan(count, options = {}) {
    if (this.#test.plan !== null) throw new codes.ERR_TEST_FAILURE('cannot set plan more than once', 'testCodeFailure');
    validateUint32(count, 'count');
    validateObject(options, 'options');
    const { wait } = options;
    if (typeof wait !== 'boolean' && wait !== undefined) {
      if (typeof wait !== 'number') throw new codes.ERR_INVALID_ARG_TYPE('options.wait', ['boolean', 'number'], wait);
      validateNumber(wait, 'options.wait', 0, 2 ** 31 - 1);
    }
    this.#test.plan = { expected: count, actual: 0, wait };
  }

  /** node:assert whose calls count for the plan. */
  get assert() {
    this.#assert ??= require('test_runner/test_assert').forTest(this.#test, this);
    return this.#assert;
  }

  get mock() {
    this.#test.mockTracker ??= new (require('test_runner/mock').MockTracker)();
    return this.#test.mockTracker;
  }

  runOnly(value) {
    this.#test.runOnlySubtests = Boolean(value);
  }

  skip(message) {
    this.#test.skipped = true;
    this.#test.message = message;
  }

  todo(message) {
    this.#test.todo = true;
    this.#test.message = message;
  }

  /** A subtest. */
  test(name, options, fn) {
    this.#test.countPlanned();
    return require('test_runner/define').defineTest(
      this.#test,
      TestContext.prototype.test,
      'test',
      name,
      options,
      fn,
      {},
    );
  }

  before(fn, options) {
    this.#test.addHook('before', ...checkHook(fn, options));
  }

  after(fn, options) {
    this.#test.addHook('after', ...checkHook(fn, options));
  }

  beforeEach(fn, options) {
    this.#test.addHook('beforeEach', ...checkHook(fn, options));
  }

  afterEach(fn, options) {
    this.#test.addHook('afterEach', ...checkHook(fn, options));
  }

  /** Asks a condition until it holds (does not throw) or the time is over. */
  waitFor(condition, options = {}) {
    validateFunction(condition, 'condition');
    validateObject(options, 'options');
    const { interval = 50, timeout = 1000 } = options;
    validateNumber(interval, 'options.interval', 0, 2 ** 31 - 1);
    validateNumber(timeout, 'options.timeout', 0, 2 ** 31 - 1);
    const { setTimeout, clearTimeout } = require('timers/timers');
    const { promise, resolve, reject } = Promise.withResolvers();
    let cause;
    let next;
    const limit = setTimeout(() => {
      clearTimeout(next);
      const error = new Error('waitFor() timed out');
      if (cause !== undefined) error.cause = cause;
      cause = undefined;
      reject(error);
    }, timeout);
    const ask = async () => {
      try {
        const result = await condition();
        clearTimeout(limit);
        resolve(result);
      } catch (error) {
        cause = error;
        next = setTimeout(ask, interval);
      }
    };
    ask();
    return promise;
  }
}

module.exports = { SuiteContext, TestContext };
