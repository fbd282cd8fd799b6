// What has to happen once in every process or worker after the snapshot has been loaded.
'use strict';

const starters = [];

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

  /** What this process was started with; undefined while the snapshot is made. */
  state: undefined,

  /** Runs all starters; called by cli/bootstrap's entry point. */
  start() {
    const state = binding('engine').startState();
    module.exports.state = state;
    for (const starter of starters) starter(state);
    starters.length = 0;
  },
};
