// Decides what this process runs: a file, for now.
'use strict';

const path = require('path/path');

module.exports = {
  run() {
    require('process/apply_options')();
    require('async/hooks_internal').enterMain();
    const { Module } = require('modules/cjs');
    const [, script] = process.argv;
    if (script === undefined) return;
    process.argv[1] = path.resolve(script);
    Module.runMain(process.argv[1]);
  },
};
