// net.Socket: https://nodejs.org/api/net.html#class-netsocket
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes, ErrnoException } = require('errors/errors');
const { validateAbortSignal, validateFunction, validateInt32, validateNumber } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { Duplex } = require('stream/stream');
const { connect, normalizeArgs, ...settings } = require('net/connect');
const { kHandle, kKeepAlive, kNoDelay, kPeer, kTypeOfService } = require('net/symbols');

const native = binding('net');
const { UV_EOF } = native;
const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_FD_TYPE,
  ERR_SOCKET_CLOSED,
  ERR_SOCKET_CLOSED_BEFORE_CONNECTION,
} = codes;

const kBytesRead = Symbol('kBytesRead');
const kBytesWritten = Symbol('kBytesWritten');
const kPendingCallback = Symbol('kPendingCallback');
const kShutdownCallback = Symbol('kShutdownCallback');
const kOnread = Symbol('kOnread');
const kTimeout = Symbol('kTimeout');
const kReset = Symbol('kReset');

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
  if (options?.signal) validateAbortSignal(options.signal, 'signal');
  if (options?.typeOfService !== undefined) validateTypeOfService(options.typeOfService, 'options.typeOfService');
  if (options?.blockList && !require('net/block_list').BlockList.isBlockList(options.blockList))
    throw new ERR_INVALID_ARG_TYPE('options.blockList', 'net.BlockList', options.blockList);
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

  this[kNoDelay] = Boolean(options.noDelay);
  this[kKeepAlive] = {
    enable: Boolean(options.keepAlive),
    delay: Math.floor((options.keepAliveInitialDelay ?? 0) / 1000),
    interval: undefined,
    count: undefined,
  };
  this[kTypeOfService] = options.typeOfService;
  if (options.blockList) this.blockList = options.blockList;
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
    this._handle = require('net/bound_socket').adopt(options.handle) ?? options.handle;
    // It has an address, but no connection: there is nothing to read.
    if (this._handle !== options.handle) options.manualStart = true;
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
  if (!this.writableEnded) return Reflect.apply(Duplex.prototype.write, this, arguments);
  if (typeof encoding === 'function') callback = encoding;
  const error = new Error('This socket has been ended by the other party');
  error.code = 'EPIPE';
  if (typeof callback === 'function') nextTick(callback, error);
  this.destroy(error);
  return false;
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
  if (status) socket.destroy(new ErrnoException(status, 'read'));
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
    this[kNoDelay] = enable;
    return this;
  }
  if (this._handle.setNoDelay && enable !== this[kNoDelay]) {
    this[kNoDelay] = enable;
    this._handle.setNoDelay(enable);
  }
  return this;
};

/** setKeepAlive([enable][, initialDelay][, interval][, count]), times in milliseconds; or the same as an object */
Socket.prototype.setKeepAlive = function (enable, initialDelay, interval, count) {
  if (enable !== null && typeof enable === 'object') ({ enable, initialDelay, interval, count } = enable);
  const wanted = {
    enable: Boolean(enable),
    delay: toSeconds(initialDelay) ?? 0,
    interval: toSeconds(interval),
    count: count === undefined ? undefined : toCount(count),
  };
  const known = this[kKeepAlive];
  if (!this._handle) {
    this[kKeepAlive] = wanted;
    return this;
  }
  if (!this._handle.setKeepAlive) return this;
  const isNew =
    wanted.enable !== known.enable ||
    (wanted.enable &&
      (wanted.delay !== known.delay || wanted.interval !== known.interval || wanted.count !== known.count));
  if (!isNew) return this;
  this[kKeepAlive] = wanted;
  this._handle.setKeepAlive(wanted.enable, wanted.delay, wanted.interval, wanted.count);
  return this;
};

/** Whole seconds; 0 leaves the system's value as it is. */
function toSeconds(milliseconds) {
  return milliseconds === undefined ? undefined : toCount(milliseconds / 1000);
}

function toCount(value) {
  const whole = Math.floor(Number(value));
  return whole > 0 ? Math.min(whole, 0x7fff) : 0;
}

function validateTypeOfService(value, name) {
  if (Number.isNaN(value)) throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  validateInt32(value, name, 0, 255);
}

/** The type of service (IPv4) or traffic class (IPv6) of what leaves. */
Socket.prototype.setTypeOfService = function (tos) {
  validateTypeOfService(tos, 'tos');
  this[kTypeOfService] = tos;
  if (!this._handle?.setTypeOfService || this.connecting) return this;
  const status = this._handle.setTypeOfService(tos);
  if (status !== 0) throw new ErrnoException(status, 'setTypeOfService');
  return this;
};

Socket.prototype.getTypeOfService = function () {
  if (!this._handle?.getTypeOfService || this.connecting) return this[kTypeOfService] ?? 0;
  const result = this._handle.getTypeOfService();
  if (result < 0) throw new ErrnoException(result, 'getTypeOfService');
  return result;
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
  // The prototype has been asked.
  if (!this._writableState) return undefined;
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

Socket.prototype.connect = function (...args) {
  const [options, callback] = Array.isArray(args[0]) && args.length === 1 ? args[0] : normalizeArgs(args);
  if (this.write !== Socket.prototype.write) this.write = Socket.prototype.write;
  connect(this, options, callback);
  return this;
};

Socket.prototype[Symbol.asyncDispose] = async function () {
  if (!this.destroyed) this.destroy();
  await new Promise((resolve) => (this.closed ? resolve() : this.once('close', resolve)));
};

module.exports = { Socket, createHandle, normalizeArgs, ...settings };
