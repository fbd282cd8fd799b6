// Legacy public name.
'use strict';

module.exports = require('tls/tls');
