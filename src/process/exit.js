'use strict';

/** How a process ends: exit, exitCode, abort, kill, execve. */

const native = binding('process');
const shared = require('process/state');

/** A number for what may be set as exit code; throws for the rest. */
function checkExitCode(value) {
  if (value === null || value === undefined) return;
  let number = value;
  if (typeof value === 'string' && value !== '') {
    number = +value;
    if (!Number.isInteger(number)) number = value;
  }
  require('errors/validators').validateInteger(number, 'code');
}

/**
 * Runs the 'exit' listeners and ends the process (or worker).
 * @param {number|string} [code]
 */
function exit(code) {
  if (arguments.length !== 0) process.exitCode = code;
  if (!shared.exiting) {
    shared.exiting = true;
    process.emit('exit', Number(shared.exitCode || 0));
  }
  shared.compileCache?.flush();
  // Through the process object: programs that test themselves replace it.
  process.reallyExit(Number(shared.exitCode || 0));
}

function reallyExit(...[code]) {
  native.reallyExit(code === undefined ? 0 : code | 0);
  // A worker is told to stop, and stops at the next check: nothing of the program may run before.
  for (;;);
}

// An arrow function: it is no constructor.
const abort = () => {
  native.abort();
};

function _kill(...[pid, signal]) {
  return native.kill(pid, signal);
}

/**
 * @param {number} pid
 * @param {string|number} [signal]
 * @returns {true}
 */
function kill(pid, signal) {
  const { codes, ErrnoException } = require('errors/errors');
  // Numeric strings, too.
  if (pid != (pid | 0)) throw new codes.ERR_INVALID_ARG_TYPE('pid', 'number', pid);
  let number = signal;
  if (typeof signal !== 'number') {
    number = require('process/signals').signalNumber(signal || 'SIGTERM');
    if (number === undefined) throw new codes.ERR_UNKNOWN_SIGNAL(signal);
  }
  const status = process._kill(pid | 0, number | 0);
  if (status) throw new ErrnoException(status, 'kill');
  return true;
}

/**
 * Replaces the process; does not come back.
 * @param {string} execPath
 * @param {string[]} [args]
 * @param {Record<string, string>} [env]
 */
function execve(execPath, args = [], env = process.env) {
  const { validateString, validateArray, validateObject } = require('errors/validators');
  const {
    codes: { ERR_INVALID_ARG_VALUE },
  } = require('errors/errors');
  require('util/internal').emitExperimentalWarning('process.execve');
  validateString(execPath, 'execPath');
  validateArray(args, 'args');
  args.forEach((arg, index) => {
    if (typeof arg === 'string' && !arg.includes('\0')) return;
    throw new ERR_INVALID_ARG_VALUE(`args[${index}]`, arg, 'must be a string without null bytes');
  });
  validateObject(env, 'env');
  const variables = [];
  for (const [key, value] of Object.entries(env)) {
    if (typeof value !== 'string' || key.includes('\0') || value.includes('\0')) {
      throw new ERR_INVALID_ARG_VALUE('env', env, 'must be an object with string keys and values without null bytes');
    }
    variables.push(`${key}=${value}`);
  }
  try {
    native.execve(execPath, args, variables);
  } catch (error) {
    // Handles and hooks have been given up for the new program: there is no way back.
    const trace = { name: 'Error', message: `process.execve failed with error code ${error.code}` };
    Error.captureStackTrace(trace);
    native.rawDebug(trace.stack);
    native.abort();
  }
}

module.exports = { checkExitCode, exit, reallyExit, abort, _kill, kill, execve };
