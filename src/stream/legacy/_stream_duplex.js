// Legacy public name of stream/duplex.
'use strict';

module.exports = require('stream/duplex');
