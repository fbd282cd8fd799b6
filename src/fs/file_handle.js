// FileHandle: an open file of fs.promises.
'use strict';

const EventEmitter = require('events/events');
const { kClone, kTransfer } = require('web/clone_symbols');
const { codes } = require('errors/errors');
const { validateBoolean, validateInteger, validateObject, kValidateObjectAllowNullable } = require('errors/validators');
const {
  checkAborted,
  checkBuffers,
  checkReadRange,
  getFlags,
  getMode,
  getOffset,
  getOptions,
  getPath,
  getPosition,
  toUnixTimestamp,
  rethrow,
} = require('fs/arguments');
const { checkEncodingOf, emptyBufferError, toText, writeRange, ID_MAX } = require('fs/descriptors');
const { isText, toData } = require('fs/contents');
const { toStats } = require('fs/stats');

const native = binding('fs');

const EMPTY = Object.freeze({ __proto__: null });
const CHUNK = 512 * 1024;

/** Closes files that nobody can reach any more; made on first use. */
let registry;

function closeLost(state) {
  if (state.fd < 0) return;
  const { fd } = state;
  state.fd = -1;
  try {
    native.closeSync(fd);
  } catch (error) {
    process.emitWarning(`Closing file descriptor ${fd} on garbage collection failed: ${error.message}`);
    return;
  }
  process.emitWarning(`Closing file descriptor ${fd} on garbage collection`);
  process.emitWarning(
    'Closing a FileHandle object on garbage collection is deprecated. Please close FileHandle objects explicitly using ' +
      'FileHandle.prototype.close(). In the future, an error will be thrown if a file descriptor is closed during garbage collection.',
    'DeprecationWarning',
    'DEP0137',
  );
}

function closedError(syscall, message = 'file closed') {
  const error = new Error(message);
  error.code = 'EBADF';
  error.syscall = syscall;
  return error;
}

/** `FileHandle.#use` for methods that may have been called on something else. */
let use;

class FileHandle extends EventEmitter {
  #state; // {fd}: apart, because the finalizer must not keep this alive
  #users = 1; // operations in flight, and one for being open
  #closing = null;
  #finishClose = null;
  #locked = false;
  #isTransferred = false;

  constructor(fd) {
    super();
    this.#state = { fd };
    registry ??= new FinalizationRegistry(closeLost);
    registry.register(this, this.#state, this.#state);
  }

  getAsyncId() {
    return 0;
  }

  get fd() {
    return this.#state.fd;
  }

  static {
    use = (handle, syscall, operation) => {
      if (#state in handle) return handle.#use(syscall, operation);
      return Promise.reject(new codes.ERR_INTERNAL_ASSERTION('handle must be an instance of FileHandle'));
    };
  }

  /** Runs `operation` on the open file, and keeps it open that long. */
  async #use(syscall, operation) {
    if (this.#state.fd < 0 || this.#closing !== null)
      throw closedError(syscall, this.#isTransferred ? 'The FileHandle has been transferred' : undefined);
    this.#users++;
    try {
      return await operation(this.#state.fd);
    } finally {
      this.#release();
    }
  }

  /** Moves the descriptor to another handle, in whatever thread. */
  [kTransfer]() {
    const { fd } = this.#state;
    if (fd < 0 || this.#users > 1 || this.#closing !== null || this.#locked) {
      const { DOMException } = require('web/dom_exception');
      throw new DOMException('Cannot transfer FileHandle while in use', 'DataCloneError');
    }
    registry.unregister(this.#state);
    this.#state.fd = -1;
    this.#isTransferred = true;
    return ['FileHandle', fd];
  }

  #release() {
    if (--this.#users === 0) this.#reallyClose();
  }

  #reallyClose() {
    const { fd } = this.#state;
    this.#state.fd = -1;
    registry.unregister(this.#state);
    const { resolve, reject } = this.#finishClose;
    native.closePromise(fd).then(resolve, reject);
  }

  /** A stream that was made from a descriptor of this handle uses it until it closes. */
  holdForStream() {
    this.#users++;
  }

  releaseFromStream() {
    this.#release();
  }

  close = () => {
    if (this.#closing !== null) return this.#closing;
    if (this.#state.fd < 0) return Promise.resolve();
    this.#finishClose = Promise.withResolvers();
    this.#closing = this.#finishClose.promise.finally(() => {
      this.#closing = Promise.resolve();
    });
    this.emit('close');
    this.#release();
    return this.#closing;
  };

  appendFile(data, options) {
    return this.writeFile(data, options);
  }

  chmod(mode) {
    return use(this, 'fchmod', (fd) => native.fchmodPromise(fd, getMode(mode, 'mode')).catch(rethrow));
  }

  chown(uid, gid) {
    return use(this, 'fchown', (fd) => {
      validateInteger(uid, 'uid', -1, ID_MAX);
      validateInteger(gid, 'gid', -1, ID_MAX);
      return native.fchownPromise(fd, uid, gid).catch(rethrow);
    });
  }

  datasync() {
    return use(this, 'fdatasync', (fd) => native.fdatasyncPromise(fd).catch(rethrow));
  }

  sync() {
    return use(this, 'fsync', (fd) => native.fsyncPromise(fd).catch(rethrow));
  }

  read(buffer, offset, length, position) {
    return use(this, 'read', (fd) => readFrom(fd, buffer, offset, length, position));
  }

  readv(buffers, position) {
    return use(this, 'read', async (fd) => {
      checkBuffers(buffers);
      if (typeof position !== 'number') position = -1;
      return { __proto__: null, bytesRead: await native.readvPromise(fd, buffers, position).catch(rethrow), buffers };
    });
  }

  readFile(options) {
    return use(this, 'read', (fd) => readWhole(fd, getOptions(options, EMPTY)));
  }

  readLines(options = undefined) {
    return require('readline/readline').createInterface({
      input: this.createReadStream(options),
      crlfDelay: Infinity,
    });
  }

  stat(options) {
    return use(this, 'fstat', async (fd) =>
      toStats(await native.fstatPromise(fd, Boolean(options?.bigint)).catch(rethrow)),
    );
  }

  truncate(len = 0) {
    return use(this, 'ftruncate', (fd) => {
      validateInteger(len, 'len');
      return native.ftruncatePromise(fd, Math.max(0, len)).catch(rethrow);
    });
  }

  utimes(atime, mtime) {
    return use(this, 'futime', (fd) =>
      native.futimesPromise(fd, toUnixTimestamp(atime, 'atime'), toUnixTimestamp(mtime, 'mtime')).catch(rethrow),
    );
  }

  write(buffer, offset, length, position) {
    return use(this, 'write', (fd) => writeTo(fd, buffer, offset, length, position));
  }

  writev(buffers, position) {
    return use(this, 'write', async (fd) => {
      checkBuffers(buffers);
      if (typeof position !== 'number') position = -1;
      if (buffers.length === 0) return { __proto__: null, bytesWritten: 0, buffers };
      return {
        __proto__: null,
        bytesWritten: await native.writevPromise(fd, buffers, position).catch(rethrow),
        buffers,
      };
    });
  }

  writeFile(data, options) {
    return use(this, 'write', (fd) => writeWhole(fd, data, getOptions(options, { __proto__: null, encoding: 'utf8' })));
  }

  /**
   * The file as a byte stream of the Streams standard. Only one may be made of a handle.
   * @param {{autoClose?: boolean, start?: number}} [options]
   */
  readableWebStream(options = EMPTY) {
    if (this.#state.fd < 0) throw new codes.ERR_INVALID_STATE('The FileHandle is closed');
    if (this.#closing !== null) throw new codes.ERR_INVALID_STATE('The FileHandle is closing');
    if (this.#locked) throw new codes.ERR_INVALID_STATE('The FileHandle is locked');
    validateObject(options, 'options');
    const { type = 'bytes', autoClose = false } = options;
    validateBoolean(autoClose, 'options.autoClose');
    if (type !== 'bytes') {
      process.emitWarning(
        'A non-"bytes" options.type has no effect. A byte-oriented steam is always created.',
        'ExperimentalWarning',
      );
    }
    this.#locked = true;
    const { ReadableStream } = require('stream/web');
    this.holdForStream();
    let done = false;
    const finish = async () => {
      if (done) return;
      done = true;
      this.off('close', onClose);
      this.releaseFromStream();
      if (autoClose) await this.close();
    };
    let controllerOf;
    const onClose = () => {
      if (done) return;
      try {
        controllerOf.close();
        controllerOf.byobRequest?.respond(0);
      } catch {
        // It was being read: the read settles it.
      }
      finish();
    };
    const stream = new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: 16384,
      start: (controller) => {
        controllerOf = controller;
      },
      pull: async (controller) => {
        const { view } = controller.byobRequest;
        let bytesRead;
        try {
          bytesRead = await native.readPromise(this.#state.fd, view, 0, view.byteLength, -1).catch(rethrow);
        } catch (error) {
          await finish();
          throw error;
        }
        if (bytesRead === 0) {
          controller.close();
          controller.byobRequest.respond(0);
          await finish();
          return;
        }
        controller.byobRequest.respond(bytesRead);
      },
      cancel: finish,
    });
    this.once('close', onClose);
    return stream;
  }

  createReadStream(options = undefined) {
    const { ReadStream } = require('fs/streams');
    return new ReadStream(undefined, { ...options, fd: this });
  }

  createWriteStream(options = undefined) {
    const { WriteStream } = require('fs/streams');
    return new WriteStream(undefined, { ...options, fd: this });
  }

  async [Symbol.asyncDispose]() {
    await this.close();
  }
}

async function readFrom(fd, buffer, offset, length, position) {
  const isOptions =
    buffer === null || buffer === undefined || (typeof buffer === 'object' && !ArrayBuffer.isView(buffer));
  if (isOptions) {
    const options = buffer ?? EMPTY;
    validateObject(options, 'options', kValidateObjectAllowNullable);
    ({ buffer = require('buffer/buffer').Buffer.alloc(16384), offset = 0, length, position = null } = options);
    length ??= buffer.byteLength - offset;
  } else if (typeof offset === 'object' && offset !== null) {
    ({ offset = 0, length, position = null } = offset);
    length ??= buffer.byteLength - offset;
  }
  require('fs/arguments').checkBuffer(buffer);
  offset = getOffset(offset);
  length ??= buffer.byteLength - offset;
  if (length === 0) return { __proto__: null, bytesRead: 0, buffer };
  if (buffer.byteLength === 0) throw emptyBufferError(buffer);
  checkReadRange(offset, length, buffer.byteLength);
  position = getPosition(position, 'position', length);
  return {
    __proto__: null,
    bytesRead: await native.readPromise(fd, buffer, offset, length, position).catch(rethrow),
    buffer,
  };
}

async function writeTo(fd, buffer, offsetOrOptions, length, position) {
  if (ArrayBuffer.isView(buffer)) {
    if (buffer.byteLength === 0) return { __proto__: null, bytesWritten: 0, buffer };
    let offset = offsetOrOptions;
    if (typeof offset === 'object' && offset !== null) {
      ({ offset = 0, length = buffer.byteLength - offset, position = null } = offsetOrOptions);
    }
    offset ??= 0;
    length = writeRange(buffer, offset, length);
    if (typeof position !== 'number' && typeof position !== 'bigint') position = -1;
    return {
      __proto__: null,
      bytesWritten: await native.writePromise(fd, buffer, offset, length, position).catch(rethrow),
      buffer,
    };
  }
  if (typeof buffer !== 'string') {
    throw new codes.ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], buffer);
  }
  checkEncodingOf(buffer, length);
  const at = typeof offsetOrOptions === 'number' || typeof offsetOrOptions === 'bigint' ? offsetOrOptions : -1;
  const data = toText(buffer, length);
  const bytesWritten =
    typeof data === 'string'
      ? await native.writeTextPromise(fd, data, at).catch(rethrow)
      : await native.writePromise(fd, data, 0, data.length, at).catch(rethrow);
  return { __proto__: null, bytesWritten, buffer };
}

/** The rest of an open file. With a signal it goes chunk by chunk, so that it can be stopped. */
async function readWhole(fd, { encoding, signal }) {
  if (signal === undefined || signal === null) {
    if (isText(encoding)) return native.readTextFileFdPromise(fd).catch(rethrow);
    const bytes = await native.readFileFdPromise(fd).catch(rethrow);
    return !encoding || encoding === 'buffer' ? bytes : bytes.toString(encoding);
  }
  const { Buffer } = require('buffer/buffer');
  const chunks = [];
  for (;;) {
    checkAborted(signal);
    const chunk = Buffer.allocUnsafeSlow(CHUNK);
    const count = await native.readPromise(fd, chunk, 0, CHUNK, -1).catch(rethrow);
    checkAborted(signal);
    if (count === 0) break;
    chunks.push(count === CHUNK ? chunk : chunk.subarray(0, count));
  }
  const bytes = Buffer.concat(chunks);
  return !encoding || encoding === 'buffer' ? bytes : bytes.toString(encoding);
}

const isIterable = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !ArrayBuffer.isView(value) &&
  (typeof value[Symbol.asyncIterator] === 'function' || typeof value[Symbol.iterator] === 'function');

/** Writes a string, bytes, or whatever an iterable or a stream gives. */
async function writeWhole(fd, data, { encoding, signal, flush = false }) {
  checkAborted(signal);
  if (isIterable(data)) {
    const { Buffer } = require('buffer/buffer');
    for await (const chunk of data) {
      checkAborted(signal);
      await writeBytes(fd, ArrayBuffer.isView(chunk) ? chunk : Buffer.from(chunk, encoding || 'utf8'), signal);
      checkAborted(signal);
    }
    if (flush) await native.fsyncPromise(fd).catch(rethrow);
    return;
  }
  require('fs/arguments').checkData(data);
  data = toData(data, encoding);
  if (signal !== undefined && signal !== null) {
    if (typeof data === 'string') data = require('buffer/buffer').Buffer.from(data);
    await writeBytes(fd, data, signal);
    if (flush) await native.fsyncPromise(fd).catch(rethrow);
  } else if (typeof data === 'string') {
    await native.writeTextFileFdPromise(fd, data, flush).catch(rethrow);
  } else {
    await native.writeFileFdPromise(fd, data, flush).catch(rethrow);
  }
}

async function writeBytes(fd, view, signal) {
  let offset = 0;
  while (offset < view.byteLength) {
    checkAborted(signal);
    offset += await native.writePromise(fd, view, offset, Math.min(CHUNK, view.byteLength - offset), -1).catch(rethrow);
  }
}

/** @returns {Promise<FileHandle>} */
async function open(path, flags, mode) {
  path = getPath(path);
  return new FileHandle(await native.openPromise(path, getFlags(flags), getMode(mode, 'mode', 0o666)).catch(rethrow));
}

Object.defineProperty(FileHandle.prototype, kClone, { __proto__: null, value: null });

/** What another thread sent. */
const revive = (fd) => new FileHandle(fd);

module.exports = { FileHandle, isIterable, open, readWhole, revive, writeWhole };
