// While the snapshot is made, the way of every program is gone once: a script is resolved, loaded and run, it prints to a
// pipe, to a file and to nowhere, and ends. V8 keeps the bytecode of what has run, so that no process after it need
// compile those functions again (two of the twenty milliseconds that `console.log` takes). Nothing else may stay: what
// modules remember goes by lifecycle.forget(), the rest is undone here.
'use strict';

const lifecycle = require('engine/lifecycle');

/** A handle of net.Socket that takes everything. */
const HANDLE = {
  setBlocking() {},
  readStart: () => 0,
  readStop: () => 0,
  writeText: () => 0,
  writeBytes: () => 0,
  writeAll: () => 0,
  shutdown: () => 0,
  close() {},
  ref() {},
  unref() {},
  hasRef: () => true,
};

function rehearse() {
  const { state } = require('async/hooks_internal');
  const { lastId } = state;
  const { makeWritable } = require('process/stdio');
  process.env = {};

  const { Module } = require('modules/cjs');
  const { runMain } = require('modules/entry');
  runMain('/dev/null');
  for (const cache of [Module._cache, Module._pathCache]) for (const key of Object.keys(cache)) delete cache[key];
  process.mainModule = undefined;

  const { Socket } = require('net/net');
  const { Console } = require('console/console');
  const file = new (require('process/sync_write_stream').SyncWriteStream)(-1, { autoClose: false });
  file._write = (chunk, encoding, callback) => callback();
  for (const stream of [
    new Socket({ handle: HANDLE, readable: false, writable: true, manualStart: true }),
    file,
    makeWritable(-1),
  ]) {
    const console = new Console(stream, stream);
    console.log('text %s', 'more', 1, true, null);
    console.error({ a: 1, b: ['c', undefined], d: new Map([[1, 2]]) }, new Error('none'));
  }
  require('process/next_tick').processTicksAndRejections();
  require('async/hooks_internal').drainDestroyQueue();
  process.emit('beforeExit', 0);

  lifecycle.forget();
  process.env = undefined;
  state.lastId = lastId;
}

module.exports = { rehearse };
