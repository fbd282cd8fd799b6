// Whom to trust when a program names nobody: bundled, the system's, NODE_EXTRA_CA_CERTS.
'use strict';

const { codes } = require('errors/errors');
const { validateOneOf, validateString } = require('errors/validators');

const native = binding('tls');

const kTypes = ['default', 'system', 'bundled', 'extra'];

let known = { __proto__: null };
let replaced = null; // by setDefaultCACertificates()
let ready = false;

function option(name) {
  return require('cli/options').getOptionValue(name);
}

const split = (pem) => native.splitCertificates(require('buffer/buffer').Buffer.from(pem));

/** Texts of the certificates of one origin, frozen; made when first asked for. */
function ofOrigin(origin) {
  return (known[origin] ??= Object.freeze(read(origin)));
}

function read(origin) {
  switch (origin) {
    case 'bundled':
      return split(native.bundledPem()).map((pem) => pem.trimEnd());
    case 'system': {
      const { env } = process;
      const file = env.SSL_CERT_FILE ?? '/etc/ssl/certs/ca-certificates.crt';
      const directories = (env.SSL_CERT_DIR ?? '/etc/ssl/certs').split(':');
      return [...new Set(split(native.systemPem(file, directories)))];
    }
    case 'extra': {
      const file = process.env.NODE_EXTRA_CA_CERTS;
      if (!file) return [];
      try {
        return split(require('fs/fs').readFileSync(file, 'utf8'));
      } catch (error) {
        process.emitWarning(`Ignoring extra certs from \`${file}\`, load failed: error:${opensslCode(error)}`);
        return [];
      }
    }
    default: {
      if (replaced !== null) return [...replaced];
      const list = option('--use-openssl-ca') ? [...ofOrigin('system')] : [...ofOrigin('bundled')];
      if (usesSystem()) list.push(...ofOrigin('system'));
      list.push(...ofOrigin('extra'));
      return [...new Set(list)];
    }
  }
}

/** What OpenSSL says of a file that cannot be read. */
function opensslCode(error) {
  const number = (0x80000000 - (error.errno ?? 0)).toString(16).toUpperCase().padStart(8, '0');
  const { getSystemErrorMessage } = require('util/util');
  return `${number}:system library::${getSystemErrorMessage(error.errno)?.replace(/^./, (c) => c.toUpperCase())}`;
}

function usesSystem() {
  return Boolean(option('--use-system-ca')) || process.env.NODE_USE_SYSTEM_CA === '1';
}

/** Tells the native store of roots what it consists of, when that is not what is bundled. */
function ensureRoots() {
  if (ready) return;
  ready = true;
  if (replaced === null && !usesSystem() && !option('--use-openssl-ca') && !process.env.NODE_EXTRA_CA_CERTS) return;
  native.setDefaultRoots(ofOrigin('default').join('\n'));
}

/** tls.getCACertificates([type]) */
function getCACertificates(type = 'default') {
  validateString(type, 'type');
  validateOneOf(type, 'type', kTypes);
  return ofOrigin(type);
}
Object.defineProperty(getCACertificates, 'length', { value: 0, configurable: true });

/** tls.setDefaultCACertificates(certs) */
function setDefaultCACertificates(certs) {
  if (!Array.isArray(certs)) throw new codes.ERR_INVALID_ARG_TYPE('certs', 'Array', certs);
  const all = new Set();
  for (let i = 0; i < certs.length; i++) {
    const each = certs[i];
    if (typeof each !== 'string' && !ArrayBuffer.isView(each))
      throw new codes.ERR_INVALID_ARG_TYPE(`certs[${i}]`, ['string', 'ArrayBufferView'], each);
    const { Buffer } = require('buffer/buffer');
    native.checkCertificates(typeof each === 'string' ? Buffer.from(each) : each);
    for (const pem of typeof each === 'string' ? split(each) : native.splitCertificates(each)) all.add(pem.trimEnd());
  }
  if (certs.length > 0 && all.size === 0) {
    const error = new Error('No valid certificates found in the provided array');
    error.code = 'ERR_CRYPTO_OPERATION_FAILED';
    throw error;
  }
  replaced = [...all];
  known.default = undefined;
  ready = true;
  native.setDefaultRoots(replaced.join('\n'));
}

require('engine/lifecycle').onForget?.(() => {
  known = { __proto__: null };
  replaced = null;
  ready = false;
});

module.exports = { ensureRoots, getCACertificates, setDefaultCACertificates };
