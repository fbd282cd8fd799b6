// node:stream/web: https://streams.spec.whatwg.org
'use strict';

const { ReadableStream } = require('stream/web/readable_stream');
const { ReadableStreamBYOBReader, ReadableStreamDefaultReader } = require('stream/web/readers');
const { ReadableByteStreamController, ReadableStreamBYOBRequest } = require('stream/web/byte_controller');
const { ReadableStreamDefaultController } = require('stream/web/default_controller');
const { TransformStream, TransformStreamDefaultController } = require('stream/web/transform_stream');
const {
  WritableStream,
  WritableStreamDefaultController,
  WritableStreamDefaultWriter,
} = require('stream/web/writable_stream');
const { ByteLengthQueuingStrategy, CountQueuingStrategy } = require('stream/web/strategies');
const {
  CompressionStream,
  DecompressionStream,
  TextDecoderStream,
  TextEncoderStream,
} = require('stream/web/codec_streams');

/** ReadableStream.prototype.tee(), with structured clones for the second branch on demand. */
function ReadableStreamTee(stream, cloneForBranch2 = false) {
  const { kState } = require('stream/web/common');
  const { teeBytes, teeDefault } = require('stream/web/tee');
  if (!(stream instanceof ReadableStream)) {
    const { codes } = require('errors/errors');
    throw new codes.ERR_INVALID_ARG_TYPE('stream', 'ReadableStream', stream);
  }
  require('errors/validators').validateBoolean(cloneForBranch2, 'cloneForBranch2');
  const state = stream[kState];
  return state.controller.isByte ? teeBytes(state) : teeDefault(state, cloneForBranch2);
}

module.exports = {
  ReadableStreamTee,
  ReadableStream,
  ReadableStreamDefaultReader,
  ReadableStreamBYOBReader,
  ReadableStreamBYOBRequest,
  ReadableByteStreamController,
  ReadableStreamDefaultController,
  TransformStream,
  TransformStreamDefaultController,
  WritableStream,
  WritableStreamDefaultWriter,
  WritableStreamDefaultController,
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  TextEncoderStream,
  TextDecoderStream,
  CompressionStream,
  DecompressionStream,
};
