// The start of a Worker, on its own thread: waits for what the parent sends, and runs it.
'use strict';

const native = binding('worker');
const { codes } = require('errors/errors');
const { prepare } = require('worker/messaging');
const { wrap } = require('worker/message_port');
const errorMessage = require('worker/error_message');
const thisThread = require('worker/this_thread');

/** What belongs to the whole process. */
const PROCESS_WIDE = [
  'abort',
  'chdir',
  'disconnect',
  'initgroups',
  'send',
  'setegid',
  'seteuid',
  'setgid',
  'setgroups',
  'setuid',
];

let control;
let holds = 0;

/** The control port keeps the loop alive while something is to come through it. */
function hold(change) {
  holds += change;
  if (holds > 0) control.ref();
  else control.unref();
}

function restrictProcess() {
  for (const name of PROCESS_WIDE) {
    process[name] = function () {
      throw new codes.ERR_WORKER_UNSUPPORTED_OPERATION(`process.${name}()`);
    };
    process[name].disabled = true;
    Object.defineProperty(process[name], 'name', { __proto__: null, value: name, configurable: true });
  }
  for (const name of [
    '_startProfilerIdleNotifier',
    '_stopProfilerIdleNotifier',
    '_debugProcess',
    '_debugPause',
    '_debugEnd',
  ])
    delete process[name];
  const { umask } = process;
  process.umask = function (mask) {
    if (mask !== undefined) throw new codes.ERR_WORKER_UNSUPPORTED_OPERATION('Setting process.umask()');
    return umask();
  };
  for (const name of ['channel', 'connected', '_channel']) {
    Object.defineProperty(process, name, {
      __proto__: null,
      get() {
        throw new codes.ERR_WORKER_UNSUPPORTED_OPERATION(`process.${name}`);
      },
      configurable: true,
      enumerable: false,
    });
  }
  let { title } = process;
  Object.defineProperty(process, 'title', {
    __proto__: null,
    get: () => title,
    set(value) {
      title = `${value}`;
    },
    configurable: true,
    enumerable: true,
  });
  // Signals go to the main thread.
  const { startListening, stopListening } = require('process/signals');
  process.removeListener('newListener', startListening);
  process.removeListener('removeListener', stopListening);
}

function replaceStdio(hasStdin) {
  const { ReadableWorkerStdio, WritableWorkerStdio } = require('worker/stdio');
  const port = { postMessage: (message) => control.postMessage(message), hold };
  const stdout = new WritableWorkerStdio(port, 'stdout');
  const stderr = new WritableWorkerStdio(port, 'stderr');
  const stdin = new ReadableWorkerStdio(port, 'stdin');
  if (!hasStdin) stdin.push(null);
  else {
    // Somebody who reads it waits for more.
    let isHeld = false;
    const keep = (wanted) => {
      if (wanted === isHeld) return;
      isHeld = wanted;
      hold(wanted ? 1 : -1);
    };
    stdin.on('newListener', (name) => {
      if (name === 'data' || name === 'readable') keep(true);
    });
    stdin.on('end', () => keep(false));
    stdin.on('close', () => keep(false));
    stdin.on('pause', () => keep(false));
    stdin.on('resume', () => keep(true));
  }
  for (const [name, stream, fd] of [
    ['stdin', stdin, 0],
    ['stdout', stdout, 1],
    ['stderr', stderr, 2],
  ]) {
    stream.fd = fd;
    Object.defineProperty(process, name, {
      __proto__: null,
      value: stream,
      configurable: true,
      enumerable: true,
      writable: false,
    });
  }
  return { stdin, stdout, stderr };
}

/** Tells the parent of an exception that nobody caught; the worker ends with it. */
function reportToParent(error) {
  const send = (description) => control.postMessage({ type: 'error', error: description });
  try {
    send(errorMessage.describe(error));
  } catch {
    send(errorMessage.describeAsText(error));
  }
}

const answers = {
  heapSnapshot({ exposeInternals, exposeNumericValues }) {
    return binding('v8').heapSnapshot(exposeInternals, exposeNumericValues);
  },
  heapStatistics: () => require('v8/v8').getHeapStatistics(),
  cpuUsage: (previous) => process.threadCpuUsage(previous),
  startCpuProfile: () => keep(require('v8/v8').startCpuProfile()),
  startHeapProfile: () => keep(new (binding('profiler').HeapProfile)()),
  stopProfile(id) {
    const profile = profiles.get(id);
    profiles.delete(id);
    return profile?.stop();
  },
};
const profiles = new Map();
let nextProfile = 0;

function keep(profile) {
  profiles.set(++nextProfile, profile);
  return nextProfile;
}

function onRequest({ id, what, args }) {
  try {
    control.postMessage({ type: 'answer', id, result: answers[what](...args) });
  } catch (error) {
    control.postMessage({ type: 'answer', id, error: errorMessage.describe(error) });
  }
}

function load(message) {
  const { entry, argv, environment, workerData, publicPort, hasStdin } = message;
  if (environment !== undefined) native.useOwnEnvironment(environment);
  process.argv = [process.execPath, entry.kind === 'eval' ? '[worker eval]' : entry.source, ...argv];
  require('worker/environment_data').inherit(message.environmentData);
  thisThread.state.workerData = workerData;
  thisThread.state.parentPort = publicPort;
  const stdio = replaceStdio(hasStdin);
  control.on('message', (next) => {
    if (next.type === 'stdio') require('worker/stdio').deliver(stdio.stdin, next.chunks);
    else if (next.type === 'stdioWanted') stdio[next.stream].wanted();
    else if (next.type === 'request') onRequest(next);
  });
  control.unref();
  control.postMessage({ type: 'online', limits: Object.values(thisThread.state.resourceLimits) });
  require('process/state').reportToParent = reportToParent;
  require('cli/main').preload(() => runEntry(entry));
}

function runEntry({ kind, source }) {
  const entry = require('modules/entry');
  if (kind === 'eval') {
    const type = require('cli/options').getOptionValue('--input-type');
    if (type.endsWith('-typescript')) source = require('modules/typescript').stripTypes(source, '[worker eval]');
    if (type.startsWith('module')) entry.runModuleString(source, '[worker eval]');
    else entry.runScriptString(source, '[worker eval]', { print: false, detectModule: type === '' });
  } else if (kind === 'url') {
    entry.runAsync(() => require('modules/esm').importFrom(source, undefined, undefined, { isMain: true }));
  } else {
    entry.runMain(source);
  }
}

/** Called instead of cli/main's own start. */
function run() {
  const [port, threadId, threadName, limits, mailbox] = native.thisThread();
  const [maxYoungGenerationSizeMb, maxOldGenerationSizeMb, codeRangeSizeMb, stackSizeMb] = limits;
  Object.assign(thisThread.state, {
    isMainThread: false,
    threadId,
    threadName,
    resourceLimits: { maxYoungGenerationSizeMb, maxOldGenerationSizeMb, codeRangeSizeMb, stackSizeMb },
  });
  prepare();
  restrictProcess();
  control = wrap(port);
  const onFirst = (message) => {
    if (message.type !== 'load') return;
    control.off('message', onFirst);
    load(message);
    // Its listeners are there by now.
    require('worker/thread_messages').openMailbox(mailbox);
  };
  control.on('message', onFirst);
}

module.exports = { run };
