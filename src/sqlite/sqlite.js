// node:sqlite: not built yet.
'use strict';

module.exports = require('modules/not_built').notBuilt('sqlite', {
  functions: ['backup'],
  classes: ['DatabaseSync', 'Session', 'StatementSync'],
  values: { constants: {} },
});
