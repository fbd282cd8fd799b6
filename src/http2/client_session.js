// ClientHttp2Session: https://nodejs.org/api/http2.html#class-clienthttp2session
'use strict';

const { AbortError, codes } = require('errors/errors');
const { validateAbortSignal, validateBoolean, validateNumber, validateObject } = require('errors/validators');
const { channelsOf } = require('http2/diagnostics');
const { nghttpError } = require('http2/errors');
const { buildBlock, checkRequestPseudo, kSensitive, listToObject, toObject } = require('http2/headers');
const { CLIENT, Http2Session, flushSoon } = require('http2/session');
const { Http2Stream, inContext, refuse, kInit, kNewStream, kOnEnd, kOnHeaders } = require('http2/stream');
const { kAuthority, kNative, kOptions, kProtocol, kSession, kState, kUpdateTimer } = require('http2/symbols');
const { nextTick } = require('process/next_tick');

const {
  ERR_HTTP2_CONNECT_AUTHORITY,
  ERR_HTTP2_CONNECT_PATH,
  ERR_HTTP2_CONNECT_SCHEME,
  ERR_HTTP2_GOAWAY_SESSION,
  ERR_HTTP2_INVALID_SESSION,
  ERR_HTTP2_OUT_OF_STREAMS,
  ERR_HTTP2_STREAM_SELF_DEPENDENCY,
  ERR_INVALID_ARG_TYPE,
} = codes;

const END_STREAM = 1;
// nghttp2_headers_category
const RESPONSE = 1;
const PUSH_RESPONSE = 2;

const kPendingRequests = Symbol('kPendingRequests');

const isPayloadMeaningless = (method) => method === 'GET' || method === 'HEAD' || method === 'DELETE';

class ClientHttp2Stream extends Http2Stream {
  constructor(session, options, context) {
    super(session, options);
    if (context !== undefined) this[kState].context = context;
    this[kState].headersSent = true;
  }

  [kOnHeaders](category, flags, list, sensitive) {
    if (this.destroyed) return;
    const state = this[kState];
    const headers = toObject(list, sensitive);
    const isLast = (flags & END_STREAM) !== 0;
    this[kUpdateTimer]();
    inContext(this, () => {
      const status = headers[':status'];
      let event;
      if (category === RESPONSE) {
        if (isLast) state.endAfterHeaders = true;
        if (status >= 200) event = 'response';
        else event = 'headers';
      } else if (category === PUSH_RESPONSE) {
        event = 'push';
      } else if (status !== undefined && status >= 200) {
        event = 'response';
      } else {
        event = isLast ? 'trailers' : 'headers';
      }
      if (status === 100) this.emit('continue');
      // The server does not speak for this origin.
      if (event === 'response' && status === 421) this[kSession]?.[kState].originSet?.delete(state.origin);
      const channels = channelsOf(CLIENT);
      if ((event === 'response' || event === 'push') && channels.finish.hasSubscribers)
        channels.finish.publish({ stream: this, headers, flags });
      this.emit(event, headers, flags, list);
      if (isLast) this[kOnEnd]();
    });
  }
}

class ClientHttp2Session extends Http2Session {
  constructor(options, socket) {
    super(CLIENT, options, socket);
    this[kPendingRequests] = [];
    if (!this.connecting) return;
    this.once('connect', () => {
      for (const send of this[kPendingRequests].splice(0)) send();
    });
  }

  /** The server pushes. */
  [kNewStream](id, flags, list, sensitive) {
    if (this.closed) {
      this[kNative].reset(id, 7);
      return;
    }
    const headers = toObject(list, sensitive);
    const stream = new ClientHttp2Stream(this, undefined);
    const state = stream[kState];
    stream[kInit](id);
    // We have nothing to say on it.
    state.endSent = true;
    stream.end();
    const channels = channelsOf(CLIENT);
    if (channels.created.hasSubscribers) channels.created.publish({ stream, headers });
    if (channels.start.hasSubscribers) channels.start.publish({ stream, headers });
    if ((flags & END_STREAM) !== 0) {
      state.endAfterHeaders = true;
      stream.push(null);
    }
    if (!this.emit('stream', stream, headers, flags, list)) stream.resume();
  }

  request(headersParam, options) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (this.closed) throw new ERR_HTTP2_GOAWAY_SESSION();
    if (headersParam !== undefined && (typeof headersParam !== 'object' || headersParam === null))
      throw new ERR_INVALID_ARG_TYPE('headers', ['Object', 'Array'], headersParam);
    this[kUpdateTimer]();
    const given = checkOptions(options);
    const [headers, fields] = Array.isArray(headersParam)
      ? prepareList(this, headersParam)
      : prepareObject(this, headersParam);
    const block = buildBlock(headers, checkRequestPseudo, this[kOptions].strictSingleValueFields !== false);
    const endStream = given.endStream ?? isPayloadMeaningless(fields.method);

    const stream = new ClientHttp2Stream(this, undefined);
    // Nothing of a body can leave before the head has.
    stream.cork();
    const state = stream[kState];
    state.sentHeaders = Array.isArray(headers) ? listToObject(headers) : headers;
    state.wantsTrailers = Boolean(given.waitForTrailers);
    state.origin = `${fields.scheme}://${fields.authority}`;
    const channels = channelsOf(CLIENT);
    if (channels.created.hasSubscribers) channels.created.publish({ stream, headers: state.sentHeaders });
    if (endStream) {
      state.endSent = true;
      stream.end();
    }
    if (fields.method === 'HEAD') state.headRequest = true;
    this[kState].pendingStreams.add(stream);
    if (given.signal !== undefined) abortBy(stream, given.signal);
    const send = () => sendRequest(this, stream, block, endStream);
    if (this.connecting) this[kPendingRequests].push(send);
    else send();
    return stream;
  }
}

function checkOptions(options) {
  if (options === undefined) return {};
  validateObject(options, 'options');
  const { endStream, parent, exclusive, silent, weight, signal } = options;
  if (weight !== undefined) warnOfWeight();
  if (endStream !== undefined) validateBoolean(endStream, 'options.endStream');
  if (parent !== undefined) validateNumber(parent, 'options.parent');
  if (exclusive !== undefined) validateBoolean(exclusive, 'options.exclusive');
  if (silent !== undefined) validateBoolean(silent, 'options.silent');
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal');
  return { ...options };
}

let warnedOfWeight = false;

function warnOfWeight() {
  if (warnedOfWeight) return;
  warnedOfWeight = true;
  process.emitWarning('Priority signaling has been deprecated as of RFC 9113.', 'DeprecationWarning', 'DEP0194');
}

/** Which defaults a request of this method and protocol takes. */
function checkConnect(method, protocol, authority, scheme, path) {
  if (method !== 'CONNECT' || protocol !== undefined) return false;
  if (authority === undefined) throw new ERR_HTTP2_CONNECT_AUTHORITY();
  if (scheme !== undefined) throw new ERR_HTTP2_CONNECT_SCHEME();
  if (path !== undefined) throw new ERR_HTTP2_CONNECT_PATH();
  return true;
}

function prepareObject(session, given) {
  const headers = { __proto__: null, ...given };
  if (given?.[kSensitive] !== undefined) headers[kSensitive] = given[kSensitive];
  headers[':method'] ??= 'GET';
  const method = headers[':method'];
  if (!checkConnect(method, headers[':protocol'], headers[':authority'], headers[':scheme'], headers[':path'])) {
    if (headers[':authority'] === undefined && headers.host === undefined) headers[':authority'] = session[kAuthority];
    headers[':scheme'] ??= session[kProtocol].slice(0, -1);
    headers[':path'] ??= '/';
  }
  return [headers, { method, scheme: headers[':scheme'], authority: headers[':authority'] ?? headers.host }];
}

function prepareList(session, given) {
  const found = { __proto__: null };
  for (let i = 0; i < given.length; i += 2) {
    const name = String(given[i]).toLowerCase();
    if (name[0] === ':' || name === 'host') found[name] = given[i + 1];
  }
  const added = [];
  const method = found[':method'] ?? 'GET';
  if (found[':method'] === undefined) added.push(':method', method);
  if (!checkConnect(method, found[':protocol'], found[':authority'], found[':scheme'], found[':path'])) {
    if (found[':authority'] === undefined && found.host === undefined) added.push(':authority', session[kAuthority]);
    if (found[':scheme'] === undefined) added.push(':scheme', session[kProtocol].slice(0, -1));
    if (found[':path'] === undefined) added.push(':path', '/');
  }
  const headers = [...added, ...given];
  if (given[kSensitive] !== undefined) headers[kSensitive] = given[kSensitive];
  const scheme = found[':scheme'] ?? session[kProtocol].slice(0, -1);
  return [headers, { method, scheme, authority: found[':authority'] ?? found.host ?? session[kAuthority] }];
}

function abortBy(stream, signal) {
  const abort = () => stream.destroy(new AbortError(undefined, { cause: signal.reason }));
  if (signal.aborted) {
    abort();
    return;
  }
  const { addAbortListener } = require('events/events');
  const disposable = addAbortListener(signal, abort);
  stream.once('close', () => disposable[Symbol.dispose]());
}

/** The session is connected: the request leaves. */
function sendRequest(session, stream, block, endStream) {
  const state = stream[kState];
  // Its session may have gone before it was connected.
  if (stream.destroyed || stream[kSession] === undefined) return;
  if (session.closed && !session.destroyed) {
    stream.destroy(new ERR_HTTP2_GOAWAY_SESSION());
    return;
  }
  if (session.destroyed) return;
  const id = session[kNative].request(block.toString(), block.count, endStream, state.wantsTrailers);
  if (id < 0) {
    const native = binding('http2');
    if (id === native.ERR_STREAM_ID_NOT_AVAILABLE) stream.destroy(new ERR_HTTP2_OUT_OF_STREAMS());
    else if (id === native.ERR_HTTP_HEADER) refuse(stream);
    else if (id === native.ERR_INVALID_ARGUMENT) stream.destroy(new ERR_HTTP2_STREAM_SELF_DEPENDENCY());
    else session.destroy(nghttpError(id));
    return;
  }
  session[kState].pendingStreams.delete(stream);
  stream[kInit](id);
  flushSoon(session);
  const channels = channelsOf(CLIENT);
  if (channels.start.hasSubscribers) channels.start.publish({ stream, headers: state.sentHeaders });
  stream.uncork();
  nextTick(emitReady, stream);
}

function emitReady(stream) {
  stream.emit('ready');
}

module.exports = { ClientHttp2Session, ClientHttp2Stream };
