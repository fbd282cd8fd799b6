// What a TLSSocket has in place of a native stream: the same methods, with the TLS engine in between.
'use strict';

const { Buffer } = require('buffer/buffer');
const { nextTick } = require('process/next_tick');

const { Stream, UV_ECANCELED, UV_EOF } = binding('net');

// Engine::Event
const ESTABLISHED = 1;
const DATA = 2;
const END = 4;
const FAILED = 8;
const OUTPUT = 16;
const CLIENT_HELLO = 32;
const CERTIFICATE = 64;
const SESSION = 128;
const KEYLOG = 256;
const HANDSHAKE = 512;
const OCSP = 1024;

const nop = () => {};

/** Bytes to and from a Duplex of the program's, in the form of a native stream. */
class DuplexTransport {
  constructor(duplex) {
    this.duplex = duplex;
    this.onread = undefined;
    this.onwrite = undefined;
    this.onshutdown = undefined;
    this.bytesRead = 0;
    this.bytesWritten = 0;
    this.writeQueueSize = 0;
    this.ended = false;
    duplex.on('data', (chunk) => {
      if (typeof chunk === 'string') {
        const { codes } = require('errors/errors');
        duplex.pause();
        this.error = new codes.ERR_STREAM_WRAP();
        duplex.emit('error', this.error);
        return;
      }
      this.bytesRead += chunk.length;
      this.onread?.(chunk);
    });
    duplex.on('end', () => this.#end());
    // A peer that goes without a word is an end, too.
    duplex.on('close', () => this.#end());
    duplex.pause();
  }

  #end() {
    if (this.ended) return;
    this.ended = true;
    nextTick(() => this.onread?.(undefined, UV_EOF));
  }

  readStart() {
    this.duplex.resume();
    return 0;
  }

  readStop() {
    this.duplex.pause();
    return 0;
  }

  writeBytes(bytes) {
    const { duplex } = this;
    if (duplex.destroyed || duplex.writableEnded) return UV_ECANCELED;
    this.bytesWritten += bytes.length;
    duplex.write(bytes, (error) => nextTick(() => this.onwrite?.(error ? UV_ECANCELED : 0)));
    return bytes.length;
  }

  shutdown() {
    this.duplex.end(() => this.onshutdown?.(0));
    return 0;
  }

  ref() {
    this.duplex.ref?.();
  }

  unref() {
    this.duplex.unref?.();
  }
}

class TLSHandle {
  /**
   * @param {Engine} engine
   * @param {object} stream a native stream, or a DuplexTransport
   * @param {Duplex} [parent] the socket whose stream it was
   */
  constructor(engine, stream, parent) {
    this.engine = engine;
    this.stream = stream;
    this.parent = parent;
    this.owner = null;
    this.onread = undefined;
    this.onwrite = undefined;
    this.onshutdown = undefined;
    this.established = false;
    this.started = false;
    this.reading = false;
    this.held = null; // what was written before the handshake was complete
    this.writing = false; // the transport has bytes of ours under way
    this.notify = false; // onwrite() is due when all has left
    this.closing = false; // shutdown() is due when all has left
    this.blocked = false; // until the program has answered
    this.ended = false;
    this.closed = false;
    stream.onread = (bytes, error) => this.#onRead(bytes, error);
    stream.onwrite = (status) => this.#onWritten(status);
    stream.onshutdown = (status) => this.onshutdown?.(status);
  }

  // --- the network's side ---

  start() {
    if (this.started || this.closed) return;
    this.started = true;
    this.stream.readStart();
    this.cycle();
  }

  #onRead(bytes, error) {
    if (this.closed) return;
    if (bytes === undefined) {
      if (error === UV_EOF) this.ended = true;
      if (this.established || error !== UV_EOF) this.onread?.(undefined, error);
      else this.owner._onHandshakeEnd();
      return;
    }
    this.owner._unrefTimer();
    this.engine.receive(bytes);
    this.cycle();
  }

  /** Lets the engine go on as far as it gets, and tells what it has found. */
  cycle() {
    const { engine, owner } = this;
    for (;;) {
      if (this.closed || this.blocked) return;
      let events;
      try {
        events = engine.step();
      } catch (error) {
        // thrown by the program's callback
        this.flush();
        owner._onEngineError(error);
        return;
      }
      if (events & KEYLOG) for (const line of engine.takeKeylog()) owner._onKeylog(line);
      if (events & SESSION) {
        const list = engine.takeSessions();
        for (let i = 0; i < list.length; i += 2) owner._onSession(list[i], list[i + 1]);
      }
      if (events & OUTPUT) this.flush();
      if (events & OCSP) owner._onOcspResponse(engine.takeOcspResponse() ?? null);
      if (events & HANDSHAKE) owner._onRenegotiation();
      if (events & CLIENT_HELLO) {
        this.wait((done) => owner._onClientHello(engine.helloSessionId(), done));
        continue;
      }
      if (events & CERTIFICATE) {
        this.wait((done) => owner._onCertificateNeeded(done));
        continue;
      }
      if (this.closed) return;
      if (events & ESTABLISHED) {
        this.established = true;
        if (!this.reading && this.stream.readStop) this.stream.readStop();
        owner._onEstablished();
        if (this.closed) return;
        this.#sendHeld();
      }
      if (events & DATA) {
        const data = engine.takeData();
        if (data !== undefined) this.onread?.(data);
      }
      if (this.closed) return;
      if (events & END) this.onread?.(undefined, UV_EOF);
      if (events & FAILED) {
        owner._onEngineError(engine.takeError());
        return;
      }
      if (!(events & (DATA | ESTABLISHED))) return;
    }
  }

  /** Does nothing until the program has answered. */
  wait(ask) {
    let answered = false;
    let asking = true;
    this.blocked = true;
    ask(() => {
      if (answered) return;
      answered = true;
      this.blocked = false;
      // An answer at once: cycle() goes on by itself.
      if (asking) return;
      this.flush();
      this.cycle();
    });
    asking = false;
  }

  // --- our side ---

  /** Sends what the engine has made. True when nothing is left. */
  flush() {
    if (this.writing || this.closed || this.blocked) return false;
    const out = this.engine.takeOutput();
    if (out === undefined) return true;
    const rest = this.stream.writeBytes(out);
    if (rest === 0) return true;
    if (rest < 0) {
      this.failure = rest;
      return true;
    }
    this.writing = true;
    return false;
  }

  #onWritten(status) {
    this.writing = false;
    if (this.closed) return;
    if (status < 0) this.failure = status;
    if (!this.flush()) return;
    if (this.notify) {
      this.notify = false;
      this.onwrite?.(this.failure ?? 0);
    }
    if (this.closing) {
      this.closing = false;
      this.#shutdownStream();
    }
  }

  #encrypted(count) {
    if (!this.flush()) {
      this.notify = true;
      return count || 1;
    }
    return this.failure ?? 0;
  }

  #hold(chunks) {
    this.held = chunks;
    this.start();
    return 1;
  }

  #sendHeld() {
    const { held } = this;
    if (held === null) return;
    this.held = null;
    const rest = this.writeAll(held);
    if (rest <= 0) nextTick(() => this.onwrite?.(rest));
  }

  #failed() {
    const error = this.engine.takeError();
    if (error !== undefined) nextTick(() => this.owner?._onEngineError(error));
    return UV_ECANCELED;
  }

  writeBytes(bytes) {
    if (!this.established) return this.#hold([bytes, 0]);
    if (!this.engine.write(bytes)) return this.#failed();
    return this.#encrypted(bytes.byteLength);
  }

  writeText(text, encoding) {
    if (!this.established) return this.#hold([text, encoding]);
    if (!this.#encryptText(text, encoding)) return this.#failed();
    return this.#encrypted(text.length);
  }

  #encryptText(text, encoding) {
    if (encoding === 2) return this.engine.write(Buffer.from(text, 'utf16le'));
    return this.engine.writeText(text, encoding);
  }

  writeAll(chunks) {
    if (!this.established) return this.#hold(chunks);
    let total = 0;
    for (let i = 0; i < chunks.length; i += 2) {
      const chunk = chunks[i];
      total += chunk.length;
      const ok = typeof chunk === 'string' ? this.#encryptText(chunk, chunks[i + 1]) : this.engine.write(chunk);
      if (!ok) return this.#failed();
    }
    return this.#encrypted(total);
  }

  shutdown() {
    this.engine.shutdown();
    if (this.flush()) this.#shutdownStream();
    else this.closing = true;
    return 0;
  }

  #shutdownStream() {
    const status = this.stream.shutdown();
    // Gone already: what we wanted.
    if (status !== 0) nextTick(() => this.onshutdown?.(0));
  }

  readStart() {
    this.reading = true;
    if (!this.started && this.owner._isServerSide()) this.start();
    return this.stream.readStart() ?? 0;
  }

  readStop() {
    this.reading = false;
    // The handshake needs to go on.
    return this.established ? this.stream.readStop() : 0;
  }

  close(callback = nop) {
    if (this.closed) return;
    this.flush();
    this.closed = true;
    this.engine.free();
    const { parent, stream } = this;
    stream.onread = undefined;
    if (parent === undefined) {
      stream.close(callback);
      return;
    }
    if (parent.closed || parent._closeEmitted) nextTick(callback);
    else parent.once('close', () => callback());
    parent.destroy();
  }

  reset(callback) {
    if (this.parent !== undefined || typeof this.stream.reset !== 'function') {
      this.close(callback);
      return 0;
    }
    this.closed = true;
    this.engine.free();
    return this.stream.reset(callback);
  }

  ref() {
    this.stream.ref();
  }

  unref() {
    this.stream.unref();
  }

  hasRef() {
    return this.stream.hasRef?.() ?? true;
  }

  getAsyncId() {
    return this.stream.getAsyncId?.() ?? -1;
  }

  get fd() {
    return this.stream.fd ?? -1;
  }

  get bytesRead() {
    return this.stream.bytesRead;
  }

  get bytesWritten() {
    return this.stream.bytesWritten;
  }

  get writeQueueSize() {
    return this.stream.writeQueueSize;
  }

  getsockname() {
    return this.stream.getsockname?.() ?? {};
  }

  getpeername() {
    return this.stream.getpeername?.() ?? {};
  }

  setNoDelay(enable) {
    return this.stream.setNoDelay?.(enable) ?? 0;
  }

  setKeepAlive(enable, delay) {
    return this.stream.setKeepAlive?.(enable, delay) ?? 0;
  }
}

module.exports = { DuplexTransport, Stream, TLSHandle };
