// The primary of a cluster: forks workers, and owns the servers that they share.
'use strict';

const EventEmitter = require('events/events');
const { validatePort } = require('errors/validators');
const { Conversation } = require('cluster/messages');
const RoundRobinHandle = require('cluster/round_robin');
const SharedHandle = require('cluster/shared_handle');
const Worker = require('cluster/worker');

const SCHED_NONE = 1;
const SCHED_RR = 2;

const cluster = new EventEmitter();
module.exports = cluster;

/** Servers that workers share, by what they listen on. */
const handles = new Map();
const conversations = new WeakMap();
/** Workers that have not gone; `cluster.workers` has no longer those that were told to disconnect. */
const running = new Set();
let whenAllHaveGone = [];

let lastId = 0;
let inspectPortOffset = 0;
/** What cluster.schedulingPolicy was when the first worker was forked: it cannot be changed then. */
let policy;

function policyOfEnvironment() {
  const policies = { none: SCHED_NONE, rr: SCHED_RR };
  return policies[process.env.NODE_CLUSTER_SCHED_POLICY] ?? SCHED_RR;
}

Object.assign(cluster, {
  isWorker: false,
  isMaster: true, // deprecated name
  isPrimary: true,
  Worker,
  workers: {},
  settings: {},
  SCHED_NONE,
  SCHED_RR,
  schedulingPolicy: policyOfEnvironment(),
});

/**
 * Changes how workers are forked from now on.
 * @param {object} [options] what `child_process.fork()` takes, and `exec`, `args`, `inspectPort`
 */
cluster.setupPrimary = function (options) {
  const settings = {
    args: process.argv.slice(2),
    exec: process.argv[1],
    execArgv: process.execArgv,
    silent: false,
    ...cluster.settings,
    ...options,
  };
  // Profiles of V8 go to files of each worker's own.
  if (settings.execArgv.some((text) => text.startsWith('--prof')) && !settings.execArgv.some(isLogFile)) {
    settings.execArgv = [...settings.execArgv, '--logfile=v8-%p.log'];
  }
  cluster.settings = settings;
  policy ??= cluster.schedulingPolicy;
  process.nextTick(() => cluster.emit('setup', settings));
};
cluster.setupMaster = cluster.setupPrimary; // deprecated name

const isLogFile = (text) => text.startsWith('--logfile=');

/** Each worker's inspector needs a port of its own. */
function inspectArguments(execArgv) {
  const asksForInspector = /--inspect(?:-brk|-port)?|--debug-port/;
  const isAsked = (text) => asksForInspector.test(text);
  if (!execArgv.some(isAsked) && !isAsked(process.env.NODE_OPTIONS ?? '')) return [];
  let port;
  if ('inspectPort' in cluster.settings) {
    const given = cluster.settings.inspectPort;
    port = typeof given === 'function' ? given() : given;
    validatePort(port);
  } else {
    port = process.debugPort + ++inspectPortOffset;
    if (port > 65535) port = 1024 + (port - 65536);
  }
  return [`--inspect-port=${port}`];
}

function startProcess(id, env) {
  const { settings } = cluster;
  const execArgv = [...settings.execArgv];
  execArgv.push(...inspectArguments(execArgv));
  // Taken from the exports, where programs that watch processes patch it.
  return require('child_process/child_process').fork(settings.exec, settings.args, {
    cwd: settings.cwd,
    env: { ...process.env, ...env, NODE_UNIQUE_ID: `${id}` },
    serialization: settings.serialization,
    silent: settings.silent,
    windowsHide: settings.windowsHide,
    execArgv,
    stdio: settings.stdio,
    gid: settings.gid,
    uid: settings.uid,
  });
}

/**
 * Starts a worker.
 * @param {object} [env] added to its environment
 * @returns {Worker}
 */
cluster.fork = function (env) {
  cluster.setupPrimary();
  const id = ++lastId;
  const worker = new Worker({ id, process: startProcess(id, env) });
  worker.on('message', (message, handle) => cluster.emit('message', worker, message, handle));
  worker.process.once('exit', (code, signal) => {
    if (!worker.isConnected()) forget(worker);
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'dead';
    worker.emit('exit', code, signal);
    cluster.emit('exit', worker, code, signal);
  });
  worker.process.once('disconnect', () => {
    leaveHandles(worker);
    if (worker.isDead()) forget(worker);
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'disconnected';
    worker.emit('disconnect');
    cluster.emit('disconnect', worker);
  });
  conversations.set(worker, new Conversation(worker.process, (message) => onMessage(worker, message)));
  process.nextTick(() => cluster.emit('fork', worker));
  cluster.workers[id] = worker;
  running.add(worker);
  return worker;
};

/** It has ended, and its channel is closed. */
function forget(worker) {
  leaveHandles(worker);
  delete cluster.workers[worker.id];
  if (!running.delete(worker) || running.size > 0) return;
  const callbacks = whenAllHaveGone;
  whenAllHaveGone = [];
  for (const callback of callbacks) callback();
}

function leaveHandles(worker) {
  for (const [key, handle] of handles) {
    if (handle.remove(worker)) handles.delete(key);
  }
}

/**
 * Disconnects all workers, letting them end what they are at.
 * @param {() => void} [callback] called when all have gone
 */
cluster.disconnect = function (callback) {
  if (typeof callback === 'function') {
    if (running.size === 0) process.nextTick(callback);
    else whenAllHaveGone.push(callback);
  }
  for (const worker of Object.values(cluster.workers)) {
    if (worker.isConnected()) worker.disconnect();
  }
};

function onMessage(worker, message) {
  const act = ACTS[message.act];
  if (act !== undefined) act(worker, message);
}

const ACTS = {
  __proto__: null,

  online(worker) {
    worker.state = 'online';
    worker.emit('online');
    cluster.emit('online', worker);
  },

  /** The worker wants to listen (or to bind a datagram socket). */
  queryServer(worker, message) {
    if (worker.exitedAfterDisconnect) return;
    const key = `${message.address}:${message.port}:${message.addressType}:${message.fd}:${message.index}`;
    let handle = handles.get(key);
    if (handle === undefined) {
      const isDatagram = message.addressType === 'udp4' || message.addressType === 'udp6';
      const Handle = policy === SCHED_RR && !isDatagram ? RoundRobinHandle : SharedHandle;
      handle = new Handle(key, resolvePath(message));
      handles.set(key, handle);
    }
    // Data of the first server holds for all (ticket keys of TLS).
    handle.data ??= message.data;
    handle.add(worker, conversations.get(worker), (errno, reply, nativeHandle) => {
      const { data } = handle;
      if (errno) handles.delete(key); // another attempt may go better
      conversations.get(worker).send({ errno, key, ack: message.seq, data, ...reply }, nativeHandle);
    });
  },

  listening(worker, { addressType, address, port, fd }) {
    worker.state = 'listening';
    const info = { addressType, address, port, fd };
    worker.emit('listening', info);
    cluster.emit('listening', worker, info);
  },

  /** The worker's server has been closed. */
  close(worker, { key }) {
    if (handles.get(key)?.remove(worker)) handles.delete(key);
  },

  exitedAfterDisconnect(worker, { seq }) {
    worker.exitedAfterDisconnect = true;
    conversations.get(worker).send({ ack: seq });
  },
};

/** The path of a Unix socket is relative to the worker's directory. */
function resolvePath(message) {
  const { address, port, workingDirectory } = message;
  if (port >= 0 || typeof address !== 'string' || address.startsWith('\0')) return message;
  const path = require('path/path');
  const absolute = path.resolve(workingDirectory ?? '.', address);
  const relative = path.relative(process.cwd(), absolute);
  // Names of sockets are short: the shorter one it is.
  return { ...message, address: relative.length < absolute.length ? relative : absolute };
}

// --- a worker, seen from the primary ---------------------------------------------------------------------------------

Worker.prototype.disconnect = function () {
  this.exitedAfterDisconnect = true;
  conversations.get(this)?.send({ act: 'disconnect' });
  leaveHandles(this);
  delete cluster.workers[this.id];
  return this;
};

Worker.prototype.destroy = function (signal) {
  this.process.kill(signal || 'SIGTERM');
};
