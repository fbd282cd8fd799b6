// WebSockets of a server: the handshake's answer, and the connection that becomes one.
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateNumber, validateObject } = require('errors/validators');
const { HeaderList, fill } = require('fetch/headers');
const { isRequest, stateOf: stateOfRequest } = require('fetch/request');
const { ResponseState, makeResponse } = require('fetch/response');
const { ServedRequest } = require('serve/served_request');
const { Link } = require('websocket/link');
const { acceptOffer } = require('websocket/extension');
const { acceptFor } = require('websocket/handshake');
const { makeServerSocket } = require('websocket/websocket');

const FLUSH = 4;
const NO_LENGTH = 16;
const GOING_AWAY = 1001;

const HANDLERS = ['open', 'message', 'close', 'error', 'drain', 'ping', 'pong'];

/** What a request to become a WebSocket lacks; null when it is complete (RFC 6455 §4.2.1). */
function problemOf(state) {
  const { list } = state;
  if (!(state instanceof ServedRequest)) return 'The request is not one of this server';
  if (state.connection.takingOver !== state) return 'The request does not ask for a WebSocket';
  if (!/^[A-Za-z\d+/]{22}==$/.test(list.get('sec-websocket-key') ?? ''))
    return 'Sec-WebSocket-Key is missing or invalid';
  if (list.get('sec-websocket-version') !== '13') return 'Sec-WebSocket-Version is not 13';
  return null;
}

/**
 * Turns a request into a WebSocket: give the `response` back from the handler.
 * @param {Request} request
 * @param {object} [options] protocol, headers, perMessageDeflate, maxPayload, idleTimeout, and functions instead of events:
 *   open(socket), message(socket, data), close(socket, code, reason), error(socket, error), drain(socket), ping, pong
 * @returns {{socket: WebSocket, response: Response}}
 * @throws {TypeError} the request does not ask for one
 */
function upgradeWebSocket(request, options = {}) {
  if (!isRequest(request)) throw new codes.ERR_INVALID_ARG_TYPE('request', 'Request', request);
  validateObject(options, 'options');
  const {
    protocol,
    headers,
    perMessageDeflate = false,
    maxPayload = 16 * 1024 * 1024,
    idleTimeout = 120_000,
  } = options;
  validateNumber(maxPayload, 'options.maxPayload', 1);
  validateNumber(idleTimeout, 'options.idleTimeout', 0);
  const state = stateOfRequest(request);
  const problem = problemOf(state);
  if (problem !== null) throw new TypeError(problem);

  const list = new HeaderList();
  if (headers !== undefined) fill(list, headers, 'Headers constructor');
  const add = (name, value) => list.set(name, name, value);
  add('upgrade', 'websocket');
  add('connection', 'Upgrade');
  add('sec-websocket-accept', acceptFor(state.list.get('sec-websocket-key')));
  if (protocol !== undefined) {
    const asked = (state.list.get('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim());
    if (!asked.includes(`${protocol}`)) throw new TypeError(`The client has not asked for the protocol "${protocol}"`);
    add('sec-websocket-protocol', `${protocol}`);
  }
  let agreed = null;
  if (perMessageDeflate) agreed = acceptOffer(state.list.get('sec-websocket-extensions') ?? '');
  if (agreed !== null) add('sec-websocket-extensions', agreed.header);

  let handlers = null;
  for (const name of HANDLERS) {
    if (options[name] === undefined) continue;
    validateFunction(options[name], `options.${name}`);
    (handlers ??= {})[name] = options[name];
  }

  const upgrade = new Upgrade(agreed?.extension ?? null, maxPayload, idleTimeout);
  const socket = makeServerSocket(state.url.replace(/^http/, 'ws'), {
    protocol: protocol === undefined ? '' : `${protocol}`,
    extensions: agreed?.header ?? '',
    handlers,
    connect: (open, listener) => {
      upgrade.open = open;
      upgrade.listener = listener;
    },
  });
  const answer = new ResponseState(list);
  answer.status = 101;
  answer.upgraded = upgrade;
  return { socket, response: makeResponse(answer) };
}

/** What waits in a response until it is sent; then the connection's new owner. */
class Upgrade {
  constructor(extension, maxPayload, idleTimeout) {
    this.extension = extension;
    this.maxPayload = maxPayload;
    this.idleTimeout = idleTimeout;
    this.open = null;
    this.listener = null;
    this.link = null;
    this.connection = null;
    this.timer = null;
    this.heard = false;
  }

  /** The handler has given the response. */
  take(connection, request, state) {
    if (connection.takingOver !== request || this.connection !== null) {
      request.answered = false;
      connection.failed(request, new TypeError('This response belongs to another request'));
      return;
    }
    this.connection = connection;
    const { native, stream, owner, ahead } = connection;
    const { entries } = state.list;
    let lines = '';
    for (let i = 0; i < entries.length; i += 3) lines += `${entries[i + 1]}: ${entries[i + 2]}\r\n`;
    native.respond(101, '', lines, undefined, FLUSH | NO_LENGTH);
    native.flush();
    native.stop();
    native.detach();
    connection.current = null;
    connection.takingOver = null;
    connection.ahead = null;
    connection.socket = this;
    const { listener, extension, maxPayload } = this;
    const own = {
      onText: (text) => {
        this.heard = true;
        listener.onText(text);
      },
      onBinary: (bytes) => {
        this.heard = true;
        listener.onBinary(bytes);
      },
      onPing: (bytes) => {
        this.heard = true;
        listener.onPing(bytes);
      },
      onPong: (bytes) => {
        this.heard = true;
        listener.onPong(bytes);
      },
      onDrain: listener.onDrain,
      onClosing: listener.onClosing,
      onError: listener.onError,
      onClosed: (code, reason, wasClean) => {
        if (this.timer !== null) require('timers/timers').clearInterval(this.timer);
        listener.onClosed(code, reason, wasClean);
        connection.socket = null;
        connection.onClosed();
      },
    };
    this.link = new Link(own, { server: true, extension, maxPayload });
    if (owner !== null) owner.on('close', () => this.link.destroy());
    if (!this.link.attach(stream)) {
      own.onClosed(1006, '', false);
      return;
    }
    if (this.idleTimeout > 0) this.#watch();
    this.open(this.link);
    for (const bytes of ahead) this.link.receive(bytes);
  }

  /** Pings a peer that says nothing; ends it when it does not even answer that. */
  #watch() {
    const { setInterval } = require('timers/timers');
    let pinged = false;
    this.timer = setInterval(
      () => {
        if (this.heard) {
          this.heard = false;
          pinged = false;
        } else if (pinged) {
          this.link.destroy();
        } else {
          pinged = true;
          this.link.ping(new Uint8Array(0));
        }
      },
      Math.max(this.idleTimeout / 2, 1),
    );
    this.timer.unref();
  }

  /** The server stops. */
  goAway() {
    this.link.close(GOING_AWAY);
  }

  receive(bytes) {
    this.link.receive(bytes);
  }
  drained() {}
  onEnd() {}
  onClosed() {
    this.link.destroy();
  }
}

module.exports = { upgradeWebSocket };
