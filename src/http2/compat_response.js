// http2.Http2ServerResponse: https://nodejs.org/api/http2.html#class-http2http2serverresponse
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateLinkHeaderValue, validateObject, validateString } = require('errors/validators');
const { isToken } = require('http/common');
const { lower } = require('http2/headers');
const { streamProxyOf } = require('http2/socket_proxy');
const { kRequest, kResponse, kState } = require('http2/symbols');
const { nextTick } = require('process/next_tick');
const { Stream } = require('stream/legacy');

const {
  ERR_HTTP2_HEADERS_SENT,
  ERR_HTTP2_INFO_STATUS_NOT_ALLOWED,
  ERR_HTTP2_INVALID_HEADER_VALUE,
  ERR_HTTP2_INVALID_STREAM,
  ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED,
  ERR_HTTP2_STATUS_INVALID,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_HTTP_TOKEN,
  ERR_STREAM_WRITE_AFTER_END,
} = codes;

const kBegin = Symbol('begin');
const kHeaders = Symbol('headers');
const kSetHeader = Symbol('setHeader');
const kStream = Symbol('stream');
const kTrailers = Symbol('trailers');

let warnedOfMessage = false;
let warnedOfConnection = false;

function warnOfMessage() {
  if (warnedOfMessage) return;
  warnedOfMessage = true;
  process.emitWarning('Status message is not supported by HTTP/2 (RFC7540 8.1.2.4)', 'UnsupportedWarning');
}

function warnOfConnection() {
  if (warnedOfConnection) return;
  warnedOfConnection = true;
  process.emitWarning(
    'The provided connection header is not valid, the value will be dropped from the header and will never be in use.',
    'UnsupportedWarning',
  );
}

/** `connection` is ignored, the others that HTTP/2 forbids are errors when they are sent. */
const isAllowed = (name, value) => name !== 'connection' || value === 'trailers';

function checkHeader(name, value) {
  if (name === '') throw new ERR_INVALID_HTTP_TOKEN('Header name', name);
  if (name[0] === ':') throw new ERR_HTTP2_PSEUDOHEADER_NOT_ALLOWED();
  if (value === undefined || value === null) throw new ERR_HTTP2_INVALID_HEADER_VALUE(value, name);
  if (!isAllowed(name, value)) warnOfConnection();
}

class Http2ServerResponse extends Stream {
  constructor(stream, options) {
    super(options);
    this[kState] = {
      closed: false,
      ending: false,
      destroyed: false,
      headRequest: false,
      sendDate: true,
      statusCode: 200,
    };
    this[kHeaders] = { __proto__: null };
    this[kTrailers] = { __proto__: null };
    this[kStream] = stream;
    stream[kResponse] = this;
    this.writable = true;
    this.req = stream[kRequest];
    stream.on('drain', onDrain);
    stream.on('close', onClose);
    stream.on('wantTrailers', onWantTrailers);
    stream.on('timeout', onTimeout);
  }

  /** Whether the head has left: of what modules for HTTP/1 look at. */
  get _header() {
    return this.headersSent;
  }
  get writableEnded() {
    return this[kState].ending;
  }
  get finished() {
    return this[kState].ending;
  }
  get socket() {
    // Frameworks take that for a sign that the connection has gone.
    if (this[kState].closed) return undefined;
    return streamProxyOf(this[kStream]);
  }
  get connection() {
    return this.socket;
  }
  get stream() {
    return this[kStream];
  }
  get headersSent() {
    return this[kStream].headersSent;
  }
  get sendDate() {
    return this[kState].sendDate;
  }
  set sendDate(value) {
    this[kState].sendDate = Boolean(value);
  }
  get statusCode() {
    return this[kState].statusCode;
  }
  set statusCode(value) {
    const code = value | 0;
    if (code >= 100 && code < 200) throw new ERR_HTTP2_INFO_STATUS_NOT_ALLOWED();
    if (code < 100 || code > 599) throw new ERR_HTTP2_STATUS_INVALID(value);
    this[kState].statusCode = code;
  }
  get writableCorked() {
    return this[kStream].writableCorked;
  }
  get writableHighWaterMark() {
    return this[kStream].writableHighWaterMark;
  }
  get writableObjectMode() {
    return this[kStream].writableObjectMode;
  }
  get writableFinished() {
    return this[kStream].writableFinished;
  }
  get writableLength() {
    return this[kStream].writableLength;
  }
  get writableNeedDrain() {
    return this[kStream].writableNeedDrain;
  }

  // --- headers ---

  setTrailer(name, value) {
    validateString(name, 'name');
    name = lower(name.trim());
    checkHeader(name, value);
    this[kTrailers][name] = value;
  }

  addTrailers(headers) {
    for (const name of Object.keys(headers)) this.setTrailer(name, headers[name]);
  }

  getHeader(name) {
    validateString(name, 'name');
    return this[kHeaders][lower(name.trim())];
  }

  getHeaderNames() {
    return Object.keys(this[kHeaders]);
  }

  getHeaders() {
    return { __proto__: null, ...this[kHeaders] };
  }

  hasHeader(name) {
    validateString(name, 'name');
    return Object.hasOwn(this[kHeaders], lower(name.trim()));
  }

  removeHeader(name) {
    validateString(name, 'name');
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    name = lower(name.trim());
    if (name === 'date') {
      this[kState].sendDate = false;
      return;
    }
    delete this[kHeaders][name];
  }

  setHeader(name, value) {
    validateString(name, 'name');
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    this[kSetHeader](name, value);
  }

  [kSetHeader](name, value) {
    name = lower(name.trim());
    checkHeader(name, value);
    if (!isAllowed(name, value)) return;
    if (!isToken(name)) throw new ERR_INVALID_HTTP_TOKEN('Header name', name);
    this[kHeaders][name] = value;
  }

  appendHeader(name, value) {
    validateString(name, 'name');
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    this.#append(name, value);
  }

  #append(given, value) {
    const name = lower(given.trim());
    checkHeader(name, value);
    if (!isAllowed(name, value)) return;
    if (!isToken(name)) throw new ERR_INVALID_HTTP_TOKEN('Header name', name);
    const headers = this[kHeaders];
    const before = headers[name];
    if (before === undefined) {
      headers[name] = value;
      return;
    }
    headers[name] = [...(Array.isArray(before) ? before : [before]), ...(Array.isArray(value) ? value : [value])];
  }

  get statusMessage() {
    warnOfMessage();
    return '';
  }
  set statusMessage(message) {
    warnOfMessage();
  }

  flushHeaders() {
    const state = this[kState];
    if (!state.closed && !this[kStream].headersSent) this.writeHead(state.statusCode);
  }

  writeHead(statusCode, statusMessage, headers) {
    const state = this[kState];
    if (state.closed || this.stream.destroyed || this.stream.closed) return this;
    if (this[kStream].headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    if (typeof statusMessage === 'string') warnOfMessage();
    if (headers === undefined && typeof statusMessage === 'object') headers = statusMessage;
    if (Array.isArray(headers)) this.#addList(headers);
    else if (headers !== null && typeof headers === 'object')
      for (const name of Object.keys(headers)) this[kSetHeader](checkedName(name), headers[name]);
    this.statusCode = statusCode;
    this[kBegin]();
    return this;
  }

  /** [[name, value], ...] or [name, value, ...] */
  #addList(list) {
    if (list.length > 0 && Array.isArray(list[0])) {
      for (const [name] of list) delete this[kHeaders][lower(String(name).trim())];
      for (const [name, value] of list) this.#append(checkedName(name), value);
      return;
    }
    if (list.length % 2 !== 0) {
      validateString(list.at(-1), 'name');
      throw new ERR_INVALID_ARG_VALUE('headers', list);
    }
    for (let i = 0; i < list.length; i += 2) {
      validateString(list[i], 'name');
      delete this[kHeaders][lower(list[i].trim())];
    }
    for (let i = 0; i < list.length; i += 2) this.#append(list[i], list[i + 1]);
  }

  /** The head leaves. */
  [kBegin](isAll = false) {
    const state = this[kState];
    const headers = this[kHeaders];
    headers[':status'] = state.statusCode;
    if (!state.sendDate && headers.date === undefined) headers.date = null;
    // Trailers may still be added as long as the body has not ended.
    const waitForTrailers = !isAll || hasAny(this[kTrailers]) || this[kStream].listenerCount('wantTrailers') > 1;
    this[kStream].respond(headers, { endStream: state.ending && !isAll, waitForTrailers });
    if (headers.date === null) delete headers.date;
  }

  // --- body ---

  cork() {
    this[kStream].cork();
  }

  uncork() {
    this[kStream].uncork();
  }

  write(chunk, encoding, callback) {
    if (typeof encoding === 'function') {
      callback = encoding;
      encoding = 'utf8';
    }
    const state = this[kState];
    let error;
    if (state.ending) error = new ERR_STREAM_WRITE_AFTER_END();
    else if (state.closed) error = new ERR_HTTP2_INVALID_STREAM();
    else if (state.destroyed) return false;
    if (error) {
      if (typeof callback === 'function') nextTick(callback, error);
      this.destroy(error);
      return false;
    }
    const stream = this[kStream];
    if (!stream.headersSent) this.writeHead(state.statusCode);
    return stream.write(chunk, encoding, callback);
  }

  end(chunk, encoding, callback) {
    const stream = this[kStream];
    const state = this[kState];
    if (typeof chunk === 'function') {
      callback = chunk;
      chunk = null;
    } else if (typeof encoding === 'function') {
      callback = encoding;
      encoding = 'utf8';
    }
    if ((state.closed || state.ending) && state.headRequest === stream.headRequest) {
      if (typeof callback === 'function') nextTick(callback);
      return this;
    }
    const hasChunk = chunk !== null && chunk !== undefined;
    state.headRequest = stream.headRequest;
    if (typeof callback === 'function') {
      if (stream.writableEnded) nextTick(callback);
      else stream.once('finish', callback);
    }
    if (hasChunk && state.destroyed) {
      state.ending = true;
    } else if (hasChunk) {
      if (!stream.headersSent && !state.closed && !stream.destroyed) this[kBegin](true);
      state.ending = true;
      if (!state.closed && !stream.destroyed) {
        if (stream.writableEnded) return this;
        stream.end(chunk, encoding);
        return this;
      }
    } else {
      state.ending = true;
      if (!stream.headersSent && !state.closed && !stream.destroyed) this[kBegin](hasAny(this[kTrailers]));
    }
    if (state.closed || stream.destroyed) Reflect.apply(onClose, stream, []);
    else stream.end();
    return this;
  }

  destroy(error) {
    const state = this[kState];
    if (state.destroyed) return;
    state.destroyed = true;
    this[kStream].destroy(error);
  }

  setTimeout(msecs, callback) {
    if (!this[kState].closed) this[kStream].setTimeout(msecs, callback);
    return this;
  }

  // --- beside the response ---

  createPushResponse(headers, callback) {
    validateFunction(callback, 'callback');
    if (this[kState].closed) {
      nextTick(callback, new ERR_HTTP2_INVALID_STREAM());
      return;
    }
    this[kStream].pushStream(headers, {}, (error, stream) => {
      if (error) callback(error);
      else callback(null, new Http2ServerResponse(stream));
    });
  }

  writeInformation(statusCode, headers) {
    const code = statusCode | 0;
    if (code < 100 || code >= 200 || code === 101) throw new ERR_HTTP2_STATUS_INVALID(statusCode);
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ...headers, ':status': code });
    return true;
  }

  writeContinue() {
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ':status': 100 });
    return true;
  }

  writeEarlyHints(hints) {
    validateObject(hints, 'hints');
    const headers = { __proto__: null };
    const link = validateLinkHeaderValue(hints.link);
    for (const name of Object.keys(hints)) if (name !== 'link') headers[name] = hints[name];
    if (link.length === 0) return false;
    const stream = this[kStream];
    if (stream.headersSent || this[kState].closed) return false;
    stream.additionalHeaders({ ...headers, ':status': 103, Link: link });
    return true;
  }
}

function checkedName(name) {
  validateString(name, 'name');
  return name;
}

function hasAny(object) {
  for (const _ in object) return true;
  return false;
}

// --- listeners on the stream; `this` is the stream ---

function onDrain() {
  this[kResponse]?.emit('drain');
}

function onTimeout() {
  this[kResponse]?.emit('timeout');
}

function onWantTrailers() {
  this.sendTrailers(this[kResponse][kTrailers]);
}

function onClose() {
  const response = this[kResponse];
  if (response === undefined) return;
  response[kState].closed = true;
  this.removeListener('wantTrailers', onWantTrailers);
  this[kResponse] = undefined;
  response.emit('finish');
  response.emit('close');
}

module.exports = { Http2ServerResponse };
