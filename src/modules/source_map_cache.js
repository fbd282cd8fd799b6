'use strict';
module.exports = { remember() {} };
