'use strict';

// ClientRequest: one request, from the choice of a connection to the last byte of the response.
// What happens on the connection once there is one is http/client_connection.

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateBoolean, validateInteger, validateNumber, validateString } = require('errors/validators');
const net = require('net/net');
const { URL, urlToHttpOptions } = require('url/url');
const { OutgoingMessage, parseUniqueHeadersOption } = require('http/outgoing');
const {
  connectionReset,
  isToken,
  validateParserOptions,
  kOutHeaders,
  kSocket,
  kUniqueHeaders,
} = require('http/common');
const agents = require('http/agent');
const { ClientConnection } = require('http/client_connection');
const perf = require('http/perf');
const channels = require('async/diagnostics_channel');

const startChannel = channels.channel('http.client.request.start');
const createdChannel = channels.channel('http.client.request.created');
const errorChannel = channels.channel('http.client.request.error');

const kError = Symbol('kError');
const kPath = Symbol('kPath');

const INVALID_PATH = /[^\u0021-\u00ff]/;
const TIMEOUT_MAX = 2 ** 31 - 1;

function checkHost(host, name) {
  if (host !== null && host !== undefined && typeof host !== 'string') {
    throw new codes.ERR_INVALID_ARG_TYPE(`options.${name}`, ['string', 'undefined', 'null'], host);
  }
  return host;
}

/** Milliseconds that a timer can take. */
function timerDuration(msecs, name) {
  validateNumber(msecs, name);
  if (msecs < 0 || !Number.isFinite(msecs))
    throw new codes.ERR_OUT_OF_RANGE(name, 'a non-negative finite number', msecs);
  if (msecs > TIMEOUT_MAX) {
    process.emitWarning(
      `${msecs} does not fit into a 32-bit signed integer.\nTimer duration was truncated to ${TIMEOUT_MAX}.`,
      'TimeoutOverflowWarning',
    );
    return TIMEOUT_MAX;
  }
  return msecs;
}

/**
 * @param {string|URL|object} input
 * @param {object} [options]
 * @param {(res: IncomingMessage) => void} [callback] once for 'response'
 */
function ClientRequest(input, options, callback) {
  OutgoingMessage.call(this);

  if (typeof input === 'string') input = urlToHttpOptions(new URL(input));
  else if (isURL(input)) input = urlToHttpOptions(input);
  else {
    callback = options;
    options = input;
    input = null;
  }
  if (typeof options === 'function') {
    callback = options;
    options = input || {};
  } else {
    options = Object.assign(input || {}, options);
  }

  const defaultAgent = options._defaultAgent || agents.globalAgent;
  this.agent = chooseAgent(options, defaultAgent);
  const protocol = options.protocol || defaultAgent.protocol;
  const expectedProtocol = this.agent?.protocol || defaultAgent.protocol;
  if (options.path) checkPath(String(options.path));
  if (protocol !== expectedProtocol) throw new codes.ERR_INVALID_PROTOCOL(protocol, expectedProtocol);

  const defaultPort = options.defaultPort || this.agent?.defaultPort;
  const port = (options.port = options.port || defaultPort || 80);
  const host = (options.host =
    checkHost(options.hostname, 'hostname') || checkHost(options.host, 'host') || 'localhost');

  const setDefaults = options.setDefaultHeaders !== false;
  const setHost = options.setHost !== undefined ? Boolean(options.setHost) : setDefaults;
  if (!setDefaults) this._removedConnection = this._removedContLen = this._removedTE = true;

  this.socketPath = options.socketPath;
  if (options.timeout !== undefined) this.timeout = timerDuration(options.timeout, 'timeout');
  this.res = null;
  this[kError] = undefined;
  const { signal } = options;
  if (signal) {
    options = { ...options, signal: undefined };
    delete options.signal;
    require('stream/stream').addAbortSignal(signal, this);
  }

  const { method } = options;
  if (method !== null && method !== undefined && typeof method !== 'string') {
    throw new codes.ERR_INVALID_ARG_TYPE('options.method', 'string', method);
  }
  if (method && !isToken(method)) throw new codes.ERR_INVALID_HTTP_TOKEN('Method', method);
  this.method = method ? method.toUpperCase() : 'GET';

  if (options.maxHeaderSize !== undefined) validateInteger(options.maxHeaderSize, 'maxHeaderSize', 0);
  this.maxHeaderSize = options.maxHeaderSize;
  validateParserOptions(options);
  this.insecureHTTPParser = options.insecureHTTPParser;
  this.httpValidation = options.httpValidation;
  if (options.joinDuplicateHeaders !== undefined)
    validateBoolean(options.joinDuplicateHeaders, 'options.joinDuplicateHeaders');
  this.joinDuplicateHeaders = options.joinDuplicateHeaders;

  this[kPath] = options.path || '/';
  if (callback) this.once('response', callback);

  this.useChunkedEncodingByDefault = !/^(?:GET|HEAD|DELETE|OPTIONS|TRACE|CONNECT)$/.test(this.method);
  this._ended = false;
  this.aborted = false;
  this.timeoutCb = null;
  this.upgradeOrConnect = false;
  this.parser = null;
  this.maxHeadersCount = null;
  this.reusedSocket = false;
  this.host = host;
  this.protocol = protocol;

  if (this.agent) {
    // Without reuse and without a limit there is nobody to keep a connection for.
    const single = !this.agent.keepAlive && !Number.isFinite(this.agent.maxSockets);
    this._last = single;
    this.shouldKeepAlive = !single;
  }

  const { headers } = options;
  const hostHeader = setHost && host ? hostHeaderOf(host, port, defaultPort) : null;
  const authorization = options.auth ? `Basic ${Buffer.from(options.auth).toString('base64')}` : null;
  const proxy = this.agent?._proxy;
  if (Array.isArray(headers)) {
    proxy?.rewrite(this, options, host, port, defaultPort);
    storeList(this, headers);
  } else {
    if (headers) {
      for (const key of Object.keys(headers)) this.setHeader(key, headers[key]);
    }
    if (hostHeader !== null && !this.getHeader('host')) this.setHeader('Host', hostHeader);
    if (authorization !== null && !this.getHeader('Authorization')) this.setHeader('Authorization', authorization);
    proxy?.rewrite(this, options, host, port, defaultPort);
    if (this.getHeader('expect')) {
      if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('render');
      this._implicitHeader();
    }
  }
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);

  connect(this, options);
  if (createdChannel.hasSubscribers) createdChannel.publish({ request: this });
}
Object.setPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ClientRequest, OutgoingMessage);

const prototype = ClientRequest.prototype;

function isURL(value) {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
}

function chooseAgent(options, defaultAgent) {
  const { agent } = options;
  if (agent === false) return new defaultAgent.constructor();
  if (agent === null || agent === undefined) {
    // Who makes his connections himself wants no pool.
    return typeof options.createConnection === 'function' ? undefined : defaultAgent;
  }
  if (typeof agent.addRequest !== 'function') {
    throw new codes.ERR_INVALID_ARG_TYPE('options.agent', ['Agent-like Object', 'undefined', 'false'], agent);
  }
  return agent;
}

function hostHeaderOf(host, port, defaultPort) {
  // An IPv6 address goes in brackets.
  const colon = host.indexOf(':');
  let header = host;
  if (colon !== -1 && host.includes(':', colon + 1) && host[0] !== '[') header = `[${host}]`;
  return port && +port !== defaultPort ? `${header}:${port}` : header;
}

/** Headers as a list go out as they are, in their order, and nothing is added but what frames the message. */
function storeList(req, headers) {
  req._storeHeader(`${req.method} ${req.path} HTTP/1.1\r\n`, headers);
}

/** Finds a connection. */
function connect(req, options) {
  if (req.agent) {
    req.agent.addRequest(req, options);
    return;
  }
  // A connection for this request alone.
  req._last = true;
  req.shouldKeepAlive = false;
  let opts = options;
  if (opts.path || opts.socketPath) opts = { ...options, path: options.socketPath };
  if (req.timeout !== undefined) opts.timeout = req.timeout;
  if (typeof options.createConnection !== 'function') {
    req.onSocket(net.createConnection(opts));
    return;
  }
  let called = false;
  const created = (error, socket) => {
    if (called) return;
    called = true;
    if (error) process.nextTick(emitErrorEvent, req, error);
    else req.onSocket(socket);
  };
  try {
    const socket = options.createConnection(opts, created);
    if (socket) created(null, socket);
  } catch (error) {
    created(error);
  }
}

function checkPath(path) {
  if (INVALID_PATH.test(path)) throw new codes.ERR_UNESCAPED_CHARACTERS('Request path');
}

Object.defineProperty(prototype, 'path', {
  get() {
    return this[kPath];
  },
  set(value) {
    const path = `${value}`;
    checkPath(path);
    this[kPath] = path;
  },
  configurable: true,
  enumerable: true,
});

prototype._finish = function _finish() {
  OutgoingMessage.prototype._finish.call(this);
  if (perf.observed()) perf.mark(this);
  if (startChannel.hasSubscribers) startChannel.publish({ request: this });
};

prototype._implicitHeader = function _implicitHeader() {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('render');
  this._storeHeader(`${this.method} ${this.path} HTTP/1.1\r\n`, this[kOutHeaders]);
};

prototype.abort = function abort() {
  if (this.aborted) return;
  this.aborted = true;
  process.nextTick(emitAbort, this);
  this.destroy();
};

function emitAbort(req) {
  req.emit('abort');
}

prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  // What is left of the response interests nobody.
  this.res?._dump();
  this[kError] = error;
  this[kSocket]?.destroy(error);
  return this;
};

function emitErrorEvent(req, error) {
  if (errorChannel.hasSubscribers) errorChannel.publish({ request: req, error });
  req.emit('error', error);
}

/** A connection, or the reason why there is none. */
prototype.onSocket = function onSocket(socket, error) {
  // Until we have the socket in hand, in a tick, an error of it must not go unheard.
  let guard = null;
  if (socket && !error) {
    guard = (early) => {
      this[kError] ??= early;
    };
    socket.on('error', guard);
  }
  process.nextTick(takeSocket, this, socket, error, guard);
};

function takeSocket(req, socket, error, guard) {
  if (guard !== null) {
    socket.removeListener('error', guard);
    if (!req.destroyed) error = req[kError];
  }
  if (!req.destroyed && !error) {
    ClientConnection.take(req, socket);
    req._flush();
    return;
  }
  // Too late: an agent can use the connection for another request.
  if (socket) {
    if (!error && req.agent && !socket.destroyed) socket.emit('free');
    else {
      require('stream/stream').finished(socket.destroy(error || req[kError]), (closeError) => {
        if (closeError?.code === 'ERR_STREAM_PREMATURE_CLOSE') closeError = null;
        closeWithout(req, closeError || error || req[kError]);
      });
      return;
    }
  }
  closeWithout(req, error || req[kError]);
}

/** The request ends without ever having had a connection. */
function closeWithout(req, error) {
  req.destroyed = true;
  if (!error && !req.aborted) error = connectionReset('socket hang up');
  if (error) emitErrorEvent(req, error);
  req._closed = true;
  req.emit('close');
}

prototype._deferToConnect = function _deferToConnect(method, args) {
  // Before there is a connected socket there is nothing to call.
  const call = () => {
    if (method) Reflect.apply(this.socket[method], this.socket, args);
  };
  const onSocket = () => {
    if (this.socket.writable) call();
    else this.socket.once('connect', call);
  };
  if (this.socket) onSocket();
  else this.once('socket', onSocket);
};

/** `this` is the socket. */
function emitRequestTimeout() {
  this._httpMessage?.emit('timeout');
}

function listenForTimeout(req) {
  if (req.timeoutCb) return;
  req.timeoutCb = emitRequestTimeout;
  if (req.socket) req.socket.once('timeout', emitRequestTimeout);
  else
    req.on('socket', (socket) => {
      socket.once('timeout', emitRequestTimeout);
    });
}

prototype.setTimeout = function setTimeout(msecs, callback) {
  if (this._ended) return this;
  listenForTimeout(this);
  msecs = timerDuration(msecs, 'msecs');
  if (callback) this.once('timeout', callback);
  const set = (socket) => {
    if (socket.connecting)
      socket.once('connect', () => {
        socket.setTimeout(msecs);
      });
    else socket.setTimeout(msecs);
  };
  if (this.socket) set(this.socket);
  else this.once('socket', set);
  return this;
};

prototype.setNoDelay = function setNoDelay(noDelay) {
  this._deferToConnect('setNoDelay', [noDelay]);
};

prototype.setSocketKeepAlive = function setSocketKeepAlive(enable, initialDelay) {
  this._deferToConnect('setKeepAlive', [enable, initialDelay]);
};

prototype.clearTimeout = function clearTimeout(callback) {
  this.setTimeout(0, callback);
};

Object.defineProperty(prototype, 'constructor', {
  value: ClientRequest,
  writable: true,
  configurable: true,
  enumerable: false,
});

module.exports = { ClientRequest, emitErrorEvent, emitRequestTimeout, listenForTimeout };
void validateString;
