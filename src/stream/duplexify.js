// Duplex.from: a Duplex out of nearly anything: streams, iterables, functions, promises, pairs.
'use strict';

const { AbortError, codes } = require('errors/errors');
const { nextTick } = require('process/next_tick');
const { destroyer } = require('stream/destroy');
const Duplex = require('stream/duplex');
const { eos } = require('stream/end_of_stream');
const { from } = require('stream/from');
const Readable = require('stream/readable');
const Writable = require('stream/writable');
const {
  isDuplexNodeStream,
  isIterable,
  isNodeStream,
  isReadable,
  isReadableNodeStream,
  isReadableStream,
  isWritable,
  isWritableNodeStream,
  isWritableStream,
} = require('stream/state');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_RETURN_VALUE } = codes;

/** A Duplex with one half switched off beforehand. */
class Duplexify extends Duplex {
  constructor(options) {
    super(options);
    if (options?.readable === false) {
      this._readableState.readable = false;
      this._readableState.ended = true;
      this._readableState.endEmitted = true;
    }
    if (options?.writable === false) {
      this._writableState.writable = false;
      this._writableState.ending = true;
      this._writableState.ended = true;
      this._writableState.finished = true;
    }
  }
}

/** `name` is how messages call the argument. */
function duplexify(body, name = 'body') {
  if (isDuplexNodeStream(body)) return body;
  if (isReadableNodeStream(body)) return join({ readable: body });
  if (isWritableNodeStream(body)) return join({ writable: body });
  if (isNodeStream(body)) return join({ writable: false, readable: false });
  if (isReadableStream(body)) return join({ readable: Readable.fromWeb(body) });
  if (isWritableStream(body)) return join({ writable: Writable.fromWeb(body) });
  if (typeof body === 'function') return fromFunction(body, name);
  if (require('web/blob').isBlob?.(body)) return duplexify(body.arrayBuffer());
  if (isIterable(body)) return from(Duplexify, body, { objectMode: true, writable: false });
  if (isReadableStream(body?.readable) && isWritableStream(body?.writable)) return Duplex.fromWeb(body);
  if (typeof body?.writable === 'object' || typeof body?.readable === 'object') {
    const readable = body?.readable
      ? isReadableNodeStream(body.readable)
        ? body.readable
        : duplexify(body.readable)
      : undefined;
    const writable = body?.writable
      ? isWritableNodeStream(body.writable)
        ? body.writable
        : duplexify(body.writable)
      : undefined;
    return join({ readable, writable });
  }
  if (typeof body?.then === 'function') {
    let duplex;
    body.then(
      (value) => {
        if (value != null) duplex.push(value);
        duplex.push(null);
      },
      (error) => destroyer(duplex, error),
    );
    duplex = new Duplexify({ objectMode: true, writable: false, read() {} });
    return duplex;
  }
  throw new ERR_INVALID_ARG_TYPE(
    name,
    [
      'Blob',
      'ReadableStream',
      'WritableStream',
      'Stream',
      'Iterable',
      'AsyncIterable',
      'Function',
      '{ readable, writable } pair',
      'Promise',
    ],
    body,
  );
}

/** An async generator function gets what is written as an async iterable. */
function fromFunction(body, name) {
  const { value, write, final, destroy } = feed(body);
  // A function that makes streams (a class called without `new`).
  if (isDuplexNodeStream(value)) return value;
  if (isIterable(value)) return from(Duplexify, value, { objectMode: true, write, final, destroy });
  const then = value?.then;
  if (typeof then === 'function') {
    let duplex;
    const promise = then.call(
      value,
      (result) => {
        if (result != null) throw new ERR_INVALID_RETURN_VALUE('nully', 'body', result);
      },
      (error) => destroyer(duplex, error),
    );
    duplex = new Duplexify({
      objectMode: true,
      readable: false,
      write,
      final(callback) {
        final(async () => {
          try {
            await promise;
            nextTick(callback, null);
          } catch (error) {
            nextTick(callback, error);
          }
        });
      },
      destroy,
    });
    return duplex;
  }
  throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or AsyncFunction', name, value);
}

function feed(fn) {
  let { promise, resolve } = Promise.withResolvers();
  const controller = new (require('web/abort').AbortController)();
  const { signal } = controller;
  const value = fn(
    (async function* () {
      for (;;) {
        const current = promise;
        promise = null;
        const { chunk, done, callback } = await current;
        nextTick(callback);
        if (done) return;
        if (signal.aborted) throw new AbortError(undefined, { cause: signal.reason });
        ({ promise, resolve } = Promise.withResolvers());
        yield chunk;
      }
    })(),
    { signal },
  );
  return {
    value,
    write(chunk, encoding, callback) {
      const give = resolve;
      resolve = null;
      give({ chunk, done: false, callback });
    },
    final(callback) {
      const give = resolve;
      resolve = null;
      give({ done: true, callback });
    },
    destroy(error, callback) {
      controller.abort();
      callback(error);
    },
  };
}

/** One Duplex out of a Readable and a Writable. */
function join(pair) {
  const r = pair.readable && typeof pair.readable.read !== 'function' ? Readable.wrap(pair.readable) : pair.readable;
  const w = pair.writable;
  let readable = Boolean(isReadable(r));
  let writable = Boolean(isWritable(w));
  let onDrain;
  let onFinish;
  let onReadable;
  let onClose;

  function onFinished(error) {
    const callback = onClose;
    onClose = null;
    if (callback) callback(error);
    else if (error) duplex.destroy(error);
  }

  const duplex = new Duplexify({
    readableObjectMode: Boolean(r?.readableObjectMode),
    writableObjectMode: Boolean(w?.writableObjectMode),
    readable,
    writable,
  });

  if (writable) {
    eos(w, (error) => {
      writable = false;
      if (error) destroyer(r, error);
      onFinished(error);
    });
    duplex._write = function (chunk, encoding, callback) {
      if (w.write(chunk, encoding)) callback();
      else onDrain = callback;
    };
    duplex._final = function (callback) {
      w.end();
      onFinish = callback;
    };
    w.on('drain', () => {
      if (!onDrain) return;
      const callback = onDrain;
      onDrain = null;
      callback();
    });
    w.on('finish', () => {
      if (!onFinish) return;
      const callback = onFinish;
      onFinish = null;
      callback();
    });
  }
  if (readable) {
    eos(r, (error) => {
      readable = false;
      if (error) destroyer(r, error);
      onFinished(error);
    });
    r.on('readable', () => {
      if (!onReadable) return;
      const callback = onReadable;
      onReadable = null;
      callback();
    });
    r.on('end', () => duplex.push(null));
    duplex._read = function () {
      for (;;) {
        const chunk = r.read();
        if (chunk === null) {
          onReadable = duplex._read;
          return;
        }
        if (!duplex.push(chunk)) return;
      }
    };
  }
  duplex._destroy = function (error, callback) {
    if (!error && onClose !== null) error = new AbortError();
    onReadable = null;
    onDrain = null;
    onFinish = null;
    if (onClose === null) {
      callback(error);
    } else {
      onClose = callback;
      destroyer(w, error);
      destroyer(r, error);
    }
  };
  return duplex;
}

module.exports = { duplexify };
