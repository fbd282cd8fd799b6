// node:net: https://nodejs.org/api/net.html
'use strict';

const hooks = require('async/hooks_internal');
const { codes, ErrnoException, ExceptionWithHostPort, UVExceptionWithHostPort } = require('errors/errors');
const { validateAbortSignal, validateNumber, validatePort } = require('errors/validators');
const EventEmitter = require('events/events');
const { nextTick } = require('process/next_tick');
const { Socket, createHandle, normalizeArgs, ...settings } = require('net/socket');
const { BoundSocket, adoptForServer } = require('net/bound_socket');
const { kKeepAlive, kNoDelay } = require('net/symbols');
const diagnostics = require('async/diagnostics_channel');
const { isWorker: isClusterWorker } = require('cluster/start');

const native = binding('net');
const { UV_EINVAL, UV_TCP_IPV6ONLY, UV_TCP_REUSEPORT, UV_READABLE, UV_WRITABLE } = native;
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_SERVER_ALREADY_LISTEN, ERR_SERVER_NOT_RUNNING } = codes;

const serverChannel = diagnostics.channel('net.server.socket');
const listenChannel = diagnostics.tracingChannel('net.server.listen');

const toText = (input) => (typeof input === 'string' ? input : `${input}`);
const isIP = (input) => native.isIP(toText(input));
const isIPv4 = (input) => isIP(input) === 4;
const isIPv6 = (input) => isIP(input) === 6;

function Server(options, connectionListener) {
  if (!(this instanceof Server)) return new Server(options, connectionListener);
  EventEmitter.call(this);
  if (typeof options === 'function') {
    connectionListener = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else if (typeof options === 'object') {
    options = { ...options };
  } else {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  if (typeof connectionListener === 'function') this.on('connection', connectionListener);
  if (options.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options.keepAliveInitialDelay = 0;
  }
  if (options.highWaterMark !== undefined) {
    validateNumber(options.highWaterMark, 'options.highWaterMark');
    if (options.highWaterMark < 0) options.highWaterMark = undefined;
  }
  this._connections = 0;
  this._workers = [];
  this._handle = null;
  this._unref = false;
  this._listeningId = 1;
  this.allowHalfOpen = options.allowHalfOpen || false;
  this.pauseOnConnect = Boolean(options.pauseOnConnect);
  this.noDelay = Boolean(options.noDelay);
  this.keepAlive = Boolean(options.keepAlive);
  this.keepAliveInitialDelay = ~~(options.keepAliveInitialDelay / 1000);
  this.highWaterMark = options.highWaterMark ?? require('stream/state').getDefaultHighWaterMark(false);
  if (options.blockList) {
    if (!BlockListClass().isBlockList(options.blockList))
      throw new ERR_INVALID_ARG_TYPE('options.blockList', 'net.BlockList', options.blockList);
    this.blockList = options.blockList;
  }
}
Object.setPrototypeOf(Server.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Server, EventEmitter);

const BlockListClass = () => require('net/block_list').BlockList;

// --- listen -------------------------------------------------------------------------------------------------------------

function isPortish(value) {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && Number(value) >= 0) ||
    value === null ||
    value === undefined
  );
}

Server.prototype.listen = function (...args) {
  let [options, callback] = normalizeListenArgs(args);
  if (this._handle) throw new ERR_SERVER_ALREADY_LISTEN();
  if (listenChannel.hasSubscribers) listenChannel.asyncStart.publish({ server: this, options });
  if (callback !== null) this.once('listening', callback);
  const backlogFromArgs = toNumber(args.length > 1 && args[1]) || toNumber(args.length > 2 && args[2]);
  const wantedBacklog = options.backlog;
  options = options._handle || options.handle || options;
  const backlog = wantedBacklog || options.backlog || backlogFromArgs || 511;
  const bound = adoptForServer(options);
  if (bound !== undefined) {
    this._pipeName = bound.path;
    options = bound.handle;
  }
  if (options instanceof native.TCP || options instanceof native.Pipe) {
    this._handle = options;
    listenHandle(this, undefined, -1, -1, backlog, undefined, options);
    return this;
  }
  this._listeningId++;
  if (options.signal !== undefined) {
    validateAbortSignal(options.signal, 'options.signal');
    const { signal } = options;
    const onAborted = () => this.close();
    if (signal.aborted) nextTick(onAborted);
    else {
      const { addAbortListener } = require('events/events');
      const disposable = addAbortListener(signal, onAborted);
      this.once('close', () => disposable[Symbol.dispose]());
    }
  }
  if (typeof options.fd === 'number' && options.fd >= 0) {
    listenAnywhere(this, { address: null, port: null, addressType: null, fd: options.fd, backlog }, options.exclusive);
    return this;
  }
  if (
    args.length === 0 ||
    typeof args[0] === 'function' ||
    (options.port === undefined && 'port' in options) ||
    options.port === null
  ) {
    options.port = 0;
  }
  if (typeof options.port === 'number' || typeof options.port === 'string') {
    validatePort(options.port, 'options.port');
    const port = options.port | 0;
    let flags = 0;
    if (options.ipv6Only === true) flags |= UV_TCP_IPV6ONLY;
    if (options.reusePort === true) flags |= UV_TCP_REUSEPORT;
    // Sockets that share a port by themselves need no primary to share one.
    const exclusive = options.exclusive === true || options.reusePort === true;
    if (options.host) {
      lookupAndListen(this, port, options.host, backlog, flags, exclusive);
    } else {
      listenAnywhere(this, { address: null, port, addressType: 4, fd: undefined, flags, backlog }, exclusive);
    }
    return this;
  }
  if (options.path && isPipeName(options.path)) {
    if (options.path[0] === '\0' && (options.readableAll || options.writableAll)) {
      const reason = 'can not set readableAll or writableAllt to true when path is abstract unix socket';
      throw new ERR_INVALID_ARG_VALUE('options', options, reason);
    }
    this._pipeName = options.path;
    const query = { address: options.path, port: -1, addressType: -1, fd: undefined, backlog };
    if (options.readableAll) query.readableAll = UV_READABLE;
    if (options.writableAll) query.writableAll = UV_WRITABLE;
    const exclusive = options.exclusive === true;
    listenAnywhere(this, query, exclusive);
    if (isClusterWorker() && !exclusive) return this; // the primary takes care of the mode
    if (this._handle && (options.readableAll || options.writableAll)) {
      const mode = (options.readableAll ? UV_READABLE : 0) | (options.writableAll ? UV_WRITABLE : 0);
      const status = this._handle.chmod(mode);
      if (status !== 0) {
        this._handle.close();
        this._handle = null;
        throw new ErrnoException(status, 'uv_pipe_chmod');
      }
    }
    return this;
  }
  if (!('port' in options || 'path' in options)) {
    throw new ERR_INVALID_ARG_VALUE('options', options, 'must have the property "port" or "path"');
  }
  throw new ERR_INVALID_ARG_VALUE('options', options);
};

function normalizeListenArgs(args) {
  if (args.length === 0) return [{ port: undefined }, null];
  const [first] = args;
  let options;
  if (typeof first === 'object' && first !== null) {
    const isHandle = first instanceof native.TCP || first instanceof native.Pipe || first instanceof BoundSocket;
    options = isHandle ? { handle: first } : { ...first };
    if (first._handle || first.handle) options = { ...first };
  } else if (typeof first === 'function') {
    options = { port: undefined };
  } else if (isPortish(first)) {
    options = { port: first };
    if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
  } else if (typeof first === 'string') {
    options = { path: first };
  } else {
    options = { port: first };
    if (typeof first === 'boolean' || typeof first === 'symbol') throw new ERR_INVALID_ARG_VALUE('options', options);
  }
  const last = args[args.length - 1];
  return [options, typeof last === 'function' ? last : null];
}

const isPipeName = (value) => typeof value === 'string' && toNumber(value) === false;
const toNumber = (value) =>
  value !== '' && value !== false && value !== null && Number(value) >= 0 ? Number(value) : false;

function lookupAndListen(server, port, host, backlog, flags, exclusive) {
  const { lookup } = require('dns/dns');
  const type = native.isIP(toText(host));
  const query = { address: host, port, addressType: type, fd: undefined, flags, backlog };
  if (type !== 0) {
    listenAnywhere(server, query, exclusive);
    return;
  }
  const listeningId = ++server._listeningId;
  lookup(host, (error, address, family) => {
    // Closed meanwhile, and perhaps listening anew.
    if (server._listeningId !== listeningId) return;
    if (error) server.emit('error', error);
    else listenAnywhere(server, { ...query, address, addressType: address ? family : 4 }, exclusive);
  });
}

/** Listens in this process, or, in a worker of a cluster, by way of its primary. */
function listenAnywhere(server, query, exclusive) {
  const { address, port, addressType, backlog, fd, flags } = query;
  if (exclusive || !isClusterWorker()) {
    listenHandle(server, address, port, addressType, backlog, fd, undefined, flags);
    return;
  }
  const listeningId = server._listeningId;
  require('cluster/cluster')._getServer(server, query, (errno, handle) => {
    if (errno !== 0) {
      // Nobody knows here what the primary was at: it is all called "bind".
      reportFailure(server, new ExceptionWithHostPort(errno, 'bind', address, port));
      return;
    }
    // Closed meanwhile, and perhaps listening anew.
    if (listeningId !== server._listeningId) {
      handle.close();
      return;
    }
    listenHandle(server, address, port, addressType, backlog, fd, handle, flags);
  });
}

/** A native server, bound: a handle, or a number that is the error. */
function createServerHandle(address, port, addressType, fd, flags) {
  if (typeof fd === 'number' && fd >= 0) {
    let handle;
    try {
      handle = createHandle(fd, true);
    } catch {
      return UV_EINVAL;
    }
    const status = handle.open(fd);
    if (status !== 0) {
      handle.close();
      return status;
    }
    return handle;
  }
  if (port === -1 && addressType === -1) {
    const handle = new native.Pipe(false, true);
    const status = handle.bind(address);
    if (status !== 0) {
      handle.close();
      return status;
    }
    return handle;
  }
  let handle = new native.TCP(true);
  let status;
  if (address) {
    status = handle.bind(address, port, flags ?? 0);
  } else {
    // All addresses of both families, where there is IPv6.
    status = handle.bind('::', port, flags ?? 0);
    if (status !== 0) {
      handle.close();
      handle = new native.TCP(true);
      status = handle.bind('0.0.0.0', port, (flags ?? 0) & ~UV_TCP_IPV6ONLY);
    }
  }
  if (status !== 0) {
    handle.close();
    return status;
  }
  return handle;
}

function listenHandle(server, address, port, addressType, backlog, fd, given, flags) {
  let handle = given;
  if (handle === undefined) {
    handle = createServerHandle(address, port, addressType, fd, flags);
    if (typeof handle === 'number') {
      fail(server, handle, address, port);
      return;
    }
  }
  server._handle = handle;
  handle.owner = server;
  handle.onconnection = onConnection;
  const status = handle.listen(backlog);
  if (status !== 0) {
    handle.close();
    server._handle = null;
    fail(server, status, address, port);
    return;
  }
  server._connectionKey = connectionKey(handle, address, port, addressType);
  if (server._unref) server.unref();
  hooks.triggeredBy(server._handle, () => nextTick(emitListening, server));
  if (listenChannel.hasSubscribers) listenChannel.asyncEnd.publish({ server });
}

/** What stands for this server where several processes share it. */
function connectionKey(handle, address, port, addressType) {
  if (address !== null || typeof port !== 'number' || port < 0) return `${addressType}:${address}:${port}`;
  // Every address: it depends on the machine which these are.
  const name = handle.getsockname();
  return typeof name === 'object' && name.family === 'IPv6' ? `6::::${port}` : `4:0.0.0.0:${port}`;
}

function fail(server, status, address, port) {
  const isEverywhere = address === null && typeof port === 'number' && port >= 0;
  reportFailure(server, new UVExceptionWithHostPort(status, 'listen', isEverywhere ? '::' : address, port));
}

function reportFailure(server, error) {
  if (listenChannel.hasSubscribers) listenChannel.error.publish({ server, error });
  nextTick(emitError, server, error);
}

function emitError(server, error) {
  server.emit('error', error);
}

function emitListening(server) {
  if (server._handle) server.emit('listening');
}

/** A connection has come in; `this` is the native server. */
function onConnection(status, client) {
  const server = this.owner;
  if (status !== 0) {
    server.emit('error', new ErrnoException(status, 'accept'));
    return;
  }
  if (
    server.maxConnections !== undefined &&
    server.maxConnections !== null &&
    server._connections >= server.maxConnections
  ) {
    drop(server, client);
    return;
  }
  if (server.blockList) {
    const peer = client.getpeername?.();
    // Who cannot be asked any more (a reset) is not let in either.
    if (peer && (typeof peer !== 'object' || server.blockList.check(peer.address, peer.family.toLowerCase()))) {
      client.close();
      return;
    }
  }
  if (server.noDelay && client.setNoDelay) client.setNoDelay(true);
  if (server.keepAlive && client.setKeepAlive) client.setKeepAlive(true, server.keepAliveInitialDelay);
  // A protocol that speaks natively (HTTP) takes the stream before there is a socket.
  if (server.takeStream !== undefined && !serverChannel.hasSubscribers && server.takeStream(client)) return;
  const socket = new Socket({
    handle: client,
    allowHalfOpen: server.allowHalfOpen,
    pauseOnConnect: server.pauseOnConnect,
    pauseOnCreate: server.readsLater === true,
    readable: true,
    writable: true,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  });
  if (server.noDelay) socket[kNoDelay] = true;
  if (server.keepAlive) socket[kKeepAlive] = { enable: true, delay: server.keepAliveInitialDelay };
  server._connections++;
  socket.server = server;
  socket._server = server;
  server.emit('connection', socket);
  if (serverChannel.hasSubscribers) serverChannel.publish({ socket });
}

function drop(server, client) {
  const data = client.getsockname ? {} : undefined;
  const local = client.getsockname?.();
  const remote = client.getpeername?.();
  if (local && typeof local === 'object')
    Object.assign(data, { localAddress: local.address, localPort: local.port, localFamily: local.family });
  if (remote && typeof remote === 'object')
    Object.assign(data, { remoteAddress: remote.address, remotePort: remote.port, remoteFamily: remote.family });
  client.close();
  server.emit('drop', data);
}

// --- closing and the rest -----------------------------------------------------------------------------------------------

Server.prototype.close = function (callback) {
  if (typeof callback === 'function') {
    if (!this._handle) {
      this.once('close', function () {
        callback(new ERR_SERVER_NOT_RUNNING());
      });
    } else {
      this.once('close', callback);
    }
  }
  // What is still to come from a cluster's primary comes too late.
  this._listeningId++;
  if (this._handle) {
    this._handle.close();
    this._handle = null;
  }
  this._emitCloseIfDrained();
  return this;
};

Server.prototype[Symbol.asyncDispose] = async function () {
  if (!this._handle) return;
  await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
};

Server.prototype._emitCloseIfDrained = function () {
  if (this._handle || this._connections) return;
  if (this._workers.length === 0) {
    nextTick(emitServerClose, this);
    return;
  }
  // Connections that were sent to children count until they close there.
  const workers = this._workers;
  this._workers = [];
  let waiting = workers.length;
  for (const worker of workers) {
    worker.close(() => {
      if (--waiting === 0) this._emitCloseIfDrained();
    });
  }
};

/** `worker`: what knows of those of this server's connections that are in a child. */
Server.prototype._setupWorker = function (worker) {
  this._workers.push(worker);
  worker.once('exit', () => {
    this._workers = this._workers.filter((other) => other !== worker);
  });
};

function emitServerClose(server) {
  server.emit('close');
}

Server.prototype.address = function () {
  if (this._handle?.getsockname) {
    const name = this._handle.getsockname();
    if (typeof name === 'number') throw new ErrnoException(name, 'address');
    return name;
  }
  return this._pipeName ?? null;
};

Server.prototype.getConnections = function (callback) {
  if (this._workers.length === 0) {
    nextTick(callback, null, this._connections);
    return this;
  }
  let total = this._connections;
  let waiting = this._workers.length;
  const onCount = (error, count) => {
    if (error) {
      waiting = -1;
      nextTick(callback, error);
      return;
    }
    total += count;
    if (--waiting === 0) nextTick(callback, null, total);
  };
  for (const worker of this._workers) worker.getConnections(onCount);
  return this;
};

Server.prototype.ref = function () {
  this._unref = false;
  if (this._handle) this._handle.ref();
  return this;
};

Server.prototype.unref = function () {
  this._unref = true;
  if (this._handle) this._handle.unref();
  return this;
};

Object.defineProperty(Server.prototype, 'listening', {
  __proto__: null,
  get() {
    return Boolean(this._handle);
  },
  configurable: true,
  enumerable: true,
});

Server.prototype[EventEmitter.captureRejectionSymbol] = function (error, event, socket) {
  if (event === 'connection') socket.destroy(error);
  else this.emit('error', error);
};

function createServer(options, connectionListener) {
  return new Server(options, connectionListener);
}

function connect(...args) {
  const normalized = normalizeArgs(args);
  const [options] = normalized;
  const socket = new Socket(options);
  // Aborted before it began.
  if (options.signal?.aborted) return socket;
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket.connect(normalized);
}

module.exports = {
  _createServerHandle: createServerHandle,
  _normalizeArgs: normalizeArgs,
  connect,
  createConnection: connect,
  createServer,
  isIP,
  isIPv4,
  isIPv6,
  BoundSocket,
  Server,
  Socket,
  Stream: Socket,
  ...settings,
};
delete module.exports.createHandle;

/** The native stream of a socket, for protocols that take it over. */
Object.defineProperty(module.exports, 'streamOf', {
  __proto__: null,
  value: (socket) => (socket instanceof Socket ? socket._handle : null),
  enumerable: false,
});

for (const name of ['BlockList', 'SocketAddress']) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    get: () => require('net/block_list')[name],
    configurable: true,
    enumerable: true,
  });
}
