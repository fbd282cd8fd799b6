// What structuredClone(), postMessage() and worker data have in common: the transfer list, and the objects of ours among
// the values. The bytes are V8's (src/worker/message.cc).
'use strict';

const native = binding('messaging');
const { codes } = require('errors/errors');
const { isAnyArrayBuffer, isArrayBuffer } = require('util/types');
const { kClone, kTransfer } = require('web/clone_symbols');

/** kind -> the object made of its data. */
const REVIVERS = {
  __proto__: null,
  Blob: (data) => require('web/blob').reviveBlob(data),
  File: (data) => require('web/blob').reviveFile(data),
  DOMException: (data) => require('web/dom_exception').revive(data),
  BlockList: (data) => require('net/block_list').reviveBlockList(data),
  SocketAddress: (data) => require('net/block_list').reviveSocketAddress(data),
  FileHandle: (data) => require('fs/file_handle').revive(data),
  ReadableStream: (data) => require('stream/web/transfer').reviveReadable(data),
  WritableStream: (data) => require('stream/web/transfer').reviveWritable(data),
  TransformStream: (data) => require('stream/web/transfer').reviveTransform(data),
  AbortSignal: (data) => require('web/abort').reviveSignal(data),
  KeyObject: (handle) => require('crypto/keys').keyObjectOf(handle),
  X509Certificate: (data) => require('crypto/x509').reviveCertificate(data),
  CryptoKey: (data) => require('crypto/keys').reviveCryptoKey(data),
  Histogram: (data) => require('perf_hooks/histogram').revive(data),
};

function dataCloneError(message) {
  const { DOMException } = require('web/dom_exception');
  return new DOMException(message, 'DataCloneError');
}

/** What is transferred by the call that is under way: object -> [kind, data], or a native Port. */
let transferred;
const uncloneable = new WeakSet();

/** For C++: a host object or one with a marker, met while a value is written. */
function describe(object) {
  const moved = transferred?.get(object);
  if (moved !== undefined) return moved;
  if (uncloneable.has(object) || object[kClone] === undefined) {
    throw dataCloneError('Cannot clone object of unsupported type.');
  }
  if (object[kClone] !== null) return object[kClone]();
  if (typeof object[kTransfer] === 'function') {
    throw dataCloneError('Object that needs transfer was found in message but not listed in transferList');
  }
  throw dataCloneError('Cannot clone object of unsupported type.');
}

function revive(kind, data) {
  return REVIVERS[kind](data);
}

let isReady = false;

/** Tells C++ of the functions above; once an Environment. */
function prepare() {
  if (isReady) return;
  isReady = true;
  native.setHooks(kClone, describe, revive, (port) => require('worker/message_port').wrap(port), dataCloneError);
}

const none = [];

/**
 * Parts a transfer list into what V8 moves and what we do, and moves the latter.
 * @param {object[]} list
 * @param {object} [source] the native Port that sends
 */
function sortTransferList(list, source) {
  if (list.length === 0) return { buffers: none, ports: none, objects: undefined };
  const { isUntransferable } = require('buffer/pool');
  const { nativeOf } = require('worker/message_port');
  const buffers = [];
  const ports = [];
  const moving = [];
  const objects = new Map();
  const add = (item) => {
    if (typeof item !== 'object' || item === null) throw dataCloneError('Found invalid value in transferList.');
    if (isArrayBuffer(item)) {
      if (item.detached || isUntransferable(item)) throw dataCloneError('Cannot transfer object of unsupported type.');
      if (buffers.includes(item)) throw dataCloneError('Transfer list contains duplicate ArrayBuffer');
      buffers.push(item);
      return;
    }
    if (isUntransferable(item)) throw dataCloneError('Cannot transfer object of unsupported type.');
    const port = nativeOf(item);
    if (port !== undefined) {
      if (port === source) throw dataCloneError('Transfer list contains source port');
      if (ports.includes(port)) throw dataCloneError('Transfer list contains duplicate MessagePort');
      if (!port.isOpen()) throw dataCloneError('MessagePort in transfer list is already detached');
      ports.push(port);
      objects.set(item, port);
    } else if (typeof item[kTransfer] === 'function') {
      if (moving.includes(item)) throw dataCloneError(`Transfer list contains duplicate ${item.constructor.name}`);
      moving.push(item);
    } else {
      throw dataCloneError('Found invalid value in transferList.');
    }
  };
  list.forEach(add);
  for (const item of moving) {
    const [kind, data, more = none] = item[kTransfer]();
    objects.set(item, [kind, data]);
    more.forEach(add);
  }
  return { buffers, ports, objects };
}

/** Runs `write(value, buffers, ports)` with the transfer list of `list`. */
function writeWith(write, value, list, source) {
  prepare();
  const { buffers, ports, objects } = sortTransferList(list, source);
  // A getter in the value may send a message of its own.
  const outer = transferred;
  transferred = objects;
  try {
    return write(value, buffers, ports);
  } finally {
    transferred = outer;
  }
}

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** The second argument of postMessage(): a list, or options with one. */
function readTransferArgument(argument) {
  if (argument === undefined || argument === null) return none;
  const bad = (name) => {
    const error = new codes.ERR_INVALID_ARG_TYPE('transferList', 'Iterable', argument);
    error.message = `Optional ${name} argument must be an iterable`;
    return error;
  };
  if (!isObject(argument)) throw bad('transferList');
  const listOf = (iterable, name) => {
    try {
      return [...iterable];
    } catch {
      throw bad(name);
    }
  };
  if (typeof argument[Symbol.iterator] === 'function') return listOf(argument, 'transferList');
  const { transfer } = argument;
  if (transfer === undefined) return none;
  if (!isObject(transfer) || typeof transfer[Symbol.iterator] !== 'function') throw bad('options.transfer');
  return listOf(transfer, 'options.transfer');
}

/** @param {object} object no longer to be cloned */
function markAsUncloneable(object) {
  if (!isObject(object) || isAnyArrayBuffer(object) || ArrayBuffer.isView(object)) return;
  uncloneable.add(object);
  if (object[kClone] === undefined && Object.isExtensible(object)) {
    Object.defineProperty(object, kClone, { __proto__: null, value: null, configurable: true });
  }
}

module.exports = { clone: native.clone, dataCloneError, markAsUncloneable, prepare, readTransferArgument, writeWith };
