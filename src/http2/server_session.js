// ServerHttp2Session: https://nodejs.org/api/http2.html#class-serverhttp2session
'use strict';

const { codes } = require('errors/errors');
const { channelsOf } = require('http2/diagnostics');
const { toObject } = require('http2/headers');
const { Http2Session, SERVER, flushSoon } = require('http2/session');
const { ServerHttp2Stream } = require('http2/server_stream');
const { kInit, kNewStream } = require('http2/stream');
const { kNative, kServer, kState } = require('http2/symbols');

const {
  ERR_HTTP2_ALTSVC_INVALID_ORIGIN,
  ERR_HTTP2_ALTSVC_LENGTH,
  ERR_HTTP2_INVALID_ORIGIN,
  ERR_HTTP2_INVALID_SESSION,
  ERR_HTTP2_ORIGIN_LENGTH,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_CHAR,
  ERR_OUT_OF_RANGE,
} = codes;

const END_STREAM = 1;
const REFUSED_STREAM = 7;
/** A frame of 16384 bytes, less what stands before the value. */
const MAX_LENGTH = 16382;
const QUOTED = /^[\x09\x20-\x5b\x5d-\x7e\x80-\xff]*$/;

class ServerHttp2Session extends Http2Session {
  constructor(options, socket, server) {
    super(SERVER, options, socket);
    this[kServer] = server;
    if (server) server[require('http2/symbols').kSessions].add(this);
  }

  get server() {
    return this[kServer];
  }

  /** The peer has opened a stream. */
  [kNewStream](id, flags, list, sensitive) {
    const session = this;
    if (session.closed) {
      session[kNative].reset(id, REFUSED_STREAM);
      return;
    }
    const headers = toObject(list, sensitive);
    const stream = new ServerHttp2Stream(session, id, headers);
    const state = stream[kState];
    stream[kInit](id);
    const channels = channelsOf(SERVER);
    if (channels.created.hasSubscribers) channels.created.publish({ stream, headers });
    if (channels.start.hasSubscribers) channels.start.publish({ stream, headers });
    if (headers[':method'] === 'HEAD') {
      // There must be no body.
      state.headRequest = true;
      stream.end();
    }
    if ((flags & END_STREAM) !== 0) {
      state.endAfterHeaders = true;
      stream.push(null);
    }
    session.emit('stream', stream, headers, flags, list);
    if (session[kServer] !== undefined) session[kServer].emit('stream', stream, headers, flags, list);
  }

  altsvc(alt, originOrStream) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    let id = 0;
    let origin;
    if (typeof originOrStream === 'string') {
      origin = originOf(originOrStream);
      if (origin === 'null') throw new ERR_HTTP2_ALTSVC_INVALID_ORIGIN();
    } else if (typeof originOrStream === 'number') {
      if (originOrStream >>> 0 !== originOrStream || originOrStream === 0)
        throw new ERR_OUT_OF_RANGE('originOrStream', `> 0 && < ${2 ** 32}`, originOrStream);
      id = originOrStream;
    } else if (originOrStream !== undefined) {
      if (originOrStream !== null && typeof originOrStream === 'object') ({ origin } = originOrStream);
      if (typeof origin !== 'string')
        throw new ERR_INVALID_ARG_TYPE('originOrStream', ['string', 'number', 'URL', 'object'], originOrStream);
      if (origin === 'null' || origin.length === 0) throw new ERR_HTTP2_ALTSVC_INVALID_ORIGIN();
    }
    if (typeof alt !== 'string') throw new ERR_INVALID_ARG_TYPE('alt', 'string', alt);
    if (!QUOTED.test(alt)) throw new ERR_INVALID_CHAR('alt');
    // Both lengths are of ASCII.
    if (alt.length + (origin?.length ?? 0) > MAX_LENGTH) throw new ERR_HTTP2_ALTSVC_LENGTH();
    this[kNative].altsvc(id, origin ?? '', alt);
    flushSoon(this);
  }

  origin(...origins) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (origins.length === 0) return;
    const list = [];
    let length = 0;
    for (const [index, input] of origins.entries()) {
      let origin;
      if (typeof input === 'string') {
        origin = originOf(input);
      } else if (input === null || input === undefined || typeof input !== 'object') {
        throw new ERR_INVALID_ARG_TYPE(`origins[${index}]`, ['string', 'object'], input);
      } else {
        ({ origin } = input);
        if (typeof origin !== 'string') throw new ERR_INVALID_ARG_TYPE('origin', 'string', origin);
      }
      if (origin === 'null') throw new ERR_HTTP2_INVALID_ORIGIN();
      length += origin.length + 2;
      if (length > MAX_LENGTH) throw new ERR_HTTP2_ORIGIN_LENGTH();
      list.push(origin);
    }
    this[kNative].origin(list);
    flushSoon(this);
  }
}

function originOf(text) {
  const { URL } = require('url/url');
  return new URL(text).origin;
}

module.exports = { ServerHttp2Session };
