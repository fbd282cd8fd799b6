// One connection of vireo:serve. Requests are handed to the program one after another; those that a client sends ahead wait.
'use strict';

const { HeadFlags } = require('http/common');
const { IncomingBody } = require('fetch/incoming_body');
const { makeRequest } = require('fetch/request');
const { isResponse, stateOf: stateOfResponse } = require('fetch/response');
const { Info, ServedRequest } = require('serve/served_request');
const { send } = require('serve/send');
const closedConnection = require('http/closed_connection');

const { Connection } = binding('http');

const TAKE_UPGRADE = 1;
const KEEP_ALIVE_TIMEOUT = 0;
const GET = 1;
const HEAD = 2;
const CONNECT = 5;

/** Requests that a client may send ahead before it has to wait. */
const MAX_WAITING = 16;

class ServeConnection {
  constructor(server, stream, owner) {
    this.server = server;
    this.stream = stream;
    this.owner = owner; // a TLS socket, to be destroyed with us
    this.native = new Connection(server.group, this);
    this.current = null; // the request that is being answered
    this.waiting = null; // those after it
    this.receiving = null; // the request whose body arrives
    this.received = 0; // bytes of it
    this.pump = null; // moves a stream's chunks
    this.takingOver = null; // a request that asks for another protocol
    this.ahead = null; // bytes that came after its head
    this.socket = null; // WebSocketConnection that this has become
    this.closing = false; // no further requests
    this.destroyed = false;
    this.flushing = false;
    this.paused = false;
    this.peer = undefined;
  }

  get remoteAddress() {
    if (this.peer === undefined) {
      const peer = this.stream.getpeername?.();
      this.peer = typeof peer === 'object' ? peer : null;
    }
    return this.peer;
  }

  get isIdle() {
    return this.current === null && this.receiving === null && this.socket === null && this.native.betweenMessages;
  }

  // --- requests -----------------------------------------------------------------------------------------------------------

  start(request) {
    this.current = request;
    const { server } = this;
    let result;
    try {
      result = server.handler(makeRequest(request), new Info(request));
    } catch (error) {
      this.failed(request, error);
      return;
    }
    if (isResponse(result)) this.answer(request, result);
    else this.answerLater(request, result);
  }

  async answerLater(request, promise) {
    let response;
    try {
      response = await promise;
    } catch (error) {
      this.failed(request, error);
      return;
    }
    this.answer(request, response);
  }

  answer(request, response) {
    if (this.destroyed || request.answered) {
      if (isResponse(response)) stateOfResponse(response).body?.cancel();
      return;
    }
    if (!isResponse(response)) {
      this.failed(request, new TypeError('The handler must give a Response, or a promise of one'));
      return;
    }
    const state = stateOfResponse(response);
    if (state.upgraded !== null) {
      request.answered = true;
      state.upgraded.take(this, request, state);
      return;
    }
    if (state.type === 'error') {
      this.failed(request, new TypeError('The handler gave a network error (Response.error())'));
      return;
    }
    try {
      send(request, state);
    } catch (error) {
      this.failed(request, error);
    }
  }

  /** The handler threw, or what it gave cannot be sent. */
  async failed(request, error) {
    if (this.destroyed || request.answered) return;
    const { onError } = this.server;
    let state = null;
    if (!request.failed && onError !== undefined) {
      request.failed = true;
      try {
        const response = await onError(error);
        if (isResponse(response)) state = stateOfResponse(response);
      } catch (second) {
        this.server.report(second);
      }
    } else {
      this.server.report(error);
    }
    if (this.destroyed || request.answered) return;
    if (request.headSent) {
      this.destroy();
      return;
    }
    request.failed = true;
    try {
      send(request, state ?? this.server.plainError(500));
    } catch (third) {
      this.server.report(third);
      this.destroy();
    }
  }

  /** A response has been handed to the kernel, or to what waits for it: `rest` bytes are still here. */
  sent(request, rest) {
    request.answered = true;
    if (rest < 0) {
      this.destroy();
      return;
    }
    if (this.current === request) this.current = null;
    this.takingOver = null;
    if (request.closeAfter) {
      this.closing = true;
      this.waiting = null;
      this.native.closeSoon();
      return;
    }
    // What is left of the request's body is nobody's.
    if (request.incoming !== null && !request.incoming.ended) request.incoming.drop();
    if (rest > 1024 * 1024) this.readStop();
    if (this.waiting !== null && this.current === null) this.next();
  }

  next() {
    const request = this.waiting.shift();
    if (this.waiting.length === 0) {
      this.waiting = null;
      this.readStart();
    }
    this.start(request);
  }

  /** An answer of our own to what is no proper request; the connection ends with it. */
  refuse(status) {
    if (this.destroyed || this.closing) return;
    this.closing = true;
    // Earlier requests have a right to their answers; this one is answered by the end of the connection.
    if (this.current !== null) {
      this.current.closeAfter = true;
      this.waiting = null;
      this.readStop();
      return;
    }
    this.native.respond(status, '', '', undefined, 4 | 128);
    this.native.closeSoon();
  }

  // --- output and flow ----------------------------------------------------------------------------------------------------

  flushSoon() {
    if (this.flushing) return;
    this.flushing = true;
    require('process/next_tick').nextTick(flush, this);
  }

  drained() {
    this.pump?.drained();
    this.socket?.drained();
    if (this.waiting === null && this.receiving === null) this.readStart();
  }

  readStop() {
    if (this.paused || this.destroyed) return;
    this.paused = true;
    this.native.readStop();
  }

  readStart() {
    if (!this.paused || this.destroyed) return;
    this.paused = false;
    this.native.readStart();
  }

  // What an IncomingBody asks of us.
  pause() {
    this.readStop();
  }
  resume() {
    this.readStart();
  }
  cancel() {
    this.receiving?.incoming.drop();
    this.readStart();
  }

  // --- the end ------------------------------------------------------------------------------------------------------------

  destroy() {
    if (this.destroyed) return;
    this.destroyed = true;
    this.native.close();
    this.owner?.destroy();
  }

  onClosed() {
    this.destroyed = true;
    this.server.connections.delete(this);
    this.native.stop();
    const { current, waiting, pump, socket, receiving } = this;
    this.current = this.waiting = this.pump = this.receiving = null;
    if (current !== null) current.abandon();
    if (receiving !== null) receiving.abandon();
    for (const request of waiting ?? []) request.abandon();
    if (pump !== null) {
      const { DOMException } = require('web/dom_exception');
      pump.cancel(new DOMException('The client has closed the connection', 'AbortError'));
    }
    socket?.onClosed();
    this.native.end();
    this.native = closedConnection;
    this.owner?.destroy();
    this.server.connectionClosed();
  }
}

function flush(connection) {
  connection.flushing = false;
  if (connection.destroyed) return;
  const rest = connection.native.flush();
  if (rest === 0) connection.drained();
  else if (rest < 0) connection.destroy();
}

/** What the parser and the stream tell; `this` is the ServeConnection. */
const callbacks = {
  head(flags, method, target, block, body) {
    if (this.closing) return 0;
    const request = new ServedRequest(this, flags, method, target, block);
    // RFC 9112 §3.2.
    if ((flags & (HeadFlags.hasHost | HeadFlags.http10 | HeadFlags.oddVersion)) === 0) {
      this.refuse(400);
      return 0;
    }
    if (flags & HeadFlags.upgradeWanted) {
      if (method === CONNECT) {
        this.refuse(405);
        return 0;
      }
      if (method === GET && !(flags & HeadFlags.hasBody) && isWebSocketUpgrade(request)) {
        request.closeAfter = true; // unless it becomes a WebSocket
        this.takingOver = request;
        return TAKE_UPGRADE;
      }
    }
    if (flags & HeadFlags.complete) {
      if (body !== undefined && method !== GET && method !== HEAD) {
        const incoming = new IncomingBody(this);
        incoming.push(body);
        incoming.end();
        request.incoming = incoming;
      }
      if (body !== undefined && body.length > this.server.maxBodySize) {
        this.refuse(413);
        return 0;
      }
    } else {
      request.incoming = new IncomingBody(this);
      this.receiving = request;
      this.received = 0;
      if (flags & HeadFlags.expectContinue)
        this.native.write('HTTP/1.1 100 Continue\r\n\r\n', undefined, undefined, 4, 0);
      else if (flags & HeadFlags.hasExpect) {
        this.refuse(417);
        return 0;
      }
      if (body !== undefined) callbacks.body.call(this, body);
    }
    if (this.closing) return 0;
    if (this.current === null) {
      this.start(request);
    } else {
      (this.waiting ??= []).push(request);
      if (this.waiting.length >= MAX_WAITING) this.readStop();
    }
    return 0;
  },

  body(chunk) {
    const request = this.receiving;
    if (request === null) return;
    this.received += chunk.length;
    if (this.received > this.server.maxBodySize) {
      this.receiving = null;
      const { DOMException } = require('web/dom_exception');
      request.incoming.fail(new DOMException('The body of the request is too large', 'QuotaExceededError'));
      if (this.current === request && !request.headSent && !request.answered) {
        request.answered = true;
        this.current = null;
      }
      this.refuse(413);
      return;
    }
    request.incoming.push(chunk);
  },

  end() {
    const request = this.receiving;
    if (request === null) return;
    this.receiving = null;
    request.incoming.end();
    if (this.current === null && this.waiting === null) this.native.startIdle();
    if (this.waiting === null) this.readStart();
  },

  upgrade(bytes) {
    const request = this.takingOver;
    if (this.socket !== null) {
      this.socket.receive(bytes);
    } else if (this.ahead !== null) {
      // Nobody has decided yet: the client may not send much before its request is answered.
      this.ahead.push(bytes);
      if (this.ahead.length > 64) this.readStop();
    } else if (request !== null) {
      this.ahead = bytes.length > 0 ? [bytes] : [];
      if (this.current === null) this.start(request);
      else (this.waiting ??= []).push(request);
    }
  },

  error(code) {
    this.receiving?.abandon();
    this.refuse(STATUS_OF_ERROR[code] ?? 400);
  },

  fail() {
    this.destroy();
  },

  eof() {
    if (this.socket !== null) this.socket.onEnd();
    // Who says nothing more is taken to be gone, as Node does.
    this.current?.abandon();
    this.destroyed = true;
    this.native.closeSoon();
  },

  close() {
    this.onClosed();
  },

  drain() {
    this.drained();
  },

  timeout(kind) {
    if (kind === KEEP_ALIVE_TIMEOUT) this.destroy();
    else if (this.current === null) this.refuse(408);
    else this.destroy();
  },
};

const STATUS_OF_ERROR = { __proto__: null, HPE_HEADER_OVERFLOW: 431, HPE_CHUNK_EXTENSIONS_OVERFLOW: 413 };

const isWebSocketUpgrade = (request) => /(?:^|[\s,])websocket(?:$|[\s,])/i.test(request.list.get('upgrade') ?? '');

module.exports = { ServeConnection, callbacks };
