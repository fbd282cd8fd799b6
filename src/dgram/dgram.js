// node:dgram: not built yet.
'use strict';

const { notBuilt } = require('modules/not_built');

module.exports = notBuilt('dgram', { functions: ['createSocket', '_createSocketHandle'], classes: ['Socket'] });
