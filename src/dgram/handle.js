// Native UDP sockets: made, bound, measured.
'use strict';

const { codes, uvError } = require('errors/errors');
const { validateFunction } = require('errors/validators');

const { UDP, UV_EINVAL } = binding('dgram');
const { guessHandleType } = binding('net');
const { ERR_SOCKET_BAD_TYPE, ERR_SOCKET_BUFFER_SIZE } = codes;

/** Where a socket sends or connects when no address is given. */
const LOOPBACK = { __proto__: null, udp4: '127.0.0.1', udp6: '::1' };

/**
 * A native socket. `handle.lookup(address, callback)` finds its addresses; `handle.numeric`: a numeric one needs no
 * looking up, as no function of the program's wants to see it.
 * @param {'udp4' | 'udp6'} type
 * @param {Function} [lookup] instead of dns.lookup()
 */
function newHandle(type, lookup) {
  const dns = require('dns/dns');
  const find = lookup === undefined ? dns.lookup : lookup;
  validateFunction(find, 'lookup');
  if (type !== 'udp4' && type !== 'udp6') throw new ERR_SOCKET_BAD_TYPE();
  const handle = new UDP(type === 'udp6');
  const family = type === 'udp6' ? 6 : 4;
  handle.lookup = (address, callback) => find(address || LOOPBACK[type], family, callback);
  handle.numeric = find === require('dns/lookup').lookup;
  return handle;
}

/** A native socket that is bound, to an address or to a descriptor; a number is the error. */
function createSocketHandle(address, port, type, fd, flags) {
  const handle = newHandle(type);
  let status = 0;
  if (Number.isInteger(fd) && fd > 0) {
    status = guessHandleType(fd) === 'UDP' ? handle.open(fd) : UV_EINVAL;
  } else if (port || address) {
    status = handle.bind(address, port || 0, flags ?? 0);
  }
  if (status === 0) return handle;
  handle.close();
  return status;
}

/** Sets a buffer's size, or, with 0, gives it. */
function bufferSize(handle, size, isReceiving) {
  const result = isReceiving ? handle.recvBufferSize(size) : handle.sendBufferSize(size);
  if (result >= 0) return result;
  const [code, message] = uvError(result);
  const syscall = isReceiving ? 'uv_recv_buffer_size' : 'uv_send_buffer_size';
  throw new ERR_SOCKET_BUFFER_SIZE({ errno: result, code, message, syscall });
}

module.exports = { LOOPBACK, bufferSize, createSocketHandle, newHandle };
