// node:http2: https://nodejs.org/api/http2.html
'use strict';

const { Http2ServerRequest } = require('http2/compat_request');
const { Http2ServerResponse } = require('http2/compat_response');
const { connect } = require('http2/connect');
const { constants } = require('http2/constants');
const { kSensitive } = require('http2/headers');
const { createSecureServer, createServer, performServerHandshake } = require('http2/server');
const { getDefaultSettings, getPackedSettings, getUnpackedSettings } = require('http2/settings');

module.exports = {
  connect,
  constants,
  createServer,
  createSecureServer,
  getDefaultSettings,
  getPackedSettings,
  getUnpackedSettings,
  performServerHandshake,
  sensitiveHeaders: kSensitive,
  Http2ServerRequest,
  Http2ServerResponse,
};
