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

module.exports = {
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
