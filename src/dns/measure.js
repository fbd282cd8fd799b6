// Entries of type 'dns' for a program's PerformanceObserver.
'use strict';

/**
 * What to call with the details when `name` has succeeded; `undefined` when nobody observes.
 * @param {string} name
 * @returns {((detail: () => object) => void) | undefined}
 */
function measure(name) {
  const observer = require('perf_hooks/observer');
  if (!observer.hasObserver('dns')) return undefined;
  const { performance } = require('perf_hooks/perf_hooks');
  const start = performance.now();
  return (detail) => {
    const { createNodeEntry } = require('perf_hooks/entry');
    observer.enqueue(createNodeEntry(name, 'dns', start, performance.now() - start, detail()));
  };
}

module.exports = { measure };
