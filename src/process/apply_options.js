'use strict';

/** What the command line's options do to the process object. */

const option = require('process/option');
const shared = require('process/state');
const { onWarning } = require('process/warning');

/** process.* that options set; each is absent without its option. */
const flagProperties = [
  ['--throw-deprecation', 'throwDeprecation'],
  ['--trace-deprecation', 'traceDeprecation'],
  ['--trace-warnings', 'traceProcessWarnings'],
];

/** To be called once, before the program, when the options are known. */
module.exports = function applyOptions() {
  for (const [name, property] of flagProperties) {
    if (option(name)) process[property] = true;
  }
  if (option('--deprecation') === false) process.noDeprecation = true;
  const title = option('--title');
  if (title) process.title = title;
  if (option('--enable-source-maps')) shared.sourceMapsEnabled = true;
  if (option('--warnings') !== false && process.env.NODE_NO_WARNINGS !== '1') process.on('warning', onWarning);
};
