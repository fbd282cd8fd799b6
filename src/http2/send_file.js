// respondWithFD and respondWithFile: https://nodejs.org/api/http2.html#http2streamrespondwithfdfd-headers-options
'use strict';

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { kState } = require('http2/symbols');

const { ERR_HTTP2_INVALID_STREAM, ERR_HTTP2_SEND_FILE, ERR_HTTP2_SEND_FILE_NOSEEK } = codes;

const CHUNK = 64 * 1024;
const INTERNAL_ERROR = 2;

const nop = () => {};

/** `fd`: a descriptor or a FileHandle, which stays the program's. */
function respondWithFD(stream, fd, headers, options) {
  const number = typeof fd === 'number' ? fd : fd.fd;
  const file = { fd: number, owner: fd, closes: false };
  if (options.statCheck === undefined) {
    start(stream, file, headers, options.offset ?? 0, options.length ?? -1, options);
    return;
  }
  const fs = require('fs/fs');
  fs.fstat(number, (error, stat) => {
    if (stream.destroyed || stream.closed) return;
    if (error) {
      stream.destroy(error);
      return;
    }
    const range = checkStat(stream, stat, headers, options, false);
    if (range !== null) start(stream, file, headers, range.offset, range.length, options);
  });
}

function respondWithFile(stream, path, headers, options) {
  const fs = require('fs/fs');
  const { onError } = options;
  const fail = (fd, error) => {
    if (fd !== -1) fs.close(fd, nop);
    if (typeof onError === 'function') onError(error);
    else stream.destroy(error);
  };
  fs.open(path, 'r', (error, fd) => {
    if (error) {
      if (!stream.destroyed || typeof onError === 'function') fail(-1, error);
      return;
    }
    if (stream.destroyed || stream.closed) {
      fail(fd, new ERR_HTTP2_INVALID_STREAM());
      return;
    }
    fs.fstat(fd, (statError, stat) => {
      if (stream.destroyed || stream.closed) {
        fail(fd, new ERR_HTTP2_INVALID_STREAM());
        return;
      }
      if (statError) {
        fail(fd, statError);
        return;
      }
      if (!stat.isFile()) {
        const isDirectory = stat.isDirectory();
        if (options.offset !== undefined || options.offset > 0 || options.length !== undefined || isDirectory) {
          fail(fd, isDirectory ? new ERR_HTTP2_SEND_FILE() : new ERR_HTTP2_SEND_FILE_NOSEEK());
          return;
        }
      }
      let range;
      try {
        range = checkStat(stream, stat, headers, options, true);
      } catch (checkError) {
        fs.close(fd, nop);
        throw checkError;
      }
      if (range === null) {
        fs.close(fd, nop);
        return;
      }
      start(stream, { fd, owner: fd, closes: true }, headers, range.offset, range.length, options);
    });
  });
}

/** What of the file is to be sent; null when the program has answered otherwise. */
function checkStat(stream, stat, headers, options, setsLength) {
  const range = { offset: options.offset ?? 0, length: options.length ?? -1 };
  if (typeof options.statCheck === 'function') {
    const answer = Reflect.apply(options.statCheck, stream, [stat, headers, range]);
    if (answer === false || stream.headersSent || stream.destroyed || stream.closed) return null;
  }
  if (setsLength && stat.isFile()) {
    const rest = Number(stat.size) - Number(range.offset);
    range.length = range.length < 0 ? rest : Math.min(rest, range.length);
    headers['content-length'] = range.length;
  }
  return range;
}

/** Sends the head, and then the file as fast as the peer takes it. */
function start(stream, file, headers, offset, length, options) {
  const fs = require('fs/fs');
  const { respondPrepared } = require('http2/server_stream');
  let isOpen = file.closes;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    fs.close(file.fd, nop);
  };
  if (stream[kState].headRequest) {
    close();
    stream.respond(headers, { endStream: true });
    return;
  }
  let busy = false;
  try {
    respondPrepared(stream, headers, Boolean(options.waitForTrailers));
  } catch (error) {
    close();
    stream.destroy(error);
    return;
  }
  stream.once('close', () => {
    if (!busy) close();
  });
  // A descriptor that is not at the start of a file, or cannot be positioned at all, is read from where it stands.
  let position = offset > 0 || length >= 0 || file.closes ? offset : -1;
  let left = length;
  const buffers = [Buffer.allocUnsafeSlow(CHUNK), null];
  let turn = 0;
  const next = () => {
    if (stream.destroyed || stream.closed) {
      close();
      return;
    }
    const want = left < 0 ? CHUNK : Math.min(CHUNK, left);
    if (want === 0) {
      close();
      stream.end();
      return;
    }
    busy = true;
    const buffer = (buffers[turn] ??= Buffer.allocUnsafeSlow(CHUNK));
    fs.read(file.fd, buffer, 0, want, position < 0 ? null : position, (error, count) => {
      busy = false;
      if (error && error.code === 'ESPIPE' && position >= 0) {
        // No regular file.
        position = -1;
        next();
        return;
      }
      if (stream.destroyed || stream.closed) {
        close();
        return;
      }
      if (error) {
        close();
        stream.close(INTERNAL_ERROR);
        return;
      }
      if (count === 0) {
        close();
        stream.end();
        return;
      }
      if (position >= 0) position += count;
      if (left >= 0) left -= count;
      turn = 1 - turn;
      if (left === 0) {
        close();
        stream.end(buffer.subarray(0, count));
        return;
      }
      stream.write(buffer.subarray(0, count), (writeError) => {
        if (writeError) close();
        else next();
      });
    });
  };
  next();
}

module.exports = { respondWithFD, respondWithFile };
