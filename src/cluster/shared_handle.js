// A bound handle of the primary that every worker gets a copy of: the system distributes.
'use strict';

class SharedHandle {
  #key;
  #workers = new Map();
  #handle = null;
  #errno = 0;

  constructor(key, { address, port, addressType, fd, flags, readableAll, writableAll }) {
    this.#key = key;
    this.data = null;
    const isDatagram = addressType === 'udp4' || addressType === 'udp6';
    const handle = isDatagram
      ? require('dgram/handle').createSocketHandle(address, port, addressType, fd, flags)
      : require('net/net')._createServerHandle(address, port, addressType, fd, flags);
    if (typeof handle === 'number') {
      this.#errno = handle;
      return;
    }
    this.#handle = handle;
    // Some failures of bind are told late.
    const name = handle.getsockname?.();
    if (typeof name === 'number') this.#errno = name;
    const mode = (readableAll ?? 0) | (writableAll ?? 0);
    if (this.#errno === 0 && mode !== 0 && !(port >= 0)) this.#errno = handle.chmod(mode);
  }

  add(worker, conversation, callback) {
    this.#workers.set(worker.id, worker);
    callback(this.#errno || null, null, this.#errno ? undefined : this.#handle);
    if (this.#errno) this.#close();
  }

  /** A worker leaves. @returns {boolean} whether it was the last one, and the handle is closed */
  remove(worker) {
    if (!this.#workers.delete(worker.id) || this.#workers.size > 0) return false;
    this.#close();
    return true;
  }

  #close() {
    this.#handle?.close();
    this.#handle = null;
  }
}

module.exports = SharedHandle;
