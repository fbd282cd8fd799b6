// net.Socket: https://nodejs.org/api/net.html#class-netsocket
'use strict';

const { Buffer } = require('buffer/buffer');
const hooks = require('async/hooks_internal');
const { codes, ErrnoException, ExceptionWithHostPort } = require('errors/errors');
const {
  validateBoolean,
  validateFunction,
  validateInt32,
  validateNumber,
  validatePort,
  validateString,
} = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { Duplex } = require('stream/stream');
const diagnostics = require('async/diagnostics_channel');

const native = binding('net');
const { UV_EOF, UV_ETIMEDOUT } = native;
const {
  ERR_INVALID_ADDRESS_FAMILY,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_FD_TYPE,
  ERR_INVALID_IP_ADDRESS,
  ERR_MISSING_ARGS,
  ERR_SOCKET_CLOSED,
  ERR_SOCKET_CLOSED_BEFORE_CONNECTION,
  ERR_SOCKET_CONNECTION_TIMEOUT,
} = codes;

const kBytesRead = Symbol('kBytesRead');
const kBytesWritten = Symbol('kBytesWritten');
const kHandle = Symbol('kHandle');
const kPendingCallback = Symbol('kPendingCallback');
const kShutdownCallback = Symbol('kShutdownCallback');
const kSetNoDelay = Symbol('kSetNoDelay');
const kSetKeepAlive = Symbol('kSetKeepAlive');
const kKeepAliveDelay = Symbol('kKeepAliveDelay');
const kOnread = Symbol('kOnread');
const kTimeout = Symbol('kTimeout');
const kPeer = Symbol('kPeer');
const kReset = Symbol('kReset');

const clientChannel = diagnostics.channel('net.client.socket');

let autoSelectFamilyDefault;
let autoSelectFamilyTimeout;

function getDefaultAutoSelectFamily() {
  return (autoSelectFamilyDefault ??=
    require('cli/options').getOptionValue('--network-family-autoselection') &&
    require('cli/options').getOptionValue('--enable-network-family-autoselection'));
}
function setDefaultAutoSelectFamily(value) {
  validateBoolean(value, 'value');
  autoSelectFamilyDefault = value;
}
function getDefaultAutoSelectFamilyAttemptTimeout() {
  return (autoSelectFamilyTimeout ??= require('cli/options').getOptionValue(
    '--network-family-autoselection-attempt-timeout',
  ));
}
function setDefaultAutoSelectFamilyAttemptTimeout(value) {
  validateInt32(value, 'value', 1);
  autoSelectFamilyTimeout = Math.max(value, 10);
}

/** A native stream for a descriptor. */
function createHandle(fd, isServer) {
  validateInt32(fd, 'fd', 0);
  const type = native.guessHandleType(fd);
  if (type === 'PIPE') return new native.Pipe(false, false);
  if (type === 'TCP') return new native.TCP(false);
  throw new ERR_INVALID_FD_TYPE(type);
}

function Socket(options) {
  if (!(this instanceof Socket)) return new Socket(options);
  if (options?.objectMode)
    throw new ERR_INVALID_ARG_VALUE('options.objectMode', options.objectMode, 'is not supported');
  if (options?.readableObjectMode || options?.writableObjectMode) {
    throw new ERR_INVALID_ARG_VALUE(
      `options.${options.readableObjectMode ? 'readableObjectMode' : 'writableObjectMode'}`,
      options.readableObjectMode || options.writableObjectMode,
      'is not supported',
    );
  }
  if (options?.keepAliveInitialDelay !== undefined) {
    validateNumber(options.keepAliveInitialDelay, 'options.keepAliveInitialDelay');
    if (options.keepAliveInitialDelay < 0) options = { ...options, keepAliveInitialDelay: 0 };
  }
  if (typeof options === 'number') options = { fd: options };
  else options = { ...options };
  options.allowHalfOpen = Boolean(options.allowHalfOpen);
  options.emitClose = false;
  options.autoDestroy = true;
  // Strings are encoded natively.
  options.decodeStrings = false;

  this.connecting = false;
  this._hadError = false;
  this[kHandle] = null;
  this._parent = null;
  this._host = null;
  this[kTimeout] = null;
  this.timeout = undefined;
  this[kBytesRead] = 0;
  this[kBytesWritten] = 0;
  this[kPendingCallback] = null;
  this[kShutdownCallback] = null;
  this[kPeer] = undefined;
  this._closeAfterHandlingError = false;
  Duplex.call(this, options);

  this[kSetNoDelay] = Boolean(options.noDelay);
  this[kSetKeepAlive] = Boolean(options.keepAlive);
  this[kKeepAliveDelay] = Math.floor((options.keepAliveInitialDelay ?? 0) / 1000);
  const { onread } = options;
  this[kOnread] = null;
  if (
    onread !== null &&
    typeof onread === 'object' &&
    (onread.buffer instanceof Uint8Array || typeof onread.buffer === 'function') &&
    typeof onread.callback === 'function'
  ) {
    this[kOnread] = {
      source: onread.buffer,
      buffer: nextBuffer(onread.buffer),
      callback: onread.callback,
      queue: [],
      waiting: false,
    };
  }

  if (options.handle) {
    this._handle = options.handle;
  } else if (options.fd !== undefined) {
    const { fd } = options;
    const handle = createHandle(fd, false);
    const status = handle.open(fd);
    if (status !== 0) {
      handle.close();
      throw new ErrnoException(status, 'open');
    }
    this._handle = handle;
    this._sockname = undefined;
  }
  this.on('end', onReadableEnd);
  if (!this._handle || options.pauseOnCreate || options.manualStart || options.readable === false) return;
  if (options.pauseOnConnect) this._readableState.flowing = false;
  else this.read(0);
}
Object.setPrototypeOf(Socket.prototype, Duplex.prototype);
Object.setPrototypeOf(Socket, Duplex);

/** The native stream, or null. Setting it ties its events to this socket. */
Object.defineProperty(Socket.prototype, '_handle', {
  __proto__: null,
  get() {
    return this[kHandle];
  },
  set(handle) {
    this[kHandle] = handle;
    if (handle) attach(this, handle);
  },
  configurable: true,
});

function attach(socket, handle) {
  handle.owner = socket;
  handle.onread = onRead;
  handle.onwrite = onWrite;
  handle.onshutdown = onShutdown;
}

function onReadableEnd() {
  if (!this.allowHalfOpen) this.write = writeAfterEnd;
}

function writeAfterEnd(chunk, encoding, callback) {
  if (!this.allowHalfOpen && this.writableEnded === false && this.readableEnded) {
    if (typeof encoding === 'function') callback = encoding;
    const error = new Error('This socket has been ended by the other party');
    error.code = 'EPIPE';
    if (typeof callback === 'function') nextTick(callback, error);
    this.destroy(error);
    return false;
  }
  return Duplex.prototype.write.call(this, chunk, encoding, callback);
}

// --- events of the native stream; `this` is the handle ------------------------------------------------------------------

function onRead(bytes, error) {
  const socket = this.owner;
  if (bytes !== undefined) {
    socket._unrefTimer();
    if (socket.destroyed) return;
    if (socket[kOnread] !== null) {
      deliverOnread(socket, bytes);
      return;
    }
    if (!socket.push(bytes)) this.readStop();
    return;
  }
  if (socket.destroyed) return;
  if (error === UV_EOF) {
    if (socket._readableState.length === 0) {
      socket.readable = false;
      socket._readableState.readable = true;
    }
    socket.push(null);
    socket.read(0);
    return;
  }
  socket.destroy(new ErrnoException(error, 'read'));
}

/** Where the next bytes go, of the option `onread.buffer`. */
function nextBuffer(source) {
  return typeof source === 'function' ? source() : source;
}

/** Bytes for the option `onread`: they wait while the socket is paused. */
function deliverOnread(socket, bytes) {
  const onread = socket[kOnread];
  onread.queue.push(bytes);
  if (!onread.waiting) drainOnread(socket, onread);
}

function drainOnread(socket, onread) {
  const { queue } = onread;
  let at = 0;
  while (queue.length > 0 && !socket.destroyed) {
    const [bytes] = queue;
    const target = onread.buffer;
    const count = Math.min(target.length, bytes.length - at);
    target.set(bytes.subarray(at, at + count));
    at += count;
    const more = Reflect.apply(onread.callback, socket, [count, target]);
    onread.buffer = nextBuffer(onread.source);
    if (at === bytes.length) {
      queue.shift();
      at = 0;
    }
    if (more === false) socket.pause();
    if (!socket.isPaused()) continue;
    if (at > 0) queue[0] = bytes.subarray(at);
    onread.waiting = true;
    socket.once('resume', () => {
      onread.waiting = false;
      drainOnread(socket, onread);
    });
    return;
  }
}

function onWrite(status) {
  const socket = this.owner;
  const callback = socket[kPendingCallback];
  socket[kPendingCallback] = null;
  socket._unrefTimer();
  if (callback === null) return;
  if (status < 0) {
    const error = new ErrnoException(status, 'write');
    if (!socket.destroyed || status !== native.UV_ECANCELED) socket.destroy(error);
    callback(error);
    return;
  }
  callback(null);
}

function onShutdown(status) {
  const socket = this.owner;
  const callback = socket[kShutdownCallback];
  socket[kShutdownCallback] = null;
  if (callback === null) return;
  if (status < 0 && status !== native.UV_ENOTCONN && !socket.destroyed)
    callback(new ErrnoException(status, 'shutdown'));
  else callback();
}

// --- reading and writing ------------------------------------------------------------------------------------------------

function tryReadStart(socket) {
  const status = socket._handle.readStart();
  if (status !== 0) socket.destroy(new ErrnoException(status, 'read'));
}

Socket.prototype._read = function (size) {
  if (this.connecting || !this._handle) {
    this.once('connect', () => this._read(size));
  } else {
    tryReadStart(this);
  }
};

Socket.prototype.pause = function () {
  if (this[kOnread] !== null && this._handle && !this.connecting) this._handle.readStop();
  return Duplex.prototype.pause.call(this);
};

Socket.prototype.resume = function () {
  if (this[kOnread] !== null && this._handle && !this.connecting) tryReadStart(this);
  return Duplex.prototype.resume.call(this);
};

Socket.prototype.read = function (n) {
  if (this[kOnread] !== null && this._handle && !this.connecting && !this.destroyed) tryReadStart(this);
  return Duplex.prototype.read.call(this, n);
};

const ENCODINGS = {
  __proto__: null,
  utf8: 0,
  'utf-8': 0,
  latin1: 1,
  binary: 1,
  ascii: 1,
  utf16le: 2,
  'utf-16le': 2,
  ucs2: 2,
  'ucs-2': 2,
};

Socket.prototype._write = function (data, encoding, callback) {
  this._writeGeneric(false, data, encoding, callback);
};

Socket.prototype._writev = function (chunks, callback) {
  this._writeGeneric(true, chunks, '', callback);
};

Socket.prototype._writeGeneric = function (isVector, data, encoding, callback) {
  if (this.connecting) {
    // The stream calls again when there is a connection; until then this is the pending write.
    this._pendingData = data;
    this._pendingEncoding = encoding;
    const onClose = () => callback(new ERR_SOCKET_CLOSED_BEFORE_CONNECTION());
    this.once('connect', () => {
      this.off('close', onClose);
      this._writeGeneric(isVector, data, encoding, callback);
    });
    this.once('close', onClose);
    return;
  }
  this._pendingData = null;
  this._pendingEncoding = '';
  const handle = this._handle;
  if (!handle) {
    callback(new ERR_SOCKET_CLOSED());
    return;
  }
  this._unrefTimer();
  let rest;
  if (isVector) {
    const list = [];
    for (const { chunk, encoding: each } of data) {
      if (typeof chunk === 'string') {
        const number = ENCODINGS[each.toLowerCase?.() ?? 'utf8'];
        if (number === undefined) list.push(Buffer.from(chunk, each), 0);
        else list.push(chunk, number);
      } else {
        list.push(chunk, 0);
      }
    }
    rest = handle.writeAll(list);
  } else if (typeof data === 'string') {
    const number = ENCODINGS[encoding.toLowerCase()];
    rest = number === undefined ? handle.writeBytes(Buffer.from(data, encoding)) : handle.writeText(data, number);
  } else {
    rest = handle.writeBytes(data);
  }
  if (rest < 0) {
    callback(new ErrnoException(rest, 'write'));
  } else if (rest === 0) {
    callback();
  } else {
    this[kPendingCallback] = callback;
  }
};

Socket.prototype._final = function (callback) {
  if (this.connecting) {
    this.once('connect', () => this._final(callback));
    return;
  }
  if (!this._handle) {
    callback();
    return;
  }
  const status = this._handle.shutdown();
  if (status === 0) this[kShutdownCallback] = callback;
  else if (status === native.UV_ENOTCONN) callback();
  else callback(new ErrnoException(status, 'shutdown'));
};

Socket.prototype.end = function (data, encoding, callback) {
  Duplex.prototype.end.call(this, data, encoding, callback);
  return this;
};

Socket.prototype.destroySoon = function () {
  if (this.writable) this.end();
  if (this.writableFinished) this.destroy();
  else this.once('finish', this.destroy);
};

Socket.prototype.resetAndDestroy = function () {
  if (this._handle) {
    if (!(this._handle instanceof native.TCP)) throw new codes.ERR_INVALID_HANDLE_TYPE();
    if (this.connecting) {
      this.once('connect', () => this._reset());
    } else {
      this._reset();
    }
  } else {
    this.destroy(new ERR_SOCKET_CLOSED());
  }
  return this;
};

Socket.prototype._reset = function () {
  this[kReset] = true;
  return this.destroy();
};

Socket.prototype._destroy = function (error, callback) {
  this.connecting = false;
  this._clearTimer();
  const handle = this._handle;
  if (handle) {
    this[kBytesRead] = handle.bytesRead;
    this[kBytesWritten] = handle.bytesWritten;
    const hadError = Boolean(error);
    const onClosed = () => {
      this.emit('close', hadError);
    };
    handle.onread = undefined;
    if (this[kReset]) {
      this[kReset] = false;
      const status = handle.reset(onClosed);
      if (status !== 0) {
        handle.close(onClosed);
        this.emit('error', new ErrnoException(status, 'reset'));
      }
    } else {
      handle.close(onClosed);
    }
    this[kHandle] = null;
    this._sockname = undefined;
    callback(error);
  } else {
    callback(error);
    nextTick(emitClose, this, Boolean(error));
  }
  if (this._server) {
    const server = this._server;
    server._connections--;
    server._emitCloseIfDrained?.();
    this._server = null;
  }
};

function emitClose(socket, hadError) {
  socket.emit('close', hadError);
}

// --- timeouts -----------------------------------------------------------------------------------------------------------

Socket.prototype.setTimeout = function (msecs, callback) {
  if (this.destroyed) return this;
  this.timeout = msecs;
  const duration = toDuration(msecs);
  this._clearTimer();
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (duration === 0) {
    if (callback) this.removeListener('timeout', callback);
  } else {
    const { setUnrefTimeout } = require('timers/internal');
    this[kTimeout] = setUnrefTimeout(() => this._onTimeout(), duration);
    if (callback) this.once('timeout', callback);
  }
  return this;
};

/** A time-out in milliseconds, as timers can have it. */
function toDuration(msecs) {
  validateNumber(msecs, 'msecs');
  if (msecs < 0 || !Number.isFinite(msecs))
    throw new codes.ERR_OUT_OF_RANGE('msecs', 'a non-negative finite number', msecs);
  if (msecs <= 2147483647) return msecs;
  process.emitWarning(
    `${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to 2147483647.`,
    'TimeoutOverflowWarning',
  );
  return 2147483647;
}

Socket.prototype._onTimeout = function () {
  const handle = this._handle;
  // Bytes that still leave are activity, too.
  if (handle && handle.writeQueueSize > 0 && this._lastQueueSize !== handle.writeQueueSize) {
    this._lastQueueSize = handle.writeQueueSize;
    this._unrefTimer();
    return;
  }
  this.emit('timeout');
};

Socket.prototype._clearTimer = function () {
  if (this[kTimeout] !== null) {
    const { clearTimeout } = require('timers/timers');
    clearTimeout(this[kTimeout]);
    this[kTimeout] = null;
  }
};

/** There was activity: the time-out begins anew. */
Socket.prototype._unrefTimer = function () {
  for (let socket = this; socket !== null && socket !== undefined; socket = socket._parent) {
    if (socket[kTimeout]) socket[kTimeout].refresh();
  }
};

Socket.prototype.setNoDelay = function (enable) {
  enable = Boolean(enable === undefined ? true : enable);
  if (!this._handle) {
    this[kSetNoDelay] = enable;
    return this;
  }
  if (this._handle.setNoDelay && enable !== this[kSetNoDelay]) {
    this[kSetNoDelay] = enable;
    this._handle.setNoDelay(enable);
  }
  return this;
};

Socket.prototype.setKeepAlive = function (enable, initialDelay) {
  enable = Boolean(enable);
  const delay = Math.floor((initialDelay ?? 0) / 1000);
  if (!this._handle) {
    this[kSetKeepAlive] = enable;
    this[kKeepAliveDelay] = delay;
    return this;
  }
  if (!this._handle.setKeepAlive) return this;
  if (enable !== this[kSetKeepAlive] || (enable && this[kKeepAliveDelay] !== delay)) {
    this[kSetKeepAlive] = enable;
    this[kKeepAliveDelay] = delay;
    this._handle.setKeepAlive(enable, delay);
  }
  return this;
};

Socket.prototype.ref = function () {
  if (!this._handle) this.once('connect', this.ref);
  else this._handle.ref();
  return this;
};

Socket.prototype.unref = function () {
  if (!this._handle) this.once('connect', this.unref);
  else this._handle.unref();
  return this;
};

// --- addresses and counters ---------------------------------------------------------------------------------------------

Socket.prototype.address = function () {
  return this._getsockname();
};

Socket.prototype._getsockname = function () {
  if (!this._handle?.getsockname) return {};
  if (!this._sockname) {
    const name = this._handle.getsockname();
    if (typeof name === 'number') return {};
    this._sockname = name;
  }
  return this._sockname;
};

Socket.prototype._getpeername = function () {
  if (this[kPeer]) return this[kPeer];
  if (!this._handle?.getpeername || this.connecting) return {};
  const name = this._handle.getpeername();
  if (typeof name === 'number') return {};
  return (this[kPeer] = name);
};

function define(name, get) {
  Object.defineProperty(Socket.prototype, name, { __proto__: null, get, configurable: true, enumerable: true });
}
define('_connecting', function () {
  return this.connecting;
});
define('pending', function () {
  return !this._handle || this.connecting;
});
define('readyState', function () {
  if (this.connecting) return 'opening';
  if (this.readable && this.writable) return 'open';
  if (this.readable) return 'readOnly';
  if (this.writable) return 'writeOnly';
  return 'closed';
});
define('bufferSize', function () {
  return this._handle ? this.writableLength : undefined;
});
define('bytesRead', function () {
  return this._handle ? this._handle.bytesRead : this[kBytesRead];
});
define('_bytesDispatched', function () {
  return this._handle ? this._handle.bytesWritten : this[kBytesWritten];
});
define('bytesWritten', function () {
  let bytes = this._bytesDispatched;
  const data = this._pendingData;
  for (const { chunk, encoding } of this._writableState.getBuffer())
    bytes += chunk instanceof Buffer ? chunk.length : Buffer.byteLength(chunk, encoding);
  if (Array.isArray(data)) {
    for (const { chunk, encoding } of data)
      bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;
  } else if (data) {
    bytes += typeof data === 'string' ? Buffer.byteLength(data, this._pendingEncoding) : data.byteLength;
  }
  return bytes;
});
define('remoteAddress', function () {
  return this._getpeername().address;
});
define('remoteFamily', function () {
  return this._getpeername().family;
});
define('remotePort', function () {
  return this._getpeername().port;
});
define('localAddress', function () {
  return this._getsockname().address;
});
define('localPort', function () {
  return this._getsockname().port;
});
define('localFamily', function () {
  return this._getsockname().family;
});

// --- connecting ---------------------------------------------------------------------------------------------------------

/** [options, callback] of connect(options), connect(path), connect(port, host), each with a callback behind. */
function normalizeArgs(args) {
  if (args.length === 0) return [{}, null];
  const [first] = args;
  let options = {};
  if (typeof first === 'object' && first !== null) options = first;
  else if (typeof first === 'string' && !(Number(first) >= 0 && first.trim() !== '' && toPort(first) !== false))
    options.path = first;
  else {
    options.port = first;
    if (args.length > 1 && typeof args[1] === 'string') options.host = args[1];
  }
  const last = args[args.length - 1];
  return [options, typeof last === 'function' ? last : null];
}

function toPort(value) {
  const number = Number(value);
  return number >= 0 ? number : false;
}

Socket.prototype.connect = function (...args) {
  const [options, callback] = Array.isArray(args[0]) && args.length === 1 ? args[0] : normalizeArgs(args);
  if (options.path === null || options.path === undefined) {
    if (options.port === undefined) throw new ERR_MISSING_ARGS(['options', 'port', 'path']);
  }
  if (this.write !== Socket.prototype.write) this.write = Socket.prototype.write;
  if (this.destroyed) {
    this[kHandle] = null;
    this[kPeer] = undefined;
    this._sockname = undefined;
  }
  const { path } = options;
  const isPipe = Boolean(path);
  if (!this._handle) {
    this._handle = isPipe ? new native.Pipe(false, false) : new native.TCP(false);
  }
  if (this._writableState.destroyed || this._readableState.destroyed) this._undestroy();
  if (callback !== null) this.once('connect', callback);
  this._unrefTimer();
  this.connecting = true;
  if (options.keepAlive) this[kSetKeepAlive] = true;
  if (options.noDelay) this[kSetNoDelay] = true;
  if (clientChannel.hasSubscribers) clientChannel.publish({ socket: this });
  if (isPipe) {
    validateString(path, 'options.path');
    this._pipePath = path;
    startConnect(this, () => this._handle.connect(path), path);
  } else {
    lookupAndConnect(this, options);
  }
  return this;
};

function startConnect(socket, connect, address, port, local) {
  const handle = socket._handle;
  handle.onconnect = (status) => afterConnect(socket, handle, status, address, port, local);
  const status = connect();
  if (status !== 0) {
    socket.destroy(connectError(status, address, port, localDetails(socket)));
  }
}

function connectError(status, address, port, local) {
  return new ExceptionWithHostPort(status, 'connect', address, port, local);
}

function localDetails(socket) {
  const name = socket._handle?.getsockname?.();
  return name && typeof name === 'object' && name.address !== '0.0.0.0' && name.address !== '::'
    ? `${name.address}:${name.port}`
    : undefined;
}

function afterConnect(socket, handle, status, address, port, local) {
  if (socket.destroyed || socket._handle !== handle) return;
  if (status === 0) {
    socket.connecting = false;
    socket._sockname = undefined;
    if (socket[kSetNoDelay] && handle.setNoDelay) handle.setNoDelay(true);
    if (socket[kSetKeepAlive] && handle.setKeepAlive) handle.setKeepAlive(true, socket[kKeepAliveDelay]);
    socket._unrefTimer();
    socket.emit('connect');
    socket.emit('ready');
    if (socket.readable && !socket.isPaused()) socket.read(0);
  } else {
    const error = connectError(status, address, port, local);
    if (local) {
      error.localAddress = local.address;
      error.localPort = local.port;
    }
    socket.destroy(error);
  }
}

function bindLocal(socket, localAddress, localPort, addressType) {
  if (!localAddress && !localPort) return 0;
  const address = localAddress || (addressType === 6 ? '::' : '0.0.0.0');
  return socket._handle.bind(address, localPort || 0, 0);
}

function lookupAndConnect(socket, options) {
  const { localAddress, localPort } = options;
  const host = options.host || 'localhost';
  let { port } = options;
  if (localAddress && !native.isIP(localAddress)) throw new ERR_INVALID_IP_ADDRESS(localAddress);
  if (localPort) validateNumber(localPort, 'options.localPort');
  if (port !== undefined) {
    if (typeof port !== 'number' && typeof port !== 'string')
      throw new ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port);
    validatePort(port);
  }
  port |= 0;
  const autoSelectFamily = options.autoSelectFamily ?? getDefaultAutoSelectFamily();
  if (options.autoSelectFamily !== undefined) validateBoolean(options.autoSelectFamily, 'options.autoSelectFamily');
  let attemptTimeout = options.autoSelectFamilyAttemptTimeout;
  if (attemptTimeout !== undefined) {
    validateInt32(attemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1);
    attemptTimeout = Math.max(attemptTimeout, 10);
  } else {
    attemptTimeout = getDefaultAutoSelectFamilyAttemptTimeout();
  }
  const { lookup } = options;
  if (lookup != null) validateFunction(lookup, 'options.lookup');

  const addressType = native.isIP(host);
  if (addressType) {
    nextTick(() => {
      if (socket.connecting) connectTo(socket, host, port, addressType, localAddress, localPort, options);
    });
    return;
  }
  const dns = require('dns/dns');
  const hints = options.hints || 0;
  const dnsOptions = {
    family: typeof options.family === 'string' ? Number(options.family.slice(4)) || 0 : options.family,
    hints,
  };
  if (options.hints && !options.lookup) dnsOptions.hints = hints;
  socket._host = host;
  // The program's own function must see who really runs.
  const resolve = lookup || ((...args) => hooks.triggeredBy(socket._handle, () => dns.lookup(...args)));
  if (autoSelectFamily && dnsOptions.family !== 4 && dnsOptions.family !== 6 && !localAddress) {
    dnsOptions.all = true;
    resolve(host, dnsOptions, (error, addresses) => {
      if (!socket.connecting) return;
      if (error) {
        nextTick(connectFailed, socket, error, options);
        return;
      }
      const list = Array.isArray(addresses) ? addresses : [];
      for (const { address, family } of list) {
        if (!native.isIP(address) || (family !== 4 && family !== 6)) continue;
        socket.emit('lookup', error, address, family, host);
      }
      const valid = interleave(
        list.filter(({ address, family }) => native.isIP(address) && (family === 4 || family === 6)),
      );
      if (valid.length === 0) {
        const [first] = list;
        if (first && !native.isIP(first.address))
          nextTick(connectFailed, socket, new ERR_INVALID_IP_ADDRESS(first.address));
        else nextTick(connectFailed, socket, new ERR_INVALID_ADDRESS_FAMILY(first?.family, host, port));
        return;
      }
      socket._unrefTimer();
      if (valid.length === 1)
        connectTo(socket, valid[0].address, port, valid[0].family, localAddress, localPort, options);
      else connectToMany(socket, valid, port, attemptTimeout, options);
    });
    return;
  }
  resolve(host, dnsOptions, (error, address, family) => {
    if (Array.isArray(address)) [{ address, family }] = address;
    socket.emit('lookup', error, address, family, host);
    if (!socket.connecting) return;
    if (error) {
      nextTick(connectFailed, socket, error);
    } else if (typeof address !== 'string' || !native.isIP(address)) {
      nextTick(connectFailed, socket, new ERR_INVALID_IP_ADDRESS(address));
    } else if (family !== 4 && family !== 6) {
      nextTick(connectFailed, socket, new ERR_INVALID_ADDRESS_FAMILY(family, host, port));
    } else {
      socket._unrefTimer();
      connectTo(socket, address, port, family, localAddress, localPort, options);
    }
  });
}

/** First families in turn: v6, v4, v6, ... beginning with that of the first address. */
function interleave(addresses) {
  if (addresses.length === 0) return addresses;
  const first = addresses.filter(({ family }) => family === addresses[0].family);
  const second = addresses.filter(({ family }) => family !== addresses[0].family);
  const result = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    if (first[i]) result.push(first[i]);
    if (second[i]) result.push(second[i]);
  }
  return result;
}

function connectFailed(socket, error) {
  socket.destroy(error);
}

function connectTo(socket, address, port, addressType, localAddress, localPort, options) {
  if (options?.blockList?.check?.(address, `ipv${addressType}`)) {
    socket.destroy(new codes.ERR_IP_BLOCKED(address));
    return;
  }
  const status = bindLocal(socket, localAddress, localPort, addressType);
  if (status !== 0) {
    socket.destroy(
      new ExceptionWithHostPort(status, 'bind', localAddress ?? (addressType === 6 ? '::' : '0.0.0.0'), localPort),
    );
    return;
  }
  socket.emit('connectionAttempt', address, port, addressType);
  startConnect(socket, () => socket._handle.connect(address, port), address, port, undefined);
}

/** Happy Eyeballs (RFC 8305): the next address is tried when the one before has failed or taken too long. */
function connectToMany(socket, addresses, port, timeout, options) {
  const errors = [];
  let at = -1;
  const { clearTimeout, setTimeout } = require('timers/timers');
  let timer;
  const next = () => {
    clearTimeout(timer);
    if (!socket.connecting || socket.destroyed) return;
    if (++at === addresses.length) {
      if (errors.length === 0) socket.destroy(new ERR_SOCKET_CONNECTION_TIMEOUT());
      else socket.destroy(aggregate(errors));
      return;
    }
    const { address, family } = addresses[at];
    if (at > 0) {
      const old = socket._handle;
      old.onconnect = undefined;
      old.close();
      socket[kHandle] = null;
      socket._handle = new native.TCP(false);
    }
    if (options?.blockList?.check?.(address, `ipv${family}`)) {
      const error = new codes.ERR_IP_BLOCKED(address);
      errors.push(error);
      socket.emit('connectionAttemptFailed', address, port, family, error);
      next();
      return;
    }
    const status = bindLocal(socket, undefined, options.localPort, family);
    if (status !== 0) {
      errors.push(new ExceptionWithHostPort(status, 'bind', family === 6 ? '::' : '0.0.0.0', options.localPort));
      next();
      return;
    }
    socket.emit('connectionAttempt', address, port, family);
    const handle = socket._handle;
    const fail = (code) => {
      const error = connectError(code, address, port);
      errors.push(error);
      socket.emit('connectionAttemptFailed', address, port, family, error);
      next();
    };
    handle.onconnect = (code) => {
      if (socket._handle !== handle) return;
      clearTimeout(timer);
      if (code === 0) afterConnect(socket, handle, 0, address, port);
      else if (!socket.destroyed) fail(code);
    };
    const started = handle.connect(address, port);
    if (started !== 0) {
      fail(started);
      return;
    }
    if (at < addresses.length - 1) {
      timer = setTimeout(() => {
        errors.push(connectError(UV_ETIMEDOUT, address, port));
        socket.emit('connectionAttemptTimeout', address, port, family);
        next();
      }, timeout);
      timer.unref?.();
      timer.ref?.();
    }
  };
  (socket.autoSelectFamilyAttemptedAddresses ??= []).push(...addresses.map(({ address }) => `${address}:${port}`));
  next();
}

function aggregate(errors) {
  if (errors.length === 1) return errors[0];
  const error = new AggregateError(errors);
  error.code = errors[0].code;
  return error;
}

Socket.prototype[Symbol.asyncDispose] = async function () {
  if (!this.destroyed) this.destroy();
  await new Promise((resolve) => (this.closed ? resolve() : this.once('close', resolve)));
};

module.exports = {
  Socket,
  createHandle,
  getDefaultAutoSelectFamily,
  getDefaultAutoSelectFamilyAttemptTimeout,
  normalizeArgs,
  setDefaultAutoSelectFamily,
  setDefaultAutoSelectFamilyAttemptTimeout,
};
