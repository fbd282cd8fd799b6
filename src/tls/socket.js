// tls.TLSSocket: https://nodejs.org/api/tls.html#class-tlstlssocket
'use strict';

const { codes } = require('errors/errors');
const {
  validateBuffer,
  validateFunction,
  validateInt32,
  validateObject,
  validateString,
  validateUint32,
} = require('errors/validators');
const { nextTick } = require('process/next_tick');
const net = require('net/net');
const { convertALPNProtocols } = require('tls/alpn');
const { SecureContext, createSecureContext } = require('tls/secure_context');
const { DuplexTransport, Stream, TLSHandle } = require('tls/handle');

const { Engine } = binding('tls');

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_MULTIPLE_CALLBACK,
  ERR_TLS_ALPN_CALLBACK_INVALID_RESULT,
  ERR_TLS_HANDSHAKE_TIMEOUT,
  ERR_TLS_INVALID_CONTEXT,
  ERR_TLS_INVALID_STATE,
  ERR_TLS_RENEGOTIATION_DISABLED,
  ERR_TLS_SESSION_ATTACK,
  ERR_TLS_SNI_FROM_SERVER,
} = codes;

const kEngine = Symbol('kEngine');
const kErrorEmitted = Symbol('kErrorEmitted');
const kHandshakeTimer = Symbol('kHandshakeTimer');
const kIsVerified = Symbol('kIsVerified');
const kRenegotiationDisabled = Symbol('kRenegotiationDisabled');
/** Option: the native stream of a connection for which no net.Socket has been made. */
const kStream = Symbol('kStream');

let warnedOfAddress = false;

function invalidSniContext() {
  return new TypeError('Invalid SNI context');
}

/** ECONNRESET, as Node tells of a connection that goes during the handshake. */
function connectionReset(message) {
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return error;
}

/**
 * @param {Duplex} [socket] what carries the bytes; without it connect() makes a connection
 * @param {object} [options]
 */
function TLSSocket(socket, options) {
  const tlsOptions = { ...options };
  if (tlsOptions.ALPNProtocols) convertALPNProtocols(tlsOptions.ALPNProtocols, tlsOptions);
  this._tlsOptions = tlsOptions;
  this._secureEstablished = false;
  this._securePending = false;
  this._newSessionPending = false;
  this._controlReleased = false;
  this.secureConnecting = true;
  this._SNICallback = null;
  this.servername = null;
  this.alpnProtocol = null;
  this.authorized = false;
  this.authorizationError = null;
  this[kErrorEmitted] = false;
  this[kHandshakeTimer] = null;
  this[kIsVerified] = false;
  this[kRenegotiationDisabled] = false;
  // Just for documentation: everything here is.
  this.encrypted = true;

  const context = tlsOptions.secureContext || createSecureContext(tlsOptions);
  if (!(context instanceof SecureContext)) throw new ERR_TLS_INVALID_CONTEXT('context');
  tlsOptions.secureContext = context;

  Reflect.apply(net.Socket, this, [
    {
      allowHalfOpen: socket ? socket.allowHalfOpen : tlsOptions.allowHalfOpen,
      pauseOnCreate: tlsOptions.pauseOnConnect,
      manualStart: true,
      readableHighWaterMark: tlsOptions.highWaterMark,
      writableHighWaterMark: tlsOptions.highWaterMark,
      onread: socket ? null : tlsOptions.onread,
      signal: tlsOptions.signal,
    },
  ]);
  this[kEngine] = new Engine(context.context, Boolean(tlsOptions.isServer));
  this.server = tlsOptions.server;
  this._init();
  if (socket) this._wrapHandle(socket);
  else if (tlsOptions[kStream]) this._handle = new TLSHandle(this[kEngine], tlsOptions[kStream]);
  else this.once('connect', onOwnConnect);
}
Object.setPrototypeOf(TLSSocket.prototype, net.Socket.prototype);
Object.setPrototypeOf(TLSSocket, net.Socket);

const prototype = TLSSocket.prototype;

/** What makes the engine what the options say. */
prototype._init = function _init() {
  const options = this._tlsOptions;
  const engine = this[kEngine];
  const { isServer } = options;
  const requestCert = isServer ? Boolean(options.requestCert) : true;
  this._requestCert = requestCert;
  this._rejectUnauthorized = options.rejectUnauthorized !== false;
  if (requestCert || this._rejectUnauthorized)
    engine.setVerifyMode(requestCert, isServer ? this._rejectUnauthorized : false);

  if (isServer) {
    const { server } = options;
    if (options.SNICallback) validateFunction(options.SNICallback, 'options.SNICallback');
    this._SNICallback = options.SNICallback || null;
    if (server) {
      if (server.listenerCount('resumeSession') > 0) engine.wantHello(true);
      if (server.listenerCount('newSession') > 0) engine.wantSessions();
      if (server.listenerCount('keylog') > 0 || keylogByOption() !== null) engine.wantKeylog();
    }
    if (this._SNICallback || server?.listenerCount('OCSPRequest') > 0) engine.wantCertificate();
    if (options.ALPNCallback) {
      validateFunction(options.ALPNCallback, 'options.ALPNCallback');
      engine.onalpn = (bytes) => chooseProtocol(this, bytes);
      engine.wantAlpnCallback();
    } else if (options.ALPNProtocols) {
      engine.setAlpn(options.ALPNProtocols);
    }
    if (options.pskCallback) usePskServer(this, engine, options);
    if (options.handshakeTimeout > 0) {
      const { setTimeout } = require('timers/timers');
      this[kHandshakeTimer] = setTimeout(() => this._handleTimeout(), options.handshakeTimeout);
    }
  } else {
    engine.wantSessions();
    engine.wantKeylog();
    if (options.ALPNProtocols) engine.setAlpn(options.ALPNProtocols);
    if (options.session) this.setSession(options.session);
    if (options.servername) this.setServername(options.servername);
    if (options.requestOCSP) engine.requestOcsp();
    if (options.pskCallback) usePskClient(engine, options);
  }
};

/** Position in `bytes` (length and name, again and again) of the protocol that the program chooses; -1 for none. */
function chooseProtocol(socket, bytes) {
  const protocols = [];
  const positions = [];
  for (let at = 0; at < bytes.length; at += bytes[at] + 1) {
    positions.push(at);
    protocols.push(bytes.latin1Slice(at + 1, at + 1 + bytes[at]));
  }
  const servername = socket[kEngine].servername();
  const chosen = socket._tlsOptions.ALPNCallback({ servername, protocols });
  if (chosen === undefined) return null;
  const index = protocols.indexOf(chosen);
  if (index === -1) throw new ERR_TLS_ALPN_CALLBACK_INVALID_RESULT(chosen, protocols);
  return positions[index];
}

function usePskServer(socket, engine, options) {
  const { pskCallback, pskIdentityHint } = options;
  validateFunction(pskCallback, 'options.pskCallback');
  if (pskIdentityHint) {
    validateString(pskIdentityHint, 'options.pskIdentityHint');
    if (!engine.setPskHint(pskIdentityHint)) {
      const error = new codes.ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED();
      nextTick(() => socket._onEngineError(error));
    }
  }
  engine.onpsk = (identity, maxSize) => {
    const answer = pskCallback(socket, identity);
    if (answer === null || answer === undefined) return null;
    const psk = ArrayBuffer.isView(answer) ? answer : answer.psk;
    if (psk === null || psk === undefined) return null;
    checkPsk(psk, maxSize);
    return psk;
  };
  engine.wantPsk();
}

function usePskClient(engine, options) {
  const { pskCallback } = options;
  validateFunction(pskCallback, 'options.pskCallback');
  engine.onpsk = (hint, maxSize, maxIdentity) => {
    const answer = pskCallback(hint);
    if (answer === null || answer === undefined) return null;
    validateObject(answer, 'options.pskCallback');
    const { identity, psk } = answer;
    checkPsk(psk, maxSize);
    validateString(identity, 'identity');
    const length = require('buffer/buffer').Buffer.byteLength(identity);
    if (length > maxIdentity)
      throw new ERR_INVALID_ARG_VALUE('identity', identity, `PSK identity exceeds ${maxIdentity} bytes`);
    return [identity, psk];
  };
  engine.wantPsk();
}

function checkPsk(psk, maxSize) {
  if (!ArrayBuffer.isView(psk)) throw new ERR_INVALID_ARG_TYPE('psk', ['Buffer', 'TypedArray', 'DataView'], psk);
  if (psk.byteLength > maxSize) throw new ERR_INVALID_ARG_VALUE('psk', psk, `PSK exceeds ${maxSize} bytes`);
}

// --- what carries the bytes -----------------------------------------------------------------------------------------------

/** Our own connection is there. `this` is the socket. */
function onOwnConnect() {
  const stream = this._handle;
  if (stream && !(stream instanceof TLSHandle)) this._handle = new TLSHandle(this[kEngine], stream);
  if (!this._tlsOptions.isServer) this._start();
}

/** Goes on above a socket or another Duplex. */
prototype._wrapHandle = function _wrapHandle(socket) {
  this._parent = socket;
  const isWaiting = socket.connecting || (socket instanceof net.Socket && !socket._handle && !socket.destroyed);
  if (isWaiting) {
    this.connecting = true;
    socket.once('connect', () => {
      if (this.destroyed) return;
      attach(this, socket);
      this.connecting = false;
      this.emit('connect');
      this.read(0);
    });
  } else {
    attach(this, socket);
  }
  socket.on('error', (error) => {
    if (this.destroyed) return;
    this._tlsError(error);
    this.destroy(this._tlsOptions.isServer && !this._controlReleased ? undefined : error);
  });
  socket.on('close', () => {
    if (this.destroyed) return;
    // What has arrived is still read.
    if (this._secureEstablished && this.readableLength > 0) this.push(null);
    else this.destroy();
  });
  if (isWaiting) return;
  if (this._tlsOptions.isServer) nextTick(() => this._handle?.start?.());
  if (!this._tlsOptions.pauseOnConnect) this.read(0);
};

function attach(tlsSocket, socket) {
  const stream = socket._handle;
  let handle;
  if ((stream instanceof Stream || stream instanceof TLSHandle) && socket.writableLength === 0) {
    // Nothing of the plain socket's is under way: its stream becomes ours.
    const early = socket.readableLength > 0 ? socket.read() : null;
    if (socket.timeout) tlsSocket.setTimeout(socket.timeout);
    handle = new TLSHandle(tlsSocket[kEngine], stream, socket);
    if (early !== null && typeof early !== 'string') tlsSocket[kEngine].receive(early);
  } else {
    const transport = new DuplexTransport(socket);
    transport.close = (callback) => {
      socket.destroy();
      nextTick(callback);
    };
    handle = new TLSHandle(tlsSocket[kEngine], transport, socket);
  }
  tlsSocket._handle = handle;
}

/** Begins the handshake of a client. */
prototype._start = function _start() {
  if (this.connecting) {
    this.once('connect', this._start);
    return;
  }
  this._handle?.start();
};

prototype._isServerSide = function _isServerSide() {
  return Boolean(this._tlsOptions.isServer);
};

// --- what the handle tells ------------------------------------------------------------------------------------------------

prototype._onEstablished = function _onEstablished() {
  const engine = this[kEngine];
  this.alpnProtocol = engine.alpn() ?? false;
  this.servername = engine.servername() ?? (this._tlsOptions.isServer ? false : null);
  if (this._tlsOptions.isServer && this.servername === null) this.servername = false;
  this._finishInit();
};

prototype._finishInit = function _finishInit() {
  this._secureEstablished = true;
  this.secureConnecting = false;
  this._clearHandshakeTimer();
  this.emit('secure');
};

prototype._clearHandshakeTimer = function _clearHandshakeTimer() {
  if (this[kHandshakeTimer] === null) return;
  require('timers/timers').clearTimeout(this[kHandshakeTimer]);
  this[kHandshakeTimer] = null;
};

prototype._handleTimeout = function _handleTimeout() {
  this._emitTLSError(new ERR_TLS_HANDSHAKE_TIMEOUT());
};

/** The network has ended in the middle of the handshake. */
prototype._onHandshakeEnd = function _onHandshakeEnd() {
  if (this._tlsOptions.isServer) {
    const error = connectionReset('socket hang up');
    this._tlsError(error);
    this.destroy();
  } else {
    this.push(null);
    this.read(0);
    nextTick(() => {
      if (!this.destroyed) this.destroy(disconnected(this));
    });
  }
};

function disconnected(socket) {
  const error = connectionReset('Client network socket disconnected before secure TLS connection was established');
  const { path, host, port, localAddress } = socket[kConnectOptions] ?? {};
  error.path = path;
  error.host = host;
  error.port = port;
  error.localAddress = localAddress;
  return error;
}

const kConnectOptions = Symbol('kConnectOptions');

prototype._onEngineError = function _onEngineError(error) {
  if (this.destroyed || this._hadError) return;
  this._hadError = true;
  if (this._secureEstablished) {
    // A server that asks for certificates tells who has none by closing.
    if (
      this._tlsOptions.isServer &&
      this._rejectUnauthorized &&
      /peer did not return a certificate/.test(error.message)
    )
      this.destroy();
    else this._emitTLSError(error);
    return;
  }
  // The handshake has failed: a server hears of it by 'tlsClientError', while the socket is still there.
  const told = !this._controlReleased && this.listenerCount('_tlsError') > 0;
  this._tlsError(error);
  this.destroy(told ? undefined : error);
};

prototype._emitTLSError = function _emitTLSError(error) {
  const passed = this._tlsError(error);
  if (passed) this.destroy(passed);
  else if (!this._secureEstablished) this.destroy();
};

/** Gives the error back when nobody but the socket itself can tell of it. */
prototype._tlsError = function _tlsError(error) {
  this.emit('_tlsError', error);
  return this._controlReleased ? error : null;
};

/** From now on errors are the program's. False when it has been so. */
prototype._releaseControl = function _releaseControl() {
  if (this._controlReleased) return false;
  this._controlReleased = true;
  this.removeListener('error', this._tlsError);
  return true;
};

let keylogFile;

/** The file that --tls-keylog names, warned of once; null without. */
function keylogByOption() {
  if (keylogFile === undefined) {
    keylogFile = require('cli/options').getOptionValue('--tls-keylog') || null;
    if (keylogFile !== null) {
      process.emitWarning(
        `Using --tls-keylog makes TLS connections insecure by writing secret key material to file ${keylogFile}`,
      );
    }
  }
  return keylogFile;
}

prototype._onKeylog = function _onKeylog(line) {
  const file = keylogByOption();
  if (file !== null) require('fs/fs').appendFileSync(file, line, { mode: 0o600 });
  if (this._tlsOptions.isServer) this._tlsOptions.server?.emit('keylog', line, this);
  else this.emit('keylog', line);
};

prototype._onSession = function _onSession(id, session) {
  if (!this._tlsOptions.isServer) {
    if (this._secureEstablished) this.emit('session', session);
    else this.once('secureConnect', () => this.emit('session', session));
    return;
  }
  const { server } = this._tlsOptions;
  if (!server) return;
  // Nothing leaves until the program has kept the session.
  const handle = this._handle;
  handle.wait((done) => {
    if (!server.emit('newSession', id, session, onceOnly(this, done))) done();
  });
};

/** A callback that complains when it is called twice. */
function onceOnly(socket, callback) {
  let called = false;
  return (...args) => {
    if (called) {
      socket.destroy(new ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    callback(...args);
  };
}

prototype._onClientHello = function _onClientHello(sessionId, done) {
  const engine = this[kEngine];
  const { server } = this._tlsOptions;
  const answer = onceOnly(this, (error, session) => {
    if (this.destroyed) return;
    if (error) {
      this.destroy(error);
      return;
    }
    engine.loadSession(session ?? undefined);
    done();
  });
  if (sessionId === undefined || !server.emit('resumeSession', sessionId, answer)) {
    engine.loadSession(undefined);
    done();
  }
};

prototype._onCertificateNeeded = function _onCertificateNeeded(done) {
  const engine = this[kEngine];
  const finish = () => {
    engine.certificateChosen();
    done();
  };
  const servername = engine.servername();
  if (servername) this.servername = servername;
  if (!servername || !this._SNICallback) {
    this._askForOcsp(null, finish);
    return;
  }
  const callback = onceOnly(this, (error, context) => {
    if (this.destroyed) return;
    if (error) {
      this.destroy(error);
      return;
    }
    if (context) {
      const native = context.context || context;
      try {
        engine.setContext(native);
      } catch {
        this._onEngineError(invalidSniContext());
        return;
      }
    }
    this._askForOcsp(context, finish);
  });
  this._SNICallback(servername, callback);
};

prototype._askForOcsp = function _askForOcsp(context, done) {
  const engine = this[kEngine];
  const { server } = this._tlsOptions;
  if (!engine.wantsOcsp() || !server || server.listenerCount('OCSPRequest') === 0) {
    done();
    return;
  }
  const native = (context ?? this._tlsOptions.secureContext).context ?? context;
  server.emit(
    'OCSPRequest',
    native.getCertificate(),
    native.getIssuer() ?? null,
    onceOnly(this, (error, response) => {
      if (this.destroyed) return;
      if (error) {
        this.destroy(error);
        return;
      }
      if (response) engine.setOcspResponse(response);
      done();
    }),
  );
};

prototype._onOcspResponse = function _onOcspResponse(response) {
  this.emit('OCSPResponse', response);
};

// --- renegotiation --------------------------------------------------------------------------------------------------------

prototype.disableRenegotiation = function disableRenegotiation() {
  this[kRenegotiationDisabled] = true;
};

/** The peer has begun another handshake, or we have. */
prototype._onRenegotiation = function _onRenegotiation() {
  const handle = this._handle;
  if (!this._tlsOptions.isServer || !handle) return;
  if (this[kRenegotiationDisabled]) {
    this._emitTLSError(new ERR_TLS_RENEGOTIATION_DISABLED());
    return;
  }
  // Handshakes are dear to a server: only so many in so long.
  const { CLIENT_RENEG_LIMIT, CLIENT_RENEG_WINDOW } = require('tls/tls');
  const now = process.uptime();
  if (now - handle.lastHandshake > CLIENT_RENEG_WINDOW) handle.handshakes = 0;
  handle.lastHandshake = now;
  handle.handshakes++;
  if (handle.handshakes > CLIENT_RENEG_LIMIT) this._emitTLSError(new ERR_TLS_SESSION_ATTACK());
};

prototype.renegotiate = function renegotiate(options, callback) {
  validateObject(options, 'options');
  if (callback !== undefined) validateFunction(callback, 'callback');
  if (this.destroyed) return undefined;
  const { requestCert = this._requestCert, rejectUnauthorized = this._rejectUnauthorized } = options;
  if (requestCert !== this._requestCert || rejectUnauthorized !== this._rejectUnauthorized) {
    this[kEngine].setVerifyMode(requestCert, rejectUnauthorized);
    this._requestCert = requestCert;
    this._rejectUnauthorized = rejectUnauthorized;
  }
  try {
    this[kEngine].renegotiate();
  } catch (error) {
    if (callback) nextTick(callback, error);
    return false;
  }
  if (callback) this.once('secure', () => callback(null));
  this._secureEstablished = false;
  this.secureConnecting = true;
  this._handle.flush();
  this._handle.cycle();
  return true;
};

// --- what a program asks and sets -------------------------------------------------------------------------------------------

prototype.exportKeyingMaterial = function exportKeyingMaterial(length, label, context) {
  validateUint32(length, 'length', true);
  validateString(label, 'label');
  if (context !== undefined) validateBuffer(context, 'context');
  if (!this._secureEstablished) throw new ERR_TLS_INVALID_STATE();
  return this[kEngine].exportKeying(length, label, context);
};

prototype.setMaxSendFragment = function setMaxSendFragment(size) {
  validateInt32(size, 'size');
  return this[kEngine].setMaxSendFragment(size);
};

prototype.setServername = function setServername(name) {
  validateString(name, 'name');
  if (this._tlsOptions.isServer) throw new ERR_TLS_SNI_FROM_SERVER();
  if (!warnedOfAddress && net.isIP(name)) {
    warnedOfAddress = true;
    process.emitWarning(
      'Setting the TLS ServerName to an IP address is not permitted by RFC 6066. This will be ignored in a future version.',
      'DeprecationWarning',
      'DEP0123',
    );
  }
  this[kEngine].setServername(name);
};

prototype.setSession = function setSession(session) {
  if (typeof session === 'string') session = require('buffer/buffer').Buffer.from(session, 'latin1');
  this[kEngine].setSession(session);
};

prototype.setKeyCert = function setKeyCert(context) {
  const secure = context instanceof SecureContext ? context : createSecureContext(context);
  this[kEngine].setContext(secure.context);
};

prototype.getPeerCertificate = function getPeerCertificate(detailed) {
  if (this.destroyed && !this._handle) return null;
  return this[kEngine].peerCertificate(Boolean(detailed)) ?? {};
};

prototype.getCertificate = function getCertificate() {
  if (this.destroyed && !this._handle) return null;
  return this[kEngine].certificate() ?? {};
};

function x509(der) {
  if (der === undefined) return undefined;
  const { X509Certificate } = require('crypto/crypto');
  return new X509Certificate(der);
}

// The argument is one that Node counts and nobody gives.
prototype.getPeerX509Certificate = function getPeerX509Certificate(_abbreviated) {
  const leaf = this[kEngine].peerCertificateDer();
  if (leaf === undefined) return undefined;
  return require('crypto/x509').chainOf(leaf, this[kEngine].peerChainDer());
};

prototype.getX509Certificate = function getX509Certificate() {
  return x509(this[kEngine].certificateDer());
};

prototype.getSession = function getSession() {
  return this[kEngine].session();
};

prototype.getTLSTicket = function getTLSTicket() {
  return this[kEngine].ticket();
};

prototype.isSessionReused = function isSessionReused() {
  return this[kEngine].sessionReused();
};

prototype.getCipher = function getCipher() {
  return this[kEngine].cipher();
};

prototype.getSharedSigalgs = function getSharedSigalgs() {
  return this[kEngine].sharedSigalgs();
};

prototype.getEphemeralKeyInfo = function getEphemeralKeyInfo() {
  return this._handle ? this[kEngine].ephemeralKey() : null;
};

prototype.getFinished = function getFinished() {
  return this[kEngine].finished();
};

prototype.getPeerFinished = function getPeerFinished() {
  return this[kEngine].peerFinished();
};

prototype.getProtocol = function getProtocol() {
  return this._handle ? this[kEngine].protocol() : null;
};

/** OpenSSL's log of messages goes to stderr; there is none in this build of it. */
prototype.enableTrace = function enableTrace() {
  process.emitWarning('Tracing of TLS packets is not available in this build', 'Warning');
};

prototype._destroySSL = function _destroySSL() {
  this[kEngine].free();
};

prototype._destroy = function _destroy(error, callback) {
  this._clearHandshakeTimer();
  if (!this._handle && this._parent) this._parent.destroy();
  Reflect.apply(net.Socket.prototype._destroy, this, [error, callback]);
};

prototype._verifyError = function _verifyError() {
  return this[kEngine].verifyError();
};

Object.defineProperty(prototype, 'ssl', {
  __proto__: null,
  get() {
    if (this.destroyed) return null;
    // Before there is a connection: what there is to ask already.
    return this._handle instanceof TLSHandle ? this._handle : this[kEngine];
  },
  set() {},
  configurable: true,
});

module.exports = { TLSSocket, connectionReset, kConnectOptions, kErrorEmitted, kStream };
