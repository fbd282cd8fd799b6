// http2.createServer and http2.createSecureServer: https://nodejs.org/api/http2.html#class-http2server
'use strict';

const { validateFunction, validateObject } = require('errors/validators');
const EventEmitter = require('events/events');
const http = require('http/server');
const { onServerStream } = require('http2/compat');
const { serverOptions, tlsOptionsOf } = require('http2/options');
const { ServerHttp2Session } = require('http2/server_session');
const { validateSettings } = require('http2/settings');
const { kOptions, kSessions } = require('http2/symbols');
const net = require('net/net');
const tls = require('tls/tls');

// --- what both kinds of servers do ------------------------------------------------------------------------------------------

/** 'connection' (or 'secureConnection' under TLS). `this` is the server. */
function connectionListener(socket) {
  const options = this[kOptions] ?? {};
  if (socket.alpnProtocol === false || socket.alpnProtocol === 'http/1.1') {
    if (options.allowHTTP1 === true) {
      Reflect.apply(http.connectionListener, this, [socket]);
      return;
    }
    // Not a client that we can talk to; the program may.
    rejectProtocol(this, socket, options);
    return;
  }
  socket.on('error', onSocketError);
  const session = new ServerHttp2Session(options, socket, this);
  session.on('error', onSessionError);
  session.on('close', onSessionClose);
  if (this.timeout) session.setTimeout(Number(this.timeout), onSessionTimeout);
  this.emit('session', session);
}

function rejectProtocol(server, socket, options) {
  const timer = require('timers/internal').setUnrefTimeout(() => {
    if (!socket.destroyed) socket.destroy();
  }, options.unknownProtocolTimeout ?? 10_000);
  socket.once('close', () => require('timers/timers').clearTimeout(timer));
  if (server.emit('unknownProtocol', socket)) return;
  // Whoever it is gets an answer that he understands.
  socket.end(
    'HTTP/1.0 403 Forbidden\r\nContent-Type: text/plain\r\n\r\n' +
      'Missing ALPN Protocol, expected `h2` to be available.\n' +
      'If this is a HTTP request: The server was not configured with the `allowHTTP1` option or a listener for the ' +
      '`unknownProtocol` event.\n',
  );
}

/** A socket's errors are its session's. */
function onSocketError() {}

function onSessionError(error) {
  const { server } = this;
  if (server !== undefined) server.emit('sessionError', error, this);
}

function onSessionClose() {
  this.server?.[kSessions].delete(this);
}

function onSessionTimeout() {
  if (this.destroyed || this.closed) return;
  if (!this.server.emit('timeout', this)) this.destroy();
}

/** The compatibility API is there when someone listens for 'request'. `this` is the server. */
function setupCompat(event) {
  if (event !== 'request') return;
  this.removeListener('newListener', setupCompat);
  const options = this[kOptions];
  this.on('stream', onServerStream.bind(this, options.Http2ServerRequest, options.Http2ServerResponse));
}

function closeSessions(server) {
  for (const session of server[kSessions]) session.close();
}

function setTimeout(msecs = 0, callback = undefined) {
  this.timeout = msecs;
  if (callback !== undefined) {
    validateFunction(callback, 'callback');
    this.on('timeout', callback);
  }
  return this;
}

function updateSettings(settings) {
  validateObject(settings, 'settings');
  validateSettings(settings);
  this[kOptions].settings = { ...this[kOptions].settings, ...settings };
}

function onRejection(error, event, ...args) {
  if (event === 'stream') {
    const [stream] = args;
    if (stream.headersSent) {
      stream.destroy(error);
      return;
    }
    // The program has promised an answer.
    stream.respond({ ':status': 500 });
    stream.end();
  } else if (event === 'request') {
    const [, res] = args;
    if (!res.headersSent && !res.finished) {
      for (const name of res.getHeaderNames()) res.removeHeader(name);
      res.statusCode = 500;
      const { STATUS_CODES } = require('http/http');
      res.end(STATUS_CODES[500]);
    } else {
      res.destroy();
    }
  } else {
    net.Server.prototype[EventEmitter.captureRejectionSymbol].call(this, error, event, ...args);
  }
}

// --- the servers --------------------------------------------------------------------------------------------------------------

class Http2Server extends net.Server {
  constructor(options, requestListener) {
    const checked = serverOptions(options);
    super(checked, connectionListener);
    this[kOptions] = checked;
    this[kSessions] = new Set();
    this.timeout = 0;
    this.on('newListener', setupCompat);
    if (typeof requestListener === 'function') this.on('request', requestListener);
  }

  close(callback) {
    super.close(callback);
    closeSessions(this);
    return this;
  }

  async [Symbol.asyncDispose]() {
    await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
  }
}

class Http2SecureServer extends tls.Server {
  constructor(options, requestListener) {
    const checked = tlsOptionsOf(serverOptions(options));
    super(checked, connectionListener);
    this[kOptions] = checked;
    this[kSessions] = new Set();
    this.timeout = 0;
    this.on('newListener', setupCompat);
    if (options.allowHTTP1 === true) useHttp1(this, checked);
    if (typeof requestListener === 'function') this.on('request', requestListener);
    this.on('tlsClientError', onTlsClientError);
  }

  close(callback) {
    if (this[kOptions].allowHTTP1 === true) http.httpServerPreClose(this);
    super.close(callback);
    closeSessions(this);
    return this;
  }

  closeIdleConnections() {
    if (this[kOptions].allowHTTP1 === true) http.Server.prototype.closeIdleConnections.call(this);
  }

  async [Symbol.asyncDispose]() {
    await new Promise((resolve, reject) => this.close((error) => (error ? reject(error) : resolve())));
  }
}

/** Whom nobody else tells. */
function onTlsClientError(error, socket) {
  if (this.listenerCount('clientError') > 0) this.emit('clientError', error, socket);
  else socket.destroy(error);
}

function useHttp1(server, options) {
  const http1 = { ...options, ...options.http1Options };
  Reflect.apply(http.storeHTTPOptions, server, [http1]);
  server.timeout = 0;
  server.maxHeadersCount = null;
  server.maxRequestsPerSocket = 0;
  server.httpAllowHalfOpen = false;
  const { kUniqueHeaders } = require('http/common');
  const { parseUniqueHeadersOption } = require('http/outgoing');
  server[kUniqueHeaders] = parseUniqueHeadersOption(http1.uniqueHeaders);
  server.on('listening', http.setupConnectionsTracking);
}

for (const Server of [Http2Server, Http2SecureServer]) {
  for (const [name, value] of [
    ['setTimeout', setTimeout],
    ['updateSettings', updateSettings],
    [EventEmitter.captureRejectionSymbol, onRejection],
  ])
    Object.defineProperty(Server.prototype, name, { value, writable: true, configurable: true });
}

function createServer(options, handler) {
  if (typeof options === 'function') {
    handler = options;
    options = undefined;
  }
  return new Http2Server(options, handler);
}

function createSecureServer(options, handler) {
  if (options !== undefined) validateObject(options, 'options');
  return new Http2SecureServer(options ?? {}, handler);
}

/**
 * A session on a connection that somebody else has accepted.
 * @param {Duplex} socket
 * @param {object} [options] as of createServer
 */
function performServerHandshake(socket, options = {}) {
  const checked = serverOptions(options);
  return new ServerHttp2Session(checked, socket, undefined);
}
Object.defineProperty(performServerHandshake, 'length', { value: 1, configurable: true });

module.exports = { createSecureServer, createServer, performServerHandshake };
