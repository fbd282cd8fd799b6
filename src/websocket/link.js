// A WebSocket connection after its handshake: the native framing, and the closing handshake around it.
'use strict';

const native = binding('websocket');
const closedLink = require('http/closed_connection');

const CLOSE_TIMEOUT = 3_000;
const NO_STATUS = 1005;
const ABNORMAL = 1006;

let callbacksObject;

/**
 * @typedef {object} Extension what has been agreed on of permessage-deflate
 * @property {boolean} readNoTakeover
 * @property {boolean} writeNoTakeover
 * @property {number} writeWindowBits
 */

let closeLink;
let endLink;
let giveUpLater;

class Link {
  /**
   * @param {object} listener onText(text), onBinary(bytes), onPing(bytes), onPong(bytes), onDrain(), onError(reason),
   *   onClosing(), onClosed(code, reason, wasClean)
   * @param {{server: boolean, extension: Extension|null, maxPayload: number}} options
   */
  constructor(listener, { server, extension, maxPayload }) {
    callbacksObject ??= new native.Callbacks(callbacks);
    this.listener = listener;
    this.server = server;
    this.sentClose = false;
    this.peerClose = null; // {code, reason}
    this.socket = null; // a net.Socket: the owner of the stream, or the way for the bytes
    this.isClosed = false;
    this.timer = null;
    let deflate = 0;
    if (extension !== null) deflate = 1 | (extension.readNoTakeover ? 2 : 0) | (extension.writeNoTakeover ? 4 : 0);
    this.native = new native.Connection(
      callbacksObject,
      this,
      server,
      deflate,
      extension?.writeWindowBits ?? 15,
      maxPayload,
    );
  }

  /** Takes a native stream. @returns {boolean} false: it has gone */
  attach(stream) {
    return this.native.attach(stream);
  }

  /** Takes a net.Socket, natively when that can be. */
  takeSocket(socket) {
    this.socket = socket;
    const { Stream } = binding('net');
    const handle = socket._handle;
    const stream = handle instanceof Stream ? handle : (handle?.lend?.() ?? null);
    socket.on('error', () => {});
    if (stream !== null && this.native.attach(stream)) {
      socket.on('close', () => this.#closed());
      return;
    }
    this.fed = true;
    socket.on('data', (chunk) => {
      if (!this.isClosed) this.native.receive(chunk);
    });
    socket.on('drain', () => this.listener.onDrain());
    socket.on('end', () => this.destroy());
    socket.on('close', () => this.#closed());
    socket.resume();
  }

  /** Bytes that came with the handshake. */
  receive(bytes) {
    if (!this.isClosed && bytes.length > 0) this.native.receive(bytes);
  }

  get buffered() {
    if (this.isClosed) return 0;
    return this.fed ? this.socket.writableLength : this.native.buffered;
  }

  sendText(text) {
    return this.native.sendText(text);
  }
  sendBytes(bytes) {
    return this.native.sendBytes(bytes);
  }
  ping(bytes) {
    return this.native.ping(bytes);
  }
  pong(bytes) {
    return this.native.pong(bytes);
  }

  pause() {
    if (this.fed) this.socket.pause();
    else this.native.readStop();
  }
  resume() {
    if (this.fed) this.socket.resume();
    else this.native.readStart();
  }

  /** Starts the closing handshake, or answers the peer's. */
  close(code = NO_STATUS, reason = '') {
    if (this.sentClose || this.isClosed) return;
    this.sentClose = true;
    this.native.sendClose(code, reason);
    this.#giveUpLater();
    if (this.peerClose !== null && this.server) this.#end();
  }

  #giveUpLater() {
    if (this.timer !== null || this.isClosed) return;
    const { setTimeout } = require('timers/timers');
    this.timer = setTimeout(() => this.destroy(), CLOSE_TIMEOUT);
  }

  /** Both have said that they close: the server ends the connection first (RFC 6455 §7.1.1). */
  #end() {
    if (this.fed) this.socket.end();
    else this.native.closeSoon();
  }

  destroy() {
    if (this.isClosed) return;
    this.native.close();
    if (this.socket !== null) this.socket.destroy();
  }

  #closed() {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.timer !== null) require('timers/timers').clearTimeout(this.timer);
    this.native.end();
    this.native = closedLink;
    if (this.socket !== null && !this.socket.destroyed) this.socket.destroy();
    const { peerClose } = this;
    const wasClean = peerClose !== null && this.sentClose;
    this.listener.onClosed(peerClose?.code ?? ABNORMAL, peerClose?.reason ?? '', wasClean);
  }

  static {
    closeLink = (link) => link.#closed();
    endLink = (link) => link.#end();
    giveUpLater = (link) => link.#giveUpLater();
  }
}
/** What the native side tells; `this` is the Link. */
const callbacks = {
  text(text) {
    this.listener.onText(text);
  },
  binary(bytes) {
    this.listener.onBinary(bytes);
  },
  ping(bytes) {
    this.listener.onPing(bytes);
  },
  pong(bytes) {
    this.listener.onPong(bytes);
  },
  close(code, reason) {
    this.peerClose = { code, reason };
    this.listener.onClosing();
    if (!this.sentClose) this.close(code, reason);
    else if (this.server) endLink(this);
    giveUpLater(this);
  },
  error(code, reason) {
    this.sentClose = true;
    this.listener.onError(reason, code);
    endLink(this);
    giveUpLater(this);
  },
  drain() {
    this.listener.onDrain();
  },
  end() {
    this.destroy();
  },
  closed() {
    closeLink(this);
  },
  write(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
  },
};

module.exports = { Link };
