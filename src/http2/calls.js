// What the native session calls. `this` is the Http2Session.
'use strict';

const { nghttpError } = require('http2/errors');
const { reportStream } = require('http2/diagnostics');
const { kState, kUpdateTimer } = require('http2/symbols');

let sessions;
let streams;

/** The files that these stand on need this one. */
function load() {
  sessions = require('http2/session');
  streams = require('http2/stream');
}

const streamOf = (session, id) => session[kState].streams.get(id);

const calls = {
  headers(id, isNew, category, flags, list, sensitive) {
    if (this.destroyed) return;
    if (streams === undefined) load();
    this[kUpdateTimer]();
    if (isNew) {
      this[streams.kNewStream](id, flags, list, sensitive);
      return;
    }
    const stream = streamOf(this, id);
    if (stream !== undefined) stream[streams.kOnHeaders](category, flags, list, sensitive);
  },

  data(id, bytes, isLast) {
    if (this.destroyed) return;
    this[kUpdateTimer]();
    const stream = streamOf(this, id);
    if (stream !== undefined) stream[streams.kOnData](bytes, isLast);
  },

  tidings(written, wantTrailers, closed) {
    if (streams === undefined) load();
    if (written !== undefined) {
      this[kUpdateTimer]();
      for (const id of written) streamOf(this, id)?.[streams.kOnWritten]();
    }
    if (wantTrailers !== undefined) for (const id of wantTrailers) streamOf(this, id)?.[streams.kOnWantTrailers]();
    if (closed !== undefined) {
      for (let i = 0; i < closed.length; i += 2) {
        const stream = streamOf(this, closed[i]);
        if (stream !== undefined) streams.onClosed(stream, closed[i + 1]);
      }
    }
  },

  settings(isAck) {
    if (this.destroyed) return;
    if (streams === undefined) load();
    this[kUpdateTimer]();
    if (isAck) {
      sessions.settingsAcknowledged(this);
      return;
    }
    this[kState].remoteSettings = undefined;
    if (this.listenerCount('remoteSettings') > 0) this.emit('remoteSettings', this.remoteSettings);
  },

  ping(isAck, payload) {
    if (this.destroyed) return;
    if (streams === undefined) load();
    this[kUpdateTimer]();
    if (isAck) sessions.pingAcknowledged(this, payload);
    else this.emit('ping', payload);
  },

  goaway(code, lastStream, data) {
    if (this.destroyed) return;
    if (streams === undefined) load();
    const state = this[kState];
    state.goawayCode = code;
    state.goawayLastStreamID = lastStream;
    if (code === 0) {
      // What is open may be finished.
      this.emit('goaway', code, lastStream, data);
      this.close();
    } else {
      const { codes } = require('errors/errors');
      this.emit('goaway', code, lastStream, data);
      this.destroy(new codes.ERR_HTTP2_SESSION_ERROR(code), 0);
    }
  },

  altsvc(stream, origin, alt) {
    if (this.destroyed) return;
    this[kUpdateTimer]();
    this.emit('altsvc', alt, origin, stream);
  },

  origin(origins) {
    if (this.destroyed) return;
    if (streams === undefined) load();
    this[kUpdateTimer]();
    if (!this.encrypted) return;
    const set = sessions.originsOf(this);
    for (const origin of origins) set.add(origin);
    this.emit('origin', origins);
  },

  priority(id, parent, weight, exclusive) {
    if (this.destroyed) return;
    this[kUpdateTimer]();
    const target = streamOf(this, id) ?? this;
    target.emit('priority', id, parent, weight, exclusive);
  },

  frameError(id, type, errno) {
    if (this.destroyed) return;
    const stream = streamOf(this, id);
    const target = stream ?? this;
    target[kUpdateTimer]();
    target.emit('frameError', type, toCode(errno), id);
    // A request that could not be sent is closed by the protocol.
    if (stream !== undefined && this.type === 0) stream.close(toCode(errno));
    this.close();
  },

  error(errno, code) {
    if (this.destroyed) return;
    this.destroy(nghttpError(errno, code));
  },

  output(pieces) {
    sessionTransport(this).write(pieces);
  },

  end() {
    sessionTransport(this).ended();
  },

  fail(errno, syscall) {
    sessionTransport(this).failed(errno, syscall);
  },

  close() {},

  done() {
    if (streams === undefined) load();
    sessions.runFinish(this);
  },

  streamEnded(id, numbers) {
    reportStream(id, numbers);
  },
};

/** The code for the peer that says most of what one of nghttp2's errors says. */
function toCode(errno) {
  switch (errno) {
    case -505: // NGHTTP2_ERR_PROTO
    case -531: // NGHTTP2_ERR_HTTP_HEADER
    case -532: // NGHTTP2_ERR_HTTP_MESSAGING
      return 1;
    case -524: // NGHTTP2_ERR_FLOW_CONTROL
      return 3;
    case -510: // NGHTTP2_ERR_STREAM_CLOSED
      return 5;
    case -522: // NGHTTP2_ERR_FRAME_SIZE_ERROR
      return 6;
    case -533: // NGHTTP2_ERR_REFUSED_STREAM
      return 7;
    case -523: // NGHTTP2_ERR_HEADER_COMP
      return 9;
    default:
      return 2;
  }
}

function sessionTransport(session) {
  if (sessions === undefined) load();
  return session[sessions.kTransport];
}

module.exports = { calls };
