// node:path. Vireo runs on POSIX systems: the module is path/posix itself.
'use strict';

module.exports = require('path/posix');
