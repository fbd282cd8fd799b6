// A server of the primary whose connections go to the workers in turn.
'use strict';

const { UV_TCP_IPV6ONLY, UV_READABLE, UV_WRITABLE } = binding('net');

/** A worker at this server: what it was sent and has not yet answered for. */
class Member {
  constructor(worker, conversation) {
    this.worker = worker;
    this.conversation = conversation;
    this.sent = null;
  }
}

class RoundRobinHandle {
  #key;
  #members = new Map(); // worker id -> Member
  #free = new Map(); // those who wait for a connection, the longest first
  #waiting = []; // connections without a worker
  #server;
  #handle = null;
  #errno;
  #onReady = [];

  /** @param {string} key @param {object} query what the worker wants to listen on */
  constructor(key, query) {
    this.#key = key;
    this.data = null;
    const { address, port, addressType, fd, backlog, flags, readableAll, writableAll } = query;
    const server = require('net/net').createServer();
    this.#server = server;
    server.once('error', (error) => this.#ready(error.errno));
    server.once('listening', () => {
      this.#handle = server._handle;
      this.#handle.onconnection = (error, handle) => this.#distribute(error, handle);
      server._handle = null;
      this.#server = null;
      this.#ready(0);
    });
    if (fd >= 0) {
      server.listen({ fd, backlog });
    } else if (port >= 0) {
      const ipv6Only = Boolean(flags & UV_TCP_IPV6ONLY);
      server.listen({ port, host: address, ipv6Only, backlog });
    } else {
      const mode = { readableAll: Boolean(readableAll & UV_READABLE), writableAll: Boolean(writableAll & UV_WRITABLE) };
      server.listen({ path: address, backlog, ...mode });
    }
    this.addressType = addressType;
  }

  #ready(errno) {
    this.#errno = errno;
    const callbacks = this.#onReady;
    this.#onReady = [];
    for (const callback of callbacks) callback();
  }

  /**
   * A worker wants its share.
   * @param {(errno: number|null, reply: object|null, handle: null) => void} callback
   */
  add(worker, conversation, callback) {
    const member = new Member(worker, conversation);
    this.#members.set(worker.id, member);
    const done = () => {
      if (this.#errno) {
        callback(this.#errno, null, null);
        return;
      }
      const sockname = this.#handle?.getsockname?.();
      callback(null, typeof sockname === 'object' ? { sockname } : null, null);
      this.#offer(member);
    };
    if (this.#errno === undefined) this.#onReady.push(done);
    else done();
  }

  /** A worker leaves. @returns {boolean} whether it was the last one, and the server is closed */
  remove(worker) {
    const member = this.#members.get(worker.id);
    if (member === undefined) return false;
    this.#members.delete(worker.id);
    this.#free.delete(worker.id);
    if (this.#members.size > 0) {
      // What it has been sent and cannot have accepted any more goes to another one.
      if (member.sent !== null && !worker.isConnected()) {
        const handle = member.sent;
        member.sent = null;
        this.#distribute(0, handle);
      }
      return false;
    }
    if (member.sent !== null && !worker.isConnected()) member.sent.close();
    for (const handle of this.#waiting) handle.close();
    this.#waiting = [];
    this.#handle?.close();
    this.#handle = null;
    this.#server?.close();
    return true;
  }

  #distribute(error, handle) {
    // Accepting has failed, as it does when there are no descriptors left: the peer sees a connection that ends.
    if (error !== 0 || handle === undefined) return;
    this.#waiting.push(handle);
    const [member] = this.#free.values();
    if (member === undefined) return;
    this.#free.delete(member.worker.id);
    this.#offer(member);
  }

  /** Gives the next connection to a worker; one without work waits in line. */
  #offer(member) {
    if (!this.#members.has(member.worker.id)) return;
    const handle = this.#waiting.shift();
    if (handle === undefined) {
      this.#free.set(member.worker.id, member);
      return;
    }
    member.sent = handle;
    member.conversation.send({ act: 'newconn', key: this.#key }, handle, (answer) => {
      if (member.sent !== handle) return;
      member.sent = null;
      if (answer.accepted) handle.close();
      else if (this.#members.size > 0) this.#distribute(0, handle);
      else handle.close();
      this.#offer(member);
    });
  }
}

module.exports = RoundRobinHandle;
