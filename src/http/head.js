'use strict';

// The head of a message: a first line and headers become the text that goes out, with the lines that HTTP wants besides
// (Date, Connection, Keep-Alive, Content-Length or Transfer-Encoding).

const { codes } = require('errors/errors');
const { checkHeaderName, httpDateLine, lowerCase, kOutHeaders, kUniqueHeaders } = require('http/common');

// Which of the headers that decide about framing and the connection were given.
const HAS_CONNECTION = 1;
const HAS_LENGTH = 2;
const HAS_ENCODING = 4;
const HAS_DATE = 8;
const HAS_EXPECT = 16;
const HAS_TRAILER = 32;
const KEEP_ALIVE = 64;
const DECIDING = new Map([
  ['connection', HAS_CONNECTION],
  ['content-length', HAS_LENGTH],
  ['transfer-encoding', HAS_ENCODING],
  ['date', HAS_DATE],
  ['expect', HAS_EXPECT],
  ['trailer', HAS_TRAILER],
  ['keep-alive', KEEP_ALIVE],
]);
const CLOSE = /(?:^|\W)close(?:$|\W)/i;
const CHUNKED = /(?:^|\W)chunked(?:$|\W)/i;

let seen = 0; // bits of the head being rendered

/** What the message must know about one of the deciding headers. */
function note(message, bit, value) {
  seen |= bit;
  switch (bit) {
    case HAS_CONNECTION:
      message._removedConnection = false;
      if (CLOSE.test(value)) message._last = true;
      else message.shouldKeepAlive = true;
      break;
    case HAS_LENGTH:
      message._contentLength = +value;
      message._removedContLen = false;
      break;
    case HAS_ENCODING:
      message._removedTE = false;
      if (CHUNKED.test(value)) message.chunkedEncoding = true;
      break;
    case KEEP_ALIVE:
      message._defaultKeepAlive = false;
      break;
  }
}

function line(message, name, value, check) {
  if (check !== null) {
    if (value === undefined) throw new codes.ERR_HTTP_INVALID_HEADER_VALUE(value, name);
    check(message, name, value);
  }
  const { length } = name;
  if (length >= 4 && length <= 17) {
    const bit = DECIDING.get(lowerCase(name));
    if (bit !== undefined) note(message, bit, value);
  }
  return `${name}: ${value}\r\n`;
}

/** The lines of one header, whatever its value. */
function lines(message, name, value, check) {
  if (check !== null) checkHeaderName(name);
  if (!Array.isArray(value)) return line(message, name, value, check);
  const key = lowerCase(name);
  // Cookies go in one line (RFC 6265 §5.4), and so does what the program wants to be unique.
  if ((value.length > 1 && key === 'cookie') || message[kUniqueHeaders]?.has(key)) {
    return line(message, name, value.join('; '), check);
  }
  let text = '';
  for (let i = 0; i < value.length; i++) text += line(message, name, value[i], check);
  return text;
}

/**
 * @param {OutgoingMessage} message learns what the headers say about it
 * @param {string} firstLine with its line end
 * @param {object|Array} [headers] `kOutHeaders` of the message (already checked), an object, pairs, or a flat array
 * @param {(message, name, value) => void} check throws for a value that must not be sent
 * @returns {string} the head
 */
function renderHead(message, firstLine, headers, check) {
  seen = 0;
  let text = firstLine;
  if (headers) {
    if (headers === message[kOutHeaders]) {
      for (const key in headers) text += lines(message, headers[key][0], headers[key][1], null);
    } else if (Array.isArray(headers)) {
      if (headers.length !== 0 && Array.isArray(headers[0])) {
        for (const entry of headers) text += lines(message, entry[0], entry[1], check);
      } else {
        if (headers.length % 2 !== 0) throw new codes.ERR_INVALID_ARG_VALUE('headers', headers);
        for (let i = 0; i < headers.length; i += 2) text += lines(message, headers[i], headers[i + 1], check);
      }
    } else {
      for (const key in headers) {
        if (Object.hasOwn(headers, key)) text += lines(message, key, headers[key], check);
      }
    }
  }
  renderHead.sawExpect = (seen & HAS_EXPECT) !== 0;
  return finish(message, text, seen);
}
renderHead.sawExpect = false;

function finish(message, text, given) {
  if (message.sendDate && !(given & HAS_DATE)) text += httpDateLine();

  // A body that must not be there has no framing (RFC 9110 §15.3.5, §15.4.5).
  if (message.chunkedEncoding && (message.statusCode === 204 || message.statusCode === 304)) {
    message.chunkedEncoding = false;
    message.shouldKeepAlive = false;
  }

  if (message._removedConnection) {
    message._last = !message.shouldKeepAlive;
  } else if (!(given & HAS_CONNECTION)) {
    const keep =
      message.shouldKeepAlive && ((given & HAS_LENGTH) !== 0 || message.useChunkedEncodingByDefault || message.agent);
    if (keep && message.maxRequestsOnConnectionReached) {
      text += 'Connection: close\r\n';
    } else if (keep) {
      text +=
        message._keepAliveTimeout && message._defaultKeepAlive ? keepAliveLines(message) : 'Connection: keep-alive\r\n';
    } else {
      message._last = true;
      text += 'Connection: close\r\n';
    }
  }

  if (!(given & (HAS_LENGTH | HAS_ENCODING))) {
    if (!message._hasBody) {
      message.chunkedEncoding = false;
    } else if (!message.useChunkedEncodingByDefault) {
      message._last = true;
    } else if (!(given & HAS_TRAILER) && !message._removedContLen && typeof message._contentLength === 'number') {
      text += `Content-Length: ${message._contentLength}\r\n`;
    } else if (!message._removedTE) {
      text += 'Transfer-Encoding: chunked\r\n';
      message.chunkedEncoding = true;
    } else {
      // Nothing says where the body ends but the end of the connection.
      message._last = true;
    }
  }

  // Trailers come after the chunks of a body in chunks.
  if (given & HAS_TRAILER && message.chunkedEncoding !== true) throw new codes.ERR_HTTP_TRAILER_INVALID();
  return text + '\r\n';
}

// The lines for a connection that is kept, for the time limit that was met last.
let keepAliveSeconds = -1;
let keepAliveText = '';
function keepAliveLines(message) {
  const seconds = Math.floor(message._keepAliveTimeout / 1000);
  if (seconds !== keepAliveSeconds) {
    keepAliveSeconds = seconds;
    keepAliveText = `Connection: keep-alive\r\nKeep-Alive: timeout=${seconds}`;
  }
  const max = message._maxRequestsPerSocket;
  return ~~max > 0 ? `${keepAliveText}, max=${max}\r\n` : `${keepAliveText}\r\n`;
}

module.exports = { renderHead };
