// What node:v8 and Worker share about heap snapshots.
'use strict';

const { validateBoolean, validateObject } = require('errors/validators');

function snapshotOptions(options) {
  if (options === undefined) return { exposeInternals: false, exposeNumericValues: false };
  validateObject(options, 'options');
  const { exposeInternals = false, exposeNumericValues = false } = options;
  validateBoolean(exposeInternals, 'options.exposeInternals');
  validateBoolean(exposeNumericValues, 'options.exposeNumericValues');
  return { exposeInternals, exposeNumericValues };
}

/** @param {Uint8Array} bytes  @returns {Readable} */
function streamOf(bytes) {
  const { Readable } = require('stream/stream');
  class HeapSnapshotStream extends Readable {
    _read() {}
  }
  const stream = new HeapSnapshotStream();
  // All at once: whoever reads without waiting gets the whole.
  stream.push(bytes);
  stream.push(null);
  return stream;
}

module.exports = { snapshotOptions, streamOf };
