'use strict';

/** Where a test was defined. */

function keepFrames(error, frames) {
  return frames;
}

/**
 * @param {Function} above the public function whose caller is asked for
 * @returns {{file: string, line: number, column: number}|undefined}
 */
function callerLocation(above) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = keepFrames;
  Error.stackTraceLimit = 1;
  const holder = {};
  Error.captureStackTrace(holder, above);
  const [frame] = holder.stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  if (frame === undefined) return undefined;
  let file = frame.getFileName();
  if (file?.startsWith('file:')) file = require('url/url').fileURLToPath(file);
  return { file, line: frame.getLineNumber(), column: frame.getColumnNumber() };
}

module.exports = { callerLocation };
