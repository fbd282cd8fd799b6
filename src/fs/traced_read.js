// readFile as async_hooks are to see it: an open, a stat, reads and a close, each an operation of its own. Without hooks
// one call on the thread pool does it all.
'use strict';

const { Buffer } = require('buffer/buffer');
const { toStats } = require('fs/stats');

const native = binding('fs');

const CHUNK = 512 * 1024;

/**
 * @param {string|Buffer|number} path a path or a descriptor
 * @param {number} flags
 * @param {(error: Error|null, bytes?: Buffer) => void} callback
 */
function readFileInSteps(path, flags, callback) {
  if (typeof path === 'number') {
    readAll(path, callback);
    return;
  }
  native.open(path, flags, 0o666, (error, fd) => {
    if (error) {
      callback(error);
      return;
    }
    readAll(fd, (failure, bytes) => {
      native.close(fd, (closeFailure) => {
        if (failure ?? closeFailure) callback(failure ?? closeFailure);
        else callback(null, bytes);
      });
    });
  });
}

function readAll(fd, callback) {
  native.fstat(fd, false, (error, fields) => {
    if (error) {
      callback(error);
      return;
    }
    const stats = toStats(fields);
    const size = stats.isFile() ? stats.size : 0;
    if (size > 0) readKnown(fd, Buffer.allocUnsafeSlow(size), 0, callback);
    else readUnknown(fd, [], callback);
  });
}

function readKnown(fd, bytes, at, callback) {
  native.read(fd, bytes, at, Math.min(CHUNK, bytes.length - at), -1, (error, count) => {
    if (error) callback(error);
    else if (count === 0 || at + count === bytes.length) callback(null, bytes.subarray(0, at + count));
    else readKnown(fd, bytes, at + count, callback);
  });
}

function readUnknown(fd, chunks, callback) {
  const chunk = Buffer.allocUnsafeSlow(CHUNK);
  native.read(fd, chunk, 0, CHUNK, -1, (error, count) => {
    if (error) {
      callback(error);
    } else if (count === 0) {
      callback(null, Buffer.concat(chunks));
    } else {
      chunks.push(chunk.subarray(0, count));
      readUnknown(fd, chunks, callback);
    }
  });
}

module.exports = { readFileInSteps };
