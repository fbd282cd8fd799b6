// A Writable on a descriptor that writes at once: stdout and stderr when they are files.
'use strict';

const { Writable } = require('stream/stream');

function SyncWriteStream(fd, options) {
  Writable.call(this, { autoDestroy: true });
  this.fd = fd;
  this.readable = false;
  this.autoClose = options?.autoClose ?? true;
}
Object.setPrototypeOf(SyncWriteStream.prototype, Writable.prototype);
Object.setPrototypeOf(SyncWriteStream, Writable);

SyncWriteStream.prototype._write = function (chunk, encoding, callback) {
  try {
    require('fs/fs').writeSync(this.fd, chunk);
  } catch (error) {
    callback(error);
    return;
  }
  callback();
};

SyncWriteStream.prototype._destroy = function (error, callback) {
  if (this.fd === null) {
    callback(error);
    return;
  }
  if (this.autoClose) require('fs/fs').closeSync(this.fd);
  this.fd = null;
  callback(error);
};

SyncWriteStream.prototype.destroySoon = SyncWriteStream.prototype.destroy;

module.exports = { SyncWriteStream };
