'use strict';

const { codes } = require('errors/errors');

module.exports = async function* junit() {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('the junit reporter');
};
