// fetch() (https://fetch.spec.whatwg.org/#fetch-method).
'use strict';

const { HeaderList } = require('fetch/headers');
const { Body } = require('fetch/body');
const { IncomingBody } = require('fetch/incoming_body');
const { makeState } = require('fetch/request');
const { NULL_BODY, REDIRECTS, ResponseState, makeResponse } = require('fetch/response');
const { Exchange } = require('fetch/exchange');

const MAX_REDIRECTS = 20;

/** Ports that no request may go to: other protocols listen there. https://fetch.spec.whatwg.org/#bad-port */
const BAD_PORTS = new Set(
  (
    '0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 ' +
    '137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 ' +
    '1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080'
  )
    .split(' ')
    .filter((port) => port !== '0'),
);

const REQUEST_BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
];
const CREDENTIALS = ['authorization', 'proxy-authorization', 'cookie', 'host'];

const networkError = (message) => new TypeError('fetch failed', { cause: new Error(message) });

const stripHash = (url) => (url.hash === '' ? url.href : url.href.slice(0, -url.hash.length));

/** One call of fetch(), through its redirects. */
class Fetch {
  constructor(state, resolve, reject) {
    this.state = state;
    this.resolve = resolve;
    this.reject = reject;
    this.method = state.method;
    this.list = state.list;
    this.body = state.body;
    this.url = state.parsed;
    this.urls = [];
    this.crossOrigin = false;
    this.exchange = null;
    this.incoming = null; // the body of the response, while it arrives
    this.signal = state.abortSignal;
    this.onAbort = null;
    this.settled = false;
  }

  start() {
    const { signal } = this;
    if (signal !== null) {
      if (signal.aborted) {
        this.body?.cancel(signal.reason);
        this.settled = true;
        this.reject(signal.reason);
        return;
      }
      this.onAbort = () => this.abort(signal.reason);
      signal.addEventListener('abort', this.onAbort, { once: true });
    }
    this.fetchScheme();
  }

  /** Nothing more will happen that could be aborted. */
  finish() {
    this.exchange = null;
    if (this.onAbort === null) return;
    this.signal.removeEventListener('abort', this.onAbort);
    this.onAbort = null;
  }

  abort(reason) {
    this.onAbort = null;
    const { exchange, incoming } = this;
    this.exchange = null;
    if (this.settled) incoming?.fail(reason);
    else this.settle(this.reject, reason);
    exchange?.cancel(reason);
    if (this.body !== null && !this.body.locked) this.body.cancel(reason);
  }

  settle(how, value) {
    if (this.settled) return;
    this.settled = true;
    how(value);
  }

  fail(error) {
    this.finish();
    this.settle(this.reject, error);
  }

  // --- schemes ------------------------------------------------------------------------------------------------------------

  fetchScheme() {
    const { url } = this;
    switch (url.protocol) {
      case 'http:':
      case 'https:':
        this.fetchHTTP();
        return;
      case 'data:':
        this.fetchData();
        return;
      case 'blob:':
        this.fetchBlob();
        return;
      case 'about:':
        this.fail(networkError('about scheme is not supported'));
        return;
      case 'file:':
        this.fail(networkError('not implemented... yet...'));
        return;
      default:
        this.fail(networkError('unknown scheme'));
    }
  }

  fetchData() {
    const { readDataURL } = require('fetch/data_url');
    const read = readDataURL(this.url);
    if (read === null) {
      this.fail(networkError('failed to fetch the data URL'));
      return;
    }
    this.respondLocally(200, 'OK', [['Content-Type', read.type]], new Body(read.bytes));
  }

  fetchBlob() {
    const { resolveObjectURL } = require('web/blob');
    const blob = resolveObjectURL(stripHash(this.url));
    if (this.method !== 'GET' || blob === undefined) {
      this.fail(networkError('invalid method'));
      return;
    }
    const range = this.list.get('range');
    if (range === null) {
      const headers = [
        ['content-length', `${blob.size}`],
        ['content-type', blob.type],
      ];
      this.respondLocally(200, 'OK', headers, new Body(blob));
      return;
    }
    const match = /^bytes=(\d*)-(\d*)$/.exec(range);
    if (match === null || (match[1] === '' && match[2] === '')) {
      this.fail(networkError('failed to fetch the data URL'));
      return;
    }
    const start = match[1] === '' ? Math.max(blob.size - Number(match[2]), 0) : Number(match[1]);
    const last = match[1] === '' || match[2] === '' ? blob.size - 1 : Math.min(Number(match[2]), blob.size - 1);
    if (start > last || start >= blob.size) {
      this.fail(networkError("Range start is greater than the blob's size."));
      return;
    }
    const slice = blob.slice(start, last + 1, blob.type);
    const headers = [
      ['content-length', `${slice.size}`],
      ['content-type', blob.type],
      ['content-range', `bytes ${start}-${last}/${blob.size}`],
    ];
    this.respondLocally(206, 'Partial Content', headers, new Body(slice));
  }

  respondLocally(status, statusText, headers, body) {
    const list = new HeaderList();
    for (const [name, value] of headers) list.append(name.toLowerCase(), name, value);
    const state = new ResponseState(list);
    state.status = status;
    state.statusText = statusText;
    this.respond(state, body);
    this.finish();
  }

  // --- HTTP ---------------------------------------------------------------------------------------------------------------

  fetchHTTP() {
    const { url } = this;
    if (BAD_PORTS.has(url.port)) {
      this.fail(networkError('bad port'));
      return;
    }
    this.urls.push(stripHash(url));
    this.exchange = new Exchange(this, url);
    this.exchange.start();
  }

  /** A response's head is here. Gives the body that its bytes go into, or null when there is none. */
  onHead(status, reason, pairs) {
    const list = HeaderList.fromPairs(pairs);
    const { redirect } = this.state;
    if (REDIRECTS.has(status) && redirect !== 'manual') {
      if (redirect === 'error') {
        this.giveUp(networkError('unexpected redirect'));
        return null;
      }
      if (list.has('location')) return this.redirectTo(status, list.get('location'));
    }
    const state = new ResponseState(list);
    state.status = status;
    state.statusText = reason;
    const hasBody = this.method !== 'HEAD' && this.method !== 'CONNECT' && !NULL_BODY.has(status);
    if (!hasBody) {
      this.respond(state, null);
      return null;
    }
    let encodings;
    try {
      const { encodingsOf } = require('fetch/decode');
      encodings = list.has('content-encoding') ? encodingsOf(list.get('content-encoding')) : null;
    } catch (error) {
      this.giveUp(new TypeError('fetch failed', { cause: error }));
      return null;
    }
    const sink =
      encodings === null
        ? new IncomingBody(this.exchange)
        : new (require('fetch/decode').DecodingBody)(encodings, this.exchange);
    this.incoming = sink;
    state.decoded = encodings !== null;
    this.respond(state, new Body(sink.output ?? sink));
    return sink;
  }

  /** The connection has failed; `error` is the cause. */
  onFailure(error) {
    const { incoming } = this;
    if (this.settled) {
      incoming?.fail(new TypeError('terminated', { cause: error }));
      this.finish();
    } else {
      this.fail(new TypeError('fetch failed', { cause: error }));
    }
  }

  /** The response will not be read. */
  giveUp(error) {
    const { exchange } = this;
    this.fail(error);
    exchange.cancel(error);
  }

  redirectTo(status, location) {
    const { URL } = require('url/url');
    const { url, exchange } = this;
    let next;
    try {
      next = new URL(latin1ToUTF8(location), url);
    } catch (error) {
      this.giveUp(new TypeError('fetch failed', { cause: error }));
      return null;
    }
    if (next.protocol !== 'http:' && next.protocol !== 'https:') {
      this.giveUp(networkError('URL scheme must be a HTTP(S) scheme'));
      return null;
    }
    if (this.urls.length > MAX_REDIRECTS) {
      this.giveUp(networkError('redirect count exceeded'));
      return null;
    }
    const changesOrigin = next.origin !== url.origin;
    if (this.state.mode === 'cors' && (next.username !== '' || next.password !== '') && changesOrigin) {
      this.giveUp(networkError('cross origin not allowed for request mode "cors"'));
      return null;
    }
    if (next.hash === '' && url.hash !== '') next.hash = url.hash;
    const streamed = this.body !== null && (this.body.source === null || this.body.source.collect !== undefined);
    if (status !== 303 && streamed) {
      this.giveUp(networkError(''));
      return null;
    }
    this.list = this.list.copy();
    const { method } = this;
    if (
      ((status === 301 || status === 302) && method === 'POST') ||
      (status === 303 && method !== 'GET' && method !== 'HEAD')
    ) {
      this.method = 'GET';
      this.body = null;
      for (const name of REQUEST_BODY_HEADERS) this.list.delete(name);
    }
    if (changesOrigin) {
      this.crossOrigin = true;
      for (const name of CREDENTIALS) this.list.delete(name);
    }
    if (this.body !== null) this.body = new Body(this.body.source);
    this.url = next;
    // What this response still has to say is of no interest; the connection may be used again.
    exchange.abandon();
    require('process/next_tick').queueMicrotask(() => {
      if (!this.settled) this.fetchScheme();
    });
    return new Discard(exchange);
  }

  respond(state, body) {
    state.type = this.crossOrigin ? 'cors' : 'basic';
    state.guard = 'immutable';
    state.urls = this.urls.length > 0 ? this.urls : [stripHash(this.url)];
    if (NULL_BODY.has(state.status)) body = null;
    const { integrity } = this.state;
    if (integrity !== '') {
      this.checkIntegrity(state, body, integrity);
      return;
    }
    state.body = body;
    this.settle(this.resolve, makeResponse(state));
  }

  async checkIntegrity(state, body, integrity) {
    try {
      const bytes = body === null ? new Uint8Array(0) : await body.collect();
      if (!require('fetch/integrity').matchesIntegrity(bytes, integrity)) {
        this.fail(networkError('integrity mismatch'));
        return;
      }
      state.body = body === null ? null : new Body(new Uint8Array(bytes));
      this.settle(this.resolve, makeResponse(state));
    } catch (error) {
      this.fail(new TypeError('fetch failed', { cause: error.cause ?? error }));
    }
  }
}

/** Takes a body that nobody wants, up to a limit: then a new connection is cheaper. */
class Discard {
  constructor(exchange) {
    this.exchange = exchange;
    this.left = 128 * 1024;
  }
  push(chunk) {
    this.left -= chunk.length;
    if (this.left < 0) this.exchange.cancel();
  }
  end() {}
  fail() {}
}

/** Header values are bytes; locations are UTF-8 by custom. */
function latin1ToUTF8(text) {
  if (!/[\x80-\xff]/.test(text)) return text;
  const { Buffer } = require('buffer/buffer');
  return Buffer.from(text, 'latin1').toString('utf8');
}

/**
 * @param {RequestInfo} input
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
function fetch(input, init = undefined) {
  return new Promise((resolve, reject) => {
    new Fetch(makeState(input, init), resolve, reject).start();
  });
}

module.exports = { fetch };
