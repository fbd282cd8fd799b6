// DatabaseSync: a connection to a database.
'use strict';

const { codes } = require('errors/errors');
const {
  booleanArgument,
  booleanOption,
  bytesArgument,
  databasePath,
  enumerable,
  functionArgument,
  functionOption,
  optionsObject,
  stringArgument,
  stringOption,
  typeError,
} = require('sqlite/arguments');
const { makeSession } = require('sqlite/session');
const { makeStatement } = require('sqlite/statement');

const native = binding('sqlite');

const STATEMENT_OPTIONS = ['readBigInts', 'returnArrays', 'allowBareNamedParameters', 'allowUnknownNamedParameters'];
const DEFAULT_TAG_STORE = 1000;

const invalidState = (message) => codes.ERR_INVALID_STATE.fromMessage(message, Error);
const outOfRange = (message) => codes.ERR_OUT_OF_RANGE.fromMessage(message, RangeError);

/** The options of the constructor, with their defaults. */
function readOptions(options) {
  const result = {
    open: true,
    readOnly: false,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
    allowExtension: false,
    readBigInts: false,
    returnArrays: false,
    allowBareNamedParameters: true,
    allowUnknownNamedParameters: false,
    defensive: true,
    timeout: 0,
    limits: {},
  };
  if (options === undefined) return result;
  optionsObject(options);
  for (const name of Object.keys(result)) {
    if (name === 'timeout' || name === 'limits') continue;
    result[name] = booleanOption(options, name) ?? result[name];
  }
  const { timeout, limits } = options;
  if (timeout !== undefined) {
    if (!isInt32(timeout)) throw typeError('options.timeout', 'an integer');
    result.timeout = timeout;
  }
  if (limits !== undefined) result.limits = readLimits(limits);
  return result;
}

const isInt32 = (value) => typeof value === 'number' && (value | 0) === value;

function readLimits(limits) {
  if (typeof limits !== 'object' || limits === null) throw typeError('options.limits', 'an object');
  const result = {};
  for (const name of Object.keys(native.limits)) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!isInt32(value)) throw typeError(`options.limits.${name}`, 'an integer');
    if (value < 0) throw outOfRange(`The "options.limits.${name}" argument must be non-negative.`);
    result[name] = value;
  }
  return result;
}

/** The flags of a function, and whether its integers are BigInts and it takes any number of arguments. */
function readFunctionOptions(options) {
  let flags = 0;
  const useBigIntArguments = booleanOption(options, 'useBigIntArguments') ?? false;
  const varargs = booleanOption(options, 'varargs') ?? false;
  if (booleanOption(options, 'deterministic')) flags |= native.SQLITE_DETERMINISTIC;
  if (booleanOption(options, 'directOnly')) flags |= native.SQLITE_DIRECTONLY;
  return { flags, useBigIntArguments, varargs };
}

/** `db.limits` */
function makeLimits(database) {
  const limits = {};
  for (const [name, id] of Object.entries(native.limits)) {
    Object.defineProperty(limits, name, {
      __proto__: null,
      get: () => database.limit(id, -1),
      set(value) {
        if (value === Infinity) value = 2 ** 31 - 1;
        if (!isInt32(value)) {
          throw codes.ERR_INVALID_ARG_TYPE.fromMessage(
            'Limit value must be a non-negative integer or Infinity.',
            TypeError,
          );
        }
        if (value < 0) throw outOfRange('Limit value must be non-negative.');
        database.limit(id, value);
      },
      enumerable: true,
      configurable: true,
    });
  }
  return limits;
}

// A function, since calling it without `new` is an error of another code than a class's. Private names live in this class.
class Connection {
  #native = new native.Database();
  #path;
  #options;
  #limits;
  #extensions;

  constructor(path, options) {
    this.#path = path;
    this.#options = options;
    this.#extensions = options.allowExtension;
    if (options.open) this.open();
  }

  get native() {
    return this.#native;
  }

  get statementOptions() {
    return this.#options;
  }

  get limits() {
    return (this.#limits ??= makeLimits(this.#native));
  }

  checkOpen() {
    if (!this.#native.isOpen) throw invalidState('database is not open');
  }

  open() {
    if (this.#native.isOpen) throw invalidState('database is already open');
    const options = this.#options;
    const connection = this.#native;
    const flags = options.readOnly
      ? native.SQLITE_OPEN_READONLY
      : native.SQLITE_OPEN_READWRITE | native.SQLITE_OPEN_CREATE;
    connection.open(this.#path, flags, options.timeout);
    const quotes = Number(options.enableDoubleQuotedStringLiterals);
    connection.configure(native.SQLITE_DBCONFIG_DQS_DML, quotes);
    connection.configure(native.SQLITE_DBCONFIG_DQS_DDL, quotes);
    connection.configure(native.SQLITE_DBCONFIG_ENABLE_FKEY, Number(options.enableForeignKeyConstraints));
    connection.configure(native.SQLITE_DBCONFIG_DEFENSIVE, Number(options.defensive));
    if (options.allowExtension) connection.configure(native.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1);
    for (const [name, value] of Object.entries(options.limits)) connection.limit(native.limits[name], value);
  }

  enableLoadExtension(allow) {
    if (allow && !this.#options.allowExtension)
      throw invalidState('Cannot enable extension loading because it was disabled at database creation.');
    this.#extensions = allow;
    this.#native.configure(native.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, Number(allow));
  }

  loadExtension(path, entry) {
    if (!this.#extensions) throw invalidState('extension loading is not allowed');
    this.#native.loadExtension(path, entry);
  }
}

const connections = new WeakMap();

/** What hangs on a DatabaseSync. */
function connectionOf(database) {
  const connection = connections.get(database);
  if (connection === undefined) throw new TypeError('Illegal invocation');
  return connection;
}

const typeSymbol = Symbol.for('sqlite-type');

function DatabaseSync(...args) {
  if (new.target === undefined)
    throw codes.ERR_CONSTRUCT_CALL_REQUIRED.fromMessage('Cannot call constructor without `new`', TypeError);
  const path = databasePath(args[0]);
  const connection = new Connection(path, readOptions(args[1]));
  connections.set(this, connection);
  const get = (read) => ({ __proto__: null, get: read, enumerable: true, configurable: true });
  Object.defineProperties(this, {
    isOpen: get(() => connection.native.isOpen),
    isTransaction: get(() => connection.native.isTransaction()),
    limits: get(() => connection.limits),
    [typeSymbol]: { __proto__: null, value: 'node:sqlite', enumerable: true, configurable: true },
  });
}

const methods = {
  open() {
    connectionOf(this).open();
  },

  close() {
    connectionOf(this).native.close();
  },

  prepare(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [sql, options] = args;
    stringArgument(sql, 'sql');
    let settings = connection.statementOptions;
    if (options !== undefined) {
      optionsObject(options);
      const { ...own } = settings;
      for (const name of STATEMENT_OPTIONS) own[name] = booleanOption(options, name) ?? own[name];
      settings = own;
    }
    return makeStatement(connection.native.prepare(sql), settings);
  },

  exec(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    connection.native.exec(stringArgument(args[0], 'sql'));
  },

  function(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const name = stringArgument(args[0], 'name');
    const options = args.length < 3 ? undefined : args[1];
    const fn = args.length < 3 ? args[1] : args[2];
    const { flags, useBigIntArguments, varargs } = readFunctionOptions(
      options === undefined ? {} : optionsObject(options),
    );
    functionArgument(fn, 'function');
    connection.native.addFunction(name, varargs ? -1 : fn.length, flags, useBigIntArguments, fn);
  },

  createTagStore(...args) {
    connectionOf(this).checkOpen();
    const [size = DEFAULT_TAG_STORE] = args;
    if (typeof size !== 'number' || !Number.isInteger(size)) throw typeError('maxSize', 'a positive integer');
    if (size <= 0) throw outOfRange('The "maxSize" argument must be a positive integer.');
    return require('sqlite/tag_store').makeTagStore(this, size);
  },

  location(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [name = 'main'] = args;
    return connection.native.location(stringArgument(name, 'dbName'));
  },

  aggregate(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const name = stringArgument(args[0], 'name');
    const options = args[1];
    const { start } = options;
    if (start === undefined) throw typeError('options.start', 'a function or a primitive value');
    const step = functionArgument(options.step, 'options.step');
    const result = functionOption(options, 'result');
    const { flags, useBigIntArguments, varargs } = readFunctionOptions(options);
    const inverse = functionOption(options, 'inverse');
    // The first argument is the state.
    const count = varargs ? -1 : Math.max(step.length, inverse?.length ?? 0, 1) - 1;
    connection.native.addAggregate(name, count, flags, useBigIntArguments, [start, step, inverse, result]);
  },

  createSession(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [options] = args;
    if (options !== undefined) optionsObject(options);
    const table = options === undefined ? undefined : stringOption(options, 'table');
    const name = options === undefined ? undefined : stringOption(options, 'db');
    return makeSession(connection.native.createSession(name ?? 'main', table), this);
  },

  applyChangeset(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [changeset, options] = args;
    bytesArgument(changeset, 'changeset');
    if (options !== undefined) optionsObject(options);
    const onConflict = options === undefined ? undefined : functionOption(options, 'onConflict');
    const filter = options === undefined ? undefined : functionOption(options, 'filter');
    return connection.native.applyChangeset(changeset, filter, onConflict);
  },

  enableLoadExtension(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    connection.enableLoadExtension(booleanArgument(args[0], 'allow'));
  },

  enableDefensive(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const active = booleanArgument(args[0], 'active');
    connection.native.configure(native.SQLITE_DBCONFIG_DEFENSIVE, Number(active));
  },

  loadExtension(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [path, entry] = args;
    if (args.length > 0) stringArgument(path, 'path');
    if (entry !== undefined) stringArgument(entry, 'entryPoint');
    connection.loadExtension(path, entry);
  },

  serialize(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [name = 'main'] = args;
    return connection.native.serialize(stringArgument(name, 'dbName'));
  },

  deserialize(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [buffer, options] = args;
    bytesArgument(buffer, 'buffer');
    if (buffer.byteLength === 0)
      throw codes.ERR_INVALID_ARG_VALUE.fromMessage('The "buffer" argument must not be empty.', TypeError);
    if (options !== undefined) optionsObject(options);
    const name = options === undefined ? undefined : stringOption(options, 'dbName');
    connection.native.deserialize(buffer, name ?? 'main');
  },

  setAuthorizer(...args) {
    const connection = connectionOf(this);
    connection.checkOpen();
    const [callback] = args;
    if (callback !== null && typeof callback !== 'function') throw typeError('callback', 'a function or null');
    connection.native.setAuthorizer(callback);
  },

  [Symbol.dispose]() {
    const connection = connectionOf(this).native;
    if (connection.isOpen) connection.close();
  },
};

for (const name of Reflect.ownKeys(methods)) {
  Object.defineProperty(DatabaseSync.prototype, name, {
    __proto__: null,
    value: methods[name],
    writable: true,
    configurable: true,
  });
}
enumerable(DatabaseSync, Reflect.ownKeys(methods));

/** The native connection of a DatabaseSync. */
const nativeOf = (database) => connectionOf(database).native;

module.exports = { DatabaseSync, nativeOf };
