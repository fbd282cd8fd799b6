// fs.constants.
'use strict';

module.exports = { constants: binding('constants').fs };
