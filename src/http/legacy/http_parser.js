'use strict';

// `HTTPParser`, as `_http_common` and `process.binding('http_parser')` show it: a few packages (proxies, test tools) parse
// HTTP with it. Stands on the same native parser as everything here.

const { METHOD_BY_ID, lenientFlags, maxHeaderSize, methods, parseError } = require('http/common');

const hooks = require('async/hooks_internal');

const { Connection, Group, rawHeadersOf } = binding('http');

const REQUEST = 1;
const RESPONSE = 2;
const ON_MESSAGE_BEGIN = 0;
const ON_HEADERS = 1;
const ON_HEADERS_COMPLETE = 2;
const ON_BODY = 3;
const ON_MESSAGE_COMPLETE = 4;
const ON_EXECUTE = 5;
const ON_TIMEOUT = 6;

/** Calls a function of the program's as the asynchronous resource that the parser is. */
function tell(parser, event, ...args) {
  const fn = parser[event];
  if (typeof fn !== 'function') return undefined;
  return hooks.run(parser._asyncId, parser._triggerId, parser._resource, fn, parser, args);
}

const callbacks = {
  head(flags, number, target, block, body, trailers) {
    const parser = this;
    const odd = (flags & 0x100) !== 0;
    const major = odd ? (flags >> 16) & 15 : 1;
    const minor = odd ? (flags >> 20) & 15 : flags & 0x80 ? 0 : 1;
    const isRequest = parser._type === REQUEST;
    tell(parser, ON_MESSAGE_BEGIN);
    const answer = tell(
      parser,
      ON_HEADERS_COMPLETE,
      major,
      minor,
      block === '' ? [] : rawHeadersOf(block),
      isRequest ? methods.indexOf(METHOD_BY_ID[number]) : undefined,
      isRequest ? target : undefined,
      isRequest ? undefined : number,
      isRequest ? undefined : target,
      (flags & 2) !== 0,
      (flags & 1) !== 0,
    );
    if (body !== undefined) callbacks.body.call(parser, body);
    if (flags & 0x40) callbacks.end.call(parser, trailers);
    return answer === 2 ? 1 : answer === 1 ? 2 : flags & 2 ? 1 : 0;
  },
  body(chunk) {
    tell(this, ON_BODY, chunk, 0, chunk.length);
  },
  end(trailers) {
    if (trailers !== undefined) tell(this, ON_HEADERS, rawHeadersOf(trailers), '');
    tell(this, ON_MESSAGE_COMPLETE);
  },
  upgrade(rest) {
    this._rest = rest.length;
  },
  error(code, reason, bytesParsed) {
    this._error = parseError(code, reason, bytesParsed);
  },
};

class HTTPParser {
  static REQUEST = REQUEST;
  static RESPONSE = RESPONSE;
  static kOnMessageBegin = ON_MESSAGE_BEGIN;
  static kOnHeaders = ON_HEADERS;
  static kOnHeadersComplete = ON_HEADERS_COMPLETE;
  static kOnBody = ON_BODY;
  static kOnMessageComplete = ON_MESSAGE_COMPLETE;
  static kOnExecute = ON_EXECUTE;
  static kOnTimeout = ON_TIMEOUT;
  static kLenientNone = 0;
  static kLenientHeaders = 0x1;
  static kLenientChunkedLength = 0x2;
  static kLenientKeepAlive = 0x4;
  static kLenientTransferEncoding = 0x8;
  static kLenientVersion = 0x10;
  static kLenientDataAfterClose = 0x20;
  static kLenientOptionalLFAfterCR = 0x40;
  static kLenientOptionalCRLFAfterChunk = 0x80;
  static kLenientOptionalCRBeforeLF = 0x100;
  static kLenientSpacesAfterChunkSize = 0x200;
  static kLenientAll = 0x3ff;

  /** @param {number} type `HTTPParser.REQUEST` or `HTTPParser.RESPONSE` */
  initialize(type, resource, maxSize, lenient) {
    const group = new Group(callbacks, type === RESPONSE);
    group.tellPieces(true);
    group.configure(maxSize || maxHeaderSize(), 0, lenient ?? lenientFlags());
    this.free();
    this._type = type;
    this._asyncId = hooks.newAsyncId();
    this._triggerId = hooks.triggerId();
    this._resource = resource ?? this;
    hooks.emitInit(
      this._asyncId,
      type === REQUEST ? 'HTTPINCOMINGMESSAGE' : 'HTTPCLIENTREQUEST',
      this._triggerId,
      this._resource,
    );
    this._native = new Connection(group, this);
    this._error = null;
    this._rest = 0;
  }

  /** @returns {number|Error} bytes parsed */
  execute(buffer, offset = 0, length = buffer.length - offset) {
    this._rest = 0;
    this._native.execute(buffer.subarray(offset, offset + length));
    const error = this._error;
    this._error = null;
    return error ?? length - this._rest;
  }

  finish() {
    this._native.finish();
    const error = this._error;
    this._error = null;
    return error ?? undefined;
  }

  close() {
    this.free();
  }

  /** Lets go of what it was initialized with; can be initialized again. */
  free() {
    if (!this._native) return;
    hooks.emitDestroy(this._asyncId);
    this._native.stop();
    this._native.end();
    this._native = this._resource = null;
  }
  remove() {}
  pause() {}
  resume() {}
  consume() {}
  unconsume() {}
  getCurrentBuffer() {}
  duration() {
    return 0;
  }
  headersCompleted() {
    return true;
  }
}

module.exports = { HTTPParser };
