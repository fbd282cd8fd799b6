// Legacy public name of stream/transform.
'use strict';

module.exports = require('stream/transform');
