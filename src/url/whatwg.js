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

let isUrl;

class URL {
  #href = '';
  #protocolEnd = 0;
  #usernameEnd = 0;
  #hostStart = 0;
  #hostEnd = 0;
  #port = 0;
  #pathnameStart = 0;
  #searchStart = 0;
  #hashStart = 0;
  #params = undefined;

  static {
    isUrl = (value) => typeof value === 'object' && value !== null && #href in value;
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
    this.#take(href);
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

  #take(href) {
    this.#href = href;
    this.#protocolEnd = parts[0];
    this.#usernameEnd = parts[1];
    this.#hostStart = parts[2];
    this.#hostEnd = parts[3];
    this.#port = parts[4];
    this.#pathnameStart = parts[5];
    this.#searchStart = parts[6];
    this.#hashStart = parts[7];
  }

  #set(part, value) {
    const href = native.update(this.#href, part, `${value}`, parts);
    if (href === undefined) return false;
    this.#take(href);
    return true;
  }

  toString() {
    return this.#getHref();
  }

  #getHref() {
    return this.#href;
  }

  get href() {
    return this.#getHref();
  }

  set href(value) {
    const text = `${value}`;
    if (!this.#set(HREF, text)) throw new codes.ERR_INVALID_URL(text);
    this.#refreshParams();
  }

  get origin() {
    const protocol = this.#getProtocol();
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

  #getProtocol() {
    return this.#href.slice(0, this.#protocolEnd);
  }

  get protocol() {
    return this.#getProtocol();
  }

  set protocol(value) {
    this.#set(PROTOCOL, value);
  }

  #getUsername() {
    return this.#protocolEnd + 2 < this.#usernameEnd ? this.#href.slice(this.#protocolEnd + 2, this.#usernameEnd) : '';
  }

  get username() {
    return this.#getUsername();
  }

  set username(value) {
    this.#set(USERNAME, value);
  }

  #getPassword() {
    return this.#hostStart > this.#usernameEnd ? this.#href.slice(this.#usernameEnd + 1, this.#hostStart) : '';
  }

  get password() {
    return this.#getPassword();
  }

  set password(value) {
    this.#set(PASSWORD, value);
  }

  #hostBegin() {
    return this.#href.charCodeAt(this.#hostStart) === AT ? this.#hostStart + 1 : this.#hostStart;
  }

  get host() {
    const start = this.#hostBegin();
    // Behind an empty host there may be '/.', which belongs to nothing.
    return start === this.#hostEnd ? '' : this.#href.slice(start, this.#pathnameStart);
  }

  set host(value) {
    this.#set(HOST, value);
  }

  get hostname() {
    return this.#href.slice(this.#hostBegin(), this.#hostEnd);
  }

  set hostname(value) {
    this.#set(HOSTNAME, value);
  }

  #getPort() {
    return this.#port === ABSENT ? '' : `${this.#port}`;
  }

  get port() {
    return this.#getPort();
  }

  set port(value) {
    this.#set(PORT, value);
  }

  #getPathname() {
    let end = this.#searchStart;
    if (end === ABSENT) end = this.#hashStart;
    return end === ABSENT ? this.#href.slice(this.#pathnameStart) : this.#href.slice(this.#pathnameStart, end);
  }

  get pathname() {
    return this.#getPathname();
  }

  set pathname(value) {
    this.#set(PATHNAME, value);
  }

  #getSearch() {
    if (this.#searchStart === ABSENT) return '';
    const end = this.#hashStart === ABSENT ? this.#href.length : this.#hashStart;
    return end - this.#searchStart <= 1 ? '' : this.#href.slice(this.#searchStart, end);
  }

  get search() {
    return this.#getSearch();
  }

  set search(value) {
    this.#set(SEARCH, `${value}`.toWellFormed());
    this.#refreshParams();
  }

  /** The object is one and the same for ever: someone may hold it. */
  #refreshParams() {
    if (this.#params === undefined) return;
    attach(this.#params, (query) => this.#set(SEARCH, query), this.#getSearch().slice(1));
  }

  #getParams() {
    if (this.#params === undefined) {
      this.#params = new URLSearchParams();
      this.#refreshParams();
    }
    return this.#params;
  }

  get searchParams() {
    return this.#getParams();
  }

  #getHash() {
    return this.#hashStart === ABSENT || this.#href.length - this.#hashStart <= 1 ? '' : this.#href.slice(this.#hashStart);
  }

  get hash() {
    return this.#getHash();
  }

  set hash(value) {
    this.#set(HASH, value);
  }

  toJSON() {
    return this.#getHref();
  }

  [customInspect](depth, options, inspect) {
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
    return `${name} ${(inspect ?? require('util/inspect').inspect)(shown, options)}`;
  }
}

for (const name of [
  'toString', 'href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search',
  'searchParams', 'hash', 'toJSON',
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
