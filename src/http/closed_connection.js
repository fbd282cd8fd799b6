// What stands in the place of a native connection that is gone: nothing happens any more, and writing fails.
'use strict';

const { UV_EPIPE } = binding('http');

const nothing = () => {};

/** The methods and getters of binding('http').Connection. */
module.exports = {
  attached: false,
  betweenMessages: true,
  bytesWritten: 0,
  hasInput: false,
  writeQueueSize: 0,
  attach: () => false,
  detach: nothing,
  execute: nothing,
  finish: nothing,
  stop: nothing,
  reset: nothing,
  announce: nothing,
  write: () => UV_EPIPE,
  flush: () => UV_EPIPE,
  readStart: nothing,
  readStop: nothing,
  closeSoon: nothing,
  close: nothing,
  end: nothing,
  startIdle: nothing,
};
