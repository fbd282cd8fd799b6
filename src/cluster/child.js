// A worker of a cluster: its servers ask the primary for connections, or for a handle to share.
'use strict';

const EventEmitter = require('events/events');
const { Conversation } = require('cluster/messages');
const Worker = require('cluster/worker');

const cluster = new EventEmitter();
module.exports = cluster;

/** What this worker listens on, by the primary's key. */
const handles = new Map();
/** For each address, which numbers are taken: several servers may listen on port 0. */
const indexes = new Map();
let conversation;

Object.assign(cluster, { isWorker: true, isMaster: false, isPrimary: false, worker: null, Worker });

/** Called once, when the process starts. */
function setup(id) {
  const worker = new Worker({ id, process, state: 'online' });
  cluster.worker = worker;
  process.once('disconnect', () => {
    worker.emit('disconnect');
    // The primary has ended, or threw us out: nobody would end this process.
    if (!worker.exitedAfterDisconnect) process.exit(0);
  });
  conversation = new Conversation(process, onMessage);
  conversation.send({ act: 'online' });
}
// Not part of the module that programs see.
Object.defineProperty(cluster, 'setup', { __proto__: null, value: setup, enumerable: false });

function onMessage(message, handle) {
  if (message.act === 'newconn') acceptConnection(message, handle);
  else if (message.act === 'disconnect') disconnect(cluster.worker, true);
}

/**
 * Asks the primary for what `server` (a net.Server or a dgram.Socket) needs to listen.
 * @param {object} query `{ address, port, addressType, fd, flags, backlog }`
 * @param {(errno: number, handle?: object) => void} callback
 */
cluster._getServer = function (server, query, callback) {
  const address = query.address;
  const place = `${address}:${query.port}:${query.addressType}:${query.fd}`;
  const index = takeIndex(place);
  const message = {
    act: 'queryServer',
    index,
    data: server._getServerData ? server._getServerData() : null,
    workingDirectory: typeof address === 'string' && !(query.port >= 0) ? process.cwd() : undefined,
    ...query,
  };
  conversation.send(message, undefined, (reply, handle) => {
    if (server._setServerData && reply.data !== null && reply.data !== undefined) server._setServerData(reply.data);
    if (handle) adopt(reply, handle, place, index, callback);
    else if (reply.errno) {
      freeIndex(place, index);
      callback(reply.errno);
    } else roundRobin(reply, place, index, callback);
  });
  server.once('listening', () => {
    cluster.worker.state = 'listening';
    const name = server.address();
    conversation.send({ ...query, act: 'listening', index, port: name?.port ?? query.port });
  });
};

function takeIndex(place) {
  let taken = indexes.get(place);
  if (taken === undefined) indexes.set(place, (taken = new Set()));
  let index = 0;
  while (taken.has(index)) index++;
  taken.add(index);
  return index;
}

function freeIndex(place, index) {
  const taken = indexes.get(place);
  taken?.delete(index);
  if (taken?.size === 0) indexes.delete(place);
}

/** A handle that is shared with the primary and the other workers. */
function adopt(reply, handle, place, index, callback) {
  const { key } = reply;
  const { close } = handle;
  handle.close = function (...args) {
    conversation.send({ act: 'close', key });
    handles.delete(key);
    freeIndex(place, index);
    delete handle.close;
    return close.apply(handle, args);
  };
  handles.set(key, handle);
  callback(reply.errno ?? 0, handle);
}

/** A handle that only looks like one: connections come from the primary. */
class RemoteServer {
  #key;
  #place;
  #index;
  #sockname;
  #open = true;
  // Keeps the loop alive as a listening socket would.
  #keepAlive;

  constructor({ key, sockname }, place, index) {
    this.#key = key;
    this.#place = place;
    this.#index = index;
    this.#sockname = sockname;
    this.#keepAlive = require('timers/timers').setInterval(() => {}, 2 ** 31 - 1);
    // A native handle of a Unix socket has no such function.
    if (sockname === undefined) this.getsockname = undefined;
  }

  listen() {
    return 0; // the primary does
  }

  close(callback) {
    if (!this.#open) return;
    this.#open = false;
    require('timers/timers').clearInterval(this.#keepAlive);
    conversation.send({ act: 'close', key: this.#key });
    handles.delete(this.#key);
    freeIndex(this.#place, this.#index);
    if (typeof callback === 'function') process.nextTick(callback);
  }

  ref() {
    this.#keepAlive.ref();
  }

  unref() {
    this.#keepAlive.unref();
  }

  hasRef() {
    return this.#open && this.#keepAlive.hasRef();
  }

  getsockname() {
    return { ...this.#sockname };
  }
}

function roundRobin(reply, place, index, callback) {
  const handle = new RemoteServer(reply, place, index);
  handles.set(reply.key, handle);
  callback(0, handle);
}

function acceptConnection({ key, seq }, connection) {
  const handle = handles.get(key);
  const server = handle?.owner;
  let accepted = server !== undefined && connection !== undefined;
  if (accepted && isFull(server)) accepted = false;
  conversation.send({ ack: seq, accepted });
  if (accepted) handle.onconnection(0, connection);
  else connection?.close();
}

/** A server with as many connections as it wants leaves the next one to another worker. */
function isFull({ maxConnections, _connections, dropMaxConnection }) {
  if (maxConnections === undefined || maxConnections === null) return false;
  return !dropMaxConnection && _connections >= maxConnections;
}

// --- the worker, seen from itself ------------------------------------------------------------------------------------

/** Closes all servers, then the channel. */
function disconnect(worker, asked) {
  worker.exitedAfterDisconnect = true;
  let waiting = 1;
  const done = () => {
    if (--waiting > 0) return;
    handles.clear();
    indexes.clear();
    // The primary has to know that this is no accident.
    if (asked) process.disconnect();
    else conversation.send({ act: 'exitedAfterDisconnect' }, undefined, () => process.disconnect());
  };
  for (const handle of [...handles.values()]) {
    waiting++;
    if (handle.owner) handle.owner.close(done);
    else handle.close(done);
  }
  done();
}

Worker.prototype.disconnect = function () {
  if (this.state !== 'disconnecting' && this.state !== 'destroying') {
    this.state = 'disconnecting';
    disconnect(this, false);
  }
  return this;
};

Worker.prototype.destroy = function () {
  if (this.state === 'destroying') return;
  this.exitedAfterDisconnect = true;
  if (!this.isConnected()) {
    process.exit(0);
    return;
  }
  this.state = 'destroying';
  conversation.send({ act: 'exitedAfterDisconnect' }, undefined, () => process.disconnect());
  process.once('disconnect', () => process.exit(0));
};
