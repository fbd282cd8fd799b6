// node:inspector/promises: not built yet.
'use strict';

module.exports = require('inspector/inspector');
