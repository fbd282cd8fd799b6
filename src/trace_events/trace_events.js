// node:trace_events: not built yet.
'use strict';

module.exports = require('modules/not_built').notBuilt('trace_events', {
  functions: ['createTracing'],
  values: { getEnabledCategories: () => undefined },
});
