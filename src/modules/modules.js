// node:module: https://nodejs.org/api/module.html
'use strict';

module.exports = require('modules/cjs').Module;
