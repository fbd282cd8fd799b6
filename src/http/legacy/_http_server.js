'use strict';

const server = require('http/server');

module.exports = {
  STATUS_CODES: server.STATUS_CODES,
  Server: server.Server,
  ServerResponse: server.ServerResponse,
  setupConnectionsTracking: server.setupConnectionsTracking,
  storeHTTPOptions: server.storeHTTPOptions,
  _connectionListener: server.connectionListener,
  kServerResponse: server.kServerResponse,
  httpServerPreClose: server.httpServerPreClose,
  kConnectionsCheckingInterval: server.kConnectionsCheckingInterval,
};
