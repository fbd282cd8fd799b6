// Utf8Stream: writes text to a file with little overhead, gathering small pieces into larger writes.
'use strict';

const EventEmitter = require('events/events');
const { codes } = require('errors/errors');
const {
  validateBoolean,
  validateFunction,
  validateObject,
  validateOneOf,
  validateString,
  validateUint32,
} = require('errors/validators');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_STATE, ERR_OPERATION_FAILED } = codes;

const MAX_WRITE = 16 * 1024; // what container loggers take in one piece
const RETRY_MS = 100;
const ALWAYS = () => true;

/** Blocks this thread. */
function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

class Utf8Stream extends EventEmitter {
  #fs;
  #fd = -1;
  #file = null;
  #queue = []; // strings, or Buffers in mode 'buffer'; each fits one write
  #current = null; // what is being written, or could not be
  #length = 0; // of all of them, in units of the content
  #opening = false;
  #writing = false;
  #reopening = false;
  #flushing = false;
  #ending = false;
  #destroyed = false;
  #drainScheduled = false;
  #closeLater = false;
  #timer = null;
  #sync;
  #append;
  #mode;
  #mkdir;
  #fsync;
  #minLength;
  #maxLength;
  #maxWrite;
  #retry;
  #periodicFlush;
  #contentMode;
  #highWater;

  /**
   * @param {object} [options] fd or dest, and: append, contentMode, fs, fsync, maxLength, maxWrite, minLength, mkdir, mode,
   *   periodicFlush, retryEAGAIN, sync
   */
  constructor(options = {}) {
    super();
    validateObject(options, 'options');
    const {
      fd,
      dest,
      minLength = 0,
      maxLength = 0,
      maxWrite = MAX_WRITE,
      periodicFlush = 0,
      sync = false,
      append = true,
      mkdir = false,
      retryEAGAIN = ALWAYS,
      fsync = false,
      contentMode = 'utf8',
      mode,
      fs: overrides = {},
    } = options;
    const target = fd ?? dest;
    if (typeof target !== 'number' && typeof target !== 'string') {
      throw new ERR_INVALID_ARG_TYPE('fd', ['number', 'string'], target);
    }
    if (typeof target === 'number') validateUint32(target, 'fd');
    validateUint32(minLength, 'minLength');
    validateUint32(maxLength, 'maxLength');
    validateUint32(maxWrite, 'maxWrite');
    validateUint32(periodicFlush, 'periodicFlush');
    validateBoolean(sync, 'sync');
    validateBoolean(append, 'append');
    validateBoolean(mkdir, 'mkdir');
    validateFunction(retryEAGAIN, 'retryEAGAIN');
    validateBoolean(fsync, 'fsync');
    validateOneOf(contentMode, 'contentMode', ['utf8', 'buffer']);
    if (mode !== undefined && typeof mode !== 'number' && typeof mode !== 'string') {
      throw new ERR_INVALID_ARG_TYPE('mode', ['string', 'number', 'null', 'undefined'], mode);
    }
    validateObject(overrides, 'options.fs');
    for (const key of ['write', 'writeSync', 'fsync', 'fsyncSync', 'close', 'open', 'openSync', 'mkdir', 'mkdirSync']) {
      if (overrides[key] !== undefined) validateFunction(overrides[key], `fs.${key}`);
    }
    this.#fs = { ...require('fs/fs'), ...overrides };
    this.#sync = sync;
    this.#append = append;
    this.#mkdir = mkdir;
    this.#mode = mode;
    this.#fsync = fsync;
    this.#minLength = minLength;
    this.#maxLength = maxLength;
    this.#maxWrite = maxWrite;
    this.#retry = retryEAGAIN;
    this.#periodicFlush = periodicFlush;
    this.#contentMode = contentMode;
    this.#highWater = Math.max(minLength, MAX_WRITE);
    if (minLength >= MAX_WRITE && minLength >= maxWrite) {
      throw new ERR_INVALID_ARG_VALUE('minLength', minLength, `should be smaller than maxWrite (${maxWrite})`);
    }
    if (typeof target === 'number') {
      this.#fd = target;
      process.nextTick(() => this.emit('ready'));
    } else {
      this.#open(target);
    }
    if (periodicFlush > 0) {
      this.#timer = require('timers/timers').setInterval(() => {
        if (!this.#destroyed) this.flush(null);
      }, periodicFlush);
      this.#timer.unref();
    }
  }

  get mode() {
    return this.#mode;
  }
  get file() {
    return this.#file;
  }
  get fd() {
    return this.#fd;
  }
  get minLength() {
    return this.#minLength;
  }
  get maxLength() {
    return this.#maxLength;
  }
  get writing() {
    return this.#writing;
  }
  get sync() {
    return this.#sync;
  }
  get fsync() {
    return this.#fsync;
  }
  get append() {
    return this.#append;
  }
  get periodicFlush() {
    return this.#periodicFlush;
  }
  get contentMode() {
    return this.#contentMode;
  }
  get mkdir() {
    return this.#mkdir;
  }

  // --- opening ---

  #open(file) {
    this.#opening = true;
    this.#writing = true;
    const flags = this.#append ? 'a' : 'w';
    const directory = require('path/path').dirname(file);
    if (this.#sync) {
      let fd;
      try {
        if (this.#mkdir) this.#fs.mkdirSync(directory, { recursive: true });
        fd = this.#fs.openSync(file, flags, this.#mode);
      } catch (error) {
        this.#opened(error);
        throw error;
      }
      this.#opened(null, fd, file);
      return;
    }
    const open = (error) => {
      if (error) this.#opened(error);
      else this.#fs.open(file, flags, this.#mode, (failure, fd) => this.#opened(failure, fd, file));
    };
    if (this.#mkdir) this.#fs.mkdir(directory, { recursive: true }, open);
    else open(null);
  }

  #opened(error, fd, file) {
    this.#opening = false;
    this.#reopening = false;
    if (error) {
      this.#writing = false;
      if (this.#sync) process.nextTick(() => this.listenerCount('error') > 0 && this.emit('error', error));
      else this.emit('error', error);
      return;
    }
    const previous = this.#fd;
    this.#fd = fd;
    this.#file = file;
    this.#writing = false;
    if (previous >= 0 && previous !== fd) {
      this.#fs.close(previous, (failure) => {
        if (failure) this.emit('error', failure);
      });
    }
    if (this.#sync) process.nextTick(() => this.emit('ready'));
    else this.emit('ready');
    if (this.#destroyed || this.#writing) return;
    if ((this.#length > 0 && this.#length >= this.#minLength) || this.#ending) this.#next();
    else if (previous >= 0) process.nextTick(() => this.emit('drain'));
  }

  /** Opens the file anew, or another one: for log rotation. */
  reopen(file) {
    if (this.#destroyed) throw new ERR_INVALID_STATE('Utf8Stream is destroyed');
    if (this.#opening) {
      this.once('ready', () => this.reopen(file));
      return;
    }
    if (this.#ending) return;
    if (!this.#file && file === undefined) {
      throw new ERR_OPERATION_FAILED('Unable to reopen a file descriptor, you must pass a file to SonicBoom');
    }
    if (file) this.#file = file;
    if (this.#writing) {
      this.#reopening = true;
      return;
    }
    this.#open(this.#file);
  }

  // --- writing ---

  /**
   * @param {string|Buffer} data
   * @returns {boolean} whether more may be written before 'drain'
   */
  write(data) {
    if (this.#destroyed) throw new ERR_INVALID_STATE('Utf8Stream is destroyed');
    if (this.#contentMode === 'buffer') {
      if (!ArrayBuffer.isView(data)) throw new ERR_INVALID_ARG_TYPE('data', ['Buffer', 'TypedArray', 'DataView'], data);
      const { Buffer } = require('buffer/buffer');
      if (!Buffer.isBuffer(data)) data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    } else {
      if (typeof data !== 'string' && ArrayBuffer.isView(data)) data = data.toString();
      validateString(data, 'data');
    }
    const length = this.#length + data.length;
    if (this.#maxLength > 0 && length > this.#maxLength) {
      this.emit('drop', data);
      return this.#length < this.#highWater;
    }
    this.#enqueue(data);
    this.#length = length;
    if (!this.#writing && this.#length >= this.#minLength) this.#next();
    return this.#length < this.#highWater;
  }

  #enqueue(data) {
    const last = this.#queue.at(-1);
    if (this.#contentMode === 'buffer') {
      // Many small buffers are joined when their turn comes.
      if (last !== undefined && last.size + data.length <= this.#maxWrite) {
        last.parts.push(data);
        last.size += data.length;
      } else {
        this.#queue.push({ parts: [data], size: data.length });
      }
      return;
    }
    if (last !== undefined && last.length + data.length <= this.#maxWrite)
      this.#queue[this.#queue.length - 1] = last + data;
    else this.#queue.push(data);
  }

  #dequeue() {
    const next = this.#queue.shift();
    if (next === undefined) return null;
    if (this.#contentMode === 'utf8') return next;
    return next.parts.length === 1 ? next.parts[0] : require('buffer/buffer').Buffer.concat(next.parts, next.size);
  }

  /** Writes the next piece, or does what comes after the last. */
  #next() {
    if (this.#fd < 0) return; // 'ready' will bring us back
    this.#current ??= this.#dequeue();
    if (this.#current === null) {
      this.#idle();
      return;
    }
    this.#writing = true;
    if (this.#sync) {
      this.#nextSync();
      return;
    }
    const done = (error, count) => this.#written(error, count);
    if (typeof this.#current === 'string') this.#fs.write(this.#fd, this.#current, 'utf8', done);
    else this.#fs.write(this.#fd, this.#current, done);
  }

  #nextSync() {
    let count;
    try {
      count = this.#writeNow();
    } catch (error) {
      this.#written(error);
      return;
    }
    this.#written(null, count);
  }

  #writeNow() {
    if (typeof this.#current === 'string') return this.#fs.writeSync(this.#fd, this.#current, 'utf8');
    return this.#fs.writeSync(this.#fd, this.#current);
  }

  #mayRetry(error) {
    if (error.code !== 'EAGAIN' && error.code !== 'EBUSY') return false;
    return this.#retry(error, this.#current.length, this.#length - this.#current.length);
  }

  /** Takes `count` written bytes off the current piece. */
  #consume(count) {
    const current = this.#current;
    const { Buffer } = require('buffer/buffer');
    const total = typeof current === 'string' ? Buffer.byteLength(current) : current.length;
    if (count >= total) {
      this.#length -= current.length;
      this.#current = null;
      return;
    }
    if (count === 0) return;
    // A write may end within a character: from here on it goes by bytes.
    const rest = (typeof current === 'string' ? Buffer.from(current) : current).subarray(count);
    this.#length += rest.length - current.length;
    this.#current = rest;
  }

  #written(error, count) {
    if (error) {
      if (this.#destroyed) {
        this.#afterLastWrite();
        return;
      }
      if (this.#mayRetry(error)) {
        if (this.#sync) {
          sleep(RETRY_MS);
          this.#nextSync();
        } else {
          require('timers/timers').setTimeout(() => this.#next(), RETRY_MS);
        }
        return;
      }
      this.#writing = false;
      this.emit('error', error);
      return;
    }
    this.emit('write', count);
    this.#consume(count ?? Infinity);
    if (this.#destroyed) {
      this.#afterLastWrite();
      return;
    }
    if (this.#fsync) {
      try {
        this.#fs.fsyncSync(this.#fd);
      } catch (failure) {
        this.#writing = false;
        this.emit('error', failure);
        return;
      }
    }
    if (this.#current !== null) this.#next();
    else if (this.#reopening && !this.#ending) this.#reopen();
    else if (this.#length > 0 && (this.#ending || this.#length >= this.#minLength || this.#flushing)) this.#next();
    else this.#idle();
  }

  #reopen() {
    this.#reopening = false;
    this.#writing = false;
    this.#open(this.#file);
  }

  /** Nothing is left that must be written now. */
  #idle() {
    this.#flushing = false;
    this.#writing = false;
    if (this.#ending) {
      this.#close();
      return;
    }
    if (this.#sync) this.#scheduleDrain();
    else this.emit('drain');
  }

  #scheduleDrain() {
    if (this.#drainScheduled) return;
    this.#drainScheduled = true;
    process.nextTick(() => {
      this.#drainScheduled = false;
      if (!this.#writing && (this.#length === 0 || this.#length < this.#minLength)) this.emit('drain');
    });
  }

  /**
   * Writes what is gathered, and waits until it has reached the disk.
   * @param {(error?: Error|null) => void} [callback]
   */
  flush(callback = null) {
    if (callback !== null) validateFunction(callback, 'cb');
    if (this.#destroyed) {
      const error = new ERR_INVALID_STATE('Utf8Stream is destroyed');
      if (!callback) throw error;
      callback(error);
      return;
    }
    if (callback) this.#whenDrained(callback);
    if (this.#writing || this.#opening || this.#fd < 0) {
      this.#flushing = true;
      return;
    }
    this.#flushing = true;
    if (this.#length === 0) {
      this.#flushing = false;
      this.#scheduleDrain();
      return;
    }
    this.#next();
  }

  #whenDrained(callback) {
    const onDrain = () => {
      this.off('error', onError);
      if (this.#destroyed) {
        callback(null);
        return;
      }
      this.#fs.fsync(this.#fd, (error) => {
        // Not every target can be synced.
        if (error && error.code !== 'EBADF' && error.code !== 'EINVAL') callback(error);
        else callback(null);
      });
    };
    const onError = (error) => {
      this.off('drain', onDrain);
      callback(error);
    };
    this.once('drain', onDrain);
    this.once('error', onError);
  }

  /** Writes what is gathered, blocking. */
  flushSync() {
    if (this.#destroyed) throw new ERR_INVALID_STATE('Utf8Stream is destroyed');
    if (this.#fd < 0) throw new ERR_INVALID_STATE('Invalid file descriptor');
    // A piece that another thread is writing is left to it.
    const inFlight = this.#writing && !this.#sync ? this.#current : null;
    if (inFlight !== null) this.#current = null;
    try {
      for (;;) {
        this.#current ??= this.#dequeue();
        if (this.#current === null) break;
        let count;
        try {
          count = this.#writeNow();
        } catch (error) {
          if (!this.#mayRetry(error)) throw error;
          sleep(RETRY_MS);
          continue;
        }
        this.#consume(count ?? (typeof this.#current === 'string' ? Infinity : this.#current.length));
      }
    } finally {
      if (inFlight !== null) {
        if (this.#current !== null)
          this.#queue.unshift(
            this.#contentMode === 'utf8' ? this.#current : { parts: [this.#current], size: this.#current.length },
          );
        this.#current = inFlight;
      }
    }
    try {
      this.#fs.fsyncSync(this.#fd);
    } catch {
      // Not every target can be synced.
    }
  }

  // --- ending ---

  /** Writes what is left, then closes. */
  end() {
    if (this.#destroyed) throw new ERR_INVALID_STATE('Utf8Stream is destroyed');
    if (this.#opening) {
      this.once('ready', () => this.end());
      return;
    }
    if (this.#ending) return;
    this.#ending = true;
    if (this.#writing) return;
    if (this.#length > 0 && this.#fd >= 0) this.#next();
    else this.#close();
  }

  /** Closes at once. */
  destroy() {
    if (this.#destroyed) return;
    this.#close();
  }

  #close() {
    if (this.#fd < 0) {
      this.once('ready', () => this.#close());
      return;
    }
    if (this.#timer !== null) require('timers/timers').clearInterval(this.#timer);
    this.#destroyed = true;
    this.#queue.length = 0;
    // A write in flight must not meet a closed descriptor, which might be another file by then.
    if (this.#writing && !this.#sync && this.#current !== null) this.#closeLater = true;
    else this.#closeNow();
  }

  /** The write that was in flight when the stream was destroyed has ended. */
  #afterLastWrite() {
    this.#writing = false;
    if (this.#flushing) this.emit('drain');
    if (this.#closeLater) this.#closeNow();
  }

  #closeNow() {
    const fd = this.#fd;
    const finish = (error) => {
      if (error) {
        this.emit('error', error);
        return;
      }
      if (this.#ending && !this.#writing) this.emit('finish');
      this.emit('close');
    };
    this.#fs.fsync(fd, () => {
      if (fd !== 1 && fd !== 2) this.#fs.close(fd, finish);
      else finish();
    });
  }

  [Symbol.dispose]() {
    this.destroy();
  }
}

module.exports = { Utf8Stream };
