// stream.pipeline: connects streams, iterables and generator functions, and destroys them all when one fails.
'use strict';

const { AbortError, aggregateTwoErrors, codes } = require('errors/errors');
const { validateAbortSignal, validateFunction } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { destroyer: destroyStream } = require('stream/destroy');
const { eos } = require('stream/end_of_stream');
const {
  isIterable,
  isNodeStream,
  isReadable,
  isReadableFinished,
  isReadableNodeStream,
  isReadableStream,
  isTransformStream,
  isWebStream,
} = require('stream/state');

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_RETURN_VALUE,
  ERR_MISSING_ARGS,
  ERR_STREAM_DESTROYED,
  ERR_STREAM_PREMATURE_CLOSE,
} = codes;

/** {destroy, cleanup} of one stream in the chain. */
function destroyerOf(stream, reading, writing) {
  let finished = false;
  stream.on('close', () => {
    finished = true;
  });
  const cleanup = eos(stream, { readable: reading, writable: writing }, (error) => {
    finished = !error;
  });
  return {
    destroy(error) {
      if (finished) return;
      finished = true;
      destroyStream(stream, error || new ERR_STREAM_DESTROYED('pipe'));
    },
    cleanup,
  };
}

function toIterable(value) {
  if (isIterable(value)) return value;
  if (isReadableNodeStream(value)) return readLegacy(value);
  throw new ERR_INVALID_ARG_TYPE('val', ['Readable', 'Iterable', 'AsyncIterable'], value);
}

async function* readLegacy(stream) {
  const Readable = require('stream/readable');
  yield* Readable.prototype[Symbol.asyncIterator].call(stream);
}

/** Writes what an iterable gives into a stream, with back-pressure. */
async function pump(iterable, writable, finish, { end }) {
  let error;
  let onResolve = null;
  const resume = (err) => {
    if (err) error = err;
    if (onResolve) {
      const callback = onResolve;
      onResolve = null;
      callback();
    }
  };
  const wait = () =>
    new Promise((resolve, reject) => {
      if (error) reject(error);
      else onResolve = () => (error ? reject(error) : resolve());
    });
  writable.on('drain', resume);
  const cleanup = eos(writable, { readable: false }, resume);
  try {
    if (writable.writableNeedDrain) await wait();
    for await (const chunk of iterable) {
      if (!writable.write(chunk)) await wait();
    }
    if (end) {
      writable.end();
      await wait();
    }
    finish();
  } catch (err) {
    finish(error !== err ? aggregateTwoErrors(error, err) : err);
  } finally {
    cleanup();
    writable.off('drain', resume);
  }
}

async function pumpToWeb(readable, writable, finish, { end }) {
  if (isTransformStream(writable)) writable = writable.writable;
  const writer = writable.getWriter();
  try {
    for await (const chunk of readable) {
      await writer.ready;
      writer.write(chunk).catch(() => {});
    }
    await writer.ready;
    if (end) await writer.close();
    finish();
  } catch (error) {
    try {
      await writer.abort(error);
      finish(error);
    } catch (inner) {
      finish(inner);
    }
  }
}

/** pipeline(...streams, callback) */
function pipeline(...streams) {
  const callback = streams.pop();
  validateFunction(callback, 'streams[stream.length - 1]');
  let called = false;
  return run(streams, (...args) => {
    if (called) return;
    called = true;
    callback(...args);
  });
}

/** The work of pipeline; `options`: {signal, end}. Gives the last stream. */
function run(streams, callback, options) {
  if (streams.length === 1 && Array.isArray(streams[0])) streams = streams[0];
  if (streams.length < 2) throw new ERR_MISSING_ARGS('streams');

  const controller = new (require('web/abort').AbortController)();
  const { signal } = controller;
  const outerSignal = options?.signal;
  const lastStreamCleanup = [];
  validateAbortSignal(outerSignal, 'options.signal');
  const abort = () => finishImpl(new AbortError(undefined, { cause: outerSignal?.reason }));
  let disposable;
  if (outerSignal) {
    const { addAbortListener } = require('events/events');
    disposable = addAbortListener(outerSignal, abort);
  }

  let error;
  let value;
  const destroys = [];
  let finishCount = 0;
  const finish = (err) => finishImpl(err, --finishCount === 0);
  const finishOnlyHandleError = (err) => finishImpl(err, false);

  function finishImpl(err, final) {
    if (err && (!error || error.code === 'ERR_STREAM_PREMATURE_CLOSE')) error = err;
    if (!error && !final) return;
    while (destroys.length) destroys.shift()(error);
    disposable?.[Symbol.dispose]();
    controller.abort();
    if (!final) return;
    if (!error) for (const cleanup of lastStreamCleanup) cleanup();
    nextTick(callback, error, value);
  }

  let result;
  for (let i = 0; i < streams.length; i++) {
    const stream = streams[i];
    const reading = i < streams.length - 1;
    const writing = i > 0;
    const end = reading || options?.end !== false;
    const isLast = i === streams.length - 1;

    if (isNodeStream(stream)) {
      if (end) {
        const { destroy, cleanup } = destroyerOf(stream, reading, writing);
        destroys.push(destroy);
        if (isReadable(stream) && isLast) lastStreamCleanup.push(cleanup);
      }
      // An error after the pipeline has ended must not go unheard by nobody.
      const onError = (err) => {
        if (err && err.name !== 'AbortError' && err.code !== 'ERR_STREAM_PREMATURE_CLOSE') finishOnlyHandleError(err);
      };
      stream.on('error', onError);
      if (isReadable(stream) && isLast) lastStreamCleanup.push(() => stream.removeListener('error', onError));
    }

    if (i === 0) {
      if (typeof stream === 'function') {
        result = stream({ signal });
        if (!isIterable(result))
          throw new ERR_INVALID_RETURN_VALUE('Iterable, AsyncIterable or Stream', 'source', result);
      } else if (isIterable(stream) || isReadableNodeStream(stream) || isTransformStream(stream)) {
        result = stream;
      } else {
        result = require('stream/duplexify').duplexify(stream, 'source');
      }
    } else if (typeof stream === 'function') {
      result = isTransformStream(result) ? toIterable(result.readable) : toIterable(result);
      result = stream(result, { signal });
      if (reading) {
        if (!isIterable(result, true))
          throw new ERR_INVALID_RETURN_VALUE('AsyncIterable', `transform[${i - 1}]`, result);
      } else {
        // The last function's result is the pipeline's: an async iterable, or a promise of a value.
        const PassThrough = require('stream/passthrough');
        const out = new PassThrough({ objectMode: true });
        const then = result?.then;
        if (typeof then === 'function') {
          finishCount++;
          then.call(
            result,
            (val) => {
              value = val;
              if (val != null) out.write(val);
              if (end) out.end();
              nextTick(finish);
            },
            (err) => {
              out.destroy(err);
              nextTick(finish, err);
            },
          );
        } else if (isIterable(result, true)) {
          finishCount++;
          pump(result, out, finish, { end });
        } else if (isReadableStream(result) || isTransformStream(result)) {
          finishCount++;
          pump(result.readable || result, out, finish, { end });
        } else {
          throw new ERR_INVALID_RETURN_VALUE('AsyncIterable or Promise', 'destination', result);
        }
        result = out;
        const { destroy, cleanup } = destroyerOf(result, false, true);
        destroys.push(destroy);
        if (isLast) lastStreamCleanup.push(cleanup);
      }
    } else if (isNodeStream(stream)) {
      if (isReadableNodeStream(result)) {
        finishCount += 2;
        const cleanup = connect(result, stream, finish, finishOnlyHandleError, { end });
        if (isReadable(stream) && isLast) lastStreamCleanup.push(cleanup);
      } else if (isTransformStream(result) || isReadableStream(result)) {
        finishCount++;
        pump(result.readable || result, stream, finish, { end });
      } else if (isIterable(result)) {
        finishCount++;
        pump(result, stream, finish, { end });
      } else {
        throw new ERR_INVALID_ARG_TYPE(
          'val',
          ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'],
          result,
        );
      }
      result = stream;
    } else if (isWebStream(stream)) {
      if (isReadableNodeStream(result)) {
        finishCount++;
        pumpToWeb(toIterable(result), stream, finish, { end });
      } else if (isReadableStream(result) || isIterable(result)) {
        finishCount++;
        pumpToWeb(result, stream, finish, { end });
      } else if (isTransformStream(result)) {
        finishCount++;
        pumpToWeb(result.readable, stream, finish, { end });
      } else {
        throw new ERR_INVALID_ARG_TYPE(
          'val',
          ['Readable', 'Iterable', 'AsyncIterable', 'ReadableStream', 'TransformStream'],
          result,
        );
      }
      result = stream;
    } else {
      result = require('stream/duplexify').duplexify(stream);
    }
  }
  if (signal?.aborted || outerSignal?.aborted) nextTick(abort);
  return result;
}

/** source.pipe(destination), with both ends watched. */
function connect(source, destination, finish, finishOnlyHandleError, { end }) {
  let ended = false;
  destination.on('close', () => {
    if (!ended) finishOnlyHandleError(new ERR_STREAM_PREMATURE_CLOSE());
  });
  source.pipe(destination, { end: false }); // an error of the source must not end the destination as if all were well
  if (end) {
    const endDestination = () => {
      ended = true;
      destination.end();
    };
    if (isReadableFinished(source)) nextTick(endDestination);
    else source.once('end', endDestination);
  } else {
    finish();
  }
  eos(source, { readable: true, writable: false }, (error) => {
    const r = source._readableState;
    if (error && error.code === 'ERR_STREAM_PREMATURE_CLOSE' && r?.ended && !r.errored && !r.errorEmitted) {
      // Some streams close before 'end' has been read: that is no error if all was there.
      source.once('end', finish).once('error', finish);
    } else {
      finish(error);
    }
  });
  return eos(destination, { readable: false, writable: true }, finish);
}

/** stream/promises' pipeline. */
function pipelinePromise(...streams) {
  return new Promise((resolve, reject) => {
    let signal;
    let end;
    const last = streams[streams.length - 1];
    if (last && typeof last === 'object' && !isNodeStream(last) && !isIterable(last) && !isWebStream(last)) {
      const options = streams.pop();
      signal = options.signal;
      end = options.end;
    }
    run(streams, (error, value) => (error ? reject(error) : resolve(value)), { signal, end });
  });
}

module.exports = { pipeline, pipelinePromise, run };
