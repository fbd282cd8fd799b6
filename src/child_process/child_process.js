// node:child_process: the functions that start processes.
'use strict';

const { ErrnoException, codes, genericNodeError } = require('errors/errors');
const {
  validateAbortSignal,
  validateArray,
  validateFunction,
  validateObject,
  validateString,
} = require('errors/validators');
const { ChildProcess, abortChild } = require('child_process/child');
const {
  checkMaxBuffer,
  checkNull,
  checkTimeout,
  nativeFlags,
  nativeStdio,
  normalizeSpawn,
  normalizeStdio,
  signalName,
  stdioFromWord,
  toKillSignal,
} = require('child_process/options');

const native = binding('child_process');
const { signals } = require('constants/tables').os;

const { ERR_CHILD_PROCESS_IPC_REQUIRED, ERR_CHILD_PROCESS_STDIO_MAXBUFFER, ERR_INVALID_ARG_TYPE } = codes;

const MAX_BUFFER = 1024 * 1024;

/**
 * Starts a process.
 * @param {string} file
 * @param {string[]} [args]
 * @param {object} [options]
 * @returns {ChildProcess}
 */
function spawn(file, args, options) {
  options = normalizeSpawn(file, args, options);
  checkTimeout(options.timeout);
  const { signal } = options;
  if (signal !== undefined && signal !== null) validateAbortSignal(signal, 'options.signal');
  const killSignal = toKillSignal(options.killSignal);
  const child = new ChildProcess();
  child.spawn(options);

  if (options.timeout > 0) {
    const { setTimeout, clearTimeout } = require('timers/timers');
    let timer = setTimeout(() => {
      timer = null;
      try {
        child.kill(killSignal);
      } catch (error) {
        child.emit('error', error);
      }
    }, options.timeout);
    child.once('exit', () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    });
  }

  if (signal !== undefined && signal !== null) {
    const onAbort = () => abortChild(child, killSignal, signal.reason);
    if (signal.aborted) {
      process.nextTick(onAbort);
    } else {
      signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
      child.once('exit', () => signal.removeEventListener('abort', onAbort));
    }
  }
  return child;
}

/** (file[, args][, options][, callback]) */
function normalizeExecFile(file, args, options, callback) {
  if (Array.isArray(args)) {
    args = [...args];
  } else if (args !== null && typeof args === 'object') {
    callback = options;
    options = args;
    args = undefined;
  } else if (typeof args === 'function') {
    callback = args;
    options = undefined;
    args = undefined;
  }
  args ??= [];
  if (typeof options === 'function') callback = options;
  else if (options !== undefined && options !== null) validateObject(options, 'options');
  options = typeof options === 'function' || options === undefined || options === null ? {} : options;
  if (callback !== undefined && callback !== null) validateFunction(callback, 'callback');
  // Checked here because the program's options may say otherwise than the arguments in front of the file.
  if (options.argv0 !== undefined && options.argv0 !== null) validateString(options.argv0, 'options.argv0');
  return { file, args, options, callback };
}

/** Gathers one output stream of execFile, up to a limit. */
class Output {
  #chunks = [];
  #length = 0;

  constructor(stream, encoding, maxBuffer, onTooMuch) {
    if (encoding) stream.setEncoding(encoding);
    this.stream = stream;
    stream.on('data', (chunk) => {
      if (maxBuffer === Infinity) {
        this.#chunks.push(chunk);
        return;
      }
      const { readableEncoding } = stream;
      const length = readableEncoding
        ? require('buffer/buffer').Buffer.byteLength(chunk, readableEncoding)
        : chunk.length;
      this.#length += length;
      if (this.#length > maxBuffer) {
        this.#chunks.push(chunk.slice(0, maxBuffer - (this.#length - length)));
        onTooMuch();
      } else {
        this.#chunks.push(chunk);
      }
    });
  }

  result(encoding) {
    if (encoding || this.stream.readableEncoding) return this.#chunks.join('');
    return require('buffer/buffer').Buffer.concat(this.#chunks);
  }
}

/**
 * Runs a program without a shell and gathers its output.
 * @param {string} file
 * @param {string[]} [args]
 * @param {object} [options]
 * @param {(error: Error|null, stdout: string|Buffer, stderr: string|Buffer) => void} [callback]
 * @returns {ChildProcess}
 */
function execFile(file, args, options, callback) {
  ({ file, args, options, callback } = normalizeExecFile(file, args, options, callback));
  options = {
    __proto__: null,
    encoding: 'utf8',
    timeout: 0,
    maxBuffer: MAX_BUFFER,
    killSignal: 'SIGTERM',
    cwd: null,
    env: null,
    shell: false,
    ...options,
  };
  checkTimeout(options.timeout);
  checkMaxBuffer(options.maxBuffer);
  options.killSignal = toKillSignal(options.killSignal);

  const child = spawn(file, args, {
    __proto__: null,
    cwd: options.cwd,
    env: options.env,
    gid: options.gid,
    shell: options.shell,
    signal: options.signal,
    uid: options.uid,
    argv0: options.argv0,
    windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments),
  });

  const { Buffer } = require('buffer/buffer');
  const encoding = options.encoding !== 'buffer' && Buffer.isEncoding(options.encoding) ? options.encoding : null;
  let stdout;
  let stderr;
  let killed = false;
  let exited = false;
  let failure = null;
  let timer = null;

  function onClose(code, signal) {
    if (exited) return;
    exited = true;
    if (timer !== null) {
      require('timers/timers').clearTimeout(timer);
      timer = null;
    }
    if (!callback) return;
    const out = stdout ? stdout.result(encoding) : '';
    const err = stderr ? stderr.result(encoding) : '';
    if (!failure && code === 0 && signal === null) {
      callback(null, out, err);
      return;
    }
    if (args?.length) file += ` ${args.join(' ')}`;
    if (!failure) {
      failure = genericNodeError(`Command failed: ${file}\n${err}`, {
        code: code < 0 ? require('util/util').getSystemErrorName(code) : code,
        killed: child.killed || killed,
        signal,
      });
    }
    failure.cmd = file;
    callback(failure, out, err);
  }

  function onError(error) {
    failure = error;
    child.stdout?.destroy();
    child.stderr?.destroy();
    onClose();
  }

  function kill() {
    child.stdout?.destroy();
    child.stderr?.destroy();
    killed = true;
    try {
      child.kill(options.killSignal);
    } catch (error) {
      failure ??= error;
      onClose();
    }
  }

  if (options.timeout > 0) {
    timer = require('timers/timers').setTimeout(() => {
      timer = null;
      kill();
    }, options.timeout);
  }

  const tooMuch = (name) => () => {
    failure = new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name);
    kill();
  };
  if (child.stdout) stdout = new Output(child.stdout, encoding, options.maxBuffer, tooMuch('stdout'));
  if (child.stderr) stderr = new Output(child.stderr, encoding, options.maxBuffer, tooMuch('stderr'));
  child.addListener('close', onClose);
  child.addListener('error', onError);
  return child;
}

/** (command[, options][, callback]) */
function normalizeExec(command, options, callback) {
  validateString(command, 'command');
  checkNull(command, 'command');
  if (typeof options === 'function') {
    callback = options;
    options = undefined;
  }
  options = { __proto__: null, ...options };
  options.shell = typeof options.shell === 'string' ? options.shell : true;
  return { command, options, callback };
}

/**
 * Runs a command in a shell and gathers its output.
 * @param {string} command
 */
function exec(command, options, callback) {
  ({ command, options, callback } = normalizeExec(command, options, callback));
  return module.exports.execFile(command, options, callback);
}

/** The promise form carries the child and gives both outputs. */
function promisified(start) {
  const run = (...args) => {
    const { promise, resolve, reject } = Promise.withResolvers();
    promise.child = start(...args, (error, stdout, stderr) => {
      if (error !== null) {
        error.stdout = stdout;
        error.stderr = stderr;
        reject(error);
      } else {
        resolve({ stdout, stderr });
      }
    });
    return promise;
  };
  Object.defineProperty(run, 'name', { __proto__: null, value: start.name, configurable: true });
  return run;
}

for (const start of [exec, execFile]) {
  Object.defineProperty(start, Symbol.for('nodejs.util.promisify.custom'), {
    __proto__: null,
    enumerable: false,
    value: promisified(start),
  });
}

/**
 * Runs a process to its end.
 * @returns {{pid: number, output: Array<Buffer|string|null>|null, stdout: Buffer|string, stderr: Buffer|string, status: number|null, signal: string|null, error?: Error}}
 */
function spawnSync(file, args, options) {
  options = { __proto__: null, maxBuffer: MAX_BUFFER, ...normalizeSpawn(file, args, options) };
  checkTimeout(options.timeout);
  checkMaxBuffer(options.maxBuffer);
  const killSignal = toKillSignal(options.killSignal) ?? signals.SIGTERM;
  const { stdio } = normalizeStdio(options.stdio || 'pipe', true);
  if (options.input) stdio[0] = { ...stdio[0], input: options.input };

  const { Buffer } = require('buffer/buffer');
  const inputs = stdio.map(({ input }, i) => {
    if (input === undefined || input === null) return Buffer.alloc(0);
    if (ArrayBuffer.isView(input)) return input;
    if (typeof input === 'string')
      return Buffer.from(input, options.encoding === 'buffer' ? undefined : options.encoding);
    throw new ERR_INVALID_ARG_TYPE(`options.stdio[${i}]`, ['Buffer', 'TypedArray', 'DataView', 'string'], input);
  });

  const maxBuffer = options.maxBuffer === null || options.maxBuffer === Infinity ? 0 : options.maxBuffer;
  const outcome = native.spawnSync(
    options.file,
    options.args.map(String),
    options.cwd?.toString(),
    options.envPairs,
    nativeStdio(stdio),
    inputs,
    nativeFlags(options),
    options.uid ?? 0,
    options.gid ?? 0,
    options.timeout || 0,
    maxBuffer,
    killSignal,
  );

  const { status, output, pid } = outcome;
  const signal = signalName(outcome.signal);
  if (outcome.error === 0) return finishSync({ status, signal, output, pid }, options);
  const error = new ErrnoException(outcome.error, `spawnSync ${options.file}`);
  error.path = options.file;
  error.spawnargs = options.args.slice(1);
  return finishSync({ error, status, signal, output, pid }, options);
}

function finishSync(result, { encoding }) {
  if (result.output && encoding && encoding !== 'buffer') {
    result.output = result.output.map((bytes) => (bytes ? bytes.toString(encoding) : bytes));
  }
  // Node's stdin has no output, even when it is a pipe.
  if (result.output) result.output[0] = null;
  result.stdout = result.output && result.output[1];
  result.stderr = result.output && result.output[2];
  return result;
}

/** The error that execSync and execFileSync throw; undefined when the child ended well. */
function syncError(result, args, command) {
  if (result.error) return Object.assign(result.error, result);
  if (result.status === 0) return undefined;
  let message = `Command failed: ${command || args.join(' ')}`;
  if (result.stderr && result.stderr.length > 0) message += `\n${result.stderr.toString()}`;
  return genericNodeError(message, result);
}

function execFileSync(file, args, options) {
  ({ file, args, options } = normalizeExecFile(file, args, options));
  const inheritsStderr = !options.stdio;
  const result = spawnSync(file, args, options);
  if (inheritsStderr && result.stderr) process.stderr.write(result.stderr);
  const error = syncError(result, [options.argv0 || file, ...args], undefined);
  if (error) throw error;
  return result.stdout;
}

function execSync(command, options) {
  ({ options } = normalizeExec(command, options, null));
  const inheritsStderr = !options.stdio;
  const result = spawnSync(command, options);
  if (inheritsStderr && result.stderr) process.stderr.write(result.stderr);
  const error = syncError(result, undefined, command);
  if (error) throw error;
  return result.stdout;
}

/**
 * Starts this runtime on a module, with a channel for messages.
 * @param {string|URL} modulePath
 */
function fork(modulePath, args = [], options) {
  modulePath = require('fs/arguments').getPath(modulePath, 'modulePath');
  if (args === null) {
    args = [];
  } else if (typeof args === 'object' && !Array.isArray(args)) {
    options = args;
    args = [];
  } else {
    validateArray(args, 'args');
  }
  if (options !== undefined && options !== null) validateObject(options, 'options');
  options = { __proto__: null, ...options, shell: false };
  options.execPath ||= process.execPath;
  checkNull(options.execPath, 'options.execPath');

  let execArgv = options.execArgv || process.execArgv;
  checkNullIn(execArgv, 'options.execArgv');
  if (execArgv === process.execArgv && process._eval !== undefined && process._eval !== null) {
    // A program given with --eval must not be run again by each child.
    const at = execArgv.lastIndexOf(process._eval);
    if (at > 0) execArgv = execArgv.toSpliced(at - 1, 2);
  }
  args = [...execArgv, modulePath, ...args];

  if (typeof options.stdio === 'string') {
    options.stdio = stdioFromWord(options.stdio, 'ipc');
  } else if (!Array.isArray(options.stdio)) {
    options.stdio = stdioFromWord(options.silent ? 'pipe' : 'inherit', 'ipc');
  } else if (!options.stdio.includes('ipc')) {
    throw new ERR_CHILD_PROCESS_IPC_REQUIRED('options.stdio');
  }
  return spawn(options.execPath, args, options);
}

function checkNullIn(list, name) {
  for (let i = 0; i < list.length; i++) checkNull(list[i], `${name}[${i}]`);
}

/** Called at start-up in a process that was forked: opens its end of the channel. */
function _forkChild(fd, serializationMode) {
  require('child_process/ipc').setupChild(fd, serializationMode);
}

module.exports = { _forkChild, ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync };
