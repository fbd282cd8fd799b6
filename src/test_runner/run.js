'use strict';

/** run(): test files, each in its own process, or all in this one. */

const { codes } = require('errors/errors');
const {
  validateArray,
  validateBoolean,
  validateFunction,
  validateAbortSignal,
  validateInteger,
  validateObject,
  validateOneOf,
  validateStringArray,
  validateUint32,
} = require('errors/validators');
const { Harness, flushed } = require('test_runner/harness');
const { Test, now } = require('test_runner/tree');
const { testFailure } = require('test_runner/test_error');
const { getOptionValue } = require('cli/options');
const path = require('path/path');

const kEndings = '{js,mjs,cjs,ts,mts,cts}';
const kPatterns = [`**/{test,test/**/*,test-*,*[._-]test}.${kEndings}`];

/** The files that the patterns mean, in order, none in node_modules unless named. */
function findFiles(patterns, cwd) {
  const { globSync } = require('fs/fs');
  const wanted = patterns?.length ? patterns : kPatterns;
  const files = new Set();
  const named = wanted.some((pattern) => pattern.includes('node_modules'));
  for (const pattern of wanted) {
    for (const file of globSync(pattern, {
      cwd,
      exclude: named ? undefined : (name) => path.basename(name) === 'node_modules',
    })) {
      if (isFile(path.resolve(cwd, file))) files.add(file);
    }
  }
  return [...files].sort();
}

function isFile(file) {
  return require('fs/fs').statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** A file as a test: what its process reports stands in its place. */
class FileTest extends Test {
  constructor(init) {
    super(init);
    this.items = [];
    this.sawResults = false;
    this.sawFailure = false;
  }

  take(item) {
    const { type, data } = item;
    if (type === 'test:summary' && data.file === undefined) return;
    if (type === 'test:enqueue' || type === 'test:dequeue' || type === 'test:complete') {
      this.harness.emit(type, data);
      return;
    }
    this.items.push(item);
    this.harness.root.report();
  }

  /** Called when it is this file's turn. */
  report() {
    for (const item of this.items.splice(0)) this.tell(item);
  }

  tell({ type, data }) {
    const { harness } = this;
    if (type === 'test:pass' || type === 'test:fail') {
      this.sawResults = true;
      if (type === 'test:fail') this.sawFailure ||= data.todo === undefined;
      countEvent(harness, type, data);
      if (data.nesting === 0) data.testNumber = ++harness.topLevel;
    }
    harness.emit(type, data);
  }

  /** A file of which nothing was heard, or which failed by itself, is a test of its own. */
  reportSelf() {
    this.report();
    if (this.sawResults && (this.passed || this.error?.failureType === 'subtestsFailed')) return;
    this.number = ++this.harness.topLevel;
    super.reportSelf();
  }

  get onlyFailedBelow() {
    return this.items.some((item) => item.type === 'test:fail' && item.data.todo === undefined) || this.sawFailure;
  }
}

function countEvent(harness, type, data) {
  const { counts } = harness;
  if (data.nesting === 0) counts.topLevel++;
  if (type === 'test:fail' && data.todo === undefined) harness.success = false;
  if (data.details.type === 'suite') {
    counts.suites++;
    return;
  }
  counts.tests++;
  const failure = data.details.error?.failureType;
  if (data.skip !== undefined) counts.skipped++;
  else if (data.todo !== undefined) counts.todo++;
  else if (failure === 'cancelledByParent' || failure === 'testAborted' || failure === 'testTimeoutFailure')
    counts.cancelled++;
  else if (type === 'test:fail') counts.failed++;
  else counts.passed++;
}

const PARENT_ONLY =
  /^--(?:test$|test-(?:reporter|reporter-destination|concurrency|shard|isolation|force-exit|global-setup|coverage[a-z-]*|rerun-failures)(?:=|$)|experimental-test-coverage|watch(?:=|$|-))/;
const WITH_VALUE =
  /^--test-(?:reporter|reporter-destination|concurrency|shard|isolation|global-setup|coverage-[a-z]+|rerun-failures)$/;

/** The arguments of this process that hold for the files' processes, too. */
function inheritedArguments() {
  const kept = [];
  const given = process.execArgv;
  for (let i = 0; i < given.length; i++) {
    if (!PARENT_ONLY.test(given[i])) kept.push(given[i]);
    else if (WITH_VALUE.test(given[i]) && i + 1 < given.length && !given[i + 1].startsWith('-')) i++;
  }
  return kept;
}

function argumentsFor(file, options) {
  const args = options.cli ? inheritedArguments() : process.execArgv.filter((arg) => !PARENT_ONLY.test(arg));
  if (options.execArgv) args.push(...options.execArgv);
  if (!options.cli) {
    for (const pattern of options.testNamePatterns ?? []) args.push(`--test-name-pattern=${pattern}`);
    for (const pattern of options.testSkipPatterns ?? []) args.push(`--test-skip-pattern=${pattern}`);
    if (options.only) args.push('--test-only');
  }
  if (options.forceExit) args.push('--test-force-exit');
  args.push(file, ...(options.argv ?? []));
  return args;
}

let workers;

/** Numbers that no two running files share. */
function takeWorkerId() {
  workers ??= [];
  let id = workers.indexOf(false);
  if (id < 0) id = workers.length;
  workers[id] = true;
  return id;
}

/** Runs one file; throws what makes it fail. */
async function runFile(test, file, options) {
  const { spawn } = require('child_process/child_process');
  const { FrameParser } = require('test_runner/frames');
  const worker = takeWorkerId();
  const env = {
    ...(options.env ?? process.env),
    NODE_TEST_CONTEXT: 'child-v8',
    NODE_TEST_WORKER_ID: String(worker + 1),
  };
  if (process.stdout?.isTTY && env.FORCE_COLOR === undefined && env.NO_COLOR === undefined) env.FORCE_COLOR = '1';
  const child = spawn(process.execPath, argumentsFor(file, options), {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill();
  test.signal.addEventListener('abort', kill);
  const name = path.resolve(options.cwd, file);
  const parser = new FrameParser(
    (item) => test.take(item),
    (message) => test.take({ type: 'test:stdout', data: { __proto__: null, file: name, message } }),
  );
  child.stdout.on('data', (chunk) => parser.push(chunk));
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (message) =>
    test.take({ type: 'test:stderr', data: { __proto__: null, file: name, message } }),
  );
  const { promise, resolve, reject } = Promise.withResolvers();
  child.on('error', reject);
  child.on('close', (code, signal) => resolve({ code, signal }));
  const { code, signal } = await promise;
  workers[worker] = false;
  test.signal.removeEventListener('abort', kill);
  parser.end();
  if (code === 0 && signal === null) return;
  const error = testFailure('test failed', test.onlyFailedBelow ? 'subtestsFailed' : 'testCodeFailure');
  error.exitCode = code;
  error.signal = signal;
  throw error;
}

function checkOptions(options) {
  validateObject(options, 'options');
  const {
    concurrency,
    files,
    globPatterns,
    inspectPort,
    isolation,
    shard,
    signal,
    setup,
    timeout,
    watch,
    cwd,
    coverage,
    forceExit,
    only,
  } = options;
  if (files !== undefined) validateArray(files, 'options.files');
  if (watch !== undefined) validateBoolean(watch, 'options.watch');
  if (forceExit !== undefined) validateBoolean(forceExit, 'options.forceExit');
  if (only !== undefined) validateBoolean(only, 'options.only');
  if (globPatterns !== undefined) validateArray(globPatterns, 'options.globPatterns');
  if (globPatterns?.length > 0 && files?.length > 0) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'options.globPatterns',
      globPatterns,
      "is not supported when specifying 'options.files'",
    );
  }
  if (shard !== undefined) {
    validateObject(shard, 'options.shard');
    validateInteger(shard.total, 'options.shard.total', 1);
    validateInteger(shard.index, 'options.shard.index', 1, shard.total);
    if (watch) throw new codes.ERR_INVALID_ARG_VALUE('options.shard', watch, 'shards not supported with watch mode');
  }
  if (isolation !== undefined) validateOneOf(isolation, 'options.isolation', ['process', 'none']);
  if (setup !== undefined) validateFunction(setup, 'options.setup');
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (timeout !== undefined && timeout !== null && timeout !== Infinity)
    require('errors/validators').validateNumber(timeout, 'options.timeout', 0, 2 ** 31 - 1);
  if (cwd !== undefined) require('errors/validators').validateString(cwd, 'options.cwd');
  if (concurrency !== undefined && typeof concurrency !== 'boolean')
    validateUint32(concurrency, 'options.concurrency', true);
  if (options.argv !== undefined) validateStringArray(options.argv, 'options.argv');
  if (options.execArgv !== undefined) validateStringArray(options.execArgv, 'options.execArgv');
  if (coverage) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('test coverage');
  if (watch) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('watching tests');
  if (inspectPort) throw new codes.ERR_METHOD_NOT_IMPLEMENTED('inspectPort');
}

function patternsOf(value, name) {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  for (const item of list) {
    if (typeof item !== 'string' && !(item instanceof RegExp))
      throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'RegExp'], item);
  }
  return list;
}

/**
 * @param {object} [options] see Node's documentation
 * @returns {TestsStream}
 */
function run(options = {}) {
  checkOptions(options);
  options = {
    ...options,
    cwd: options.cwd ?? process.cwd(),
    testNamePatterns: patternsOf(options.testNamePatterns, 'options.testNamePatterns'),
    testSkipPatterns: patternsOf(options.testSkipPatterns, 'options.testSkipPatterns'),
  };
  if (process.env.NODE_TEST_CONTEXT !== undefined && options.files !== undefined && options.isolation !== 'none') {
    process.emitWarning('node:test run() is being called recursively within a test file. skipping running files.');
    const { TestsStream } = require('test_runner/tests_stream');
    const stream = new TestsStream();
    stream.finish();
    return stream;
  }
  let files = options.files ?? findFiles(options.globPatterns, options.cwd);
  if (options.shard) files = files.filter((file, index) => index % options.shard.total === options.shard.index - 1);
  const harness = new Harness({ concurrency: options.concurrency ?? true });
  harness.topLevel = 0;
  harness.root.startTime = now();
  start(harness, files, options);
  return harness.stream;
}

async function start(harness, files, options) {
  if (options.setup) await options.setup(harness.stream);
  await undefined;
  const { root } = harness;
  for (const file of files) {
    const name = String(file);
    const test = new FileTest({
      name,
      parent: root,
      harness,
      options: { timeout: options.timeout, signal: options.signal },
      location: { file: path.resolve(options.cwd, name), line: 1, column: 1 },
      fn: () => runFile(test, name, options),
    });
    root.add(test);
  }
  root.accepting = true;
  root.pump();
  const pending = root.subtestsDone();
  if (pending !== undefined) await pending;
  const code = process.exitCode;
  harness.finish();
  if (!options.cli) process.exitCode = code;
  if (options.forceExit && options.cli) {
    await flushed();
    process.exit();
  }
}

module.exports = { findFiles, getOptionValue, run };
