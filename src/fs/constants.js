// fs.constants.
'use strict';

module.exports = { constants: require('constants/tables').fs };
