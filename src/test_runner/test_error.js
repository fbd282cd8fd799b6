'use strict';

/** ERR_TEST_FAILURE: what a failed test carries. */

const { codes } = require('errors/errors');

/**
 * @param {unknown} cause what was thrown, or a sentence
 * @param {string} failureType
 */
function testFailure(cause, failureType) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new codes.ERR_TEST_FAILURE(cause, failureType);
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}

const isTestFailure = (error) => error?.code === 'ERR_TEST_FAILURE' && error.failureType !== undefined;

module.exports = { isTestFailure, testFailure };
