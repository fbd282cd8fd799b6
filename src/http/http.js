'use strict';

// node:http

const { validateInteger } = require('errors/validators');
const { METHODS, STATUS_CODES, maxHeaderSize, validateHeaderName, validateHeaderValue } = require('http/common');
const agents = require('http/agent');
const { ClientRequest } = require('http/client');
const { IncomingMessage } = require('http/incoming');
const { OutgoingMessage } = require('http/outgoing');
const { Server, ServerResponse, connectionListener } = require('http/server');

/** @see https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener */
function createServer(options, requestListener) {
  return new Server(options, requestListener);
}

/** @see https://nodejs.org/api/http.html#httprequesturl-options-callback */
function request(url, options, callback) {
  return new ClientRequest(url, options, callback);
}

/** `request` of a GET, already ended. */
function get(url, options, callback) {
  const req = request(url, options, callback);
  req.end();
  return req;
}

/** How many parsers of client connections are kept for the next exchange. */
function setMaxIdleHTTPParsers(max) {
  validateInteger(max, 'max', 1);
  require('http/client_connection').idle.max = max;
}

/** Sends requests of the global agents through the proxies that `env` names. Gives a function that undoes it. */
function setGlobalProxyFromEnv(env = process.env) {
  return require('http/proxy').setGlobalProxyFromEnv(env);
}
Object.defineProperty(setGlobalProxyFromEnv, 'length', { value: 0, configurable: true });

module.exports = {
  _connectionListener: connectionListener,
  METHODS,
  STATUS_CODES,
  Agent: agents.Agent,
  ClientRequest,
  IncomingMessage,
  OutgoingMessage,
  Server,
  ServerResponse,
  createServer,
  validateHeaderName,
  validateHeaderValue,
  get,
  request,
  setMaxIdleHTTPParsers,
  setGlobalProxyFromEnv,
};

let maxHeader;
Object.defineProperty(module.exports, 'maxHeaderSize', {
  configurable: true,
  enumerable: true,
  get() {
    return (maxHeader ??= maxHeaderSize());
  },
});
Object.defineProperty(module.exports, 'globalAgent', {
  configurable: true,
  enumerable: true,
  get() {
    return agents.globalAgent;
  },
  set(agent) {
    agents.globalAgent = agent;
  },
});
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) {
  Object.defineProperty(module.exports, name, {
    configurable: true,
    enumerable: true,
    get() {
      return globalThis[name];
    },
  });
}
