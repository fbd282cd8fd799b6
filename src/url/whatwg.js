// URL (https://url.spec.whatwg.org/#url-class): an href and where its parts lie, as the native parser found them.
'use strict';

const native = binding('url');
const { codes } = require('errors/errors');
const { URLSearchParams, attach } = require('url/search_params');
const { kClone } = require('web/clone_symbols');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

// The numbers of Part in url.cc.
const HREF = 0;
const PROTOCOL = 1;
const USERNAME = 2;
const PASSWORD = 3;
const HOST = 4;
const HOSTNAME = 5;
const PORT = 6;
const PATHNAME = 7;
const SEARCH = 8;
const HASH = 9;

const ABSENT = 0xffffffff;
const AT = 64;

/** Filled by the native parser at each success. */
const parts = new Uint32Array(8);

/** The href with the offsets of its parts, as the native parser has just left them in `parts`. */
function locate(href) {
  return {
    href,
    protocolEnd: parts[0],
    usernameEnd: parts[1],
    hostStart: parts[2],
    hostEnd: parts[3],
    port: parts[4],
    pathnameStart: parts[5],
    searchStart: parts[6],
    hashStart: parts[7],
  };
}

const SCHEME_TYPES = { __proto__: null, 'http:': 0, 'https:': 2, 'ws:': 3, 'ftp:': 4, 'wss:': 5, 'file:': 6 };

/** What inspect shows of a URL's inside with `showHidden`, as Node has it. */
class URLContext {
  constructor(at) {
    this.href = at.href;
    this.protocol_end = at.protocolEnd;
    this.username_end = at.usernameEnd;
    this.host_start = at.hostStart;
    this.host_end = at.hostEnd;
    this.pathname_start = at.pathnameStart;
    this.search_start = at.searchStart;
    this.hash_start = at.hashStart;
    this.port = at.port;
    this.scheme_type = SCHEME_TYPES[at.href.slice(0, at.protocolEnd)] ?? 1;
  }

  get hasPort() {
    return this.port !== ABSENT;
  }

  get hasSearch() {
    return this.search_start !== ABSENT;
  }

  get hasHash() {
    return this.hash_start !== ABSENT;
  }
}

function hostBegin(href, start) {
  return href.charCodeAt(start) === AT ? start + 1 : start;
}

let isUrl;

class URL {
  /** What the parser found: see locate(). */
  #at;
  #params = undefined;

  static {
    isUrl = (value) => typeof value === 'object' && value !== null && #at in value;
  }

  /**
   * @param {string} input
   * @param {string} [base]
   */
  constructor(input, base = undefined) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('url');
    const text = `${input}`;
    const baseText = base === undefined ? undefined : `${base}`;
    const href = native.parse(text, baseText, parts);
    if (href === undefined) throw new codes.ERR_INVALID_URL(text, baseText);
    this.#at = locate(href);
  }

  /** The URL, or null where the constructor would throw. */
  static parse(input, base = undefined) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('url');
    const href = native.parse(`${input}`, base === undefined ? undefined : `${base}`, parts);
    return href === undefined ? null : new URL(href);
  }

  static canParse(url, base = undefined) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('url');
    return native.canParse(`${url}`, base === undefined ? undefined : `${base}`);
  }

  static createObjectURL(object) {
    return require('web/blob').createObjectURL(object);
  }

  static revokeObjectURL(url) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('url');
    require('web/blob').revokeObjectURL(`${url}`);
  }

  toString() {
    return this.#getHref();
  }

  #getHref() {
    return this.#at.href;
  }

  get href() {
    return this.#getHref();
  }

  set href(value) {
    const text = `${value}`;
    const href = native.update(this.#at.href, HREF, text, parts);
    if (href === undefined) throw new codes.ERR_INVALID_URL(text);
    this.#at = locate(href);
    this.#refreshParams();
  }

  get origin() {
    const protocol = this.#at.href.slice(0, this.#at.protocolEnd);
    switch (protocol) {
      case 'http:':
      case 'https:':
      case 'ws:':
      case 'wss:':
      case 'ftp:':
        return `${protocol}//${this.host}`;
      case 'blob:': {
        const inner = URL.parse(this.pathname);
        return inner !== null && (inner.protocol === 'http:' || inner.protocol === 'https:') ? inner.origin : 'null';
      }
      default:
        return 'null';
    }
  }

  get protocol() {
    return this.#at.href.slice(0, this.#at.protocolEnd);
  }

  set protocol(value) {
    const href = native.update(this.#at.href, PROTOCOL, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  get username() {
    return this.#at.protocolEnd + 2 < this.#at.usernameEnd
      ? this.#at.href.slice(this.#at.protocolEnd + 2, this.#at.usernameEnd)
      : '';
  }

  set username(value) {
    const href = native.update(this.#at.href, USERNAME, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  get password() {
    return this.#at.hostStart > this.#at.usernameEnd
      ? this.#at.href.slice(this.#at.usernameEnd + 1, this.#at.hostStart)
      : '';
  }

  set password(value) {
    const href = native.update(this.#at.href, PASSWORD, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  get host() {
    const start = hostBegin(this.#at.href, this.#at.hostStart);
    // Behind an empty host there may be '/.', which belongs to nothing.
    return start === this.#at.hostEnd ? '' : this.#at.href.slice(start, this.#at.pathnameStart);
  }

  set host(value) {
    const href = native.update(this.#at.href, HOST, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  get hostname() {
    return this.#at.href.slice(hostBegin(this.#at.href, this.#at.hostStart), this.#at.hostEnd);
  }

  set hostname(value) {
    const href = native.update(this.#at.href, HOSTNAME, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  get port() {
    return this.#at.port === ABSENT ? '' : `${this.#at.port}`;
  }

  set port(value) {
    const href = native.update(this.#at.href, PORT, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  get pathname() {
    let end = this.#at.searchStart;
    if (end === ABSENT) end = this.#at.hashStart;
    return end === ABSENT
      ? this.#at.href.slice(this.#at.pathnameStart)
      : this.#at.href.slice(this.#at.pathnameStart, end);
  }

  set pathname(value) {
    const href = native.update(this.#at.href, PATHNAME, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  #getSearch() {
    if (this.#at.searchStart === ABSENT) return '';
    const end = this.#at.hashStart === ABSENT ? this.#at.href.length : this.#at.hashStart;
    return end - this.#at.searchStart <= 1 ? '' : this.#at.href.slice(this.#at.searchStart, end);
  }

  get search() {
    return this.#getSearch();
  }

  set search(value) {
    const href = native.update(this.#at.href, SEARCH, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
    this.#refreshParams();
  }

  /** The object is one and the same for ever: someone may hold it. */
  #refreshParams() {
    if (this.#params === undefined) return;
    attach(
      this.#params,
      (query) => (this.#at = locate(native.update(this.#at.href, SEARCH, query, parts))),
      this.#getSearch().slice(1),
    );
  }

  get searchParams() {
    if (this.#params === undefined) {
      this.#params = new URLSearchParams();
      this.#refreshParams();
    }
    return this.#params;
  }

  get hash() {
    return this.#at.hashStart === ABSENT || this.#at.href.length - this.#at.hashStart <= 1
      ? ''
      : this.#at.href.slice(this.#at.hashStart);
  }

  set hash(value) {
    const href = native.update(this.#at.href, HASH, `${value}`, parts);
    if (href !== undefined) this.#at = locate(href);
  }

  toJSON() {
    return this.#getHref();
  }

  [customInspect](depth, options) {
    const { inspect } = require('util/inspect');
    if (!isUrl(this)) return this;
    const name = this.constructor?.name || 'URL';
    if (typeof depth === 'number' && depth < 0) return `${name} {}`;
    const shown = {
      href: this.href,
      origin: this.origin,
      protocol: this.protocol,
      username: this.username,
      password: this.password,
      host: this.host,
      hostname: this.hostname,
      port: this.port,
      pathname: this.pathname,
      search: this.search,
      searchParams: this.searchParams,
      hash: this.hash,
    };
    if (options.showHidden) shown[Symbol('context')] = new URLContext(this.#at);
    return `${name} ${(inspect ?? require('util/inspect').inspect)(shown, options)}`;
  }
}

for (const name of [
  'toString',
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'searchParams',
  'hash',
  'toJSON',
]) {
  Object.defineProperty(URL.prototype, name, { __proto__: null, enumerable: true });
}
Object.defineProperty(URL.prototype, kClone, { __proto__: null, value: null });
Object.defineProperty(URL.prototype, Symbol.toStringTag, { __proto__: null, configurable: true, value: 'URL' });
for (const name of ['parse', 'canParse', 'createObjectURL', 'revokeObjectURL']) {
  Object.defineProperty(URL, name, { __proto__: null, enumerable: true });
}

module.exports = {
  URL,
  URLSearchParams,
  /** @param {unknown} value @returns {boolean} whether it is a URL of ours, whatever its prototype says */
  isBrandedUrl: isUrl,
  /** Whether `value` looks like a WHATWG URL, of whatever maker. */
  isURL(value) {
    return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined);
  },
};
