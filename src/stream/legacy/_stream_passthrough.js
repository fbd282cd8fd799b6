// Legacy public name of stream/passthrough.
'use strict';

module.exports = require('stream/passthrough');
