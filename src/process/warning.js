'use strict';

/**
 * process.emitWarning and the default printing of warnings.
 * @see https://nodejs.org/docs/latest-v24.x/api/process.html#processemitwarningwarning-options
 */

const option = require('process/option');

let hintShown = false;
/** Names and codes of --disable-warning. */
let disabled;

/** The text that is printed for a warning. */
function format(warning) {
  const isDeprecation = warning.name === 'DeprecationWarning';
  const trace = process.traceProcessWarnings || (isDeprecation && process.traceDeprecation);
  let text = `(${process.release.name}:${process.pid}) `;
  if (warning.code) text += `[${warning.code}] `;
  if (trace && warning.stack) text += `${warning.stack}`;
  else
    text += typeof warning.toString === 'function' ? `${warning.toString()}` : Error.prototype.toString.call(warning);
  if (typeof warning.detail === 'string') text += `\n${warning.detail}`;
  if (!trace && !hintShown) {
    hintShown = true;
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings';
    const argv0 = require('path/path').basename(process.argv0 || 'node', '.exe');
    text += `\n(Use \`${argv0} ${flag} ...\` to show where the warning was created)`;
  }
  return text;
}

function write(text) {
  const file = option('--redirect-warnings') || process.env.NODE_REDIRECT_WARNINGS;
  if (!file) {
    try {
      process.stderr.write(`${text}\n`);
    } catch {
      process._rawDebug(text);
    }
    return;
  }
  try {
    // At once: the process may be about to end.
    require('fs/fs').appendFileSync(file, `${text}\n`);
  } catch {
    process._rawDebug(text);
  }
}

/** Listener of 'warning' that prints it. */
function onWarning(warning) {
  disabled ??= option('--disable-warning') ?? [];
  if (disabled.length > 0 && (disabled.includes(warning.code) || disabled.includes(warning.name))) return;
  if (!(warning instanceof Error)) return;
  if (warning.name === 'DeprecationWarning' && process.noDeprecation) return;
  write(format(warning));
}

function makeWarning(message, type, code, ctor, detail) {
  const warning = new Error(message);
  warning.name = String(type || 'Warning');
  if (code !== undefined) warning.code = code;
  if (detail !== undefined) warning.detail = detail;
  Error.captureStackTrace(warning, ctor || emitWarning);
  return warning;
}

/**
 * @param {string|Error} warning
 * @param {string|{type?: string, code?: string, detail?: string, ctor?: Function}|Function} [type]
 * @param {string|Function} [code]
 * @param {Function} [ctor] frames above and including it are left out of the stack
 */
function emitWarning(warning, type, code, ctor) {
  // Deprecations may be emitted often, and be off.
  if (type === 'DeprecationWarning' && process.noDeprecation) return;
  const { validateString } = require('errors/validators');
  let detail;
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    ({ ctor, code } = type);
    if (typeof type.detail === 'string') detail = type.detail;
    type = type.type || 'Warning';
  } else if (typeof type === 'function') {
    ctor = type;
    code = '';
    type = 'Warning';
  }
  if (type !== undefined) validateString(type, 'type');
  if (typeof code === 'function') {
    ctor = code;
    code = '';
  } else if (code !== undefined) {
    validateString(code, 'code');
  }
  if (typeof warning === 'string') {
    warning = makeWarning(warning, type, code, ctor, detail);
  } else if (!(warning instanceof Error)) {
    const {
      codes: { ERR_INVALID_ARG_TYPE },
    } = require('errors/errors');
    throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning);
  }
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return;
    if (process.throwDeprecation) {
      // Out of the way of the code that happened to use what is deprecated.
      process.nextTick(() => {
        throw warning;
      });
      return;
    }
  }
  process.nextTick(doEmitWarning, warning);
}

function doEmitWarning(warning) {
  process.emit('warning', warning);
}

/** A warning for which somebody waits who cannot wait for the next tick. */
function emitWarningSync(warning, type, code, ctor) {
  process.emit('warning', makeWarning(warning, type, code, ctor));
}

module.exports = { emitWarning, emitWarningSync, onWarning };
