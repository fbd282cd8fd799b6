// Placeholder until the command line arrives.
'use strict';
module.exports = { run() { if (globalThis.console === undefined) throw new Error('nothing here yet'); } };
