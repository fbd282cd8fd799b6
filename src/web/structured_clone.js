// structuredClone (https://html.spec.whatwg.org/#structured-cloning): a message that is written and read at once.
'use strict';

const { codes } = require('errors/errors');
const { clone, writeWith } = require('worker/messaging');

function badArgument(detail) {
  const message = `Failed to execute 'structuredClone': ${detail}`;
  const error = new codes.ERR_INVALID_ARG_TYPE('options', 'Object', undefined);
  error.message = message;
  return error;
}

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

function readTransferList(options) {
  if (options === undefined || options === null) return [];
  if (!isObject(options)) throw badArgument('Options cannot be converted to a dictionary');
  const { transfer } = options;
  if (transfer === undefined) return [];
  if (!isObject(transfer) || typeof transfer[Symbol.iterator] !== 'function') {
    throw badArgument('transfer in Options cannot be converted to sequence.');
  }
  const list = [...transfer];
  list.forEach((item, i) => {
    if (!isObject(item)) throw badArgument(`transfer in Options[${i}] is not an object.`);
  });
  return list;
}

/**
 * @param {any} value
 * @param {{transfer?: Iterable<object>}} [options]
 * @throws {DOMException} DataCloneError
 */
function structuredClone(value, options) {
  if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('The value argument must be specified');
  const list = readTransferList(options);
  if (list.length === 0 && !isObject(value) && typeof value !== 'symbol') return value;
  return writeWith(clone, value, list);
}

// The second argument counts for `length`, as Node has it.
module.exports = { structuredClone };
