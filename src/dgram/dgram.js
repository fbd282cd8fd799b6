// node:dgram: https://nodejs.org/api/dgram.html
'use strict';

const EventEmitter = require('events/events');
const diagnostics = require('async/diagnostics_channel');
const hooks = require('async/hooks_internal');
const { deprecate } = require('util/deprecate');
const { nextTick } = require('process/next_tick');
const { codes, ErrnoException, ExceptionWithHostPort } = require('errors/errors');
const {
  validateAbortSignal,
  validateNumber,
  validateObject,
  validatePort,
  validateString,
  validateUint32,
} = require('errors/validators');
const { BOUND, BINDING, CONNECTED, CONNECTING, DISCONNECTED, UNBOUND, kState } = require('dgram/state');
const { bufferSize, createSocketHandle, newHandle } = require('dgram/handle');
const { send, sendto } = require('dgram/send');
const { isWorker: isClusterWorker } = require('cluster/start');

const { UDP, UV_UDP_IPV6ONLY, UV_UDP_REUSEADDR, UV_UDP_REUSEPORT } = binding('dgram');
const net = binding('net');

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_FD_TYPE,
  ERR_IP_BLOCKED,
  ERR_MISSING_ARGS,
  ERR_SOCKET_ALREADY_BOUND,
  ERR_SOCKET_BAD_BUFFER_SIZE,
  ERR_SOCKET_DGRAM_IS_CONNECTED,
  ERR_SOCKET_DGRAM_NOT_CONNECTED,
  ERR_SOCKET_DGRAM_NOT_RUNNING,
} = codes;

const socketChannel = diagnostics.channel('udp.socket');

/** @param {string | object} type 'udp4', 'udp6' or the options of createSocket() */
function Socket(type, listener) {
  EventEmitter.call(this);
  let options;
  if (type !== null && typeof type === 'object') {
    options = type;
    ({ type } = options);
    if (options.recvBufferSize) validateUint32(options.recvBufferSize, 'options.recvBufferSize');
    if (options.sendBufferSize) validateUint32(options.sendBufferSize, 'options.sendBufferSize');
  }
  const handle = newHandle(type, options?.lookup);
  handle.owner = this;
  this.type = type;
  if (typeof listener === 'function') this.on('message', listener);
  this[kState] = {
    handle,
    receiving: false,
    bindState: UNBOUND,
    connectState: DISCONNECTED,
    queue: undefined,
    reuseAddr: options?.reuseAddr,
    reusePort: options?.reusePort,
    ipv6Only: options?.ipv6Only,
    recvBufferSize: options?.recvBufferSize,
    sendBufferSize: options?.sendBufferSize,
    receiveBlockList: blockListOption(options, 'receiveBlockList'),
    sendBlockList: blockListOption(options, 'sendBlockList'),
  };
  if (options?.signal !== undefined) closeOnAbort(this, options.signal);
  if (socketChannel.hasSubscribers) socketChannel.publish({ socket: this });
}
Object.setPrototypeOf(Socket.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Socket, EventEmitter);

function blockListOption(options, name) {
  const list = options?.[name];
  if (!list) return undefined;
  if (!require('net/block_list').BlockList.isBlockList(list))
    throw new ERR_INVALID_ARG_TYPE(`options.${name}`, 'net.BlockList', list);
  return list;
}

function closeOnAbort(socket, signal) {
  validateAbortSignal(signal, 'options.signal');
  const close = () => {
    if (socket[kState].handle !== null) socket.close();
  };
  if (signal.aborted) {
    close();
    return;
  }
  const listening = require('events/events').addAbortListener(signal, close);
  socket.once('close', () => listening[Symbol.dispose]());
}

/** The state of a socket that is not closed. */
function running(socket) {
  const state = socket[kState];
  if (state.handle === null) throw new ERR_SOCKET_DGRAM_NOT_RUNNING();
  return state;
}

// --- binding ------------------------------------------------------------------------------------------------------------

function onMessage(bytes, address, port) {
  const socket = this.owner;
  if (bytes === undefined) {
    socket.emit('error', new ErrnoException(address, 'recvmsg'));
    return;
  }
  if (socket[kState].receiveBlockList?.check(address, socket.type === 'udp6' ? 'ipv6' : 'ipv4')) return;
  const family = socket.type === 'udp6' ? 'IPv6' : 'IPv4';
  socket.emit('message', bytes, { address, family, port, size: bytes.length });
}

function startReceiving(socket, state) {
  const { handle } = state;
  handle.onmessage = onMessage;
  handle.recvStart();
  state.receiving = true;
  state.bindState = BOUND;
  if (state.recvBufferSize) bufferSize(handle, state.recvBufferSize, true);
  if (state.sendBufferSize) bufferSize(handle, state.sendBufferSize, false);
}

/** Another handle takes the place of the one that the socket was made with. */
function replaceHandle(socket, state, handle) {
  handle.lookup = state.handle.lookup;
  handle.numeric = state.handle.numeric;
  handle.owner = socket;
  state.handle.close();
  state.handle = handle;
}

function bindFlags(state) {
  let flags = 0;
  if (state.reuseAddr) flags |= UV_UDP_REUSEADDR;
  if (state.ipv6Only) flags |= UV_UDP_IPV6ONLY;
  if (state.reusePort) flags |= UV_UDP_REUSEPORT;
  return flags;
}

function bindFailed(socket, error) {
  socket[kState].bindState = UNBOUND;
  socket.emit('error', error);
}

/** A worker of a cluster shares the primary's socket. */
function bindShared(socket, options) {
  require('cluster/cluster')._getServer(socket, { ...options, addressType: socket.type }, (status, handle) => {
    const state = socket[kState];
    // Closed meanwhile.
    if (state.handle === null) {
      handle?.close();
      return;
    }
    if (status) {
      bindFailed(socket, new ExceptionWithHostPort(status, 'bind', options.address, options.port));
      return;
    }
    replaceHandle(socket, state, handle);
    startReceiving(socket, state);
    socket.emit('listening');
  });
}

const isSharing = (exclusive) => !exclusive && isClusterWorker();

/** One call of `callback` when the socket is bound, none when that fails. */
function onceBound(socket, callback) {
  const forget = () => {
    socket.removeListener(EventEmitter.errorMonitor, forget);
    socket.removeListener('listening', onListening);
  };
  const onListening = () => {
    forget();
    Reflect.apply(callback, socket, []);
  };
  socket.on('listening', onListening);
  socket.on(EventEmitter.errorMonitor, forget);
}

function bindDescriptor(socket, state, fd, exclusive) {
  if (isSharing(exclusive)) {
    bindShared(socket, { address: null, port: null, fd, flags: null });
    return;
  }
  const type = net.guessHandleType(fd);
  if (type !== 'UDP') throw new ERR_INVALID_FD_TYPE(type);
  const status = state.handle.open(fd);
  if (status !== 0) throw new ErrnoException(status, 'open');
  startReceiving(socket, state);
  socket.emit('listening');
}

/** socket.bind([port][, address][, callback]), socket.bind(options[, callback]) */
Socket.prototype.bind = function (port, address /* , callback */) {
  const state = running(this);
  if (state.bindState !== UNBOUND) throw new ERR_SOCKET_ALREADY_BOUND();
  state.bindState = BINDING;
  const callback = arguments[arguments.length - 1];
  if (typeof callback === 'function') onceBound(this, callback);

  if (port instanceof UDP) {
    replaceHandle(this, state, port);
    startReceiving(this, state);
    this.emit('listening');
    return this;
  }
  let exclusive = false;
  if (port !== null && typeof port === 'object') {
    exclusive = Boolean(port.exclusive);
    if (Number.isInteger(port.fd) && port.fd > 0) {
      bindDescriptor(this, state, port.fd, exclusive);
      return this;
    }
    ({ port, address } = port);
  } else if (typeof address === 'function') {
    address = undefined;
  }
  if (state.reusePort) exclusive = true;
  address ||= this.type === 'udp4' ? '0.0.0.0' : '::';
  state.handle.lookup(address, (error, ip) => {
    if (state.handle === null) return;
    if (error) {
      bindFailed(this, error);
      return;
    }
    const flags = bindFlags(state);
    if (isSharing(exclusive)) {
      bindShared(this, { address: ip, port, fd: -1, flags });
      return;
    }
    const status = state.handle.bind(ip, toPort(port), flags);
    if (status !== 0) {
      bindFailed(this, new ExceptionWithHostPort(status, 'bind', ip, port));
      return;
    }
    startReceiving(this, state);
    this.emit('listening');
  });
  return this;
};

/** What is no port stands for any. */
function toPort(port) {
  return Number(port) & 0xffff;
}

/**
 * Binds at once; 'listening' follows in the next tick. Takes numeric addresses alone.
 * @param {{port?: number, address?: string}} [options]
 * @returns {{address: string, family: string, port: number}}
 */
Socket.prototype.bindSync = function (options = {}) {
  const state = running(this);
  if (state.bindState !== UNBOUND) throw new ERR_SOCKET_ALREADY_BOUND();
  validateObject(options, 'options');
  const { port = 0, address } = options;
  validatePort(port, 'options.port');
  const ip = numericAddress(address, this.type === 'udp4' ? '0.0.0.0' : '::', 'options.address', 'bindSync');
  bindNow(this, state, ip, port | 0);
  return this.address();
};

function numericAddress(address, otherwise, name, method) {
  if (address === undefined || address === null || address === '') return otherwise;
  validateString(address, name);
  if (net.isIP(address) === 0) {
    const reason = `must be a numeric IP address; ${method} does not perform DNS resolution`;
    throw new ERR_INVALID_ARG_VALUE(name, address, reason);
  }
  return address;
}

function bindNow(socket, state, ip, port) {
  const status = state.handle.bind(ip, port, bindFlags(state));
  if (status !== 0) throw new ExceptionWithHostPort(status, 'bind', ip, port);
  startReceiving(socket, state);
  nextTick(() => {
    if (state.handle !== null) socket.emit('listening');
  });
}

// --- connecting ---------------------------------------------------------------------------------------------------------

/** socket.connect(port[, address][, callback]) */
Socket.prototype.connect = function (port, address, callback) {
  port = validatePort(port, 'Port', false);
  if (typeof address === 'function') {
    callback = address;
    address = '';
  } else if (address === undefined) {
    address = '';
  }
  validateString(address, 'address');
  const state = running(this);
  if (state.connectState !== DISCONNECTED) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  state.connectState = CONNECTING;
  if (state.bindState === UNBOUND) this.bind({ port: 0, exclusive: true }, null);
  const begin = () => startConnect(this, state, port, address, callback);
  if (state.bindState === BOUND) begin();
  else enqueue(this, begin);
};

function startConnect(socket, state, port, address, callback) {
  if (callback) socket.once('connect', callback);
  state.handle.lookup(address, (error, ip) => {
    if (state.handle === null) return;
    error ??= connectNow(state, ip, address, port);
    if (error) {
      state.connectState = DISCONNECTED;
      nextTick(connectFailed, socket, error, callback);
      return;
    }
    state.connectState = CONNECTED;
    nextTick(() => socket.emit('connect'));
  });
}

/** The error, if there is one. */
function connectNow(state, ip, address, port) {
  if (state.sendBlockList?.check(ip, `ipv${net.isIP(ip)}`)) return new ERR_IP_BLOCKED(ip);
  const status = state.handle.connect(ip, port);
  return status === 0 ? undefined : new ExceptionWithHostPort(status, 'connect', address, port);
}

function connectFailed(socket, error, callback) {
  if (callback) {
    socket.removeListener('connect', callback);
    callback(error);
  } else {
    socket.emit('error', error);
  }
}

/** Connects at once; 'connect' follows in the next tick. Takes numeric addresses alone. */
Socket.prototype.connectSync = function (port, address) {
  port = validatePort(port, 'Port', false);
  const ip = numericAddress(address, this.type === 'udp4' ? '127.0.0.1' : '::1', 'address', 'connectSync');
  const state = running(this);
  if (state.connectState !== DISCONNECTED) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  if (state.bindState === BINDING) throw new ERR_SOCKET_ALREADY_BOUND();
  if (state.bindState === UNBOUND) bindNow(this, state, this.type === 'udp4' ? '0.0.0.0' : '::', 0);
  const error = connectNow(state, ip, ip, port);
  if (error) throw error;
  state.connectState = CONNECTED;
  nextTick(() => {
    if (state.handle !== null) this.emit('connect');
  });
};

Socket.prototype.disconnect = function () {
  const state = this[kState];
  if (state.connectState !== CONNECTED || state.handle === null) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
  const status = state.handle.disconnect();
  if (status !== 0) throw new ErrnoException(status, 'connect');
  state.connectState = DISCONNECTED;
};

// --- sending ------------------------------------------------------------------------------------------------------------

/** `action` runs when the socket is bound; when that fails all of them are forgotten. */
function enqueue(socket, action) {
  const state = socket[kState];
  if (state.queue !== undefined) {
    state.queue.push(action);
    return;
  }
  const end = () => {
    socket.removeListener('listening', onListening);
    socket.removeListener(EventEmitter.errorMonitor, onError);
    const { queue } = state;
    state.queue = undefined;
    return queue;
  };
  const onListening = () => {
    for (const each of end()) each();
  };
  const onError = end;
  state.queue = [action];
  socket.on('listening', onListening);
  socket.on(EventEmitter.errorMonitor, onError);
}

Socket.prototype.sendto = sendto;
Socket.prototype.send = function (msg, offset, length, port, address, callback) {
  send(this, enqueue, msg, offset, length, port, address, callback);
};

// --- closing ------------------------------------------------------------------------------------------------------------

Socket.prototype.close = function (callback) {
  const state = this[kState];
  if (typeof callback === 'function') this.on('close', callback);
  // What was sent before goes first.
  if (state.queue !== undefined) {
    state.queue.push(() => this.close());
    return this;
  }
  running(this);
  const { handle } = state;
  state.receiving = false;
  handle.recvStop();
  handle.close();
  state.handle = null;
  hooks.triggeredBy(handle, () => nextTick(emitClose, this));
  return this;
};

function emitClose(socket) {
  socket.emit('close');
}

Socket.prototype.address = function () {
  const name = running(this).handle.getsockname();
  if (typeof name === 'number') throw new ErrnoException(name, 'getsockname');
  return name;
};

Socket.prototype.remoteAddress = function () {
  const state = running(this);
  if (state.connectState !== CONNECTED) throw new ERR_SOCKET_DGRAM_NOT_CONNECTED();
  const name = state.handle.getpeername();
  if (typeof name === 'number') throw new ErrnoException(name, 'getpeername');
  return name;
};

// --- options of the kernel's --------------------------------------------------------------------------------------------

function check(status, syscall) {
  if (status !== 0) throw new ErrnoException(status, syscall);
}

Socket.prototype.setBroadcast = function (flag) {
  check(running(this).handle.setBroadcast(Boolean(flag)), 'setBroadcast');
};

Socket.prototype.setTTL = function (ttl) {
  validateNumber(ttl, 'ttl');
  check(running(this).handle.setTTL(ttl), 'setTTL');
  return ttl;
};

Socket.prototype.setMulticastTTL = function (ttl) {
  validateNumber(ttl, 'ttl');
  check(running(this).handle.setMulticastTTL(ttl), 'setMulticastTTL');
  return ttl;
};

Socket.prototype.setMulticastLoopback = function (flag) {
  check(running(this).handle.setMulticastLoopback(Boolean(flag)), 'setMulticastLoopback');
  return flag;
};

Socket.prototype.setMulticastInterface = function (interfaceAddress) {
  const { handle } = running(this);
  validateString(interfaceAddress, 'interfaceAddress');
  check(handle.setMulticastInterface(interfaceAddress), 'setMulticastInterface');
};

function setMembership(socket, group, interfaceAddress, join) {
  const { handle } = running(socket);
  if (!group) throw new ERR_MISSING_ARGS('multicastAddress');
  const which = interfaceAddress === undefined || interfaceAddress === null ? undefined : `${interfaceAddress}`;
  check(handle.setMembership(`${group}`, which, join), join ? 'addMembership' : 'dropMembership');
}

Socket.prototype.addMembership = function (multicastAddress, interfaceAddress) {
  setMembership(this, multicastAddress, interfaceAddress, true);
};

Socket.prototype.dropMembership = function (multicastAddress, interfaceAddress) {
  setMembership(this, multicastAddress, interfaceAddress, false);
};

function setSourceMembership(socket, source, group, interfaceAddress, join) {
  const { handle } = running(socket);
  validateString(source, 'sourceAddress');
  validateString(group, 'groupAddress');
  const which = interfaceAddress === undefined || interfaceAddress === null ? undefined : `${interfaceAddress}`;
  const status = handle.setSourceMembership(source, group, which, join);
  check(status, join ? 'addSourceSpecificMembership' : 'dropSourceSpecificMembership');
}

Socket.prototype.addSourceSpecificMembership = function (sourceAddress, groupAddress, interfaceAddress) {
  setSourceMembership(this, sourceAddress, groupAddress, interfaceAddress, true);
};

Socket.prototype.dropSourceSpecificMembership = function (sourceAddress, groupAddress, interfaceAddress) {
  setSourceMembership(this, sourceAddress, groupAddress, interfaceAddress, false);
};

Socket.prototype.ref = function () {
  this[kState].handle?.ref();
  return this;
};

Socket.prototype.unref = function () {
  this[kState].handle?.unref();
  return this;
};

function setBufferSize(socket, size, isReceiving) {
  if (size >>> 0 !== size) throw new ERR_SOCKET_BAD_BUFFER_SIZE();
  // 0 would only ask.
  bufferSize(running(socket).handle, size, isReceiving);
}

Socket.prototype.setRecvBufferSize = function (size) {
  setBufferSize(this, size, true);
};

Socket.prototype.setSendBufferSize = function (size) {
  setBufferSize(this, size, false);
};

Socket.prototype.getRecvBufferSize = function () {
  return bufferSize(running(this).handle, 0, true);
};

Socket.prototype.getSendBufferSize = function () {
  return bufferSize(running(this).handle, 0, false);
};

Socket.prototype.getSendQueueSize = function () {
  return running(this).handle.getSendQueueSize();
};

Socket.prototype.getSendQueueCount = function () {
  return running(this).handle.getSendQueueCount();
};

Socket.prototype[Symbol.asyncDispose] = async function () {
  if (this[kState].handle === null) return;
  await new Promise((resolve) => this.close(resolve));
};

// --- what programs should not have seen ---------------------------------------------------------------------------------

for (const name of ['handle', 'receiving', 'bindState', 'queue', 'reuseAddr']) {
  const message = `Socket.prototype._${name} is deprecated`;
  Object.defineProperty(Socket.prototype, `_${name}`, {
    __proto__: null,
    get: deprecate(
      function () {
        return this[kState][name];
      },
      message,
      'DEP0112',
    ),
    set: deprecate(
      function (value) {
        this[kState][name] = value;
      },
      message,
      'DEP0112',
    ),
    configurable: true,
    enumerable: false,
  });
}

Socket.prototype._healthCheck = deprecate(
  function () {
    running(this);
  },
  'Socket.prototype._healthCheck() is deprecated',
  'DEP0112',
);

Socket.prototype._stopReceiving = deprecate(
  function () {
    const state = running(this);
    state.handle.recvStop();
    state.receiving = false;
  },
  'Socket.prototype._stopReceiving() is deprecated',
  'DEP0112',
);

/**
 * @param {string | object} type
 * @param {(msg: Buffer, rinfo: object) => void} [listener] of 'message'
 */
function createSocket(type, listener) {
  return new Socket(type, listener);
}

module.exports = {
  _createSocketHandle: deprecate(createSocketHandle, 'dgram._createSocketHandle() is deprecated', 'DEP0112'),
  createSocket,
  Socket,
};
