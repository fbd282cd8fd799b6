// stream.finished: tells once when a stream can no longer be read or written, or has failed.
'use strict';

const { AbortError, codes } = require('errors/errors');
const { validateAbortSignal, validateBoolean, validateFunction, validateObject } = require('errors/validators');
const { nextTick } = require('process/next_tick');

const {
  isClosed,

  isNodeStream,
  isReadable,
  isReadableFinished,
  isReadableNodeStream,
  isReadableStream,
  isRequest,
  isWritable,
  isWritableFinished,
  isWritableNodeStream,
  isWritableStream,
  kIsClosedPromise,
  willEmitClose,
} = require('stream/state');
const { ERR_INVALID_ARG_TYPE, ERR_STREAM_PREMATURE_CLOSE } = codes;

const nop = () => {};

/** Calls `callback` at most once, in the async context of now. */
function onceBound(callback) {
  const { bindContext } = contextBinder();
  let called = false;
  const bound = bindContext(callback);
  return function (...args) {
    if (called) return;
    called = true;
    Reflect.apply(bound, this, args);
  };
}

let binder;
function contextBinder() {
  return (binder ??= { bindContext: require('async/context').bindContext ?? ((fn) => fn) });
}

/**
 * @param {object} stream
 * @param {{readable?: boolean, writable?: boolean, error?: boolean, signal?: AbortSignal, cleanup?: boolean}} [options]
 * @param {(error?: Error) => void} callback
 * @returns {() => void} removes the listeners
 */
function eos(stream, options, callback) {
  if (arguments.length === 2) {
    callback = options;
    options = {};
  } else if (options == null) {
    options = {};
  } else {
    validateObject(options, 'options');
  }
  validateFunction(callback, 'callback');
  validateAbortSignal(options.signal, 'options.signal');
  callback = onceBound(callback);
  if (isReadableStream(stream) || isWritableStream(stream)) return eosWeb(stream, options, callback);
  if (!isNodeStream(stream))
    throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);

  const readable = options.readable ?? isReadableNodeStream(stream);
  const writable = options.writable ?? isWritableNodeStream(stream);
  const w = stream._writableState;
  const r = stream._readableState;

  const onLegacyFinish = () => {
    if (!stream.writable) onFinish();
  };

  // With 'close' to come, the callback waits for it: then everything has been released.
  let waitForClose =
    willEmitClose(stream) && isReadableNodeStream(stream) === readable && isWritableNodeStream(stream) === writable;

  let writableFinished = isWritableFinished(stream, false);
  const onFinish = () => {
    writableFinished = true;
    if (stream.destroyed) waitForClose = false;
    if (waitForClose && (!stream.readable || readable)) return;
    if (!readable || readableFinished) callback.call(stream);
  };
  let readableFinished = isReadableFinished(stream, false);
  const onEnd = () => {
    readableFinished = true;
    if (stream.destroyed) waitForClose = false;
    if (waitForClose && (!stream.writable || writable)) return;
    if (!writable || writableFinished) callback.call(stream);
  };
  const onError = (error) => callback.call(stream, error);

  let closed = isClosed(stream);
  const onClose = () => {
    closed = true;
    const errored = w?.errored || r?.errored;
    if (errored && typeof errored !== 'boolean') return callback.call(stream, errored);
    if (readable && !readableFinished && isReadableNodeStream(stream, true) && !isReadableFinished(stream, false)) {
      return callback.call(stream, new ERR_STREAM_PREMATURE_CLOSE());
    }
    if (writable && !writableFinished && !isWritableFinished(stream, false))
      return callback.call(stream, new ERR_STREAM_PREMATURE_CLOSE());
    return callback.call(stream);
  };
  const onClosed = () => {
    closed = true;
    const errored = w?.errored || r?.errored;
    if (errored && typeof errored !== 'boolean') return callback.call(stream, errored);
    return callback.call(stream);
  };
  const onRequest = () => stream.req.on('finish', onFinish);

  if (isRequest(stream)) {
    stream.on('complete', onFinish);
    if (!waitForClose) stream.on('abort', onClose);
    if (stream.req) onRequest();
    else stream.on('request', onRequest);
  } else if (writable && !w) {
    // Streams older than Writable.
    stream.on('end', onLegacyFinish);
    stream.on('close', onLegacyFinish);
  }
  if (!waitForClose && typeof stream.aborted === 'boolean') stream.on('aborted', onClose);
  stream.on('end', onEnd);
  stream.on('finish', onFinish);
  if (options.error !== false) stream.on('error', onError);
  stream.on('close', onClose);

  if (closed) {
    nextTick(onClose);
  } else if (w?.errorEmitted || r?.errorEmitted) {
    if (!waitForClose) nextTick(onClosed);
  } else if (
    (!readable &&
      (!waitForClose || isReadable(stream)) &&
      (writableFinished || isWritable(stream) === false) &&
      (w == null || w.pendingcb === undefined || w.pendingcb === 0)) ||
    (!writable && (!waitForClose || isWritable(stream)) && (readableFinished || isReadable(stream) === false))
  ) {
    nextTick(onClosed);
  } else if (r && stream.req && stream.aborted) {
    nextTick(onClosed);
  }

  const cleanup = () => {
    callback = nop;
    stream.removeListener('aborted', onClose);
    stream.removeListener('complete', onFinish);
    stream.removeListener('abort', onClose);
    stream.removeListener('request', onRequest);
    if (stream.req) stream.req.removeListener('finish', onFinish);
    stream.removeListener('end', onLegacyFinish);
    stream.removeListener('close', onLegacyFinish);
    stream.removeListener('finish', onFinish);
    stream.removeListener('end', onEnd);
    stream.removeListener('error', onError);
    stream.removeListener('close', onClose);
  };

  if (options.signal && !closed) {
    const abort = () => {
      // The listeners go first: what they would say now does not matter any more.
      const end = callback;
      cleanup();
      end.call(stream, new AbortError(undefined, { cause: options.signal.reason }));
    };
    if (options.signal.aborted) {
      nextTick(abort);
    } else {
      const { addAbortListener } = require('events/events');
      const disposable = addAbortListener(options.signal, abort);
      const original = callback;
      callback = onceBound((...args) => {
        disposable[Symbol.dispose]();
        original.apply(stream, args);
      });
    }
  }
  return cleanup;
}

function eosWeb(stream, options, callback) {
  let aborted = false;
  let abort = nop;
  if (options.signal) {
    abort = () => {
      aborted = true;
      callback.call(stream, new AbortError(undefined, { cause: options.signal.reason }));
    };
    if (options.signal.aborted) {
      nextTick(abort);
    } else {
      const { addAbortListener } = require('events/events');
      const disposable = addAbortListener(options.signal, abort);
      const original = callback;
      callback = onceBound((...args) => {
        disposable[Symbol.dispose]();
        original.apply(stream, args);
      });
    }
  }
  const done = (...args) => {
    if (!aborted) nextTick(() => callback.apply(stream, args));
  };
  stream[kIsClosedPromise].promise.then(() => done(), done);
  return nop;
}

/** The promise form: stream/promises' finished. */
function finished(stream, options) {
  let autoCleanup = false;
  if (options === null || options === undefined) options = {};
  if (options?.cleanup) {
    validateBoolean(options.cleanup, 'cleanup');
    autoCleanup = options.cleanup;
  }
  return new Promise((resolve, reject) => {
    const cleanup = eos(stream, options, (error) => {
      if (autoCleanup) cleanup();
      if (error) reject(error);
      else resolve();
    });
  });
}

module.exports = { eos, finished };
