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

function written(handle) {
  handle._written();
}

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
   * @param {object} stream a native stream, another TLSHandle, or a DuplexTransport
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
    this.unwritten = 0; // size of the program's write that is under way
    this.closing = false; // shutdown() is due when all has left
    this.blocked = false; // until the program has answered
    this.later = 0; // events that wait for that
    this.closed = false;
    this.failure = 0;
    this.handshakes = 0; // that the peer has begun, after the first
    this.lastHandshake = 0;
    stream.onread = (bytes, error) => this.#onRead(bytes, error);
    stream.onwrite = (status) => this.#onWritten(status);
    stream.onshutdown = (status) => this.onshutdown?.(status);
    engine.onevents = (events) => {
      if (!this.closed && this.#tell(events) && !stream.hasListener) this.cycle();
    };
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
      if (this.established || error !== UV_EOF) this.onread?.(undefined, error);
      else this.owner._onHandshakeEnd();
      return;
    }
    this.owner._unrefTimer();
    this.engine.receive(bytes);
    this.cycle();
  }

  /** Lets the engine go on as far as it gets. */
  cycle() {
    const { engine, stream } = this;
    for (;;) {
      if (this.closed || this.blocked) return;
      // A protocol that reads natively gets what there is.
      if (stream.hasListener && this.established) {
        engine.pump(stream);
        return;
      }
      let events;
      try {
        events = engine.step();
      } catch (error) {
        // thrown by the program's callback
        this.flush();
        this.owner._onEngineError(error);
        return;
      }
      if (!this.#tell(events)) return;
    }
  }

  /** Tells what the engine has found. True when it has to go on. */
  #tell(events) {
    const { engine, owner } = this;
    if (events & KEYLOG) for (const line of engine.takeKeylog()) owner._onKeylog(line);
    if (events & SESSION) {
      const list = engine.takeSessions();
      for (let i = 0; i < list.length; i += 2) owner._onSession(list[i], list[i + 1]);
      if (this.blocked) {
        this.later = events & ~(KEYLOG | SESSION);
        return false;
      }
    }
    if (events & OCSP) owner._onOcspResponse(engine.takeOcspResponse() ?? null);
    if (events & HANDSHAKE) owner._onRenegotiation();
    if (this.closed) return false;
    if (events & CLIENT_HELLO) {
      this.wait((done) => owner._onClientHello(engine.helloSessionId(), done));
      return true;
    }
    if (events & CERTIFICATE) {
      if (events & OUTPUT) this.flush();
      this.wait((done) => owner._onCertificateNeeded(done));
      return true;
    }
    if (events & ESTABLISHED) {
      this.established = true;
      // Nothing leaves before the owner has looked at whom it speaks to.
      if (!this.reading && this.stream.readStop && !this.stream.hasListener) this.stream.readStop();
      owner._onEstablished();
      if (this.closed) return false;
      this.#sendHeld();
    }
    if (events & OUTPUT) this.flush();
    if (events & DATA) {
      let data;
      while ((data = engine.takeData()) !== undefined) {
        this.onread?.(data);
        if (this.closed) return false;
        if (this.stream.hasListener) return true;
      }
    }
    if (events & END) this.onread?.(undefined, UV_EOF);
    if (events & FAILED) {
      owner._onEngineError(engine.takeError());
      return false;
    }
    return (events & (DATA | ESTABLISHED | SESSION)) !== 0 && !this.closed;
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
      // An answer at once: who asked goes on by itself.
      if (asking || this.closed) return;
      const { later } = this;
      this.later = 0;
      this.flush();
      this.#tell(later);
      this.cycle();
    });
    asking = false;
  }

  /** The native stream with the engine as its filter, for a protocol that reads and writes natively; else null. */
  lend() {
    const { stream } = this;
    if (!(stream instanceof Stream) || !this.established || this.closed) return null;
    stream.setFilter(this.engine);
    return stream;
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
    if (this.flush()) this._written();
  }

  /** All that the program has written has left. */
  _written() {
    if (this.closed || this.writing) return;
    if (this.unwritten !== 0) {
      this.unwritten = 0;
      this.onwrite?.(this.failure);
    }
    if (this.closing && !this.writing) {
      this.closing = false;
      this.#shutdownStream();
    }
  }

  /** What has been encrypted leaves; onwrite() follows, never within the call. */
  #encrypted(count) {
    this.unwritten = count || 1;
    if (this.flush()) nextTick(written, this);
    return this.unwritten;
  }

  #hold(chunks) {
    this.held = chunks;
    this.unwritten = 1;
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

  verifyError() {
    return this.engine.verifyError();
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
    return this.unwritten || this.stream.writeQueueSize;
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
