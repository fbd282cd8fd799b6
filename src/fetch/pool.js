// Connections of fetch() and of WebSocket clients: made as needed, kept for a while, one exchange at a time on each.
'use strict';

const net = require('net/net');
const { ConnectTimeoutError, RequestAbortedError } = require('fetch/network_error');
const { HttpConnection } = require('fetch/connection');

const CONNECT_TIMEOUT = 10_000;

/** How long an idle connection is kept when the server says nothing; and how much earlier than it says. */
const KEEP_ALIVE = 4_000;
const KEEP_ALIVE_MARGIN = 1_000;
const MAX_KEEP_ALIVE = 600_000;

const origins = new Map();
require('engine/lifecycle').onForget(() => origins.clear());

/** The environment that names proxies; null: none counts. */
let proxyEnv;

class Origin {
  constructor(url) {
    this.key = url.origin;
    this.secure = url.protocol === 'https:' || url.protocol === 'wss:';
    this.hostname = url.hostname.replace(/^\[|\]$/g, '');
    this.port = Number(url.port || (this.secure ? 443 : 80));
    this.authority = url.host;
    this.idle = [];
    this.session = undefined; // of TLS, for the next handshake
  }

  /**
   * A connection for `exchange`: `exchange.onConnection(connection, isReused)` or `exchange.onFailure(error)`.
   * @returns {() => void} gives up
   */
  acquire(exchange) {
    while (this.idle.length > 0) {
      const connection = this.idle.pop();
      if (!connection.isUsable()) continue;
      connection.wake();
      exchange.onConnection(connection, true);
      return nothing;
    }
    return this.connect(exchange);
  }

  connect(exchange) {
    return openSocket(this, [], (error, socket) => {
      if (error) {
        exchange.onFailure(error);
        return;
      }
      if (this.secure) {
        socket.on('session', (session) => {
          this.session = session;
        });
      }
      exchange.onConnection(new HttpConnection(this, socket), false);
    });
  }

  /** An exchange is over and the connection can serve another. */
  release(connection, timeout) {
    const limit = timeout === null ? KEEP_ALIVE : Math.min(timeout, MAX_KEEP_ALIVE) - KEEP_ALIVE_MARGIN;
    if (limit <= 0) {
      connection.destroy();
      return;
    }
    connection.sleep(limit);
    this.idle.push(connection);
  }

  forget(connection) {
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
  }
}

const nothing = () => {};

/**
 * Opens a socket to an origin, with TLS and through a proxy where they are due.
 * @param {Origin} origin
 * @param {string[]} protocols of ALPN; none: HTTP/1.1
 * @param {(error: Error|null, socket?: net.Socket) => void} callback
 * @returns {() => void} gives up
 */
function openSocket(origin, protocols, callback) {
  const { secure, hostname, port } = origin;
  let socket;
  let timer;
  let done = false;
  const finish = (error) => {
    if (done) return;
    done = true;
    require('timers/timers').clearTimeout(timer);
    socket.removeListener('error', finish);
    socket.removeListener(secure ? 'secureConnect' : 'connect', onConnect);
    socket.removeListener('close', onClose);
    if (error) {
      socket.on('error', nothing);
      socket.destroy();
      callback(error);
    } else {
      callback(null, socket);
    }
  };
  const onConnect = () => finish(null);
  const onClose = () => finish(new (require('fetch/network_error').SocketError)('other side closed'));
  const listen = (given) => {
    socket = given;
    socket.on('error', finish);
    socket.on('close', onClose);
    socket.on(secure ? 'secureConnect' : 'connect', onConnect);
  };
  const tlsOptions = () => ({
    servername: net.isIP(hostname) ? '' : hostname,
    ALPNProtocols: protocols.length > 0 ? protocols : ['http/1.1'],
    session: origin.session,
  });
  const { setTimeout } = require('timers/timers');
  timer = setTimeout(() => {
    finish(
      new ConnectTimeoutError(
        `Connect Timeout Error (attempted address: ${hostname}:${port}, timeout: ${CONNECT_TIMEOUT}ms)`,
      ),
    );
  }, CONNECT_TIMEOUT);

  const proxy = proxyFor(origin);
  if (proxy !== null) {
    socket = openThroughProxy(proxy, origin, (error, tunnel) => {
      if (done) return tunnel?.destroy();
      if (error) return finish(error);
      if (!secure) {
        socket = tunnel;
        done = true;
        require('timers/timers').clearTimeout(timer);
        return callback(null, tunnel);
      }
      return listen(require('tls/tls').connect({ ...tlsOptions(), socket: tunnel }));
    });
  } else if (secure) {
    listen(require('tls/tls').connect({ host: hostname, port, ...tlsOptions() }));
    socket.setNoDelay(true);
  } else {
    listen(net.connect({ host: hostname, port, noDelay: true }));
  }
  return () => {
    if (!done) finish(new RequestAbortedError('Request aborted'));
  };
}

// --- proxies ------------------------------------------------------------------------------------------------------------

/** The proxy that the environment names for an origin, or null. */
function proxyFor(origin) {
  if (proxyEnv === undefined) {
    const { getOptionValue } = require('cli/options');
    const wanted = process.env.NODE_USE_ENV_PROXY === '1' || getOptionValue('--use-env-proxy');
    proxyEnv = wanted ? process.env : null;
  }
  if (proxyEnv === null) return null;
  const { proxyOf } = require('http/proxy');
  const proxy = proxyOf(proxyEnv, origin.secure ? 'https:' : 'http:');
  if (proxy === null || !proxy.appliesTo({ host: origin.hostname, port: origin.port })) return null;
  return proxy;
}

/** Proxies of `env` from now on. @returns {() => void} undoes it */
function setProxyEnv(env) {
  const before = proxyEnv;
  const change = (value) => {
    proxyEnv = value;
    // What is kept goes another way.
    for (const origin of origins.values()) for (const connection of [...origin.idle]) connection.destroy();
  };
  change(env);
  return () => change(before);
}

const END_OF_HEAD = '\r\n\r\n';
const MAX_HEAD = 64 * 1024;

/** A tunnel (CONNECT) to the origin: Node's fetch() uses one for plain HTTP, too. */
function openThroughProxy(proxy, origin, callback) {
  const authority = `${net.isIPv6(origin.hostname) ? `[${origin.hostname}]` : origin.hostname}:${origin.port}`;
  const socket = proxy.connect({ noDelay: true });
  let head = '';
  const finish = (error, rest) => {
    for (const event of Object.keys(listeners)) socket.removeListener(event, listeners[event]);
    if (error) {
      socket.on('error', nothing);
      socket.destroy();
      callback(error);
      return;
    }
    socket.pause();
    if (rest.length > 0) socket.unshift(rest);
    callback(null, socket);
  };
  const listeners = {
    data(chunk) {
      head += chunk.latin1Slice();
      const end = head.indexOf(END_OF_HEAD);
      if (end < 0) {
        if (head.length > MAX_HEAD) finish(new RequestAbortedError('The head of the answer of the proxy is too long'));
        return;
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      if (status !== '200') {
        finish(new RequestAbortedError(`Proxy response (${status}) !== 200 when HTTP Tunneling`));
        return;
      }
      const rest = head.length - end - END_OF_HEAD.length;
      finish(null, chunk.subarray(chunk.length - rest));
    },
    error: finish,
    close: () => finish(new (require('fetch/network_error').SocketError)('other side closed')),
  };
  for (const event of Object.keys(listeners)) socket.on(event, listeners[event]);
  let text = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\nconnection: close\r\nproxy-connection: keep-alive\r\n`;
  if (proxy.authorization !== null) text += `proxy-authorization: ${proxy.authorization}\r\n`;
  socket.write(`${text}\r\n`, 'latin1');
  return socket;
}

/** @param {URL} url @returns {Origin} */
function originOf(url) {
  const key = url.origin;
  let origin = origins.get(key);
  if (origin === undefined) {
    // Programs that talk to ever new hosts: those without a connection may go.
    if (origins.size >= 1000) {
      for (const [name, { idle }] of origins) if (idle.length === 0) origins.delete(name);
    }
    origin = new Origin(url);
    origins.set(key, origin);
  }
  return origin;
}

module.exports = { Origin, openSocket, originOf, setProxyEnv };
