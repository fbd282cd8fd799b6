'use strict';

const { codes } = require('errors/errors');

class MockTracker {
  fn() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED('mock');
  }
  reset() {}
}

module.exports = { MockTracker };
