'use strict';

/** What `expectFailure` may ask of the error. */

/**
 * @param {unknown} expected true, a reason (string), or as the second argument of assert.throws, or {label, match}
 * @returns {unknown} undefined when it is as expected, else an error
 */
function check(expected, error) {
  let match = expected;
  if (expected !== null && typeof expected === 'object' && Object.hasOwn(expected, 'match')) match = expected.match;
  if (match === true || typeof match === 'string' || match === undefined) return undefined;
  try {
    require('assert/assert').throws(() => {
      throw error;
    }, match);
    return undefined;
  } catch (mismatch) {
    return mismatch;
  }
}

module.exports = { check };
