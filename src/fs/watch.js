// fs.watch and fs.promises.watch.
'use strict';

const EventEmitter = require('events/events');
const { AbortError, codes, uvException } = require('errors/errors');
const { validateAbortSignal, validateBoolean, validateIgnoreOption, validateInteger, validateObject, validateOneOf } =
  watchValidators();
const { assertEncoding, getPath } = require('fs/arguments');

const { FsEvent } = binding('fs');

const { ERR_FS_WATCH_QUEUE_OVERFLOW, ERR_INVALID_ARG_TYPE } = codes;

const EMPTY = Object.freeze({ __proto__: null });
const kStart = Symbol('kFSWatchStart');

/** The validators, with one of this file's own. */
function watchValidators() {
  const validators = require('errors/validators');
  return {
    ...validators,
    validateIgnoreOption(ignore, name) {
      if (ignore === undefined || ignore === null) return;
      for (const one of Array.isArray(ignore) ? ignore : [ignore]) {
        const isText = typeof one === 'string';
        if (isText && one.length === 0) throw new codes.ERR_INVALID_ARG_VALUE(name, one, 'must be a non-empty string');
        if (!isText && !(one instanceof RegExp) && typeof one !== 'function') {
          throw new ERR_INVALID_ARG_TYPE(name, ['string', 'RegExp', 'Function', 'Array'], one);
        }
      }
    },
  };
}

/** A function that says whether a name is to be ignored; null when none is. */
function ignoreMatcher(ignore) {
  if (ignore === undefined || ignore === null) return null;
  const matchers = (Array.isArray(ignore) ? ignore : [ignore]).map((one) => {
    if (typeof one === 'function') return one;
    if (one instanceof RegExp) return (name) => one.test(name);
    const { Minimatch } = require('deps/minimatch');
    const pattern = new Minimatch(one, {
      dot: true,
      matchBase: !one.includes('/'),
      nocomment: true,
      nonegate: true,
      platform: 'linux',
    });
    return (name) => pattern.match(name);
  });
  return (name) => matchers.some((matcher) => matcher(name));
}

function decode(filename, encoding) {
  if (filename === null || encoding === 'buffer') return filename;
  return filename.toString(encoding);
}

class FSWatcher extends EventEmitter {
  constructor() {
    super();
    this._handle = new FsEvent();
    this._handle.owner = this;
    this._ignoreMatcher = null;
    this._handle.onchange = (status, eventType, filename) => {
      if (this._handle === null) return;
      if (status < 0) {
        this._handle.close();
        this._handle = null;
        const error = uvException({ errno: status, syscall: 'watch', path: filename });
        error.filename = filename;
        this.emit('error', error);
        return;
      }
      const name = decode(filename, this._encoding);
      if (name !== null && this._ignoreMatcher?.(typeof name === 'string' ? name : name.toString())) return;
      this.emit('change', eventType, name);
    };
    Object.defineProperty(this, '_encoding', { __proto__: null, value: 'utf8', writable: true, enumerable: false });
  }

  [kStart](filename, { persistent, encoding, ignore }) {
    if (this._handle === null || this._handle.initialized) return;
    this._ignoreMatcher = ignoreMatcher(ignore);
    filename = getPath(filename, 'filename');
    if (encoding) this._encoding = encoding;
    try {
      this._handle.start(filename, persistent !== false);
    } catch (error) {
      error.filename = filename;
      this._handle.close();
      this._handle = null;
      throw error;
    }
  }

  // Kept for programs that made watchers themselves; does nothing.
  start() {}

  close() {
    if (this._handle === null) return;
    const handle = this._handle;
    this._handle = null;
    if (handle.initialized) handle.close(() => this.emit('close'));
    else handle.close();
  }

  ref() {
    this._handle?.ref();
    return this;
  }

  unref() {
    this._handle?.unref();
    return this;
  }
}

/** Watches a file or a directory. */
function startWatcher(filename, options) {
  if (options.recursive) {
    const { RecursiveWatcher } = require('fs/watch_recursive');
    const watcher = new RecursiveWatcher(options, ignoreMatcher(options.ignore));
    watcher.begin(filename);
    return watcher;
  }
  const watcher = new FSWatcher();
  watcher[kStart](filename, options);
  return watcher;
}

function watch(filename, options, listener) {
  if (typeof options === 'function') listener = options;
  if (typeof options === 'string') {
    assertEncoding(options);
    options = { encoding: options };
  } else if (
    options !== undefined &&
    options !== null &&
    typeof options !== 'function' &&
    typeof options !== 'object'
  ) {
    throw new ERR_INVALID_ARG_TYPE('options', ['string', 'object'], options);
  } else {
    options = typeof options === 'function' ? {} : { ...options };
  }
  filename = getPath(filename, 'filename');
  if (options.persistent === undefined) options.persistent = true;
  if (options.recursive === undefined) options.recursive = false;
  else validateBoolean(options.recursive, 'options.recursive');
  validateIgnoreOption(options.ignore, 'options.ignore');
  if (options.encoding !== undefined && options.encoding !== 'buffer') assertEncoding(options.encoding);
  const { signal } = options;
  if (signal !== undefined && signal !== null) validateAbortSignal(signal, 'options.signal');

  const watcher = startWatcher(filename, options);
  if (listener) watcher.addListener('change', listener);
  if (signal) {
    const onAbort = () => watcher.close();
    if (signal.aborted) {
      process.nextTick(onAbort);
    } else {
      signal.addEventListener('abort', onAbort, { __proto__: null, once: true });
      watcher.once('close', () => signal.removeEventListener('abort', onAbort));
    }
  }
  return watcher;
}

/**
 * fs.promises.watch: an async iterable of `{eventType, filename}`.
 */
async function* watchPromise(filename, options = EMPTY) {
  filename = getPath(filename, 'filename');
  if (typeof options === 'string') options = { encoding: options };
  validateObject(options, 'options');
  const {
    persistent = true,
    recursive = false,
    encoding = 'utf8',
    maxQueue = 2048,
    overflow = 'ignore',
    signal,
    ignore,
  } = options;
  validateBoolean(persistent, 'options.persistent');
  validateBoolean(recursive, 'options.recursive');
  validateInteger(maxQueue, 'options.maxQueue');
  validateOneOf(overflow, 'options.overflow', ['ignore', 'error']);
  validateAbortSignal(signal, 'options.signal');
  validateIgnoreOption(ignore, 'options.ignore');
  if (encoding !== undefined && encoding !== null && encoding !== 'buffer') {
    const { Buffer } = require('buffer/buffer');
    if (!Buffer.isEncoding(encoding)) throw new codes.ERR_INVALID_ARG_VALUE('options.encoding', encoding);
  }
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });

  const watcher = startWatcher(filename, { persistent, recursive, encoding, ignore });
  const queue = [];
  let failure = null;
  let wake = Promise.withResolvers();
  const onAbort = () => {
    failure = new AbortError(undefined, { cause: signal.reason });
    wake.resolve();
  };
  watcher.on('change', (eventType, name) => {
    if (queue.length < maxQueue) {
      queue.push({ __proto__: null, eventType, filename: name });
      wake.resolve();
    } else if (overflow === 'error') {
      queue.length = 0;
      failure = new ERR_FS_WATCH_QUEUE_OVERFLOW(maxQueue);
      wake.resolve();
    } else {
      process.emitWarning('fs.watch maxQueue exceeded');
    }
  });
  watcher.on('error', (error) => {
    failure = error;
    wake.resolve();
  });
  signal?.addEventListener('abort', onAbort, { __proto__: null, once: true });
  try {
    for (;;) {
      await wake.promise;
      while (queue.length > 0 && failure === null) yield queue.shift();
      if (failure !== null) throw failure;
      wake = Promise.withResolvers();
    }
  } finally {
    watcher.close();
    signal?.removeEventListener('abort', onAbort);
  }
}

module.exports = { FSWatcher, watch, watchPromise };
