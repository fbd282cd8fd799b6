// tls.createSecureContext: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const {
  validateBoolean,
  validateInt32,
  validateInteger,
  validateObject,
  validateString,
} = require('errors/validators');
const { ensureRoots } = require('tls/authorities');

const native = binding('tls');
const { TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION } = native;

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_TLS_INVALID_PROTOCOL_METHOD,
  ERR_TLS_INVALID_PROTOCOL_VERSION,
  ERR_TLS_PROTOCOL_VERSION_CONFLICT,
} = codes;

const VERSIONS = {
  __proto__: null,
  TLSv1: TLS1_VERSION,
  'TLSv1.1': TLS1_1_VERSION,
  'TLSv1.2': TLS1_2_VERSION,
  'TLSv1.3': TLS1_3_VERSION,
};

const DEFAULT_CIPHERS =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:' +
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:' +
  'DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:' +
  'DHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:' +
  '!PSK:!SRP:!CAMELLIA';

const defaults = () => require('tls/tls');

/** [side, minimum, maximum] of `secureProtocol`; side as in SecureContext::init. */
function secureProtocol(name) {
  const match = /^(SSLv2|SSLv3|SSLv23|TLS|TLSv1|TLSv1_1|TLSv1_2)(?:_(client|server))?_method$/.exec(name);
  if (match === null) throw new ERR_TLS_INVALID_PROTOCOL_METHOD(`Unknown method: ${name}`);
  const [, version, sideName] = match;
  const side = sideName === 'client' ? 1 : sideName === 'server' ? 2 : 0;
  switch (version) {
    case 'SSLv2':
    case 'SSLv3':
      throw new ERR_TLS_INVALID_PROTOCOL_METHOD(`${version} methods disabled`);
    case 'SSLv23':
      return [side, versionNumber(undefined, 'minimum', defaults().DEFAULT_MIN_VERSION), TLS1_2_VERSION];
    case 'TLS':
      return [side, 0, TLS1_3_VERSION];
    case 'TLSv1':
      return [side, TLS1_VERSION, TLS1_VERSION];
    case 'TLSv1_1':
      return [side, TLS1_1_VERSION, TLS1_1_VERSION];
    default:
      return [side, TLS1_2_VERSION, TLS1_2_VERSION];
  }
}

function versionNumber(name, which, fallback) {
  const number = VERSIONS[name ?? fallback];
  if (number === undefined || (name !== undefined && name !== null && typeof name !== 'string'))
    throw new ERR_TLS_INVALID_PROTOCOL_VERSION(name, which);
  return number;
}

/**
 * @param {string} [secureProtocol]
 * @param {number} [secureOptions]
 * @param {string} [minVersion]
 * @param {string} [maxVersion]
 */
function SecureContext(protocol, secureOptions, minVersion, maxVersion) {
  if (!(this instanceof SecureContext)) return new SecureContext(protocol, secureOptions, minVersion, maxVersion);
  let side = 0;
  let min;
  let max;
  if (protocol) {
    if (minVersion !== undefined && minVersion !== null)
      throw new ERR_TLS_PROTOCOL_VERSION_CONFLICT(minVersion, protocol);
    if (maxVersion !== undefined && maxVersion !== null)
      throw new ERR_TLS_PROTOCOL_VERSION_CONFLICT(maxVersion, protocol);
    validateString(protocol, 'options.secureProtocol');
    [side, min, max] = secureProtocol(protocol);
  } else {
    min = versionNumber(minVersion, 'minimum', defaults().DEFAULT_MIN_VERSION);
    max = versionNumber(maxVersion, 'maximum', defaults().DEFAULT_MAX_VERSION);
  }
  this.context = new native.SecureContext();
  this.context.init(side, min, max);
  if (secureOptions) {
    validateInteger(secureOptions, 'secureOptions');
    this.context.setOptions(secureOptions);
  }
}

function checkMaterial(name, value) {
  if (typeof value === 'string' || ArrayBuffer.isView(value)) return;
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value);
}

const bytesOf = (value) => (typeof value === 'string' ? Buffer.from(value) : value);
const listOf = (value) => (Array.isArray(value) ? value : [value]);

function setKeys(context, key, passphrase) {
  if (passphrase !== undefined && passphrase !== null) validateString(passphrase, 'options.passphrase');
  for (const each of listOf(key)) {
    let material = each;
    let secret = passphrase;
    if (Array.isArray(key) && each !== null && typeof each === 'object' && each.pem !== undefined) {
      material = each.pem;
      if (each.passphrase !== undefined) secret = each.passphrase;
    }
    if (material !== null && typeof material === 'object' && typeof material.export === 'function')
      material = material.export({ type: 'pkcs8', format: 'pem' });
    checkMaterial('options.key', material);
    if (secret !== undefined && secret !== null) validateString(secret, 'options.passphrase');
    context.setKey(bytesOf(material), secret);
  }
}

function setPfx(context, pfx, passphrase) {
  for (const each of listOf(pfx)) {
    const { buf } = each;
    const material = buf || each;
    checkMaterial('options.pfx', material);
    const secret = each.passphrase || passphrase;
    context.loadPKCS12(bytesOf(material), secret === undefined || secret === null ? undefined : `${secret}`);
  }
}

/** TLS 1.3 names its ciphers apart. */
function splitCiphers(ciphers) {
  const suites = [];
  const list = [];
  for (const each of ciphers.split(':')) {
    if (each === '') continue;
    if (/^!?TLS_/.test(each)) {
      if (each[0] !== '!') suites.push(each);
    } else list.push(each);
  }
  return [list.join(':'), suites.join(':')];
}

function setCiphers(secureContext, ciphers) {
  const { context } = secureContext;
  const [list, suites] = splitCiphers(ciphers);
  if (list === '' && suites === '') throw new ERR_INVALID_ARG_VALUE('options.ciphers', ciphers.split(':'));
  // Those of TLS 1.3 stay as they are when none are named.
  if (suites !== '') context.setCipherSuites(suites);
  context.setCiphers(list);
  // Nobody can agree on a version without ciphers.
  if (list === '' && context.getMinProto() < TLS1_3_VERSION && context.getMaxProto() > TLS1_2_VERSION)
    context.setMinProto(TLS1_3_VERSION);
}

function configure(secureContext, options, name) {
  validateObject(options, name);
  const { context } = secureContext;
  const {
    allowPartialTrustChain,
    ca,
    cert,
    ciphers = defaults().DEFAULT_CIPHERS,
    clientCertEngine,
    crl,
    dhparam,
    ecdhCurve = defaults().DEFAULT_ECDH_CURVE,
    key,
    passphrase,
    pfx,
    privateKeyEngine,
    privateKeyIdentifier,
    sessionIdContext,
    sessionTimeout,
    sigalgs,
    ticketKeys,
  } = options;

  // First of all: the level of security that they can name decides on keys and certificates, too.
  if (ciphers !== undefined && ciphers !== null) validateString(ciphers, `${name}.ciphers`);
  setCiphers(secureContext, ciphers || defaults().DEFAULT_CIPHERS);
  if (ca) {
    for (const each of listOf(ca)) {
      checkMaterial(`${name}.ca`, each);
      context.addCACert(each);
    }
  } else {
    ensureRoots();
    context.addRootCerts();
  }
  if (allowPartialTrustChain !== undefined) {
    validateBoolean(allowPartialTrustChain, `${name}.allowPartialTrustChain`);
    if (allowPartialTrustChain) context.setAllowPartialTrustChain();
  }
  if (cert) {
    for (const each of listOf(cert)) {
      checkMaterial(`${name}.cert`, each);
      context.setCert(bytesOf(each));
    }
  }
  if (key) setKeys(context, key, passphrase);
  if (sigalgs !== undefined && sigalgs !== null) {
    validateString(sigalgs, `${name}.sigalgs`);
    if (sigalgs === '') throw new ERR_INVALID_ARG_VALUE(`${name}.sigalgs`, sigalgs);
    context.setSigalgs(sigalgs);
  }
  if (privateKeyIdentifier !== undefined && privateKeyIdentifier !== null) {
    if (privateKeyEngine === undefined || privateKeyEngine === null) {
      throw new ERR_INVALID_ARG_VALUE(`${name}.privateKeyEngine`, privateKeyEngine);
    }
    if (typeof privateKeyEngine === 'string' && typeof privateKeyIdentifier === 'string')
      context.setEngineKey(privateKeyIdentifier, privateKeyEngine);
    else if (typeof privateKeyIdentifier !== 'string')
      throw new ERR_INVALID_ARG_TYPE(
        `${name}.privateKeyIdentifier`,
        ['string', 'null', 'undefined'],
        privateKeyIdentifier,
      );
    else throw new ERR_INVALID_ARG_TYPE(`${name}.privateKeyEngine`, ['string', 'null', 'undefined'], privateKeyEngine);
  }
  validateString(ecdhCurve, `${name}.ecdhCurve`);
  context.setECDHCurve(ecdhCurve);
  if (dhparam !== undefined && dhparam !== null) {
    checkMaterial(`${name}.dhparam`, dhparam);
    const bits = context.setDHParam(dhparam === 'auto' ? Buffer.alloc(0) : bytesOf(dhparam));
    if (bits !== 0) throw new ERR_INVALID_ARG_VALUE('DH parameter', bits, 'is less than 1024 bits');
  }
  if (crl) {
    for (const each of listOf(crl)) {
      checkMaterial(`${name}.crl`, each);
      context.addCRL(bytesOf(each));
    }
  }
  if (sessionIdContext !== undefined && sessionIdContext !== null) {
    validateString(sessionIdContext, `${name}.sessionIdContext`);
    context.setSessionIdContext(sessionIdContext);
  }
  if (pfx !== undefined && pfx !== null) setPfx(context, pfx, passphrase);
  if (typeof clientCertEngine === 'string') context.setClientCertEngine(clientCertEngine);
  else if (clientCertEngine !== undefined && clientCertEngine !== null)
    throw new ERR_INVALID_ARG_TYPE(`${name}.clientCertEngine`, ['string', 'null', 'undefined'], clientCertEngine);
  if (ticketKeys !== undefined && ticketKeys !== null) {
    if (!ArrayBuffer.isView(ticketKeys))
      throw new ERR_INVALID_ARG_TYPE(`${name}.ticketKeys`, ['Buffer', 'TypedArray', 'DataView'], ticketKeys);
    if (ticketKeys.byteLength !== 48)
      throw new ERR_INVALID_ARG_VALUE(`${name}.ticketKeys`, ticketKeys.byteLength, 'must be exactly 48 bytes');
    context.setTicketKeys(ticketKeys);
  }
  if (sessionTimeout !== undefined && sessionTimeout !== null) {
    validateInt32(sessionTimeout, `${name}.sessionTimeout`, 0);
    context.setSessionTimeout(sessionTimeout);
  }
}

function createSecureContext(options) {
  options ||= {};
  validateObject(options, 'options');
  const { honorCipherOrder, minVersion, maxVersion, secureProtocol: protocol } = options;
  let { secureOptions } = options;
  // SSL_OP_CIPHER_SERVER_PREFERENCE
  if (honorCipherOrder) secureOptions |= 0x00400000;
  const context = new SecureContext(protocol, secureOptions, minVersion, maxVersion);
  configure(context, options, 'options');
  return context;
}
Object.defineProperty(createSecureContext, 'length', { value: 1, configurable: true });

module.exports = { DEFAULT_CIPHERS, SecureContext, createSecureContext };
