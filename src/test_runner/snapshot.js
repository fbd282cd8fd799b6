'use strict';

/** Snapshots of values beside the test file. */

const { codes } = require('errors/errors');
const { validateArray, validateFunction } = require('errors/validators');

const notBuilt = () => {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('snapshot assertions');
};

module.exports = {
  assertSnapshot: notBuilt,
  assertFileSnapshot: notBuilt,
  /** The public `snapshot` object. */
  snapshot: {
    __proto__: null,
    setDefaultSnapshotSerializers(serializers) {
      validateArray(serializers, 'serializers');
      serializers.forEach((fn, index) => validateFunction(fn, `serializers[${index}]`));
      notBuilt();
    },
    setResolveSnapshotPath(fn) {
      validateFunction(fn, 'fn');
      notBuilt();
    },
  },
};
