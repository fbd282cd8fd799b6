// node:assert/strict
'use strict';

module.exports = require('assert/assert').strict;
