// ChildProcess: a running child, its streams and its events.
'use strict';

const diagnostics = require('async/diagnostics_channel');
const EventEmitter = require('events/events');
const { AbortError, ErrnoException } = require('errors/errors');
const { validateArray, validateObject, validateOneOf, validateString } = require('errors/validators');
const { nativeFlags, nativeStdio, normalizeStdio, signalName, toSignal } = require('child_process/options');

const { Process } = binding('child_process');
const { errno } = require('constants/tables').os;

const createdChannel = diagnostics.channel('child_process');
const spawnChannel = diagnostics.tracingChannel('child_process.spawn');

/** Errors that are told by the 'error' event; others are thrown. */
const SOFT_ERRORS = new Set(
  [errno.EACCES, errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOENT].map((code) => -code),
);

/** @extends EventEmitter */
function ChildProcess() {
  EventEmitter.call(this);
  this._closesNeeded = 1;
  this._closesGot = 0;
  this.connected = false;
  this.signalCode = null;
  this.exitCode = null;
  this.killed = false;
  this.spawnfile = null;
  this._handle = new Process();
  this._handle.onexit = (exitCode, signal) => onExit(this, exitCode, signal);
  if (createdChannel.hasSubscribers) createdChannel.publish({ process: this });
}
Object.setPrototypeOf(ChildProcess.prototype, EventEmitter.prototype);
Object.setPrototypeOf(ChildProcess, EventEmitter);

/** The child has ended, or (`exitCode` below zero) could not be started. */
function onExit(child, exitCode, signal) {
  if (signal > 0) child.signalCode = signalName(signal);
  else child.exitCode = exitCode;
  if (child.stdin) child.stdin.destroy();
  child._handle.close();
  child._handle = null;
  if (exitCode < 0) {
    const syscall = child.spawnfile ? `spawn ${child.spawnfile}` : 'spawn';
    const error = new ErrnoException(exitCode, syscall);
    if (child.spawnfile) error.path = child.spawnfile;
    error.spawnargs = child.spawnargs.slice(1);
    child.emit('error', error);
  } else {
    child.emit('exit', child.exitCode, child.signalCode);
  }
  // Streams that nobody reads would keep 'close' from ever coming.
  process.nextTick(flushStdio, child);
  maybeClose(child);
}

function flushStdio(child) {
  if (child.stdio === undefined || child.stdio === null) return;
  for (const stream of child.stdio) {
    if (!stream || !stream.readable || stream.readableFlowing !== null || stream.listenerCount('readable') > 0)
      continue;
    stream.resume();
  }
}

function maybeClose(child) {
  child._closesGot++;
  if (child._closesGot === child._closesNeeded) child.emit('close', child.exitCode, child.signalCode);
}

function notifySpawn(child) {
  child.emit('spawn');
}

function notifyFailure(child, code) {
  onExit(child, code, 0);
}

function closeAll(ends) {
  const { closeSync } = require('fs/descriptors');
  for (const fd of ends) if (fd >= 0) closeSync(fd);
}

/** A socket over our end of a pipe to the child. */
function makeStream(child, fd, at) {
  const { Socket } = require('net/net');
  const stream = new Socket({ fd, readable: at > 0, writable: at === 0 || at > 2, allowHalfOpen: false });
  child._closesNeeded++;
  stream.on('close', () => maybeClose(child));
  return stream;
}

ChildProcess.prototype.spawn = function spawn(options) {
  validateObject(options, 'options');
  const { serialization } = options;
  validateOneOf(serialization, 'options.serialization', [undefined, 'json', 'advanced']);
  const { stdio, ipcAt } = normalizeStdio(options.stdio || 'pipe', false);
  options.stdio = stdio;
  let { envPairs: pairs } = options;
  if (pairs === undefined) pairs = [];
  else validateArray(pairs, 'options.envPairs');
  if (ipcAt !== -1) {
    pairs = pairs.filter(
      (pair) => !pair.startsWith('NODE_CHANNEL_FD=') && !pair.startsWith('NODE_CHANNEL_SERIALIZATION_MODE='),
    );
    pairs.push(`NODE_CHANNEL_FD=${ipcAt}`, `NODE_CHANNEL_SERIALIZATION_MODE=${serialization || 'json'}`);
  }
  validateString(options.file, 'options.file');
  this.spawnfile = options.file;
  if (options.args === undefined) {
    this.spawnargs = [];
  } else {
    validateArray(options.args, 'options.args');
    this.spawnargs = options.args;
  }

  if (spawnChannel.start.hasSubscribers) spawnChannel.start.publish({ process: this, options });
  const [error, ...ends] = this._handle.spawn(
    options.file,
    this.spawnargs.map(String),
    typeof options.cwd === 'string' ? options.cwd : options.cwd?.toString(),
    pairs.map(String),
    nativeStdio(stdio),
    nativeFlags(options),
    options.uid ?? 0,
    options.gid ?? 0,
  );

  if (error !== 0 && spawnChannel.error.hasSubscribers)
    spawnChannel.error.publish({ process: this, error: new ErrnoException(error, 'spawn') });
  if (error !== 0 && !SOFT_ERRORS.has(error)) {
    closeAll(ends);
    this._handle.close();
    this._handle = null;
    throw new ErrnoException(error, 'spawn');
  }
  if (error === 0) {
    process.nextTick(notifySpawn, this);
    this.pid = this._handle.pid;
  } else {
    process.nextTick(notifyFailure, this, error);
    // Without descriptors there are no streams.
    if (error === -errno.EMFILE || error === -errno.ENFILE) {
      closeAll(ends);
      return error;
    }
  }

  const streams = stdio.map((stream, i) => {
    if (ends[i] === undefined || ends[i] < 0 || stream.ipc) return null;
    return makeStream(this, ends[i], i);
  });
  this.stdin = streams[0];
  this.stdout = streams[1];
  this.stderr = streams[2];
  this.stdio = streams;
  if (ipcAt !== -1) {
    if (error === 0) require('child_process/ipc').setupChannel(this, ends[ipcAt], serialization);
    else closeAll([ends[ipcAt]]);
  }
  if (error === 0 && spawnChannel.end.hasSubscribers) spawnChannel.end.publish({ process: this });
  return error;
};

/**
 * Sends a signal.
 * @param {string|number} [signal] default 'SIGTERM'
 * @returns {boolean} whether it could be sent
 */
ChildProcess.prototype.kill = function kill(signal) {
  const number = signal === 0 ? 0 : toSignal(signal === undefined ? 'SIGTERM' : signal);
  if (!this._handle) return false;
  const error = this._handle.kill(number);
  if (error === 0) {
    this.killed = true;
    return true;
  }
  if (error === -errno.ESRCH) return false; // it has ended already
  const failure = new ErrnoException(error, 'kill');
  if (error === -errno.EINVAL || error === -errno.ENOSYS) throw failure;
  this.emit('error', failure);
  return false;
};

ChildProcess.prototype[Symbol.dispose] = function () {
  if (!this.killed) this.kill();
};

ChildProcess.prototype.ref = function ref() {
  if (this._handle) this._handle.ref();
};

ChildProcess.prototype.unref = function unref() {
  if (this._handle) this._handle.unref();
};

/** Ends a child because its AbortSignal says so. */
function abortChild(child, killSignal, reason) {
  if (!child) return;
  try {
    if (child.kill(killSignal)) child.emit('error', new AbortError(undefined, { cause: reason }));
  } catch (error) {
    child.emit('error', error);
  }
}

module.exports = { ChildProcess, abortChild };
