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
  let offset = 0;
  return new Readable({
    read(size) {
      if (offset >= bytes.length) return void this.push(null);
      const end = Math.min(bytes.length, offset + Math.max(size, 65536));
      this.push(bytes.subarray(offset, end));
      offset = end;
    },
  });
}

module.exports = { snapshotOptions, streamOf };
