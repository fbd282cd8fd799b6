// A server of vireo:serve: it listens, keeps its connections, and stops gracefully.
'use strict';

const net = require('net/net');
const {
  validateAbortSignal,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateString,
} = require('errors/validators');
const { HeaderList } = require('fetch/headers');
const { Body } = require('fetch/body');
const { ResponseState } = require('fetch/response');
const { ServeConnection, callbacks } = require('serve/connection');
const { STATUS_CODES } = require('http/common');

const { Group } = binding('http');
const { Stream } = binding('net');

/** How long idle connections may still bring a request after stop(): it is answered, not reset. */
const GRACE = 250;

const DEFAULTS = {
  maxHeaderSize: 16 * 1024,
  maxHeadersCount: 1000,
  maxRequestBodySize: 128 * 1024 * 1024,
  headersTimeout: 60_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 60_000,
};

class Server {
  constructor(options) {
    validateObject(options, 'options');
    validateFunction(options.fetch, 'options.fetch');
    if (options.error !== undefined) validateFunction(options.error, 'options.error');
    if (options.onListen !== undefined) validateFunction(options.onListen, 'options.onListen');
    if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal');
    if (options.hostname !== undefined) validateString(options.hostname, 'options.hostname');
    if (options.path !== undefined) validateString(options.path, 'options.path');
    if (options.tls !== undefined) validateObject(options.tls, 'options.tls');
    if (options.port !== undefined) validateInteger(Number(options.port), 'options.port', 0, 65535);
    const limits = {};
    for (const key of Object.keys(DEFAULTS)) {
      limits[key] = options[key] ?? DEFAULTS[key];
      validateNumber(limits[key], `options.${key}`, 0);
    }

    this.options = options;
    const { fetch, error } = options;
    // Called as methods of what the program gave, be it an object with state.
    this.handler = Object.hasOwn(options, 'app') ? (request, info) => options.app.fetch(request, info) : fetch;
    this.onError = error;
    this.maxBodySize = limits.maxRequestBodySize;
    this.secure = options.tls !== undefined;
    this.connections = new Set();
    this.stopping = false;
    this.pending = new Set(); // promises of waitUntil()
    this.finished = Promise.withResolvers();
    this.isFinished = false;
    this.listening = Promise.withResolvers();
    this.listening.promise.catch(() => {});
    this.handle = new ServeHandle(this);

    this.group = new Group(callbacks, false);
    this.group.configure(limits.maxHeaderSize, limits.maxHeadersCount, 0);
    this.group.setLimits(limits.headersTimeout, limits.requestTimeout, limits.keepAliveTimeout);
    this.group.startChecking(Math.min(30_000, Math.max(100, limits.headersTimeout || 30_000)));
    this.listener = this.secure ? this.#listenerForTLS(options.tls) : this.#plainListener();
    this.#listen();
  }

  #plainListener() {
    const listener = new net.Server({ allowHalfOpen: true, noDelay: true });
    listener.takeStream = (stream) => {
      this.accept(stream, null);
      return true;
    };
    return listener;
  }

  #listenerForTLS(tls) {
    const { createServer } = require('tls/tls');
    return createServer({ ALPNProtocols: ['http/1.1'], ...tls, allowHalfOpen: true }, (socket) => {
      const handle = socket._handle;
      const stream = handle instanceof Stream ? handle : (handle?.lend?.() ?? null);
      if (stream === null) {
        socket.destroy();
        return;
      }
      socket.on('error', () => socket.destroy());
      this.accept(stream, socket);
    }).on('tlsClientError', (error, socket) => socket.destroy());
  }

  #listen() {
    const { options, listener } = this;
    const { signal, path, reusePort, backlog } = options;
    listener.on('error', (error) => {
      this.finish();
      this.listening.reject(error);
      // Without somebody who waits it must not go unnoticed.
      if (options.onError !== undefined) options.onError(error);
      else
        require('process/next_tick').nextTick(() => {
          if (!this.handle.observed) throw error;
        });
    });
    listener.on('listening', () => {
      this.listening.resolve(this.handle);
      options.onListen?.(this.handle);
    });
    if (path !== undefined) {
      listener.listen({ path, backlog });
    } else {
      const hostname = options.hostname ?? '0.0.0.0';
      // Known without asking anybody: then the port is there when serve() returns.
      const host = hostname === 'localhost' ? '127.0.0.1' : hostname;
      listener.listen({ host, port: Number(options.port ?? 8000), reusePort: Boolean(reusePort), backlog });
    }
    if (signal === undefined) return;
    if (signal.aborted) this.stop();
    else signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  accept(stream, owner) {
    const connection = new ServeConnection(this, stream, owner);
    if (!connection.native.attach(stream)) return;
    this.connections.add(connection);
  }

  // --- what handlers run into ---------------------------------------------------------------------------------------------

  /** A response without a program. */
  plainError(status) {
    const state = new ResponseState(new HeaderList());
    state.status = status;
    state.list.append('content-type', 'content-type', 'text/plain;charset=UTF-8');
    state.body = new Body(STATUS_CODES[status]);
    return state;
  }

  /** An error that nobody else hears of. */
  report(error) {
    require('console/console').error(error);
  }

  waitUntil(promise) {
    this.pending.add(promise);
    const settled = () => {
      this.pending.delete(promise);
      this.#finishIfDone();
    };
    Promise.resolve(promise).then(settled, (error) => {
      this.report(error);
      settled();
    });
  }

  // --- the end ------------------------------------------------------------------------------------------------------------

  /** @param {boolean} force cuts off what is under way */
  stop(force = false) {
    if (force) {
      this.#close();
      for (const connection of [...this.connections]) connection.destroy();
      return this.finished.promise;
    }
    if (this.stopping) return this.finished.promise;
    this.stopping = true;
    // Connections that the kernel has accepted for us already are ours.
    require('timers/timers').setImmediate(() => this.#close());
    for (const connection of this.connections) connection.socket?.goAway();
    const { setTimeout } = require('timers/timers');
    setTimeout(() => this.#closeIdle(), GRACE);
    return this.finished.promise;
  }

  #close() {
    this.stopping = true;
    if (this.closed) return;
    this.closed = true;
    this.listener.close(() => {
      this.listenerClosed = true;
      this.#finishIfDone();
    });
  }

  #closeIdle() {
    this.graceIsOver = true;
    for (const connection of [...this.connections]) if (connection.isIdle) connection.native.closeSoon();
    this.#finishIfDone();
  }

  connectionClosed() {
    if (this.stopping) this.#finishIfDone();
  }

  #finishIfDone() {
    if (this.stopping && this.listenerClosed && this.connections.size === 0 && this.pending.size === 0) this.finish();
  }

  finish() {
    if (this.isFinished) return;
    this.isFinished = true;
    this.group.stopChecking();
    this.finished.resolve();
  }

  get address() {
    return this.listener.address();
  }

  /** What stands between scheme and path in URLs of this server. */
  get authority() {
    const { address } = this;
    if (address === null || typeof address === 'string') return 'localhost';
    const { hostname } = this.options;
    const host =
      hostname ?? (address.address === '0.0.0.0' || address.address === '::' ? 'localhost' : address.address);
    const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `${shown}:${address.port}`;
  }
}

/** What serve() gives. */
class ServeHandle {
  #server;
  /** Whether somebody waits for `ready`, and so hears of errors. */
  observed = false;

  constructor(server) {
    this.#server = server;
    Object.defineProperty(this, 'observed', { __proto__: null, enumerable: false });
  }

  /** @type {number|undefined} of a TCP server, once it listens */
  get port() {
    const { address } = this.#server;
    return address !== null && typeof address === 'object' ? address.port : undefined;
  }

  /** @type {string|undefined} */
  get hostname() {
    return this.#server.options.hostname ?? (this.#server.options.path === undefined ? '0.0.0.0' : undefined);
  }

  /** @type {string|undefined} the path of a Unix socket */
  get path() {
    return this.#server.options.path;
  }

  /** @type {URL} */
  get url() {
    const { URL } = require('url/url');
    return new URL(`${this.#server.secure ? 'https' : 'http'}://${this.#server.authority}/`);
  }

  /** Resolves with this when it listens; rejects when it cannot. */
  get ready() {
    this.observed = true;
    return this.#server.listening.promise;
  }

  /** Resolves when the server has stopped and its last connection is closed. */
  get finished() {
    return this.#server.finished.promise;
  }

  /** @type {number} connections that are open */
  get connections() {
    return this.#server.connections.size;
  }

  /**
   * Accepts no more, answers what has been received, closes what is idle.
   * @param {boolean} [force] closes everything now
   * @returns {Promise<void>} `finished`
   */
  stop(force = false) {
    return this.#server.stop(Boolean(force));
  }

  /** New functions for the requests to come. */
  reload({ fetch, error } = {}) {
    if (fetch !== undefined) {
      validateFunction(fetch, 'options.fetch');
      this.#server.handler = fetch;
    }
    if (error !== undefined) {
      validateFunction(error, 'options.error');
      this.#server.onError = error;
    }
  }

  ref() {
    this.#server.listener.ref();
    return this;
  }

  unref() {
    this.#server.listener.unref();
    return this;
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
  }
}

/**
 * Starts a server.
 * @param {object} options see docs/serve.md
 * @returns {ServeHandle}
 */
function serve(options) {
  if (typeof options === 'function') options = { fetch: options };
  return new Server(options).handle;
}

module.exports = { ServeHandle, serve };
