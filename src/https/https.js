// node:https: https://nodejs.org/api/https.html
'use strict';

const { Agent: HttpAgent } = require('http/http');
const { ClientRequest } = require('http/client');
const http = require('http/server');
const { kUniqueHeaders } = require('http/common');
const { parseUniqueHeadersOption } = require('http/outgoing');
const { validateObject } = require('errors/validators');
const tls = require('tls/tls');
const { URL, urlToHttpOptions } = require('url/url');

/**
 * @param {object} [options] as of tls.createServer and http.createServer
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
  // HTTP is what is spoken, unless the program says so.
  if (!options.ALPNProtocols && !options.ALPNCallback) options.ALPNProtocols = ['http/1.1'];
  Reflect.apply(http.storeHTTPOptions, this, [options]);
  options.noDelay ??= true;
  Reflect.apply(tls.Server, this, [options, http.connectionListener]);
  this.httpAllowHalfOpen = false;
  if (requestListener) this.on('request', requestListener);
  this.on('tlsClientError', function onTlsClientError(error, socket) {
    if (!this.emit('clientError', error, socket)) socket.destroy(error);
  });
  this.timeout = 0;
  this.maxHeadersCount = null;
  this.maxRequestsPerSocket = 0;
  this[kUniqueHeaders] = parseUniqueHeadersOption(options.uniqueHeaders);
  this.on('listening', http.setupConnectionsTracking);
}
Object.setPrototypeOf(Server.prototype, tls.Server.prototype);
Object.setPrototypeOf(Server, tls.Server);

Server.prototype.closeAllConnections = http.Server.prototype.closeAllConnections;
Server.prototype.closeIdleConnections = http.Server.prototype.closeIdleConnections;
Server.prototype.setTimeout = http.Server.prototype.setTimeout;

Server.prototype.close = function close() {
  http.httpServerPreClose(this);
  Reflect.apply(tls.Server.prototype.close, this, arguments);
  return this;
};

for (const symbol of Object.getOwnPropertySymbols(http.Server.prototype))
  Server.prototype[symbol] = http.Server.prototype[symbol];

function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

// What makes one connection different from another, besides host and port; in the order of names.
const NAMED = [
  'ca',
  'cert',
  'clientCertEngine',
  'ciphers',
  'key',
  'pfx',
  'rejectUnauthorized',
  'servername',
  'minVersion',
  'maxVersion',
  'secureProtocol',
  'crl',
  'honorCipherOrder',
  'ecdhCurve',
  'dhparam',
  'secureOptions',
  'sessionIdContext',
  'sigalgs',
  'privateKeyIdentifier',
  'privateKeyEngine',
];

/** @param {object} [options] as of http.Agent, `maxCachedSessions`, and what tls.connect() takes */
function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  options = { __proto__: null, ...options };
  options.defaultPort ??= 443;
  options.protocol ??= 'https:';
  Reflect.apply(HttpAgent, this, [options]);
  this.maxCachedSessions = this.options.maxCachedSessions;
  if (this.maxCachedSessions === undefined) this.maxCachedSessions = 100;
  this._sessionCache = { map: {}, list: [] };
}
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);
Object.setPrototypeOf(Agent, HttpAgent);

Agent.prototype.createConnection = function createConnection(...args) {
  let options;
  let callback = args.at(-1);
  if (typeof callback !== 'function') callback = undefined;
  const [first, second, third] = args;
  if (first !== null && typeof first === 'object') options = { ...first };
  else if (second !== null && typeof second === 'object') options = { ...second, port: first };
  else if (third !== null && typeof third === 'object') options = { ...third, port: first, host: second };
  else options = { port: first, host: typeof second === 'string' ? second : undefined };

  if (options._agentKey) {
    const session = this._getSession(options._agentKey);
    if (session) options = { session, ...options };
  }
  if (this._proxy !== undefined && this._proxy.appliesTo(options)) {
    require('http/tunnel').openTunnel(this._proxy, this, options, (error, socket) => {
      if (socket) keepSessions(this, options._agentKey, socket);
      callback?.(error, socket);
    });
    return undefined;
  }
  const socket = tls.connect(options);
  keepSessions(this, options._agentKey, socket);
  return socket;
};

/** Keeps the sessions of a connection for the next one to the same host. */
function keepSessions(agent, key, socket) {
  if (!key) return;
  socket.on('session', (session) => agent._cacheSession(key, session));
  socket.once('close', (hadError) => {
    if (hadError) agent._evictSession(key);
  });
}

Object.defineProperty(Agent.prototype.createConnection, 'length', { value: 0, configurable: true });

Agent.prototype.keepSocketAlive = HttpAgent.prototype.keepSocketAlive;

Agent.prototype.getName = function getName(options = {}) {
  let name = HttpAgent.prototype.getName.call(this, options);
  for (const key of NAMED) {
    name += ':';
    const value = options[key];
    if (key === 'rejectUnauthorized' || key === 'honorCipherOrder' || key === 'secureOptions') {
      if (value !== undefined) name += value;
    } else if (key === 'servername') {
      if (value && value !== options.host) name += value;
    } else if (key === 'pfx' && Array.isArray(value)) {
      for (const each of value) name += each.buf ?? each;
    } else if (value) {
      name += key === 'sigalgs' ? JSON.stringify(value) : value;
    }
  }
  return name;
};

Agent.prototype._getSession = function _getSession(key) {
  return this._sessionCache.map[key];
};

Agent.prototype._cacheSession = function _cacheSession(key, session) {
  if (this.maxCachedSessions === 0) return;
  const { map, list } = this._sessionCache;
  if (map[key]) {
    map[key] = session;
    return;
  }
  if (list.length >= this.maxCachedSessions) delete map[list.shift()];
  list.push(key);
  map[key] = session;
};

Agent.prototype._evictSession = function _evictSession(key) {
  const { map, list } = this._sessionCache;
  const index = list.indexOf(key);
  if (index === -1) return;
  list.splice(index, 1);
  delete map[key];
};

let globalAgent;
const defaultAgent = () =>
  (globalAgent ??= new Agent({
    keepAlive: true,
    scheduling: 'lifo',
    timeout: 5000,
    proxyEnv: require('http/agent').proxyEnvByOption(),
  }));

function request(...args) {
  let options = {};
  if (typeof args[0] === 'string') {
    options = urlToHttpOptions(new URL(args.shift()));
  } else if (args[0]?.href && args[0].protocol && args[0].auth === undefined && args[0].path === undefined) {
    options = urlToHttpOptions(args.shift());
  }
  if (args[0] && typeof args[0] !== 'function') Object.assign(options, args.shift());
  options._defaultAgent = module.exports.globalAgent;
  args.unshift(options);
  return Reflect.construct(ClientRequest, args);
}
Object.defineProperty(request, 'length', { value: 0, configurable: true });

function get(input, options, callback) {
  const req = request(input, options, callback);
  req.end();
  return req;
}

module.exports = { Agent };
Object.defineProperty(module.exports, 'globalAgent', {
  __proto__: null,
  get: defaultAgent,
  set(value) {
    globalAgent = value;
  },
  configurable: true,
  enumerable: true,
});
Object.assign(module.exports, { Server, createServer, get, request });
