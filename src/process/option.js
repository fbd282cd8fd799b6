'use strict';

let options;

/**
 * Value of a command line option, undefined when there is none.
 * @param {string} name with its dashes
 */
module.exports = function option(name) {
  options ??= binding('engine').builtinIds().includes('cli/options') ? require('cli/options') : { getOptionValue() {} };
  return options.getOptionValue(name);
};
