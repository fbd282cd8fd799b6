// Whether this process is a worker of a cluster.
'use strict';

let isWorker = false;

module.exports = {
  isWorker: () => isWorker,

  /** Called when a process that was forked starts: a primary has said so in the environment. */
  start() {
    const { env } = process;
    if (!Object.hasOwn(env, 'NODE_UNIQUE_ID')) return;
    const id = env.NODE_UNIQUE_ID;
    // Processes that a worker starts are no workers.
    delete env.NODE_UNIQUE_ID;
    isWorker = true;
    require('cluster/child').setup(Number(id) | 0);
  },
};
