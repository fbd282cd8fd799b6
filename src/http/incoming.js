'use strict';

// IncomingMessage: a request on the server, a response on the client.
//
// Most requests have no body and nobody listens on them, so a message is not a stream until someone treats it as one:
// `_readableState` is made at its first use, with whatever happened to the message before then. Headers travel from the
// parser as one string (see HeaderBlock in parser.h) and are taken apart when someone reads them.

const { EventEmitter } = require('events/events');
const { Readable, finished } = require('stream/stream');
const { lowerCase, kConnection, kSocket } = require('http/common');

const { ReadableState } = Readable;
const { rawHeadersOf, headersOf } = binding('http');

const kState = Symbol('kReadableState');
const kFlow = Symbol('kFlow');
const kBlock = Symbol('kHeaderBlock');
const kTrailerBlock = Symbol('kTrailerBlock');
const kRawHeaders = Symbol('kRawHeaders');
const kRawTrailers = Symbol('kRawTrailers');
const kHeaders = Symbol('kHeaders');
const kHeadersDistinct = Symbol('kHeadersDistinct');
const kTrailers = Symbol('kTrailers');
const kTrailersDistinct = Symbol('kTrailersDistinct');
const kAbort = Symbol('kAbortController');

// What became of a message that is not yet a stream (kFlow).
const OPEN = 0;
const ENDED = 1; // all has arrived
const CLOSED = 2; // and nobody will read it: answered, or destroyed

/**
 * @param {net.Socket|object} socket a socket, or (from this room only) a connection that can make one
 */
function IncomingMessage(socket) {
  this._events = undefined;
  this._eventsCount = 0;
  this._maxListeners = undefined;
  if (EventEmitter.captureRejections) EventEmitter.init.call(this);
  this[kState] = null;
  this[kFlow] = OPEN;
  if (socket !== null && typeof socket === 'object' && socket.isHttpConnection === true) {
    this[kConnection] = socket;
    this[kSocket] = undefined;
  } else {
    this[kConnection] = null;
    this[kSocket] = socket;
  }
  this.httpVersionMajor = null;
  this.httpVersionMinor = null;
  this.httpVersion = null;
  this.complete = false;
  this.joinDuplicateHeaders = false;
  this.aborted = false;
  this.upgrade = null;
  this.url = '';
  this.method = null;
  this.statusCode = null;
  this.statusMessage = null;
  this._consuming = false;
  this._dumped = false;
  this[kBlock] = '';
  this[kTrailerBlock] = '';
  this[kRawHeaders] = null;
  this[kRawTrailers] = null;
  this[kHeaders] = null;
  this[kHeadersDistinct] = null;
  this[kTrailers] = null;
  this[kTrailersDistinct] = null;
  this[kAbort] = null;
}
Object.setPrototypeOf(IncomingMessage.prototype, Readable.prototype);
Object.setPrototypeOf(IncomingMessage, Readable);

/** The stream state of a message that someone treats as a stream. */
function wake(message) {
  const carrier = message[kConnection] ?? message[kSocket];
  const state = new ReadableState({ autoDestroy: true, highWaterMark: carrier?.readableHighWaterMark }, message, false);
  // Nothing is asked for before somebody reads: `_consuming` must tell who does.
  state.readingMore = true;
  message[kState] = state;
  if (message[kFlow] !== OPEN) message.push(null);
  if (message[kFlow] === CLOSED) {
    state.endEmitted = true;
    state.destroyed = true;
    state.closed = true;
    state.closeEmitted = true;
  }
  return state;
}

function accessor(name, get, set, enumerable = false) {
  Object.defineProperty(IncomingMessage.prototype, name, { get, set, configurable: true, enumerable });
}

accessor(
  '_readableState',
  function () {
    return this[kState] ?? wake(this);
  },
  function (state) {
    this[kState] = state;
  },
);

function socketOf() {
  if (this[kSocket] === undefined && this[kConnection]) this[kSocket] = this[kConnection].socket;
  return this[kSocket];
}
function setSocket(socket) {
  this[kSocket] = socket;
}
accessor('socket', socketOf, setSocket, true);
accessor('connection', socketOf, setSocket);
accessor('client', socketOf, setSocket, true);

accessor(
  'rawHeaders',
  function () {
    return (this[kRawHeaders] ??= this[kBlock] === '' ? [] : rawHeadersOf(this[kBlock]));
  },
  function (value) {
    this[kRawHeaders] = value;
  },
  true,
);
accessor(
  'rawTrailers',
  function () {
    return (this[kRawTrailers] ??= this[kTrailerBlock] === '' ? [] : rawHeadersOf(this[kTrailerBlock]));
  },
  function (value) {
    this[kRawTrailers] = value;
  },
  true,
);

accessor(
  'headers',
  function () {
    if (this === IncomingMessage.prototype) return {};
    if (this[kHeaders] === null) {
      this[kHeaders] = {};
      addAll(this, pairs(this[kRawHeaders], this[kBlock]), this[kHeaders]);
    }
    return this[kHeaders];
  },
  function (value) {
    this[kHeaders] = value;
  },
);
accessor(
  'headersDistinct',
  function () {
    if (this === IncomingMessage.prototype) return {};
    return (this[kHeadersDistinct] ??= distinct(this.rawHeaders));
  },
  function (value) {
    this[kHeadersDistinct] = value;
  },
);
accessor(
  'trailers',
  function () {
    if (this === IncomingMessage.prototype) return {};
    if (this[kTrailers] === null) {
      this[kTrailers] = {};
      addAll(this, pairs(this[kRawTrailers], this[kTrailerBlock]), this[kTrailers]);
    }
    return this[kTrailers];
  },
  function (value) {
    this[kTrailers] = value;
  },
);
accessor(
  'trailersDistinct',
  function () {
    if (this === IncomingMessage.prototype) return {};
    return (this[kTrailersDistinct] ??= distinct(this.rawTrailers));
  },
  function (value) {
    this[kTrailersDistinct] = value;
  },
);

/** Names (in lower case where they come from the parser) and values, alternating. */
function pairs(raw, block) {
  return raw ?? (block === '' ? [] : headersOf(block));
}

// How a repeated header is treated: joined by ', ' unless it is here.
const KEEP_FIRST = 1;
const JOIN_COOKIE = 2;
const LIST = 3;
const repeated = { __proto__: null, 'set-cookie': LIST, cookie: JOIN_COOKIE };
for (const name of [
  'age',
  'authorization',
  'content-length',
  'content-type',
  'etag',
  'expires',
  'from',
  'host',
  'if-modified-since',
  'if-unmodified-since',
  'last-modified',
  'location',
  'max-forwards',
  'proxy-authorization',
  'referer',
  'retry-after',
  'server',
  'user-agent',
])
  repeated[name] = KEEP_FIRST;

function addAll(message, list, headers) {
  const join = message.joinDuplicateHeaders;
  for (let i = 0; i < list.length; i += 2) addHeader(headers, lowerCase(list[i]), list[i + 1], join);
}

function addHeader(headers, name, value, join) {
  const present = headers[name];
  // Not `undefined` alone: "constructor" is a possible name, and the object is an ordinary one.
  if (typeof present !== 'string' && !Array.isArray(present)) {
    headers[name] = name === 'set-cookie' ? [value] : value;
    return;
  }
  const rule = repeated[name];
  if (rule === LIST) present.push(value);
  else if (rule === JOIN_COOKIE) headers[name] = `${present}; ${value}`;
  else if (rule === undefined || join) headers[name] = `${present}, ${value}`;
}

function addDistinct(headers, name, value) {
  const key = lowerCase(name);
  const present = headers[key];
  if (present === undefined) headers[key] = [value];
  else present.push(value);
}

function distinct(raw) {
  const headers = { __proto__: null };
  for (let i = 0; i < raw.length; i += 2) addDistinct(headers, raw[i], raw[i + 1]);
  return headers;
}

/** An AbortSignal that fires when the connection closes, or the message is destroyed, before it has been dealt with. */
accessor(
  'signal',
  function () {
    if (this[kAbort] === null) {
      const { AbortController } = require('web/abort');
      const controller = (this[kAbort] = new AbortController());
      if (this.aborted) controller.abort();
    }
    return this[kAbort].signal;
  },
  undefined,
);

IncomingMessage.prototype.setTimeout = function setTimeout(msecs, callback) {
  if (callback) this.on('timeout', callback);
  this.socket.setTimeout(msecs);
  return this;
};

IncomingMessage.prototype._read = function _read() {
  if (!this._consuming) {
    this._readableState.readingMore = false;
    this._consuming = true;
  }
  // Whoever paused the connection for this message's sake wants more now.
  const connection = this[kConnection];
  if (connection !== null) connection.readStart(this);
  else if (this[kSocket]?.readable) readStart(this[kSocket]);
};

IncomingMessage.prototype._destroy = function _destroy(error, callback) {
  if (!this.readableEnded || !this.complete) {
    this.aborted = true;
    this.emit('aborted');
    this[kAbort]?.abort();
  }
  const connection = this[kConnection];
  const carrier = this[kSocket] ?? connection;
  // An answered message is no reason to close a connection that may serve others.
  if (!carrier || carrier.destroyed || !this.aborted) {
    process.nextTick(destroyed, this, error, callback);
    return;
  }
  carrier.destroy(error);
  if (carrier === connection) {
    process.nextTick(destroyed, this, error, callback);
    return;
  }
  const cleanup = finished(carrier, (closeError) => {
    if (closeError?.code === 'ERR_STREAM_PREMATURE_CLOSE') closeError = null;
    cleanup();
    process.nextTick(destroyed, this, closeError || error, callback);
  });
};

function destroyed(message, error, callback) {
  // An abort that nobody listens for is no reason to end the program.
  callback(message.listenerCount('error') === 0 ? null : error);
}

IncomingMessage.prototype._addHeaderLines = function _addHeaderLines(headers, n) {
  if (!headers?.length) return;
  const list = n === undefined || n >= headers.length ? headers : headers.slice(0, n);
  if (this.complete) {
    this[kRawTrailers] = list;
    if (this[kTrailers] !== null) addAll(this, list, this[kTrailers]);
  } else {
    this[kRawHeaders] = list;
    if (this[kHeaders] !== null) addAll(this, list, this[kHeaders]);
  }
};

IncomingMessage.prototype._addHeaderLine = function _addHeaderLine(field, value, dest) {
  addHeader(dest, lowerCase(field), value, this.joinDuplicateHeaders);
};

IncomingMessage.prototype._addHeaderLineDistinct = function _addHeaderLineDistinct(field, value, dest) {
  addDistinct(dest, field, value);
};

IncomingMessage.prototype._dumpAndCloseReadable = function _dumpAndCloseReadable() {
  this._dumped = true;
  if (this[kState] === null && this._eventsCount === 0) {
    this[kFlow] = CLOSED;
    return;
  }
  const state = this._readableState;
  state.ended = true;
  state.endEmitted = true;
  state.destroyed = true;
  state.closed = true;
  state.closeEmitted = true;
};

/** Nobody wants the rest of the body: let it pass by, so that the connection can go on. */
IncomingMessage.prototype._dump = function _dump() {
  if (this._dumped) return;
  this._dumped = true;
  if (this[kState] === null && this._eventsCount === 0 && this[kFlow] === ENDED) {
    this[kFlow] = CLOSED;
    return;
  }
  // What is buffered already must not reach those who listen for data.
  if (this._eventsCount !== 0) this.removeAllListeners('data');
  this.resume();
};

function readStart(socket) {
  if (socket && !socket._paused && socket.readable) socket.resume();
}

function readStop(socket) {
  socket?.pause();
}

/** Fills in what the parser found. For this room. */
function setHead(message, flags, block) {
  message[kBlock] = block;
  if (flags & 0x180) setOddVersion(message, flags);
  else {
    message.httpVersionMajor = 1;
    message.httpVersionMinor = 1;
    message.httpVersion = '1.1';
  }
}

function setOddVersion(message, flags) {
  const odd = (flags & 0x100) !== 0;
  const major = odd ? (flags >> 16) & 15 : 1;
  const minor = odd ? (flags >> 20) & 15 : 0;
  message.httpVersionMajor = major;
  message.httpVersionMinor = minor;
  message.httpVersion = `${major}.${minor}`;
}

/** A piece of the body has arrived. False: no more for now, please. For this room. */
function addBody(message, chunk) {
  if (message._dumped) return true;
  const state = message._readableState;
  return state.destroyed || message.push(chunk);
}

/** The message is complete. For this room. */
function endBody(message, trailerBlock) {
  message.complete = true;
  if (trailerBlock !== undefined) message[kTrailerBlock] = trailerBlock;
  if (message[kState] === null && message._eventsCount === 0) {
    if (message[kFlow] === OPEN) message[kFlow] = message._dumped ? CLOSED : ENDED;
    return;
  }
  const state = message._readableState;
  if (!state.destroyed && !state.ended) message.push(null);
}

/** The response is out. A request whose body nobody has begun to read passes by. For this room. */
function dumpUnread(message) {
  if (!message._consuming && message[kState]?.dataEmitted !== true) message._dump();
}

/** The exchange is over: what becomes of the connection is no abort of this message. For this room. */
function settle(message) {
  const controller = message[kAbort];
  if (controller !== null && !message.aborted) message[kAbort] = { signal: controller.signal, abort() {} };
}

/** The other side went away before the exchange was over. For this room. */
function abortMessage(message, error) {
  if (message[kState] === null && message._eventsCount === 0 && message[kAbort] === null) {
    message.aborted = true;
    message[kFlow] = CLOSED;
    return;
  }
  message.destroy(error);
}

module.exports = { IncomingMessage, abortMessage, addBody, dumpUnread, endBody, readStart, readStop, setHead, settle };
