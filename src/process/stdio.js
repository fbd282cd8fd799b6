// process.stdin, stdout and stderr: made when first used, by what the descriptor is. https://nodejs.org/api/process.html#a-note-on-process-io
'use strict';

const { nextTick } = require('process/next_tick');

const { guessHandleType } = binding('net');

/** The writable stream on descriptor 1 or 2. Terminals, files and pipes are written synchronously. */
function makeWritable(fd) {
  let stream;
  switch (guessHandleType(fd)) {
    case 'TTY': {
      const tty = require('tty/tty');
      stream = new tty.WriteStream(fd);
      stream._type = 'tty';
      break;
    }
    case 'FILE': {
      stream = new (require('process/sync_write_stream').SyncWriteStream)(fd, { autoClose: false });
      stream._type = 'fs';
      break;
    }
    case 'PIPE':
    case 'TCP': {
      const net = require('net/net');
      // A parent's IPC channel may be on this descriptor.
      stream = new net.Socket({ fd, readable: false, writable: true, manualStart: true });
      stream._handle.setBlocking?.(true);
      stream._type = 'pipe';
      break;
    }
    default: {
      const { Writable } = require('stream/stream');
      stream = new Writable({
        write(chunk, encoding, callback) {
          callback();
        },
      });
    }
  }
  stream.fd = fd;
  stream._isStdio = true;
  // It outlives whoever ends it.
  stream.destroySoon = stream.destroy;
  stream._destroy = function (error, callback) {
    callback(error);
    this._undestroy();
    if (!this._writableState.emitClose) nextTick(() => this.emit('close'));
  };
  return stream;
}

let stdin;
let stdout;
let stderr;

function getStdout() {
  if (stdout !== undefined) return stdout;
  stdout = makeWritable(1);
  if (stdout.isTTY) watchSize(stdout);
  return stdout;
}

function getStderr() {
  if (stderr !== undefined) return stderr;
  stderr = makeWritable(2);
  if (stderr.isTTY) watchSize(stderr);
  return stderr;
}

function watchSize(stream) {
  const refresh = () => stream._refreshSize();
  stream.on('newListener', function onNew(event) {
    if (event !== 'resize') return;
    stream.off('newListener', onNew);
    process.on('SIGWINCH', refresh);
  });
}

function getStdin() {
  if (stdin !== undefined) return stdin;
  const fd = 0;
  // The channel to the parent may stand there (`stdio: ['ipc']`): it is not for reading.
  switch (process.channel?.fd === fd ? 'UNKNOWN' : guessHandleType(fd)) {
    case 'TTY': {
      const tty = require('tty/tty');
      stdin = new tty.ReadStream(fd);
      break;
    }
    case 'FILE': {
      const fs = require('fs/fs');
      stdin = new fs.ReadStream(null, { fd, autoClose: false });
      break;
    }
    case 'PIPE':
    case 'TCP': {
      const net = require('net/net');
      stdin = new net.Socket({ fd, readable: true, writable: false, manualStart: true });
      // Nothing is written to it.
      stdin._writableState.ended = true;
      break;
    }
    default: {
      const { Readable } = require('stream/stream');
      stdin = new Readable({ read() {} });
      stdin.push(null);
    }
  }
  stdin.fd = fd;
  // A program that does not read it must be able to end.
  if (stdin._handle?.readStop) {
    stdin._handle.reading = false;
    stdin._readableState.reading = false;
    stdin._handle.readStop();
  }
  stdin.on('pause', () => {
    if (!stdin._handle) return;
    stdin._readableState.reading = false;
    stdin._handle.readStop();
  });
  return stdin;
}

module.exports = { getStderr, getStdin, getStdout, makeWritable };
