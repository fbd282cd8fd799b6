// Session: the changes of a database, recorded.
'use strict';

const { codes } = require('errors/errors');
const { enumerable } = require('sqlite/arguments');

const kMake = Symbol('sqlite.make');

class Session {
  #native;
  #database;

  constructor(...args) {
    const [key, native, database] = args;
    if (key !== kMake) throw codes.ERR_ILLEGAL_CONSTRUCTOR.fromMessage('Illegal constructor', Error);
    this.#native = native;
    this.#database = database;
  }

  #checkOpen() {
    if (!this.#database.isOpen) throw codes.ERR_INVALID_STATE.fromMessage('database is not open', Error);
  }

  changeset() {
    this.#checkOpen();
    return this.#native.changes(false);
  }

  patchset() {
    this.#checkOpen();
    return this.#native.changes(true);
  }

  close() {
    this.#checkOpen();
    this.#native.close();
  }

  [Symbol.dispose]() {
    if (this.#native.isOpen) this.#native.close();
  }
}
enumerable(Session, ['changeset', 'patchset', 'close', Symbol.dispose]);

const makeSession = (native, database) => new Session(kMake, native, database);

module.exports = { Session, makeSession };
