// Values of the command-line options. The table and the parser are C++ (cli/options.cc): V8's own flags must be known before V8 starts.
'use strict';

const values = { __proto__: null };

module.exports = {
  /** The value of an option by its long name ("--conditions"): boolean, string, number, or an array of strings. */
  getOptionValue(name) {
    return values[name];
  },
};
