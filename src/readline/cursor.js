// Moving the cursor and clearing parts of a terminal: https://nodejs.org/api/readline.html#readlinecursortostream-x-y-callback
'use strict';

const { codes } = require('errors/errors');
const { validateFunction } = require('errors/validators');
const { nextTick } = require('process/next_tick');

const ESC = '\u001b[';

function write(stream, data, callback) {
  if (stream === null || stream === undefined || data === '') {
    if (typeof callback === 'function') nextTick(callback, null);
    return true;
  }
  return stream.write(data, callback);
}

function checkCallback(callback) {
  if (callback !== undefined) validateFunction(callback, 'callback');
}

/** Moves the cursor to column `x`, and to row `y` if that is given. */
function cursorTo(stream, x, y, callback) {
  checkCallback(callback);
  if (typeof y === 'function') {
    callback = y;
    y = undefined;
  }
  if (Number.isNaN(x)) throw new codes.ERR_INVALID_ARG_VALUE('x', x);
  if (Number.isNaN(y)) throw new codes.ERR_INVALID_ARG_VALUE('y', y);
  if (stream == null || (typeof x !== 'number' && typeof y !== 'number')) return write(null, '', callback);
  if (typeof x !== 'number') throw new codes.ERR_INVALID_CURSOR_POS();
  return write(stream, typeof y !== 'number' ? `${ESC}${x + 1}G` : `${ESC}${y + 1};${x + 1}H`, callback);
}

/** Moves the cursor by `dx` columns and `dy` rows. */
function moveCursor(stream, dx, dy, callback) {
  checkCallback(callback);
  if (stream == null || !(dx || dy)) return write(null, '', callback);
  let data = '';
  if (dx < 0) data += `${ESC}${-dx}D`;
  else if (dx > 0) data += `${ESC}${dx}C`;
  if (dy < 0) data += `${ESC}${-dy}A`;
  else if (dy > 0) data += `${ESC}${dy}B`;
  return write(stream, data, callback);
}

/** Clears left of the cursor (dir < 0), right of it (dir > 0), or the whole line. */
function clearLine(stream, dir, callback) {
  checkCallback(callback);
  if (stream == null) return write(null, '', callback);
  return write(stream, dir < 0 ? `${ESC}1K` : dir > 0 ? `${ESC}0K` : `${ESC}2K`, callback);
}

/** Clears from the cursor down. */
function clearScreenDown(stream, callback) {
  checkCallback(callback);
  if (stream == null) return write(null, '', callback);
  return write(stream, `${ESC}0J`, callback);
}

module.exports = { clearLine, clearScreenDown, cursorTo, moveCursor };
