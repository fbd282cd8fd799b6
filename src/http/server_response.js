'use strict';

// ServerResponse: a response on its way out.

const { codes } = require('errors/errors');
const { validateInteger, validateObject } = require('errors/validators');
const { OutgoingMessage, validationOf } = require('http/outgoing');
const {
  STATUS_CODES,
  checkHeaderName,
  hasInvalidChar,
  isBadValue,
  kConnection,
  kOutHeaders,
  kSocket,
} = require('http/common');

const channels = require('async/diagnostics_channel');
const perf = require('http/perf');
const createdChannel = channels.channel('http.server.response.created');
const finishChannel = channels.channel('http.server.response.finish');

const CHUNKED = /(?:^|\W)chunked(?:$|\W)/i;

/**
 * @param {IncomingMessage} req the request that is answered
 * @param {{highWaterMark?: number, rejectNonStandardBodyWrites?: boolean}} [options]
 */
function ServerResponse(req, options) {
  OutgoingMessage.call(this, options);
  if (req.method === 'HEAD') this._hasBody = false;
  this.req = req;
  this.sendDate = true;
  this._sent100 = false;
  this._expect_continue = false;
  this._maxRequestsPerSocket = 0;
  if (req.httpVersionMajor < 1 || req.httpVersionMinor < 1) {
    this.useChunkedEncodingByDefault = CHUNKED.test(req.headers?.te);
    this.shouldKeepAlive = false;
  }
  if (createdChannel.hasSubscribers) createdChannel.publish({ request: req, response: this });
}
Object.setPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
Object.setPrototypeOf(ServerResponse, OutgoingMessage);

const prototype = ServerResponse.prototype;

prototype._finish = function _finish() {
  const connection = this[kConnection];
  if (connection !== null) {
    if (finishChannel.hasSubscribers) {
      finishChannel.publish({ request: this.req, response: this, socket: this.socket, server: connection.server });
    }
    if (perf.observed()) reportExchange(this);
  }
  if (this._eventsCount !== 0) this.emit('prefinish');
};

function reportExchange(res) {
  const { req } = res;
  perf.report(
    'HttpRequest',
    res,
    { method: req.method, url: req.url, headers: req.headers },
    { statusCode: res.statusCode, statusMessage: res.statusMessage, headers: res.getHeaders() },
  );
}

prototype.statusCode = 200;
prototype.statusMessage = undefined;

function onSocketClose() {
  const message = this._httpMessage;
  if (message) closeResponse(message);
}

/** The response is over, whether it got out or not. For this room. */
function closeResponse(message) {
  if (message._closed) return;
  message.destroyed = true;
  message._closed = true;
  message.emit('close');
}

prototype.assignSocket = function assignSocket(socket) {
  if (socket._httpMessage) throw new codes.ERR_HTTP_SOCKET_ASSIGNED();
  socket._httpMessage = this;
  socket.on('close', onSocketClose);
  this[kSocket] = socket;
  this.emit('socket', socket);
  this._flush();
};

prototype.detachSocket = function detachSocket(socket) {
  socket.removeListener('close', onSocketClose);
  socket._httpMessage = null;
  this[kSocket] = null;
  this[kConnection] = null;
};

prototype.writeInformation = function writeInformation(statusCode, headers, callback) {
  if (typeof headers === 'function') {
    callback = headers;
    headers = undefined;
  }
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('write');
  validateInteger(statusCode, 'statusCode', 100, 199);
  if (statusCode === 101) throw new codes.ERR_HTTP_INVALID_STATUS_CODE(statusCode);
  let text = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? 'unknown'}\r\n`;
  if (Array.isArray(headers)) {
    const list = Array.isArray(headers[0]) ? headers.flat() : headers;
    if (list.length % 2 !== 0) throw new codes.ERR_INVALID_ARG_VALUE('headers', headers);
    for (let i = 0; i < list.length; i += 2) text += informationLine(this, list[i], list[i + 1]);
  } else if (headers !== undefined && headers !== null) {
    validateObject(headers, 'headers');
    for (const key of Object.keys(headers)) text += informationLine(this, key, headers[key]);
  }
  return this._writeRaw(`${text}\r\n`, 'latin1', callback);
};

function informationLine(message, name, value) {
  if (Array.isArray(value)) return value.map((one) => informationLine(message, name, one)).join('');
  checkHeaderName(name);
  if (value === undefined) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (isBadValue(value, validationOf(message))) throw new codes.ERR_INVALID_CHAR('header content', name);
  return `${name}: ${value}\r\n`;
}

prototype.writeContinue = function writeContinue(callback) {
  this._writeRaw('HTTP/1.1 100 Continue\r\n\r\n', 'latin1', callback);
  this._sent100 = true;
};

prototype.writeProcessing = function writeProcessing(callback) {
  this._writeRaw('HTTP/1.1 102 Processing\r\n\r\n', 'latin1', callback);
};

const LINK_VALUE = /^(?:<[^>\x00-\x1f]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;

function checkLink(value) {
  if (typeof value !== 'string' || !LINK_VALUE.test(value)) {
    throw new codes.ERR_INVALID_ARG_VALUE(
      'hints',
      value,
      'must be an array or string of format "</styles.css>; rel=preload; as=style"',
    );
  }
  return value;
}

prototype.writeEarlyHints = function writeEarlyHints(hints, callback) {
  validateObject(hints, 'hints');
  if (hints.link === null || hints.link === undefined) return;
  const link = Array.isArray(hints.link) ? hints.link.map(checkLink).join(', ') : checkLink(hints.link);
  if (link.length === 0) return;
  let text = `HTTP/1.1 103 Early Hints\r\nLink: ${link}\r\n`;
  for (const key of Object.keys(hints)) {
    if (key.toLowerCase() !== 'link') text += informationLine(this, key, hints[key]);
  }
  this._writeRaw(`${text}\r\n`, 'latin1', callback);
};

prototype._implicitHeader = function _implicitHeader() {
  this.writeHead(this.statusCode);
};

// Status lines, rendered once.
const statusLines = [];
function statusLine(code, message) {
  if (message !== STATUS_CODES[code]) return `HTTP/1.1 ${code} ${message}\r\n`;
  return (statusLines[code] ??= `HTTP/1.1 ${code} ${message}\r\n`);
}

prototype.writeHead = function writeHead(statusCode, reason, headers) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('write');

  const given = statusCode;
  statusCode |= 0;
  if (statusCode < 100 || statusCode > 999) throw new codes.ERR_HTTP_INVALID_STATUS_CODE(given);

  if (typeof reason === 'string') {
    this.statusMessage = reason;
  } else {
    this.statusMessage ||= STATUS_CODES[statusCode] || 'unknown';
    headers ??= reason;
  }
  this.statusCode = statusCode;

  const all = this[kOutHeaders] !== null ? mergeHeaders(this, headers) : headers;

  if (hasInvalidChar(this.statusMessage)) throw new codes.ERR_INVALID_CHAR('statusMessage');

  // RFC 9110 §15: no body in these, whatever is written.
  if (statusCode === 204 || statusCode === 304 || (statusCode >= 100 && statusCode <= 199)) this._hasBody = false;

  // A client that expected "100 Continue" and did not get it may send the body or not: the connection cannot be kept.
  if (this._expect_continue && !this._sent100) this.shouldKeepAlive = false;

  this._storeHeader(statusLine(statusCode, this.statusMessage), all);
  return this;
};

/** Headers of `setHeader` and of `writeHead` together: those of `writeHead` win. */
function mergeHeaders(message, headers) {
  if (Array.isArray(headers)) {
    if (headers.length % 2 !== 0) throw new codes.ERR_INVALID_ARG_VALUE('headers', headers);
    // All values of a name given here replace the one that was set.
    for (let i = 0; i < headers.length; i += 2) if (headers[i]) message.removeHeader(headers[i]);
    for (let i = 0; i < headers.length; i += 2) if (headers[i]) message.appendHeader(headers[i], headers[i + 1]);
  } else if (headers) {
    for (const key of Object.keys(headers)) if (key) message.setHeader(key, headers[key]);
  }
  return message[kOutHeaders];
}

/** An alias, documented as deprecated. */
prototype.writeHeader = prototype.writeHead;

Object.defineProperty(prototype, 'constructor', {
  value: ServerResponse,
  writable: true,
  configurable: true,
  enumerable: false,
});

module.exports = { STATUS_CODES, ServerResponse, closeResponse };
