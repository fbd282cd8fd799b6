// tls.Server: https://nodejs.org/api/tls.html#class-tlsserver
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateNumber, validateObject } = require('errors/validators');
const net = require('net/net');
const { convertALPNProtocols } = require('tls/alpn');
const { SecureContext, createSecureContext } = require('tls/secure_context');
const { TLSSocket, connectionReset, kErrorEmitted, kStream } = require('tls/socket');

const { ERR_INVALID_ARG_TYPE, ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS, ERR_TLS_REQUIRED_SERVER_NAME } = codes;

const kAccepted = Symbol('kAccepted');
const kContexts = Symbol('kContexts');
const kOptions = Symbol('kOptions');

/**
 * @param {object} [options] as of tls.createServer
 * @param {(socket: TLSSocket) => void} [listener] of 'secureConnection'
 */
function Server(options, listener) {
  if (!(this instanceof Server)) return new Server(options, listener);
  if (typeof options === 'function') {
    listener = options;
    options = {};
  } else if (options === null || options === undefined) {
    options = {};
  } else if (typeof options !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('options', 'Object', options);
  }
  this[kContexts] = [];
  this[kOptions] = options;
  this.requestCert = options.requestCert === true;
  this.rejectUnauthorized = options.rejectUnauthorized !== false;
  if (options.ALPNCallback) {
    validateFunction(options.ALPNCallback, 'options.ALPNCallback');
    this.ALPNCallback = options.ALPNCallback;
    if (options.ALPNProtocols) throw new ERR_TLS_ALPN_CALLBACK_WITH_PROTOCOLS();
  }
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  if (options.ALPNProtocols) convertALPNProtocols(options.ALPNProtocols, this);
  this.setSecureContext(options);
  const timeout = options.handshakeTimeout ?? 120_000;
  validateNumber(timeout, 'options.handshakeTimeout');
  this._handshakeTimeout = options.handshakeTimeout || 120_000;
  if (options.SNICallback) validateFunction(options.SNICallback, 'options.SNICallback');
  this._SNICallback = options.SNICallback;
  if (options.pskCallback) validateFunction(options.pskCallback, 'options.pskCallback');
  if (options.pskIdentityHint) {
    const { validateString } = require('errors/validators');
    validateString(options.pskIdentityHint, 'options.pskIdentityHint');
  }
  Reflect.apply(net.Server, this, [options, onConnection]);
  if (listener) this.on('secureConnection', listener);
}
Object.setPrototypeOf(Server.prototype, net.Server.prototype);
Object.setPrototypeOf(Server, net.Server);

/** A plain connection has come in. `this` is the server. */
function onConnection(rawSocket) {
  const socket = secure(this, rawSocket, undefined);
  socket[kAccepted] = rawSocket;
  // Until it is the program's an error of it is told by 'tlsClientError'.
  rawSocket.on('error', () => {});
}

/** A TLSSocket over a socket, or over a native stream for which there is none. */
function secure(server, rawSocket, stream) {
  const options = server[kOptions];
  const socket = new TLSSocket(rawSocket, {
    [kStream]: stream,
    allowHalfOpen: server.allowHalfOpen,
    secureContext: server._sharedCreds,
    isServer: true,
    server,
    requestCert: server.requestCert,
    rejectUnauthorized: server.rejectUnauthorized,
    handshakeTimeout: server._handshakeTimeout,
    ALPNProtocols: server.ALPNProtocols,
    ALPNCallback: server.ALPNCallback,
    SNICallback: server._SNICallback || (server[kContexts].length > 0 ? chooseContext.bind(server) : undefined),
    enableTrace: options.enableTrace,
    pauseOnConnect: server.pauseOnConnect,
    pskCallback: options.pskCallback,
    pskIdentityHint: options.pskIdentityHint,
    highWaterMark: options.highWaterMark,
  });
  socket.on('secure', onSecure);
  socket.on('close', onClose);
  socket.on('_tlsError', onTLSError);
  // Until _releaseControl(), which takes it away.
  socket.on('error', socket._tlsError);
  return socket;
}

/**
 * A connection has been accepted, and no net.Socket made for it yet. Gives false when net.Server must make one and emit
 * 'connection', because someone listens. Called by net.Server.
 */
Object.defineProperty(Server.prototype, 'takeStream', {
  value(stream) {
    if (this._events.connection !== onConnection) return false;
    const socket = secure(this, undefined, stream);
    this._connections++;
    socket._server = this;
    if (!socket.destroyed) {
      socket._handle.start();
      if (!this.pauseOnConnect) socket.read(0);
    }
    return true;
  },
  configurable: true,
  writable: true,
  enumerable: false,
});

// The plain sockets of 'connection' wait: their bytes are ours to read.
Object.defineProperty(Server.prototype, 'readsLater', { value: true, configurable: true, enumerable: false });

/** `this` is the TLSSocket. */
function onSecure() {
  const server = this.server;
  if (this._requestCert) {
    const error = this._verifyError();
    if (error) {
      this.authorizationError = error.code;
      if (this._rejectUnauthorized) this.destroy();
    } else {
      this.authorized = true;
    }
  }
  if (this.destroyed || !this._releaseControl()) return;
  if (server.pauseOnConnect) this.pause();
  server.emit('secureConnection', this);
}

function onClose(hadError) {
  // Gone before the handshake was complete, without an error of TLS.
  if (hadError || this._controlReleased || this[kErrorEmitted]) return;
  this[kErrorEmitted] = true;
  this.server.emit('tlsClientError', connectionReset('socket hang up'), this);
}

function onTLSError(error) {
  if (this._controlReleased || this[kErrorEmitted]) return;
  this[kErrorEmitted] = true;
  this.server.emit('tlsClientError', error, this);
}

/** Of addContext(), the latest that fits. `this` is the server. */
function chooseContext(servername, callback) {
  const contexts = this[kContexts];
  for (let i = contexts.length - 1; i >= 0; i--) {
    const [pattern, context] = contexts[i];
    if (pattern.test(servername)) {
      callback(null, context);
      return;
    }
  }
  callback(null, undefined);
}

Server.prototype.setSecureContext = function setSecureContext(options) {
  validateObject(options, 'options');
  const { sessionIdContext } = options;
  if (options.ticketKeys) this.ticketKeys = options.ticketKeys;
  this.sessionIdContext =
    sessionIdContext ||
    require('crypto/crypto').createHash('sha1').update(process.argv.join(' ')).digest('hex').slice(0, 32);
  if (options.sessionTimeout) this.sessionTimeout = options.sessionTimeout;
  this._sharedCreds = createSecureContext({
    ...options,
    secureContext: undefined,
    honorCipherOrder: options.honorCipherOrder === undefined ? true : Boolean(options.honorCipherOrder),
    sessionIdContext: this.sessionIdContext,
    ticketKeys: this.ticketKeys,
  });
};

Server.prototype._getServerData = function _getServerData() {
  return { ticketKeys: this.getTicketKeys().toString('hex') };
};

Server.prototype._setServerData = function _setServerData(data) {
  this.setTicketKeys(require('buffer/buffer').Buffer.from(data.ticketKeys, 'hex'));
};

Server.prototype.getTicketKeys = function getTicketKeys() {
  return this._sharedCreds.context.getTicketKeys();
};

Server.prototype.setTicketKeys = function setTicketKeys(keys) {
  if (!ArrayBuffer.isView(keys)) throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], keys);
  if (keys.byteLength !== 48) {
    throw new codes.ERR_INVALID_ARG_VALUE('keys', keys.byteLength, 'Session ticket keys must be a 48-byte buffer');
  }
  this._sharedCreds.context.setTicketKeys(keys);
};

Server.prototype.addContext = function addContext(servername, context) {
  if (!servername) throw new ERR_TLS_REQUIRED_SERVER_NAME();
  const pattern = new RegExp(
    `^${servername.replace(/([.^$+?\-\\[\]{}])/g, String.raw`\$1`).replaceAll('*', '[^.]*')}$`,
    'i',
  );
  this[kContexts].push([
    pattern,
    context instanceof SecureContext ? context.context : createSecureContext(context).context,
  ]);
};

Server.prototype[require('events/events').EventEmitter.captureRejectionSymbol] = function (error, event, socket) {
  if (event === 'secureConnection') socket.destroy(error);
  else net.Server.prototype[require('events/events').captureRejectionSymbol].call(this, error, event, socket);
};

function createServer(options, listener) {
  return new Server(options, listener);
}

module.exports = { Server, createServer };
