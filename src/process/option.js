'use strict';

let options;

/**
 * Value of a command line option, undefined when there is none.
 * @param {string} name with its dashes
 */
module.exports = function option(name) {
  options ??= require('cli/options');
  return options.getOptionValue(name);
};
