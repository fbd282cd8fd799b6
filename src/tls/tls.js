// node:tls: not built yet.
'use strict';

const { notBuilt } = require('modules/not_built');

module.exports = notBuilt('tls', {
  functions: [
    'connect',
    'createServer',
    'createSecureContext',
    'checkServerIdentity',
    'getCiphers',
    'getCACertificates',
    'setDefaultCACertificates',
    'convertALPNProtocols',
    'createSecurePair',
  ],
  classes: ['Server', 'TLSSocket', 'SecureContext'],
  values: {
    CLIENT_RENEG_LIMIT: 3,
    CLIENT_RENEG_WINDOW: 600,
    DEFAULT_ECDH_CURVE: 'auto',
    DEFAULT_MAX_VERSION: 'TLSv1.3',
    DEFAULT_MIN_VERSION: 'TLSv1.2',
    rootCertificates: [],
  },
});
