// node:https: not built yet (it comes with TLS). Agent exists, since packages make one at load.
'use strict';

const { Agent: HttpAgent } = require('http/http');
const { notBuilt } = require('modules/not_built');

function Agent(options) {
  if (!(this instanceof Agent)) return new Agent(options);
  Reflect.apply(HttpAgent, this, [options]);
  this.defaultPort = 443;
  this.protocol = 'https:';
}
Object.setPrototypeOf(Agent.prototype, HttpAgent.prototype);
Object.setPrototypeOf(Agent, HttpAgent);

const { createServer, request, get, Server } = notBuilt('https', {
  functions: ['createServer', 'request', 'get'],
  classes: ['Server'],
});
Agent.prototype.createConnection = notBuilt('https', { functions: ['createConnection'] }).createConnection;

let globalAgent;

module.exports = { Agent, Server, createServer, get, request };
Object.defineProperty(module.exports, 'globalAgent', {
  __proto__: null,
  get: () => (globalAgent ??= new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 })),
  set(value) {
    globalAgent = value;
  },
  configurable: true,
  enumerable: true,
});
