// Channels of node:diagnostics_channel, and entries for performance observers.
'use strict';

const { channel } = require('async/diagnostics_channel');

const client = {
  created: channel('http2.client.stream.created'),
  start: channel('http2.client.stream.start'),
  error: channel('http2.client.stream.error'),
  finish: channel('http2.client.stream.finish'),
  bodyChunkSent: channel('http2.client.stream.bodyChunkSent'),
  bodySent: channel('http2.client.stream.bodySent'),
  close: channel('http2.client.stream.close'),
};
const server = {
  created: channel('http2.server.stream.created'),
  start: channel('http2.server.stream.start'),
  error: channel('http2.server.stream.error'),
  finish: channel('http2.server.stream.finish'),
  close: channel('http2.server.stream.close'),
};

/** The channels of a session's side; `type` as in session.type. */
const channelsOf = (type) => (type === 0 ? server : client);

function observed() {
  return require('perf_hooks/observer').hasObserver('http2');
}

function enter(name, start, duration, detail) {
  const { createNodeEntry } = require('perf_hooks/entry');
  require('perf_hooks/observer').enqueue(createNodeEntry(name, 'http2', start, duration, detail));
}

/** @param {number} id @param {number[]} numbers as Session::measure gives them */
function reportStream(id, [start, duration, bytesRead, bytesWritten, firstByte, firstByteSent, firstHeader]) {
  if (!observed()) return;
  enter('Http2Stream', start, duration, {
    bytesRead,
    bytesWritten,
    id,
    timeToFirstByte: firstByte,
    timeToFirstByteSent: firstByteSent,
    timeToFirstHeader: firstHeader,
  });
}

/** @param {number[]} counts as Session::counts gives them */
function reportSession(type, start, counts, pingRTT) {
  if (!observed()) return;
  const [framesReceived, framesSent, bytesRead, bytesWritten, streamCount, maxConcurrentStreams, total] = counts;
  const { now } = require('perf_hooks/clock');
  enter('Http2Session', start, now() - start, {
    bytesRead,
    bytesWritten,
    framesReceived,
    framesSent,
    maxConcurrentStreams,
    pingRTT,
    streamAverageDuration: streamCount === 0 ? 0 : total / streamCount,
    streamCount,
    type: type === 0 ? 'server' : 'client',
  });
}

module.exports = { channelsOf, observed, reportSession, reportStream };
