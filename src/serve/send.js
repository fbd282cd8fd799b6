// A Response on its way out: strings and bytes in one native call, streams as fast as the client reads, files by sendfile.
'use strict';

const { HeadFlags } = require('http/common');
const { isUint8Array } = require('util/types');

// Modes of Connection::write and respond.
const CHUNK = 1;
const FLUSH = 4;
const IDLE_AFTER = 8;
const NO_LENGTH = 16;
const NO_BODY = 32;
const HAS_DATE = 64;
const SAY_CLOSE = 128;
const SAY_KEEP_ALIVE = 256;

const HEAD = 2; // llhttp's number of the method

const HIGH_WATER_MARK = 64 * 1024;

// Headers that decide about framing and the connection: the server's business.
const CONNECTION = 1;
const LENGTH = 2;
const ENCODING = 4;
const DATE = 8;
const SPECIAL = new Map([
  ['connection', CONNECTION],
  ['keep-alive', ENCODING],
  ['content-length', LENGTH],
  ['transfer-encoding', ENCODING],
  ['date', DATE],
]);

let facts = 0; // what renderLines() has met
let givenLength = null;

let lastType = '';
let lastTypeLine = '';

/** The headers as lines, without those that are the server's business. */
function renderLines(list) {
  const { entries } = list;
  facts = 0;
  givenLength = null;
  if (entries.length === 3 && entries[0] === 'content-type') {
    const value = entries[2];
    if (value !== lastType || entries[1] !== 'content-type') {
      if (entries[1] !== 'content-type') return `${entries[1]}: ${value}\r\n`;
      lastType = value;
      lastTypeLine = `content-type: ${value}\r\n`;
    }
    return lastTypeLine;
  }
  let text = '';
  for (let i = 0; i < entries.length; i += 3) {
    const value = entries[i + 2];
    const special = SPECIAL.get(entries[i]);
    if (special !== undefined) {
      if (special === CONNECTION) {
        if (/(?:^|[\s,])close(?:$|[\s,])/i.test(value)) facts |= CONNECTION;
        continue;
      }
      facts |= special;
      if (special === LENGTH) givenLength = /^\d{1,15}$/.test(value) ? Number(value) : null;
      if (special !== DATE) continue;
    }
    text += `${entries[i + 1]}: ${value}\r\n`;
  }
  return text;
}

/** The headers of a response of fetch() whose body has been decompressed on its way: they would lie about what is sent. */
function withoutEncoding(list) {
  const copy = list.copy();
  copy.delete('content-encoding');
  copy.delete('content-length');
  return copy;
}

/**
 * Answers a request.
 * @param {ServedRequest} request
 * @param {ResponseState} state
 */
function send(request, state) {
  const { connection } = request;
  const { body, status } = state;
  const lines = renderLines(state.decoded ? withoutEncoding(state.list) : state.list);
  let mode = FLUSH;
  if (facts & DATE) mode |= HAS_DATE;
  if (facts & CONNECTION || connection.closing || connection.server.stopping) request.closeAfter = true;
  if (request.closeAfter) mode |= SAY_CLOSE;
  else if (request.flags & HeadFlags.http10) mode |= SAY_KEEP_ALIVE;
  const isHead = request.methodId === HEAD;
  if (isHead) mode |= NO_BODY;

  if (state.file !== null && body !== null && !body.unusable) {
    require('serve/file_response').sendFile(request, state, lines, mode);
    return;
  }
  if (body === null) {
    sendEmpty(request, state, lines, mode);
    return;
  }
  if (body.unusable) throw new TypeError('The body of the response has already been read');
  const { source } = body;
  if (body.made === null && (typeof source === 'string' || source instanceof Uint8Array)) {
    body.used = true;
    if (!request.closeAfter && connection.waiting === null) mode |= IDLE_AFTER;
    const rest = connection.native.respond(status, state.statusText, lines, source, mode);
    connection.sent(request, rest);
    return;
  }
  const length = body.length ?? givenLength;
  if (isHead) {
    body.cancel();
    const text = length === null ? lines : `${lines}Content-Length: ${length}\r\n`;
    connection.sent(request, connection.native.respond(status, state.statusText, text, undefined, mode | NO_LENGTH));
    return;
  }
  sendStream(request, state, lines, mode, length);
}

function sendEmpty(request, state, lines, mode) {
  const { connection } = request;
  const { status } = state;
  if (status === 204 || status === 304 || status < 200) mode |= NO_LENGTH;
  else if (mode & NO_BODY && givenLength !== null) {
    // An answer to HEAD says how long the one to GET would be.
    lines += `Content-Length: ${givenLength}\r\n`;
    mode |= NO_LENGTH;
  }
  if (!request.closeAfter && connection.waiting === null) mode |= IDLE_AFTER;
  connection.sent(request, connection.native.respond(status, state.statusText, lines, undefined, mode));
}

/** @param {number|null} length when somebody knows */
function sendStream(request, state, lines, mode, length) {
  const { connection } = request;
  let chunked = false;
  let framing;
  if (length !== null) {
    framing = `Content-Length: ${length}\r\n\r\n`;
  } else if (request.flags & HeadFlags.http10) {
    // The end of the connection is the end of the body.
    request.closeAfter = true;
    framing = '\r\n';
    mode = (mode & ~SAY_KEEP_ALIVE) | SAY_CLOSE;
  } else {
    chunked = true;
    framing = 'Transfer-Encoding: chunked\r\n\r\n';
  }
  connection.native.startResponse(state.status, state.statusText, lines, mode);
  connection.native.write(framing, undefined, undefined, 0, 0);
  connection.flushSoon();
  request.headSent = true;
  const pump = new Pump(request, chunked, length);
  connection.pump = pump;
  pump.start(state.body.stream);
}

/** Moves a stream's chunks to a connection, no faster than the client takes them. */
class Pump {
  constructor(request, chunked, length) {
    this.request = request;
    this.connection = request.connection;
    this.chunked = chunked;
    this.left = length; // null: nobody knows
    this.reader = null;
    this.reading = false;
    this.again = false;
    this.stalled = false;
  }

  start(stream) {
    const { ReadableStreamDefaultReader } = require('stream/web/readers');
    const { kState } = require('stream/web/common');
    this.publicReader = new ReadableStreamDefaultReader(stream);
    this.reader = this.publicReader[kState];
    this.readFrom = require('stream/web/readable_state').readFrom;
    this.next();
  }

  /** Asks for chunks as long as they come at once: no recursion, however many wait. */
  next() {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    do {
      this.again = false;
      this.readFrom(this.reader, this);
    } while (this.again);
    this.reading = false;
  }

  chunkSteps(chunk) {
    const { connection, chunked } = this;
    if (connection.destroyed) return;
    if (!isUint8Array(chunk)) {
      this.fail(new TypeError('Received non-Uint8Array chunk'));
      return;
    }
    const { length } = chunk;
    if (length === 0) {
      this.next();
      return;
    }
    if (this.left !== null) {
      this.left -= length;
      if (this.left < 0) {
        this.fail(new TypeError('The body is longer than its Content-Length'));
        return;
      }
    }
    const rest = connection.native.write(undefined, chunk, undefined, chunked ? CHUNK : 0, length);
    if (rest < 0) {
      connection.destroy();
      return;
    }
    connection.flushSoon();
    if (rest >= HIGH_WATER_MARK) this.stalled = true;
    else this.next();
  }

  closeSteps() {
    const { connection, request, chunked } = this;
    connection.pump = null;
    if (connection.destroyed) return;
    if (this.left !== null && this.left > 0) {
      this.fail(new TypeError('The body is shorter than its Content-Length'));
      return;
    }
    let mode = FLUSH;
    if (!request.closeAfter && connection.waiting === null) mode |= IDLE_AFTER;
    const rest = connection.native.write(undefined, undefined, chunked ? '0\r\n\r\n' : undefined, mode, 0);
    connection.sent(request, rest);
  }

  errorSteps(error) {
    this.fail(error);
  }

  /** What the client has is not the whole: only a broken connection can tell it. */
  fail(error) {
    const { connection } = this;
    connection.pump = null;
    this.publicReader?.cancel(error).catch(() => {});
    if (connection.destroyed) return;
    connection.native.flush();
    connection.destroy();
    connection.server.report(error);
  }

  /** The connection has taken what it was given. */
  drained() {
    if (!this.stalled) return;
    this.stalled = false;
    this.next();
  }

  /** The client is gone. */
  cancel(reason) {
    this.stalled = false;
    this.publicReader.cancel(reason).catch(() => {});
  }
}

module.exports = { FLUSH, HIGH_WATER_MARK, IDLE_AFTER, NO_BODY, NO_LENGTH, send, sendStream };
