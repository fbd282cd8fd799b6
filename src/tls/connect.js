// tls.connect: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
'use strict';

const { validateFunction, validateNumber } = require('errors/validators');
const net = require('net/net');
const { checkServerIdentity } = require('tls/identity');
const { TLSSocket, kConnectOptions, kErrorEmitted } = require('tls/socket');

let warned = false;

/** Whether certificates are checked when the program does not say. */
function rejectsByDefault() {
  const reject = process.env.NODE_TLS_REJECT_UNAUTHORIZED !== '0';
  if (!reject && !warned) {
    warned = true;
    process.emitWarning(
      "Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections and HTTPS " +
        'requests insecure by disabling certificate verification.',
    );
  }
  return reject;
}

/** [options, callback] of connect(options), connect(port, host, options), connect(path, options). */
function normalize(args) {
  const [options, callback] = net._normalizeArgs(args);
  const more = args.length > 1 && args[1] !== null && typeof args[1] === 'object' ? args[1] : args[2];
  const all = { ...options };
  if (more !== null && typeof more === 'object') Object.assign(all, more);
  return [all, callback];
}

function connect(...args) {
  const [given, callback] = normalize(args);
  const options = {
    rejectUnauthorized: rejectsByDefault(),
    ciphers: require('tls/tls').DEFAULT_CIPHERS,
    checkServerIdentity,
    minDHSize: 1024,
    ...given,
  };
  if (!options.keepAlive) options.singleUse = true;
  validateFunction(options.checkServerIdentity, 'options.checkServerIdentity');
  validateNumber(options.minDHSize, 'options.minDHSize', 1);
  // As the module has it now: programs replace it.
  const context = options.secureContext || require('tls/tls').createSecureContext(options);

  const socket = new TLSSocket(options.socket, {
    allowHalfOpen: options.socket ? undefined : options.allowHalfOpen,
    pipe: Boolean(options.path),
    secureContext: context,
    isServer: false,
    requestCert: true,
    rejectUnauthorized: options.rejectUnauthorized !== false,
    session: options.session,
    ALPNProtocols: options.ALPNProtocols,
    requestOCSP: options.requestOCSP,
    enableTrace: options.enableTrace,
    pskCallback: options.pskCallback,
    highWaterMark: options.highWaterMark,
    onread: options.onread,
    signal: options.signal,
  });
  // `this` of checkServerIdentity, and what errors tell.
  options.rejectUnauthorized = options.rejectUnauthorized !== false;
  socket[kConnectOptions] = options;
  if (callback) socket.once('secureConnect', callback);

  // Aborted before it began.
  if (options.signal?.aborted) return socket;
  if (!options.socket) {
    if (options.timeout) socket.setTimeout(options.timeout);
    socket.connect(options);
  }
  socket._releaseControl();
  if (options.session) socket.setSession(options.session);
  if (options.servername) socket.setServername(options.servername);
  if (options.socket) socket._start();

  socket.on('secure', onSecure);
  socket.prependListener('end', onEndBeforeSecure);
  return socket;
}
Object.defineProperty(connect, 'length', { value: 0, configurable: true });

/** `this` is the socket. */
function onEndBeforeSecure() {
  this[kErrorEmitted] = true;
}

/** The handshake is complete: is it whom we wanted? `this` is the socket. */
function onSecure() {
  const options = this[kConnectOptions];
  let error = this._verifyError();
  if (!error && !this.isSessionReused()) {
    const certificate = this.getPeerCertificate(true);
    // Without a certificate (a key known to both) there is no name to check.
    if (certificate?.subject !== undefined || certificate?.raw !== undefined) {
      const hostname = options.servername || options.host || options.socket?._host || 'localhost';
      error = options.checkServerIdentity(hostname, certificate);
    }
  }
  if (error) {
    this.authorized = false;
    this.authorizationError = error.code || error.message;
    if (options.rejectUnauthorized) {
      this.destroy(error);
      return;
    }
  } else {
    this.authorized = true;
  }
  this.secureConnecting = false;
  this.emit('secureConnect');
  this.removeListener('end', onEndBeforeSecure);
}

module.exports = { connect };
