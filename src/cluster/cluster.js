// node:cluster: not built yet; this is the primary.
'use strict';

const EventEmitter = require('events/events');
const { notBuilt } = require('modules/not_built');

module.exports = Object.assign(
  new EventEmitter(),
  notBuilt('cluster', { functions: ['fork', 'setupPrimary', 'setupMaster', 'disconnect'], classes: ['Worker'] }),
  {
    isWorker: false,
    isMaster: true,
    isPrimary: true,
    settings: {},
    workers: {},
    SCHED_NONE: 1,
    SCHED_RR: 2,
    schedulingPolicy: 2,
  },
);
