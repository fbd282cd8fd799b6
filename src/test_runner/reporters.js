'use strict';

/** node:test/reporters. https://nodejs.org/api/test.html#test-reporters */

const { codes } = require('errors/errors');

function lazy(name, id) {
  Object.defineProperty(exports, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: () => require(id),
  });
}

lazy('dot', 'test_runner/dot');
lazy('junit', 'test_runner/junit');

/** With or without `new`. */
function spec(...args) {
  const { SpecReporter } = require('test_runner/spec');
  return new SpecReporter(...args);
}

function lcov() {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('the lcov reporter');
}

Object.defineProperty(exports, 'spec', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  writable: true,
  value: spec,
});
lazy('tap', 'test_runner/tap');
Object.defineProperty(exports, 'lcov', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  writable: true,
  value: lcov,
});
