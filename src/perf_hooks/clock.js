'use strict';

/** The clock of performance.now(), apart from the rest of perf_hooks, which few programs need. */

const { monotonic } = binding('perf_hooks');

/** When this process (or worker) started, on the monotonic clock, in milliseconds. */
let origin = 0;

require('engine/lifecycle').onStart((state) => {
  origin = state.timeOrigin / 1e6;
});

module.exports = {
  /** @returns {number} milliseconds since the start of the process (or worker) */
  now() {
    return monotonic() - origin;
  },
  /** @returns {number} */
  origin() {
    return origin;
  },
};
