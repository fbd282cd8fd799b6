// structuredClone (https://html.spec.whatwg.org/#structured-cloning).
'use strict';

const native = binding('structured_clone');
const { codes } = require('errors/errors');
const { isArrayBuffer, isNativeError } = require('util/types');
const { kClone, kTransfer } = require('web/clone_symbols');

function dataCloneError(message) {
  const { DOMException } = require('web/dom_exception');
  return new DOMException(message, 'DataCloneError');
}

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

/** Parts the list into ArrayBuffers, which V8 moves, and objects of ours. */
function sortTransferList(list) {
  const buffers = [];
  const objects = new Map(); // object -> undefined, its successor later
  const { isUntransferable } = require('buffer/pool');
  for (const item of list) {
    if (isArrayBuffer(item)) {
      if (item.detached || isUntransferable(item)) throw dataCloneError('Cannot transfer object of unsupported type.');
      if (buffers.includes(item)) throw dataCloneError('Transfer list contains duplicate ArrayBuffer');
      buffers.push(item);
    } else if (typeof item[kTransfer] === 'function') {
      if (objects.has(item)) throw dataCloneError('Transfer list contains duplicate object');
      objects.set(item, undefined);
    } else {
      throw dataCloneError('Found invalid value in transferList.');
    }
  }
  return { buffers, objects };
}

function cloneDomException(error, DOMException) {
  const copy = new DOMException(error.message, error.name);
  const { stack } = error;
  Object.defineProperty(copy, 'stack', {
    __proto__: null,
    value: stack,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return copy;
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
  const { buffers, objects } = sortTransferList(list);
  if (isNativeError(value)) {
    // V8 would make a plain Error of it: it asks for no host object here.
    const { DOMException } = require('web/dom_exception');
    if (value instanceof DOMException) return cloneDomException(value, DOMException);
  }
  const cloneHost = (object) => {
    if (objects.has(object)) {
      let successor = objects.get(object);
      if (successor === undefined) objects.set(object, (successor = object[kTransfer]()));
      return successor;
    }
    if (typeof object[kTransfer] === 'function' || object[kClone] === undefined) {
      throw dataCloneError('Object that needs transfer was found in message but not listed in transferList');
    }
    if (object[kClone] === null) throw dataCloneError('Cannot clone object of unsupported type.');
    return object[kClone]();
  };
  const copy = native.clone(value, buffers, kClone, cloneHost, dataCloneError);
  for (const [object, successor] of objects) {
    if (successor === undefined) object[kTransfer](); // listed and not in the value: it is moved nevertheless
  }
  return copy;
}

// The second argument counts for `length`, as Node has it.
module.exports = { structuredClone };
