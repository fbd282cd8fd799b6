// http2.connect: https://nodejs.org/api/http2.html#http2connectauthority-options-listener
'use strict';

const { codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const { ClientHttp2Session } = require('http2/client_session');
const { checkSessionOptions, tlsOptionsOf } = require('http2/options');
const { kAuthority, kProtocol } = require('http2/symbols');

/**
 * @param {string|URL} authority
 * @param {object} [options]
 * @param {(session: ClientHttp2Session, socket: Duplex) => void} [listener] of 'connect'
 */
function connect(authority, options, listener) {
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  if (options !== undefined) validateObject(options, 'options');
  const checked = checkSessionOptions({ ...options });
  if (typeof authority === 'string') {
    const { URL } = require('url/url');
    authority = new URL(authority);
  }
  if (authority === null || (authority !== undefined && typeof authority !== 'object'))
    throw new codes.ERR_INVALID_ARG_TYPE('authority', ['string', 'Object', 'URL'], authority);
  const protocol = authority.protocol || checked.protocol || 'https:';
  let { port } = authority;
  if (port === undefined || port === '') port = protocol === 'http:' ? 80 : 443;
  port = `${port}`;
  let host = 'localhost';
  if (authority.hostname) {
    host = authority.hostname;
    if (host[0] === '[') host = host.slice(1, -1);
  } else if (authority.host) {
    host = authority.host;
  }

  let socket;
  const net = require('net/net');
  if (typeof checked.createConnection === 'function') {
    socket = checked.createConnection(authority, checked);
  } else if (protocol === 'http:') {
    socket = net.connect({ port, host, ...checked });
  } else if (protocol === 'https:') {
    const tls = require('tls/tls');
    socket = tls.connect(port, host, tlsOptionsOf(checked, net.isIP(host) ? undefined : host));
  } else {
    throw new codes.ERR_HTTP2_UNSUPPORTED_PROTOCOL(protocol);
  }
  const session = new ClientHttp2Session(checked, socket);
  session[kAuthority] = `${checked.servername || host}:${port}`;
  session[kProtocol] = protocol;
  if (typeof listener === 'function') session.once('connect', listener);
  return session;
}

Object.defineProperty(connect, Symbol.for('nodejs.util.promisify.custom'), {
  __proto__: null,
  value(authority, options) {
    return new Promise((resolve, reject) => {
      const session = connect(authority, options, () => {
        session.removeListener('error', reject);
        resolve(session);
      });
      session.once('error', reject);
    });
  },
});

module.exports = { connect };
