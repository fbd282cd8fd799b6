// Legacy public name of stream/writable.
'use strict';

module.exports = require('stream/writable');
