'use strict';

// What happens on one connection of a server.
//
// Three ways a connection can live; the first is what nearly all do:
//  1. On a native stream alone. No net.Socket exists; requests come from C++ one call each, answers leave in one call.
//  2. The same with a net.Socket beside it, made when someone asks for `req.socket` or listens for 'connection'. Bytes still
//     come and go natively, as long as nobody reads from the socket ('data' listeners) or has writes queued in it.
//  3. On a stream of the program's (`server.emit('connection', duplex)`, TLS): JavaScript feeds the parser.

const { Buffer } = require('buffer/buffer');
const { codes } = require('errors/errors');
const { ErrnoException } = require('errors/errors');
const channels = require('async/diagnostics_channel');
const { abortMessage, addBody, dumpUnread, endBody, setHead, settle } = require('http/incoming');
const { drained, onFinish } = require('http/outgoing');
const { closeResponse } = require('http/server_response');
const {
  HeadFlags,
  METHOD_BY_ID,
  STATUS_CODES,
  connectionReset,
  debug,
  lenientFlags,
  maxHeaderSize,
  parseError,
  kConnection,
  kUniqueHeaders,
} = require('http/common');
const perf = require('http/perf');
const net = require('net/net');
const { setTimeout } = require('timers/timers');

const closedConnection = require('http/closed_connection');
const { Connection, Group } = binding('http');
const { Stream } = binding('net');

const requestStartChannel = channels.channel('http.server.request.start');

const kClosing = Symbol('kClosing');
const kClosingSoon = Symbol('kClosingSoon');
const kConnections = Symbol('http.server.connections');
const kGroup = Symbol('kGroup');
const kIncomingMessage = Symbol('IncomingMessage');
const kServerResponse = Symbol('ServerResponse');
const kOptimizeEmptyRequests = Symbol('OptimizeEmptyRequestsOption');
const kResponseOptions = Symbol('kResponseOptions');

// Modes of Connection::write.
const CHUNK = 1;
const LATIN1 = 2;
const FLUSH = 4;
const IDLE_AFTER = 8;

const TAKE_UPGRADE = 1; // answer to a head

const KEEP_ALIVE_TIMEOUT = 0;

const nop = () => {};

// Methods of a net.Socket that begin to read from it.
const READING_METHODS = ['on', 'addListener', 'prependListener', 'once', 'prependOnceListener'];

class ServerConnection {
  /** Takes a freshly accepted native stream. Gives false when it has gone already. */
  static accept(server, stream) {
    const connection = new ServerConnection(server, null);
    if (!connection.native.attach(stream)) {
      server[kConnections].delete(connection);
      return false;
    }
    connection.stream = stream;
    connection.counted = true;
    debug('SERVER new http connection');
    server._connections++;
    return true;
  }

  constructor(server, socket) {
    this.server = server;
    this.stream = null;
    this.native = new Connection(groupOf(server), this);
    this.jsSocket = socket;
    this.fed = false; // JavaScript feeds the parser
    this.counted = false; // in server._connections, by us
    this.current = null; // the response whose bytes go out now
    this.waiting = null; // responses to later requests
    this.unfinished = null; // ended responses with bytes still on their way
    this.callbacks = null; // of writes whose bytes are still on their way
    this.hadBody = false; // the latest request had one
    this.message = null; // the request whose body is arriving
    this.answered = null; // the last request, when it has been answered before it was read
    this.listeners = null; // on jsSocket
    this.feeding = null;
    this.feedingEnd = null;
    this.keptAlive = false;
    this.upgrading = null; // the request that turns the connection into something else
    this.requests = 0;
    this.outgoingData = 0; // size of what the waiting responses hold
    this.destroyed = false;
    this.closed = false;
    this.ended = false; // our side has said all
    this.saidLast = false; // a response went out that is the last one on this connection
    this.paused = false;
    this.flushing = false; // a flush is due at the end of this tick
    this.finishing = 0; // responses that have ended and not yet 'finish'ed
    server[kConnections].add(this);
  }

  get readableHighWaterMark() {
    return this.server.highWaterMark;
  }
  get writableHighWaterMark() {
    return this.server.highWaterMark;
  }
  /** As Node's parser object has it: the request being dealt with. */
  get incoming() {
    return this.message ?? this.current?.req ?? this.unfinished?.at(-1)?.req ?? this.answered;
  }
  get hasSocket() {
    return this.jsSocket !== null;
  }
  get _httpMessage() {
    return this.current;
  }
  get writable() {
    return !this.destroyed && !this.ended && (this.jsSocket === null || this.jsSocket.writable);
  }
  get writableLength() {
    if (!this.fed) return this.native.writeQueueSize + (this.jsSocket?.writableLength ?? 0);
    return this.jsSocket.writableLength ?? 0;
  }

  /** The net.Socket of this connection, made if need be. */
  get socket() {
    return this.jsSocket ?? makeSocket(this);
  }

  // --- output -----------------------------------------------------------------------------------------------------------

  /** Whether this response's bytes may go to the native stream directly, past a socket. */
  canWriteNatively(message) {
    return this.current === message && this.nativeOutput();
  }

  nativeOutput() {
    if (this.fed || this.destroyed || this.ended) return false;
    const socket = this.jsSocket;
    return (
      socket === null ||
      (!socket.destroyed &&
        socket.writableLength === 0 &&
        !socket.writableEnded &&
        !socket.writableCorked &&
        !Object.hasOwn(socket, 'write'))
    );
  }

  /** Part of a response's body, the head before it if that has not left. Gives false when the kernel has enough. */
  write(message, chunk, encoding, callback, length, chunked) {
    let head;
    if (!message._headerSent) {
      head = message._header;
      message._headerSent = true;
    }
    return this.send(head, chunk, encoding, callback, length, chunked ? CHUNK : 0);
  }

  /** Bytes as they are. */
  writeRaw(data, encoding, callback) {
    if (!this.nativeOutput()) {
      if (this.jsSocket === null || this.destroyed) return false;
      return this.jsSocket.write(data, encoding, callback);
    }
    return this.send(undefined, data, encoding, callback, data.length, 0);
  }

  /** A time limit of the socket counts from now. */
  touch() {
    const socket = this.jsSocket;
    if (socket !== null && socket.timeout && !this.fed) socket._unrefTimer();
  }

  send(head, data, encoding, callback, length, mode) {
    this.touch();
    if (typeof data === 'string') {
      if (encoding === 'latin1' || encoding === 'binary') mode |= LATIN1;
      else if (encoding && encoding !== 'utf8' && encoding !== 'utf-8') data = Buffer.from(data, encoding);
    }
    const rest = this.native.write(head, data, undefined, mode, length);
    if (rest < 0) {
      this.fail(rest, 'write');
      return false;
    }
    if (rest >= this.writableHighWaterMark) this.readStop();
    if (callback) (this.callbacks ??= []).push(callback);
    // More may follow in this tick: it all leaves together.
    if (!this.flushing) {
      this.flushing = true;
      process.nextTick(flushConnection, this);
    }
    return rest + (rest === 0 ? length : 0) < this.writableHighWaterMark;
  }

  /** The rest of a response: all that is left of it leaves now. */
  end(message, chunk, encoding, length) {
    let head;
    if (!message._headerSent) {
      head = message._header;
      message._headerSent = true;
    }
    let mode = FLUSH;
    let tail;
    if (message.chunkedEncoding && message._hasBody) {
      if (length !== 0) mode |= CHUNK;
      tail = message._trailer === '' ? '0\r\n\r\n' : `0\r\n${message._trailer}\r\n`;
    }
    if (typeof chunk === 'string') {
      if (encoding === 'latin1' || encoding === 'binary') mode |= LATIN1;
      else if (encoding && encoding !== 'utf8' && encoding !== 'utf-8') chunk = Buffer.from(chunk, encoding);
    }
    if (!message._last && this.waiting === null) mode |= IDLE_AFTER;
    const rest = this.native.write(head, chunk, tail, mode, length);
    this.finishing++;
    message._finish();
    if (rest < 0) {
      this.fail(rest, 'write');
      return;
    }
    // A client that sends and does not read must not fill our memory.
    if (rest >= this.writableHighWaterMark) this.readStop();
    if (rest === 0 && this.callbacks === null && this.unfinished === null) {
      process.nextTick(onFinish, message);
    } else {
      // Answers to earlier requests of the same packet are out with this one.
      (this.unfinished ??= []).push(message);
      if (rest === 0) process.nextTick(allOut, this);
    }
    this.current = null;
    if (this.jsSocket !== null) this.jsSocket._httpMessage = null;
    if (message._last) this.saidLast = true;
    else if (this.waiting !== null) this.next();
  }

  cork() {
    if (!this.nativeOutput()) this.jsSocket?.cork?.();
  }
  uncork() {
    this.jsSocket?.uncork?.();
  }

  /** All that was written has been handed over. */
  flushed() {
    const { callbacks, unfinished } = this;
    this.callbacks = null;
    this.unfinished = null;
    if (callbacks !== null) for (const callback of callbacks) callback();
    if (unfinished !== null) for (const message of unfinished) onFinish(message);
    if (this.current !== null) drained(this.current);
    this.resume();
  }

  /** A response has been handed over: 'finish' is next. */
  finished(message) {
    const { req } = message;
    message[kConnection] = null;
    if (req._eventsCount !== 0 && !req.readableEnded) {
      this.answered = req;
      req.on('end', forgetAnswered);
    }
    if (this.current !== message) this.finishing--;
    settle(req);
    dumpUnread(req);
    if (this.message === req && !req.complete) this.readStart(req);
    if (this.current === message) {
      this.current = null;
      if (this.jsSocket !== null) this.jsSocket._httpMessage = null;
      if (!message._last) {
        if (this.waiting !== null) this.next();
        else if (!this.fed) this.native.startIdle();
      }
    }
    if (message._last) this.destroySoon();
    else if (this.fed && this.current === null) this.keepAlive();
    if (this.server[kClosing] && !this.saidLast && this.isIdle()) closeIdleSoon(this.server);
    if (message._eventsCount === 0) {
      message.destroyed = true;
      message._closed = true;
    } else {
      process.nextTick(closeResponse, message);
    }
  }

  /** The next response may go out. */
  next() {
    const { waiting } = this;
    const message = waiting.shift();
    if (waiting.length === 0) this.waiting = null;
    this.assign(message);
    message._flush();
    this.resume();
  }

  assign(message) {
    this.current = message;
    message[kConnection] = this;
    if (this.jsSocket !== null) this.jsSocket._httpMessage = message;
    if (message._eventsCount !== 0) message.emit('socket', this.socket);
  }

  /** On a stream of the program's, its own timer closes a connection that is kept too long. */
  keepAlive() {
    const { server, jsSocket } = this;
    if (server.keepAliveTimeout && typeof jsSocket.setTimeout === 'function') {
      jsSocket.setTimeout(server.keepAliveTimeout + server.keepAliveTimeoutBuffer);
      this.keptAlive = true;
    }
  }

  // --- reading ----------------------------------------------------------------------------------------------------------

  /** A message (or the output) wants the peer to wait. */
  readStop() {
    if (this.paused) return;
    this.paused = true;
    this.jsSocket?.pause();
    if (!this.fed) this.native.readStop();
  }

  readStart(message) {
    // A message that is complete has no say in what comes after it.
    if (message !== undefined && message !== this.message) return;
    if (!this.paused || this.destroyed) return;
    this.paused = false;
    this.jsSocket?.resume();
    if (!this.fed) this.native.readStart();
  }

  /** Goes on reading once the output is small enough. */
  resume() {
    if (!this.paused || this.message !== null) return;
    if (this.outgoingData < this.writableHighWaterMark && this.writableLength < this.writableHighWaterMark)
      this.readStart();
  }

  /** A waiting response holds more, or less. */
  pendingData(change) {
    this.outgoingData += change;
  }

  // --- the end ----------------------------------------------------------------------------------------------------------

  /** Whether nothing is going on that closing would cut off. */
  isIdle() {
    if (this.current !== null || this.waiting !== null || this.unfinished !== null || this.message !== null)
      return false;
    return this.native.betweenMessages && this.upgrading === null && !this.native.hasInput;
  }

  destroy(error) {
    if (this.destroyed) return;
    this.destroyed = true;
    if (this.jsSocket !== null) this.jsSocket.destroy(error);
    else this.native.close();
  }

  /** Closes when all output is out. */
  destroySoon() {
    if (this.destroyed || this.ended) return;
    if (this.jsSocket === null) {
      this.native.closeSoon();
    } else if (typeof this.jsSocket.destroySoon === 'function') {
      if (!this.fed) this.native.flush();
      this.jsSocket.destroySoon();
    } else {
      this.jsSocket.end();
    }
    this.ended = true;
  }

  /** The requests that have no complete answer yet. */
  *open() {
    for (const message of this.unfinished ?? []) yield message;
    if (this.current !== null) yield this.current;
    for (const message of this.waiting ?? []) yield message;
  }

  abortRequests() {
    // Not those that have been answered, as in Node, even when their bodies are still arriving.
    for (const { req } of [...this.open()]) abortMessage(req, connectionReset('aborted'));
    this.message = null;
  }

  /** The stream is gone. */
  onClosed() {
    if (this.closed) return;
    this.closed = true;
    this.destroyed = true;
    const { server } = this;
    server[kConnections].delete(this);
    this.native.stop();
    if (this.jsSocket !== null && !this.jsSocket.destroyed) this.jsSocket.destroy();
    if (this.upgrading === null) {
      const responses = [...this.open()];
      this.abortRequests();
      this.unfinished = this.waiting = this.callbacks = null;
      for (const message of responses) closeResponse(message);
    }
    if (this.counted) {
      this.counted = false;
      server._connections--;
      server._emitCloseIfDrained();
    }
    this.free();
  }

  /** As Node's parser has them: no more is read. */
  free() {
    this.native.end();
    this.native = closedConnection;
  }
  close() {
    this.native.stop();
  }

  /** One report is enough; later errors of a socket that is given up must not end the program. */
  deafen() {
    const socket = this.jsSocket;
    if (socket === null || this.listeners === null) return;
    socket.removeListener('error', this.listeners.error);
    if (socket.listenerCount('error') === 0) socket.on('error', nop);
  }

  /** The connection broke. `errno` is libuv's. */
  fail(errno, syscall) {
    if (this.destroyed) return;
    this.error(new ErrnoException(errno, syscall));
  }

  /** Something came that cannot be answered as a request, or the connection broke. */
  error(error) {
    const { server } = this;
    if (server.listenerCount('clientError') > 0) {
      const { socket } = this;
      this.deafen();
      server.emit('clientError', error, socket);
      return;
    }
    this.deafen();
    // What was answered before its body came is out by now; whoever is answered in the midst of a head gets nothing more.
    if (!this.fed && this.unfinished !== null && this.hadBody) flushConnection(this);
    // A response that is under way must not be followed by another for the same request.
    if (this.writable && this.finishing === 0 && (this.current === null || !this.current._headerSent)) {
      const status = STATUS_OF_ERROR[error.code] ?? 400;
      this.writeRaw(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, 'latin1');
      if (!this.fed) this.native.flush();
    }
    this.destroy(error);
  }
}
Object.defineProperty(ServerConnection.prototype, 'isHttpConnection', { value: true });

/**
 * How long idle connections are kept when a server closes, in milliseconds: a request that was on its way when it did gets an
 * answer (with `Connection: close`), not a reset.
 */
const LAST_REQUESTS = 50;

/** The server takes no more connections: closes those on which nothing more comes. */
function closeIdleSoon(server) {
  if (server[kClosingSoon]) return;
  server[kClosingSoon] = true;
  setTimeout(() => {
    server[kClosingSoon] = false;
    if (server[kClosing]) server.closeIdleConnections();
  }, LAST_REQUESTS);
}

/** `this` is the request. */
function forgetAnswered() {
  const connection = this[kConnection];
  if (connection?.answered === this) connection.answered = null;
}

const STATUS_OF_ERROR = {
  __proto__: null,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function allOut(connection) {
  if (!connection.destroyed) connection.flushed();
}

function flushConnection(connection) {
  connection.flushing = false;
  if (connection.destroyed) return;
  const rest = connection.native.flush();
  if (rest === 0) connection.flushed();
  else if (rest < 0) connection.fail(rest, 'write');
}

// --- what the parser tells; `this` is the ServerConnection --------------------------------------------------------------

const callbacks = {
  head(flags, method, url, block, body, trailers) {
    const { server } = this;
    syncGroup(server);
    this.touch();
    if (this.keptAlive) {
      this.keptAlive = false;
      this.jsSocket.setTimeout(server.timeout || 0);
    }
    const Message = server[kIncomingMessage];
    const req = new Message(Message === IncomingMessage ? this : this.socket);
    setHead(req, flags, block);
    if (Message !== IncomingMessage) req[kConnection] = this;
    req.url = url;
    req.method = METHOD_BY_ID[method];
    req.joinDuplicateHeaders = server.joinDuplicateHeaders;
    req.upgrade = false;

    if (flags & HeadFlags.upgradeWanted) {
      req.upgrade = req.method === 'CONNECT' || !!server.shouldUpgradeCallback(req);
      if (req.upgrade) {
        this.upgrading = req;
        return TAKE_UPGRADE;
      }
    }

    const complete = (flags & HeadFlags.complete) !== 0;
    this.hadBody = body !== undefined;
    if (!complete) this.message = req;
    if (!(flags & HeadFlags.hasFraming) && server[kOptimizeEmptyRequests]) req._dumpAndCloseReadable();
    handle(this, req, flags);
    if (body !== undefined && !addBody(req, body) && !complete) this.readStop();
    if (complete) endBody(req, trailers);
    return 0;
  },

  body(chunk) {
    this.touch();
    this.hadBody = true;
    const req = this.message;
    if (req !== null && !addBody(req, chunk)) this.readStop();
  },

  end(trailers) {
    const req = this.message;
    if (req === null) return; // an upgrade
    this.message = null;
    endBody(req, trailers);
    this.resume();
  },

  upgrade(head) {
    const { server, upgrading: req } = this;
    const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
    if (server.listenerCount(event) === 0) {
      this.destroy();
      return;
    }
    const { socket } = this;
    release(this, socket);
    socket.readableFlowing = null;
    server.emit(event, req, socket, head);
  },

  error(code, reason, bytesParsed, packet) {
    this.error(parseError(code, reason, bytesParsed, packet));
  },

  fail(errno, syscall) {
    this.fail(errno, syscall);
    this.destroy();
  },

  eof() {
    if (this.jsSocket !== null && !this.fed) {
      this.jsSocket.push(null);
      this.jsSocket.read(0);
    }
    if (this.destroyed) return;
    if (!this.server.httpAllowHalfOpen) {
      this.abortRequests();
      this.destroySoon();
      return;
    }
    const last = this.waiting?.at(-1) ?? this.current;
    if (last !== null) last._last = true;
    else this.destroySoon();
  },

  close() {
    this.onClosed();
  },

  drain() {
    this.flushed();
  },

  timeout(kind) {
    if (kind === KEEP_ALIVE_TIMEOUT) {
      if (this.server.listenerCount('timeout') !== 0) onSocketTimeout.call(this.socket);
      else this.destroy();
      return;
    }
    this.error(new codes.ERR_HTTP_REQUEST_TIMEOUT());
  },
};

/** A request's head is here: makes the response and gives both to the program. */
function handle(connection, req, flags) {
  const { server } = connection;
  const Response = server[kServerResponse];
  const res = new Response(req, server[kResponseOptions]);
  res._keepAliveTimeout = server.keepAliveTimeout;
  res._maxRequestsPerSocket = server.maxRequestsPerSocket;
  res.shouldKeepAlive = (flags & HeadFlags.keepAlive) !== 0 && !server[kClosing];
  res[kUniqueHeaders] = server[kUniqueHeaders];
  if (perf.observed()) perf.mark(res);
  if (requestStartChannel.hasSubscribers) {
    requestStartChannel.publish({ request: req, response: res, socket: connection.socket, server });
  }

  if (connection.current === null && !connection.saidLast) {
    connection.assign(res);
  } else {
    res._onPendingData = (change) => connection.pendingData(change);
    (connection.waiting ??= []).push(res);
    if (
      connection.outgoingData >= connection.writableHighWaterMark ||
      connection.writableLength >= connection.writableHighWaterMark
    )
      connection.readStop();
  }

  const isHttp11 = (flags & (HeadFlags.http10 | HeadFlags.oddVersion)) === 0;
  if (isHttp11) {
    if (server.maxRequestsPerSocket > 0) {
      connection.requests++;
      res.maxRequestsOnConnectionReached = server.maxRequestsPerSocket <= connection.requests;
      if (server.maxRequestsPerSocket < connection.requests) {
        server.emit('dropRequest', req, connection.socket);
        res.writeHead(503);
        res.end();
        return;
      }
    }
    // RFC 9112 §3.2.
    if (!(flags & HeadFlags.hasHost) && server.requireHostHeader) {
      res.writeHead(400, ['Connection', 'close']);
      res.end();
      return;
    }
    if (flags & HeadFlags.hasExpect) {
      if (flags & HeadFlags.expectContinue) {
        res._expect_continue = true;
        if (server.listenerCount('checkContinue') > 0) {
          server.emit('checkContinue', req, res);
          return;
        }
        res.writeContinue();
      } else {
        if (server.listenerCount('checkExpectation') > 0) {
          server.emit('checkExpectation', req, res);
        } else {
          res.writeHead(417);
          res.end();
        }
        return;
      }
    }
  }
  server.emit('request', req, res);
}

// --- sockets ------------------------------------------------------------------------------------------------------------

/** A net.Socket over the same native stream, for those who ask. */
function makeSocket(connection) {
  const { server, stream } = connection;
  const options = {
    handle: connection.closed ? null : stream,
    allowHalfOpen: true,
    pauseOnCreate: true,
    readable: true,
    writable: true,
    readableHighWaterMark: server.highWaterMark,
    writableHighWaterMark: server.highWaterMark,
  };
  const socket = new net.Socket(options);
  if (connection.closed) {
    socket.destroy();
    return (connection.jsSocket = socket);
  }
  connection.jsSocket = socket;
  adopt(connection, socket);
  if (connection.paused) socket.pause();
  return socket;
}

/** What every socket with HTTP on it gets. */
function adopt(connection, socket) {
  const { server } = connection;
  socket.server = server;
  socket.parser = connection;
  socket._httpMessage = connection.current;
  socket._paused = false;
  const listeners = (connection.listeners = {
    error(error) {
      connection.error(error);
    },
    close: () => connection.onClosed(),
    timeout: onSocketTimeout,
    drain() {
      if (connection.current !== null) drained(connection.current);
      connection.resume();
    },
  });
  for (const event of Object.keys(listeners)) socket.on(event, listeners[event]);
  // Bytes that are put into the socket by hand are the peer's, too; the others come natively unless `fed`.
  connection.feeding = (chunk) => {
    connection.native.execute(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk);
  };
  connection.feedingEnd = () => {
    if (!connection.fed) return;
    connection.native.finish();
    callbacks.eof.call(connection);
  };
  socket.on('data', connection.feeding);
  socket.on('end', connection.feedingEnd);
  if (server.timeout && typeof socket.setTimeout === 'function') socket.setTimeout(server.timeout);
  if (!(socket instanceof net.Socket)) return;
  for (const method of READING_METHODS) {
    const original = socket[method];
    socket[method] = function (event, listener) {
      if (event === 'data' || event === 'readable') takeOver(connection, socket);
      return original.call(this, event, listener);
    };
  }
  socket.setEncoding = () => {
    throw new codes.ERR_HTTP_SOCKET_ENCODING();
  };
}

/** Undoes adopt(): the socket is the program's. */
function release(connection, socket) {
  const { listeners } = connection;
  connection.native.stop();
  if (connection.native.attached) connection.native.detach();
  // Responses that are still open write to the socket like everybody.
  connection.fed = true;
  for (const event of Object.keys(listeners)) {
    socket.removeListener(event, listeners[event]);
  }
  unwrap(socket);
  socket.removeListener('data', connection.feeding);
  socket.removeListener('end', connection.feedingEnd);
  delete socket.setEncoding;
  socket.parser = null;
  // From now on the socket itself says when it closes.
  if (connection.counted) {
    connection.counted = false;
    socket._server = connection.server;
  }
  connection.server[kConnections].delete(connection);
}

function unwrap(socket) {
  for (const method of READING_METHODS) {
    if (Object.hasOwn(socket, method)) delete socket[method];
  }
}

/** Someone reads from the socket himself: from now on the bytes come through it, to him and to the parser. */
function takeOver(connection, socket) {
  unwrap(socket);
  if (connection.fed) return;
  connection.fed = true;
  if (connection.native.attached) connection.native.detach();
}

/** The time limit of a socket (server.timeout, setTimeout, a kept connection). `this` is the socket. */
function onSocketTimeout() {
  const connection = this.parser;
  const res = connection?.current ?? null;
  const req = res?.req;
  const heard = [
    req && !req.complete && req.emit('timeout', this),
    res && res.emit('timeout', this),
    this.server.emit('timeout', this),
  ];
  if (!heard.some(Boolean)) this.destroy();
}

/** What carries a socket's bytes natively, be it through a filter (TLS); null when JavaScript does. */
function nativeStreamOf(handle) {
  if (handle instanceof Stream) return handle;
  return handle?.lend?.() ?? null;
}

/** 'connection' of a server: a socket that somebody else made. `this` is the server. */
function connectionListener(socket) {
  const connection = new ServerConnection(this, socket);
  const stream = socket instanceof net.Socket ? nativeStreamOf(socket._handle) : null;
  if (stream !== null && connection.native.attach(stream)) connection.stream = stream;
  connection.fed = connection.stream === null;
  if (connection.fed) connection.native.announce();
  adopt(connection, socket);
}

// --- groups -------------------------------------------------------------------------------------------------------------

let IncomingMessage;

/** The native group of a server's connections, with the server's limits as they are now. */
function groupOf(server) {
  IncomingMessage ??= require('http/incoming').IncomingMessage;
  server[kConnections] ??= new Set();
  server[kGroup] ??= newGroup();
  server[kResponseOptions] ??= {
    highWaterMark: server.highWaterMark,
    rejectNonStandardBodyWrites: server.rejectNonStandardBodyWrites,
  };
  const group = server[kGroup];
  syncGroup(server);
  const limit = server.maxHeadersCount;
  group.configure(
    server.maxHeaderSize || maxHeaderSize(),
    typeof limit === 'number' ? limit : 1000,
    lenientFlags(server.insecureHTTPParser, server.httpValidation),
  );
  return group;
}

function newGroup() {
  const group = new Group(callbacks, false);
  group.limits = [0, 0, 0, 0];
  return group;
}

/** Programs change the limits while the server runs. */
function syncGroup(server) {
  const group = server[kGroup];
  const { limits } = group;
  const { headersTimeout, requestTimeout, keepAliveTimeout, keepAliveTimeoutBuffer } = server;
  if (
    limits[0] === headersTimeout &&
    limits[1] === requestTimeout &&
    limits[2] === keepAliveTimeout &&
    limits[3] === keepAliveTimeoutBuffer
  )
    return;
  group.limits = [headersTimeout, requestTimeout, keepAliveTimeout, keepAliveTimeoutBuffer];
  const number = (value) => (typeof value === 'number' && value > 0 ? value : 0);
  group.setLimits(
    number(headersTimeout),
    number(requestTimeout),
    keepAliveTimeout > 0 ? keepAliveTimeout + number(keepAliveTimeoutBuffer) : 0,
  );
}

module.exports = {
  ServerConnection,
  closeIdleSoon,
  connectionListener,
  groupOf,
  kClosing,
  kConnections,
  kGroup,
  kIncomingMessage,
  kOptimizeEmptyRequests,
  kResponseOptions,
  kServerResponse,
};
