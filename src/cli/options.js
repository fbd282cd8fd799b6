// Values of the command-line options. The table and the parser are C++ (cli/options.cc), since V8's flags must be known
// before V8 starts.
'use strict';

const { onStart } = require('engine/lifecycle');

const native = binding('options');

const defaults = { __proto__: null };
const allowedInEnvironment = [];
for (const [name, value, , inEnvironment] of native.table()) {
  if (value !== undefined) defaults[name] = value;
  if (inEnvironment) allowedInEnvironment.push(name);
}
// Defaults that are neither off nor empty.
defaults['--max-http-header-size'] = 16 * 1024;
defaults['--network-family-autoselection-attempt-timeout'] = 250;
defaults['--secure-heap-min'] = 2;
defaults['--stack-trace-limit'] = 10;
defaults['--test-isolation'] = 'process';
defaults['[has_eval_string]'] = false;
defaults['[print]'] = false;

let values = { __proto__: null };
onStart(() => {
  values = { __proto__: null, ...late, ...native.values() };
});
/** Values of NODE_OPTIONS that an --env-file holds; the command line has the last word. */
let late;

module.exports = {
  /** Names that NODE_OPTIONS may hold. */
  allowedInEnvironment,

  addValues(more) {
    late = more;
    values = { __proto__: null, ...more, ...native.values() };
  },

  /**
   * The value of an option by its long name, or its default: a boolean, a string, a number, or an array of strings.
   * `--no-x` gives the opposite of `--x`.
   */
  getOptionValue(name) {
    const value = values[name] ?? defaults[name];
    if (value === undefined && name.startsWith('--no-')) return !module.exports.getOptionValue(`--${name.slice(5)}`);
    return value;
  },
};
