// openAsBlob: a Blob whose bytes are read from the file when they are wanted.
'use strict';

const { validateObject, validateString } = require('errors/validators');
const { getPath } = require('fs/arguments');

const native = binding('fs');

const EMPTY = Object.freeze({ __proto__: null });
const SIZE = 8; // places in the numbers of native stat
const MTIME = 11;

function notReadable() {
  const { DOMException } = require('web/dom_exception');
  return new DOMException('The blob could not be read', 'NotReadableError');
}

/** Bytes `start` to `end`; only as long as the file is the one that was opened. */
async function readRange(path, before, start, end) {
  let fd;
  try {
    fd = await native.openPromise(path, 0, 0);
  } catch {
    throw notReadable();
  }
  try {
    const now = await native.fstatPromise(fd, true);
    if (now[SIZE] !== before[SIZE] || now[MTIME] !== before[MTIME]) throw notReadable();
    const bytes = new Uint8Array(end - start);
    let filled = 0;
    while (filled < bytes.length) {
      const count = await native.readPromise(fd, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) throw notReadable();
      filled += count;
    }
    return bytes;
  } finally {
    await native.closePromise(fd);
  }
}

/**
 * A piece of a Blob that is read from a file.
 * @param {{size: number, file: {path: string, before: BigInt64Array, start: number}}} piece  plain data, so that it can travel
 */
function pieceOfFile({ size, file }) {
  const { path, before, start: offset } = file;
  return { size, file, read: (start, end) => readRange(path, before, offset + start, offset + end) };
}

/**
 * @param {string|Buffer|URL} path
 * @param {{type?: string}} [options]
 * @returns {Promise<Blob>}
 */
function openAsBlob(path, options = EMPTY) {
  validateObject(options, 'options');
  const { type = '' } = options;
  validateString(type, 'options.type');
  path = getPath(path);
  const { blobFromPieces } = require('web/blob');
  return native.statPromise(path, true).then((before) => {
    const size = Number(before[SIZE]);
    const pieces = size === 0 ? [] : [pieceOfFile({ size, file: { path, before, start: 0 } })];
    return blobFromPieces(pieces, type);
  });
}

module.exports = { openAsBlob, pieceOfFile };
