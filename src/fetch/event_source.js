// EventSource (https://html.spec.whatwg.org/#server-sent-events).
'use strict';

const webidl = require('fetch/webidl');
const { EventTarget, Event, defineEventHandler, kTrustEvent } = require('web/event_target');
const { DOMException } = require('web/dom_exception');

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** Milliseconds before it connects again, when the server names none. */
const RECONNECTION_TIME = 3000;

/** A line or an event longer than this is no event. */
const MAX_EVENT = 64 * 1024 * 1024;

const trusted = { [kTrustEvent]: true };

/** Takes text apart into events ("9.2.6 Interpreting an event stream"). */
class EventParser {
  /** @param {{onEvent(type: string, data: string, id: string): void, onRetry(milliseconds: number): void}} owner */
  constructor(owner, lastEventId) {
    this.owner = owner;
    this.buffer = '';
    this.skipLineFeed = false; // a CR has ended the last line: an LF at the start belongs to it
    this.type = '';
    this.data = '';
    this.hasData = false;
    this.id = lastEventId;
    this.lastEventId = lastEventId;
  }

  /** @param {string} text @throws {Error} an event is too long */
  push(text) {
    if (this.skipLineFeed && text.length > 0) {
      this.skipLineFeed = false;
      if (text.charCodeAt(0) === 10) text = text.slice(1);
    }
    const all = this.buffer + text;
    const END = /\r\n|\n|\r/g;
    let start = 0;
    for (let match = END.exec(all); match !== null; match = END.exec(all)) {
      this.#line(all.slice(start, match.index));
      start = END.lastIndex;
      if (match[0] === '\r' && start === all.length) this.skipLineFeed = true;
    }
    this.buffer = all.slice(start);
    if (this.buffer.length > MAX_EVENT || this.data.length > MAX_EVENT) throw new Error('The event is too long');
  }

  #line(line) {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    switch (field) {
      case 'event':
        this.type = value;
        break;
      case 'data':
        this.data += this.hasData ? `\n${value}` : value;
        this.hasData = true;
        break;
      case 'id':
        if (!value.includes('\0')) this.id = value;
        break;
      case 'retry':
        if (/^\d+$/.test(value)) this.owner.onRetry(Number.parseInt(value, 10));
        break;
    }
  }

  #dispatch() {
    const { type, data, hasData } = this;
    this.lastEventId = this.id;
    this.type = this.data = '';
    this.hasData = false;
    if (hasData) this.owner.onEvent(type || 'message', data, this.lastEventId);
  }
}

class EventSource extends EventTarget {
  #url;
  #withCredentials = false;
  #readyState = CONNECTING;
  #lastEventId = '';
  #retry = RECONNECTION_TIME;
  #abort = null;
  #timer = null;

  /**
   * @param {string|URL} url
   * @param {{withCredentials?: boolean}} [init]
   */
  constructor(url, init = undefined) {
    super();
    webidl.requireArguments(arguments.length, 1, 'EventSource constructor');
    const { URL } = require('url/url');
    const text = webidl.usvString(url, 'EventSource constructor: url');
    const options = webidl.dictionary(init);
    this.#withCredentials = Boolean(options.withCredentials);
    const own = options.node?.reconnectionTime;
    if (own !== undefined) this.#retry = Number(own) >>> 0;
    try {
      this.#url = new URL(text).href;
    } catch {
      throw new DOMException('TypeError: Invalid URL', 'SyntaxError');
    }
    this.#connect();
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #url in object) return object;
    throw webidl.illegalInvocation();
  }

  async #connect() {
    const { AbortController } = require('web/abort');
    const abort = new AbortController();
    this.#abort = abort;
    const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache' };
    // IDs are UTF-8 on the wire.
    if (this.#lastEventId !== '') {
      headers['last-event-id'] = require('buffer/buffer').Buffer.from(this.#lastEventId).latin1Slice();
    }
    const credentials = this.#withCredentials ? 'include' : 'same-origin';
    let response;
    try {
      response = await require('fetch/fetch').fetch(this.#url, {
        headers,
        credentials,
        cache: 'no-store',
        signal: abort.signal,
      });
    } catch {
      if (!abort.signal.aborted) this.#reconnect();
      return;
    }
    if (abort.signal.aborted) return;
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !/^[\t ]*text\/event-stream[\t ]*(?:;|$)/i.test(type)) {
      abort.abort();
      this.#fail();
      return;
    }
    this.#readyState = OPEN;
    this.dispatchEvent(new Event('open', trusted));
    const { origin } = new (require('url/url').URL)(response.url);
    try {
      await this.#read(response, origin, abort.signal);
    } catch {
      // a connection that ends is one that is made again
    }
    if (!abort.signal.aborted) this.#reconnect();
  }

  async #read(response, origin, signal) {
    if (response.body === null) return;
    const { TextDecoder } = require('web/encoding');
    const { MessageEvent } = require('worker/message_port');
    const decoder = new TextDecoder();
    const parser = new EventParser(
      {
        onEvent: (type, data, id) => {
          this.#lastEventId = id;
          if (signal.aborted) return;
          this.dispatchEvent(new MessageEvent(type, { data, origin, lastEventId: id, [kTrustEvent]: true }));
        },
        onRetry: (milliseconds) => {
          this.#retry = Math.min(milliseconds, 2_147_483_647);
        },
      },
      this.#lastEventId,
    );
    for await (const chunk of response.body) {
      if (signal.aborted) return;
      parser.push(decoder.decode(chunk, { stream: true }));
      this.#lastEventId = parser.lastEventId;
    }
  }

  #fail() {
    this.#readyState = CLOSED;
    this.dispatchEvent(new Event('error', trusted));
  }

  #reconnect() {
    if (this.#readyState === CLOSED) return;
    this.#readyState = CONNECTING;
    this.dispatchEvent(new Event('error', trusted));
    if (this.#readyState !== CONNECTING) return;
    const { setTimeout } = require('timers/timers');
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#readyState === CONNECTING) this.#connect();
    }, this.#retry);
  }

  close() {
    const self = EventSource.#of(this);
    if (self.#readyState === CLOSED) return;
    self.#readyState = CLOSED;
    if (self.#timer !== null) require('timers/timers').clearTimeout(self.#timer);
    self.#abort?.abort();
  }

  get readyState() {
    return EventSource.#of(this).#readyState;
  }
  get url() {
    return EventSource.#of(this).#url;
  }
  get withCredentials() {
    return EventSource.#of(this).#withCredentials;
  }
}

webidl.describeClass(EventSource, ['close', 'url', 'readyState', 'withCredentials']);
for (const name of ['open', 'message', 'error']) defineEventHandler(EventSource.prototype, name);
for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSED })) {
  const property = { __proto__: null, value, enumerable: true };
  Object.defineProperty(EventSource, name, property);
  Object.defineProperty(EventSource.prototype, name, property);
}

module.exports = { EventParser, EventSource };
