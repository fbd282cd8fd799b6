// What a dgram.Socket knows of itself, and its stages.
'use strict';

const kState = Symbol('state symbol');

module.exports = {
  kState,
  /** The native socket, null when it is closed. */
  nativeOf: (socket) => socket[kState].handle,
  UNBOUND: 0,
  BINDING: 1,
  BOUND: 2,
  DISCONNECTED: 0,
  CONNECTING: 1,
  CONNECTED: 2,
};
