'use strict';

/** How an error that ends the process is printed. */

const { detailString, rawDebug } = binding('process');

function useColors() {
  try {
    return require('tty/tty').isatty(2) && !!process.stderr.hasColors?.();
  } catch {
    return false;
  }
}

/** `error` as util.inspect shows it, in colour on a terminal; as V8 shows it when that fails. */
function show(error) {
  try {
    return require('util/inspect').inspect(error, { colors: useColors() });
  } catch {
    return detailString(error);
  }
}

/**
 * Prints where and what was thrown to standard error.
 * @param {unknown} error
 * @param {string} [frame] "file:line\nsource line\n   ^^^\n"
 */
function reportFatal(error, frame = '') {
  const { sourceMaps } = require('process/state');
  if (sourceMaps !== undefined && frame !== '') frame = sourceMaps.mapFrame(frame);
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  let text;
  if (isObject) {
    // A stack stands apart from the line that threw; what is no error follows it at once, except in evaluated text.
    const standsApart = /^(?:\[eval\]|evalmachine\.)/.test(frame) || require('util/types').isNativeError(error);
    if (frame !== '') frame = standsApart ? `${frame}\n` : `\n${frame}`;
    text = `${frame}${show(error)}\n`;
  } else {
    const name = require('path/path').basename(process.argv0 || 'node', '.exe');
    text =
      `\n${frame}${typeof error === 'symbol' ? '' : detailString(error)}\n` +
      `(Use \`${name} --trace-uncaught ...\` to show where the exception was thrown)\n`;
  }
  rawDebug(`${text}\nNode.js ${process.version}`);
}

module.exports = { reportFatal };
