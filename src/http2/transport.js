// What carries a session's bytes: a socket's native stream where there is one, else a Duplex that JavaScript reads.
'use strict';

const { ErrnoException } = require('errors/errors');
const net = require('net/net');
const { kState } = require('http2/symbols');
const { nextTick } = require('process/next_tick');

const { Stream, UV_EOF } = binding('net');

/** On a socket: the session that it belongs to. */
const kBound = Symbol('kBoundSession');

/** The native stream of a socket from which nothing is on its way, be it through a filter (TLS); else null. */
function nativeStreamOf(socket) {
  if (!(socket instanceof net.Socket) || socket.writableLength > 0) return null;
  const handle = socket._handle;
  if (handle instanceof Stream) return handle;
  return handle?.lend?.() ?? null;
}

class Transport {
  #session;
  #native;
  #socket;
  #stream = null;
  #onData = null;
  #onEnd = null;

  constructor(session, native, socket) {
    this.#session = session;
    this.#native = native;
    this.#socket = socket;
    const stream = nativeStreamOf(socket);
    if (stream !== null && native.attach(stream)) {
      this.#stream = stream;
      // Nobody has listeners yet for what has come in already.
      nextTick(() => this.#takeEarly());
      return;
    }
    this.#onData = (chunk) => {
      if (typeof chunk === 'string') {
        const { codes } = require('errors/errors');
        socket.destroy(new codes.ERR_STREAM_WRAP());
        return;
      }
      native.receive(chunk);
    };
    this.#onEnd = () => {
      if (!socket.destroyed) socket.destroy();
    };
    socket.pause();
    nextTick(() => {
      if (this.#onData === null) return;
      socket.on('data', this.#onData);
      socket.on('end', this.#onEnd);
      socket.resume();
    });
  }

  #takeEarly() {
    const socket = this.#socket;
    if (this.#stream === null || socket.destroyed) return;
    const early = socket.readableLength > 0 ? socket.read() : null;
    if (early !== null && typeof early !== 'string') this.#native.receive(early);
    const engine = socket._handle?.engine;
    if (engine !== undefined && this.#stream !== null && !socket.destroyed) engine.pump(this.#stream);
  }

  /** Output of a session without a native stream: frame by frame. */
  write(pieces) {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    const last = pieces.length - 1;
    for (let i = 0; i < last; i++) socket.write(pieces[i]);
    socket.write(pieces[last], () => this.#native.outputDone());
  }

  /** The peer has ended the connection: the socket hears of it as if it had read itself. */
  ended() {
    const socket = this.#socket;
    if (socket.destroyed) return;
    socket.resume();
    socket._handle?.onread?.(undefined, UV_EOF);
  }

  failed(errno, syscall) {
    // That nobody reads any more ends the streams; it is not an error of theirs. And who has been closed may go without
    // a word.
    const session = this.#session;
    const isQuiet = syscall === 'write' || (session.closed && session[kState].streams.size === 0);
    this.#socket.destroy(isQuiet ? undefined : new ErrnoException(errno, syscall));
  }

  /** The socket is nobody's. */
  release() {
    this.#stream = null;
    if (this.#onData === null) return;
    this.#socket.removeListener('data', this.#onData);
    this.#socket.removeListener('end', this.#onEnd);
    this.#onData = null;
  }
}

module.exports = { Transport, kBound };
