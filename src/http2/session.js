// Http2Session: https://nodejs.org/api/http2.html#class-http2session
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { validateBuffer, validateFunction, validateNumber, validateObject } = require('errors/validators');
const EventEmitter = require('events/events');
const { calls } = require('http2/calls');
const { nameOfCode } = require('http2/constants');
const { observed, reportSession } = require('http2/diagnostics');
const { nghttpError } = require('http2/errors');
const { fromNative, toEntries, validateSettings } = require('http2/settings');
const { proxyOf } = require('http2/socket_proxy');
const {
  kMaybeDestroy,
  kNative,
  kOptions,
  kProxySocket,
  kSocket,
  kState,
  kTimeout,
  kUpdateTimer,
} = require('http2/symbols');
const timeouts = require('http2/timeouts');
const { Transport, kBound } = require('http2/transport');
const { nextTick } = require('process/next_tick');

const { Session } = binding('http2');

const {
  ERR_HTTP2_INVALID_SESSION,
  ERR_HTTP2_MAX_PENDING_SETTINGS_ACK,
  ERR_HTTP2_PING_CANCEL,
  ERR_HTTP2_PING_LENGTH,
  ERR_HTTP2_SESSION_ERROR,
  ERR_HTTP2_SOCKET_BOUND,
  ERR_HTTP2_STREAM_CANCEL,
} = codes;

const kInspect = Symbol.for('nodejs.util.inspect.custom');

const SERVER = 0;
const CLIENT = 1;
const NO_ERROR = 0;
const INTERNAL_ERROR = 2;
const CANCEL = 8;

/** What a session remembers. */
class SessionState {
  constructor() {
    this.ready = false;
    this.closed = false;
    this.destroyed = false;
    this.goawayCode = null;
    this.goawayLastStreamID = null;
    this.destroyCode = NO_ERROR;
    this.streams = new Map();
    this.pendingStreams = new Set();
    this.flushDue = false;
    this.settingsCallbacks = []; // of SETTINGS frames that wait for their acknowledgement
    this.pings = []; // [payload, callback, start]
    this.localSettings = undefined;
    this.remoteSettings = undefined;
    this.customSettings = undefined; // those that we have sent
    this.originSet = undefined;
    this.alpnProtocol = undefined;
    this.encrypted = undefined;
    this.bytesSent = 0; // when the time limit was looked at last
    this.started = 0; // for performance entries
    this.pingRTT = 0;
    this.finish = null; // what follows on the native side's last word
  }
}

class Http2Session extends EventEmitter {
  constructor(type, options, socket) {
    super();
    if (socket[kBound]) throw new ERR_HTTP2_SOCKET_BOUND();
    socket[kBound] = this;
    this[kState] = new SessionState();
    this[kOptions] = options;
    this[kType] = type;
    this[kSocket] = socket;
    this[kNative] = undefined;
    this[kTransport] = undefined;
    this[kProxySocket] = null;
    this[kTimeout] = null;
    this.timeout = 0;
    // Renegotiation is forbidden with HTTP/2 (RFC 9113, section 9.2.1).
    if (typeof socket.disableRenegotiation === 'function') socket.disableRenegotiation();
    socket.on('error', onSocketError);
    socket.on('close', onSocketClose);
    if (socket.connecting || socket.secureConnecting) {
      const event = socket.encrypted ? 'secureConnect' : 'connect';
      socket.once(event, () => {
        try {
          setUp(this, socket);
        } catch (error) {
          socket.destroy(error);
        }
      });
    } else {
      setUp(this, socket);
    }
  }

  get type() {
    return this[kType];
  }
  get encrypted() {
    return this[kState].encrypted;
  }
  get alpnProtocol() {
    return this[kState].alpnProtocol;
  }
  get connecting() {
    return !this[kState].ready;
  }
  get closed() {
    return this[kState].closed;
  }
  get destroyed() {
    return this[kState].destroyed;
  }
  get goawayCode() {
    return this[kState].goawayCode || NO_ERROR;
  }
  get goawayLastStreamID() {
    return this[kState].goawayLastStreamID || 0;
  }
  get pendingSettingsAck() {
    return this[kState].settingsCallbacks.length > 0;
  }

  /** Of a TLS connection; those that the server has named, and the one connected to. */
  get originSet() {
    const state = this[kState];
    if (!state.encrypted || state.destroyed) return undefined;
    return Array.from(originsOf(this));
  }

  get socket() {
    if (this[kSocket] === undefined) return undefined;
    return proxyOf(this);
  }

  get state() {
    if (this.connecting || this.destroyed) return {};
    const numbers = this[kNative].state();
    return {
      effectiveLocalWindowSize: numbers[0],
      effectiveRecvDataLength: numbers[1],
      nextStreamID: numbers[2],
      localWindowSize: numbers[3],
      lastProcStreamID: numbers[4],
      remoteWindowSize: numbers[5],
      outboundQueueSize: numbers[6],
      deflateDynamicTableSize: numbers[7],
      inflateDynamicTableSize: numbers[8],
    };
  }

  get localSettings() {
    if (this.connecting || this.destroyed) return this[kState].localSettings ?? {};
    return (this[kState].localSettings ??= withCustom(
      fromNative(this[kNative].currentSettings(false)),
      this[kState].customSettings,
    ));
  }

  get remoteSettings() {
    if (this.connecting || this.destroyed) return this[kState].remoteSettings ?? {};
    return (this[kState].remoteSettings ??= fromNative(this[kNative].currentSettings(true)));
  }

  setNextStreamID(id) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    validateNumber(id, 'id');
    if (id <= 0 || id > 2 ** 32 - 1) throw new codes.ERR_OUT_OF_RANGE('id', `> 0 and <= ${2 ** 32 - 1}`, id);
    this[kNative].setNextId(id);
  }

  setLocalWindowSize(windowSize) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    require('errors/validators').validateInt32(windowSize, 'windowSize', 0);
    const status = this[kNative].setLocalWindow(windowSize);
    if (status < 0) {
      if (status === binding('http2').ERR_NOMEM) this.destroy(new codes.ERR_HTTP2_NO_MEM());
      else this.destroy(nghttpError(status));
    }
    flushSoon(this);
  }

  ping(payload, callback) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (typeof payload === 'function') {
      callback = payload;
      payload = undefined;
    }
    if (payload) {
      validateBuffer(payload, 'payload');
      if (payload.byteLength !== 8) throw new ERR_HTTP2_PING_LENGTH();
    }
    validateFunction(callback, 'callback');
    const state = this[kState];
    if (state.ready) return sendPing(this, payload, callback);
    this.once('connect', () => sendPing(this, payload, callback));
    return true;
  }

  settings(settings, callback) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (settings !== undefined) validateObject(settings, 'settings');
    validateSettings(settings);
    if (callback) validateFunction(callback, 'callback');
    const copy = { ...settings };
    if (this[kState].ready) sendSettings(this, copy, callback);
    else this.once('connect', () => sendSettings(this, copy, callback));
  }

  goaway(code = NO_ERROR, lastStreamID = 0, opaqueData = undefined) {
    if (this.destroyed) throw new ERR_HTTP2_INVALID_SESSION();
    if (opaqueData !== undefined) validateBuffer(opaqueData, 'opaqueData');
    validateNumber(code, 'code');
    validateNumber(lastStreamID, 'lastStreamID');
    const send = () => {
      if (this.destroyed) return;
      this[kNative].goaway(code, lastStreamID, opaqueData);
      flushSoon(this);
    };
    if (this[kState].ready) send();
    else this.once('connect', send);
  }

  /** Ends the session now. https://nodejs.org/api/http2.html#http2sessiondestroyerror-code */
  destroy(error = NO_ERROR, code = undefined) {
    if (this.destroyed) return;
    if (typeof error === 'number') {
      code = error;
      error = code === NO_ERROR ? undefined : new ERR_HTTP2_SESSION_ERROR(code);
    }
    if (code === undefined && error != null) code = INTERNAL_ERROR;
    end(this, code, error);
  }

  close(callback) {
    if (this.closed || this.destroyed) return;
    this[kState].closed = true;
    if (typeof callback === 'function') this.once('close', callback);
    this.goaway();
    this[kMaybeDestroy]();
  }

  [EventEmitter.captureRejectionSymbol](error, event, ...args) {
    if (event !== 'stream') {
      this.destroy(error);
      return;
    }
    const [stream] = args;
    stream.destroy(error);
  }

  /** When it has been closed and all streams are gone. */
  [kMaybeDestroy](error) {
    const state = this[kState];
    if (error == null) {
      if (!state.closed || state.streams.size > 0 || state.pendingStreams.size > 0) return;
    }
    this.destroy(error);
  }

  _onTimeout() {
    if (this.destroyed) return;
    // As long as something leaves there is activity.
    if (isSending(this)) {
      this[kUpdateTimer]();
      return;
    }
    this.emit('timeout');
  }

  ref() {
    const socket = this[kSocket];
    if (typeof socket === 'object' && typeof socket.ref === 'function') socket.ref();
  }

  unref() {
    const socket = this[kSocket];
    if (typeof socket === 'object' && typeof socket.unref === 'function') socket.unref();
  }

  [kUpdateTimer]() {
    if (this.destroyed) return;
    const timer = this[kTimeout];
    if (timer !== null) timer.refresh();
  }

  [kInspect](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {
      type: this.type,
      closed: this.closed,
      destroyed: this.destroyed,
      state: this.state,
      localSettings: this.localSettings,
      remoteSettings: this.remoteSettings,
    };
    const { inspect } = require('util/inspect');
    return `Http2Session ${inspect(shown, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
  }
}

const kType = Symbol('type');
const kTransport = Symbol('transport');

Object.defineProperty(Http2Session.prototype, 'setTimeout', {
  value: timeouts.setTimeout,
  writable: true,
  configurable: true,
});

function withCustom(settings, custom) {
  if (custom !== undefined) settings.customSettings = { ...custom };
  return settings;
}

/** The connection is there. */
function setUp(session, socket) {
  const state = session[kState];
  if (state.destroyed) return;
  const native = new Session(session, calls, session[kType], session[kOptions]);
  session[kNative] = native;
  session[kBusy] = native.shared();
  if (observed()) {
    native.measure(true);
    state.started = require('perf_hooks/clock').now();
  }
  session[kTransport] = new Transport(session, native, socket);
  state.encrypted = Boolean(socket.encrypted);
  state.alpnProtocol = state.encrypted ? socket.alpnProtocol : 'h2c';
  state.ready = true;
  const { settings } = session[kOptions];
  session.settings(settings !== null && typeof settings === 'object' ? settings : {});
  if (session[kType] === SERVER && Array.isArray(session[kOptions].origins))
    session.origin(...session[kOptions].origins);
  nextTick(emitConnect, session, socket);
}

function emitConnect(session, socket) {
  session.emit('connect', session, socket);
}

const kBusy = Symbol('busy');

/** What has been asked of the native side leaves at the end of this tick, together with what else is asked in it. */
function flushSoon(session) {
  const state = session[kState];
  // While the native side calls us it sends by itself afterwards.
  if (state.flushDue || session[kBusy][0] !== 0) return;
  state.flushDue = true;
  nextTick(flush, session);
}

function flush(session) {
  session[kState].flushDue = false;
  session[kNative].flush();
}

function sendSettings(session, settings, callback) {
  if (session.destroyed) return;
  const state = session[kState];
  const limit = session[kOptions].maxOutstandingSettings ?? 10;
  if (state.settingsCallbacks.length >= limit) {
    session.destroy(new ERR_HTTP2_MAX_PENDING_SETTINGS_ACK());
    return;
  }
  if (settings.customSettings !== undefined) {
    state.customSettings = { ...state.customSettings };
    for (const [id, value] of Object.entries(settings.customSettings)) state.customSettings[Number(id)] = value;
  }
  const status = session[kNative].settings(toEntries(settings));
  if (status < 0) {
    session.destroy(nghttpError(status));
    return;
  }
  state.settingsCallbacks.push({ callback, start: performanceNow() });
  flushSoon(session);
}

const performanceNow = () => require('perf_hooks/clock').now();

/** The acknowledgement of the oldest SETTINGS frame that we have sent. */
function settingsAcknowledged(session) {
  const state = session[kState];
  state.localSettings = undefined;
  const pending = state.settingsCallbacks.shift();
  if (pending === undefined) return;
  if (typeof pending.callback === 'function')
    pending.callback(null, session.localSettings, performanceNow() - pending.start);
  if (session.listenerCount('localSettings') > 0) session.emit('localSettings', session.localSettings);
}

function sendPing(session, payload, callback) {
  if (session.destroyed) {
    nextTick(callback, new ERR_HTTP2_PING_CANCEL());
    return false;
  }
  const state = session[kState];
  const { AsyncResource } = require('async/async_resource');
  const resource = new AsyncResource('HTTP2PING', { requireManualDestroy: true });
  const limit = session[kOptions].maxOutstandingPings ?? 10;
  if (state.pings.length >= limit) {
    nextTick(() => cancelPing(callback, resource));
    return false;
  }
  let bytes;
  if (payload) {
    bytes = Buffer.from(payload.buffer.slice(payload.byteOffset, payload.byteOffset + 8));
  } else {
    bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(process.hrtime.bigint());
  }
  session[kNative].ping(bytes);
  state.pings.push({ callback, resource, start: performanceNow() });
  flushSoon(session);
  return true;
}

function cancelPing(callback, resource) {
  resource.runInAsyncScope(callback, undefined, new ERR_HTTP2_PING_CANCEL());
  resource.emitDestroy();
}

function pingAcknowledged(session, payload) {
  const ping = session[kState].pings.shift();
  if (ping === undefined) {
    // Nobody has asked.
    session.destroy(nghttpError(binding('http2').ERR_PROTO));
    return;
  }
  const duration = performanceNow() - ping.start;
  session[kState].pingRTT = duration;
  ping.resource.runInAsyncScope(ping.callback, session, null, duration, payload);
  ping.resource.emitDestroy();
}

// --- the end --------------------------------------------------------------------------------------------------------------

function end(session, code, error, keepsStreams = false) {
  const state = session[kState];
  state.destroyed = true;
  state.destroyCode = code ?? NO_ERROR;
  session.setTimeout(0);
  timeouts.clearTimer(session);
  session.removeAllListeners('timeout');
  if (state.pendingStreams.size > 0 || state.streams.size > 0) {
    const cancelled = new ERR_HTTP2_STREAM_CANCEL(error);
    for (const stream of [...state.pendingStreams]) stream.destroy(cancelled);
    if (!keepsStreams) for (const stream of [...state.streams.values()]) stream.destroy(error);
  }
  const socket = session[kSocket];
  const native = session[kNative];
  const finish = () => finishEnd(session, error);
  if (native === undefined) {
    finish();
    return;
  }
  if (state.started !== 0) reportSession(session[kType], state.started, native.counts(), state.pingRTT);
  state.finish = finish;
  if (native.destroy(state.destroyCode, !socket || Boolean(socket.destroyed))) runFinish(session);
}

/** The native side has said its last word. */
function runFinish(session) {
  const { finish } = session[kState];
  session[kState].finish = null;
  if (finish === null) return;
  session[kTransport].release();
  finish();
}

function finishEnd(session, error) {
  const state = session[kState];
  const socket = session[kSocket];
  cancelPending(state);
  detach(session);
  if (!socket || socket.destroyed) {
    nextTick(emitClose, session, error);
    return;
  }
  socket.on('close', () => emitClose(session, error));
  if (state.closed) {
    // What has been written is to arrive.
    socket.end();
    require('timers/timers').setImmediate(() => socket.destroySoon?.());
    socket.resume();
  } else {
    socket.destroy(error);
  }
}

function cancelPending(state) {
  for (const { callback, resource } of state.pings.splice(0)) cancelPing(callback, resource);
}

function detach(session) {
  const socket = session[kSocket];
  session[kSocket] = undefined;
  session[kProxySocket] = null;
  if (!socket) return;
  socket[kBound] = undefined;
  socket.removeListener('close', onSocketClose);
}

function emitClose(session, error) {
  if (error) session.emit('error', error);
  session.emit('close');
}

/** `this` is the socket. */
function onSocketError(error) {
  const session = this[kBound];
  if (session === undefined) return;
  // Who has said goodbye may go.
  if (error.code === 'ECONNRESET' && session[kState].goawayCode === NO_ERROR) session.destroy();
  else session.destroy(error);
}

/** `this` is the socket. */
function onSocketClose() {
  const session = this[kBound];
  if (session === undefined) return;
  const state = session[kState];
  // Streams that were complete before may still be read.
  for (const stream of [...state.streams.values()]) {
    if (stream.closed && stream.rstCode === NO_ERROR) continue;
    stream.close(CANCEL);
    stream.destroy();
  }
  for (const stream of [...state.pendingStreams]) stream.close(CANCEL);
  if (!state.destroyed && !state.closed) state.closed = true;
  if (!session.destroyed) end(session, NO_ERROR, undefined, true);
}

function isSending(session) {
  const native = session[kNative];
  if (native === undefined || session.destroyed) return false;
  const sent = native.counts()[3];
  const state = session[kState];
  if (sent === state.bytesSent) return false;
  state.bytesSent = sent;
  for (const stream of state.streams.values()) if (stream.writableLength > 0) return true;
  return false;
}

function originsOf(session) {
  const state = session[kState];
  if (state.originSet === undefined) {
    const socket = session[kSocket];
    state.originSet = new Set();
    let host = socket?.servername;
    if (!host) {
      const { isIPv6 } = require('net/net');
      host = socket?.remoteAddress ?? '';
      if (isIPv6(host)) host = `[${host}]`;
    }
    let origin = `https://${host}`;
    if (socket?.remotePort != null && socket.remotePort !== 443) origin += `:${socket.remotePort}`;
    state.originSet.add(origin);
  }
  return state.originSet;
}

module.exports = {
  CLIENT,
  Http2Session,
  SERVER,
  codeName: nameOfCode,
  flushSoon,
  isSending,
  kTransport,
  originsOf,
  pingAcknowledged,
  runFinish,
  settingsAcknowledged,
};
