'use strict';

// Requests through a proxy, as the environment says (`proxyEnv` of an agent, NODE_USE_ENV_PROXY, setGlobalProxyFromEnv):
// plain HTTP goes to the proxy with the whole URL in its first line, HTTPS through a tunnel (http/tunnel).

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const net = require('net/net');
const { URL } = require('url/url');

/** The proxy for `protocol`; lower-case names come first, as curl has it. */
function proxyUrl(env, protocol) {
  return protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
}

/** Entries of NO_PROXY: "*", "host", "host:port", ".suffix", "*.suffix", "10.0.0.1", "10.0.0.1-10.0.0.9". */
function bypasses(list, host, port) {
  host = host.toLowerCase();
  for (const entry of list) {
    if (entry === '*' || entry === host || entry === `${host}:${port}`) return true;
    if (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : entry.startsWith('.') && host.endsWith(entry))
      return true;
    const dash = entry.indexOf('-');
    if (dash > 0 && net.isIPv4(host) && net.isIPv4(entry.slice(0, dash)) && net.isIPv4(entry.slice(dash + 1))) {
      const at = number(host);
      if (at >= number(entry.slice(0, dash)) && at <= number(entry.slice(dash + 1))) return true;
    }
  }
  return false;
}

function number(address) {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

class Proxy {
  constructor(url, noProxy) {
    this.url = url;
    this.noProxy = noProxy
      ? `${noProxy}`
          .toLowerCase()
          .split(',')
          .map((entry) => entry.trim())
          .filter(Boolean)
      : [];
    this.authorization = null;
    if (url.username || url.password) {
      const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
      this.authorization = `Basic ${Buffer.from(user).toString('base64')}`;
    }
  }

  /** Whether a connection with these options goes to the proxy. */
  appliesTo(options) {
    if (options.socketPath) return false;
    const { host = 'localhost', port, defaultPort = 80 } = options;
    return !bypasses(this.noProxy, host || 'localhost', port || defaultPort || 80);
  }

  /** A connection to the proxy itself. */
  connect(options, ...rest) {
    const { hostname, port, protocol } = this.url;
    const isSecure = protocol === 'https:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const all = {
      ...options,
      host,
      port: port || (isSecure ? 443 : 80),
      servername: isSecure && !net.isIP(host) ? host : undefined,
      path: undefined,
      session: undefined,
    };
    return isSecure ? require('tls/tls').connect(all, ...rest) : net.createConnection(all, ...rest);
  }

  /** Makes a request one for the proxy: the URL in full, and what the proxy is to know. */
  rewrite(req, options, host, port, defaultPort) {
    if (req.agent.protocol === 'https:' || !this.appliesTo({ ...options, host, port })) return;
    let authority = net.isIPv6(host) ? `[${host}]` : host;
    if (port && +port !== defaultPort) authority += `:${port}`;
    const named = req.getHeader('host');
    if (named !== undefined && named !== authority) {
      throw new codes.ERR_INVALID_ARG_VALUE(
        'Host in options.headers',
        named,
        `must match the request authority (${authority})`,
      );
    }
    req.path = `http://${authority}${req.path}`;
    if (this.authorization !== null) req.setHeader('proxy-authorization', this.authorization);
    req.setHeader('proxy-connection', req.shouldKeepAlive ? 'keep-alive' : 'close');
  }
}

/** The proxy that `env` names for `protocol`, or null. @throws {Error} the name makes no sense */
function proxyOf(env, protocol) {
  const text = proxyUrl(env, protocol);
  if (!text) return null;
  if (/[\r\n]/.test(text) || !URL.canParse(text))
    throw new codes.ERR_PROXY_INVALID_CONFIG(`Invalid proxy URL: ${text}`);
  return new Proxy(new URL(text), env.no_proxy || env.NO_PROXY);
}

/** Lets an agent go through the proxy that `env` names for its protocol, if any. */
function useProxyEnv(agent, env) {
  const text = proxyUrl(env, agent.protocol);
  if (!text) return;
  if (/[\r\n]/.test(text) || (/^https?:/i.test(text) && !URL.canParse(text)))
    throw new codes.ERR_PROXY_INVALID_CONFIG(`Invalid proxy URL: ${text}`);
  agent._proxy = new Proxy(new URL(text), env.no_proxy || env.NO_PROXY);
}

/**
 * `http.setGlobalProxyFromEnv([env])`: new global agents that use the proxies.
 * @returns {() => void} undoes it
 */
function setGlobalProxyFromEnv(env) {
  validateObject(env, 'proxyEnv');
  const wanted = [
    ['http:', proxyUrl(env, 'http:')],
    ['https:', proxyUrl(env, 'https:')],
  ].filter(([, text]) => text);
  for (const [, text] of wanted) {
    if (!URL.canParse(text)) throw new codes.ERR_PROXY_INVALID_CONFIG(text);
  }
  const undo = [];
  for (const [protocol] of wanted) {
    const room = protocol === 'http:' ? require('http/agent') : require('https/https');
    const before = room.globalAgent;
    room.globalAgent = new before.constructor({ ...before.options, keepAlive: true, proxyEnv: env });
    undo.push(() => {
      room.globalAgent = before;
    });
  }
  if (wanted.length > 0) undo.push(require('fetch/pool').setProxyEnv(env));
  return () => {
    for (const restore of undo) restore();
  };
}

module.exports = { proxyOf, setGlobalProxyFromEnv, useProxyEnv };
