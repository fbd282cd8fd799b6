'use strict';

/** process.allowedNodeEnvironmentFlags: a frozen set that knows the spellings of an option. */

class NodeEnvironmentFlagsSet extends Set {
  #flags;
  /** Without their leading dashes. */
  #bare;

  constructor(flags) {
    super();
    this.#flags = flags;
    this.#bare = new Set(flags.map((flag) => flag.replace(/^--?/, '')));
  }

  add() {
    return this;
  }

  delete() {
    return false;
  }

  clear() {}

  has(key) {
    if (typeof key !== 'string') return false;
    key = key.replace(/_/g, '-').replace(/=.*$/s, '');
    if (/^--?/.test(key)) {
      return this.#flags.includes(key);
    }
    return this.#bare.has(key);
  }

  entries() {
    return new Set(this.#flags).entries();
  }

  forEach(callback, thisArg = undefined) {
    for (const flag of this.#flags) Reflect.apply(callback, thisArg, [flag, flag, this]);
  }

  get size() {
    return this.#flags.length;
  }

  values() {
    return new Set(this.#flags).values();
  }

  keys() {
    return this.values();
  }

  [Symbol.iterator]() {
    return this.values();
  }
}

/** @returns {ReadonlySet<string>} what NODE_OPTIONS may hold */
function createEnvironmentFlags() {
  const set = new NodeEnvironmentFlagsSet(['-C', '-r', ...require('cli/options').allowedInEnvironment]);
  Object.freeze(NodeEnvironmentFlagsSet.prototype);
  return Object.freeze(set);
}

module.exports = { createEnvironmentFlags };
