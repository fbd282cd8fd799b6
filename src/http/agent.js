'use strict';

// http.Agent: keeps connections for reuse and limits their number.

const { codes } = require('errors/errors');
const { validateNumber, validateOneOf, validateString } = require('errors/validators');
const { AsyncResource } = require('async/async_resource');
const { getContext, runIn } = require('async/context');
const hooks = require('async/hooks_internal');
const { EventEmitter } = require('events/events');
const net = require('net/net');

const kOnKeylog = Symbol('onkeylog');
const kRequestOptions = Symbol('requestOptions');
const kAsyncResource = Symbol('requestAsyncResource');
const kLastName = Symbol('kLastName');

const KEEP_ALIVE_TIMEOUT = /(?:^|[\s,])timeout=(\d+)/;

/** @param {object} [options] as of `new http.Agent()`, and what `net.connect()` takes */
function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  EventEmitter.call(this);

  this.options = { __proto__: null, ...options };
  if (this.options.noDelay === undefined) this.options.noDelay = true;
  // An agent's connections have no path but a request's `socketPath`.
  this.options.path = null;
  this.defaultPort = this.options.defaultPort || 80;
  this.protocol = this.options.protocol || 'http:';

  this.requests = { __proto__: null };
  this.sockets = { __proto__: null };
  this.freeSockets = { __proto__: null };
  this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
  this.keepAlive = this.options.keepAlive || false;
  this.maxSockets = this.options.maxSockets || Agent.defaultMaxSockets;
  this.maxFreeSockets = this.options.maxFreeSockets || 256;
  this.scheduling = this.options.scheduling || 'lifo';
  this.maxTotalSockets = this.options.maxTotalSockets;
  this.totalSocketCount = 0;
  const buffer = this.options.agentKeepAliveTimeoutBuffer;
  this.agentKeepAliveTimeoutBuffer =
    typeof buffer === 'number' && buffer >= 0 && Number.isFinite(buffer) ? buffer : 1000;

  if (this.options.proxyEnv) require('http/proxy').useProxyEnv(this, this.options.proxyEnv);

  validateOneOf(this.scheduling, 'scheduling', ['fifo', 'lifo']);
  if (this.maxTotalSockets !== undefined) validateNumber(this.maxTotalSockets, 'maxTotalSockets', 1);
  else this.maxTotalSockets = Infinity;

  this.on('free', onFree);
  // Key material is only worth forwarding when someone listens for it.
  this.on('newListener', maybeEnableKeylog);
}
Object.setPrototypeOf(Agent.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Agent, EventEmitter);

Agent.defaultMaxSockets = Infinity;

function maybeEnableKeylog(event) {
  if (event !== 'keylog') return;
  this.removeListener('newListener', maybeEnableKeylog);
  const agent = this;
  this[kOnKeylog] = function (line) {
    agent.emit('keylog', line, this);
  };
  for (const sockets of Object.values(this.sockets)) {
    for (const socket of sockets) socket.on('keylog', this[kOnKeylog]);
  }
}

/** A connection has nothing to do any more: the next request takes it, or it is kept, or closed. */
function onFree(socket, options) {
  const name = nameOf(this, options);
  // A socket that cannot be written to serves nobody.
  if (!socket.writable) {
    socket.destroy();
    return;
  }

  const requests = this.requests[name];
  if (requests !== undefined && requests.length !== 0) {
    const req = requests.shift();
    if (requests.length === 0) delete this.requests[name];
    inContextOf(req, () => setRequestSocket(this, req, socket));
    return;
  }

  // Kept only if both sides want so.
  const req = socket._httpMessage;
  if (!req || !req.shouldKeepAlive || !this.keepAlive) {
    socket.destroy();
    return;
  }

  const free = this.freeSockets[name] ?? [];
  const count = free.length + (this.sockets[name]?.length ?? 0);
  if (
    this.totalSocketCount > this.maxTotalSockets ||
    count > this.maxSockets ||
    free.length >= this.maxFreeSockets ||
    !this.keepSocketAlive(socket)
  ) {
    socket.destroy();
    return;
  }
  this.freeSockets[name] = free;
  socket._httpMessage = null;
  this.removeSocket(socket, options);
  socket.once('error', onFreeSocketError);
  free.push(socket);
}

/** An error of a kept connection concerns nobody. `this` is the socket. */
function onFreeSocketError() {
  this.destroy();
}

Agent.prototype.createConnection = function createConnection(...args) {
  const [options] = args;
  if (this._proxy !== undefined && options && this._proxy.appliesTo(options)) {
    return this._proxy.connect(...args);
  }
  return net.createConnection(...args);
};
Object.defineProperty(Agent.prototype.createConnection, 'length', { value: 0, configurable: true });

/** The key under which connections are shared: host, port, local address, family, Unix socket. */
Agent.prototype.getName = getName;
function getName(options = {}) {
  let name = options.host || 'localhost';
  name += ':';
  if (options.port) name += options.port;
  name += ':';
  if (options.localAddress) name += options.localAddress;
  if (options.family === 4 || options.family === 6) name += `:${options.family}`;
  if (options.socketPath) name += `:${options.socketPath}`;
  return name;
}

/** The key of a connection that has been made with these options. */
function nameOf(agent, options) {
  return typeof options?._agentKey === 'string' ? options._agentKey : agent.getName(options);
}

/**
 * The key for a request by options that are not merged with the agent's yet, when only host and port count, as for nearly
 * all; otherwise undefined. Who asks again for the same host gets the same string.
 */
function plainName(agent, options) {
  const { options: own } = agent;
  const { host, port } = options;
  if (
    agent.getName !== getName ||
    typeof host !== 'string' ||
    own.host !== undefined ||
    own.port !== undefined ||
    own.localAddress !== undefined ||
    own.family !== undefined ||
    own.socketPath !== undefined ||
    options.localAddress ||
    options.family ||
    options.socketPath
  )
    return undefined;
  const last = agent[kLastName];
  if (last !== undefined && last.host === host && last.port === port) return last.name;
  const name = `${host}:${port || ''}:`;
  agent[kLastName] = { host, port, name };
  return name;
}

function connectionOptions(agent, req, options) {
  const all = { __proto__: null, ...options, ...agent.options };
  if (all.socketPath) all.path = all.socketPath;
  if (all.servername === undefined || all.servername === null) setServerName(all, req);
  return all;
}

/** For TLS: the host that the request names. */
function setServerName(options, req) {
  if (options.servername === '') return;
  options.servername = options.host;
  const header = req.getHeader('host');
  if (header) {
    validateString(header, 'options.headers.host');
    // "[::1]:443" or "example.org:443"
    options.servername = header.startsWith('[')
      ? header.slice(1, header.indexOf(']') === -1 ? undefined : header.indexOf(']'))
      : header.split(':', 1)[0];
  }
  // RFC 6066 wants names only.
  if (net.isIP(options.servername)) options.servername = '';
}

Agent.prototype.addRequest = function addRequest(req, options, port /* legacy */, localAddress /* legacy */) {
  if (typeof options === 'string') options = { __proto__: null, host: options, port, localAddress };
  let name = plainName(this, options);
  if (name === undefined) {
    options = connectionOptions(this, req, options);
    name = this.getName(options);
  }
  this.sockets[name] ||= [];

  const free = this.freeSockets[name];
  let socket;
  if (free !== undefined) {
    while (free.length !== 0 && free[0].destroyed) free.shift();
    socket = this.scheduling === 'fifo' ? free.shift() : free.pop();
    if (free.length === 0) delete this.freeSockets[name];
  }

  const count = (free?.length ?? 0) + this.sockets[name].length;
  if (socket) {
    socket.removeListener('error', onFreeSocketError);
    this.reuseSocket(socket, req);
    this.sockets[name].push(socket);
    setRequestSocket(this, req, socket);
  } else if (count < this.maxSockets && this.totalSocketCount < this.maxTotalSockets) {
    this.createSocket(req, options, (error, created) => {
      if (error) {
        // The time limit of the request has run out before there was a socket to tell of it.
        if (error.proxyTunnelTimeout !== undefined) req.emit('timeout');
        req.onSocket(created, error);
      } else setRequestSocket(this, req, created);
    });
  } else {
    this.requests[name] ||= [];
    req[kRequestOptions] = options;
    req[kAsyncResource] = hooks.enabled() ? new AsyncResource('QueuedRequest') : getContext();
    this.requests[name].push(req);
  }
};

/** Runs for a request that had to wait, in the context in which it was made. */
function inContextOf(req, callback) {
  const resource = req[kAsyncResource];
  req[kAsyncResource] = undefined;
  if (resource instanceof AsyncResource) {
    resource.runInAsyncScope(callback);
    resource.emitDestroy();
  } else if (resource === getContext()) {
    callback();
  } else {
    runIn(resource, callback, undefined, []);
  }
}

Agent.prototype.createSocket = function createSocket(req, options, callback) {
  options = connectionOptions(this, req, options);
  // A request's own time limit counts from the connection on.
  const timeout = req.timeout || this.options.timeout || undefined;
  if (timeout) options.timeout = timeout;

  const name = this.getName(options);
  options._agentKey = name;
  options.encoding = null;

  let called = false;
  const created = (error, socket) => {
    if (called) return;
    called = true;
    if (error) {
      callback(error);
      return;
    }
    (this.sockets[name] ||= []).push(socket);
    this.totalSocketCount++;
    installListeners(this, socket, options);
    callback(null, socket);
  };
  // So that a connection attempt that fails at once does not free a place that it never took.
  if (this.keepAlive) options.keepAlive = this.keepAlive;
  if (this.keepAlive) options.keepAliveInitialDelay = this.keepAliveMsecs;
  const socket = this.createConnection(options, created);
  if (socket && !called) created(null, socket);
};

function installListeners(agent, socket, options) {
  const onFreed = () => {
    agent.emit('free', socket, options);
  };
  const onClose = () => {
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
  };
  const onTimeout = () => {
    // Of a kept connection: enough. One in use answers to its request.
    for (const list of Object.values(agent.freeSockets)) {
      if (list.includes(socket)) {
        socket.destroy();
        return;
      }
    }
  };
  const onRemove = () => {
    // The connection becomes somebody else's (an upgrade): not ours to count.
    agent.totalSocketCount--;
    agent.removeSocket(socket, options);
    socket.removeListener('free', onFreed);
    socket.removeListener('close', onClose);
    socket.removeListener('timeout', onTimeout);
    socket.removeListener('agentRemove', onRemove);
    socket.setTimeout(0);
  };
  socket.on('free', onFreed);
  socket.on('close', onClose);
  socket.on('timeout', onTimeout);
  socket.on('agentRemove', onRemove);
  if (agent[kOnKeylog]) socket.on('keylog', agent[kOnKeylog]);
}

Agent.prototype.removeSocket = function removeSocket(socket, options) {
  const name = nameOf(this, options);
  const lists = socket.writable ? [this.sockets] : [this.sockets, this.freeSockets];
  for (const list of lists) {
    const index = list[name]?.indexOf(socket) ?? -1;
    if (index === -1) continue;
    list[name].splice(index, 1);
    if (list[name].length === 0) delete list[name];
  }

  // Its place goes to a request that waits: for the same host, or else (when all places were taken) for any.
  let req = this.requests[name]?.[0];
  if (req === undefined) {
    for (const key of Object.keys(this.requests)) {
      // A host that has connections gets one of those when it is free.
      if (this.sockets[key]?.length) break;
      req = this.requests[key][0];
      options = req[kRequestOptions];
      break;
    }
  }
  if (req !== undefined && options) {
    req[kRequestOptions] = undefined;
    this.createSocket(req, options, (error, created) => {
      if (error) req.onSocket(null, error);
      else created.emit('free');
    });
  }
};

Agent.prototype.keepSocketAlive = function keepSocketAlive(socket) {
  socket.setKeepAlive(true, this.keepAliveMsecs);
  socket.unref();

  let timeout = this.options.timeout || 0;
  let keep = true;
  const hint = KEEP_ALIVE_TIMEOUT.exec(socket._httpMessage?.res?.headers['keep-alive'])?.[1];
  if (hint) {
    // Close before the server does: a request sent just when it closes is lost.
    const limit = Number.parseInt(hint, 10) * 1000 - this.agentKeepAliveTimeoutBuffer;
    if (limit <= 0) keep = false;
    else if (!timeout || limit < timeout) timeout = limit;
  }
  if (socket.timeout !== timeout) socket.setTimeout(timeout);
  return keep;
};

Agent.prototype.reuseSocket = function reuseSocket(socket, req) {
  req.reusedSocket = true;
  socket.ref();
};

Agent.prototype.destroy = function destroy() {
  for (const list of [this.freeSockets, this.sockets]) {
    for (const name of Object.keys(list)) {
      for (const socket of [...list[name]]) socket.destroy();
    }
  }
};

function setRequestSocket(agent, req, socket) {
  req.onSocket(socket);
  const timeout = agent.options.timeout || 0;
  if (req.timeout === undefined || req.timeout === timeout) return;
  socket.setTimeout(req.timeout);
}

let globalAgent;
function defaultAgent() {
  return (globalAgent ??= new Agent({
    keepAlive: true,
    scheduling: 'lifo',
    timeout: 5000,
    proxyEnv: proxyEnvByOption(),
  }));
}

/** process.env when NODE_USE_ENV_PROXY or --use-env-proxy says so. */
function proxyEnvByOption() {
  // The command line has the last word.
  let use = process.env.NODE_USE_ENV_PROXY === '1' && !process.execArgv.includes('--no-use-env-proxy');
  try {
    use ||= require('cli/options').getOptionValue('--use-env-proxy') === true;
  } catch {
    // options are not there while the snapshot is made
  }
  return use ? process.env : undefined;
}

module.exports = {
  Agent,
  get globalAgent() {
    return defaultAgent();
  },
  set globalAgent(agent) {
    globalAgent = agent;
  },
  proxyEnvByOption,
};
void codes;
