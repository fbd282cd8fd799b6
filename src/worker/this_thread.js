// What node:worker_threads says of the thread it is loaded in. worker/child.js fills it in, in a Worker.
'use strict';

const state = {
  isMainThread: true,
  isInternalThread: false,
  parentPort: null,
  resourceLimits: {},
  threadId: 0,
  threadName: '',
  workerData: null,
};

module.exports = {
  state,
  /** A copy, taken when the module is first loaded. */
  describe: () => ({ ...state }),
};
