// stream/consumers: https://nodejs.org/api/webstreams.html#utility-consumers
'use strict';

const { Buffer } = require('buffer/buffer');

/** Everything a stream or async iterable gives, as a Blob. */
async function blob(stream) {
  const { Blob } = require('web/blob');
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Blob(chunks);
}

/** ... as an ArrayBuffer. */
async function arrayBuffer(stream) {
  return (await blob(stream)).arrayBuffer();
}

/** ... as a Uint8Array. */
async function bytes(stream) {
  return new Uint8Array(await arrayBuffer(stream));
}

/** ... as a Buffer. */
async function buffer(stream) {
  return Buffer.from(await arrayBuffer(stream));
}

/** ... as text, decoded from UTF-8. */
async function text(stream) {
  const { TextDecoder } = require('web/encoding');
  const decoder = new TextDecoder();
  let result = '';
  for await (const chunk of stream) {
    result += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  }
  return result + decoder.decode();
}

/** ... parsed as JSON. */
async function json(stream) {
  return JSON.parse(await text(stream));
}

module.exports = { arrayBuffer, blob, buffer, bytes, json, text };
