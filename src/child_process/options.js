// The arguments of spawn and its relatives: checked, and brought into the shape that the native functions take.
'use strict';

const { codes } = require('errors/errors');
const {
  isInt32,
  validateBoolean,
  validateInteger,
  validateNumber,
  validateObject,
  validateString,
} = require('errors/validators');

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_IPC_ONE_PIPE,
  ERR_IPC_SYNC_FORK,
  ERR_INVALID_SYNC_FORK_INPUT,
  ERR_UNKNOWN_SIGNAL,
} = codes;

const { signals } = require('constants/tables').os;

const SETUID = 1;
const SETGID = 2;
const DETACHED = 8;

const SIGNAL_NAMES = [];
for (const name of Object.keys(signals)) SIGNAL_NAMES[signals[name]] ??= name;

/** 'SIGTERM' for 15; null for 0. */
function signalName(number) {
  return number > 0 ? (SIGNAL_NAMES[number] ?? `SIG${number}`) : null;
}

/** A signal's number from its name or number. */
function toSignal(signal) {
  if (typeof signal === 'number' && SIGNAL_NAMES[signal] !== undefined) return signal;
  if (typeof signal === 'string') {
    const number = signals[signal.toUpperCase()];
    if (number) return number;
  }
  throw new ERR_UNKNOWN_SIGNAL(signal);
}

function toKillSignal(killSignal) {
  if (typeof killSignal === 'string' || typeof killSignal === 'number') return toSignal(killSignal);
  if (killSignal !== undefined && killSignal !== null) {
    throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], killSignal);
  }
  return undefined;
}

function checkTimeout(timeout) {
  if (timeout !== undefined && timeout !== null) validateInteger(timeout, 'timeout', 0);
}

function checkMaxBuffer(maxBuffer) {
  if (maxBuffer !== undefined && maxBuffer !== null) validateNumber(maxBuffer, 'options.maxBuffer', 0);
}

function checkNull(text, name) {
  if (typeof text === 'string' && text.includes('\u0000')) {
    throw new ERR_INVALID_ARG_VALUE(name, text, 'must be a string without null bytes');
  }
}

let warnedShell = false;

/** DEP0190: arguments are joined, not escaped. */
function warnShellArguments() {
  if (warnedShell) return;
  warnedShell = true;
  process.emitWarning(
    'Passing args to a child process with shell option true can lead to security vulnerabilities, as the arguments are not ' +
      'escaped, only concatenated.',
    'DeprecationWarning',
    'DEP0190',
  );
}

/** `KEY=value` pairs, inherited ones included: programs make environments with `Object.create(process.env)`. */
function envPairs(env) {
  const pairs = [];
  for (const key in env) {
    const value = env[key];
    if (value === undefined) continue;
    checkNull(key, `options.env['${key}']`);
    checkNull(`${value}`, `options.env['${key}']`);
    pairs.push(`${key}=${value}`);
  }
  return pairs;
}

/**
 * @param {string} file
 * @param {string[]|object|null|undefined} args arguments, or the options when there are none
 * @param {object} [options]
 */
function normalizeSpawn(file, args, options) {
  validateString(file, 'file');
  checkNull(file, 'file');
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty');

  if (Array.isArray(args)) {
    args = [...args];
  } else if (args === undefined || args === null) {
    args = [];
  } else if (typeof args !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('args', 'object', args);
  } else {
    options = args;
    args = [];
  }
  for (let i = 0; i < args.length; i++) checkNull(args[i], `args[${i}]`);

  if (options === undefined) options = {};
  else validateObject(options, 'options');
  options = { __proto__: null, ...options };

  let { cwd } = options;
  if (cwd === '' || cwd === null) cwd = undefined; // where we are
  if (cwd !== undefined) cwd = require('fs/arguments').getPath(cwd, 'options.cwd');
  const { detached, uid, gid, shell, argv0, windowsHide, windowsVerbatimArguments } = options;
  if (detached !== undefined && detached !== null) validateBoolean(detached, 'options.detached');
  if (uid !== undefined && uid !== null && !isInt32(uid)) throw new ERR_INVALID_ARG_TYPE('options.uid', 'int32', uid);
  if (gid !== undefined && gid !== null && !isInt32(gid)) throw new ERR_INVALID_ARG_TYPE('options.gid', 'int32', gid);
  if (shell !== undefined && shell !== null && typeof shell !== 'boolean' && typeof shell !== 'string') {
    throw new ERR_INVALID_ARG_TYPE('options.shell', ['boolean', 'string'], shell);
  }
  if (argv0 !== undefined && argv0 !== null) {
    validateString(argv0, 'options.argv0');
    checkNull(argv0, 'options.argv0');
  }
  if (windowsHide !== undefined && windowsHide !== null) validateBoolean(windowsHide, 'options.windowsHide');
  if (windowsVerbatimArguments !== undefined && windowsVerbatimArguments !== null) {
    validateBoolean(windowsVerbatimArguments, 'options.windowsVerbatimArguments');
  }

  if (shell) {
    checkNull(shell, 'options.shell');
    if (args.length > 0) warnShellArguments();
    const command = [file, ...args].join(' ');
    file = typeof shell === 'string' ? shell : '/bin/sh';
    args = ['-c', command];
  }
  args.unshift(typeof argv0 === 'string' ? argv0 : file);

  return {
    ...options,
    args,
    cwd,
    detached: Boolean(detached),
    envPairs: envPairs(options.env || process.env),
    file,
    windowsHide: Boolean(windowsHide),
    windowsVerbatimArguments: Boolean(windowsVerbatimArguments),
  };
}

const STDIO_WORDS = ['ignore', 'pipe', 'overlapped', 'inherit'];

/** One word for all three streams, as an array; `channel` is put behind it. */
function stdioFromWord(word, channel) {
  if (!STDIO_WORDS.includes(word)) throw new ERR_INVALID_ARG_VALUE('stdio', word);
  const options = word === 'inherit' ? [0, 1, 2] : [word, word, word];
  if (channel) options.push(channel);
  return options;
}

/** The descriptor behind a stream or a native handle; undefined when it has none. */
function descriptorOf(value) {
  if (typeof value !== 'object' || value === null) return undefined;
  if (typeof value.fd === 'number' && value.fd >= 0) return value.fd;
  const handle = value.handle ?? value._handle;
  if (handle !== undefined && handle !== null && typeof handle.fd === 'number' && handle.fd >= 0) return handle.fd;
  return undefined;
}

/**
 * The stdio option as a list of what the child gets.
 * @returns {{stdio: {type: string, fd?: number, readable?: boolean}[], ipcAt: number}} `ipcAt` -1 without a channel
 */
function normalizeStdio(stdio, sync) {
  if (typeof stdio === 'string') stdio = stdioFromWord(stdio);
  else if (!Array.isArray(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  stdio = [...stdio];
  while (stdio.length < 3) stdio.push(undefined);
  let ipcAt = -1;
  const streams = stdio.map((value, i) => {
    if (value === undefined || value === null) value = i < 3 ? 'pipe' : 'ignore';
    if (value === 'ignore') return { type: 'ignore' };
    if (value === 'pipe' || value === 'overlapped' || (typeof value === 'number' && value < 0)) {
      return { type: value === 'overlapped' ? 'overlapped' : 'pipe', readable: i === 0, writable: i !== 0 };
    }
    if (value === 'ipc') {
      if (sync) throw new ERR_IPC_SYNC_FORK();
      if (ipcAt !== -1) throw new ERR_IPC_ONE_PIPE();
      ipcAt = i;
      return { type: 'pipe', ipc: true };
    }
    if (value === 'inherit') return { type: 'inherit', fd: i };
    if (typeof value === 'number') return { type: 'fd', fd: value };
    const fd = descriptorOf(value);
    if (fd !== undefined) return { type: 'fd', fd };
    if (ArrayBuffer.isView(value) || typeof value === 'string') {
      if (!sync) throw new ERR_INVALID_SYNC_FORK_INPUT(require('util/inspect').inspect(value));
      return { type: 'pipe', readable: true, input: value };
    }
    throw new ERR_INVALID_ARG_VALUE('stdio', value);
  });
  return { stdio: streams, ipcAt };
}

/** Streams as the native functions take them: a descriptor, -1 to ignore, -2 for a pipe. */
function nativeStdio(streams) {
  return streams.map(({ type, fd }) => (type === 'ignore' ? -1 : type === 'pipe' || type === 'overlapped' ? -2 : fd));
}

function nativeFlags({ uid, gid, detached }) {
  let flags = 0;
  if (uid !== undefined && uid !== null) flags |= SETUID;
  if (gid !== undefined && gid !== null) flags |= SETGID;
  if (detached) flags |= DETACHED;
  return flags;
}

module.exports = {
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
  toSignal,
};
