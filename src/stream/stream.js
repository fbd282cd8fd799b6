// node:stream: https://nodejs.org/api/stream.html
'use strict';

const { Stream } = require('stream/legacy');
const Readable = require('stream/readable');
const Writable = require('stream/writable');
const Duplex = require('stream/duplex');
const Transform = require('stream/transform');
const PassThrough = require('stream/passthrough');
const { addAbortSignal } = require('stream/add_abort_signal');
const { destroyer } = require('stream/destroy');
const { eos } = require('stream/end_of_stream');
const { pipeline } = require('stream/pipeline');
const promises = require('stream/promises');
const state = require('stream/state');

const kCustomPromisify = Symbol.for('nodejs.util.promisify.custom');

require('stream/operators').install(Readable);

Stream.isDestroyed = state.isDestroyed;
Stream.isDisturbed = state.isDisturbed;
Stream.isErrored = state.isErrored;
Stream.isReadable = state.isReadable;
Stream.isWritable = state.isWritable;
Stream.Readable = Readable;
Stream.Writable = Writable;
Stream.Duplex = Duplex;
Stream.Transform = Transform;
Stream.PassThrough = PassThrough;
Stream.duplexPair = function duplexPair(options) {
  return require('stream/duplex_pair').duplexPair(options);
};
Stream.pipeline = pipeline;
Stream.addAbortSignal = addAbortSignal;
Stream.finished = eos;
Stream.destroy = destroyer;
Stream.compose = function compose(...streams) {
  return require('stream/compose').compose(...streams);
};
Stream.setDefaultHighWaterMark = state.setDefaultHighWaterMark;
Stream.getDefaultHighWaterMark = state.getDefaultHighWaterMark;

Object.defineProperty(Stream, 'promises', {
  __proto__: null,
  get: () => promises,
  configurable: true,
  enumerable: true,
});
Object.defineProperty(pipeline, kCustomPromisify, { __proto__: null, get: () => promises.pipeline, enumerable: true });
Object.defineProperty(eos, kCustomPromisify, { __proto__: null, get: () => promises.finished, enumerable: true });
Object.defineProperty(eos, 'name', { __proto__: null, value: 'eos', configurable: true });

Stream.Stream = Stream;
Stream._isArrayBufferView = ArrayBuffer.isView;
Stream._isUint8Array = require('util/types').isUint8Array;
Stream._uint8ArrayToBuffer = function (chunk) {
  const { Buffer } = require('buffer/buffer');
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
};

module.exports = Stream;
