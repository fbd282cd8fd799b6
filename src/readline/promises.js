// node:readline/promises: not built yet.
'use strict';

module.exports = require('modules/not_built').notBuilt('readline/promises', {
  classes: ['Interface', 'Readline'],
  functions: ['createInterface'],
});
