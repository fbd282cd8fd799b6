// ServerHttp2Stream: https://nodejs.org/api/http2.html#class-serverhttp2stream
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateObject } = require('errors/validators');
const { channelsOf } = require('http2/diagnostics');
const { nghttpError } = require('http2/errors');
const { buildBlock, checkRequestPseudo, checkResponsePseudo, kSensitive, listToObject } = require('http2/headers');
const { SERVER, flushSoon } = require('http2/session');
const { Http2Stream, kInit, refuse } = require('http2/stream');
const { kAuthority, kNative, kOptions, kProceed, kProtocol, kSession, kState, kUpdateTimer } = require('http2/symbols');
const { nextTick } = require('process/next_tick');

const {
  ERR_HTTP2_HEADERS_AFTER_RESPOND,
  ERR_HTTP2_HEADERS_SENT,
  ERR_HTTP2_INVALID_INFO_STATUS,
  ERR_HTTP2_INVALID_STREAM,
  ERR_HTTP2_NESTED_PUSH,
  ERR_HTTP2_OUT_OF_STREAMS,
  ERR_HTTP2_PAYLOAD_FORBIDDEN,
  ERR_HTTP2_PUSH_DISABLED,
  ERR_HTTP2_STATUS_101,
  ERR_HTTP2_STATUS_INVALID,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
} = codes;

const isBodiless = (status) => status === 204 || status === 205 || status === 304;

let dateSecond = -1;
let dateText = '';

/** The value of `Date`, rendered once a second. */
function utcDate() {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}

class ServerHttp2Stream extends Http2Stream {
  constructor(session, id, headers) {
    super(session);
    this[kProtocol] = headers[':scheme'];
    this[kAuthority] = headers[':authority'];
    this[kPushed] = false;
  }

  get pushAllowed() {
    const session = this[kSession];
    return (
      !this.destroyed &&
      !this.closed &&
      session !== undefined &&
      !session.closed &&
      !session.destroyed &&
      Boolean(session.remoteSettings.enablePush)
    );
  }

  pushStream(headers, options, callback) {
    if (!this.pushAllowed) throw new ERR_HTTP2_PUSH_DISABLED();
    if (this[kPushed]) throw new ERR_HTTP2_NESTED_PUSH();
    if (typeof options === 'function') {
      callback = options;
      options = undefined;
    }
    validateFunction(callback, 'callback');
    if (options !== undefined) validateObject(options, 'options');
    const pushOptions = { ...options, endStream: Boolean(options?.endStream) };
    if (headers !== undefined) validateObject(headers, 'headers');
    const copy = { __proto__: null, ...headers };
    copy[':method'] ??= 'GET';
    copy[':authority'] ??= this[kAuthority];
    copy[':scheme'] ??= this[kProtocol];
    copy[':path'] ??= '/';
    const isHead = copy[':method'] === 'HEAD';
    const session = this[kSession];
    this[kUpdateTimer]();
    const block = buildBlock(copy, checkRequestPseudo, session[kOptions].strictSingleValueFields !== false);
    const id = session[kNative].push(this.id, block.toString(), block.count);
    if (id < 0) {
      const binding_ = binding('http2');
      if (id === binding_.ERR_STREAM_ID_NOT_AVAILABLE) nextTick(callback, new ERR_HTTP2_OUT_OF_STREAMS());
      else if (id === binding_.ERR_STREAM_CLOSED) nextTick(callback, new ERR_HTTP2_INVALID_STREAM());
      else nextTick(callback, nghttpError(id));
      return;
    }
    const stream = new ServerHttp2Stream(session, id, copy);
    const state = stream[kState];
    stream[kPushed] = true;
    stream[kInit](id);
    state.sentHeaders = copy;
    state.endAfterHeaders = true;
    const channels = channelsOf(SERVER);
    if (channels.created.hasSubscribers) channels.created.publish({ stream, headers: copy });
    stream.push(null);
    if (isHead) state.headRequest = true;
    if (isHead || pushOptions.endStream) stream.end();
    flushSoon(session);
    nextTick(() => {
      if (channels.start.hasSubscribers) channels.start.publish({ stream, headers: copy });
      callback(null, stream, copy, 0);
    });
  }

  respond(headers, options) {
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (this.headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    if (options !== undefined) validateObject(options, 'options');
    this[kUpdateTimer]();
    const [outgoing, status] = prepareHeaders(headers);
    const state = this[kState];
    state.wantsTrailers = Boolean(options?.waitForTrailers);
    const endStream = Boolean(options?.endStream) || isBodiless(status) || state.headRequest;
    const session = this[kSession];
    const block = buildBlock(outgoing, checkResponsePseudo, session[kOptions].strictSingleValueFields !== false);
    state.headersSent = true;
    state.sentHeaders = Array.isArray(outgoing) ? listToObject(outgoing) : outgoing;
    if (endStream) {
      state.endSent = true;
      this.end();
    }
    sendResponse(this, block, endStream);
  }

  /** Writing begins, and nothing has been said yet. */
  [kProceed]() {
    this.respond();
  }

  respondWithFD(fd, headers, options) {
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (this.headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    const checked = fileOptions(options);
    if (fd !== null && typeof fd === 'object' && typeof fd.fd === 'number' && typeof fd.getAsyncId === 'function') {
      // A FileHandle.
    } else if (typeof fd !== 'number') {
      throw new ERR_INVALID_ARG_TYPE('fd', ['number', 'FileHandle'], fd);
    }
    this[kUpdateTimer]();
    const outgoing = fileHeaders(headers);
    require('http2/send_file').respondWithFD(this, fd, outgoing, checked);
  }

  respondWithFile(path, headers, options) {
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (this.headersSent) throw new ERR_HTTP2_HEADERS_SENT();
    const checked = fileOptions(options);
    this[kUpdateTimer]();
    const outgoing = fileHeaders(headers);
    require('http2/send_file').respondWithFile(this, path, outgoing, checked);
  }

  additionalHeaders(headers) {
    if (this.destroyed || this.closed) throw new ERR_HTTP2_INVALID_STREAM();
    if (this.headersSent) throw new ERR_HTTP2_HEADERS_AFTER_RESPOND();
    if (headers !== undefined) validateObject(headers, 'headers');
    const copy = { __proto__: null, ...headers };
    if (copy[':status'] != null) {
      const status = (copy[':status'] |= 0);
      if (status === 101) throw new ERR_HTTP2_STATUS_101();
      if (status < 100 || status >= 200) throw new ERR_HTTP2_INVALID_INFO_STATUS(copy[':status']);
    }
    this[kUpdateTimer]();
    const session = this[kSession];
    const block = buildBlock(copy, checkResponsePseudo, session[kOptions].strictSingleValueFields !== false);
    const state = this[kState];
    if (state.sentInfoHeaders === undefined) state.sentInfoHeaders = [copy];
    else state.sentInfoHeaders.push(copy);
    const status = session[kNative].inform(state.id, block.toString(), block.count);
    if (status < 0) this.destroy(nghttpError(status));
    else flushSoon(session);
  }
}

const kPushed = Symbol('kPushed');

/** The copy of response headers that is sent, and its status. */
function prepareHeaders(headers) {
  if (Array.isArray(headers)) {
    const copy = [...headers];
    copy[kSensitive] = headers[kSensitive];
    let status;
    let hasDate = false;
    for (let i = 0; i < copy.length; i += 2) {
      const name = copy[i];
      if (name === ':status') status = copy[i + 1] | 0;
      else if (typeof name === 'string' && name.length === 4 && name.toLowerCase() === 'date') hasDate = true;
    }
    if (status === undefined) {
      status = 200;
      copy.unshift(':status', 200);
    }
    if (!hasDate) copy.push('date', utcDate());
    return [copy, checkStatus(status)];
  }
  if (headers !== undefined) validateObject(headers, 'headers');
  const copy = { __proto__: null, ...headers };
  if (headers?.[kSensitive] !== undefined) copy[kSensitive] = headers[kSensitive];
  copy[':status'] ??= 200;
  if (copy.date === undefined) copy.date = utcDate();
  else if (copy.date === null) delete copy.date;
  return [copy, checkStatus(copy[':status'] | 0)];
}

function checkStatus(status) {
  if (status < 100 || status > 599) throw new ERR_HTTP2_STATUS_INVALID(status);
  return status;
}

function fileHeaders(headers) {
  const [outgoing, status] = prepareHeaders(headers);
  if (isBodiless(status)) throw new ERR_HTTP2_PAYLOAD_FORBIDDEN(status);
  return Array.isArray(outgoing) ? listToObject(outgoing) : outgoing;
}

function fileOptions(options) {
  if (options !== undefined) validateObject(options, 'options');
  const checked = { ...options };
  for (const name of ['offset', 'length']) {
    if (checked[name] !== undefined && typeof checked[name] !== 'number')
      throw new ERR_INVALID_ARG_VALUE(`options.${name}`, checked[name]);
  }
  if (checked.statCheck !== undefined && typeof checked.statCheck !== 'function')
    throw new ERR_INVALID_ARG_VALUE('options.statCheck', checked.statCheck);
  return checked;
}

/** The head of a response goes to the native side. */
function sendResponse(stream, block, endStream) {
  const session = stream[kSession];
  const state = stream[kState];
  const status = session[kNative].respond(state.id, block.toString(), block.count, endStream, state.wantsTrailers);
  if (status < 0) {
    if (status === binding('http2').ERR_HTTP_HEADER) refuse(stream);
    else stream.destroy(nghttpError(status));
    return;
  }
  flushSoon(session);
  const channels = channelsOf(SERVER);
  if (channels.finish.hasSubscribers)
    channels.finish.publish({ stream, headers: state.sentHeaders, flags: endStream ? 5 : 4 });
}

/** As respond() does, with headers that have been prepared. */
function respondPrepared(stream, headers, wantsTrailers) {
  const session = stream[kSession];
  const state = stream[kState];
  const block = buildBlock(headers, checkResponsePseudo, session[kOptions].strictSingleValueFields !== false);
  state.headersSent = true;
  state.sentHeaders = headers;
  state.wantsTrailers = wantsTrailers;
  sendResponse(stream, block, false);
}

module.exports = { ServerHttp2Stream, respondPrepared };
