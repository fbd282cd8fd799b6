// One request and its response on a connection of the pool.
'use strict';

const { isUint8Array } = require('util/types');
const { originOf } = require('fetch/pool');
const errors = require('fetch/network_error');
const diagnostics = require('fetch/diagnostics');

const HEADERS_TIMEOUT = 300_000;
const BODY_TIMEOUT = 300_000;
const HIGH_WATER_MARK = 64 * 1024;

/** Requests that may be sent again on a new connection when a kept one turns out to be closed. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

class Exchange {
  /** @param {Fetch} owner @param {URL} url */
  constructor(owner, url) {
    this.owner = owner;
    this.url = url;
    this.origin = originOf(url);
    this.connection = null;
    this.giveUp = null; // while a connection is being made
    this.sink = null; // where the response's body goes
    this.sent = false; // the request is out
    this.received = false; // the response is complete
    this.headed = false; // its head is here
    this.isReused = false;
    this.pump = null;
    this.timer = null;
    this.over = false;
    this.view = null; // for diagnostics channels
  }

  start() {
    try {
      checkHeaders(this.owner.list);
    } catch (error) {
      this.over = true;
      this.owner.onFailure(error);
      return;
    }
    this.view = diagnostics.created(this);
    const giveUp = this.origin.acquire(this);
    if (this.connection === null && !this.over) this.giveUp = giveUp;
  }

  onConnection(connection, isReused) {
    this.giveUp = null;
    if (this.over) {
      connection.destroy();
      return;
    }
    this.connection = connection;
    this.isReused = isReused;
    connection.begin(this);
    this.#send();
  }

  // --- the request --------------------------------------------------------------------------------------------------------

  #send() {
    const { owner, connection } = this;
    const { body, method, list } = owner;
    let head = renderHead(owner, this.origin, this.url);
    const given = list.get('content-length');
    if (this.view !== null) {
      head += this.view.added;
      diagnostics.sending(this.view, head, connection.socket);
    }
    if (body === null) {
      if (method === 'POST' || method === 'PUT' || method === 'PATCH') head += 'content-length: 0\r\n';
      connection.write(`${head}\r\n`, undefined, undefined, false, true);
      this.#requestSent();
      return;
    }
    const { source } = body;
    if (body.made === null && (typeof source === 'string' || isUint8Array(source))) {
      const { length } = body;
      if (given !== null && Number(given) !== length) {
        this.#fail(new errors.ContentLengthMismatchError('Request body length does not match content-length header'));
        return;
      }
      body.used = true;
      head += `content-length: ${length}\r\n\r\n`;
      connection.write(head, source, undefined, false, true);
      this.#requestSent();
      return;
    }
    const length = body.length ?? (given === null ? null : Number(given));
    head += length === null ? 'transfer-encoding: chunked\r\n\r\n' : `content-length: ${length}\r\n\r\n`;
    connection.write(head, undefined, undefined, false, false);
    this.pump = new Upload(this, length);
    this.pump.start(body.stream);
  }

  #requestSent() {
    if (this.view !== null) diagnostics.sent(this.view);
    this.sent = true;
    this.pump = null;
    if (this.received) this.#finish();
    else if (!this.headed) this.#watch(HEADERS_TIMEOUT, errors.HeadersTimeoutError, 'Headers Timeout Error');
  }

  /** The body of the request has been written. */
  uploaded() {
    this.#requestSent();
  }

  /** The body of the request cannot be had. */
  uploadFailed(error) {
    this.#fail(error);
  }

  onDrain() {
    this.pump?.drained();
  }

  // --- the response -------------------------------------------------------------------------------------------------------

  /** @returns {boolean} whether a body follows */
  onHead(status, reason, pairs) {
    this.headed = true;
    this.#unwatch();
    this.isReused = false;
    const { owner, connection } = this;
    if (this.view !== null) diagnostics.headers(this.view, status, reason, pairs);
    const sink = owner.onHead(status, reason, pairs);
    this.sink = sink;
    if (this.over) return false;
    if (sink !== null) this.#watch(BODY_TIMEOUT, errors.BodyTimeoutError, 'Body Timeout Error');
    if (owner.method === 'HEAD') {
      connection.keepAlive = connection.keepAlive && status !== 101;
      return false;
    }
    return status !== 204 && status !== 304;
  }

  onBody(chunk) {
    if (this.timer !== null) this.timer.refresh();
    this.sink?.push(chunk);
  }

  onEnd() {
    if (this.view !== null) diagnostics.completed(this.view);
    this.received = true;
    this.#unwatch();
    const { sink } = this;
    // A server that answers before it has the whole request wants no more of it.
    if (!this.sent) {
      this.connection.keepAlive = false;
      this.pump?.cancel();
      this.sent = true;
    }
    this.#finish();
    sink?.end();
  }

  #finish() {
    if (this.over) return;
    this.over = true;
    const { connection } = this;
    this.connection = null;
    if (!this.abandoned) this.owner.finish();
    connection.finish();
  }

  onFailure(error) {
    if (this.over) return;
    this.#unwatch();
    // A kept connection that the server has closed meanwhile says nothing about the request.
    const { owner } = this;
    if (
      this.isReused &&
      !this.headed &&
      IDEMPOTENT.has(owner.method) &&
      (owner.body === null || owner.body.made === null)
    ) {
      this.isReused = false;
      this.connection = null;
      this.sent = false;
      if (owner.body !== null) owner.body.used = false;
      this.giveUp = this.origin.connect(this);
      return;
    }
    this.over = true;
    this.connection = null;
    if (this.view !== null) diagnostics.failed(this.view, error);
    this.pump?.cancel(error);
    if (!this.abandoned) owner.onFailure(error);
  }

  // --- what the body of the response asks for -----------------------------------------------------------------------------

  pause() {
    this.connection?.pause();
    this.#unwatch();
  }

  resume() {
    if (this.connection === null) return;
    this.connection.resume();
    if (this.headed && !this.received) this.#watch(BODY_TIMEOUT, errors.BodyTimeoutError, 'Body Timeout Error');
  }

  /** Nobody wants the rest. */
  cancel(reason) {
    if (this.over) return;
    this.over = true;
    if (this.view !== null) diagnostics.failed(this.view, reason ?? new errors.RequestAbortedError('Request aborted'));
    this.#unwatch();
    this.giveUp?.();
    const { connection } = this;
    this.connection = null;
    if (connection !== null) {
      connection.exchange = null;
      connection.destroy();
    }
    this.pump?.cancel(reason);
    if (!this.abandoned) this.owner.finish();
  }

  /** The response is read for the connection's sake alone. */
  abandon() {
    this.abandoned = true;
    this.owner.exchange = null;
  }

  #fail(error) {
    const { owner, abandoned } = this;
    if (this.over) return;
    this.over = true;
    if (this.view !== null) diagnostics.failed(this.view, error);
    this.#unwatch();
    const { connection } = this;
    this.connection = null;
    if (connection !== null) {
      connection.exchange = null;
      connection.destroy();
    }
    this.pump?.cancel(error);
    if (!abandoned) owner.onFailure(error);
  }

  #watch(milliseconds, ErrorClass, message) {
    this.#unwatch();
    const { setTimeout } = require('timers/timers');
    this.timer = setTimeout(() => this.#fail(new ErrorClass(message)), milliseconds);
    this.timer.unref();
  }

  #unwatch() {
    if (this.timer === null) return;
    require('timers/timers').clearTimeout(this.timer);
    this.timer = null;
  }
}

const REFUSED = { __proto__: null, 'transfer-encoding': true, 'keep-alive': true, upgrade: true };

/** @throws {Error} a header that a program has no say in */
function checkHeaders(list) {
  const { entries } = list;
  for (let i = 0; i < entries.length; i += 3) {
    const name = entries[i];
    if (REFUSED[name]) throw new errors.InvalidArgumentError(`invalid ${name} header`);
    if (name === 'expect') throw new errors.NotSupportedError('expect header not supported');
    if (name === 'connection' && !/^(?:close|keep-alive)$/i.test(entries[i + 2])) {
      throw new errors.InvalidArgumentError('invalid connection header');
    }
    if (name === 'content-length' && !/^\d{1,15}$/.test(entries[i + 2])) {
      throw new errors.InvalidArgumentError('invalid content-length header');
    }
  }
}

/** First line and headers, without what tells of the body, without the empty line. */
function renderHead(owner, origin, url) {
  const { list, method, state } = owner;
  const { entries } = list;
  let host = origin.authority;
  let connection = 'keep-alive';
  let lines = '';
  let has = 0;
  for (let i = 0; i < entries.length; i += 3) {
    const value = entries[i + 2];
    switch (entries[i]) {
      case 'host':
        host = value;
        continue;
      case 'connection':
        connection = value.toLowerCase();
        continue;
      case 'content-length':
        continue;
      case 'accept':
        has |= 1;
        break;
      case 'accept-language':
        has |= 2;
        break;
      case 'user-agent':
        has |= 4;
        break;
      case 'accept-encoding':
        has |= 8;
        break;
    }
    lines += `${entries[i + 1]}: ${value}\r\n`;
  }
  if (!(has & 1)) lines += 'accept: */*\r\n';
  if (!(has & 2)) lines += 'accept-language: *\r\n';
  const { referrer } = state;
  if (referrer !== 'about:client' && referrer !== 'no-referrer') lines += refererLine(referrer, url);
  lines += `sec-fetch-mode: ${state.mode}\r\n`;
  if (!(has & 4)) lines += 'user-agent: node\r\n';
  if (!(has & 8))
    lines += origin.secure ? 'accept-encoding: br, gzip, deflate\r\n' : 'accept-encoding: gzip, deflate\r\n';
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${host}\r\nconnection: ${connection}\r\n${lines}`;
}

/** What "strict-origin-when-cross-origin" leaves of a referrer. */
function refererLine(referrer, url) {
  const { URL } = require('url/url');
  const from = new URL(referrer);
  if (from.protocol !== 'http:' && from.protocol !== 'https:') return '';
  if (from.protocol === 'https:' && url.protocol === 'http:') return '';
  from.username = from.password = from.hash = '';
  return `referer: ${from.origin === url.origin ? from.href : `${from.origin}/`}\r\n`;
}

/** Moves a stream's chunks into a request, no faster than the server takes them. */
class Upload {
  constructor(exchange, length) {
    this.exchange = exchange;
    this.connection = exchange.connection;
    this.left = length;
    this.chunked = length === null;
    this.reading = false;
    this.again = false;
    this.stalled = false;
    this.done = false;
  }

  start(stream) {
    const { ReadableStreamDefaultReader } = require('stream/web/readers');
    const { kState } = require('stream/web/common');
    this.publicReader = new ReadableStreamDefaultReader(stream);
    this.reader = this.publicReader[kState];
    this.readFrom = require('stream/web/readable_state').readFrom;
    this.next();
    this.connection.flush();
  }

  next() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    do {
      this.again = false;
      this.readFrom(this.reader, this);
    } while (this.again);
    this.reading = false;
  }

  chunkSteps(chunk) {
    if (this.done) return;
    // Node's fetch() takes strings, too.
    if (typeof chunk === 'string') chunk = require('fetch/body').encode(chunk);
    if (!isUint8Array(chunk)) {
      this.#fail(new TypeError('Received non-Uint8Array chunk'));
      return;
    }
    if (chunk.length === 0) {
      this.next();
      return;
    }
    if (this.left !== null) {
      this.left -= chunk.length;
      if (this.left < 0) {
        this.#fail(new errors.ContentLengthMismatchError('Request body length does not match content-length header'));
        return;
      }
    }
    const rest = this.connection.write(undefined, chunk, undefined, this.chunked, true);
    if (rest < 0) return; // the connection tells
    if (rest >= HIGH_WATER_MARK) this.stalled = true;
    else this.next();
  }

  closeSteps() {
    if (this.done) return;
    if (this.left !== null && this.left > 0) {
      this.#fail(new errors.ContentLengthMismatchError('Request body length does not match content-length header'));
      return;
    }
    this.done = true;
    this.connection.write(undefined, undefined, this.chunked ? '0\r\n\r\n' : undefined, false, true);
    this.exchange.uploaded();
  }

  errorSteps(error) {
    if (this.done) return;
    this.done = true;
    this.exchange.uploadFailed(error);
  }

  #fail(error) {
    this.cancel(error);
    this.exchange.uploadFailed(error);
  }

  drained() {
    if (!this.stalled) return;
    this.stalled = false;
    this.next();
  }

  cancel(reason) {
    if (this.done) return;
    this.done = true;
    this.publicReader?.cancel(reason).catch(() => {});
  }
}

module.exports = { Exchange };
