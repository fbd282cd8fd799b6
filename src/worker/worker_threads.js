// node:worker_threads: https://nodejs.org/api/worker_threads.html
'use strict';

const { notBuilt } = require('modules/not_built');
const environmentData = require('worker/environment_data');
const { isMainThread, isInternalThread, parentPort, resourceLimits, threadId, threadName, workerData } =
  require('worker/this_thread').describe();
const { markAsUncloneable } = require('worker/messaging');
const { MessageChannel, MessagePort, receiveMessageOnPort } = require('worker/message_port');
const { isUntransferable, markUntransferable } = require('buffer/pool');

module.exports = {
  isInternalThread,
  isMainThread,
  MessagePort,
  MessageChannel,
  markAsUncloneable,
  markAsUntransferable(object) {
    if ((typeof object === 'object' && object !== null) || typeof object === 'function') markUntransferable(object);
  },
  isMarkedAsUntransferable(object) {
    return (
      ((typeof object === 'object' && object !== null) || typeof object === 'function') && isUntransferable(object)
    );
  },
  postMessageToThread: (...args) => require('worker/thread_messages').postMessageToThread(...args),
  receiveMessageOnPort,
  resourceLimits,
  SHARE_ENV: Symbol.for('nodejs.worker_threads.SHARE_ENV'),
  threadId,
  threadName,
  parentPort,
  workerData,
  ...notBuilt('worker_threads', { functions: ['moveMessagePortToContext'] }),
  locks: undefined,
  setEnvironmentData: environmentData.set,
  getEnvironmentData: environmentData.get,
};
for (const [name, id] of [
  ['BroadcastChannel', 'worker/broadcast_channel'],
  ['Worker', 'worker/worker'],
]) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    get: () => require(id)[name],
    enumerable: true,
    configurable: true,
  });
}
