'use strict';

// HTTPS through a proxy: a tunnel asked for with CONNECT (RFC 9110 §9.3.6), and TLS with the server inside of it.

const { codes } = require('errors/errors');
const net = require('net/net');

const END_OF_HEAD = '\r\n\r\n';
/** More than any sensible answer to CONNECT. */
const MAX_HEAD = 64 * 1024;

/** What asks the proxy for a way to `authority`. */
function connectRequest(proxy, agent, authority) {
  let head = `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n`;
  if (agent.keepAlive || Number.isFinite(agent.maxSockets)) head += 'Proxy-Connection: keep-alive\r\n';
  if (proxy.authorization !== null) head += `Proxy-Authorization: ${proxy.authorization}\r\n`;
  return `${head}\r\n`;
}

/**
 * Makes a connection to a proxy and through it a TLS connection to the server that `options` names.
 * @param {Proxy} proxy
 * @param {https.Agent} agent
 * @param {object} options as of tls.connect()
 * @param {(error: Error|null, socket?: TLSSocket) => void} callback
 */
function openTunnel(proxy, agent, options, callback) {
  const host = options.host || 'localhost';
  const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${options.port || 443}`;
  const socket = proxy.connect(options);
  const { timeout } = options;
  let head = '';
  let done = false;

  const finish = (error, secure) => {
    if (done) return;
    done = true;
    for (const event of Object.keys(listeners)) socket.removeListener(event, listeners[event]);
    if (error) {
      socket.on('error', () => {});
      socket.destroy();
    }
    callback(error, secure);
  };
  const fail = (message) => finish(new codes.ERR_PROXY_TUNNEL(message));

  const listeners = {
    data(chunk) {
      head += chunk.latin1Slice();
      const end = head.indexOf(END_OF_HEAD);
      if (end === -1) {
        if (head.length > MAX_HEAD) fail('The head of the answer of the proxy is too long');
        return;
      }
      const status = head.slice(0, head.indexOf('\r\n'));
      if (!/^HTTP\/1\.[01] 2\d\d(?: |$)/.test(status)) {
        fail(`Failed to establish tunnel to ${authority} via ${proxy.url.href}: ${status}`);
        return;
      }
      const rest = head.length - end - END_OF_HEAD.length;
      socket.removeListener('data', listeners.data);
      socket.pause();
      if (rest > 0) socket.unshift(chunk.subarray(chunk.length - rest));
      if (timeout) socket.setTimeout(0);
      const secure = require('tls/tls').connect({ ...options, path: undefined, socket });
      if (timeout) secure.setTimeout(timeout);
      finish(null, secure);
    },
    end() {
      fail('Connection to establish proxy tunnel ended unexpectedly');
    },
    close() {
      fail('Connection to establish proxy tunnel ended unexpectedly');
    },
    error(error) {
      finish(error);
    },
    timeout() {
      const error = new codes.ERR_PROXY_TUNNEL(`Connection to establish proxy tunnel timed out after ${timeout}ms`);
      error.proxyTunnelTimeout = timeout;
      finish(error);
    },
  };
  for (const event of Object.keys(listeners)) socket.on(event, listeners[event]);
  socket.write(connectRequest(proxy, agent, authority), 'latin1');
}

module.exports = { openTunnel };
