// node:tls: https://nodejs.org/api/tls.html
'use strict';

const { SecureContext, createSecureContext, DEFAULT_CIPHERS } = require('tls/secure_context');
const { getCACertificates, setDefaultCACertificates } = require('tls/authorities');
const { convertALPNProtocols } = require('tls/alpn');
const { checkServerIdentity } = require('tls/identity');
const { TLSSocket } = require('tls/socket');
const { Server, createServer } = require('tls/server');
const { connect } = require('tls/connect');

const native = binding('tls');

let ciphers;

/** Lower-case names of the ciphers that there are. */
function getCiphers() {
  ciphers ??= [...new Set(native.cipherNames().map((name) => name.toLowerCase()))].sort();
  return [...ciphers];
}

/** OpenSSL of the sysroot is built without compression of certificates. */
function getCertificateCompressionAlgorithms() {
  return [];
}

Object.assign(exports, {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS,
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MIN_VERSION: 'TLSv1.2',
  DEFAULT_MAX_VERSION: 'TLSv1.3',
  getCiphers,
  getCertificateCompressionAlgorithms,
});

Object.defineProperty(exports, 'rootCertificates', {
  __proto__: null,
  get: () => getCACertificates('bundled'),
  configurable: false,
  enumerable: true,
});

Object.assign(exports, {
  getCACertificates,
  setDefaultCACertificates,
  convertALPNProtocols,
  checkServerIdentity,
  createSecureContext,
  SecureContext,
  TLSSocket,
  Server,
  createServer,
  connect,
});

require('engine/lifecycle').onStart(() => {
  const { getOptionValue } = require('cli/options');
  const max = ['--tls-max-v1.3', '--tls-max-v1.2'].find((name) => getOptionValue(name));
  if (max) exports.DEFAULT_MAX_VERSION = `TLSv${max.slice(-3)}`;
  const min = ['--tls-min-v1.0', '--tls-min-v1.1', '--tls-min-v1.2', '--tls-min-v1.3'].find((name) =>
    getOptionValue(name),
  );
  if (min) exports.DEFAULT_MIN_VERSION = min.endsWith('1.0') ? 'TLSv1' : `TLSv${min.slice(-3)}`;
  const list = getOptionValue('--tls-cipher-list');
  if (list) exports.DEFAULT_CIPHERS = list;
});
