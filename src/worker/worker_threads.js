// node:worker_threads: this is the main thread, and there are no others yet.
'use strict';

const { notBuilt } = require('modules/not_built');

const kShareEnv = Symbol.for('nodejs.worker_threads.SHARE_ENV');
const environmentData = new Map();

module.exports = {
  ...notBuilt('worker_threads', {
    classes: ['Worker', 'MessageChannel', 'MessagePort', 'BroadcastChannel'],
    functions: [
      'receiveMessageOnPort',
      'moveMessagePortToContext',
      'postMessageToThread',
      'markAsUntransferable',
      'isMarkedAsUntransferable',
      'markAsUncloneable',
    ],
  }),
  isMainThread: true,
  isInternalThread: false,
  parentPort: null,
  resourceLimits: {},
  SHARE_ENV: kShareEnv,
  threadId: 0,
  threadName: '',
  workerData: null,
  locks: undefined,
  setEnvironmentData(key, value) {
    if (value === undefined) environmentData.delete(key);
    else environmentData.set(key, value);
  },
  getEnvironmentData(key) {
    return environmentData.get(key);
  },
};
