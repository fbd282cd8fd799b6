// Web globals that are not built yet: present, so that `instanceof` and feature checks work, and throwing when used.
'use strict';

const { codes } = require('errors/errors');
const { notBuiltClass } = require('modules/not_built');

/** @returns {Promise<never>} */
async function fetch(input, init = undefined) {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('fetch');
}

module.exports = { fetch };
for (const name of ['WebSocket']) {
  module.exports[name] = notBuiltClass('globalThis', name);
}
