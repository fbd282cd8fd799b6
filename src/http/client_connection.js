'use strict';

// One exchange of a client on its connection: the socket's bytes become a response.

const { HeadFlags, connectionReset, debug, lenientFlags, maxHeaderSize, parseError } = require('http/common');
const { IncomingMessage, addBody, endBody, setHead } = require('http/incoming');
const closedConnection = require('http/closed_connection');
const perf = require('http/perf');
const hooks = require('async/hooks_internal');
const channels = require('async/diagnostics_channel');

const { Connection, Group } = binding('http');

const finishChannel = channels.channel('http.client.response.finish');

const TAKE_UPGRADE = 1;
const SKIP_BODY = 2;

/** Connections' parsers between two exchanges, ready for the next; as many as `http.setMaxIdleHTTPParsers()` says. */
const idle = { max: 1000, list: [] };

let group;
const configured = { size: -1, count: -1, lenient: -1 };

/** The parser's group for a request's options. */
function groupFor(req) {
  group ??= new Group(callbacks, true);
  const size = req.maxHeaderSize || maxHeaderSize();
  const count = typeof req.maxHeadersCount === 'number' ? req.maxHeadersCount : 1000;
  const lenient = lenientFlags(req.insecureHTTPParser, req.httpValidation);
  if (configured.size !== size || configured.count !== count || configured.lenient !== lenient) {
    Object.assign(configured, { size, count, lenient });
    group.configure(size, count, lenient);
  }
  return group;
}

class ClientConnection {
  /** `socket` is `req`'s from now on. */
  static take(req, socket) {
    req.socket = socket;
    const connection = idle.list.pop()?.renew(req, socket) ?? new ClientConnection(req, socket);
    if (hooks.enabled()) connection.native.announce();
    debug('CLIENT %s %s takes a connection', req.method, req.path);
    socket.parser = req.parser = connection;
    socket._httpMessage = req;
    for (const event of Object.keys(listeners)) socket.on(event, listeners[event]);
    if (req.timeout !== undefined || req.agent?.options?.timeout) require('http/client').listenForTimeout(req);
    req.emit('socket', socket);
  }

  constructor(req, socket) {
    this.req = req;
    this.socket = socket;
    this.native = new Connection(groupFor(req), this);
    this.incoming = null; // the response being read
    this.upgraded = null; // bytes after the head of a response that changed the protocol
    this.error = null;
    this.complete = false; // the response is here
    this.done = false;
  }

  /** Serves another exchange. Takes the async context of the caller. */
  renew(req, socket) {
    this.req = req;
    this.socket = socket;
    groupFor(req);
    this.native.reset();
    this.complete = this.done = false;
    return this;
  }

  /** Reads no more from the socket. `reusable`: the exchange has come to its end, and nothing of it is under way. */
  stop(reusable = false) {
    if (this.done) return;
    this.done = true;
    this.native.stop();
    const { socket, req } = this;
    socket.removeListener('data', listeners.data);
    socket.removeListener('end', listeners.end);
    if (socket.parser === this) socket.parser = null;
    if (req.parser === this) req.parser = null;
    if (reusable && idle.list.length < idle.max) {
      this.req = this.socket = this.incoming = null;
      idle.list.push(this);
      return;
    }
    this.native.end();
    this.native = closedConnection;
  }

  /** The socket is no business of this request any more. */
  leave() {
    this.stop();
    for (const event of Object.keys(listeners)) this.socket.removeListener(event, listeners[event]);
  }
}

// --- what the parser tells; `this` is the ClientConnection --------------------------------------------------------------

const callbacks = {
  head(flags, status, reason, block) {
    const { req, socket } = this;
    const res = new IncomingMessage(socket);
    setHead(res, flags, block);
    res.statusCode = status;
    res.statusMessage = reason;
    res.joinDuplicateHeaders = req.joinDuplicateHeaders;
    res.upgrade = (flags & HeadFlags.upgradeWanted) !== 0;

    // A second answer to the one request: nobody asked.
    if (req.res) {
      this.native.stop();
      socket.destroy();
      return 0;
    }
    this.incoming = res;
    if (req.method === 'CONNECT') res.upgrade = true;
    if (res.upgrade) {
      req.res = res;
      return TAKE_UPGRADE;
    }

    if (status >= 100 && status < 200 && status !== 101) {
      this.incoming = null;
      if (status === 100) req.emit('continue');
      const { statusMessage, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = res;
      req.emit('information', {
        statusCode: status,
        statusMessage,
        httpVersion,
        httpVersionMajor,
        httpVersionMinor,
        headers,
        rawHeaders,
      });
      return SKIP_BODY;
    }

    if (req.shouldKeepAlive && !(flags & HeadFlags.keepAlive) && !req.upgradeOrConnect) req.shouldKeepAlive = false;
    if (finishChannel.hasSubscribers) finishChannel.publish({ request: req, response: res });
    if (perf.observed()) reportExchange(req, res);

    req.res = res;
    res.req = req;
    // Ours first: the connection is free again before the program hears of the end.
    socket.on('timeout', onResponseTimeout);
    res.on('end', onResponseEnd);
    req.on('finish', onRequestFinish);
    // Nobody who listens, nobody who could read.
    if (req.aborted || !req.emit('response', res)) res._dump();
    if (req.method === 'HEAD' || status === 304) return SKIP_BODY;
    return 0;
  },

  body(chunk) {
    const { incoming } = this;
    if (incoming !== null && !addBody(incoming, chunk)) this.socket.pause();
  },

  end(trailers) {
    const { incoming } = this;
    if (incoming === null || incoming.upgrade) return;
    endBody(incoming, trailers);
    this.complete = true;
  },

  upgrade(head) {
    // A 101 that names no protocol is an answer like any other, and what follows it is nothing.
    if (this.incoming?.upgrade) this.upgraded = head;
  },

  error(code, reason, bytesParsed, packet) {
    this.error = parseError(code, reason, bytesParsed, packet);
  },
};

function reportExchange(req, res) {
  perf.report(
    'HttpClient',
    req,
    { method: req.method, url: `${req.protocol}//${req.host}${req.path}`, headers: req.getHeaders() },
    { statusCode: res.statusCode, statusMessage: res.statusMessage, headers: res.headers },
  );
}

// --- what the socket tells; `this` is the socket ------------------------------------------------------------------------

const listeners = {
  data(chunk) {
    const connection = this.parser;
    if (!connection) return;
    connection.native.execute(chunk);
    if (connection.error !== null) fail(connection, connection.error);
    else if (connection.upgraded !== null) changeProtocol(connection);
    // Whatever comes later is no answer to this request.
    else if (connection.complete) connection.stop(true);
  },

  end() {
    const connection = this.parser;
    const req = this._httpMessage;
    if (!connection) return;
    connection.native.finish(); // the end of the connection may be the end of the body
    if (!req.res && !this._hadError) {
      this._hadError = true;
      emitError(req, connectionReset('socket hang up'));
    }
    connection.stop();
    this.end();
  },

  error(error) {
    const req = this._httpMessage;
    if (req) {
      this._hadError = true;
      emitError(req, error);
    }
    this.parser?.native.finish();
    this.parser?.stop();
    this.destroy();
  },

  close() {
    const req = this._httpMessage;
    const connection = this.parser;
    if (!req) return;
    // Bytes that arrived with the end.
    this.read?.();
    connection?.native.finish();
    const { res } = req;
    req.destroyed = true;
    if (res) {
      if (!res.complete) res.destroy(connectionReset('aborted'));
      req._closed = true;
      req.emit('close');
      if (!res.aborted && res.readable) res.push(null);
    } else {
      if (!this._hadError) {
        this._hadError = true;
        emitError(req, connectionReset('socket hang up'));
      }
      req._closed = true;
      req.emit('close');
    }
    // What could not be written any more.
    req.outputData.length = 0;
    req.outputSize = 0;
    connection?.stop();
  },

  drain() {
    const req = this._httpMessage;
    if (req) require('http/outgoing').drained(req);
  },
};

function emitError(req, error) {
  require('http/client').emitErrorEvent(req, error);
}

/** What came is not HTTP. */
function fail(connection, error) {
  const { req, socket } = connection;
  connection.stop();
  socket.removeListener('error', listeners.error);
  if (socket.listenerCount('error') === 0) socket.on('error', () => {});
  socket.destroy();
  socket._hadError = true;
  emitError(req, error);
}

/** 101, or the answer to CONNECT: the socket is the program's. */
function changeProtocol(connection) {
  const { req, socket, upgraded: head } = connection;
  const res = connection.incoming;
  connection.leave();
  res.req = req;
  if (req.timeoutCb) socket.removeListener('timeout', req.timeoutCb);
  socket.removeListener('timeout', onResponseTimeout);
  const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
  if (req.listenerCount(event) === 0) {
    socket.destroy();
    req.destroyed = true;
    req._closed = true;
    req.emit('close');
    return;
  }
  req.upgradeOrConnect = true;
  socket.emit('agentRemove');
  socket._httpMessage = null;
  socket.readableFlowing = null;
  req.emit(event, res, socket, head);
  req.destroyed = true;
  req._closed = true;
  req.emit('close');
}

// --- the end of an exchange ---------------------------------------------------------------------------------------------

/** The response has been read. `this` is the response. */
function onResponseEnd() {
  const { req } = this;
  const { socket } = req;
  req._ended = true;
  if (!req.shouldKeepAlive) {
    if (socket?.writable) {
      if (typeof socket.destroySoon === 'function') socket.destroySoon();
      else socket.end();
    }
  } else if (req.writableFinished && !this.aborted) {
    giveBack(req);
  }
}

/** `this` is the socket. */
function onResponseTimeout() {
  this._httpMessage?.res?.emit('timeout');
}

/** The request is out. `this` is the request. */
function onRequestFinish() {
  if (this.shouldKeepAlive && this._ended) giveBack(this);
}

/** The connection can serve another request. */
function giveBack(req) {
  const { socket } = req;
  if (!socket || req._givenBack) return;
  req._givenBack = true;
  if (req.timeoutCb) {
    socket.setTimeout(0);
    socket.removeListener('timeout', req.timeoutCb);
    req.timeoutCb = null;
  }
  socket.removeListener('timeout', onResponseTimeout);
  for (const event of Object.keys(listeners)) socket.removeListener(event, listeners[event]);
  req.destroyed = true;
  // In a tick of its own: handlers of 'end' come first.
  process.nextTick(free, req, socket);
}

function free(req, socket) {
  req._closed = true;
  req.emit('close');
  socket.emit('free');
}

module.exports = { ClientConnection, idle };
