'use strict';

// What the two sides of HTTP share: the vocabulary of the protocol, the checks of names and values, symbols.

const { codes } = require('errors/errors');
const { validateBoolean, validateOneOf } = require('errors/validators');

/** Methods by llhttp's number, which is what the parser reports. */
const METHOD_BY_ID = [
  'DELETE',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'COPY',
  'LOCK',
  'MKCOL',
  'MOVE',
  'PROPFIND',
  'PROPPATCH',
  'SEARCH',
  'UNLOCK',
  'BIND',
  'REBIND',
  'UNBIND',
  'ACL',
  'REPORT',
  'MKACTIVITY',
  'CHECKOUT',
  'MERGE',
  'M-SEARCH',
  'NOTIFY',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'PATCH',
  'PURGE',
  'MKCALENDAR',
  'LINK',
  'UNLINK',
  'SOURCE',
  'PRI',
  'DESCRIBE',
  'ANNOUNCE',
  'SETUP',
  'PLAY',
  'PAUSE',
  'TEARDOWN',
  'GET_PARAMETER',
  'SET_PARAMETER',
  'REDIRECT',
  'RECORD',
  'FLUSH',
  'QUERY',
];

/** The methods of HTTP in llhttp's order (`_http_common.methods`). */
const methods = [...METHOD_BY_ID.slice(0, 34), 'QUERY'];

/** `http.METHODS`. */
const METHODS = methods.toSorted();

/** `http.STATUS_CODES`. */
const STATUS_CODES = {
  100: 'Continue',
  101: 'Switching Protocols',
  102: 'Processing',
  103: 'Early Hints',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  208: 'Already Reported',
  226: 'IM Used',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  305: 'Use Proxy',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  418: "I'm a Teapot",
  421: 'Misdirected Request',
  422: 'Unprocessable Entity',
  423: 'Locked',
  424: 'Failed Dependency',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  506: 'Variant Also Negotiates',
  507: 'Insufficient Storage',
  508: 'Loop Detected',
  509: 'Bandwidth Limit Exceeded',
  510: 'Not Extended',
  511: 'Network Authentication Required',
};

/** Bits that the parser reports with a message head; the same as `HeadFlags` in parser.h. */
const HeadFlags = {
  keepAlive: 1 << 0,
  upgradeWanted: 1 << 1,
  hasHost: 1 << 2,
  hasExpect: 1 << 3,
  expectContinue: 1 << 4,
  hasBody: 1 << 5,
  complete: 1 << 6,
  http10: 1 << 7,
  oddVersion: 1 << 8,
  connectionClose: 1 << 9,
  hasFraming: 1 << 10,
};

const TOKEN = /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/;
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/;
// What the Fetch standard forbids in a value: NUL, CR, LF, and what does not fit a byte.
const BAD_RELAXED_VALUE = /[\0\r\n]|[^\0-\xff]/;

/** Header names that are met all the time: no need to lower or to check them again. */
const lowerCased = new Map();
for (const name of [
  'Accept',
  'Accept-Charset',
  'Accept-Encoding',
  'Accept-Language',
  'Accept-Ranges',
  'Access-Control-Allow-Credentials',
  'Access-Control-Allow-Headers',
  'Access-Control-Allow-Methods',
  'Access-Control-Allow-Origin',
  'Access-Control-Expose-Headers',
  'Access-Control-Max-Age',
  'Access-Control-Request-Headers',
  'Access-Control-Request-Method',
  'Age',
  'Allow',
  'Alt-Svc',
  'Authorization',
  'Cache-Control',
  'Connection',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Location',
  'Content-Range',
  'Content-Security-Policy',
  'Content-Type',
  'Cookie',
  'Cross-Origin-Embedder-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'Date',
  'ETag',
  'Etag',
  'Expect',
  'Expires',
  'Forwarded',
  'From',
  'Host',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Range',
  'If-Unmodified-Since',
  'Keep-Alive',
  'Last-Modified',
  'Link',
  'Location',
  'Max-Forwards',
  'Origin',
  'Origin-Agent-Cluster',
  'Pragma',
  'Proxy-Authenticate',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Range',
  'Referer',
  'Referrer-Policy',
  'Retry-After',
  'Server',
  'Set-Cookie',
  'Strict-Transport-Security',
  'TE',
  'Trailer',
  'Transfer-Encoding',
  'Upgrade',
  'User-Agent',
  'Vary',
  'Via',
  'WWW-Authenticate',
  'X-Content-Type-Options',
  'X-DNS-Prefetch-Control',
  'X-Download-Options',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Frame-Options',
  'X-Permitted-Cross-Domain-Policies',
  'X-Powered-By',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
  'X-Response-Time',
  'X-XSS-Protection',
]) {
  const lower = name.toLowerCase();
  lowerCased.set(name, lower);
  lowerCased.set(lower, lower);
}

/** A header's name in lower case. */
function lowerCase(name) {
  return lowerCased.get(name) ?? name.toLowerCase();
}

/** Whether `value` is an HTTP token (RFC 9110 §5.6.2). */
function isToken(value) {
  return TOKEN.test(value);
}

/** Whether `value` holds a character that must not stand in a header's value. */
function hasInvalidChar(value) {
  return BAD_VALUE.test(value);
}

/** The same with a strictness: 'strict' (the default), 'relaxed' or 'insecure'. */
function isBadValue(value, validation) {
  if (validation === 'relaxed' || validation === 'insecure') return BAD_RELAXED_VALUE.test(value);
  return BAD_VALUE.test(value);
}

/** Throws unless `name` can be the name of a header. */
function checkHeaderName(name, label) {
  if (lowerCased.has(name)) return;
  if (typeof name !== 'string' || !TOKEN.test(name)) {
    throw new codes.ERR_INVALID_HTTP_TOKEN(label || 'Header name', name);
  }
}

/** `http.validateHeaderName(name[, label])` and `http.validateHeaderValue(name, value)`. No declared parameters, as in Node. */
const { validateHeaderName, validateHeaderValue } = {
  validateHeaderName(...args) {
    checkHeaderName(args[0], args[1]);
  },
  validateHeaderValue(...args) {
    const [name, value] = args;
    if (value === undefined) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
    if (BAD_VALUE.test(value)) throw new codes.ERR_INVALID_CHAR('header content', name);
  },
};

// `Date` changes once a second, and with it a line of nearly every response.
let dateSecond = -1;
let dateLine = '';
/** The line `Date: ...\r\n` for now, rendered once a second. */
function httpDateLine() {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateLine = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return dateLine;
}

const LENIENT_ALL = 0x3ff;
const LENIENT_RELAXED_VALUE = 0x400;

// What the command line says, asked for once.
const byOption = { lenient: undefined, size: undefined };

let insecureWarned = false;
function isLenient() {
  const lenient = (byOption.lenient ??= option('--insecure-http-parser') === true);
  if (lenient && !insecureWarned) {
    insecureWarned = true;
    process.emitWarning('Using insecure HTTP parsing');
  }
  return lenient;
}

function option(name) {
  try {
    return require('cli/options').getOptionValue(name);
  } catch {
    return undefined;
  }
}

/** llhttp's leniency bits for the options of a server or a request. */
function lenientFlags(insecureHTTPParser, httpValidation) {
  if (httpValidation === 'insecure') return LENIENT_ALL;
  if (httpValidation === 'relaxed') return LENIENT_RELAXED_VALUE;
  if (httpValidation === 'strict') return 0;
  return (insecureHTTPParser === undefined ? isLenient() : insecureHTTPParser) ? LENIENT_ALL : 0;
}

/** Checks the pair of options that decides about leniency. */
function validateParserOptions({ insecureHTTPParser, httpValidation }) {
  if (insecureHTTPParser !== undefined) validateBoolean(insecureHTTPParser, 'options.insecureHTTPParser');
  if (httpValidation === undefined) return;
  validateOneOf(httpValidation, 'options.httpValidation', ['strict', 'relaxed', 'insecure']);
  if (insecureHTTPParser !== undefined) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'options.httpValidation',
      httpValidation,
      'cannot be used together with insecureHTTPParser',
    );
  }
}

/** `http.maxHeaderSize`: bytes, from `--max-http-header-size`. */
function maxHeaderSize() {
  return (byOption.size ??= option('--max-http-header-size') || 16 * 1024);
}

let logger;
/** What `NODE_DEBUG=http` shows. */
function debug(...args) {
  (logger ??= require('util/debuglog').debuglog('http'))(...args);
}
require('engine/lifecycle').onForget(() => {
  logger = byOption.lenient = byOption.size = undefined;
});

/** The error of a connection that the other side gave up ("socket hang up", "aborted"). */
function connectionReset(message) {
  const error = new Error(message);
  error.code = 'ECONNRESET';
  return error;
}

/**
 * The error for bytes that are not HTTP.
 * @param {string} code llhttp's `HPE_*`
 * @param {string} reason
 * @param {number} bytesParsed how far the parser came in `rawPacket`
 * @param {Buffer} [rawPacket] what had just been read
 */
function parseError(code, reason, bytesParsed, rawPacket) {
  const error = new Error(`Parse Error: ${reason}`);
  error.bytesParsed = bytesParsed;
  error.code = code;
  error.reason = reason;
  error.rawPacket = rawPacket;
  return error;
}

module.exports = {
  HeadFlags,
  METHODS,
  METHOD_BY_ID,
  STATUS_CODES,
  methods,
  checkHeaderName,
  connectionReset,
  debug,
  hasInvalidChar,
  httpDateLine,
  isBadValue,
  isLenient,
  isToken,
  lenientFlags,
  lowerCase,
  maxHeaderSize,
  parseError,
  validateHeaderName,
  validateHeaderValue,
  validateParserOptions,
  kConnection: Symbol('kConnection'),
  kHighWaterMark: Symbol('kHighWaterMark'),
  kOutHeaders: Symbol('kOutHeaders'),
  kSocket: Symbol('kSocket'),
  kUniqueHeaders: Symbol('kUniqueHeaders'),
};
