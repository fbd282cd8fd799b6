// One connection of a client: an exchange at a time, parsed natively; on sockets that are not native, fed by hand.
'use strict';

const { HeadFlags } = require('http/common');
const { HTTPParserError, SocketError } = require('fetch/network_error');
const closedConnection = require('http/closed_connection');

const { Connection, Group } = binding('http');
const { Stream } = binding('net');

const SKIP_BODY = 2;

const CHUNK = 1;
const FLUSH = 4;

/** What is parsed of a response's head at most; as in http. */
let group;
function theGroup() {
  if (group === undefined) {
    const { maxHeaderSize } = require('http/common');
    group = new Group(callbacks, true);
    group.configure(maxHeaderSize(), 1000, 0);
  }
  return group;
}

function nativeStreamOf(socket) {
  const handle = socket._handle;
  if (handle instanceof Stream) return handle;
  return handle?.lend?.() ?? null;
}

class HttpConnection {
  /** @param {Origin} origin @param {net.Socket} socket connected */
  constructor(origin, socket) {
    this.origin = origin;
    this.socket = socket;
    this.exchange = null;
    this.destroyed = false;
    this.keepAlive = false; // the response lets us use the connection again
    this.timeout = null; // how long the server keeps it, in milliseconds
    this.responded = false; // the response is complete
    this.interim = false; // a 1xx is being read
    this.timer = null;
    this.paused = false;
    this.native = new Connection(theGroup(), this);
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.onClosed());
    const stream = socket.readableLength === 0 ? nativeStreamOf(socket) : null;
    this.isNative = stream !== null && this.native.attach(stream);
    if (!this.isNative) this.#feed();
  }

  /** Without a native stream: bytes come as the socket's events. */
  #feed() {
    const { socket } = this;
    socket.on('data', (chunk) => {
      this.native.execute(chunk);
    });
    socket.on('end', () => {
      this.native.finish();
      callbacks.eof.call(this);
    });
    socket.on('drain', () => this.exchange?.onDrain());
    socket.resume();
  }

  isUsable() {
    return !this.destroyed && this.exchange === null;
  }

  // --- an exchange --------------------------------------------------------------------------------------------------------

  /** From now on what comes is the answer to `exchange`. */
  begin(exchange) {
    this.exchange = exchange;
    this.responded = false;
    this.keepAlive = false;
    this.timeout = null;
    this.native.reset();
  }

  /**
   * Sends. `chunk` frames the body as a chunk; `flush`: nothing more comes soon.
   * @returns {number} bytes that are still here; negative: the connection is broken
   */
  write(head, body, tail, chunk, flush) {
    if (this.destroyed) return -1;
    const length = body === undefined ? 0 : body.length;
    if (this.isNative) {
      return this.native.write(head, body, tail, (chunk ? CHUNK : 0) | (flush ? FLUSH : 0), length);
    }
    const { socket } = this;
    socket.cork();
    if (head !== undefined) socket.write(head, 'latin1');
    if (chunk) socket.write(`${length.toString(16)}\r\n`, 'latin1');
    if (body !== undefined) socket.write(body);
    if (chunk) socket.write('\r\n', 'latin1');
    if (tail !== undefined) socket.write(tail, 'latin1');
    socket.uncork();
    return socket.writableLength;
  }

  flush() {
    return this.isNative ? this.native.flush() : this.socket.writableLength;
  }

  pause() {
    if (this.paused || this.destroyed) return;
    this.paused = true;
    if (this.isNative) this.native.readStop();
    else this.socket.pause();
  }

  resume() {
    if (!this.paused || this.destroyed) return;
    this.paused = false;
    if (this.isNative) this.native.readStart();
    else this.socket.resume();
  }

  /** Request and response are complete. */
  finish() {
    this.exchange = null;
    if (this.destroyed) return;
    this.resume();
    if (this.keepAlive) this.origin.release(this, this.timeout);
    else this.destroy();
  }

  /** Gives the connection to another protocol. @returns {net.Socket} */
  detach() {
    this.exchange = null;
    this.destroyed = true;
    if (this.isNative) this.native.detach();
    this.native.stop();
    this.socket.removeAllListeners();
    return this.socket;
  }

  // --- idle ---------------------------------------------------------------------------------------------------------------

  /** Nobody needs it now: it must not keep the process alive. */
  sleep(milliseconds) {
    const { setTimeout } = require('timers/timers');
    this.socket.unref();
    if (this.timer === null) {
      this.timer = setTimeout(() => this.destroy(), milliseconds);
      this.timer.unref();
      this.timerLength = milliseconds;
    } else if (this.timerLength === milliseconds) {
      this.timer.refresh();
    } else {
      require('timers/timers').clearTimeout(this.timer);
      this.timer = setTimeout(() => this.destroy(), milliseconds);
      this.timer.unref();
      this.timerLength = milliseconds;
    }
    this.asleep = true;
  }

  wake() {
    this.asleep = false;
    this.socket.ref();
  }

  // --- the end ------------------------------------------------------------------------------------------------------------

  destroy() {
    if (this.destroyed) return;
    this.destroyed = true;
    this.origin.forget(this);
    if (this.timer !== null) require('timers/timers').clearTimeout(this.timer);
    this.native.stop();
    if (this.isNative) this.native.close();
    this.socket.destroy();
  }

  fail(error) {
    const { exchange } = this;
    this.exchange = null;
    this.destroy();
    exchange?.onFailure(error);
  }

  onClosed() {
    if (!this.destroyed) this.destroy();
    const { exchange } = this;
    this.exchange = null;
    this.native.end();
    this.native = closedConnection;
    exchange?.onFailure(new SocketError('other side closed'));
  }
}

const KEEP_ALIVE_TIMEOUT = /(?:^|[\s,])timeout\s*=\s*(\d{1,9})/i;

/** What the parser and the stream tell; `this` is the HttpConnection. */
const callbacks = {
  head(flags, status, reason, block) {
    const { exchange } = this;
    if (exchange === null) {
      // An answer that nobody has asked for.
      this.destroy();
      return SKIP_BODY;
    }
    if (status < 200 && status !== 101) {
      this.interim = true;
      return SKIP_BODY;
    }
    this.keepAlive = (flags & HeadFlags.keepAlive) !== 0;
    const pairs = binding('http').headersOf(block);
    if (this.keepAlive) {
      for (let i = 0; i < pairs.length; i += 2) {
        if (pairs[i] === 'keep-alive') {
          const match = KEEP_ALIVE_TIMEOUT.exec(pairs[i + 1]);
          if (match !== null) this.timeout = Number(match[1]) * 1000;
        }
      }
    }
    const answer = exchange.onHead(status, reason, pairs);
    if (typeof answer === 'number') return answer; // another protocol
    return answer ? 0 : SKIP_BODY;
  },

  body(chunk) {
    this.exchange?.onBody(chunk);
  },

  end() {
    if (this.interim) {
      this.interim = false;
      return;
    }
    this.responded = true;
    this.exchange?.onEnd();
  },

  upgrade(bytes) {
    this.exchange?.onUpgrade?.(bytes);
  },

  error(code, reason) {
    if (code === 'HPE_INVALID_EOF_STATE') {
      callbacks.eof.call(this);
      return;
    }
    this.fail(new HTTPParserError(`Response does not match the HTTP/1.1 protocol (${reason})`));
  },

  fail(errno, syscall) {
    const { ErrnoException } = require('errors/errors');
    this.fail(new ErrnoException(errno, syscall));
  },

  eof() {
    this.fail(new SocketError('other side closed'));
  },

  close() {
    this.onClosed();
  },

  drain() {
    this.exchange?.onDrain();
  },

  timeout() {},
};

module.exports = { HttpConnection };
