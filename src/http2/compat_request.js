// http2.Http2ServerRequest: https://nodejs.org/api/http2.html#class-http2http2serverrequest
'use strict';

const { codes } = require('errors/errors');
const { validateString } = require('errors/validators');
const { streamProxyOf } = require('http2/socket_proxy');
const { kRequest, kState } = require('http2/symbols');
const { nextTick } = require('process/next_tick');
const { Readable } = require('stream/stream');

const kAborted = Symbol('aborted');
const kHeaders = Symbol('headers');
const kRawHeaders = Symbol('rawHeaders');
const kRawTrailers = Symbol('rawTrailers');
const kStream = Symbol('stream');
const kTrailers = Symbol('trailers');

const OPTIONS = { autoDestroy: false };

class Http2ServerRequest extends Readable {
  constructor(stream, headers, options, rawHeaders) {
    super(options === undefined ? OPTIONS : { autoDestroy: false, ...options });
    this[kState] = { closed: false, didRead: false };
    // So that we know whether anyone reads.
    this._readableState.readingMore = true;
    this[kHeaders] = headers;
    this[kRawHeaders] = rawHeaders;
    this[kTrailers] = {};
    this[kRawTrailers] = [];
    this[kStream] = stream;
    this[kAborted] = false;
    stream[kRequest] = this;
    stream.on('trailers', onTrailers);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('aborted', onAborted);
    stream.on('close', onClose);
    stream.on('timeout', onTimeout);
    this.on('pause', onPause);
    this.on('resume', onResume);
  }

  get aborted() {
    return this[kAborted];
  }
  get complete() {
    return this[kAborted] || this.readableEnded || this[kState].closed || this[kStream].destroyed;
  }
  get stream() {
    return this[kStream];
  }
  get headers() {
    return this[kHeaders];
  }
  get rawHeaders() {
    return this[kRawHeaders];
  }
  get trailers() {
    return this[kTrailers];
  }
  get rawTrailers() {
    return this[kRawTrailers];
  }
  get httpVersionMajor() {
    return 2;
  }
  get httpVersionMinor() {
    return 0;
  }
  get httpVersion() {
    return '2.0';
  }
  get socket() {
    return streamProxyOf(this[kStream]);
  }
  get connection() {
    return this.socket;
  }

  _read() {
    const state = this[kState];
    if (state.didRead) {
      nextTick(resumeStream, this[kStream]);
      return;
    }
    state.didRead = true;
    this._readableState.readingMore = false;
    this[kStream].on('data', onData);
  }

  get method() {
    return this[kHeaders][':method'];
  }
  set method(method) {
    validateString(method, 'method');
    if (method.trim() === '') throw new codes.ERR_INVALID_ARG_VALUE('method', method);
    this[kHeaders][':method'] = method;
  }
  get authority() {
    return authorityOf(this[kHeaders]);
  }
  set authority(authority) {
    validateString(authority, 'authority');
    this[kHeaders][':authority'] = authority;
  }
  get scheme() {
    return this[kHeaders][':scheme'];
  }
  get url() {
    return this[kHeaders][':path'];
  }
  set url(url) {
    this[kHeaders][':path'] = url;
  }

  setTimeout(msecs, callback) {
    if (!this[kState].closed) this[kStream].setTimeout(msecs, callback);
    return this;
  }
}

/** `:authority` may be missing, `host` then says it. */
const authorityOf = (headers) => (headers[':authority'] === undefined ? headers.host : headers[':authority']);

function resumeStream(stream) {
  if (!stream.destroyed) stream.resume();
}

// --- listeners on the stream; `this` is the stream ---

function onTrailers(trailers, flags, rawTrailers) {
  const request = this[kRequest];
  if (request === undefined) return;
  Object.assign(request[kTrailers], trailers);
  request[kRawTrailers].push(...rawTrailers);
}

function onEnd() {
  const request = this[kRequest];
  if (request !== undefined) request.push(null);
}

/** Errors of the stream are the stream's alone. */
function onError() {}

function onAborted() {
  const request = this[kRequest];
  if (request === undefined || request[kState].closed) return;
  request[kAborted] = true;
  request.emit('aborted');
}

function onData(chunk) {
  const request = this[kRequest];
  if (request !== undefined && !request.push(chunk)) this.pause();
}

function onClose() {
  const request = this[kRequest];
  if (request === undefined) return;
  const state = request[kState];
  state.closed = true;
  request.push(null);
  // Nobody has read it, and nobody will.
  if (!state.didRead && request.readableFlowing === null) request.resume();
  this[kRequest] = undefined;
  request.emit('close');
}

function onTimeout() {
  this[kRequest]?.emit('timeout');
}

// --- listeners on the request ---

function onPause() {
  this[kStream].pause();
}

function onResume() {
  nextTick(resumeStream, this[kStream]);
}

module.exports = { Http2ServerRequest };
