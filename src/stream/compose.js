// stream.compose and readable.compose: several streams as one Duplex.
'use strict';

const { AbortError, codes } = require('errors/errors');
const { destroyer } = require('stream/destroy');
const Duplex = require('stream/duplex');
const { duplexify } = require('stream/duplexify');
const { eos } = require('stream/end_of_stream');
const { pipeline } = require('stream/pipeline');
const {
  isIterable,
  isNodeStream,
  isReadable,
  isReadableStream,
  isTransformStream,
  isWebStream,
  isWritable,
  isWritableStream,
} = require('stream/state');

const { ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } = codes;

function compose(...streams) {
  if (streams.length === 0) throw new ERR_MISSING_ARGS('streams');
  if (streams.length === 1) return duplexify(streams[0]);
  const originals = streams.slice();
  if (typeof streams[0] === 'function') streams[0] = duplexify(streams[0]);
  if (typeof streams.at(-1) === 'function') streams[streams.length - 1] = duplexify(streams.at(-1));
  for (let i = 0; i < streams.length; i++) {
    const stream = streams[i];
    if (!isNodeStream(stream) && !isWebStream(stream)) continue;
    if (i < streams.length - 1 && !(isReadable(stream) || isReadableStream(stream) || isTransformStream(stream))) {
      throw new ERR_INVALID_ARG_VALUE(`streams[${i}]`, originals[i], 'must be readable');
    }
    if (i > 0 && !(isWritable(stream) || isWritableStream(stream) || isTransformStream(stream))) {
      throw new ERR_INVALID_ARG_VALUE(`streams[${i}]`, originals[i], 'must be writable');
    }
  }

  let onDrain;
  let onFinish;
  let onReadable;
  let onClose;
  let duplex;
  function onFinished(error) {
    const callback = onClose;
    onClose = null;
    if (callback) callback(error);
    else if (error) duplex.destroy(error);
    else if (!readable && !writable) duplex.destroy();
  }

  const head = streams[0];
  const tail = pipeline(...streams, onFinished);
  const writable = Boolean(isWritable(head) || isWritableStream(head) || isTransformStream(head));
  const readable = Boolean(isReadable(tail) || isReadableStream(tail) || isTransformStream(tail));
  duplex = new Duplex({
    writableObjectMode: Boolean(head?.writableObjectMode),
    readableObjectMode: Boolean(tail?.readableObjectMode),
    writable,
    readable,
  });

  if (writable) {
    if (isNodeStream(head)) {
      duplex._write = function (chunk, encoding, callback) {
        if (head.write(chunk, encoding)) callback();
        else onDrain = callback;
      };
      duplex._final = function (callback) {
        head.end();
        onFinish = callback;
      };
      head.on('drain', () => {
        if (!onDrain) return;
        const callback = onDrain;
        onDrain = null;
        callback();
      });
    } else {
      const writer = (isTransformStream(head) ? head.writable : head).getWriter();
      duplex._write = async function (chunk, encoding, callback) {
        try {
          await writer.ready;
          writer.write(chunk).catch(() => {});
          callback();
        } catch (error) {
          callback(error);
        }
      };
      duplex._final = async function (callback) {
        try {
          await writer.ready;
          writer.close().catch(() => {});
          onFinish = callback;
        } catch (error) {
          callback(error);
        }
      };
    }
    eos(isTransformStream(tail) ? tail.readable : tail, () => {
      if (!onFinish) return;
      const callback = onFinish;
      onFinish = null;
      callback();
    });
  }
  if (readable) {
    if (isNodeStream(tail)) {
      tail.on('readable', () => {
        if (!onReadable) return;
        const callback = onReadable;
        onReadable = null;
        callback();
      });
      tail.on('end', () => duplex.push(null));
      duplex._read = function () {
        for (;;) {
          const chunk = tail.read();
          if (chunk === null) {
            onReadable = duplex._read;
            return;
          }
          if (!duplex.push(chunk)) return;
        }
      };
    } else {
      const reader = (isTransformStream(tail) ? tail.readable : tail).getReader();
      duplex._read = async function () {
        for (;;) {
          try {
            const { value, done } = await reader.read();
            if (!duplex.push(done ? null : value) || done) return;
          } catch {
            return;
          }
        }
      };
    }
  }
  duplex._destroy = function (error, callback) {
    if (!error && onClose !== null) error = new AbortError();
    onReadable = null;
    onDrain = null;
    onFinish = null;
    if (isNodeStream(tail)) destroyer(tail, error);
    if (onClose === null) callback(error);
    else onClose = callback;
  };
  return duplex;
}

/** readable.compose(stream, {signal}) */
function composeReadable(readable, stream, options) {
  const { validateAbortSignal, validateObject } = require('errors/validators');
  if (options != null) validateObject(options, 'options');
  if (options?.signal != null) validateAbortSignal(options.signal, 'options.signal');
  if (isNodeStream(stream) && !isWritable(stream))
    throw new ERR_INVALID_ARG_VALUE('stream', stream, 'must be writable');
  const composed = compose(readable, isIterable(stream) && !isNodeStream(stream) ? duplexify(stream) : stream);
  if (options?.signal) require('stream/add_abort_signal').addAbortSignalNoValidate(options.signal, composed);
  return composed;
}

module.exports = { compose, composeReadable };
