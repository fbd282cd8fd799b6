// net.BoundSocket: an address that is taken at once, for a server or a client socket to come.
'use strict';

const { codes, ErrnoException, ExceptionWithHostPort } = require('errors/errors');
const { validateBoolean, validateObject, validatePort, validateString } = require('errors/validators');

const native = binding('net');
const { UV_TCP_IPV6ONLY, UV_TCP_REUSEPORT } = native;
const { ERR_INVALID_ARG_VALUE, ERR_SOCKET_HANDLE_ADOPTED } = codes;

const TCP_OPTIONS = ['host', 'port', 'ipv6Only', 'reusePort'];

class BoundSocket {
  /** null: adopted or closed. */
  #handle;
  #path;

  /** @param {{host?: string, port?: number, ipv6Only?: boolean, reusePort?: boolean} | {path: string}} [options] */
  constructor(options = {}) {
    validateObject(options, 'options');
    if (options.path === undefined) {
      this.#handle = bindTcp(options);
      return;
    }
    validateString(options.path, 'options.path');
    if (TCP_OPTIONS.some((name) => options[name] !== undefined)) {
      const reason = 'path is mutually exclusive with host, port, ipv6Only, and reusePort';
      throw new ERR_INVALID_ARG_VALUE('options', options, reason);
    }
    this.#path = options.path;
    this.#handle = bindPipe(options.path);
  }

  /** Whether it is a Unix domain socket. */
  get isPipe() {
    return this.#path !== undefined;
  }

  /** The native socket, as long as it is this one's. */
  #own() {
    if (this.#handle === null) throw new ERR_SOCKET_HANDLE_ADOPTED();
    return this.#handle;
  }

  /** {address, family, port}, or a path. */
  address() {
    const handle = this.#own();
    if (this.isPipe) return this.#path;
    const name = handle.getsockname();
    if (typeof name === 'number') throw new ErrnoException(name, 'address');
    return name;
  }

  /** The descriptor, which stays this one's. */
  fd() {
    return this.#own().fd;
  }

  close() {
    this.#own().close();
    this.#handle = null;
  }

  [Symbol.dispose]() {
    if (this.#handle !== null) this.close();
  }

  /** Gives the native socket away. */
  static take(bound) {
    const handle = bound.#own();
    bound.#handle = null;
    return { handle, path: bound.#path };
  }
  static is(value) {
    return typeof value === 'object' && value !== null && #handle in value;
  }
}
const { take, is } = BoundSocket;
delete BoundSocket.take;
delete BoundSocket.is;

function bindTcp({ host, port = 0, ipv6Only = false, reusePort = false }) {
  validateBoolean(ipv6Only, 'options.ipv6Only');
  validateBoolean(reusePort, 'options.reusePort');
  if (host !== undefined) {
    validateString(host, 'options.host');
    if (native.isIP(host) === 0) {
      const reason = 'must be a numeric IP address; net.BoundSocket does not perform DNS resolution';
      throw new ERR_INVALID_ARG_VALUE('options.host', host, reason);
    }
  }
  const address = host ?? (ipv6Only ? '::' : '0.0.0.0');
  const number = validatePort(port, 'options.port');
  const handle = new native.TCP(true);
  let status = handle.bind(address, number, (ipv6Only ? UV_TCP_IPV6ONLY : 0) | (reusePort ? UV_TCP_REUSEPORT : 0));
  // That an address is in use is told late.
  if (status === 0) {
    const name = handle.getsockname();
    if (typeof name === 'number') status = name;
  }
  if (status === 0) return handle;
  handle.close();
  throw new ExceptionWithHostPort(status, 'bind', address, number);
}

function bindPipe(path) {
  const handle = new native.Pipe(false, true);
  const status = handle.bind(path);
  if (status === 0) return handle;
  handle.close();
  throw new ErrnoException(status, 'bind');
}

/**
 * The native socket of a BoundSocket, which is given away with it; `undefined` when `value` is none.
 * @throws {ERR_SOCKET_HANDLE_ADOPTED}
 */
function adopt(value) {
  return is(value) ? take(value).handle : undefined;
}

/** The same with the path of a Unix domain socket: {handle, path}. */
function adoptForServer(value) {
  return is(value) ? take(value) : undefined;
}

module.exports = { BoundSocket, adopt, adoptForServer };
