// StatementSync: a prepared statement. Its objects are native ones, and so are the methods that matter for speed.
'use strict';

const { codes } = require('errors/errors');
const { booleanArgument, enumerable } = require('sqlite/arguments');

const { prototype: native } = binding('sqlite').Statement;

const illegal = () => codes.ERR_ILLEGAL_CONSTRUCTOR.fromMessage('Illegal constructor', Error);

/** Made by `database.prepare()` alone. */
function StatementSync() {
  throw illegal();
}

const setter = (set, name) => (statement, value) => Reflect.apply(set, statement, [booleanArgument(value, name)]);
const setAllowBareNamedParameters = setter(native.setAllowBareNamedParameters, 'allowBareNamedParameters');
const setAllowUnknownNamedParameters = setter(native.setAllowUnknownNamedParameters, 'enabled');
const setReadBigInts = setter(native.setReadBigInts, 'readBigInts');
const setReturnArrays = setter(native.setReturnArrays, 'returnArrays');

const methods = {
  iterate(...parameters) {
    return new StatementSyncIterator(kMake, this, Reflect.apply(native.start, this, parameters));
  },
  all: native.all,
  get: native.get,
  run: native.run,
  columns: native.columns,
  setAllowBareNamedParameters(...args) {
    setAllowBareNamedParameters(this, args[0]);
  },
  setAllowUnknownNamedParameters(...args) {
    setAllowUnknownNamedParameters(this, args[0]);
  },
  setReadBigInts(...args) {
    setReadBigInts(this, args[0]);
  },
  setReturnArrays(...args) {
    setReturnArrays(this, args[0]);
  },
};
Object.assign(StatementSync.prototype, methods);

const accessor = (read) => ({
  __proto__: null,
  get() {
    return Reflect.apply(read, this, []);
  },
  enumerable: true,
  configurable: true,
});
// Node has them as properties of each statement.
const ACCESSORS = { __proto__: null, sourceSQL: accessor(native.sourceSQL), expandedSQL: accessor(native.expandedSQL) };

const kMake = Symbol('sqlite.make');

/** What iterate() gives: rows, one at a time. */
class StatementSyncIterator extends Iterator {
  #statement;
  #run;
  #done = false;

  constructor(...args) {
    const [key, statement, run] = args;
    if (key !== kMake) throw illegal();
    super();
    this.#statement = statement;
    this.#run = run;
  }

  next() {
    if (this.#done) {
      if (isFinalized(this.#statement)) Reflect.apply(native.sourceSQL, this.#statement, []); // throws
      return { __proto__: null, done: true, value: null };
    }
    const value = Reflect.apply(native.next, this.#statement, [this.#run]);
    if (value !== undefined) return { __proto__: null, done: false, value };
    this.#done = true;
    return { __proto__: null, done: true, value: null };
  }

  return() {
    Reflect.apply(native.stop, this.#statement, [this.#run]);
    this.#done = true;
    return { __proto__: null, done: true, value: null };
  }
}
enumerable(StatementSyncIterator, ['next', 'return']);

/** Whether the database has been closed, or replaced, since. */
const isFinalized = (statement) => Reflect.apply(native.isFinalized, statement, []);

/** Makes a StatementSync of a native statement. */
function makeStatement(statement, options) {
  if (options.readBigInts) statement.setReadBigInts(true);
  if (options.returnArrays) statement.setReturnArrays(true);
  if (!options.allowBareNamedParameters) statement.setAllowBareNamedParameters(false);
  if (options.allowUnknownNamedParameters) statement.setAllowUnknownNamedParameters(true);
  Object.setPrototypeOf(statement, StatementSync.prototype);
  return Object.defineProperties(statement, ACCESSORS);
}

module.exports = { StatementSync, isFinalized, makeStatement };
