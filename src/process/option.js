'use strict';

/**
 * Value of a command line option, undefined when there is none.
 * @param {string} name with its dashes
 */
module.exports = require('cli/options').getOptionValue;
