// node:readline: the cursor functions are there; interfaces are not built yet.
'use strict';

const { notBuilt } = require('modules/not_built');

module.exports = {
  ...notBuilt('readline', { classes: ['Interface'], functions: ['createInterface', 'emitKeypressEvents'] }),
  ...require('readline/callbacks'),
};
Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  get: () => require('readline/promises'),
  configurable: true,
  enumerable: true,
});
