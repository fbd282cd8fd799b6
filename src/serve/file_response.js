// Responses of files: conditions and ranges (RFC 9110 §13, §14) here, the bytes by sendfile.
'use strict';

const { codes } = require('errors/errors');
const { validateObject } = require('errors/validators');
const { HeaderList, fill } = require('fetch/headers');
const { Body } = require('fetch/body');
const { isRequest, stateOf: stateOfRequest } = require('fetch/request');
const { ResponseState, makeResponse } = require('fetch/response');

const NO_LENGTH = 16;
const NO_BODY = 32;
const IDLE_AFTER = 8;
const FLUSH = 4;

const TYPES = {
  __proto__: null,
  avif: 'image/avif',
  css: 'text/css;charset=UTF-8',
  csv: 'text/csv;charset=UTF-8',
  gif: 'image/gif',
  gz: 'application/gzip',
  htm: 'text/html;charset=UTF-8',
  html: 'text/html;charset=UTF-8',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript;charset=UTF-8',
  json: 'application/json',
  map: 'application/json',
  md: 'text/markdown;charset=UTF-8',
  mjs: 'text/javascript;charset=UTF-8',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  otf: 'font/otf',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  ttf: 'font/ttf',
  txt: 'text/plain;charset=UTF-8',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  webm: 'video/webm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  xml: 'application/xml',
  zip: 'application/zip',
};

const typeOf = (path) => TYPES[/\.([^./]+)$/.exec(path)?.[1].toLowerCase()] ?? 'application/octet-stream';

function simple(status, headers = {}) {
  const list = new HeaderList();
  fill(list, headers, 'Headers constructor');
  const state = new ResponseState(list);
  state.status = status;
  return makeResponse(state);
}

/** "a, W/"b"" against the tag of the file. */
function tagMatches(field, tag, weakly) {
  if (field.trim() === '*') return true;
  for (const [, weak, value] of field.matchAll(/(W\/)?("[^"]*")/g)) {
    if (value === tag && (weakly || weak === undefined)) return true;
  }
  return false;
}

/** Seconds of a date in a header; NaN when it is none. */
const secondsOf = (field) => Math.floor(Date.parse(field) / 1000);

/** Status that the request's conditions ask for instead of the file; 0: none. */
function checkConditions(headers, method, tag, modified) {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== null) {
    if (!tagMatches(ifMatch, tag, false)) return 412;
  } else {
    const since = headers.get('if-unmodified-since');
    if (since !== null && modified > secondsOf(since)) return 412;
  }
  const safe = method === 'GET' || method === 'HEAD';
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== null) {
    if (tagMatches(ifNoneMatch, tag, true)) return safe ? 304 : 412;
  } else if (safe) {
    const since = headers.get('if-modified-since');
    if (since !== null && modified <= secondsOf(since)) return 304;
  }
  return 0;
}

/**
 * The part that is asked for: undefined for the whole, null when there is no such part.
 * Several ranges are answered with the whole file, as the standard allows.
 */
function readRange(headers, size, tag, modified) {
  const range = headers.get('range');
  if (range === null) return undefined;
  const condition = headers.get('if-range');
  if (condition !== null) {
    const same = condition.trim().startsWith('"') ? condition.trim() === tag : secondsOf(condition) === modified;
    if (!same) return undefined;
  }
  const match = /^bytes\s*=\s*(?:(\d{1,15})\s*-\s*(\d{1,15})?|-\s*(\d{1,15}))\s*$/.exec(range);
  if (match === null) return undefined;
  const [, first, last, suffix] = match;
  if (suffix !== undefined) {
    if (Number(suffix) === 0 || size === 0) return null;
    const length = Math.min(Number(suffix), size);
    return { start: size - length, length };
  }
  const start = Number(first);
  if (last !== undefined && Number(last) < start) return undefined;
  if (start >= size) return null;
  const end = last === undefined ? size - 1 : Math.min(Number(last), size - 1);
  return { start, length: end - start + 1 };
}

/**
 * A file as a response.
 * @param {string|Buffer|URL} path
 * @param {{request?: Request, headers?: HeadersInit}} [options] `request`: whose conditions and range count
 * @returns {Response} 404 when there is no such file
 */
function file(path, options = {}) {
  validateObject(options, 'options');
  const { request, headers } = options;
  if (request !== undefined && !isRequest(request)) {
    throw new codes.ERR_INVALID_ARG_TYPE('options.request', 'Request', request);
  }
  const fs = require('fs/fs');
  let stats;
  try {
    stats = fs.statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EACCES'].includes(error.code)) return simple(404);
    throw error;
  }
  if (!stats.isFile()) return simple(404);

  const { size, mtimeMs, ino } = stats;
  const modified = Math.floor(mtimeMs / 1000);
  const tag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;
  const list = new HeaderList();
  if (headers !== undefined) fill(list, headers, 'Headers constructor');
  const add = (name, value) => {
    if (!list.has(name)) list.append(name, name, value);
  };
  add('etag', tag);
  add('last-modified', new Date(modified * 1000).toUTCString());
  add('accept-ranges', 'bytes');
  const state = new ResponseState(list);

  let part;
  if (request !== undefined) {
    const asked = stateOfRequest(request);
    const status = checkConditions(asked.list, asked.method, list.get('etag'), modified);
    if (status !== 0) {
      state.status = status;
      return makeResponse(state);
    }
    if (asked.method === 'GET') part = readRange(asked.list, size, list.get('etag'), modified);
  }
  if (part === null) {
    state.status = 416;
    list.set('content-range', 'content-range', `bytes */${size}`);
    return makeResponse(state);
  }
  const name = path instanceof Uint8Array ? path.toString() : String(path);
  add('content-type', typeOf(name));
  if (part !== undefined) {
    state.status = 206;
    list.set('content-range', 'content-range', `bytes ${part.start}-${part.start + part.length - 1}/${size}`);
  }
  const { start, length } = part ?? { start: 0, length: size };
  state.file = { path, start, length, ino, size, mtimeMs };
  state.body = new Body(new FileSource(state.file));
  return makeResponse(state);
}

/** A part of a file as the source of a body, for those who read it here. */
class FileSource {
  constructor(part) {
    this.part = part;
    this.size = part.length;
  }
  stream() {
    const { createReadStream } = require('fs/fs');
    const { Readable } = require('stream/stream');
    const { path, start, length } = this.part;
    if (length === 0) return new (require('stream/web').ReadableStream)({ type: 'bytes', start: (c) => c.close() });
    const stream = createReadStream(path, { start, end: start + length - 1 });
    return Readable.toWeb(stream, { type: 'bytes' });
  }
  bytes() {
    return require('fetch/body').readAll(this.stream());
  }
}

/** Sends what file() has made; `lines` and `mode` are of the head. */
function sendFile(request, state, lines, mode) {
  const { connection } = request;
  const { native, stream } = connection;
  const { file: part, body } = state;
  if (mode & NO_BODY) {
    body.used = true;
    const text = `${lines}Content-Length: ${part.length}\r\n`;
    connection.sent(request, native.respond(state.status, state.statusText, text, undefined, mode | NO_LENGTH));
    return;
  }
  // Through TLS the bytes have to come here; small files go with the head in one write.
  if (connection.owner !== null || body.made !== null) {
    require('serve/send').sendStream(request, state, lines, mode, part.length);
    return;
  }
  body.used = true;
  const fs = require('fs/fs');
  const fd = fs.openSync(part.path, 'r');
  let handedOver = false;
  try {
    const stats = fs.fstatSync(fd);
    if (stats.size !== part.size || stats.mtimeMs !== part.mtimeMs || stats.ino !== part.ino) {
      throw new codes.ERR_INVALID_STATE('The file has changed since its response was made');
    }
    if (part.length <= SMALL) {
      const bytes = require('buffer/buffer').Buffer.allocUnsafeSlow(part.length);
      let at = 0;
      while (at < bytes.length) {
        const count = fs.readSync(fd, bytes, at, bytes.length - at, part.start + at);
        if (count === 0) throw new codes.ERR_INVALID_STATE('The file has become shorter');
        at += count;
      }
      if (!request.closeAfter && connection.waiting === null) mode |= IDLE_AFTER;
      connection.sent(request, native.respond(state.status, state.statusText, lines, bytes, mode));
      return;
    }
    native.startResponse(state.status, state.statusText, lines, mode);
    native.write(`Content-Length: ${part.length}\r\n\r\n`, undefined, undefined, 0, 0);
    request.headSent = true;
    const sender = new FilePump(request, stream, fd, part);
    handedOver = true;
    connection.pump = sender;
    if (native.flush() === 0) sender.drained();
  } finally {
    if (!handedOver) fs.closeSync(fd);
  }
}

const SMALL = 16 * 1024;

/** Sends the file once the head is out. */
class FilePump {
  constructor(request, stream, fd, part) {
    this.request = request;
    this.sender = new (binding('serve').FileSender)(stream, fd, part.start, part.length);
    this.started = false;
  }

  drained() {
    if (this.started) return;
    this.started = true;
    const { connection } = this.request;
    this.sender.ondone = (status) => this.#done(status);
    const status = this.sender.start();
    if (status < 0) {
      connection.pump = null;
      connection.destroy();
    }
  }

  #done(status) {
    const { request } = this;
    const { connection } = request;
    if (connection.destroyed) return;
    connection.pump = null;
    if (status < 0) {
      connection.destroy();
      return;
    }
    let mode = FLUSH;
    if (!request.closeAfter && connection.waiting === null) mode |= IDLE_AFTER;
    connection.sent(request, connection.native.write(undefined, undefined, undefined, mode, 0));
  }

  cancel() {}
}

/**
 * A handler that serves a directory.
 * @param {string} root
 * @param {{index?: string, headers?: HeadersInit, dotfiles?: boolean}} [options]
 * @returns {(request: Request) => Response}
 */
function directory(root, options = {}) {
  validateObject(options, 'options');
  const path = require('path/path');
  const fs = require('fs/fs');
  const base = path.resolve(root);
  const { index = 'index.html', headers, dotfiles = false } = options;
  return function serveDirectory(request) {
    if (request.method !== 'GET' && request.method !== 'HEAD') return simple(405, { allow: 'GET, HEAD' });
    const { URL } = require('url/url');
    let name;
    try {
      name = decodeURIComponent(new URL(request.url).pathname);
    } catch {
      return simple(400);
    }
    if (name.includes('\0')) return simple(400);
    const full = path.join(base, name);
    if (full !== base && !full.startsWith(base === '/' ? base : `${base}/`)) return simple(404);
    if (
      !dotfiles &&
      full
        .slice(base.length)
        .split('/')
        .some((part) => part.startsWith('.'))
    )
      return simple(404);
    let target = full;
    let real;
    try {
      if (fs.statSync(target).isDirectory()) target = path.join(target, index);
      real = fs.realpathSync(target);
    } catch {
      return simple(404);
    }
    // A link may not lead out.
    const realBase = fs.realpathSync(base);
    if (!real.startsWith(realBase === '/' ? realBase : `${realBase}/`)) return simple(404);
    return file(real, { request, headers });
  };
}

module.exports = { directory, file, sendFile };
