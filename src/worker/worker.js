// worker_threads.Worker: https://nodejs.org/api/worker_threads.html#class-worker
'use strict';

const EventEmitter = require('events/events');
const native = binding('worker');
const { codes, ErrnoException } = require('errors/errors');
const { validateArray, validateObject, validateString } = require('errors/validators');
const { kNative, wrap, MessageChannel } = require('worker/message_port');
const environmentData = require('worker/environment_data');
const errorMessage = require('worker/error_message');
const { ReadableWorkerStdio, WritableWorkerStdio, deliver } = require('worker/stdio');
const { nextTick } = require('process/next_tick');

const path = require('path/path');
const created = require('async/diagnostics_channel').channel('worker_threads');

const kShareEnv = Symbol.for('nodejs.worker_threads.SHARE_ENV');

/** What the worker runs: {kind, source}. */
function readEntry(filename, options) {
  const { URL, fileURLToPath } = require('url/url');
  const { isURL } = require('url/whatwg');
  if (options.eval) {
    if (typeof filename !== 'string')
      throw new codes.ERR_INVALID_ARG_VALUE(
        'options.eval',
        options.eval,
        "must be false when 'filename' is not a string",
      );
    return { kind: 'eval', source: filename };
  }
  if (isURL(filename) && filename.protocol === 'data:') return { kind: 'url', source: `${filename}` };
  if (isURL(filename) || filename instanceof URL) return { kind: 'file', source: fileURLToPath(filename) };
  if (typeof filename !== 'string') throw new codes.ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename);
  if (!path.isAbsolute(filename) && !/^\.\.?[\\/]/.test(filename)) throw new codes.ERR_WORKER_PATH(filename);
  return { kind: 'file', source: path.resolve(filename) };
}

/** "--" ends the options. */
function beforeTerminator(execArgv) {
  const end = execArgv.indexOf('--');
  return end === -1 ? execArgv : execArgv.slice(0, end);
}

/** Options of a process as a whole, which a Worker cannot have of its own. */
function checkExecArgv(execArgv) {
  const bad = binding('options').invalidWorkerOptions(execArgv);
  if (bad.length > 0) throw new codes.ERR_WORKER_INVALID_EXEC_ARGV(bad);
}

/** The environment as [name, value, ...]; undefined when the process's own is shared. */
function readEnvironment(env) {
  if (env === kShareEnv) return undefined;
  if (env !== undefined && env !== null && typeof env !== 'object')
    throw new codes.ERR_INVALID_ARG_TYPE(
      'options.env',
      ['object', 'undefined', 'null', 'worker_threads.SHARE_ENV'],
      env,
    );
  const pairs = [];
  for (const [name, value] of Object.entries(env ?? process.env)) pairs.push(name, `${value}`);
  return pairs;
}

function limitsAsObject([maxYoungGenerationSizeMb, maxOldGenerationSizeMb, codeRangeSizeMb, stackSizeMb]) {
  return { maxYoungGenerationSizeMb, maxOldGenerationSizeMb, codeRangeSizeMb, stackSizeMb };
}

class Worker extends EventEmitter {
  #thread;
  #control;
  #public;
  #stdin = null;
  #stdout;
  #stderr;
  #isOnline = false;
  #threadId;
  #threadName;
  #limits;
  #exit;
  #requests = new Map(); // id -> [resolve, reject]
  #nextRequest = 0;

  constructor(filename, options = {}) {
    super();
    validateObject(options, 'options');
    const { argv, execArgv, env, resourceLimits, name, workerData } = options;
    if (argv !== undefined && argv !== null && !Array.isArray(argv)) validateArray(argv, 'options.argv');
    if (execArgv !== undefined && execArgv !== null) validateArray(execArgv, 'options.execArgv');
    const entry = readEntry(filename, options);
    const environment = readEnvironment(env);
    const nativeArguments = beforeTerminator((execArgv ?? process.execArgv).map(String));
    if (execArgv) checkExecArgv(nativeArguments);
    if (name !== undefined) validateString(name, 'options.name');
    const limits = [-1, -1, -1, -1];
    if (typeof resourceLimits === 'object' && resourceLimits !== null) {
      const names = ['maxYoungGenerationSizeMb', 'maxOldGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb'];
      names.forEach((key, i) => {
        if (typeof resourceLimits[key] === 'number') limits[i] = Math.max(resourceLimits[key], i === 0 ? 0.5 : 0);
      });
      if (limits[1] >= 0) limits[1] = Math.max(limits[1], 2);
    }
    this.#threadName = name ?? 'WorkerThread';

    this.#thread = new native.Thread(nativeArguments, limits, this.#threadName, Boolean(execArgv));
    this.#threadId = this.#thread.id();
    this.#limits = limitsAsObject(this.#thread.limits());
    this.#thread.onexit = (code, outOfMemory) => this.#onExit(code, outOfMemory);
    this.#control = wrap(this.#thread.controlPort());
    this.#control.on('message', (message) => this.#onControl(message));
    this.#control.unref();

    const stdio = { stdin: Boolean(options.stdin), stdout: Boolean(options.stdout), stderr: Boolean(options.stderr) };
    if (stdio.stdin) this.#stdin = new WritableWorkerStdio(this.#control, 'stdin');
    this.#stdout = new ReadableWorkerStdio(this.#control, 'stdout');
    this.#stderr = new ReadableWorkerStdio(this.#control, 'stderr');
    if (!stdio.stdout) pipeWithoutEnd(this.#stdout, process.stdout);
    if (!stdio.stderr) pipeWithoutEnd(this.#stderr, process.stderr);

    const { port1, port2 } = new MessageChannel();
    this.#public = port1;
    this.#public.on('message', (message) => this.emit('message', message));
    this.#public.on('messageerror', (error) => this.emit('messageerror', error));
    this.#public.unref();

    const transferList = [port2];
    if (options.transferList) transferList.push(...options.transferList);
    this.#load(
      {
        type: 'load',
        entry,
        argv: argv ? [...argv].map(String) : [],
        environment,
        workerData,
        environmentData: [...environmentData.data],
        publicPort: port2,
        hasStdin: stdio.stdin,
        isInternal: false,
        cwd: undefined,
      },
      transferList,
    );
    require('worker/thread_messages').openMailbox();
    const status = this.#thread.start();
    if (status !== 0) {
      this.#abandon();
      throw new codes.ERR_WORKER_INIT_FAILED(new ErrnoException(status, 'uv_thread_create').message);
    }
    this.performance = { eventLoopUtilization: (...args) => this.#eventLoopUtilization(...args) };
    if (created.hasSubscribers) created.publish({ worker: this });
    nextTick(() => process.emit('worker', this));
  }

  #load(message, transferList) {
    try {
      this.#control.postMessage(message, transferList);
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /** It will never run. */
  #abandon() {
    this.#control.close();
    this.#public.close();
    this.#thread.close();
    this.#thread = undefined;
  }

  #onControl(message) {
    switch (message.type) {
      case 'online':
        this.#isOnline = true;
        this.#limits = limitsAsObject(message.limits);
        this.emit('online');
        return;
      case 'error': {
        let error = errorMessage.revive(message.error);
        if ('text' in message.error) error = new codes.ERR_UNHANDLED_ERROR(message.error.text);
        this.emit('error', error);
        return;
      }
      case 'stdio':
        deliver(message.stream === 'stdout' ? this.#stdout : this.#stderr, message.chunks);
        return;
      case 'stdioWanted':
        this.#stdin?.wanted();
        return;
      case 'answer': {
        const [resolve, reject] = this.#requests.get(message.id);
        this.#requests.delete(message.id);
        if (message.error !== undefined) reject(errorMessage.revive(message.error));
        else resolve(message.result);
        return;
      }
      default:
    }
  }

  #onExit(code, outOfMemory) {
    // What it said before it went still counts.
    this.#control[kNative].drain();
    this.#public[kNative].drain();
    this.#thread = undefined;
    this.#control.close();
    this.#public.close();
    this.#limits = {};
    for (const [, reject] of this.#requests.values()) reject(new codes.ERR_WORKER_NOT_RUNNING());
    this.#requests.clear();
    this.#stdout.push(null);
    this.#stderr.push(null);
    this.#stdin?.destroy();
    this.#exit?.(code);
    if (outOfMemory) {
      this.emit('error', new codes.ERR_WORKER_OUT_OF_MEMORY('JS heap out of memory'));
    }
    this.#threadId = -1;
    this.#threadName = null;
    this.emit('exit', code);
  }

  postMessage(...args) {
    if (this.#thread === undefined) return;
    this.#public.postMessage(...args);
  }

  /** Stops the worker where it is. @returns {Promise<number|undefined>} its exit code */
  terminate(callback) {
    this.ref();
    if (typeof callback === 'function') {
      process.emitWarning(
        'Passing a callback to worker.terminate() is deprecated. It returns a Promise instead.',
        'DeprecationWarning',
        'DEP0132',
      );
      if (this.#thread === undefined) return Promise.resolve();
      this.once('exit', (code) => callback(null, code));
    }
    if (this.#thread === undefined) return Promise.resolve();
    const promise = new Promise((resolve) => {
      const before = this.#exit;
      this.#exit = (code) => {
        before?.(code);
        resolve(code);
      };
    });
    this.#thread.stop();
    return promise;
  }

  async [Symbol.asyncDispose]() {
    await this.terminate();
  }

  ref() {
    if (this.#thread === undefined) return;
    this.#thread.ref();
    this.#public.ref();
  }

  unref() {
    if (this.#thread === undefined) return;
    this.#thread.unref();
    this.#public.unref();
  }

  get threadId() {
    return this.#threadId;
  }

  get threadName() {
    return this.#threadName;
  }

  get stdin() {
    return this.#stdin;
  }

  get stdout() {
    return this.#stdout;
  }

  get stderr() {
    return this.#stderr;
  }

  get resourceLimits() {
    return { ...this.#limits };
  }

  /** Asks the worker's own thread; rejected when it does not run. */
  #request(what, ...args) {
    if (this.#thread === undefined) return Promise.reject(new codes.ERR_WORKER_NOT_RUNNING());
    const { promise, resolve, reject } = Promise.withResolvers();
    const id = this.#nextRequest++;
    this.#requests.set(id, [resolve, reject]);
    this.#control.postMessage({ type: 'request', id, what, args });
    return promise;
  }

  /** @returns {Promise<Readable>} */
  async getHeapSnapshot(options) {
    const { snapshotOptions, streamOf } = require('v8/v8_internal');
    const wanted = snapshotOptions(options);
    return streamOf(await this.#request('heapSnapshot', wanted));
  }

  /** @returns {Promise<object>} as v8.getHeapStatistics() */
  getHeapStatistics() {
    return this.#request('heapStatistics');
  }

  /** @returns {Promise<{user: number, system: number}>} */
  cpuUsage(previous) {
    if (previous) {
      validateObject(previous, 'prev');
      for (const key of ['user', 'system']) {
        require('errors/validators').validateNumber(previous[key], `prev.${key}`);
        if (previous[key] < 0 || previous[key] > Number.MAX_SAFE_INTEGER)
          throw new codes.ERR_OUT_OF_RANGE(`prev.${key}`, `>= 0 && <= ${Number.MAX_SAFE_INTEGER}`, previous[key]);
      }
    }
    return this.#request('cpuUsage', previous);
  }

  /** @returns {Promise<{stop(): Promise<string>}>} */
  startCpuProfile() {
    return this.#startProfile('startCpuProfile');
  }

  /** @returns {Promise<{stop(): Promise<string>}>} */
  startHeapProfile() {
    return this.#startProfile('startHeapProfile');
  }

  async #startProfile(what) {
    const id = await this.#request(what);
    let profile;
    const stop = () => (profile ??= this.#request('stopProfile', id));
    return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
  }

  #eventLoopUtilization(first, second) {
    const times = this.#thread === undefined || !this.#isOnline ? [-1, -1] : this.#thread.loopTimes();
    if (times[1] < 0) return { idle: 0, active: 0, utilization: 0 };
    if (second !== undefined) return difference(first, second);
    const [idle, total] = times;
    const active = total - idle;
    const now = { idle, active, utilization: active / (idle + active) };
    return first === undefined ? now : difference(now, first);
  }
}

function difference(a, b) {
  const idle = a.idle - b.idle;
  const active = a.active - b.active;
  return { idle, active, utilization: active / (idle + active) };
}

/** Node's own way: many workers may share one stream, which none of them ends. */
function pipeWithoutEnd(from, to) {
  from.on('data', (chunk) => to.write(chunk));
}

module.exports = { Worker };
