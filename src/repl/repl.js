// node:repl: not built yet.
'use strict';

const { notBuilt } = require('modules/not_built');

module.exports = notBuilt('repl', {
  functions: ['start', 'writer', 'isValidSyntax'],
  classes: ['REPLServer', 'Recoverable'],
  values: { REPL_MODE_SLOPPY: Symbol('repl-sloppy'), REPL_MODE_STRICT: Symbol('repl-strict') },
});
