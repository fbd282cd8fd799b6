'use strict';

/** What the command line's options do to the process object. */

const option = require('process/option');
const { onWarning } = require('process/warning');

/** process.* that options set; each is absent without its option. */
const flagProperties = [
  ['--throw-deprecation', 'throwDeprecation'],
  ['--trace-deprecation', 'traceDeprecation'],
  ['--trace-warnings', 'traceProcessWarnings'],
];

/** DEP0104, which is worth a Proxy only to those who ask for it. */
function watchEnvironment() {
  let warned = false;
  process.env = new Proxy(process.env, {
    set(target, name, value) {
      if (!warned && !['string', 'number', 'boolean'].includes(typeof value)) {
        warned = true;
        process.emitWarning(
          'Assigning any value other than a string, number, or boolean to a process.env property is deprecated. Please ' +
            'make sure to convert the value to a string before setting process.env with it.',
          'DeprecationWarning',
          'DEP0104',
        );
      }
      target[name] = value;
      return true;
    },
  });
}

/** To be called once, before the program, when the options are known. */
module.exports = function applyOptions() {
  for (const [name, property] of flagProperties) {
    if (option(name)) process[property] = true;
  }
  if (option('--deprecation') === false) process.noDeprecation = true;
  if (option('--experimental-sqlite') === false) delete require('modules/public_names').SCHEME_ONLY.sqlite;
  if (option('--experimental-webstorage') || option('--webstorage')) require('web/storage').install(globalThis);
  const title = option('--title');
  if (title) process.title = title;
  if (option('--enable-source-maps')) {
    const { setSourceMapsSupport } = require('modules/source_map_cache');
    setSourceMapsSupport(true, { nodeModules: true, generatedCode: true });
  }
  if (option('--pending-deprecation') || process.env.NODE_PENDING_DEPRECATION === '1') watchEnvironment();
  if (option('--report-on-signal') || option('--report-uncaught-exception')) require('process/report').start();
  if (option('--warnings') !== false && process.env.NODE_NO_WARNINGS !== '1') process.on('warning', onWarning);
};
