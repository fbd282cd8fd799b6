// socket.send() in all its forms.
'use strict';

const { Buffer } = require('buffer/buffer');
const { nextTick } = require('process/next_tick');
const { codes, ExceptionWithHostPort } = require('errors/errors');
const { validateNumber, validatePort, validateString } = require('errors/validators');
const { BOUND, CONNECTED, UNBOUND, kState } = require('dgram/state');
const { LOOPBACK } = require('dgram/handle');

const { isIP } = binding('net');
const {
  ERR_BUFFER_OUT_OF_BOUNDS,
  ERR_INVALID_ARG_TYPE,
  ERR_IP_BLOCKED,
  ERR_SOCKET_DGRAM_IS_CONNECTED,
  ERR_SOCKET_DGRAM_NOT_RUNNING,
} = codes;

const MESSAGE_TYPES = ['Buffer', 'TypedArray', 'DataView', 'string'];

let tryAtOnce;
/** Whether a datagram may leave without libuv's queue; a test of the queue turns that off. */
function atOnce() {
  return (tryAtOnce ??= !require('cli/options').getOptionValue('--test-udp-no-try-send'));
}

/** The bytes of one message; `undefined` for what is none. */
function toBytes(message) {
  if (typeof message === 'string') return Buffer.from(message);
  return ArrayBuffer.isView(message) ? message : undefined;
}

function slice(message, offset, length) {
  const bytes = toBytes(message);
  if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('buffer', MESSAGE_TYPES, message);
  offset >>>= 0;
  length >>>= 0;
  if (offset > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset');
  if (offset + length > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS('length');
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, length);
}

/** A message as bytes or as a list of bytes. */
function toData(message) {
  if (!Array.isArray(message)) {
    const bytes = toBytes(message);
    if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('buffer', MESSAGE_TYPES, message);
    return bytes;
  }
  const list = [];
  for (const each of message) {
    const bytes = toBytes(each);
    if (bytes === undefined) throw new ERR_INVALID_ARG_TYPE('buffer list arguments', MESSAGE_TYPES, message);
    list.push(bytes);
  }
  // An empty list is an empty datagram.
  return list.length === 0 ? Buffer.alloc(0) : list;
}

/**
 * send(msg[, offset, length][, port][, address][, callback])
 * @param {object} socket
 * @param {(socket: object, action: () => void) => void} enqueue for a socket that is not bound yet
 */
function send(socket, enqueue, msg, offset, length, port, address, callback) {
  const state = socket[kState];
  const isConnected = state.connectState === CONNECTED;
  if (isConnected) {
    if (typeof length === 'number') {
      msg = slice(msg, offset, length);
      if (typeof port === 'function') {
        callback = port;
        port = null;
      }
    } else {
      callback = offset;
    }
    if (port || address) throw new ERR_SOCKET_DGRAM_IS_CONNECTED();
  } else if (address || (port && typeof port !== 'function')) {
    msg = slice(msg, offset, length);
  } else {
    // Without offset and length everything stands two places further left.
    callback = port;
    port = offset;
    address = length;
  }
  const data = toData(msg);
  if (!isConnected) port = validatePort(port, 'Port', false);
  if (typeof callback !== 'function') callback = undefined;
  if (typeof address === 'function') {
    callback = address;
    address = undefined;
  } else if (address !== undefined && address !== null) {
    validateString(address, 'address');
  }
  if (state.handle === null) throw new ERR_SOCKET_DGRAM_NOT_RUNNING();
  if (state.bindState === UNBOUND) socket.bind({ port: 0, exclusive: true }, null);
  const begin = () => findAndSend(socket, state, data, port, address, callback, isConnected);
  if (state.bindState === BOUND) begin();
  else enqueue(socket, begin);
}

function findAndSend(socket, state, data, port, address, callback, isConnected) {
  const { handle } = state;
  if (handle === null) return;
  if (isConnected) {
    sendNow(state, data, undefined, undefined, undefined, callback);
    return;
  }
  const host = address || LOOPBACK[socket.type];
  if (handle.numeric && isIP(host) !== 0) {
    // Who closes the socket right after is not called back, as if the address were being looked up.
    const onSent = callback && ((...args) => state.handle !== null && callback(...args));
    sendNow(state, data, host, host, port, onSent);
    return;
  }
  handle.lookup(address, (error, ip) => {
    if (error) {
      if (callback) nextTick(callback, error);
      else nextTick(() => socket.emit('error', error));
      return;
    }
    sendNow(state, data, ip, host, port, callback);
  });
}

function sendNow(state, data, ip, host, port, callback) {
  const { handle } = state;
  if (handle === null) return;
  if (ip !== undefined && state.sendBlockList?.check(ip, `ipv${isIP(ip)}`)) {
    if (callback) nextTick(callback, new ERR_IP_BLOCKED(ip));
    return;
  }
  const onSent =
    callback &&
    ((status, size) => {
      if (status === 0) callback(null, size);
      else callback(new ExceptionWithHostPort(status, 'send', host, port));
    });
  const sent = handle.send(data, ip, port ?? 0, atOnce(), onSent);
  if (sent > 0) {
    if (callback) nextTick(callback, null, sent - 1);
  } else if (sent < 0 && callback) {
    nextTick(callback, new ExceptionWithHostPort(sent, 'send', host, port));
  }
}

/** An older form of send() that takes everything. */
function sendto(buffer, offset, length, port, address, callback) {
  validateNumber(offset, 'offset');
  validateNumber(length, 'length');
  validateNumber(port, 'port');
  validateString(address, 'address');
  this.send(buffer, offset, length, port, address, callback);
}

module.exports = { send, sendto };
