// Http2Stream: https://nodejs.org/api/http2.html#class-http2stream
'use strict';

const { Buffer } = require('buffer/buffer');
const { AbortError, codes } = require('errors/errors');
const { validateFunction, validateInteger, validateObject } = require('errors/validators');
const { codeName, flushSoon, isSending, SERVER } = require('http2/session');
const { channelsOf } = require('http2/diagnostics');
const { nghttpError } = require('http2/errors');
const { buildBlock, checkTrailerPseudo, toObject } = require('http2/headers');
const {
  kMaybeDestroy,
  kNative,
  kOptions,
  kProceed,
  kSession,
  kState,
  kTimeout,
  kUpdateTimer,
} = require('http2/symbols');
const timeouts = require('http2/timeouts');
const { nextTick } = require('process/next_tick');
const { Duplex } = require('stream/stream');
const { getContext, setContext } = require('async/context');

const {
  ERR_HTTP2_INVALID_STREAM,
  ERR_HTTP2_STREAM_ERROR,
  ERR_HTTP2_TRAILERS_ALREADY_SENT,
  ERR_HTTP2_TRAILERS_NOT_READY,
} = codes;

const kInspect = Symbol.for('nodejs.util.inspect.custom');
/** On a session: takes a stream that the peer has opened. */
const kNewStream = Symbol('kNewStream');
const kOnData = Symbol('kOnData');
const kOnEnd = Symbol('kOnEnd');
const kOnHeaders = Symbol('kOnHeaders');
const kOnWantTrailers = Symbol('kOnWantTrailers');
const kOnWritten = Symbol('kOnWritten');
const kInit = Symbol('init');

const END_STREAM = 1;
const NO_ERROR = 0;
const PROTOCOL_ERROR = 1;
const INTERNAL_ERROR = 2;
const CANCEL = 8;
const MAX_CODE = 2 ** 32 - 1;

// How close() lets the peer know.
const BY_NOTHING = 0;
const BY_RESET = 1;
const BY_RESET_NOW = 2;

/** What a stream remembers. */
class StreamState {
  constructor() {
    this.id = undefined;
    this.aborted = false;
    this.closed = false;
    this.headersSent = false;
    this.headRequest = false;
    this.trailersReady = false;
    this.trailersSent = false;
    this.wantsTrailers = false;
    this.didRead = false;
    this.paused = true; // the native side keeps the window shut
    this.endAfterHeaders = false;
    this.ending = false; // end() is under way: what is written in it is the last
    this.endSent = false; // the native side knows that nothing more comes
    this.rstCode = undefined;
    this.written = null; // callback of the write or the end that is under way
    this.sentHeaders = undefined;
    this.sentInfoHeaders = undefined;
    this.sentTrailers = undefined;
    this.context = undefined; // the async context that it was made in
    this.origin = undefined; // of a client's request
  }
}

const STREAM_OPTIONS = { allowHalfOpen: true, decodeStrings: false, autoDestroy: false };

const ENCODINGS = {
  __proto__: null,
  utf8: 0,
  'utf-8': 0,
  latin1: 1,
  binary: 1,
  ascii: 1,
  utf16le: 2,
  'utf-16le': 2,
  ucs2: 2,
  'ucs-2': 2,
};

class Http2Stream extends Duplex {
  constructor(session, options) {
    super(options === undefined ? STREAM_OPTIONS : { ...options, ...STREAM_OPTIONS });
    // Until someone reads, nothing is to be read ahead: see didRead.
    this._readableState.readingMore = true;
    this[kSession] = session;
    this[kTimeout] = null;
    this.timeout = 0;
    const state = new StreamState();
    state.context = getContext();
    this[kState] = state;
  }

  /** The stream has its number now. */
  [kInit](id) {
    this[kState].id = id;
    this[kSession][kState].streams.set(id, this);
  }

  /** The peer has sent another block: trailers, mostly. */
  [kOnHeaders](category, flags, list, sensitive) {
    if (this.destroyed) return;
    const headers = toObject(list, sensitive);
    const isLast = (flags & END_STREAM) !== 0;
    this[kUpdateTimer]();
    inContext(this, () => {
      this.emit(isLast ? 'trailers' : 'headers', headers, flags, list);
      if (isLast) this[kOnEnd]();
    });
  }

  /** Nothing more will come. */
  [kOnEnd]() {
    if (this.destroyed) return;
    this.push(null);
    this.read(0);
  }

  get bufferSize() {
    return this.writableLength;
  }
  get endAfterHeaders() {
    return this[kState].endAfterHeaders;
  }
  get sentHeaders() {
    return this[kState].sentHeaders;
  }
  get sentTrailers() {
    return this[kState].sentTrailers;
  }
  get sentInfoHeaders() {
    return this[kState].sentInfoHeaders;
  }
  get pending() {
    return this[kState].id === undefined;
  }
  get id() {
    return this[kState].id;
  }
  get session() {
    return this[kSession];
  }
  get headersSent() {
    return this[kState].headersSent;
  }
  get aborted() {
    return this[kState].aborted;
  }
  get headRequest() {
    return this[kState].headRequest;
  }
  get rstCode() {
    return this[kState].rstCode;
  }
  get closed() {
    return this[kState].closed;
  }

  get state() {
    const { id } = this[kState];
    const session = this[kSession];
    if (id === undefined || session === undefined || this.destroyed) return {};
    const numbers = session[kNative].streamState(id);
    if (numbers === undefined) return {};
    return {
      state: numbers[0],
      weight: numbers[1],
      sumDependencyWeight: numbers[2],
      localClose: numbers[3],
      remoteClose: numbers[4],
      localWindowSize: numbers[5],
    };
  }

  _onTimeout() {
    if (this.destroyed) return;
    const session = this[kSession];
    if (this.writableLength > 0 && session !== undefined && isSending(session)) {
      this[kUpdateTimer]();
      return;
    }
    this.emit('timeout');
  }

  [kUpdateTimer]() {
    if (this.destroyed) return;
    const timer = this[kTimeout];
    if (timer !== null) timer.refresh();
    const session = this[kSession];
    if (session !== undefined && session[kTimeout] !== null) session[kUpdateTimer]();
  }

  // --- writing ---

  [kProceed]() {}

  /** The native side of the stream while there is one. */
  #native() {
    const session = this[kSession];
    return session === undefined || this.destroyed ? undefined : session[kNative];
  }

  _write(chunk, encoding, callback) {
    const state = this[kState];
    if (state.id === undefined) {
      this.once('ready', () => this._write(chunk, encoding, callback));
      return;
    }
    if (!this.#begin(callback)) return;
    let number = 0;
    if (typeof chunk === 'string') {
      number = ENCODINGS[encoding] ?? ENCODINGS[encoding.toLowerCase()];
      if (number === undefined) {
        chunk = Buffer.from(chunk, encoding);
        number = 0;
      }
    }
    const isLast = this.#isLast(state);
    this.#queued(this[kSession][kNative].write(state.id, chunk, number, isLast), isLast, callback);
    const channels = channelsOf(this[kSession].type);
    if (channels.bodyChunkSent?.hasSubscribers)
      channels.bodyChunkSent.publish({ stream: this, writev: false, data: chunk, encoding });
    if (isLast && channels.bodySent?.hasSubscribers) channels.bodySent.publish({ stream: this });
  }

  _writev(chunks, callback) {
    const state = this[kState];
    if (state.id === undefined) {
      this.once('ready', () => this._writev(chunks, callback));
      return;
    }
    if (!this.#begin(callback)) return;
    const list = [];
    for (const { chunk, encoding } of chunks) {
      const number = typeof chunk === 'string' ? ENCODINGS[encoding.toLowerCase()] : 0;
      if (number === undefined) list.push(Buffer.from(chunk, encoding), 0);
      else list.push(chunk, number);
    }
    const isLast = this.#isLast(state);
    this.#queued(this[kSession][kNative].writeAll(state.id, list, isLast), isLast, callback);
    const channels = channelsOf(this[kSession].type);
    if (channels.bodyChunkSent?.hasSubscribers)
      channels.bodyChunkSent.publish({ stream: this, writev: true, data: chunksOf(chunks), encoding: '' });
    if (isLast && channels.bodySent?.hasSubscribers) channels.bodySent.publish({ stream: this });
  }

  /** False when nothing can be written any more; the callback has then been dealt with. */
  #begin(callback) {
    if (this.#native() === undefined) {
      callback(this.destroyed ? new ERR_HTTP2_INVALID_STREAM() : null);
      return false;
    }
    this[kUpdateTimer]();
    if (!this[kState].headersSent) this[kProceed]();
    if (this.#native() === undefined) {
      callback(new ERR_HTTP2_INVALID_STREAM());
      return false;
    }
    return true;
  }

  /** Whether what is being written is all that there will be. */
  #isLast(state) {
    const writable = this._writableState;
    return (state.ending || writable.ending) && writable.corked === 0 && writable.length === writable.writelen;
  }

  #queued(isOpen, isLast, callback) {
    const state = this[kState];
    if (!isOpen) {
      // The peer has reset the stream; close and its code are on their way.
      callback();
      return;
    }
    if (isLast) state.endSent = true;
    state.written = callback;
    flushSoon(this[kSession]);
  }

  end(chunk, encoding, callback) {
    const state = this[kState];
    state.ending = true;
    try {
      return super.end(chunk, encoding, callback);
    } finally {
      const writable = this._writableState;
      state.ending = writable.ending;
      // The last chunk has not left yet: the end goes with it.
      if (writable.ending && !state.endSent && state.written !== null && writable.length === writable.writelen)
        this.#announceEnd();
    }
  }

  _final(callback) {
    const state = this[kState];
    if (state.id === undefined) {
      this.once('ready', () => this._final(callback));
      return;
    }
    if (state.endSent || this.#native() === undefined) {
      callback();
      if (this[kSession] !== undefined) maybeAbandon(this);
      return;
    }
    if (this.#announceEnd()) state.written = callback;
    else callback();
  }

  /** Tells the native side that nothing more comes. False when it has no such stream any more. */
  #announceEnd() {
    const session = this[kSession];
    const state = this[kState];
    state.endSent = true;
    const isOpen = session !== undefined && session[kNative].endStream(state.id);
    if (isOpen) flushSoon(session);
    const channels = session === undefined ? undefined : channelsOf(session.type);
    if (channels?.bodySent?.hasSubscribers) channels.bodySent.publish({ stream: this });
    return isOpen;
  }

  /** All that the native side was given has left. */
  [kOnWritten]() {
    const callback = this[kState].written;
    if (callback === null) return;
    this[kState].written = null;
    this[kUpdateTimer]();
    inContext(this, callback);
    if (this[kState].endSent) maybeAbandon(this);
  }

  // --- reading ---

  _read() {
    if (this.destroyed) {
      this.push(null);
      return;
    }
    const state = this[kState];
    if (!state.didRead) {
      this._readableState.readingMore = false;
      state.didRead = true;
    }
    if (!state.paused || state.endAfterHeaders) return;
    if (state.id === undefined) {
      this.once('ready', () => this._read());
      return;
    }
    state.paused = false;
    const session = this[kSession];
    if (session === undefined) return;
    session[kNative].setReading(state.id, true);
    flushSoon(session);
  }

  [kOnData](bytes, isLast) {
    if (this.destroyed) return;
    if (this[kTimeout] !== null) this[kUpdateTimer]();
    inContext(this, () => {
      if (bytes !== undefined && !this.push(bytes) && !isLast) {
        // Who reads slowly gets no more until he has caught up.
        const state = this[kState];
        if (!state.paused && state.didRead) {
          state.paused = true;
          this[kSession]?.[kNative].setReading(state.id, false);
        }
      }
      if (isLast) this[kOnEnd]();
    });
  }

  // --- trailers ---

  [kOnWantTrailers]() {
    const state = this[kState];
    if (this.destroyed || state.closed) return;
    state.trailersReady = true;
    inContext(this, () => {
      // Nobody has any: the stream ends without.
      if (!this.emit('wantTrailers')) this.sendTrailers({});
    });
  }

  sendTrailers(headers) {
    const state = this[kState];
    if (this.destroyed || state.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (state.trailersSent) throw new ERR_HTTP2_TRAILERS_ALREADY_SENT();
    if (!state.trailersReady) throw new ERR_HTTP2_TRAILERS_NOT_READY();
    validateObject(headers, 'headers');
    const copy = { __proto__: null, ...headers };
    const session = this[kSession];
    this[kUpdateTimer]();
    const block = buildBlock(copy, checkTrailerPseudo, session[kOptions].strictSingleValueFields !== false);
    state.sentTrailers = copy;
    // What comes of it is heard of only then.
    state.trailersSent = true;
    const status = session[kNative].trailers(state.id, block.toString(), block.count);
    if (status < 0) {
      this.destroy(nghttpError(status));
      return;
    }
    flushSoon(session);
    // All has been said: who has not read the request will not do so now.
    state.wantsTrailers = false;
    maybeAbandon(this);
  }

  // --- the end ---

  close(code = NO_ERROR, callback = undefined) {
    validateInteger(code, 'code', 0, MAX_CODE);
    if (callback !== undefined) validateFunction(callback, 'callback');
    if (this.closed) return;
    if (callback !== undefined) this.once('close', callback);
    closeStream(this, code, BY_RESET);
  }

  _destroy(error, callback) {
    const session = this[kSession];
    const state = this[kState];
    const sessionState = session[kState];
    const { id } = state;
    const sessionCode = sessionState.goawayCode || sessionState.destroyCode;
    // What has been closed well stays so, whatever becomes of the session.
    let code = state.closed ? state.rstCode : sessionCode;
    if (error != null) {
      if (sessionCode) code = sessionCode;
      else if (error instanceof AbortError) code = CANCEL;
      else code = INTERNAL_ERROR;
    }
    const hasNative = id !== undefined && session[kNative] !== undefined;
    if (!state.closed) closeStream(this, code ?? NO_ERROR, hasNative ? BY_RESET_NOW : BY_NOTHING);
    this.push(null);
    if (id !== undefined) {
      session[kNative].forget(id);
      sessionState.streams.delete(id);
    } else {
      sessionState.pendingStreams.delete(this);
    }
    const channels = channelsOf(session.type);
    // That somebody has cancelled is no error.
    if (error == null && code !== NO_ERROR && code !== CANCEL && code !== undefined)
      error = new ERR_HTTP2_STREAM_ERROR(codeName(code));
    this[kSession] = undefined;
    if (error && channels.error.hasSubscribers) channels.error.publish({ stream: this, error });
    // The session goes when this was the last stream and it has been closed.
    if (sessionState.closed || sessionState.destroyed) {
      require('timers/timers').setImmediate(() => session[kMaybeDestroy]());
    }
    const { written } = state;
    state.written = null;
    callback(error);
    if (written !== null) nextTick(written, error ?? undefined);
  }

  /** The stream is closed and has been read: it goes when 'finish' has been. */
  [kMaybeDestroy](code = NO_ERROR) {
    if (this.destroyed) return;
    if (code !== NO_ERROR || this.writableFinished || this.writableErrored) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  priority(options) {
    warnOfPriority();
    if (this.destroyed) throw new ERR_HTTP2_INVALID_STREAM();
    validateObject(options, 'options');
  }

  [kInspect](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {
      id: this.id || '<pending>',
      closed: this.closed,
      destroyed: this.destroyed,
      state: this.state,
      readableState: this._readableState,
      writableState: this._writableState,
    };
    const { inspect } = require('util/inspect');
    return `Http2Stream ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

Object.defineProperty(Http2Stream.prototype, 'setTimeout', {
  value: timeouts.setTimeout,
  writable: true,
  configurable: true,
});

let warnedOfPriority = false;

function warnOfPriority() {
  if (warnedOfPriority) return;
  warnedOfPriority = true;
  process.emitWarning(
    'http2Stream.priority is longer supported after priority signalling was deprecated in RFC 9113',
    'DeprecationWarning',
    'DEP0194',
  );
}

/** As the channel shows what _writev got: bytes alone, or with their encodings where there are strings. */
function chunksOf(entries) {
  const areBytes = entries.every(({ chunk }) => typeof chunk !== 'string');
  return areBytes ? entries.map(({ chunk }) => chunk) : [...entries];
}

/** Calls what concerns a stream in the async context that the stream was made in. */
function inContext(stream, callback) {
  const { context } = stream[kState];
  const previous = getContext();
  if (previous === context) {
    callback();
    return;
  }
  setContext(context);
  try {
    callback();
  } finally {
    setContext(previous);
  }
}

/** A server's stream that has been answered though nobody wants to read the request: it ends. */
function maybeAbandon(stream) {
  const session = stream[kSession];
  const state = stream[kState];
  if (session === undefined || session.type !== SERVER || state.wantsTrailers) return;
  if (state.endAfterHeaders || state.closed || state.didRead || stream.readableFlowing !== null) return;
  // Pushes may still be made until then.
  require('timers/timers').setImmediate(() => stream.close());
}

/** Ends our side, and lets the peer know with `code`. */
function closeStream(stream, code, how) {
  const state = stream[kState];
  state.closed = true;
  state.rstCode = code;
  stream.setTimeout(0);
  timeouts.clearTimer(stream);
  stream.removeAllListeners('timeout');
  const { ending } = stream._writableState;
  // What ends with an error has no good end besides.
  if (code !== NO_ERROR) state.endSent = true;
  if (!ending) {
    // In the middle of what we had to say.
    if (!state.aborted) {
      state.aborted = true;
      stream.emit('aborted');
    }
    stream.end();
  }
  const { session } = stream;
  if (session !== undefined) {
    const { close } = channelsOf(session.type);
    if (close.hasSubscribers) close.publish({ stream });
  }
  if (how === BY_NOTHING) return;
  const reset = () => {
    if (state.id === undefined) {
      stream.push(null);
      stream.once('ready', () => sendReset(stream, stream[kSession], code));
      return;
    }
    sendReset(stream, stream[kSession], code);
  };
  if (!ending || stream.writableFinished || code !== NO_ERROR || how === BY_RESET_NOW) reset();
  else stream.once('finish', reset);
}

function sendReset(stream, session, code) {
  if (session === undefined || session[kNative] === undefined) return;
  session[kNative].reset(stream[kState].id, code);
  flushSoon(session);
}

/** What the program wants to send is against the protocol. */
function refuse(stream) {
  closeStream(stream, PROTOCOL_ERROR, BY_NOTHING);
  stream.destroy();
}

/** The stream is closed for the protocol. */
function onClosed(stream, code) {
  if (stream.destroyed) return;
  if (!stream.closed) closeStream(stream, code, BY_NOTHING);
  const state = stream[kState];
  const { written } = state;
  inContext(stream, () => {
    if (written !== null) {
      state.written = null;
      written();
    }
    if (!stream.readable || code !== NO_ERROR) {
      stream[kMaybeDestroy](code);
      return;
    }
    // What has arrived may still be read.
    stream.on('end', onEndOfClosed);
    stream.push(null);
    if (stream[kSession]?.type === SERVER && !state.didRead && stream.readableFlowing === null) stream.resume();
    else stream.read(0);
  });
}

/** `this` is the stream. */
function onEndOfClosed() {
  this[kMaybeDestroy]();
}

module.exports = {
  Http2Stream,
  inContext,
  kInit,
  kNewStream,
  kOnData,
  kOnEnd,
  kOnHeaders,
  kOnWantTrailers,
  kOnWritten,
  onClosed,
  refuse,
};
