// stream.addAbortSignal: an aborted signal destroys the stream with an AbortError.
'use strict';

const { AbortError, codes } = require('errors/errors');
const { isNodeStream, isWebStream } = require('stream/state');

/** Checks its arguments; gives the stream. */
function addAbortSignal(signal, stream) {
  if (typeof signal !== 'object' || signal === null || !('aborted' in signal))
    throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  if (!isNodeStream(stream) && !isWebStream(stream))
    throw new codes.ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
  return addAbortSignalNoValidate(signal, stream);
}

function addAbortSignalNoValidate(signal, stream) {
  if (typeof signal !== 'object' || !('aborted' in signal)) return stream;
  const abort = isNodeStream(stream)
    ? () => stream.destroy(new AbortError(undefined, { cause: signal.reason }))
    : () =>
        stream[Symbol.for('nodejs.webstream.controllerErrorFunction')](
          new AbortError(undefined, { cause: signal.reason }),
        );
  if (signal.aborted) {
    abort();
  } else {
    const { addAbortListener } = require('events/events');
    const disposable = addAbortListener(signal, abort);
    require('stream/end_of_stream').eos(stream, () => disposable[Symbol.dispose]());
  }
  return stream;
}

module.exports = { addAbortSignal, addAbortSignalNoValidate };
