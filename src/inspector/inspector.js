// node:inspector: not built yet.
'use strict';

const { notBuilt } = require('modules/not_built');

module.exports = notBuilt('inspector', {
  functions: ['open', 'waitForDebugger'],
  classes: ['Session'],
  values: { close() {}, url: () => undefined, console: undefined, Network: {} },
});
