// X509Certificate. https://nodejs.org/api/crypto.html#class-x509certificate
'use strict';

const { bytesOrUndefined } = require('crypto/key_encoding');
const { PublicKeyObject, handleOf, isKeyObject } = require('crypto/keys');
const { codes } = require('errors/errors');
const { validateBoolean, validateObject, validateString } = require('errors/validators');
const { kClone } = require('web/clone_symbols');

const native = binding('crypto_x509');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = codes;

// Flags of X509_check_host.
const ALWAYS_CHECK_SUBJECT = 1;
const NO_WILDCARDS = 2;
const NO_PARTIAL_WILDCARDS = 4;
const MULTI_LABEL_WILDCARDS = 8;
const SINGLE_LABEL_SUBDOMAINS = 16;
const NEVER_CHECK_SUBJECT = 32;

const CHECK_SUBJECT = { __proto__: null, default: 0, always: ALWAYS_CHECK_SUBJECT, never: NEVER_CHECK_SUBJECT };

function readFlags(options = {}) {
  validateObject(options, 'options');
  const {
    subject = 'default',
    wildcards = true,
    partialWildcards = true,
    multiLabelWildcards = false,
    singleLabelSubdomains = false,
  } = options;
  validateString(subject, 'options.subject');
  validateBoolean(wildcards, 'options.wildcards');
  validateBoolean(partialWildcards, 'options.partialWildcards');
  validateBoolean(multiLabelWildcards, 'options.multiLabelWildcards');
  validateBoolean(singleLabelSubdomains, 'options.singleLabelSubdomains');
  const flags = CHECK_SUBJECT[subject];
  if (flags === undefined) throw new ERR_INVALID_ARG_VALUE('options.subject', subject);
  return (
    flags |
    (wildcards ? 0 : NO_WILDCARDS) |
    (partialWildcards ? 0 : NO_PARTIAL_WILDCARDS) |
    (multiLabelWildcards ? MULTI_LABEL_WILDCARDS : 0) |
    (singleLabelSubdomains ? SINGLE_LABEL_SUBDOMAINS : 0)
  );
}

const kNative = Symbol('kNative');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

let isCertificate;
let nativeOf;

class X509Certificate {
  #native;
  #issuer;
  /** What was asked for already: certificates do not change. */
  #known = new Map();

  static {
    isCertificate = (value) => typeof value === 'object' && value !== null && #native in value;
    nativeOf = (certificate) => certificate.#native;
  }

  /** @param {string | Buffer | TypedArray | DataView} buffer PEM or DER */
  constructor(buffer) {
    if (buffer?.[kNative] !== undefined) {
      this.#native = buffer[kNative];
      this.#issuer = buffer.issuer;
      return;
    }
    if (typeof buffer !== 'string' && !ArrayBuffer.isView(buffer))
      throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], buffer);
    this.#native = new native.Certificate(bytesOrUndefined(buffer));
  }

  #get(name, make) {
    let value = this.#known.get(name);
    if (value === undefined) {
      value = make === undefined ? this.#native[name]() : make(this.#native);
      this.#known.set(name, value);
    }
    return value;
  }

  [customInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('util/inspect');
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const shown = {};
    for (const name of SHOWN) shown[name] = this[name];
    return `X509Certificate ${inspect(shown, inner)}`;
  }

  [kClone]() {
    return ['X509Certificate', { raw: new Uint8Array(this.raw), issuer: this.#issuer }];
  }

  get subject() {
    return this.#get('subject');
  }
  get subjectAltName() {
    return this.#get('subjectAltName');
  }
  get issuer() {
    return this.#get('issuer');
  }
  /** The issuer's certificate, when the certificate came with its chain. */
  get issuerCertificate() {
    return this.#issuer;
  }
  get infoAccess() {
    return this.#get('infoAccess');
  }
  get validFrom() {
    return this.#get('validFrom');
  }
  get validTo() {
    return this.#get('validTo');
  }
  get validFromDate() {
    return this.#get('validFromDate', (handle) => new Date(handle.validFromTime()));
  }
  get validToDate() {
    return this.#get('validToDate', (handle) => new Date(handle.validToTime()));
  }
  get fingerprint() {
    return this.#get('fingerprint', (handle) => handle.fingerprint('sha1'));
  }
  get fingerprint256() {
    return this.#get('fingerprint256', (handle) => handle.fingerprint('sha256'));
  }
  get fingerprint512() {
    return this.#get('fingerprint512', (handle) => handle.fingerprint('sha512'));
  }
  get keyUsage() {
    return this.#get('keyUsage');
  }
  get serialNumber() {
    return this.#get('serialNumber');
  }
  get signatureAlgorithm() {
    return this.#get('signatureAlgorithm');
  }
  get signatureAlgorithmOid() {
    return this.#get('signatureAlgorithmOid');
  }
  get raw() {
    return this.#get('raw');
  }
  get publicKey() {
    return this.#get('publicKey', (handle) => new PublicKeyObject(handle.publicKey()));
  }
  toString() {
    return this.#get('pem');
  }
  toJSON() {
    return this.toString();
  }
  get ca() {
    return this.#get('isCA');
  }

  /** @returns {string | undefined} the name in the certificate that fits */
  checkHost(name, options) {
    validateString(name, 'name');
    return this.#native.checkHost(name, readFlags(options));
  }
  checkEmail(email, options) {
    validateString(email, 'email');
    return this.#native.checkEmail(email, readFlags(options)) ? email : undefined;
  }
  checkIP(ip, options) {
    validateString(ip, 'ip');
    readFlags(options);
    return this.#native.checkIP(ip) ? ip : undefined;
  }
  checkIssued(otherCert) {
    if (!isCertificate(otherCert)) throw new ERR_INVALID_ARG_TYPE('otherCert', 'X509Certificate', otherCert);
    return this.#native.checkIssued(nativeOf(otherCert));
  }
  checkPrivateKey(pkey) {
    if (!isKeyObject(pkey)) throw new ERR_INVALID_ARG_TYPE('pkey', 'KeyObject', pkey);
    if (pkey.type !== 'private') throw new ERR_INVALID_ARG_VALUE('pkey', pkey);
    return this.#native.checkPrivateKey(handleOf(pkey));
  }
  verify(pkey) {
    if (!isKeyObject(pkey)) throw new ERR_INVALID_ARG_TYPE('pkey', 'KeyObject', pkey);
    if (pkey.type !== 'public') throw new ERR_INVALID_ARG_VALUE('pkey', pkey);
    return this.#native.verify(handleOf(pkey));
  }
  /** As tlsSocket.getPeerCertificate() shows it. */
  toLegacyObject() {
    return this.#get('legacy');
  }
}
Object.defineProperty(X509Certificate.prototype, kClone, { __proto__: null, enumerable: false });

/** What util.inspect shows. */
const SHOWN = [
  'subject',
  'subjectAltName',
  'issuer',
  'infoAccess',
  'validFrom',
  'validTo',
  'validFromDate',
  'validToDate',
  'fingerprint',
  'fingerprint256',
  'fingerprint512',
  'keyUsage',
  'serialNumber',
  'signatureAlgorithm',
  'signatureAlgorithmOid',
];

/** A certificate with those of its issuers that came along. @param {Buffer} leaf @param {Buffer[]} chain */
function chainOf(leaf, chain) {
  const others = chain.filter((der) => !der.equals(leaf)).map((der) => new X509Certificate(der));
  const withIssuer = (certificate) => {
    const at = others.findIndex((other) => certificate.checkIssued(other));
    if (at === -1) return certificate;
    const [issuer] = others.splice(at, 1);
    return new X509Certificate({ [kNative]: nativeOf(certificate), issuer: withIssuer(issuer) });
  };
  return withIssuer(new X509Certificate(leaf));
}

/** What came in a message. */
function reviveCertificate({ raw, issuer }) {
  const certificate = new X509Certificate(raw);
  return issuer === undefined ? certificate : new X509Certificate({ [kNative]: nativeOf(certificate), issuer });
}

module.exports = { X509Certificate, chainOf, reviveCertificate };
