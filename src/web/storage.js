// localStorage and sessionStorage: https://html.spec.whatwg.org/multipage/webstorage.html, kept by SQLite as Node keeps them, so
// that either reads the other's files.
'use strict';

const { codes } = require('errors/errors');
const { emitExperimentalWarning } = require('util/internal');

const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } = codes;

const QUOTA = 10 * 1024 * 1024;

const SCHEMA = `
  PRAGMA encoding = 'UTF-16le';
  PRAGMA busy_timeout = 3000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA temp_store = memory;
  PRAGMA optimize;
  CREATE TABLE IF NOT EXISTS nodejs_webstorage(
    key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY(key)) STRICT;
  CREATE TABLE IF NOT EXISTS nodejs_webstorage_state(
    max_size INTEGER NOT NULL DEFAULT ${QUOTA},
    total_size INTEGER NOT NULL,
    schema_version INTEGER NOT NULL DEFAULT 0,
    single_row_ INTEGER NOT NULL DEFAULT 1 CHECK(single_row_ = 1),
    PRIMARY KEY(single_row_)) STRICT;
  INSERT OR IGNORE INTO nodejs_webstorage_state(total_size) VALUES (0);
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_insert AFTER INSERT ON nodejs_webstorage FOR EACH ROW BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size + OCTET_LENGTH(NEW.key) + OCTET_LENGTH(NEW.value);
    SELECT RAISE(ABORT, 'QuotaExceeded') WHERE EXISTS (
      SELECT 1 FROM nodejs_webstorage_state WHERE total_size > max_size);
  END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_update AFTER UPDATE ON nodejs_webstorage FOR EACH ROW BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size +
      ((OCTET_LENGTH(NEW.key) + OCTET_LENGTH(NEW.value)) - (OCTET_LENGTH(OLD.key) + OCTET_LENGTH(OLD.value)));
    SELECT RAISE(ABORT, 'QuotaExceeded') WHERE EXISTS (
      SELECT 1 FROM nodejs_webstorage_state WHERE total_size > max_size);
  END;
  CREATE TRIGGER IF NOT EXISTS nodejs_quota_delete AFTER DELETE ON nodejs_webstorage FOR EACH ROW BEGIN
    UPDATE nodejs_webstorage_state SET total_size = total_size - (OCTET_LENGTH(OLD.key) + OCTET_LENGTH(OLD.value));
  END;`;

const kMake = Symbol('storage.make');

// Texts are kept as UTF-16: any string, whole or not.
const encode = (text) => require('buffer/buffer').Buffer.from(text, 'utf16le');
function decode(bytes) {
  const { Buffer } = require('buffer/buffer');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le');
}

/** The items of one Storage; the database is opened when somebody looks. */
class Items {
  #file;
  #database;
  #statements = new Map();

  constructor(file) {
    this.#file = file;
  }

  #statement(sql) {
    if (this.#database === undefined) {
      const { DatabaseSync } = require('sqlite/database');
      this.#database = new DatabaseSync(this.#file, { defensive: false });
      this.#database.exec(SCHEMA);
    }
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }

  get length() {
    return this.#statement('SELECT COUNT(*) AS n FROM nodejs_webstorage').get().n;
  }

  keys() {
    const rows = this.#statement('SELECT key FROM nodejs_webstorage').all();
    return rows.map(({ key }) => decode(key));
  }

  key(index) {
    const row = this.#statement('SELECT key FROM nodejs_webstorage LIMIT 1 OFFSET ?').get(index);
    return row === undefined ? null : decode(row.key);
  }

  get(key) {
    const row = this.#statement('SELECT value FROM nodejs_webstorage WHERE key = ? LIMIT 1').get(encode(key));
    return row === undefined ? null : decode(row.value);
  }

  set(key, value) {
    const sql =
      'INSERT INTO nodejs_webstorage (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value';
    try {
      this.#statement(sql).run(encode(key), encode(value));
    } catch (error) {
      if (error.message !== 'QuotaExceeded') throw error;
      const { DOMException } = require('web/dom_exception');
      throw new DOMException('Setting the value exceeded the quota', 'QuotaExceededError');
    }
  }

  remove(key) {
    this.#statement('DELETE FROM nodejs_webstorage WHERE key = ?').run(encode(key));
  }

  clear() {
    this.#statement('DELETE FROM nodejs_webstorage').run();
  }
}

const itemsOfStorage = new WeakMap();

function itemsOf(storage) {
  const items = itemsOfStorage.get(storage);
  if (items === undefined) throw new TypeError('Illegal invocation');
  return items;
}

function need(args, count, name) {
  if (args.length >= count) return;
  const what = `${count} argument${count === 1 ? '' : 's'} required`;
  throw ERR_MISSING_ARGS.fromMessage(`Failed to execute '${name}' on 'Storage': ${what}`, TypeError);
}

class Storage {
  constructor(key) {
    if (key !== kMake) throw ERR_ILLEGAL_CONSTRUCTOR.fromMessage('Illegal constructor', Error);
  }

  get length() {
    return itemsOf(this).length;
  }

  clear() {
    itemsOf(this).clear();
  }

  getItem(key) {
    need(arguments, 1, 'getItem');
    return itemsOf(this).get(`${key}`);
  }

  key(index) {
    need(arguments, 1, 'key');
    return itemsOf(this).key(index >>> 0);
  }

  removeItem(key) {
    need(arguments, 1, 'removeItem');
    itemsOf(this).remove(`${key}`);
  }

  setItem(key, value) {
    need(arguments, 2, 'setItem');
    itemsOf(this).set(`${key}`, `${value}`);
  }
}
require('util/internal').enumerable(Storage.prototype, ['length', 'clear', 'getItem', 'key', 'removeItem', 'setItem']);

/** Properties of a Storage are its items, but for those that it inherits. */
const handler = {
  __proto__: null,
  get(target, name) {
    if (typeof name === 'symbol' || name in target) return Reflect.get(target, name, target);
    return itemsOf(target).get(name) ?? undefined;
  },
  set(target, name, value) {
    if (typeof name === 'symbol') return Reflect.set(target, name, value);
    itemsOf(target).set(name, `${value}`);
    return true;
  },
  has(target, name) {
    return name in target || (typeof name === 'string' && itemsOf(target).get(name) !== null);
  },
  deleteProperty(target, name) {
    if (typeof name === 'symbol') return Reflect.deleteProperty(target, name);
    itemsOf(target).remove(name);
    return true;
  },
  defineProperty(target, name, descriptor) {
    if (typeof name === 'symbol') return Reflect.defineProperty(target, name, descriptor);
    itemsOf(target).set(name, `${descriptor.value}`);
    return true;
  },
  ownKeys(target) {
    return [...itemsOf(target).keys(), ...Reflect.ownKeys(target)];
  },
  getOwnPropertyDescriptor(target, name) {
    if (typeof name === 'symbol') return Reflect.getOwnPropertyDescriptor(target, name);
    const value = itemsOf(target).get(name);
    return value === null ? undefined : { value, writable: true, enumerable: true, configurable: true };
  },
};

/** @param {string} file ':memory:', or where the items are kept */
function makeStorage(file) {
  const target = new Storage(kMake);
  const storage = new Proxy(target, handler);
  const items = new Items(file);
  itemsOfStorage.set(target, items);
  itemsOfStorage.set(storage, items);
  return storage;
}

let session;
let local;

function sessionStorage() {
  emitExperimentalWarning('Web Storage');
  return (session ??= makeStorage(':memory:'));
}

function localStorage() {
  if (local !== undefined) return local;
  const file = require('cli/options').getOptionValue('--localstorage-file');
  if (!file) throw new ERR_INVALID_ARG_VALUE('--localstorage-file', file ?? '', 'is an invalid localStorage location');
  emitExperimentalWarning('Web Storage');
  return (local = makeStorage(require('path/path').resolve(file)));
}

/** Gives the global object what --experimental-webstorage asks for. */
function install(target) {
  Object.defineProperty(target, 'Storage', {
    __proto__: null,
    value: Storage,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  for (const [name, read] of Object.entries({ localStorage, sessionStorage })) {
    const set = (value) =>
      Object.defineProperty(target, name, {
        __proto__: null,
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    Object.defineProperty(read, 'name', { __proto__: null, value: `get ${name}` });
    Object.defineProperty(set, 'name', { __proto__: null, value: `set ${name}` });
    Object.defineProperty(target, name, { __proto__: null, get: read, set, enumerable: true, configurable: true });
  }
}

module.exports = { install };
