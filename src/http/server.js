'use strict';

// http.Server: options, limits, and who serves a connection. What happens on a connection is in http/server_connection.

const { codes } = require('errors/errors');
const { validateBoolean, validateFunction, validateInteger, validateObject } = require('errors/validators');
const { EventEmitter } = require('events/events');
const net = require('net/net');
const { IncomingMessage } = require('http/incoming');
const { ServerResponse } = require('http/server_response');
const { parseUniqueHeadersOption } = require('http/outgoing');
const { STATUS_CODES, validateParserOptions, kUniqueHeaders } = require('http/common');
const {
  ServerConnection,
  closeIdleSoon,
  connectionListener,
  groupOf,
  kClosing,
  kConnections,
  kGroup,
  kIncomingMessage,
  kOptimizeEmptyRequests,
  kResponseOptions,
  kServerResponse,
} = require('http/server_connection');

const { captureRejectionSymbol } = EventEmitter;
const kConnectionsCheckingInterval = Symbol('http.server.connectionsCheckingInterval');

function limit(options, name, fallback) {
  const value = options[name];
  if (value === undefined) return fallback;
  validateInteger(value, name, 0);
  return value;
}

function flag(options, name, fallback) {
  const value = options[name];
  if (value === undefined) return fallback;
  validateBoolean(value, `options.${name}`);
  return value;
}

/** Takes the options that `http.createServer` and `https.createServer` share. `this` is the server. */
function storeHTTPOptions(options) {
  this[kIncomingMessage] = options.IncomingMessage || IncomingMessage;
  this[kServerResponse] = options.ServerResponse || ServerResponse;

  this.maxHeaderSize = limit(options, 'maxHeaderSize', undefined);
  validateParserOptions(options);
  this.insecureHTTPParser = options.insecureHTTPParser;
  this.httpValidation = options.httpValidation;

  this.requestTimeout = limit(options, 'requestTimeout', 300_000);
  if (options.headersTimeout !== undefined) {
    validateInteger(options.headersTimeout, 'headersTimeout', 0);
    this.headersTimeout = options.headersTimeout;
  } else {
    this.headersTimeout = Math.min(60_000, this.requestTimeout);
  }
  if (this.requestTimeout > 0 && this.headersTimeout > 0 && this.headersTimeout > this.requestTimeout) {
    throw new codes.ERR_OUT_OF_RANGE('headersTimeout', '<= requestTimeout', options.headersTimeout);
  }
  this.keepAliveTimeout = limit(options, 'keepAliveTimeout', 5_000);
  this.keepAliveTimeoutBuffer = limit(options, 'keepAliveTimeoutBuffer', 1_000);
  this.connectionsCheckingInterval = limit(options, 'connectionsCheckingInterval', 30_000);

  this.requireHostHeader = flag(options, 'requireHostHeader', true);
  this.joinDuplicateHeaders = flag(options, 'joinDuplicateHeaders', undefined);
  this.rejectNonStandardBodyWrites = flag(options, 'rejectNonStandardBodyWrites', false);
  this[kOptimizeEmptyRequests] = flag(options, 'optimizeEmptyRequests', false);

  if (options.shouldUpgradeCallback !== undefined) {
    validateFunction(options.shouldUpgradeCallback, 'options.shouldUpgradeCallback');
    this.shouldUpgradeCallback = options.shouldUpgradeCallback;
  } else {
    this.shouldUpgradeCallback = function () {
      return this.listenerCount('upgrade') > 0;
    };
  }

  this[kClosing] = false;
  this[kConnections] = null;
  this[kGroup] = null;
  this[kResponseOptions] = null;
}

/**
 * @param {object} [options] as of `http.createServer`
 * @param {(req: IncomingMessage, res: ServerResponse) => void} [requestListener]
 */
function Server(options, requestListener) {
  if (!(this instanceof Server)) return new Server(options, requestListener);

  if (typeof options === 'function') {
    requestListener = options;
    options = {};
  } else if (options === null || options === undefined) {
    options = {};
  } else {
    validateObject(options, 'options');
    options = { ...options };
  }
  storeHTTPOptions.call(this, options);

  net.Server.call(this, {
    allowHalfOpen: true,
    noDelay: options.noDelay ?? true,
    keepAlive: options.keepAlive,
    keepAliveInitialDelay: options.keepAliveInitialDelay,
    highWaterMark: options.highWaterMark,
  });
  if (requestListener) this.on('request', requestListener);

  // A client that ends its side is taken to be gone, as Node has always done.
  this.httpAllowHalfOpen = false;

  this.on('connection', connectionListener);
  this.on('listening', setupConnectionsTracking);

  this.timeout = 0;
  this.maxHeadersCount = null;
  this.maxRequestsPerSocket = 0;
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

/** From now on time limits are looked after. `this` is the server. */
function setupConnectionsTracking() {
  this[kClosing] = false;
  groupOf(this).startChecking(this.connectionsCheckingInterval);
  if (this[kConnectionsCheckingInterval]) this[kConnectionsCheckingInterval]._destroyed = true;
  this[kConnectionsCheckingInterval] = { _destroyed: false };
}

/** What closing an HTTP server means besides not listening any more. */
function httpServerPreClose(server) {
  // Once more: now.
  if (server[kClosing]) server.closeIdleConnections();
  else if (server[kConnections]?.size > 0) closeIdleSoon(server);
  server[kClosing] = true;
  if (!server[kConnectionsCheckingInterval]) return;
  server[kGroup].stopChecking();
  server[kConnectionsCheckingInterval]._destroyed = true;
}

Server.prototype.close = function close() {
  httpServerPreClose(this);
  Reflect.apply(net.Server.prototype.close, this, arguments);
  return this;
};

Server.prototype.closeAllConnections = function closeAllConnections() {
  for (const connection of [...(this[kConnections] ?? [])]) connection.destroy();
};

Server.prototype.closeIdleConnections = function closeIdleConnections() {
  for (const connection of [...(this[kConnections] ?? [])]) {
    if (connection.isIdle()) connection.destroy();
  }
};

Server.prototype.setTimeout = function setTimeout(msecs, callback) {
  this.timeout = msecs;
  if (callback) this.on('timeout', callback);
  return this;
};

const symbolMethods = {
  async [Symbol.asyncDispose]() {
    if (!this.listening) return;
    await new Promise((resolve, reject) => {
      this.close((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  },
  [captureRejectionSymbol](error, event, ...args) {
    if (event !== 'request') {
      net.Server.prototype[captureRejectionSymbol]?.call(this, error, event, ...args);
      return;
    }
    const response = args[1];
    if (!response.headersSent && !response.writableEnded) {
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      response.statusCode = 500;
      response.end(STATUS_CODES[500]);
    } else {
      response.destroy();
    }
  },
};
for (const symbol of Object.getOwnPropertySymbols(symbolMethods)) Server.prototype[symbol] = symbolMethods[symbol];

/**
 * A connection has been accepted, and no net.Socket made for it yet. Gives false when net.Server must make one and emit
 * 'connection', because someone listens. Called by net.Server.
 */
Object.defineProperty(Server.prototype, 'takeStream', {
  value(stream) {
    if (this._events.connection !== connectionListener || this.timeout > 0) return false;
    return ServerConnection.accept(this, stream);
  },
  configurable: true,
  writable: true,
  enumerable: false,
});

module.exports = {
  Server,
  ServerResponse,
  STATUS_CODES,
  connectionListener,
  httpServerPreClose,
  setupConnectionsTracking,
  storeHTTPOptions,
  kConnectionsCheckingInterval,
  kServerResponse,
};
