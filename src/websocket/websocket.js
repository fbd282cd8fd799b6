// WebSocket (https://websockets.spec.whatwg.org/#the-websocket-interface), of clients and, made by upgradeWebSocket(), of
// servers.
'use strict';

const webidl = require('fetch/webidl');
const { EventTarget, Event, defineEventHandler, kTrustEvent } = require('web/event_target');
const { DOMException } = require('web/dom_exception');
const { CloseEvent, ErrorEvent } = require('web/close_event');
const { Link } = require('websocket/link');

const kInternal = Symbol('kInternal');

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What a client takes in one message. */
const MAX_PAYLOAD = 128 * 1024 * 1024;

const trusted = { [kTrustEvent]: true };

function parseURL(text) {
  const { URL } = require('url/url');
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new DOMException('TypeError: Invalid URL', 'SyntaxError');
  }
  if (url.protocol === 'http:') url.protocol = 'ws:';
  else if (url.protocol === 'https:') url.protocol = 'wss:';
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    throw new DOMException(`expected a ws: or wss: url`, 'SyntaxError');
  }
  if (url.hash !== '' || url.href.endsWith('#')) throw new DOMException('hash', 'SyntaxError');
  return url;
}

function readProtocols(value) {
  const list = typeof value === 'object' && value !== null ? Array.from(value, String) : [webidl.domString(value, '')];
  const lower = list.map((name) => name.toLowerCase());
  if (new Set(lower).size !== list.length || list.some((name) => !TOKEN.test(name))) {
    throw new DOMException('Invalid Sec-WebSocket-Protocol value', 'SyntaxError');
  }
  return list;
}

let makeServerSocket;

class WebSocket extends EventTarget {
  #url = '';
  #origin = '';
  #readyState = CONNECTING;
  #protocol = '';
  #extensions = '';
  #binaryType = 'blob';
  #link = null;
  #handshake = null;
  #handlers = null; // of a server: functions instead of events
  #sending = null; // while a Blob is being read, all sends wait: a promise
  #waiting = 0; // bytes of those

  static {
    makeServerSocket = (url, options) => new WebSocket(kInternal, { url, ...options });
  }

  /**
   * @param {string|URL} url
   * @param {string|string[]|{protocols?: string|string[], headers?: HeadersInit}} [protocols]
   */
  constructor(url, protocols = []) {
    super();
    if (url === kInternal) {
      this.#url = protocols.url;
      this.#protocol = protocols.protocol;
      this.#extensions = protocols.extensions;
      this.#binaryType = 'arraybuffer';
      this.#handlers = protocols.handlers;
      protocols.connect((link) => this.#open(link), this.#makeListener());
      return;
    }
    webidl.requireArguments(arguments.length, 1, 'WebSocket constructor');
    const parsed = parseURL(webidl.usvString(url, 'WebSocket constructor: url'));
    let headers = null;
    if (typeof protocols === 'object' && protocols !== null && protocols[Symbol.iterator] === undefined) {
      if (protocols.headers !== undefined) {
        const { HeaderList, fill } = require('fetch/headers');
        headers = new HeaderList();
        fill(headers, protocols.headers, 'Headers constructor');
      }
      protocols = protocols.protocols ?? [];
    }
    const names = readProtocols(protocols);
    this.#url = parsed.href;
    this.#origin = parsed.origin;
    const { ClientHandshake } = require('websocket/handshake');
    this.#handshake = new ClientHandshake(parsed, names, headers, {
      onOpen: (socket, head, result) => {
        this.#handshake = null;
        this.#protocol = result.protocol;
        this.#extensions = result.extensions;
        const { extension } = result;
        const link = new Link(this.#makeListener(), { server: false, extension, maxPayload: MAX_PAYLOAD });
        link.takeSocket(socket);
        this.#open(link);
        link.receive(head);
      },
      onFailure: (error) => {
        this.#handshake = null;
        this.#readyState = CLOSED;
        // Listeners may be added in the tick that made the socket.
        require('process/next_tick').nextTick(() => {
          this.#fireError('', new TypeError('', { cause: error }));
          this.#fireClose(1006, '', false);
        });
      },
    });
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #link in object) return object;
    throw webidl.illegalInvocation();
  }

  // --- what happens -------------------------------------------------------------------------------------------------------

  #open(link) {
    this.#link = link;
    this.#readyState = OPEN;
    const handlers = this.#handlers;
    if (handlers?.open !== undefined) this.#call('open');
    if (handlers === null || handlers.open === undefined) this.dispatchEvent(new Event('open', trusted));
  }

  /** Calls one of a server's functions; what it throws is uncaught, as of a listener. */
  #call(name, ...args) {
    try {
      const result = this.#handlers[name](this, ...args);
      if (typeof result?.then === 'function') result.then(undefined, rethrow);
    } catch (error) {
      rethrow(error);
    }
  }

  #makeListener() {
    const message = this.#handlers?.message;
    const tellMessage = (data) => {
      if (this.#readyState !== OPEN && this.#readyState !== CLOSING) return;
      if (message !== undefined) {
        try {
          const result = message(this, data);
          if (typeof result === 'object' && typeof result?.then === 'function') result.then(undefined, rethrow);
        } catch (error) {
          rethrow(error);
        }
        return;
      }
      const { MessageEvent } = require('worker/message_port');
      this.dispatchEvent(new MessageEvent('message', { data, origin: this.#origin, [kTrustEvent]: true }));
    };
    return {
      onText: tellMessage,
      onBinary: (bytes) => {
        if (this.#binaryType === 'arraybuffer') tellMessage(bytes.buffer);
        else tellMessage(new (require('web/blob').Blob)([bytes]));
      },
      onPing: (bytes) => {
        if (this.#handlers?.ping !== undefined) this.#call('ping', bytes);
      },
      onPong: (bytes) => {
        if (this.#handlers?.pong !== undefined) this.#call('pong', bytes);
      },
      onDrain: () => {
        if (this.#handlers?.drain !== undefined) this.#call('drain');
      },
      onClosing: () => {
        if (this.#readyState === OPEN) this.#readyState = CLOSING;
      },
      onError: (reason) => {
        this.#readyState = CLOSING;
        this.#fireError(reason, new TypeError(reason));
      },
      onClosed: (code, reason, wasClean) => {
        this.#readyState = CLOSED;
        if (!wasClean && code !== 1006) wasClean = false;
        this.#fireClose(code, reason, wasClean);
      },
    };
  }

  #fireError(message, error) {
    if (this.#handlers?.error !== undefined) this.#call('error', error);
    else this.dispatchEvent(new ErrorEvent('error', { message, error, [kTrustEvent]: true }));
  }

  #fireClose(code, reason, wasClean) {
    if (this.#handlers?.close !== undefined) this.#call('close', code, reason, wasClean);
    else this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean, [kTrustEvent]: true }));
  }

  // --- what the program does ----------------------------------------------------------------------------------------------

  /**
   * @param {number} [code] 1000, or 3000 to 4999
   * @param {string} [reason] at most 123 bytes
   */
  close(code = undefined, reason = undefined) {
    WebSocket.#of(this);
    if (code !== undefined) code = clampToShort(code);
    if (reason !== undefined) reason = webidl.usvString(reason, 'WebSocket.close: reason');
    if (code !== undefined && code !== 1000 && (code < 3000 || code > 4999) && this.#handlers === null) {
      throw new DOMException('invalid code', 'InvalidAccessError');
    }
    if (reason !== undefined) {
      const size = require('buffer/buffer').Buffer.byteLength(reason);
      if (size > 123) throw new DOMException(`Reason must be less than 123 bytes; received ${size}`, 'SyntaxError');
    }
    if (this.#readyState === CLOSING || this.#readyState === CLOSED) return;
    if (this.#link === null) {
      this.#readyState = CLOSING;
      this.#handshake?.fail(new Error('The WebSocket was closed before the connection was established'));
      return;
    }
    this.#readyState = CLOSING;
    const link = this.#link;
    const end = () => link.close(code ?? (reason === undefined ? 1005 : 1000), reason ?? '');
    if (this.#sending !== null) this.#sending.then(end);
    else end();
  }

  /**
   * @param {string|ArrayBuffer|ArrayBufferView|Blob} data
   * @returns {undefined}
   */
  send(data) {
    WebSocket.#of(this);
    webidl.requireArguments(arguments.length, 1, 'WebSocket.send');
    if (typeof data === 'string' && this.#readyState === OPEN && this.#sending === null) {
      this.#link.sendText(data);
      return;
    }
    const { isBlob } = require('web/blob');
    const isBytes = typeof data === 'object' && data !== null && (ArrayBuffer.isView(data) || isAnyBuffer(data));
    if (!isBytes && typeof data !== 'string' && !isBlob(data)) data = webidl.usvString(data, 'WebSocket.send: data');
    if (this.#readyState === CONNECTING) throw new DOMException('Sent before connected.', 'InvalidStateError');
    if (this.#readyState !== OPEN) return;
    if (this.#sending === null && !(typeof data === 'object' && !isBytes)) {
      this.#sendNow(data);
      return;
    }
    // Bytes must be what they are now; messages keep their order.
    if (isBytes) data = copyOf(data);
    const size = typeof data === 'string' ? data.length : (data.size ?? data.byteLength);
    this.#waiting += size;
    const before = this.#sending ?? Promise.resolve();
    const mine = before.then(async () => {
      const bytes = isBlob(data) ? await data.bytes() : data;
      this.#waiting -= size;
      if (this.#readyState === OPEN || this.#readyState === CLOSING) this.#sendNow(bytes);
      if (this.#sending === mine) this.#sending = null;
    });
    this.#sending = mine;
  }

  #sendNow(data) {
    const link = this.#link;
    if (typeof data === 'string') link.sendText(data);
    else link.sendBytes(data);
  }

  get readyState() {
    return WebSocket.#of(this).#readyState;
  }
  get bufferedAmount() {
    const self = WebSocket.#of(this);
    return (self.#link?.buffered ?? 0) + self.#waiting;
  }
  get url() {
    return WebSocket.#of(this).#url;
  }
  get extensions() {
    return WebSocket.#of(this).#extensions;
  }
  get protocol() {
    return WebSocket.#of(this).#protocol;
  }
  get binaryType() {
    return WebSocket.#of(this).#binaryType;
  }
  set binaryType(type) {
    WebSocket.#of(this).#binaryType = type === 'arraybuffer' ? type : 'blob';
  }
}

function rethrow(error) {
  require('process/next_tick').nextTick(() => {
    throw error;
  });
}

const isAnyBuffer = (value) => require('util/types').isAnyArrayBuffer(value);

function copyOf(data) {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data).slice();
}

/** [Clamp] unsigned short. */
function clampToShort(value) {
  const number = Number(value);
  if (Number.isNaN(number)) return 0;
  const clamped = Math.min(Math.max(number, 0), 65535);
  const floor = Math.floor(clamped);
  const rest = clamped - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

webidl.describeClass(WebSocket, [
  'close',
  'send',
  'readyState',
  'bufferedAmount',
  'url',
  'extensions',
  'protocol',
  'binaryType',
]);
for (const name of ['open', 'error', 'close', 'message']) defineEventHandler(WebSocket.prototype, name);
for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED })) {
  const property = { __proto__: null, value, enumerable: true };
  Object.defineProperty(WebSocket, name, property);
  Object.defineProperty(WebSocket.prototype, name, property);
}

module.exports = { WebSocket, makeServerSocket };
