// session.socket: a socket of which only that may be used what does not disturb the protocol.
'use strict';

const { codes } = require('errors/errors');
const { kProxySocket, kSocket } = require('http2/symbols');

const { ERR_HTTP2_NO_SOCKET_MANIPULATION, ERR_HTTP2_SOCKET_UNBOUND } = codes;

const OF_SESSION = new Set(['setTimeout', 'ref', 'unref']);
const FORBIDDEN = new Set([
  'destroy',
  'emit',
  'end',
  'pause',
  'read',
  'resume',
  'write',
  'setEncoding',
  'setKeepAlive',
  'setNoDelay',
]);

function socketOf(session) {
  const socket = session[kSocket];
  if (socket === undefined) throw new ERR_HTTP2_SOCKET_UNBOUND();
  return socket;
}

const handler = {
  has(session, property) {
    const socket = session[kSocket];
    return property in session || (socket !== undefined && property in socket);
  },
  get(session, property) {
    if (OF_SESSION.has(property)) return session[property].bind(session);
    if (FORBIDDEN.has(property)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
    const socket = socketOf(session);
    const value = socket[property];
    return typeof value === 'function' ? value.bind(socket) : value;
  },
  getPrototypeOf(session) {
    return Reflect.getPrototypeOf(socketOf(session));
  },
  set(session, property, value) {
    if (OF_SESSION.has(property)) {
      session[property] = value;
      return true;
    }
    if (FORBIDDEN.has(property)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
    socketOf(session)[property] = value;
    return true;
  },
};

/** The proxy of a session's socket, one for its life. */
function proxyOf(session) {
  return (session[kProxySocket] ??= new Proxy(session, handler));
}

// --- request.socket and response.socket of the compatibility API ----------------------------------------------------------

const OF_STREAM = new Set(['on', 'once', 'end', 'emit', 'destroy']);
const STATE_OF_STREAM = new Set(['writable', 'readable', 'destroyed']);
const FORBIDDEN_ON_STREAM = new Set(['pause', 'read', 'resume', 'write', 'setEncoding', 'setKeepAlive', 'setNoDelay']);

const streamHandler = {
  has(stream, property) {
    const socket = stream.session?.[kSocket];
    return property in stream || (socket !== undefined && property in socket);
  },
  get(stream, property) {
    if (OF_STREAM.has(property)) return stream[property].bind(stream);
    if (STATE_OF_STREAM.has(property)) return stream[property];
    if (property === 'setTimeout') {
      const { session } = stream;
      return session !== undefined ? session.setTimeout.bind(session) : stream.setTimeout.bind(stream);
    }
    if (FORBIDDEN_ON_STREAM.has(property)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
    const owner = stream.session !== undefined ? stream.session[kSocket] : stream;
    const value = owner?.[property];
    return typeof value === 'function' ? value.bind(owner) : value;
  },
  getPrototypeOf(stream) {
    return Reflect.getPrototypeOf(stream.session !== undefined ? stream.session[kSocket] : stream);
  },
  set(stream, property, value) {
    if (OF_STREAM.has(property) || STATE_OF_STREAM.has(property)) {
      stream[property] = value;
      return true;
    }
    if (property === 'setTimeout') {
      const { session } = stream;
      if (session !== undefined) session.setTimeout = value;
      else stream.setTimeout = value;
      return true;
    }
    if (FORBIDDEN_ON_STREAM.has(property)) throw new ERR_HTTP2_NO_SOCKET_MANIPULATION();
    const owner = stream.session !== undefined ? stream.session[kSocket] : stream;
    owner[property] = value;
    return true;
  },
};

const proxies = new WeakMap();

/** The proxy that stands for a stream's connection. */
function streamProxyOf(stream) {
  let proxy = proxies.get(stream);
  if (proxy === undefined) proxies.set(stream, (proxy = new Proxy(stream, streamHandler)));
  return proxy;
}

module.exports = { proxyOf, streamProxyOf };
