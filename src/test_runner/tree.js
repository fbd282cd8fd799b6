'use strict';

/** Tests, suites and hooks: what runs when, what it did, and its events in the order of definition. */

const { AbortController } = require('web/abort');
const { isPromise } = require('util/types');
const { setTimeout, clearTimeout } = require('timers/timers');
const { testFailure, isTestFailure } = require('test_runner/test_error');
const { hrtime } = process;

const kNotFinished = 'test did not finish before its parent and was cancelled';
const kDrained = 'Promise resolution is still pending but the event loop has already resolved';
const kNotStarted = 'test could not be started because its parent finished';
const kMaxTimeout = 2 ** 31 - 1;

/** Nanoseconds. */
const now = () => Number(hrtime.bigint());
const noop = () => {};

let storage;
/** The async context that says which test runs. */
function current() {
  storage ??= new (require('async/async_hooks').AsyncLocalStorage)();
  return storage;
}

/** One hook. */
class Hook {
  constructor(fn, options, location) {
    this.fn = fn;
    this.location = location;
    this.timeout = options.timeout ?? Infinity;
    this.signal = options.signal;
    this.ran = false;
  }
}

/** Rejects when the time is over or the signal aborts. */
class Stop {
  constructor(timeout, signals, what) {
    this.timer = undefined;
    this.signals = signals.filter(Boolean);
    if (timeout === Infinity && this.signals.length === 0) {
      this.promise = undefined;
      return;
    }
    this.promise = new Promise((resolve, reject) => {
      this.abort = (event) => reject(abortFailure(event.target));
      if (timeout !== Infinity && timeout <= kMaxTimeout) {
        this.timer = setTimeout(() => {
          reject(testFailure(`${what} timed out after ${timeout}ms`, 'testTimeoutFailure'));
        }, timeout);
        this.timer.unref();
      }
      for (const signal of this.signals) {
        if (signal.aborted) reject(abortFailure(signal));
        else signal.addEventListener('abort', this.abort);
      }
    });
    this.promise.catch(noop);
  }

  race(promise) {
    return this.promise === undefined ? promise : Promise.race([promise, this.promise]);
  }

  /** Throws when a signal has aborted. */
  check() {
    for (const signal of this.signals) if (signal.aborted) throw abortFailure(signal);
  }

  end() {
    if (this.timer !== undefined) clearTimeout(this.timer);
    if (this.promise !== undefined) for (const signal of this.signals) signal.removeEventListener('abort', this.abort);
  }
}

function abortFailure(signal) {
  return testFailure(signal.reason ?? new (require('errors/errors').AbortError)(), 'testAborted');
}

/** Calls a user's function, which may take a callback as its last parameter. */
function invoke(fn, receiver, args) {
  if (fn.length !== args.length + 1) return fn.apply(receiver, args);
  const { promise, resolve, reject } = Promise.withResolvers();
  let called = 0;
  const done = (error) => {
    if (++called > 1) throw testFailure('callback invoked multiple times', 'multipleCallbackInvocations');
    if (error) reject(error);
    else resolve();
  };
  promise.catch(noop);
  const result = fn.apply(receiver, [...args, done]);
  if (isPromise(result)) {
    result.catch(noop);
    throw testFailure('passed a callback but also returned a Promise', 'callbackAndPromisePresent');
  }
  return promise;
}

let nextId = 0;

class Test {
  /**
   * @param {object} init name, fn, parent, harness, options, location
   */
  constructor(init) {
    const { name, fn, parent, harness, options, location } = init;
    this.name = name;
    this.fn = fn;
    this.parent = parent;
    this.harness = harness;
    this.location = location;
    this.nesting = parent === undefined ? -1 : parent.nesting + 1;
    this.id = parent === undefined ? 0 : ++nextId;
    this.number = 0;
    this.tags = options.tags ?? [];
    this.concurrency = concurrencyOf(options.concurrency, parent);
    this.timeout = options.timeout ?? parent?.timeout ?? Infinity;
    this.only = Boolean(options.only);
    this.neverWithOnly = options.only === false;
    this.runOnlySubtests = false;
    this.outerSignal = options.signal;
    this.expectFailure = options.expectFailure;
    const inheritedSkip = parent?.kind === 'suite' && parent.skipped;
    const skip = options.skip === '' ? true : options.skip || inheritedSkip;
    this.skipped = Boolean(skip);
    this.todo = (options.todo !== undefined && options.todo !== false) || (parent?.kind === 'suite' && parent.todo);
    if (skip) this.message = typeof skip === 'string' ? skip : undefined;
    else if (this.todo) this.message = typeof options.todo === 'string' ? options.todo : undefined;
    else this.message = undefined;
    this.bodySkipped = this.skipped;
    this.hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
    this.subtests = [];
    this.queue = [];
    this.reported = 0;
    this.active = 0;
    this.failures = 0;
    this.accepting = true;
    this.state = 'pending';
    this.passed = false;
    this.error = null;
    this.cancelled = false;
    this.startReported = false;
    this.diagnostics = [];
    this.plan = options.plan === undefined ? null : { expected: options.plan, actual: 0 };
    this.controller = undefined;
    this.mockTracker = undefined;
    this.startTime = 0;
    this.endTime = 0;
    this.before = undefined;
    this.idle = [];
    const completion = Promise.withResolvers();
    this.completion = completion.promise;
    this.complete = completion.resolve;
    const interrupted = Promise.withResolvers();
    interrupted.promise.catch(noop);
    this.interrupted = interrupted.promise;
    this.interrupt = interrupted.reject;
    this.context = undefined;
  }

  get kind() {
    return 'test';
  }

  get signal() {
    this.controller ??= new AbortController();
    return this.controller.signal;
  }

  get fullName() {
    return this.parent === undefined || this.parent.nesting < 0 ? this.name : `${this.parent.fullName} > ${this.name}`;
  }

  get finished() {
    return this.state === 'done';
  }

  makeContext() {
    return new (require('test_runner/contexts').TestContext)(this);
  }

  getContext() {
    return (this.context ??= this.makeContext());
  }

  place() {
    return this.location === undefined ? {} : this.location;
  }

  emit(type, data) {
    this.harness.emit(type, { __proto__: null, ...data, ...this.place() });
  }

  identity() {
    return {
      __proto__: null,
      nesting: this.nesting,
      name: this.name,
      testId: this.id,
      parentId: this.parent.id,
      tags: this.tags,
    };
  }

  // Subtests.

  /** Takes a subtest and starts it as soon as it may. */
  add(child) {
    if (this.finished) {
      child.fail(testFailure(kNotStarted, 'parentAlreadyFinished'));
      child.late = true;
      this.harness.root.adopt(child);
      return child.completion;
    }
    this.subtests.push(child);
    child.number = this.subtests.length;
    child.emit('test:enqueue', { ...child.identity(), type: child.kind });
    this.queue.push(child);
    this.pump();
    return child.completion;
  }

  /** A test that came too late for its parent is reported at the top. */
  adopt(child) {
    child.nesting = 0;
    this.subtests.push(child);
    child.number = this.subtests.length;
    child.parent = this;
    child.startTime = child.endTime = now();
    child.state = 'done';
    child.complete();
    this.childDone(child);
  }

  pump() {
    while (this.accepting && this.queue.length > 0 && this.active < this.concurrency) {
      const child = this.queue.shift();
      if (child.finished) continue;
      this.active++;
      child.run();
    }
    if (this.active === 0 && this.queue.length === 0) {
      const waiting = this.idle;
      this.idle = [];
      for (const resolve of waiting) resolve();
    }
  }

  /** Settles when no subtest runs or waits. */
  subtestsDone() {
    if (this.active === 0 && this.queue.length === 0) return undefined;
    return new Promise((resolve) => this.idle.push(resolve));
  }

  childDone(child) {
    if (!child.passed && !child.todo && !(child.skipped && child.passed)) this.failures++;
    this.harness.root.report();
  }

  // Hooks.

  addHook(kind, fn, options, location) {
    const hook = new Hook(fn, options, location);
    if (kind === 'before' && this.state === 'running' && this.kind === 'test' && this.nesting >= 0) {
      // The body already runs: at once, but subtests wait for it.
      const run = this.runHook(hook, kind, this);
      run.catch(noop);
      this.before = this.before === undefined ? run : this.before.then(() => run);
      this.before.catch(noop);
      return;
    }
    this.hooks[kind].push(hook);
  }

  async runHook(hook, kind, test) {
    const stop = new Stop(hook.timeout, [hook.signal], 'test');
    try {
      const context = test.getContext();
      await stop.race(current().run(test, () => invoke(hook.fn, context, [context])));
    } catch (error) {
      if (isTestFailure(error) && error.failureType !== 'testCodeFailure') {
        const failure = testFailure(`failed running ${kind} hook`, 'hookFailed');
        failure.cause = error;
        Object.defineProperty(failure, 'hook', { __proto__: null, value: hook });
        throw failure;
      }
      const failure = testFailure(isTestFailure(error) ? error.cause : error, 'hookFailed');
      Object.defineProperty(failure, 'hook', { __proto__: null, value: hook });
      throw failure;
    } finally {
      stop.end();
    }
  }

  runBefore() {
    if (this.before === undefined) this.before = this.runBeforeHooks();
    return this.before;
  }

  async runBeforeHooks() {
    for (const hook of this.hooks.before) await this.runHook(hook, 'before', this);
  }

  async runAfterHooks() {
    let failed;
    for (const hook of this.hooks.after.splice(0)) {
      try {
        await this.runHook(hook, 'after', this);
      } catch (error) {
        failed ??= error;
      }
    }
    if (failed !== undefined) throw failed;
  }

  async runEach(kind) {
    const chain = [];
    for (let node = this.parent; node !== undefined; node = node.parent) chain.push(node);
    if (kind === 'beforeEach') chain.reverse();
    for (const node of chain) for (const hook of node.hooks[kind]) await this.runHook(hook, kind, this);
  }

  get hasEachHooks() {
    for (let node = this.parent; node !== undefined; node = node.parent) {
      if (node.hooks.beforeEach.length > 0 || node.hooks.afterEach.length > 0) return true;
    }
    return false;
  }

  // Running.

  pass() {
    if (this.error === null) this.passed = true;
  }

  fail(error) {
    if (this.error !== null) return;
    this.passed = false;
    this.error = error;
  }

  cancel(error) {
    if (this.finished) return;
    this.fail(error);
    this.cancelled = true;
    this.controller?.abort();
    this.interrupt(error);
  }

  /** An exception from asynchronous work of this test. */
  uncaught(error, failureType) {
    this.fail(testFailure(error, failureType));
    this.interrupt(this.error);
  }

  async run() {
    this.state = 'running';
    this.startTime = now();
    this.emit('test:dequeue', { ...this.identity(), type: this.kind });
    if (this.error === null && !this.bodySkipped) await this.runBody();
    else if (this.error === null) this.pass();
    this.conclude();
  }

  async runBody() {
    const stop = new Stop(this.timeout, [this.outerSignal, this.parent.controllerSignal()], 'test');
    const failed = (error) => {
      if (error?.failureType === 'testTimeoutFailure' || error?.failureType === 'testAborted') {
        this.fail(error);
        this.cancelled = true;
      } else {
        this.fail(isTestFailure(error) ? error : testFailure(error, 'testCodeFailure'));
      }
    };
    let each = false;
    try {
      await stop.race(this.parent.runBefore());
      stop.check();
      each = this.hasEachHooks;
      if (each) await stop.race(this.runEach('beforeEach'));
      if (!this.skipped) {
        const body = this.runFunction();
        await Promise.race([stop.race(body), this.interrupted]);
      }
      this.settleExpectation();
    } catch (error) {
      failed(error);
      this.settleExpectation();
    }
    this.pass();
    this.cancelSubtests();
    if (each) {
      try {
        await stop.race(this.runEach('afterEach'));
      } catch (error) {
        failed(error);
      }
    }
    try {
      await this.runAfterHooks();
    } catch (error) {
      failed(error);
    }
    stop.end();
    this.mockTracker?.reset();
  }

  controllerSignal() {
    return this.nesting >= 0 && this.outerSignal ? this.signal : undefined;
  }

  async runFunction() {
    const context = this.getContext();
    await current().run(this, () => invoke(this.fn, context, [context]));
    const pending = this.subtestsDone();
    if (pending !== undefined) await pending;
    if (this.before !== undefined) {
      try {
        await this.before;
      } catch (error) {
        if (this.subtests.length === 0) throw error;
      }
    }
    await this.checkPlan();
  }

  /** Assertions and subtests that were announced; with `wait` they may come later. */
  async checkPlan() {
    const { plan } = this;
    if (plan === null) return;
    const message = () => `plan expected ${plan.expected} assertions but received ${plan.actual}`;
    if (plan.actual === plan.expected) return;
    if (plan.wait === undefined || plan.wait === false || plan.actual > plan.expected)
      throw testFailure(message(), 'testCodeFailure');
    await new Promise((resolve, reject) => {
      const timer =
        plan.wait === true
          ? undefined
          : setTimeout(() => {
              reject(
                testFailure(
                  `plan timed out after ${plan.wait}ms with ${plan.actual} assertions when expecting ${plan.expected}`,
                  'testTimeoutFailure',
                ),
              );
            }, plan.wait);
      plan.changed = () => {
        if (plan.actual < plan.expected) return;
        clearTimeout(timer);
        if (plan.actual === plan.expected) resolve();
        else reject(testFailure(message(), 'testCodeFailure'));
      };
    });
  }

  countPlanned() {
    if (this.plan === null) return;
    this.plan.actual++;
    this.plan.changed?.();
  }

  settleExpectation() {
    if (this.expectFailure === undefined || this.expectFailure === false || this.skipped) return;
    if (this.error === null) {
      this.fail(testFailure('test was expected to fail but passed', 'expectedFailure'));
      return;
    }
    if (this.error.failureType !== 'testCodeFailure') return;
    const expectation = require('test_runner/expectation').check(this.expectFailure, this.error.cause);
    if (expectation === undefined) this.error = null;
    else this.error = testFailure(expectation, 'testCodeFailure');
  }

  cancelSubtests() {
    const aborted = this.error?.failureType === 'testAborted' ? this.error : undefined;
    for (const child of this.subtests) {
      if (child.finished) continue;
      child.cancelTree(aborted ?? testFailure(kNotFinished, 'cancelledByParent'));
    }
    this.queue.length = 0;
  }

  /** Ends a test that cannot go on, and what is below it. */
  cancelTree(error) {
    if (this.finished) return;
    if (this.startTime === 0) this.startTime = now();
    this.cancel(error);
    for (const child of this.subtests) child.cancelTree(testFailure(error.cause, error.failureType));
    this.conclude();
  }

  conclude() {
    if (this.finished) return;
    if (this.failures > 0 && this.error === null) {
      const subject = `subtest${this.failures > 1 ? 's' : ''}`;
      this.passed = false;
      this.error = testFailure(`${this.failures} ${subject} failed`, 'subtestsFailed');
    }
    this.state = 'done';
    this.endTime = now();
    this.controller?.abort();
    if (this.parent.finished) return;
    const { parent } = this;
    this.emit('test:complete', { ...this.result(), details: { ...this.details(), passed: this.passed } });
    this.complete();
    parent.active--;
    parent.childDone(this);
    parent.pump();
  }

  // Reporting.

  details() {
    const details = { __proto__: null, duration_ms: (this.endTime - this.startTime) / 1e6, type: this.kind };
    if (this.error !== null) details.error = this.error;
    return details;
  }

  directive() {
    if (this.skipped) return { skip: this.message ?? true };
    if (this.todo) return { todo: this.message ?? true };
    if (this.expectFailure !== undefined && this.expectFailure !== false) {
      const label = typeof this.expectFailure === 'string' ? this.expectFailure : this.expectFailure.label;
      return { expectFailure: typeof label === 'string' ? label : true };
    }
    return {};
  }

  result() {
    return {
      __proto__: null,
      name: this.name,
      nesting: this.nesting,
      testNumber: this.number,
      testId: this.id,
      parentId: this.parent.id,
      details: this.details(),
      tags: this.tags,
      ...this.directive(),
    };
  }

  reportStart() {
    if (this.startReported) return;
    this.startReported = true;
    if (this.nesting < 0) return;
    this.parent.reportStart();
    this.emit('test:start', this.identity());
  }

  /** Reports, in order, the subtests that have ended; only called when it is this test's turn. */
  report() {
    while (this.reported < this.subtests.length) {
      const child = this.subtests[this.reported];
      if (child.state === 'pending') return;
      child.report();
      if (!child.finished) return;
      this.reported++;
      child.reportSelf();
    }
  }

  reportSelf() {
    this.reportStart();
    if (this.subtests.length > 0) this.emit('test:plan', { nesting: this.nesting + 1, count: this.subtests.length });
    this.harness.count(this);
    this.emit(this.passed ? 'test:pass' : 'test:fail', this.result());
    for (const { message, level } of this.diagnostics)
      this.emit('test:diagnostic', { nesting: this.nesting, message, level });
  }

  diagnostic(message, level = 'info') {
    this.diagnostics.push({ message, level });
  }
}

/** A test that only holds others; its function runs at once and defines them. */
class Suite extends Test {
  constructor(init) {
    super(init);
    this.accepting = false;
    this.building = undefined;
  }

  get kind() {
    return 'suite';
  }

  makeContext() {
    return new (require('test_runner/contexts').SuiteContext)(this);
  }

  build() {
    if (this.fn === noop) return;
    try {
      const context = this.getContext();
      const result = current().run(this, () => this.fn.call(context, context));
      if (isPromise(result)) {
        this.building = result.catch((error) => this.buildFailed(error));
      }
    } catch (error) {
      this.buildFailed(error);
    }
  }

  buildFailed(error) {
    this.fail(isTestFailure(error) ? error : testFailure(error, 'testCodeFailure'));
  }

  async run() {
    this.state = 'running';
    this.startTime = now();
    if (this.building !== undefined) await this.building;
    this.emit('test:dequeue', { ...this.identity(), type: this.kind });
    if (this.error === null) await this.runSubtests();
    else this.cancelSubtests();
    this.conclude();
  }

  async runSubtests() {
    const stop = new Stop(this.timeout, [this.outerSignal, this.parent.controllerSignal()], 'test');
    const failed = (error) => {
      this.fail(isTestFailure(error) ? error : testFailure(error, 'testCodeFailure'));
      if (error?.failureType === 'testTimeoutFailure' || error?.failureType === 'testAborted') this.cancelled = true;
    };
    try {
      if (!this.bodySkipped) {
        await stop.race(this.parent.runBefore());
        await stop.race(this.runBefore());
        stop.check();
      } else {
        this.before = Promise.resolve();
      }
      this.accepting = true;
      this.pump();
      const pending = this.subtestsDone();
      if (pending !== undefined) await Promise.race([stop.race(pending), this.interrupted]);
      this.pass();
    } catch (error) {
      failed(error);
    }
    this.cancelSubtests();
    if (!this.bodySkipped) {
      try {
        await this.runAfterHooks();
      } catch (error) {
        failed(error);
      }
    }
    stop.end();
  }
}

function concurrencyOf(value, parent) {
  if (value === undefined || value === null) return parent === undefined || parent.nesting < 0 ? 1 : parent.concurrency;
  if (value === true) return parent === undefined ? Math.max(require('os/os').availableParallelism() - 1, 1) : Infinity;
  return value === false ? 1 : value;
}

module.exports = { Suite, Test, current, kDrained, now };
