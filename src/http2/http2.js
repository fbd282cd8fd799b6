// node:http2: not built yet. The names of headers are there: packages read them at load.
'use strict';

const { notBuilt } = require('modules/not_built');

const HEADERS = ['status', 'method', 'authority', 'scheme', 'path', 'protocol'];
const constants = {
  NGHTTP2_CANCEL: 8,
  NGHTTP2_NO_ERROR: 0,
  NGHTTP2_REFUSED_STREAM: 7,
  NGHTTP2_INTERNAL_ERROR: 2,
  NGHTTP2_ENHANCE_YOUR_CALM: 11,
};
for (const name of HEADERS) constants[`HTTP2_HEADER_${name.toUpperCase()}`] = `:${name}`;
for (const name of [
  'accept',
  'content-type',
  'content-length',
  'cookie',
  'date',
  'host',
  'user-agent',
  'te',
  'connection',
  'transfer-encoding',
  'upgrade',
  'keep-alive',
  'proxy-connection',
  'http2-settings',
]) {
  constants[`HTTP2_HEADER_${name.toUpperCase().replaceAll('-', '_')}`] = name;
}

module.exports = notBuilt('http2', {
  functions: [
    'connect',
    'createServer',
    'createSecureServer',
    'getDefaultSettings',
    'getPackedSettings',
    'getUnpackedSettings',
    'performServerHandshake',
  ],
  classes: ['Http2ServerRequest', 'Http2ServerResponse'],
  values: { constants, sensitiveHeaders: Symbol.for('nodejs.http2.sensitiveHeaders') },
});
