// node:tty: https://nodejs.org/api/tty.html
'use strict';

const { codes, ErrnoException } = require('errors/errors');
const net = require('net/net');
const { getColorDepth, hasColors } = require('tty/color_depth');

const native = binding('tty');

/** Whether a descriptor is a terminal. */
function isatty(fd) {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && native.isTTY(fd);
}

function openTty(fd) {
  if (fd >> 0 !== fd || fd < 0) throw new codes.ERR_INVALID_FD(fd);
  const handle = new native.TTY();
  const status = handle.init(fd);
  if (status !== 0) {
    throw new codes.ERR_TTY_INIT_FAILED({
      errno: status,
      code: require('errors/errors').uvError(status)[0],
      message: require('errors/errors').uvError(status)[1],
      syscall: 'uv_tty_init',
    });
  }
  return handle;
}

function ReadStream(fd, options) {
  if (!(this instanceof ReadStream)) return new ReadStream(fd, options);
  net.Socket.call(this, { highWaterMark: 0, handle: openTty(fd), manualStart: true, ...options });
  this.isRaw = false;
  this.isTTY = true;
}
Object.setPrototypeOf(ReadStream.prototype, net.Socket.prototype);
Object.setPrototypeOf(ReadStream, net.Socket);

/** Raw: every key at once, without echo. */
ReadStream.prototype.setRawMode = function (flag) {
  flag = Boolean(flag);
  const status = this._handle?.setRawMode(flag);
  if (status) {
    this.emit('error', new ErrnoException(status, 'setRawMode'));
    return this;
  }
  this.isRaw = flag;
  return this;
};

function WriteStream(fd) {
  if (!(this instanceof WriteStream)) return new WriteStream(fd);
  const handle = openTty(fd);
  net.Socket.call(this, { highWaterMark: 0, handle, manualStart: true, readable: false });
  // Output must not be lost when the process ends.
  handle.setBlocking(true);
  this.isTTY = true;
  const size = handle.getWindowSize();
  if (size.length === 2) [this.columns, this.rows] = size;
}
Object.setPrototypeOf(WriteStream.prototype, net.Socket.prototype);
Object.setPrototypeOf(WriteStream, net.Socket);

WriteStream.prototype.isTTY = true;
WriteStream.prototype.getColorDepth = getColorDepth;
WriteStream.prototype.hasColors = hasColors;

/** Asks the terminal anew; 'resize' when the size has changed. */
WriteStream.prototype._refreshSize = function () {
  const { columns, rows } = this;
  const size = this._handle?.getWindowSize() ?? [];
  if (size.length !== 2) return;
  if (columns !== size[0] || rows !== size[1]) {
    [this.columns, this.rows] = size;
    this.emit('resize');
  }
};

WriteStream.prototype.getWindowSize = function () {
  return [this.columns, this.rows];
};

WriteStream.prototype.cursorTo = function cursorTo(x, y, callback) {
  return require('readline/cursor').cursorTo(this, x, y, callback);
};

WriteStream.prototype.moveCursor = function moveCursor(dx, dy, callback) {
  return require('readline/cursor').moveCursor(this, dx, dy, callback);
};

WriteStream.prototype.clearLine = function clearLine(direction, callback) {
  return require('readline/cursor').clearLine(this, direction, callback);
};

WriteStream.prototype.clearScreenDown = function clearScreenDown(callback) {
  return require('readline/cursor').clearScreenDown(this, callback);
};

module.exports = { ReadStream, WriteStream, isatty };
