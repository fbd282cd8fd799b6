// ReadStream and WriteStream.
'use strict';

const { codes } = require('errors/errors');
const { validateAbortSignal, validateBoolean, validateFunction, validateInteger } = require('errors/validators');
const { getOptions, getPath } = require('fs/arguments');
const { Readable, Writable, finished } = require('stream/stream');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, ERR_STREAM_DESTROYED } =
  codes;

const kFs = Symbol('kFs');
const kHandle = Symbol('kHandle');
const kIsPerformingIO = Symbol('kIsPerformingIO');
const kIoDone = Symbol('kIoDone');

const EMPTY = Object.freeze({ __proto__: null });

/** The descriptor in options.fd; when that is a FileHandle, its functions take the place of fs's. */
function importFd(stream, options) {
  if (typeof options.fd === 'number') {
    stream[kFs] = options.fs || require('fs/fs');
    return options.fd;
  }
  const { FileHandle } = require('fs/file_handle');
  if (typeof options.fd === 'object' && options.fd instanceof FileHandle) {
    if (options.fs) throw new ERR_METHOD_NOT_IMPLEMENTED('FileHandle with fs');
    return importHandle(stream, options.fd);
  }
  throw new ERR_INVALID_ARG_TYPE('options.fd', ['number', 'FileHandle'], options.fd);
}

function importHandle(stream, handle) {
  stream[kHandle] = handle;
  stream[kFs] = handleFs(stream, handle);
  handle.holdForStream();
  handle.on('close', stream.close.bind(stream));
  return handle.fd;
}

/** The functions of fs that a stream uses, over a FileHandle. */
function handleFs(stream, handle) {
  return {
    open(path, flags, mode, callback) {
      throw new ERR_METHOD_NOT_IMPLEMENTED('open()');
    },
    close(fd, callback) {
      handle.releaseFromStream();
      handle.close().then(() => callback(), callback);
    },
    fsync(fd, callback) {
      handle.sync().then(() => callback(), callback);
    },
    read(fd, buffer, offset, length, position, callback) {
      handle.read(buffer, offset, length, position).then(
        (r) => callback(null, r.bytesRead, r.buffer),
        (error) => callback(error, 0, buffer),
      );
    },
    write(fd, buffer, offset, length, position, callback) {
      handle.write(buffer, offset, length, position).then(
        (r) => callback(null, r.bytesWritten, r.buffer),
        (error) => callback(error, 0, buffer),
      );
    },
    writev(fd, buffers, position, callback) {
      handle.writev(buffers, position).then(
        (r) => callback(null, r.bytesWritten, r.buffers),
        (error) => callback(error, 0, buffers),
      );
    },
  };
}

function _construct(callback) {
  const stream = this;
  if (typeof stream.fd === 'number') {
    callback();
    return;
  }
  if (stream.open !== openStream) {
    // Old programs replace open() to do the opening themselves.
    const { emit } = stream;
    stream.emit = function (...args) {
      if (args[0] === 'open') {
        this.emit = emit;
        callback();
        Reflect.apply(emit, this, args);
      } else if (args[0] === 'error') {
        this.emit = emit;
        callback(args[1]);
      } else {
        Reflect.apply(emit, this, args);
      }
    };
    stream.open();
    return;
  }
  stream[kFs].open(stream.path, stream.flags, stream.mode, (error, fd) => {
    if (error) {
      callback(error);
      return;
    }
    stream.fd = fd;
    callback();
    stream.emit('open', stream.fd);
    stream.emit('ready');
  });
}

/** open() of the prototypes: deprecated, does nothing. */
const openStream = function deprecated() {};

function close(stream, error, callback) {
  if (!stream.fd && stream.fd !== 0) {
    callback(error);
  } else if (stream.flush) {
    stream[kFs].fsync(stream.fd, (failure) => closeFd(stream, error || failure, callback));
  } else {
    closeFd(stream, error, callback);
  }
}

function closeFd(stream, error, callback) {
  stream[kFs].close(stream.fd, (failure) => callback(failure || error));
  stream.fd = null;
}

function checkHooks(hooks, names) {
  for (const name of names) {
    if (hooks[name] !== undefined && hooks[name] !== null) validateFunction(hooks[name], `options.fs.${name}`);
  }
}

/** What ReadStream and WriteStream have in common at their start. */
function initialize(stream, path, options, flags, required, optional) {
  if (options.fd === undefined || options.fd === null) {
    stream[kFs] = options.fs || require('fs/fs');
    validateFunction(stream[kFs].open, 'options.fs.open');
    stream.fd = null;
    stream.path = getPath(path);
    stream.flags = options.flags === undefined ? flags : options.flags;
    stream.mode = options.mode === undefined ? 0o666 : options.mode;
  } else {
    stream.fd = importFd(stream, options);
  }
  // A stream that emits its own 'close' when it ends has to close the file.
  if (options.autoDestroy === undefined)
    options.autoDestroy = options.autoClose === undefined ? true : options.autoClose;
  for (const name of required) validateFunction(stream[kFs][name], `options.fs.${name}`);
  checkHooks(stream[kFs], optional);
  if (options.autoDestroy) validateFunction(stream[kFs].close, 'options.fs.close');
}

function ReadStream(path, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  options = { ...getOptions(options, EMPTY) };
  if (options.highWaterMark === undefined) options.highWaterMark = 64 * 1024;
  if (options.signal !== undefined && options.signal !== null) validateAbortSignal(options.signal, 'options.signal');

  initialize(this, path, options, 'r', ['read'], []);
  options.autoDestroy ??= false;

  this.start = options.start;
  this.end = options.end ?? Infinity;
  this.pos = undefined;
  this.bytesRead = 0;
  this[kIsPerformingIO] = false;

  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  if (this.end !== Infinity) {
    validateInteger(this.end, 'end', 0);
    if (this.start !== undefined && this.start > this.end) {
      throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${this.end})`, this.start);
    }
  }
  Reflect.apply(Readable, this, [options]);
  if (options.encoding) this.setEncoding(options.encoding);
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype);
Object.setPrototypeOf(ReadStream, Readable);

function defineAutoClose(prototype, state, name) {
  const stateOf = (stream) => {
    if (stream?.[state] === undefined) throw new ERR_INVALID_THIS(name);
    return stream[state];
  };
  Object.defineProperty(prototype, 'autoClose', {
    __proto__: null,
    get() {
      return stateOf(this).autoDestroy;
    },
    set(value) {
      stateOf(this).autoDestroy = value;
    },
  });
}

function definePending(prototype) {
  Object.defineProperty(prototype, 'pending', {
    __proto__: null,
    get() {
      return this.fd === null;
    },
    configurable: true,
  });
}

defineAutoClose(ReadStream.prototype, '_readableState', 'ReadStream');
ReadStream.prototype.open = openStream;
ReadStream.prototype._construct = _construct;

function readSize(stream, size) {
  const left = stream.pos !== undefined ? stream.end - stream.pos + 1 : stream.end - stream.bytesRead + 1;
  return Math.min(left, size);
}

ReadStream.prototype._read = function (size) {
  size = readSize(this, size);
  if (size <= 0) {
    this.push(null);
    return;
  }
  const buffer = require('buffer/buffer').Buffer.allocUnsafeSlow(size);
  this[kIsPerformingIO] = true;
  this[kFs].read(this.fd, buffer, 0, size, this.pos, (error, bytesRead, filled) => {
    this[kIsPerformingIO] = false;
    // Who wanted to destroy the stream had to wait for this.
    if (this.destroyed) {
      this.emit(kIoDone, error);
      return;
    }
    if (error) {
      this.destroy(error);
      return;
    }
    if (bytesRead > 0) {
      if (this.pos !== undefined) this.pos += bytesRead;
      this.bytesRead += bytesRead;
      // A small part of a big buffer would keep all of it alive.
      if (bytesRead !== filled.length) {
        const exact = require('buffer/buffer').Buffer.allocUnsafeSlow(bytesRead);
        filled.copy(exact, 0, 0, bytesRead);
        filled = exact;
      }
      this.push(filled);
    } else {
      this.push(null);
    }
  });
};

ReadStream.prototype._destroy = function (error, callback) {
  // A read in flight must not meet a closed descriptor, which might be another file by then.
  if (this[kIsPerformingIO]) this.once(kIoDone, (failure) => close(this, error || failure, callback));
  else close(this, error, callback);
};

ReadStream.prototype.close = function (callback) {
  if (typeof callback === 'function') finished(this, callback);
  this.destroy();
};
definePending(ReadStream.prototype);

function WriteStream(path, options) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  options = { ...getOptions(options, EMPTY) };
  // Only strings need decoding, and only when they are written.
  options.decodeStrings = true;
  if (options.signal !== undefined && options.signal !== null) validateAbortSignal(options.signal, 'options.signal');

  initialize(this, path, options, 'w', [], ['write', 'writev']);
  if (!this[kFs].write && !this[kFs].writev)
    throw new ERR_INVALID_ARG_TYPE('options.fs.write', 'function', this[kFs].write);

  if (options.flush === undefined || options.flush === null) {
    this.flush = false;
  } else {
    validateBoolean(options.flush, 'options.flush');
    this.flush = options.flush;
    if (this.flush) validateFunction(this[kFs].fsync, 'options.fs.fsync');
  }

  // Without one of the two, the stream is told to use the other.
  if (!this[kFs].write) this._write = null;
  if (!this[kFs].writev) this._writev = null;

  this.start = options.start;
  this.pos = undefined;
  this.bytesWritten = 0;
  this[kIsPerformingIO] = false;
  if (this.start !== undefined) {
    validateInteger(this.start, 'start', 0);
    this.pos = this.start;
  }
  Reflect.apply(Writable, this, [options]);
  if (options.encoding) this.setDefaultEncoding(options.encoding);
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(WriteStream, Writable);

defineAutoClose(WriteStream.prototype, '_writableState', 'WriteStream');
WriteStream.prototype.open = openStream;
WriteStream.prototype._construct = _construct;

/** Writes all of a buffer, in as many calls as it takes. */
function writeAll(stream, data, size, position, callback, retries = 0) {
  stream[kFs].write(stream.fd, data, 0, size, position, (error, written, buffer) => {
    // EAGAIN: the other side is slow; try again, but not for ever.
    if (error?.code === 'EAGAIN') {
      error = null;
      written = 0;
    }
    if (stream.destroyed || error) return callback(error || new ERR_STREAM_DESTROYED('write'));
    stream.bytesWritten += written;
    retries = written ? 0 : retries + 1;
    size -= written;
    if (position !== undefined) position += written;
    if (retries > 5) return callback(new Error('writev failed'));
    if (size > 0) writeAll(stream, buffer.slice(written), size, position, callback, retries);
    else callback();
  });
}

WriteStream.prototype._write = function (data, encoding, callback) {
  this[kIsPerformingIO] = true;
  writeAll(this, data, data.length, this.pos, (error) => {
    this[kIsPerformingIO] = false;
    if (this.destroyed) {
      callback(error);
      this.emit(kIoDone, error);
      return;
    }
    callback(error);
  });
  if (this.pos !== undefined) this.pos += data.length;
};

function writevAll(stream, chunks, size, position, callback, retries = 0) {
  stream[kFs].writev(stream.fd, chunks, position, (error, written, buffers) => {
    if (error?.code === 'EAGAIN') {
      error = null;
      written = 0;
    }
    if (stream.destroyed || error) return callback(error || new ERR_STREAM_DESTROYED('writev'));
    stream.bytesWritten += written;
    retries = written ? 0 : retries + 1;
    size -= written;
    if (position !== undefined) position += written;
    if (retries > 5) return callback(new Error('writev failed'));
    if (size > 0)
      writevAll(
        stream,
        [require('buffer/buffer').Buffer.concat(buffers).slice(written)],
        size,
        position,
        callback,
        retries,
      );
    else callback();
  });
}

WriteStream.prototype._writev = function (data, callback) {
  const chunks = new Array(data.length);
  let size = 0;
  for (let i = 0; i < data.length; i++) {
    chunks[i] = data[i].chunk;
    size += data[i].chunk.length;
  }
  this[kIsPerformingIO] = true;
  writevAll(this, chunks, size, this.pos, (error) => {
    this[kIsPerformingIO] = false;
    if (this.destroyed) {
      callback(error);
      this.emit(kIoDone, error);
      return;
    }
    callback(error);
  });
  if (this.pos !== undefined) this.pos += size;
};

WriteStream.prototype._destroy = function (error, callback) {
  if (this[kIsPerformingIO]) this.once(kIoDone, (failure) => close(this, error || failure, callback));
  else close(this, error, callback);
};

WriteStream.prototype.close = function (callback) {
  if (callback) {
    if (this.closed) {
      process.nextTick(callback);
      return;
    }
    this.on('close', callback);
  }
  // Without autoClose nobody else will close it when it has ended.
  if (!this.autoClose) this.on('finish', this.destroy);
  this.end();
};

// There is no shutdown of a file: what is buffered is written, then it closes.
WriteStream.prototype.destroySoon = WriteStream.prototype.end;
definePending(WriteStream.prototype);

/** @returns {ReadStream} */
function createReadStream(path, options) {
  return new ReadStream(path, options);
}

/** @returns {WriteStream} */
function createWriteStream(path, options) {
  return new WriteStream(path, options);
}

module.exports = { ReadStream, WriteStream, createReadStream, createWriteStream };
