'use strict';

/** The clock of performance.now(), apart from the rest of perf_hooks, which few programs need. */

const { now } = binding('perf_hooks');

module.exports = {
  /** @returns {number} milliseconds since the start of the process (or worker) */
  now,
};
