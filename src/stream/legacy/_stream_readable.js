// Legacy public name of stream/readable.
'use strict';

module.exports = require('stream/readable');
