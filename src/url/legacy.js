// The older half of node:url: url.parse(), url.format(), url.resolve(). Lenient by design and kept as it always was; new
// code uses URL.
'use strict';

const { codes } = require('errors/errors');
const { validateObject, validateString } = require('errors/validators');
const { isURL } = require('url/whatwg');

/** `javascript:` has neither host nor escapes. */
const isHostless = (protocol) => protocol === 'javascript' || protocol === 'javascript:';

const SLASHED = new Set(['http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss'].flatMap((name) => [name, `${name}:`]));

const PROTOCOL = /^[a-z0-9.+-]+:/i;
const PORT = /:[0-9]*$/;
const SIMPLE_PATH = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/;
const HOST_WITH_AUTH = /^\/\/[^@/]+@[^@/]+/;

/** What ends a host, an '@' after it notwithstanding. */
const AFTER_HOST = new Set('/\t\n\r "%\';<>\\^`{|}');
const FORBIDDEN_IN_HOST = /[\0\t\n\r #%/:<>?@[\\\]^|]/;
const FORBIDDEN_IN_IPV6 = /[\0\t\n\r #%/<>?@\\^|]/;

const ESCAPED = {
  '\t': '%09',
  '\n': '%0A',
  '\r': '%0D',
  ' ': '%20',
  '"': '%22',
  "'": '%27',
  '<': '%3C',
  '>': '%3E',
  '\\': '%5C',
  '^': '%5E',
  '`': '%60',
  '{': '%7B',
  '|': '%7C',
  '}': '%7D',
};

/** Without white space and control characters around it, and with '\\' as '/' before the query. */
function tidy(url) {
  const text = url.replace(/^[\0- \u00a0\ufeff]+|[\0- \u00a0\ufeff]+$/g, '');
  if (!text.includes('\\')) return text;
  const end = text.search(/[?#]/);
  return end === -1 ? text.replaceAll('\\', '/') : text.slice(0, end).replaceAll('\\', '/') + text.slice(end);
}

function isIpv6(hostname) {
  return hostname.charCodeAt(0) === 91 && hostname.charCodeAt(hostname.length - 1) === 93;
}

function querystring() {
  return require('querystring/querystring');
}

let hasWarnedOfPort = false;

/** Takes `auth@host:port` off the front of `rest`; gives what is left, which begins with '/' if it is a path. */
function takeHost(target, rest, url) {
  // As in the URL standard, tabs and line ends vanish; from the path on they are escaped instead.
  rest = rest.replace(/^[^/?#]+/, (authority) => authority.replace(/[\t\n\r]/g, ''));
  let end = -1;
  let at = -1;
  let firstBreak = -1;
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i];
    if (c === '@') {
      at = i;
      firstBreak = -1;
    } else if (c === '#' || c === '?' || c === '/') {
      if (firstBreak === -1) firstBreak = i;
      end = i;
      break;
    } else if (firstBreak === -1 && AFTER_HOST.has(c)) {
      firstBreak = i;
    }
  }
  if (firstBreak !== -1) end = firstBreak;
  if (at !== -1) target.auth = decodeURIComponent(rest.slice(0, at));
  const host = end === -1 ? rest.slice(at + 1) : rest.slice(at + 1, end);
  rest = end === -1 ? '' : rest.slice(end);
  target.host = host;
  target.parseHost();
  if (typeof target.hostname !== 'string') target.hostname = '';
  const isAddress = isIpv6(target.hostname);
  if (!isAddress) {
    const colon = target.hostname.search(/[:\\/#?]/);
    if (colon !== -1) {
      // A port that is no number: it has always become a part of the path.
      if (!hasWarnedOfPort) {
        hasWarnedOfPort = true;
        process.emitWarning(
          `The URL ${url} is invalid. Future versions of Node.js will throw an error.`,
          'DeprecationWarning',
          'DEP0170',
        );
      }
      rest = `/${target.hostname.slice(colon)}${rest}`;
      target.hostname = target.hostname.slice(0, colon);
    }
  }
  target.hostname = target.hostname.length > 255 ? '' : target.hostname.toLowerCase();
  if (target.hostname !== '') {
    if (isAddress) {
      if (FORBIDDEN_IN_IPV6.test(target.hostname)) throw new codes.ERR_INVALID_URL(url);
    } else {
      target.hostname = toASCII(target.hostname);
      if (target.hostname === '' || FORBIDDEN_IN_HOST.test(target.hostname)) throw new codes.ERR_INVALID_URL(url);
    }
  }
  target.host = target.hostname + (target.port ? `:${target.port}` : '');
  if (isAddress) {
    target.hostname = target.hostname.slice(1, -1);
    if (rest[0] !== '/') rest = `/${rest}`;
  }
  return rest;
}

function toASCII(hostname) {
  for (let i = 0; i < hostname.length; i++) {
    if (hostname.charCodeAt(i) > 127) return binding('url').idnaToASCII(hostname);
  }
  return hostname;
}

/** A URL in parts, all of which may be null. */
function Url() {
  this.protocol = null;
  this.slashes = null;
  this.auth = null;
  this.host = null;
  this.port = null;
  this.hostname = null;
  this.hash = null;
  this.search = null;
  this.query = null;
  this.pathname = null;
  this.path = null;
  this.href = null;
}

function setQuery(target, parseQueryString) {
  if (target.search !== null) {
    target.query = target.search.slice(1);
    if (parseQueryString) target.query = querystring().parse(target.query);
  } else if (parseQueryString) {
    target.search = null;
    target.query = { __proto__: null };
  }
}

Url.prototype.parse = function parse(url, parseQueryString, slashesDenoteHost) {
  validateString(url, 'url');
  let rest = tidy(url);
  if (!slashesDenoteHost && !/^[^?]*@|#/.test(rest)) {
    const simple = SIMPLE_PATH.exec(rest);
    if (simple !== null) {
      this.path = rest;
      this.href = rest;
      this.pathname = simple[1];
      if (simple[2] !== undefined) this.search = simple[2];
      setQuery(this, parseQueryString);
      return this;
    }
  }
  let protocol = PROTOCOL.exec(rest)?.[0];
  if (protocol !== undefined) {
    rest = rest.slice(protocol.length);
    protocol = protocol.toLowerCase();
    this.protocol = protocol;
  }
  let slashes = false;
  if (slashesDenoteHost || protocol !== undefined || HOST_WITH_AUTH.test(rest)) {
    slashes = rest.startsWith('//');
    if (slashes && !(protocol !== undefined && isHostless(protocol))) {
      rest = rest.slice(2);
      this.slashes = true;
    }
  }
  if (!isHostless(protocol) && (slashes || (protocol !== undefined && !SLASHED.has(protocol)))) {
    rest = takeHost(this, rest, url);
  }
  if (!isHostless(protocol)) rest = rest.replace(/[\t\n\r "'<>\\^`{|}]/g, (c) => ESCAPED[c]);
  const hashAt = rest.indexOf('#');
  if (hashAt !== -1) {
    this.hash = rest.slice(hashAt);
    rest = rest.slice(0, hashAt);
  }
  const queryAt = rest.indexOf('?');
  if (queryAt !== -1) {
    this.search = rest.slice(queryAt);
    rest = rest.slice(0, queryAt);
  }
  setQuery(this, parseQueryString);
  if (rest !== '') this.pathname = rest;
  if (SLASHED.has(protocol) && this.hostname && !this.pathname) this.pathname = '/';
  if (this.pathname || this.search) this.path = (this.pathname || '') + (this.search || '');
  this.href = this.format();
  return this;
};

Url.prototype.format = function format() {
  let auth = this.auth || '';
  if (auth) auth = `${encodeURIComponent(auth).replace(/%3A/gi, ':')}@`;
  let protocol = this.protocol || '';
  let pathname = this.pathname || '';
  let hash = this.hash || '';
  let host = '';
  if (this.host) {
    host = auth + this.host;
  } else if (this.hostname) {
    host = auth + (this.hostname.includes(':') && !isIpv6(this.hostname) ? `[${this.hostname}]` : this.hostname);
    if (this.port) host += `:${this.port}`;
  }
  let query = '';
  if (this.query !== null && typeof this.query === 'object') query = querystring().stringify(this.query);
  let search = this.search || (query && `?${query}`) || '';
  if (protocol && !protocol.endsWith(':')) protocol += ':';
  pathname = pathname.replace(/[#?]/g, (c) => (c === '#' ? '%23' : '%3F'));
  if (this.slashes || SLASHED.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname[0] !== '/') pathname = `/${pathname}`;
      host = `//${host}`;
    } else if (protocol === 'file:') {
      host = '//';
    }
  }
  search = search.replaceAll('#', '%23');
  if (hash && hash[0] !== '#') hash = `#${hash}`;
  if (search && search[0] !== '?') search = `?${search}`;
  return protocol + host + pathname + search + hash;
};

Url.prototype.resolve = function resolve(relative) {
  return this.resolveObject(parseUrl(relative, false, true)).format();
};

/** Puts the host of a URL without slashes (`mailto:a@b`) back from the first segment, where it took part in resolving. */
function takeHostFromPath(result, segment) {
  result.hostname = result.host = segment;
  const at = segment ? segment.indexOf('@') : -1;
  if (at > 0) {
    const [auth, host] = segment.split('@', 2);
    result.auth = auth;
    result.host = result.hostname = host;
  }
}

function setPath(result) {
  if (result.pathname !== null || result.search !== null) result.path = (result.pathname || '') + (result.search || '');
}

function finish(result) {
  result.href = result.format();
  return result;
}

/** The relative URL has another protocol: it replaces everything. */
function resolveOtherProtocol(result, relative) {
  if (!SLASHED.has(relative.protocol)) {
    Object.assign(result, relative);
    return finish(result);
  }
  result.protocol = relative.protocol;
  let { host, pathname } = relative;
  if (!host && !/^file:?$/.test(relative.protocol) && !isHostless(relative.protocol)) {
    // `http:/a/b`: the first segment is meant as the host.
    const segments = (pathname || '').split('/');
    while (segments.length > 0 && !(host = segments.shift()));
    host ||= '';
    relative.host = host;
    relative.hostname ||= '';
    if (segments[0] !== '') segments.unshift('');
    if (segments.length < 2) segments.unshift('');
    pathname = segments.join('/');
  }
  result.pathname = pathname;
  result.search = relative.search;
  result.query = relative.query;
  result.host = host || '';
  result.auth = relative.auth;
  result.hostname = relative.hostname || host;
  result.port = relative.port;
  if (result.pathname || result.search) result.path = (result.pathname || '') + (result.search || '');
  result.slashes = result.slashes || relative.slashes;
  return finish(result);
}

/** Resolves '.' and '..'; gives how many '..' lead out at the front. */
function removeDots(segments) {
  let up = 0;
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = segments[i];
    if (segment === '.') {
      segments.splice(i, 1);
    } else if (segment === '..') {
      segments.splice(i, 1);
      up++;
    } else if (up > 0) {
      segments.splice(i, 1);
      up--;
    }
  }
  return up;
}

function prependHost(segments, host) {
  if (!host) return;
  if (segments[0] === '') segments[0] = host;
  else segments.unshift(host);
}

Url.prototype.resolveObject = function resolveObject(relative) {
  if (typeof relative === 'string') {
    const parsed = new Url();
    parsed.parse(relative, false, true);
    relative = parsed;
  } else {
    relative = Object.assign(new Url(), relative);
  }
  const result = Object.assign(new Url(), this);
  result.hash = relative.hash;
  if (relative.href === '') return finish(result);
  if (relative.slashes && !relative.protocol) {
    const { protocol } = result;
    Object.assign(result, relative);
    result.protocol = protocol;
    if (SLASHED.has(protocol) && result.hostname && !result.pathname) result.path = result.pathname = '/';
    return finish(result);
  }
  if (relative.protocol && relative.protocol !== result.protocol) return resolveOtherProtocol(result, relative);

  const isSourceAbsolute = Boolean(result.pathname) && result.pathname[0] === '/';
  const isRelativeAbsolute = Boolean(relative.host || (relative.pathname && relative.pathname[0] === '/'));
  let endsAbsolute = isRelativeAbsolute || isSourceAbsolute || Boolean(result.host && relative.pathname);
  const dropsLeadingDots = endsAbsolute;
  let segments = (result.pathname && result.pathname.split('/')) || [];
  const relativeSegments = (relative.pathname && relative.pathname.split('/')) || [];
  const hasNoSlashes = Boolean(result.protocol) && !SLASHED.has(result.protocol);

  if (hasNoSlashes) {
    result.hostname = '';
    result.port = null;
    prependHost(segments, result.host);
    result.host = '';
    if (relative.protocol) {
      relative.hostname = null;
      relative.port = null;
      result.auth = null;
      prependHost(relativeSegments, relative.host);
      relative.host = null;
    }
    endsAbsolute = endsAbsolute && (relativeSegments[0] === '' || segments[0] === '');
  }

  if (isRelativeAbsolute) {
    if (relative.host || relative.host === '') {
      if (result.host !== relative.host) result.auth = null;
      result.host = relative.host;
      result.port = relative.port;
    }
    if (relative.hostname || relative.hostname === '') {
      if (result.hostname !== relative.hostname) result.auth = null;
      result.hostname = relative.hostname;
    }
    result.search = relative.search;
    result.query = relative.query;
    segments = relativeSegments;
  } else if (relativeSegments.length > 0) {
    segments.pop();
    segments = segments.concat(relativeSegments);
    result.search = relative.search;
    result.query = relative.query;
  } else if (relative.search !== null && relative.search !== undefined) {
    if (hasNoSlashes) takeHostFromPath(result, segments.shift());
    result.search = relative.search;
    result.query = relative.query;
    setPath(result);
    return finish(result);
  }

  if (segments.length === 0) {
    result.pathname = null;
    result.path = result.search ? `/${result.search}` : null;
    return finish(result);
  }

  const last = segments[segments.length - 1];
  const hasTrailingSlash =
    last === '' || ((result.host || relative.host || segments.length > 1) && (last === '.' || last === '..'));
  let up = removeDots(segments);
  if (!endsAbsolute && !dropsLeadingDots) {
    while (up-- > 0) segments.unshift('..');
  }
  if (endsAbsolute && segments[0] !== '' && (!segments[0] || segments[0][0] !== '/')) segments.unshift('');
  if (hasTrailingSlash && !segments.join('/').endsWith('/')) segments.push('');
  const isAbsolute = segments[0] === '' || (Boolean(segments[0]) && segments[0][0] === '/');
  if (hasNoSlashes) takeHostFromPath(result, isAbsolute ? '' : segments.length > 0 ? segments.shift() : '');
  endsAbsolute = endsAbsolute || Boolean(result.host && segments.length > 0);
  if (endsAbsolute && !isAbsolute) segments.unshift('');
  if (segments.length === 0) {
    result.pathname = null;
    result.path = null;
  } else {
    result.pathname = segments.join('/');
  }
  setPath(result);
  result.auth = relative.auth || result.auth;
  result.slashes = result.slashes || relative.slashes;
  return finish(result);
};

/** Splits `host` into `hostname` and `port`. */
Url.prototype.parseHost = function parseHost() {
  let { host } = this;
  const port = PORT.exec(host)?.[0];
  if (port !== undefined) {
    if (port !== ':') this.port = port.slice(1);
    host = host.slice(0, host.length - port.length);
  }
  if (host) this.hostname = host;
};

let hasWarned = false;

/** @deprecated use the URL constructor */
function urlParse(url, parseQueryString, slashesDenoteHost) {
  if (!hasWarned && !binding('buffer').isInsideNodeModules()) {
    hasWarned = true;
    process.emitWarning(
      '`url.parse()` behavior is not standardized and prone to errors that have security implications. Use the WHATWG ' +
        'URL API instead. CVEs are not issued for `url.parse()` vulnerabilities.',
      'DeprecationWarning',
      'DEP0169',
    );
  }
  return parseUrl(url, parseQueryString, slashesDenoteHost);
}

function parseUrl(url, parseQueryString, slashesDenoteHost) {
  if (url instanceof Url) return url;
  return new Url().parse(url, parseQueryString, slashesDenoteHost);
}

/** The text of a URL object, legacy or WHATWG; `options` (fragment, unicode, search, auth) count for the latter. */
function urlFormat(urlObject, options) {
  if (typeof urlObject === 'string') {
    urlObject = parseUrl(urlObject);
  } else if (typeof urlObject !== 'object' || urlObject === null) {
    throw new codes.ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], urlObject);
  } else if (isURL(urlObject)) {
    let fragment = true;
    let unicode = false;
    let search = true;
    let auth = true;
    if (options) {
      validateObject(options, 'options');
      if (options.fragment != null) fragment = Boolean(options.fragment);
      if (options.unicode != null) unicode = Boolean(options.unicode);
      if (options.search != null) search = Boolean(options.search);
      if (options.auth != null) auth = Boolean(options.auth);
    }
    return binding('url').format(urlObject.href, fragment, unicode, search, auth);
  }
  return Url.prototype.format.call(urlObject);
}

function urlResolve(source, relative) {
  return parseUrl(source, false, true)
    .resolveObject(parseUrl(relative, false, true))
    .format();
}

function urlResolveObject(source, relative) {
  if (!source) return relative;
  return parseUrl(source, false, true).resolveObject(relative);
}

module.exports = { Url, urlParse, urlFormat, urlResolve, urlResolveObject };
