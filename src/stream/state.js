// High-water marks, and questions that one can ask of any stream.
'use strict';

const { codes } = require('errors/errors');
const { validateInteger } = require('errors/validators');

let defaultBytes = 64 * 1024;
let defaultObjects = 16;

/** The default high-water mark of byte or object streams. */
function getDefaultHighWaterMark(objectMode) {
  return objectMode ? defaultObjects : defaultBytes;
}

/** Changes the default for streams made from now on. */
function setDefaultHighWaterMark(objectMode, value) {
  validateInteger(value, 'value', 0);
  if (objectMode) defaultObjects = value;
  else defaultBytes = value;
}

/** The high-water mark that `options` ask for; `duplexKey` is the name that counts for one side of a Duplex. */
function highWaterMarkOf(options, objectMode, duplexKey, isDuplex) {
  const value = options?.highWaterMark ?? (isDuplex ? options?.[duplexKey] : undefined);
  if (value == null) return getDefaultHighWaterMark(objectMode);
  if (!Number.isInteger(value) || value < 0) {
    const name = isDuplex && options.highWaterMark == null ? `options.${duplexKey}` : 'options.highWaterMark';
    throw new codes.ERR_INVALID_ARG_VALUE(name, value);
  }
  return Math.floor(value);
}

const kIsDestroyed = Symbol.for('nodejs.stream.destroyed');
const kIsErrored = Symbol.for('nodejs.stream.errored');
const kIsReadable = Symbol.for('nodejs.stream.readable');
const kIsWritable = Symbol.for('nodejs.stream.writable');
const kIsDisturbed = Symbol.for('nodejs.stream.disturbed');
const kIsClosedPromise = Symbol.for('nodejs.webstream.isClosedPromise');

/** A Readable of Node, by its shape. `strict` asks for pause and resume, too. */
function isReadableNodeStream(stream, strict = false) {
  return Boolean(
    stream &&
    typeof stream.pipe === 'function' &&
    typeof stream.on === 'function' &&
    (!strict || (typeof stream.pause === 'function' && typeof stream.resume === 'function')) &&
    (!stream._writableState || stream._readableState?.readable !== false) &&
    (!stream._writableState || stream._readableState),
  );
}

function isWritableNodeStream(stream) {
  return Boolean(
    stream &&
    typeof stream.write === 'function' &&
    typeof stream.on === 'function' &&
    (!stream._readableState || stream._writableState?.writable !== false),
  );
}

function isDuplexNodeStream(stream) {
  return Boolean(
    stream &&
    typeof stream.pipe === 'function' &&
    stream._readableState &&
    typeof stream.on === 'function' &&
    typeof stream.write === 'function',
  );
}

/** Any stream of Node, old or new. */
function isNodeStream(stream) {
  return Boolean(
    stream &&
    (stream._readableState ||
      stream._writableState ||
      (typeof stream.write === 'function' && typeof stream.on === 'function') ||
      (typeof stream.pipe === 'function' && typeof stream.on === 'function')),
  );
}

const isReadableStream = (value) =>
  Boolean(
    value &&
    !isNodeStream(value) &&
    typeof value.pipeThrough === 'function' &&
    typeof value.getReader === 'function' &&
    typeof value.cancel === 'function',
  );
const isWritableStream = (value) =>
  Boolean(value && !isNodeStream(value) && typeof value.getWriter === 'function' && typeof value.abort === 'function');
const isTransformStream = (value) =>
  Boolean(value && !isNodeStream(value) && typeof value.readable === 'object' && typeof value.writable === 'object');
const isWebStream = (value) => isReadableStream(value) || isWritableStream(value) || isTransformStream(value);

function isIterable(value, isAsync = undefined) {
  if (value == null) return false;
  if (isAsync === true) return typeof value[Symbol.asyncIterator] === 'function';
  if (isAsync === false) return typeof value[Symbol.iterator] === 'function';
  return typeof value[Symbol.asyncIterator] === 'function' || typeof value[Symbol.iterator] === 'function';
}

function isDestroyed(stream) {
  if (!isNodeStream(stream)) return null;
  const state = stream._writableState || stream._readableState;
  return Boolean(stream.destroyed || stream[kIsDestroyed] || state?.destroyed);
}

function isWritableEnded(stream) {
  if (!isWritableNodeStream(stream)) return null;
  if (stream.writableEnded === true) return true;
  const state = stream._writableState;
  if (state?.errored) return false;
  return typeof state?.ended === 'boolean' ? state.ended : null;
}

function isWritableFinished(stream, strict = true) {
  if (!isWritableNodeStream(stream)) return null;
  if (stream.writableFinished === true) return true;
  const state = stream._writableState;
  if (state?.errored) return false;
  if (typeof state?.finished !== 'boolean') return null;
  return Boolean(state.finished || (!strict && state.ended && state.length === 0));
}

function isReadableEnded(stream) {
  if (!isReadableNodeStream(stream)) return null;
  if (stream.readableEnded === true) return true;
  const state = stream._readableState;
  if (!state || state.errored) return false;
  return typeof state.ended === 'boolean' ? state.ended : null;
}

function isReadableFinished(stream, strict = true) {
  if (!isReadableNodeStream(stream)) return null;
  const state = stream._readableState;
  if (state?.errored) return false;
  if (typeof state?.endEmitted !== 'boolean') return null;
  return Boolean(state.endEmitted || (!strict && state.ended && state.length === 0));
}

function isReadable(stream) {
  if (stream && stream[kIsReadable] != null) return stream[kIsReadable];
  if (typeof stream?.readable !== 'boolean') return null;
  if (isDestroyed(stream)) return false;
  return isReadableNodeStream(stream) && stream.readable && !isReadableFinished(stream);
}

function isWritable(stream) {
  if (stream && stream[kIsWritable] != null) return stream[kIsWritable];
  if (typeof stream?.writable !== 'boolean') return null;
  if (isDestroyed(stream)) return false;
  return isWritableNodeStream(stream) && stream.writable && !isWritableEnded(stream);
}

function isFinished(stream, options) {
  if (!isNodeStream(stream)) return null;
  if (isDestroyed(stream)) return true;
  if (options?.readable !== false && isReadable(stream)) return false;
  return !(options?.writable !== false && isWritable(stream));
}

/** Whether a stream has been read from or destroyed. */
function isDisturbed(stream) {
  return Boolean(stream && (stream[kIsDisturbed] ?? (stream.readableDidRead || stream.readableAborted)));
}

function isErrored(stream) {
  return Boolean(
    stream &&
    (stream[kIsErrored] ??
      stream.readableErrored ??
      stream.writableErrored ??
      stream._readableState?.errorEmitted ??
      stream._writableState?.errorEmitted ??
      stream._readableState?.errored ??
      stream._writableState?.errored),
  );
}

function isClosed(stream) {
  if (!isNodeStream(stream)) return null;
  if (typeof stream.closed === 'boolean') return stream.closed;
  const w = stream._writableState;
  const r = stream._readableState;
  if (typeof w?.closed === 'boolean' || typeof r?.closed === 'boolean') return Boolean(w?.closed || r?.closed);
  if (typeof stream._closed === 'boolean' && isOutgoing(stream)) return stream._closed;
  return null;
}

const isOutgoing = (stream) =>
  typeof stream._closed === 'boolean' &&
  typeof stream._defaultKeepAlive === 'boolean' &&
  typeof stream._removedConnection === 'boolean' &&
  typeof stream._removedContLen === 'boolean';
const isServerResponse = (stream) => typeof stream._sent100 === 'boolean' && isOutgoing(stream);
const isServerRequest = (stream) =>
  typeof stream._consuming === 'boolean' &&
  typeof stream._dumped === 'boolean' &&
  stream.req?.upgradeOrConnect === undefined;
/** A request of the HTTP client, or one that looks like it: it has setHeader and an abort function. */
const isRequest = (stream) => Boolean(stream?.setHeader && typeof stream.abort === 'function');

/** Whether the stream promises to emit 'close'. */
function willEmitClose(stream) {
  if (!isNodeStream(stream)) return null;
  const w = stream._writableState;
  const r = stream._readableState;
  const state = w || r;
  return Boolean(
    (!state && isServerResponse(stream)) || (state?.autoDestroy && state.emitClose && state.closed === false),
  );
}

module.exports = {
  getDefaultHighWaterMark,
  highWaterMarkOf,
  isClosed,
  isDestroyed,
  isDisturbed,
  isDuplexNodeStream,
  isErrored,
  isFinished,
  isIterable,
  isNodeStream,
  isReadable,
  isReadableEnded,
  isReadableFinished,
  isReadableNodeStream,
  isReadableStream,
  isRequest,
  isServerRequest,
  isServerResponse,
  isTransformStream,
  isWebStream,
  isWritable,
  isWritableEnded,
  isWritableFinished,
  isWritableNodeStream,
  isWritableStream,
  kIsClosedPromise,
  kIsDestroyed,
  kIsDisturbed,
  kIsErrored,
  kIsReadable,
  kIsWritable,
  setDefaultHighWaterMark,
  willEmitClose,
};
