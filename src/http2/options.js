// Options of servers and of connect().
'use strict';

const { validateBoolean, validateObject, validateUint32 } = require('errors/validators');
const { validateRemoteCustom } = require('http2/settings');

/** Checks what servers and clients have in common, in place. */
function checkSessionOptions(options) {
  if (options.remoteCustomSettings !== undefined)
    options.remoteCustomSettings = validateRemoteCustom(options.remoteCustomSettings);
  if (options.maxSessionInvalidFrames !== undefined)
    validateUint32(options.maxSessionInvalidFrames, 'options.maxSessionInvalidFrames');
  if (options.maxSessionRejectedStreams !== undefined)
    validateUint32(options.maxSessionRejectedStreams, 'options.maxSessionRejectedStreams');
  if (options.unknownProtocolTimeout === undefined) options.unknownProtocolTimeout = 10_000;
  else validateUint32(options.unknownProtocolTimeout, 'options.unknownProtocolTimeout');
  if (options.strictSingleValueFields === undefined) options.strictSingleValueFields = true;
  else validateBoolean(options.strictSingleValueFields, 'options.strictSingleValueFields');
  return options;
}

/** A copy of a server's options, checked, with what is missing. */
function serverOptions(given) {
  if (given !== undefined) validateObject(given, 'options');
  const options = { ...given };
  if (options.settings !== undefined) validateObject(options.settings, 'options.settings');
  options.settings = { ...options.settings };
  checkSessionOptions(options);
  const { Http2ServerRequest } = require('http2/compat_request');
  const { Http2ServerResponse } = require('http2/compat_response');
  options.http1Options = { ...options.http1Options };
  // Names that these had before.
  if (options.Http1IncomingMessage) options.http1Options.IncomingMessage ??= options.Http1IncomingMessage;
  if (options.Http1ServerResponse) options.http1Options.ServerResponse ??= options.Http1ServerResponse;
  options.Http2ServerRequest ||= Http2ServerRequest;
  options.Http2ServerResponse ||= Http2ServerResponse;
  return options;
}

/** The same for TLS: with the protocols that are offered. */
function tlsOptionsOf(options, servername) {
  const tls = { ...options };
  if (!tls.ALPNCallback) {
    tls.ALPNProtocols = ['h2'];
    if (tls.allowHTTP1 === true) tls.ALPNProtocols.push('http/1.1');
  }
  if (servername !== undefined && !tls.servername) tls.servername = servername;
  return tls;
}

module.exports = { checkSessionOptions, serverOptions, tlsOptionsOf };
