// How work is done: a little of it at once, which costs less than going to another thread, much of it on the thread
// pool, with a copy of the bytes, which the program may change meanwhile.
'use strict';

const { operationFailed } = require('crypto/webcrypto/errors');

/** Bytes that take a few microseconds to work on. */
const AT_ONCE = 8 * 1024;

const viewOf = (source) =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);

/** @param {ArrayBuffer | ArrayBufferView} source @returns {Uint8Array} */
const copyOf = (source) => viewOf(source).slice();

/**
 * Data for `run` or `runBytes`: as it is when the work is done at once.
 *
 * @param {ArrayBuffer | ArrayBufferView} source
 */
const hold = (source) => (source.byteLength <= AT_ONCE ? source : copyOf(source));

/**
 * Runs a function of a native module that has the three forms of an asynchronous one.
 *
 * @param {object} native
 * @param {string} name
 * @param {number} size how many bytes there are to work on; Infinity for work that takes long whatever it is
 * @param {...*} args
 * @returns {*} the result, or a promise of it
 * @throws {DOMException} OperationError
 */
function run(native, name, size, ...args) {
  if (size > AT_ONCE) {
    return native[`${name}Promise`](...args).catch((error) => {
      throw operationFailed(error);
    });
  }
  try {
    return native[`${name}Sync`](...args);
  } catch (error) {
    throw operationFailed(error);
  }
}

/** The same for work that gives bytes, which come as an ArrayBuffer. */
async function runBytes(native, name, size, ...args) {
  return (await run(native, name, size, ...args)).buffer;
}

module.exports = { copyOf, hold, run, runBytes, viewOf };
