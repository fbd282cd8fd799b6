// Which ArrayBuffers must not be transferred: Buffer's pool, whose other pieces belong to others.
'use strict';

const untransferable = new WeakSet();

module.exports = {
  markUntransferable(object) {
    untransferable.add(object);
  },
  isUntransferable(object) {
    return untransferable.has(object);
  },
};
