// node:wasi: not built yet.
'use strict';

module.exports = require('modules/not_built').notBuilt('wasi', { classes: ['WASI'] });
