// SQLTagStore: prepared statements, by the texts of their template literals; those used last are kept.
'use strict';

const { codes } = require('errors/errors');
const { enumerable } = require('sqlite/arguments');
const { isFinalized } = require('sqlite/statement');

const kMake = Symbol('sqlite.make');

class SQLTagStore {
  #database;
  #capacity;
  #statements = new Map();

  constructor(...args) {
    const [key, database, capacity] = args;
    if (key !== kMake) throw codes.ERR_ILLEGAL_CONSTRUCTOR.fromMessage('Illegal constructor', Error);
    this.#database = database;
    this.#capacity = capacity;
    Object.defineProperties(this, {
      capacity: { __proto__: null, get: () => this.#capacity, enumerable: true, configurable: true },
      db: { __proto__: null, get: () => this.#database, enumerable: true, configurable: true },
      size: { __proto__: null, get: () => this.#statements.size, enumerable: true, configurable: true },
    });
  }

  /** The statement for a template, prepared if need be. */
  #statement(strings) {
    if (!this.#database.isOpen) throw codes.ERR_INVALID_STATE.fromMessage('database is not open', Error);
    if (!Array.isArray(strings)) {
      throw codes.ERR_INVALID_ARG_TYPE.fromMessage(
        'First argument must be an array of strings (template literal).',
        TypeError,
      );
    }
    if (strings.some((part) => typeof part !== 'string'))
      throw codes.ERR_INVALID_ARG_TYPE.fromMessage('Template literal parts must be strings.', TypeError);
    const sql = strings.join('?');
    let statement = this.#statements.get(sql);
    this.#statements.delete(sql);
    if (statement === undefined || isFinalized(statement)) statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > this.#capacity) {
      const [oldest] = this.#statements.keys();
      this.#statements.delete(oldest);
    }
    return statement;
  }

  // The values are parameters even when the first is an object: there are no names in a template.
  get(...args) {
    return this.#statement(args[0]).get({}, ...args.slice(1));
  }

  all(...args) {
    return this.#statement(args[0]).all({}, ...args.slice(1));
  }

  iterate(...args) {
    return this.#statement(args[0]).iterate({}, ...args.slice(1));
  }

  run(...args) {
    return this.#statement(args[0]).run({}, ...args.slice(1));
  }

  clear() {
    this.#statements.clear();
  }
}
enumerable(SQLTagStore, ['get', 'all', 'iterate', 'run', 'clear']);

const makeTagStore = (database, capacity) => new SQLTagStore(kMake, database, capacity);

module.exports = { makeTagStore };
