// What has to happen once in every process or worker after the snapshot has been loaded.
'use strict';

const starters = [];
const forgetters = [];

module.exports = {
  /**
   * Registers work for the start of each process, in order of registration. While the snapshot is made it is only
   * remembered; in a module that is loaded later it runs at once.
   * @param {(state: {argv: string[], execArgv: string[], execPath: string, isMainThread: boolean}) => void} fn
   */
  onStart(fn) {
    if (module.exports.state === undefined) starters.push(fn);
    else fn(module.exports.state);
  },

  /**
   * Registers the clearing of a cache: what the program that makes the snapshot knows (its directory, its files) is not
   * true of the processes that start from it.
   * @param {() => void} fn
   */
  onForget(fn) {
    forgetters.push(fn);
  },

  /** Called once, before the snapshot is made. */
  forget() {
    for (const fn of forgetters) fn();
    forgetters.length = 0;
  },

  /** What this process was started with; undefined while the snapshot is made. */
  state: undefined,

  /** Runs all starters; called by cli/bootstrap's entry point. */
  start() {
    const state = binding('engine').startState();
    module.exports.state = state;
    for (const starter of starters) starter(state);
    starters.length = 0;
    binding('perf_hooks').markBootstrapComplete();
  },
};
