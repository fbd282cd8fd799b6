// The opening handshake of RFC 6455 §4: of a client, over the pool's connections; and what a server needs for its own.
'use strict';

const { Origin } = require('fetch/pool');
const { OFFER, readAnswer } = require('websocket/extension');

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TAKE_UPGRADE = 1;

/** Sec-WebSocket-Accept for a key. */
function acceptFor(key) {
  return require('crypto/crypto')
    .createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

const hasToken = (value, token) =>
  value !== null &&
  value
    .toLowerCase()
    .split(',')
    .some((part) => part.trim() === token);

/** One attempt to open a WebSocket; an exchange on an HttpConnection. */
class ClientHandshake {
  /**
   * @param {URL} url ws: or wss:
   * @param {string[]} protocols
   * @param {HeaderList|null} headers further ones
   * @param {{onOpen(socket, head, {protocol, extensions, extension}): void, onFailure(error?): void}} owner
   */
  constructor(url, protocols, headers, owner) {
    this.url = url;
    this.protocols = protocols;
    this.headers = headers;
    this.owner = owner;
    this.connection = null;
    this.key = require('crypto/crypto').randomBytes(16).toString('base64');
    this.result = null;
    this.over = false;
    // Connections to become something else are not the pool's.
    this.origin = new Origin(url);
    this.giveUp = this.origin.connect(this);
  }

  onConnection(connection) {
    if (this.over) {
      connection.destroy();
      return;
    }
    this.connection = connection;
    connection.begin(this);
    connection.write(this.#head(), undefined, undefined, false, true);
  }

  #head() {
    const { url, protocols, headers, key } = this;
    let text = `GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n`;
    text += `sec-websocket-key: ${key}\r\nsec-websocket-version: 13\r\n`;
    if (protocols.length > 0) text += `sec-websocket-protocol: ${protocols.join(', ')}\r\n`;
    text += `sec-websocket-extensions: ${OFFER}\r\n`;
    const entries = headers?.entries ?? [];
    let named = false;
    for (let i = 0; i < entries.length; i += 3) {
      if (RESERVED.has(entries[i])) continue;
      if (entries[i] === 'user-agent') named = true;
      text += `${entries[i + 1]}: ${entries[i + 2]}\r\n`;
    }
    if (!named) text += 'user-agent: node\r\n';
    return `${text}\r\n`;
  }

  onHead(status, reason, pairs) {
    const { HeaderList } = require('fetch/headers');
    const list = HeaderList.fromPairs(pairs);
    const problem = this.#check(status, list);
    if (problem !== null) {
      this.fail(new Error(problem));
      return false;
    }
    return TAKE_UPGRADE;
  }

  #check(status, list) {
    if (status !== 101) return 'Received network error or non-101 status code.';
    if (list.get('upgrade')?.toLowerCase() !== 'websocket') return 'Server did not set Upgrade header to "websocket".';
    if (!hasToken(list.get('connection'), 'upgrade')) return 'Server did not set Connection header to "upgrade".';
    if (list.get('sec-websocket-accept') !== acceptFor(this.key)) {
      return 'Incorrect hash received in Sec-WebSocket-Accept header.';
    }
    const extensions = list.get('sec-websocket-extensions');
    const extension = readAnswer(extensions);
    if (extension === undefined) return 'Sec-WebSocket-Extensions header does not match.';
    const protocol = list.get('sec-websocket-protocol');
    if (protocol !== null && !this.protocols.includes(protocol)) {
      return 'Protocol was not set in the opening handshake.';
    }
    this.result = { protocol: protocol ?? '', extensions: extensions ?? '', extension };
    return null;
  }

  onUpgrade(bytes) {
    if (this.over) return;
    this.over = true;
    const socket = this.connection.detach();
    this.owner.onOpen(socket, bytes, this.result);
  }

  onBody() {}
  onDrain() {}
  onEnd() {
    if (this.result === null) this.fail(new Error('Received network error or non-101 status code.'));
  }

  onFailure(error) {
    this.fail(error);
  }

  fail(error) {
    if (this.over) return;
    this.over = true;
    this.giveUp?.();
    const { connection } = this;
    if (connection !== null) {
      connection.exchange = null;
      connection.destroy();
    }
    this.owner.onFailure(error);
  }
}

const RESERVED = new Set([
  'host',
  'connection',
  'upgrade',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
]);

module.exports = { ClientHandshake, acceptFor, hasToken };
