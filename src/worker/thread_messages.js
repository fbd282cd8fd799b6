// postMessageToThread(): every thread that takes part has a mailbox, a channel named after its id.
// https://nodejs.org/api/worker_threads.html#worker_threadspostmessagetothreadthreadid-value-transferlist-timeout
'use strict';

const native = binding('messaging');
const { codes } = require('errors/errors');
const { validateNumber } = require('errors/validators');
const { prepare, readTransferArgument, writeWith } = require('worker/messaging');
const { MessageChannel } = require('worker/message_port');
const thisThread = require('worker/this_thread');

const DELIVERED = 0;
const NO_LISTENER = 1;
const LISTENER_ERRORED = 2;

/** No program can join a channel with this name by accident. */
const mailboxName = (threadId) => `\0mailbox of thread ${threadId}`;

let mailbox;

/** From here on this thread can be reached. @param {object} [port] a worker's, joined before it ran */
function openMailbox(port) {
  if (mailbox !== undefined) return;
  prepare();
  mailbox = port ?? native.joinBroadcast(mailboxName(thisThread.state.threadId));
  mailbox.onmessage = ({ value, source, reply }) => {
    reply.postMessage(deliver(value, source));
    reply.close();
  };
  mailbox.start();
}

function deliver(value, source) {
  try {
    return process.emit('workerMessage', value, source) ? DELIVERED : NO_LISTENER;
  } catch {
    return LISTENER_ERRORED;
  }
}

/**
 * @param {number} threadId
 * @param {any} value
 * @param {object[]} [transferList]
 * @param {number} [timeout] milliseconds to wait for the delivery
 * @returns {Promise<void>}
 */
async function postMessageToThread(threadId, value, transferList, timeout) {
  if (typeof transferList === 'number' && timeout === undefined) {
    timeout = transferList;
    transferList = [];
  }
  if (timeout !== undefined) validateNumber(timeout, 'timeout', 0);
  validateNumber(threadId, 'threadId', 0);
  if (threadId === thisThread.state.threadId) throw new codes.ERR_WORKER_MESSAGING_SAME_THREAD();
  const { port1: answer, port2: reply } = new MessageChannel();
  const port = native.joinBroadcast(mailboxName(threadId));
  try {
    const message = { value, source: thisThread.state.threadId, reply };
    const list = [reply, ...readTransferArgument(transferList)];
    if (!writeWith((...args) => port.post(...args), message, list)) throw new codes.ERR_WORKER_MESSAGING_FAILED();
  } catch (error) {
    answer.close();
    throw error;
  } finally {
    port.close();
  }
  const { promise, resolve, reject } = Promise.withResolvers();
  let timer;
  if (timeout !== undefined) {
    const { setTimeout } = require('timers/timers');
    timer = setTimeout(() => reject(new codes.ERR_WORKER_MESSAGING_TIMEOUT()), timeout);
  }
  answer.once('message', (result) => {
    if (result === DELIVERED) resolve();
    else if (result === NO_LISTENER) reject(new codes.ERR_WORKER_MESSAGING_FAILED());
    else reject(new codes.ERR_WORKER_MESSAGING_ERRORED());
  });
  answer.once('close', () => reject(new codes.ERR_WORKER_MESSAGING_FAILED()));
  try {
    await promise;
  } finally {
    if (timer !== undefined) require('timers/timers').clearTimeout(timer);
    answer.close();
  }
}

module.exports = { openMailbox, postMessageToThread };
