// setEnvironmentData() and getEnvironmentData(): values that every new Worker gets a copy of.
'use strict';

const data = new Map();

module.exports = {
  data,

  /** @param {any} key  @param {any} value  undefined takes it away */
  set(key, value) {
    if (value === undefined) data.delete(key);
    else data.set(key, value);
  },

  get(key) {
    return data.get(key);
  },

  /** What the parent had. */
  inherit(entries) {
    for (const [key, value] of entries) data.set(key, value);
  },
};
