'use strict';

/** The root of all tests of a process: its options, its reporters, what happens to stray exceptions, and the end. */

const { getOptionValue } = require('cli/options');
const { Test, current, kDrained, now } = require('test_runner/tree');
const { TestsStream } = require('test_runner/tests_stream');
const { testFailure } = require('test_runner/test_error');

/** 'pattern' or '/pattern/flags'. */
function toRegExp(text) {
  if (text instanceof RegExp) return text;
  const match = /^\/(.*)\/([a-z]*)$/.exec(text);
  const { codes } = require('errors/errors');
  try {
    return match === null ? new RegExp(text) : new RegExp(match[1], match[2]);
  } catch (error) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'pattern',
      text,
      `is an invalid regular expression.${error.stack ? ` ${error.stack}` : ''}`,
    );
  }
}

/** The options of the command line. */
function optionsFromCommandLine() {
  return {
    only: getOptionValue('--test-only') ?? false,
    namePatterns: getOptionValue('--test-name-pattern'),
    skipPatterns: getOptionValue('--test-skip-pattern'),
    timeout: getOptionValue('--test-timeout') || undefined,
    forceExit: getOptionValue('--test-force-exit') ?? false,
  };
}

function nameMatches(test, patterns) {
  const names = [];
  for (let node = test; node.parent !== undefined; node = node.parent) names.unshift(node.name);
  const full = names.join(' ');
  return patterns.some((pattern) => {
    pattern.lastIndex = 0;
    if (pattern.test(test.name)) return true;
    pattern.lastIndex = 0;
    return pattern.test(full);
  });
}

class Harness {
  constructor(options) {
    this.only = options.only ?? false;
    this.namePatterns = (options.namePatterns ?? []).map(toRegExp);
    this.skipPatterns = (options.skipPatterns ?? []).map(toRegExp);
    this.forceExit = options.forceExit ?? false;
    this.entryFile = undefined;
    this.stream = new TestsStream();
    this.counts = {
      __proto__: null,
      tests: 0,
      failed: 0,
      passed: 0,
      cancelled: 0,
      skipped: 0,
      todo: 0,
      topLevel: 0,
      suites: 0,
    };
    this.success = true;
    this.child = false;
    this.startTime = now();
    this.root = new Test({
      name: '<root>',
      fn: undefined,
      parent: undefined,
      harness: this,
      options: { concurrency: options.concurrency, timeout: undefined },
      location: undefined,
    });
    this.root.state = 'running';
    this.root.accepting = false;
    // Only the tests themselves have the time limit, not the root.
    this.root.timeout = options.timeout ?? Infinity;
    this.ended = false;
    this.drained = noop;
  }

  emit(type, data) {
    this.stream.event(type, data);
  }

  // Which tests run.

  get filters() {
    return this.only || this.namePatterns.length > 0 || this.skipPatterns.length > 0;
  }

  selects(test) {
    const below = test.parent.kind === 'test' && test.parent.nesting >= 0;
    if (below && test.parent.runOnlySubtests && !test.only) return false;
    if (!this.filters) return true;
    if (this.skipPatterns.length > 0 && nameMatches(test, this.skipPatterns)) return false;
    if (this.namePatterns.length > 0) {
      test.byName = test.parent.byName || nameMatches(test, this.namePatterns);
      const holds = test.kind === 'suite' && (test.subtests.length > 0 || test.building !== undefined);
      if (!test.byName && !holds) return false;
    }
    return !this.only || (below && !test.neverWithOnly) || (!below && this.selectsOnly(test));
  }

  /** --test-only: a suite marked so runs what is marked in it, or everything when nothing is. */
  selectsOnly(test) {
    if (test.kind === 'suite') {
      const marked = test.subtests.filter((child) => child.only || child.hasOnly);
      test.hasOnly = marked.length > 0;
      if (test.hasOnly) keep(test, marked);
      else if (!test.only && !insideSuite(test)) return test.building !== undefined;
      return true;
    }
    return test.only || insideSuite(test);
  }

  // Results.

  count(test) {
    const { counts } = this;
    if (test.nesting === 0) counts.topLevel++;
    if (!test.passed && !test.todo && !(test.skipped && !test.error)) this.success = false;
    if (test.kind === 'suite') {
      counts.suites++;
      return;
    }
    counts.tests++;
    if (test.skipped) counts.skipped++;
    else if (test.todo) counts.todo++;
    else if (test.cancelled) counts.cancelled++;
    else if (!test.passed) counts.failed++;
    else counts.passed++;
  }

  /** After this the first test may run. */
  async bootstrap() {
    await undefined;
    this.root.accepting = true;
    this.root.pump();
    await this.watchDrain();
  }

  /** When nothing is left to run, the root's after hooks run, while what they close is still open. */
  async watchDrain() {
    await Promise.resolve();
    const pending = this.root.subtestsDone();
    if (pending !== undefined) await pending;
    try {
      await this.root.runBefore();
    } catch (error) {
      this.success = false;
      this.root.diagnostic(String(error?.message), 'error');
    }
    await this.runAfter();
    if (this.forceExit) {
      this.finish();
      await flushed();
      process.exit();
    }
  }

  async runAfter() {
    try {
      await this.root.runAfterHooks();
    } catch (error) {
      this.root.fail(error);
      this.success = false;
      const { location } = error.hook ?? {};
      this.emit('test:fail', {
        __proto__: null,
        name: this.entryFile ?? process.argv[1],
        nesting: 0,
        testNumber: this.root.subtests.length + 1,
        details: { __proto__: null, duration_ms: (now() - this.startTime) / 1e6, error },
        ...location,
      });
    }
  }

  /** The loop has nothing left: what still waits never ends. */
  cancelPending() {
    for (const child of this.root.subtests) child.cancelTree(testFailure(kDrained, 'cancelledByParent'));
  }

  finish() {
    if (this.ended) return;
    this.ended = true;
    const { root, counts } = this;
    root.state = 'done';
    root.report();
    const duration = (now() - this.startTime) / 1e6;
    if (!this.child) {
      this.emit('test:plan', { __proto__: null, nesting: 0, count: counts.topLevel });
    }
    for (const { message, level } of root.diagnostics)
      this.emit('test:diagnostic', { __proto__: null, nesting: 0, message, level });
    if (!this.child) {
      const lines = [
        `tests ${counts.tests}`,
        `suites ${counts.suites}`,
        `pass ${counts.passed}`,
        `fail ${counts.failed}`,
        `cancelled ${counts.cancelled}`,
        `skipped ${counts.skipped}`,
        `todo ${counts.todo}`,
        `duration_ms ${duration}`,
      ];
      for (const message of lines)
        this.emit('test:diagnostic', { __proto__: null, nesting: 0, message, level: 'info' });
    }
    this.emit('test:summary', {
      __proto__: null,
      success: this.success,
      counts,
      duration_ms: duration,
      file: this.entryFile,
    });
    if (!this.success) process.exitCode = 1;
    this.stream.finish();
  }
}

function noop() {}

function insideSuite(test) {
  return test.parent.kind === 'suite';
}

/** Takes the rest of the subtests out again. */
function keep(suite, chosen) {
  suite.subtests = chosen;
  suite.queue = suite.queue.filter((child) => chosen.includes(child));
  chosen.forEach((child, index) => {
    child.number = index + 1;
  });
}

function flushed() {
  return new Promise((resolve) => require('timers/timers').setImmediate(resolve));
}

/** Exceptions that no test catches belong to the test whose work threw them. */
function listenForExceptions(harness) {
  const handler = (type) => (error) => {
    const test = current().getStore();
    if (test !== undefined && test.nesting >= 0 && !test.finished) {
      test.uncaught(error, type);
      return;
    }
    let message;
    if (test !== undefined && test.nesting >= 0) {
      const { file, line, column } = test.location ?? {};
      const path = require('path/path').relative(process.cwd(), file ?? '');
      message =
        `Error: Test "${test.name}" at ${path}:${line}:${column} generated asynchronous activity after the test ended. ` +
        `This activity created the error "${describe(error)}" and would have caused the test to fail, but instead triggered an ${type} event.`;
    } else {
      message =
        `Error: A resource generated asynchronous activity after the test ended. This activity created the error "${describe(error)}" ` +
        `which triggered an ${type} event, caught by the test runner.`;
    }
    harness.root.diagnostic(message, 'warn');
    process.exitCode = 1;
    harness.success = false;
  };
  process.on('uncaughtException', handler('uncaughtException'));
  process.on('unhandledRejection', handler('unhandledRejection'));
}

function describe(error) {
  if (error instanceof Error && error.code === 'ERR_TEST_FAILURE') return `Error [ERR_TEST_FAILURE]: ${error.message}`;
  return String(error);
}

let global;

/** The harness of this process, made when first asked for. */
function globalHarness() {
  if (global !== undefined) return global;
  const harness = new Harness(optionsFromCommandLine());
  global = harness;
  const child = process.env.NODE_TEST_CONTEXT === 'child-v8';
  harness.child = child;
  harness.entryFile = child ? process.argv[1] : undefined;
  listenForExceptions(harness);
  if (child) require('test_runner/frames').report(harness.stream);
  else require('test_runner/reporting').attach(harness.stream, harness);
  process.on('beforeExit', () => {
    if (harness.ended) return;
    harness.cancelPending();
    harness.runAfter().then(() => harness.finish());
  });
  harness.bootstrap();
  return harness;
}

module.exports = { Harness, flushed, globalHarness, toRegExp, hasGlobal: () => global !== undefined };
