'use strict';

/** From the arguments of test(), it(), describe() to a place in the tree. */

const { validateAbortSignal, validateNumber, validateUint32 } = require('errors/validators');
const { codes } = require('errors/errors');
const { Suite, Test } = require('test_runner/tree');
const { callerLocation } = require('test_runner/location');

const noop = () => {};
const kMaxTimeout = 2 ** 31 - 1;

/** (name?, options?, fn?) in any order that Node takes. */
function sortArguments(name, options, fn) {
  if (typeof name === 'function') return { options: {}, fn: name, name: name.name };
  if (name !== null && typeof name === 'object') return { options: name, fn: options, name: undefined };
  if (typeof options === 'function') return { options: {}, fn: options, name };
  return { options, fn, name };
}

function checkOptions(options) {
  const { concurrency, signal, timeout, plan } = options;
  if (timeout !== undefined && timeout !== null && timeout !== Infinity)
    validateNumber(timeout, 'options.timeout', 0, kMaxTimeout);
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  if (plan !== undefined) validateUint32(plan, 'options.plan');
  if (concurrency === undefined || concurrency === null || typeof concurrency === 'boolean') return;
  if (typeof concurrency !== 'number')
    throw new codes.ERR_INVALID_ARG_TYPE('options.concurrency', ['boolean', 'number'], concurrency);
  validateUint32(concurrency, 'options.concurrency', true);
}

/**
 * @param {Test} parent
 * @param {Function} above the public function that was called
 * @param {'test'|'suite'} kind
 * @param {object} extra options of test.skip, test.only, ...
 * @returns {Promise<undefined>}
 */
function defineTest(parent, above, kind, ...rest) {
  const [first, second, third, extra] = rest;
  let { name, options, fn } = sortArguments(first, second, third);
  if (options === undefined || options === null || typeof options !== 'object') options = {};
  options = { ...options, ...extra };
  if (typeof fn !== 'function') fn = noop;
  if (typeof name !== 'string' || name === '') name = fn.name || '<anonymous>';
  if (fn === noop && typeof first !== 'string') name = '<anonymous>';
  checkOptions(options);
  const { harness } = parent;
  const location = callerLocation(above);
  const Class = kind === 'suite' ? Suite : Test;
  const test = new Class({ name, fn, parent, harness, options, location });
  const inSuite = parent.kind === 'suite' && parent.state === 'pending';
  if (kind === 'suite') {
    if (!test.skipped) test.build();
  }
  if (!harness.selects(test)) return Promise.resolve();
  const completion = parent.add(test);
  return inSuite ? Promise.resolve() : completion;
}

module.exports = { defineTest };
