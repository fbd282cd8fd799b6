// Connections of a server that live in a child: the server counts them, and its close() waits for them.
'use strict';

const EventEmitter = require('events/events');
const { codes } = require('errors/errors');

const kSent = Symbol('child_process.sentSockets');
const kReceived = Symbol('child_process.receivedSockets');

/**
 * The parent's side: sockets of one server (named by `key`) in one child. Emits 'exit' when the child has gone, and its
 * sockets with it.
 */
class SentSockets extends EventEmitter {
  #child;
  #key;

  constructor(child, key) {
    super();
    this.#child = child;
    this.#key = key;
    child.once('exit', () => this.emit('exit'));
  }

  /** Sends `cmd` and waits for the answer `reply`. */
  #ask(cmd, reply, callback) {
    const child = this.#child;
    if (!child.connected) {
      process.nextTick(callback, new codes.ERR_CHILD_CLOSED_BEFORE_REPLY());
      return;
    }
    const end = (error, message) => {
      child.removeListener('internalMessage', onMessage);
      child.removeListener('disconnect', onGone);
      child.removeListener('exit', onGone);
      callback(error, message);
    };
    const onMessage = (message) => {
      if (message.cmd === reply && message.key === this.#key) end(null, message);
    };
    const onGone = () => end(new codes.ERR_CHILD_CLOSED_BEFORE_REPLY());
    child.on('internalMessage', onMessage);
    child.on('disconnect', onGone);
    child.on('exit', onGone);
    child._send({ cmd, key: this.#key }, undefined, { swallowErrors: true });
  }

  /** Calls back when the child has none of them left. */
  close(callback) {
    this.#ask('NODE_SOCKET_NOTIFY_CLOSE', 'NODE_SOCKET_ALL_CLOSED', callback);
  }

  getConnections(callback) {
    this.#ask('NODE_SOCKET_GET_COUNT', 'NODE_SOCKET_COUNT', (error, message) =>
      error ? callback(error) : callback(null, message.count),
    );
  }
}

/** The child's side: counts what it got and answers. */
class ReceivedSockets {
  #target;
  #key;
  #count = 0;
  #notifyWhenEmpty = false;

  constructor(target, key) {
    this.#target = target;
    this.#key = key;
    target.on('internalMessage', (message) => {
      if (message.key !== key) return;
      if (message.cmd === 'NODE_SOCKET_GET_COUNT') {
        this.#answer({ cmd: 'NODE_SOCKET_COUNT', key, count: this.#count });
      } else if (message.cmd === 'NODE_SOCKET_NOTIFY_CLOSE') {
        this.#notifyWhenEmpty = true;
        this.#notifyIfEmpty();
      }
    });
  }

  add(socket) {
    this.#count++;
    socket.once('close', () => {
      this.#count--;
      this.#notifyIfEmpty();
    });
  }

  #notifyIfEmpty() {
    if (!this.#notifyWhenEmpty || this.#count > 0) return;
    this.#notifyWhenEmpty = false;
    this.#answer({ cmd: 'NODE_SOCKET_ALL_CLOSED', key: this.#key });
  }

  #answer(message) {
    if (this.#target.connected) this.#target._send(message, undefined, { swallowErrors: true });
  }
}

/** `socket` goes over to `child` by way of a message; gives the key of its server, if a server made it. */
function announceSocket(child, socket) {
  const server = socket._server;
  if (!server) return undefined;
  const key = server._connectionKey;
  const lists = (child[kSent] ??= new Map());
  let list = lists.get(key);
  if (list === undefined) {
    lists.set(key, (list = new SentSockets(child, key)));
    server._setupWorker(list);
  }
  return key;
}

/** A socket of the server `key` has come from the parent. */
function countSocket(target, key, socket) {
  const lists = (target[kReceived] ??= new Map());
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = new ReceivedSockets(target, key)));
  list.add(socket);
}

module.exports = { announceSocket, countSocket };
