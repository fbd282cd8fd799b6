'use strict';

/** What `expectFailure` may ask of the error. */

/**
 * @param {unknown} expected true, a reason (string), or as the second argument of assert.throws, or {label, match}
 * @returns {unknown} undefined when it is as expected, else an error
 */
function check(expected, error) {
  let match = expected;
  const labelled =
    expected !== null &&
    typeof expected === 'object' &&
    !(expected instanceof RegExp) &&
    ('match' in expected || 'label' in expected);
  if (labelled) ({ match } = expected);
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
