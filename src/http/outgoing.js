'use strict';

// OutgoingMessage: what a server's response and a client's request have in common. Collects a head (http/head) and a body
// and hands them to whoever carries them: a connection of this room (head and body at hand leave in one native call), or
// any stream that was given as a socket. Without either it keeps what was written in `outputData`.

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateString } = require('errors/validators');
const { EventEmitter } = require('events/events');
const { Stream, getDefaultHighWaterMark } = require('stream/stream');
const { isUint8Array } = require('util/types');
const {
  checkHeaderName,
  hasInvalidChar,
  isBadValue,
  lowerCase,
  validateHeaderName,
  validateHeaderValue,
  kConnection,
  kHighWaterMark,
  kOutHeaders,
  kSocket,
  kUniqueHeaders,
} = require('http/common');
const { renderHead } = require('http/head');

const { captureRejectionSymbol } = EventEmitter;

const kBytesWritten = Symbol('kBytesWritten');
const kChunks = Symbol('kChunks');
const kChunksLength = Symbol('kChunksLength');
const kCorked = Symbol('corked');
const kEndCallbacks = Symbol('kEndCallbacks');
const kErrored = Symbol('errored');
const kNeedDrain = Symbol('kNeedDrain');
const kRejectBodyWrites = Symbol('kRejectNonStandardBodyWrites');
const kWritableFinished = Symbol('kWritableFinished');

const nop = () => {};
let crlf;

function OutgoingMessage(options) {
  this._events = undefined;
  this._eventsCount = 0;
  this._maxListeners = undefined;
  if (EventEmitter.captureRejections) EventEmitter.init.call(this);

  // What was written before there was anything to write it to, and its size.
  this.outputData = [];
  this.outputSize = 0;

  this.writable = true;
  this.destroyed = false;

  this._last = false;
  this.chunkedEncoding = false;
  this.shouldKeepAlive = true;
  this.maxRequestsOnConnectionReached = false;
  this._defaultKeepAlive = true;
  this.useChunkedEncodingByDefault = true;
  this.sendDate = false;
  this._removedConnection = false;
  this._removedContLen = false;
  this._removedTE = false;

  this.strictContentLength = false;
  this[kBytesWritten] = 0;
  this._contentLength = null;
  this._hasBody = true;
  this._trailer = '';
  this[kNeedDrain] = false;

  this.finished = false;
  this._headerSent = false;
  this[kCorked] = 0;
  this[kChunks] = null;
  this[kChunksLength] = 0;
  this._closed = false;

  this[kSocket] = null;
  this[kConnection] = null;
  this._header = null;
  this[kOutHeaders] = null;
  this._keepAliveTimeout = 0;
  this._onPendingData = nop;

  this[kErrored] = undefined;
  this[kWritableFinished] = false;
  this[kEndCallbacks] = null;
  this[kHighWaterMark] = options?.highWaterMark ?? getDefaultHighWaterMark();
  this[kRejectBodyWrites] = options?.rejectNonStandardBodyWrites ?? false;
  this[kUniqueHeaders] = null;
}
Object.setPrototypeOf(OutgoingMessage.prototype, Stream.prototype);
Object.setPrototypeOf(OutgoingMessage, Stream);

const prototype = OutgoingMessage.prototype;

function accessor(name, get, set, enumerable = false) {
  Object.defineProperty(prototype, name, { get, set, configurable: true, enumerable });
}

function socketOf() {
  const connection = this[kConnection];
  return connection ? connection.socket : this[kSocket];
}
function setSocket(socket) {
  this[kSocket] = socket;
  this[kConnection] = null;
}
accessor('socket', socketOf, setSocket);
accessor('connection', socketOf, setSocket);
accessor('errored', function () {
  return this[kErrored];
});
accessor('closed', function () {
  return this._closed;
});
accessor('writableFinished', function () {
  const carrier = this[kConnection] ?? this[kSocket];
  return this.finished && this.outputSize === 0 && (!carrier || carrier.writableLength === 0);
});
accessor('writableObjectMode', () => false);
accessor('writableLength', function () {
  const carrier = this[kConnection] ?? this[kSocket];
  return this.outputSize + this[kChunksLength] + (carrier ? carrier.writableLength : 0);
});
accessor('writableHighWaterMark', function () {
  return this[kConnection] === null && this[kSocket] ? this[kSocket].writableHighWaterMark : this[kHighWaterMark];
});
accessor('writableCorked', function () {
  return this[kCorked];
});
accessor('writableEnded', function () {
  return this.finished;
});
accessor('writableNeedDrain', function () {
  return !this.destroyed && !this.finished && this[kNeedDrain];
});
accessor(
  'headersSent',
  function () {
    return !!this._header;
  },
  undefined,
  true,
);

// --- headers ------------------------------------------------------------------------------------------------------------

prototype._isLenientHeaderValidation = function () {
  return validationOf(this) !== 'strict';
};

/** How strictly this message's header values are checked. */
function validationOf(message) {
  const owner = message.httpValidation !== undefined ? message : message[kConnection]?.server;
  return owner?.httpValidation ?? (owner?.insecureHTTPParser ? 'insecure' : 'strict');
}

function checkValue(message, name, value) {
  if (value === undefined) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) checkOne(message, name, value[i]);
  } else {
    checkOne(message, name, value);
  }
}

function checkOne(message, name, value) {
  if (hasInvalidChar(value) && isBadValue(value, validationOf(message))) {
    throw new codes.ERR_INVALID_CHAR('header content', name);
  }
}

prototype.setHeader = function setHeader(name, value) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('set');
  checkHeaderName(name);
  checkValue(this, name, value);
  (this[kOutHeaders] ??= { __proto__: null })[lowerCase(name)] = [name, value];
  return this;
};

prototype.setHeaders = function setHeaders(headers) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('set');
  if (!headers || Array.isArray(headers) || typeof headers.keys !== 'function' || typeof headers.get !== 'function') {
    throw new codes.ERR_INVALID_ARG_TYPE('headers', ['Headers', 'Map'], headers);
  }
  // A Headers object gives each cookie on its own; setHeader of the second would undo the first.
  const cookies = [];
  for (const { 0: key, 1: value } of headers) {
    if (key !== 'set-cookie') this.setHeader(key, value);
    else if (Array.isArray(value)) cookies.push(...value);
    else cookies.push(value);
  }
  if (cookies.length !== 0) this.setHeader('set-cookie', cookies);
  return this;
};

prototype.appendHeader = function appendHeader(name, value) {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('append');
  checkHeaderName(name);
  checkValue(this, name, value);
  const key = lowerCase(name);
  const headers = (this[kOutHeaders] ??= { __proto__: null });
  const present = headers[key];
  if (present === undefined) headers[key] = [name, value];
  else present[1] = [].concat(present[1], value);
  return this;
};

prototype.getHeader = function getHeader(name) {
  validateString(name, 'name');
  const headers = this[kOutHeaders];
  return headers === null ? undefined : headers[lowerCase(name)]?.[1];
};

prototype.getHeaderNames = function getHeaderNames() {
  return this[kOutHeaders] !== null ? Object.keys(this[kOutHeaders]) : [];
};

prototype.getRawHeaderNames = function getRawHeaderNames() {
  return this[kOutHeaders] !== null ? Object.values(this[kOutHeaders]).map((entry) => entry[0]) : [];
};

prototype.getHeaders = function getHeaders() {
  const headers = this[kOutHeaders];
  const copy = { __proto__: null };
  for (const key in headers) copy[key] = headers[key][1];
  return copy;
};

prototype.hasHeader = function hasHeader(name) {
  validateString(name, 'name');
  return this[kOutHeaders] !== null && this[kOutHeaders][lowerCase(name)] !== undefined;
};

prototype.removeHeader = function removeHeader(name) {
  validateString(name, 'name');
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('remove');
  const key = lowerCase(name);
  if (key === 'connection') this._removedConnection = true;
  else if (key === 'content-length') this._removedContLen = true;
  else if (key === 'transfer-encoding') this._removedTE = true;
  else if (key === 'date') this.sendDate = false;
  if (this[kOutHeaders] !== null) delete this[kOutHeaders][key];
};

prototype._renderHeaders = function _renderHeaders() {
  if (this._header) throw new codes.ERR_HTTP_HEADERS_SENT('render');
  const headers = {};
  const own = this[kOutHeaders];
  for (const key in own) headers[own[key][0]] = own[key][1];
  return headers;
};

prototype._implicitHeader = function _implicitHeader() {
  throw new codes.ERR_METHOD_NOT_IMPLEMENTED('_implicitHeader()');
};

/** Renders `_header` from its first line and headers in any of the accepted forms. */
prototype._storeHeader = function _storeHeader(firstLine, headers) {
  this._header = renderHead(this, firstLine, headers, checkOne);
  this._headerSent = false;
  // `Expect: 100-continue` waits for an answer to the head: it must leave now.
  if (renderHead.sawExpect) this._send('');
};

prototype.flushHeaders = function flushHeaders() {
  if (!this._header) this._implicitHeader();
  this._send('');
};

prototype.addTrailers = function addTrailers(headers) {
  this._trailer = '';
  const isArray = Array.isArray(headers);
  for (const key of Object.keys(headers)) {
    const field = isArray ? headers[key][0] : key;
    const value = isArray ? headers[key][1] : headers[key];
    checkHeaderName(field, 'Trailer name');
    if (Array.isArray(value) && value.length > 1 && !this[kUniqueHeaders]?.has(lowerCase(field))) {
      for (const one of value) this._trailer += trailerLine(this, field, one);
    } else {
      this._trailer += trailerLine(this, field, Array.isArray(value) ? value.join('; ') : value);
    }
  }
};

function trailerLine(message, field, value) {
  if (isBadValue(value, validationOf(message))) throw new codes.ERR_INVALID_CHAR('trailer content', field);
  return `${field}: ${value}\r\n`;
}

// --- the body -----------------------------------------------------------------------------------------------------------

prototype.cork = function cork() {
  this[kCorked]++;
  (this[kConnection]?.jsSocket ?? this[kSocket])?.cork();
};

prototype.uncork = function uncork() {
  if (this[kCorked] > 0) this[kCorked]--;
  (this[kConnection]?.jsSocket ?? this[kSocket])?.uncork();
  if (this[kCorked] === 0 && this[kChunks] !== null) flushCorked(this);
};

/** What was written while corked leaves as one chunk. */
function flushCorked(message) {
  const chunks = message[kChunks];
  const length = message[kChunksLength];
  message[kChunks] = null;
  message[kChunksLength] = 0;
  const callbacks = [];
  const parts = [];
  for (const { data, encoding, callback } of chunks) {
    parts.push(typeof data === 'string' ? Buffer.from(data, encoding ?? 'utf8') : data);
    if (callback) callbacks.push(callback);
  }
  const callback =
    callbacks.length === 0
      ? null
      : (error) => {
          for (const each of callbacks) each(error);
        };
  sendChunk(message, Buffer.concat(parts, length), null, callback, length);
}

/** One piece of the body, framed as a chunk. */
function sendChunk(message, data, encoding, callback, length) {
  if (direct(message)) return message[kConnection].write(message, data, encoding, callback, length, true);
  crlf ??= Buffer.from('\r\n');
  message._send(length.toString(16), 'latin1', null);
  message._send(crlf, null, null);
  message._send(data, encoding, null, length);
  return message._send(crlf, null, callback);
}

/** Whether the connection takes this message's bytes natively, past `_send`. */
function direct(message) {
  const connection = message[kConnection];
  return connection !== null && message.outputData.length === 0 && connection.canWriteNatively(message);
}

prototype.write = function write(chunk, encoding, callback) {
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  const ok = writeBody(this, chunk, encoding, typeof callback === 'function' ? callback : null, false);
  if (!ok) this[kNeedDrain] = true;
  return ok;
};

function badChunk(chunk) {
  if (chunk === null) return new codes.ERR_STREAM_NULL_VALUES();
  return new codes.ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'Uint8Array'], chunk);
}

function byteLength(text, encoding) {
  if (encoding === 'latin1' || encoding === 'binary') return text.length;
  return Buffer.byteLength(text, encoding ?? 'utf8');
}

function writeBody(message, chunk, encoding, callback, fromEnd) {
  let length;
  if (typeof chunk === 'string') length = byteLength(chunk, encoding);
  else if (isUint8Array(chunk)) length = chunk.length;
  else throw badChunk(chunk);

  if (message.finished || message.destroyed) {
    const error = message.finished ? new codes.ERR_STREAM_WRITE_AFTER_END() : new codes.ERR_STREAM_DESTROYED('write');
    if (message.destroyed) process.nextTick(callback ?? nop, error);
    else process.nextTick(emitError, message, error, callback ?? nop);
    return false;
  }

  if (!message._header) {
    if (fromEnd) message._contentLength ??= length;
    message._implicitHeader();
  }
  if (!message._hasBody) {
    if (message[kRejectBodyWrites]) throw new codes.ERR_HTTP_BODY_NOT_ALLOWED();
    if (callback !== null) process.nextTick(callback);
    return true;
  }
  countBytes(message, length, fromEnd);

  if (message.chunkedEncoding && length !== 0) {
    if (!fromEnd) corkForTick(message);
    if (message[kCorked] !== 0 && !fromEnd) {
      (message[kChunks] ??= []).push({ data: chunk, encoding, callback });
      message[kChunksLength] += length;
      return message[kChunksLength] < message[kHighWaterMark];
    }
    return sendChunk(message, chunk, encoding, callback, length);
  }
  if (!fromEnd) corkForTick(message);
  if (!fromEnd && direct(message)) return message[kConnection].write(message, chunk, encoding, callback, length, false);
  return message._send(chunk, encoding, callback, length);
}

/** What is written to a socket in one tick leaves together. A connection of this room sees to that itself. */
function corkForTick(message) {
  const socket = message[kConnection]?.jsSocket ?? message[kSocket];
  if (!socket || socket.writableCorked !== 0 || direct(message)) return;
  socket.cork();
  process.nextTick(uncorkSocket, socket);
}

function uncorkSocket(socket) {
  socket.uncork();
}

/** With `strictContentLength`, what is written must be what was announced. */
function countBytes(message, length, isEnd) {
  if (!message.strictContentLength) return;
  const written = message[kBytesWritten] + length;
  const announced = message._contentLength;
  if (
    announced !== null &&
    !message._removedContLen &&
    message._hasBody &&
    (isEnd ? written !== announced : written > announced)
  ) {
    throw new codes.ERR_HTTP_CONTENT_LENGTH_MISMATCH(written, announced);
  }
  message[kBytesWritten] = written;
}

function emitError(message, error, callback) {
  callback(error);
  if (typeof message.emit === 'function' && !message.destroyed) message.emit('error', error);
}

/** Sends, the head first when it has not left yet. */
prototype._send = function _send(data, encoding, callback, length) {
  if (!this._headerSent) {
    const header = this._header ?? '';
    this._headerSent = true;
    // One string for both, unless the body's encoding would spoil a head with bytes above 0x7f.
    if (
      typeof data === 'string' &&
      (encoding === 'latin1' || ((encoding === 'utf8' || !encoding) && isAscii(header)))
    ) {
      data = header + data;
    } else {
      this.outputData.unshift({ data: header, encoding: 'latin1', callback: null });
      this.outputSize += header.length;
      this._onPendingData(header.length);
    }
  }
  return this._writeRaw(data, encoding, callback, length);
};

function isAscii(text) {
  return !/[\x80-\xff]/.test(text);
}

prototype._writeRaw = function _writeRaw(data, encoding, callback, size) {
  const connection = this[kConnection];
  const carrier = connection ?? this[kSocket];
  // Gone: whoever waits hears of it by 'close'.
  if (carrier?.destroyed) return false;
  if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  if (carrier && carrier._httpMessage === this && carrier.writable) {
    if (this.outputData.length !== 0) this._flushOutput(carrier);
    return carrier.writeRaw !== undefined
      ? carrier.writeRaw(data, encoding, callback)
      : carrier.write(data, encoding, callback);
  }
  this.outputData.push({ data, encoding, callback });
  const length = data.length;
  this.outputSize += length;
  this._onPendingData(length);
  return this.outputSize < this[kHighWaterMark];
};

prototype.end = function end(chunk, encoding, callback) {
  if (typeof chunk === 'function') {
    callback = chunk;
    chunk = null;
    encoding = null;
  } else if (typeof encoding === 'function') {
    callback = encoding;
    encoding = null;
  }
  const hasChunk = Boolean(chunk);
  if (hasChunk && typeof chunk !== 'string' && !isUint8Array(chunk)) throw badChunk(chunk);
  if (this.finished) {
    if (hasChunk) endError(this, new codes.ERR_STREAM_WRITE_AFTER_END(), callback);
    else if (typeof callback === 'function') {
      if (this[kWritableFinished]) process.nextTick(callback, new codes.ERR_STREAM_ALREADY_FINISHED('end'));
      else addEndCallback(this, callback);
    }
    return this;
  }
  if (this[kChunks] !== null) flushCorked(this);
  if (endDirectly(this, hasChunk ? chunk : '', encoding, callback)) return this;

  const socket = this[kConnection]?.jsSocket ?? this[kSocket];
  socket?.cork?.();
  if (hasChunk) {
    writeBody(this, chunk, encoding, null, true);
  } else if (!this._header) {
    this._contentLength = 0;
    this._implicitHeader();
  }
  if (!hasChunk) countBytes(this, 0, true);
  if (typeof callback === 'function') addEndCallback(this, callback);

  const finish = onFinish.bind(undefined, this);
  if (this._hasBody && this.chunkedEncoding) this._send(`0\r\n${this._trailer}\r\n`, 'latin1', finish);
  else if (!this._headerSent || this.writableLength || hasChunk) this._send('', 'latin1', finish);
  else process.nextTick(finish);

  if (socket) {
    // Everything that is at hand leaves now.
    if (socket._writableState) socket._writableState.corked = 1;
    socket.uncork?.();
  }
  this[kCorked] = 0;
  this.finished = true;
  const carrier = this[kConnection] ?? this[kSocket];
  if (this.outputData.length === 0 && carrier && carrier._httpMessage === this) this._finish();
  return this;
};

/** The straight way out: a whole response, or the rest of one, in one native call. False when it is not open to us. */
function endDirectly(message, chunk, encoding, callback) {
  if (message.destroyed || !direct(message)) return false;
  const length = typeof chunk === 'string' ? byteLength(chunk, encoding) : chunk.length;
  if (!message._header) {
    message._contentLength ??= length;
    message._implicitHeader();
    // The program may have its hands in writeHead.
    if (!direct(message)) return false;
  }
  if (!message._hasBody) {
    if (length !== 0 && message[kRejectBodyWrites]) throw new codes.ERR_HTTP_BODY_NOT_ALLOWED();
    chunk = '';
  }
  countBytes(message, length, true);
  if (typeof callback === 'function') addEndCallback(message, callback);
  message.finished = true;
  message[kConnection].end(message, chunk, encoding, length);
  return true;
}

function endError(message, error, callback) {
  if (message.destroyed) {
    if (typeof callback === 'function') process.nextTick(callback, error);
  } else {
    process.nextTick(emitError, message, error, typeof callback === 'function' ? callback : nop);
  }
}

function addEndCallback(message, callback) {
  (message[kEndCallbacks] ??= []).push(callback);
}

/** All bytes have been handed to the system, or cannot be. */
function onFinish(message, error) {
  if (error) {
    callEndCallbacks(message, error);
    return;
  }
  if (message[kSocket]?._hadError) return;
  message[kWritableFinished] = true;
  message[kConnection]?.finished(message);
  callEndCallbacks(message, null);
  if (message._eventsCount !== 0) message.emit('finish');
}

function callEndCallbacks(message, error) {
  const callbacks = message[kEndCallbacks];
  if (callbacks === null) return;
  message[kEndCallbacks] = null;
  for (const callback of callbacks) {
    if (error) callback(error);
    else callback();
  }
}

/** All has been handed over. */
prototype._finish = function _finish() {
  this.emit('prefinish');
};

/** The carrier is ours now: what has been waiting goes out. */
prototype._flush = function _flush() {
  const carrier = this[kConnection] ?? this[kSocket];
  if (!carrier || !carrier.writable) return;
  const ok = this._flushOutput(carrier);
  if (this.finished) {
    this._finish();
  } else if (ok && this[kNeedDrain]) {
    this[kNeedDrain] = false;
    this.emit('drain');
  }
};

prototype._flushOutput = function _flushOutput(carrier) {
  const waiting = this.outputData;
  if (waiting.length === 0) return undefined;
  this.outputData = [];
  const together = waiting.length > 1;
  if (together) carrier.cork?.();
  let ok;
  for (const { data, encoding, callback } of waiting) {
    ok =
      carrier.writeRaw !== undefined
        ? carrier.writeRaw(data, encoding, callback)
        : carrier.write(data, encoding, callback);
  }
  if (together) carrier.uncork?.();
  this._onPendingData(-this.outputSize);
  this.outputSize = 0;
  return ok;
};

/** The carrier can take more. For this room. */
function drained(message) {
  if (message.destroyed || message.finished || !message[kNeedDrain]) return;
  message[kNeedDrain] = false;
  message.emit('drain');
}

prototype.pipe = function pipe() {
  this.emit('error', new codes.ERR_STREAM_CANNOT_PIPE());
};

prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  const socket = this.socket;
  if (socket) socket.setTimeout(msecs);
  else
    this.once('socket', (later) => {
      later.setTimeout(msecs);
    });
  return this;
};

prototype.destroy = function destroy(error) {
  if (this.destroyed) return this;
  this.destroyed = true;
  this[kErrored] = error;
  const carrier = this[kConnection] ?? this[kSocket];
  if (carrier) carrier.destroy(error);
  else
    this.once('socket', (socket) => {
      socket.destroy(error);
    });
  return this;
};

prototype[captureRejectionSymbol] = function (error, _event) {
  this.destroy(error);
};

Object.defineProperty(prototype, 'constructor', {
  value: OutgoingMessage,
  writable: true,
  configurable: true,
  enumerable: false,
});

/** The `uniqueHeaders` option: which repeated headers are joined to one. */
function parseUniqueHeadersOption(headers) {
  if (!Array.isArray(headers)) return null;
  const unique = new Set();
  for (const header of headers) unique.add(`${Array.isArray(header) ? header[0] : header}`.toLowerCase());
  return unique;
}

module.exports = {
  OutgoingMessage,
  callEndCallbacks,
  drained,
  onFinish,
  parseUniqueHeadersOption,
  validateHeaderName,
  validateHeaderValue,
  validationOf,
  kErrored,
  kNeedDrain,
};
