// What all WHATWG streams share: where their state lives, checks of arguments, queues, small promise helpers.
//
// Every public object (stream, reader, writer, controller) has its state in one object under `kState`; the algorithms of
// the Streams Standard (https://streams.spec.whatwg.org) work on these states, never through public methods.
'use strict';

const { codes } = require('errors/errors');
const { inspect } = require('util/inspect');

const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS } = codes;

const kState = Symbol('kState');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

const noop = () => {};

// Programs may patch Promise.prototype.then; the standard's algorithms do not notice.
const { then: promiseThen } = Promise.prototype;

/** promise.then(onFulfilled, onRejected) */
const then = (promise, onFulfilled, onRejected) => promiseThen.call(promise, onFulfilled, onRejected);

const EMPTY = Object.freeze({ __proto__: null });

/** The state of `value`, which must be of class `State`; that is what "is a ReadableStream" means. */
function stateOf(value, State, name) {
  const state = value?.[kState];
  if (state instanceof State) return state;
  throw new ERR_INVALID_THIS(name);
}

/** A first-in, first-out queue: push is an array's, shift moves an index. */
class Queue {
  #items = [];
  #head = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  peek() {
    return this.#items[this.#head];
  }

  shift() {
    const items = this.#items;
    const item = items[this.#head];
    items[this.#head++] = undefined;
    if (this.#head === items.length) {
      items.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > items.length) {
      items.splice(0, this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear() {
    this.#items.length = 0;
    this.#head = 0;
  }
}

/** Marks a rejection as dealt with. */
function setHandled(promise) {
  then(promise, undefined, noop);
  return promise;
}

/** A rejected promise that nobody needs to handle. */
function rejectedHandled(reason) {
  return setHandled(Promise.reject(reason));
}

/** An object of options: undefined and null are none. */
function checkDictionary(value, name) {
  if (value === undefined || value === null) return EMPTY;
  if (typeof value !== 'object' && typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
  return value;
}

/** An underlying source, sink or transformer: any object. */
function checkUnderlying(value, name) {
  if (value === undefined) return EMPTY;
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
  return value;
}

/** A method of an underlying object, undefined when missing. */
function methodOf(object, key, name) {
  const method = object[key];
  if (method === undefined) return undefined;
  if (typeof method !== 'function') throw new ERR_INVALID_ARG_TYPE(`${name}.${key}`, 'Function', method);
  return method;
}

function highWaterMarkOf(value, fallback) {
  if (value === undefined) return fallback;
  const number = +value;
  if (typeof number !== 'number' || Number.isNaN(number) || number < 0) {
    throw new ERR_INVALID_ARG_VALUE.RangeError('strategy.highWaterMark', value);
  }
  return number;
}

/** The size function of a strategy; undefined where every chunk counts one. */
function sizeOf(size) {
  if (size === undefined) return undefined;
  if (typeof size !== 'function') throw new ERR_INVALID_ARG_TYPE('strategy.size', 'Function', size);
  return size;
}

/** A chunk's size as the strategy has it. @throws {RangeError} it is no number, negative or infinite */
function checkedSize(size) {
  const number = +size;
  if (Number.isNaN(number) || number < 0 || number === Infinity)
    throw new ERR_INVALID_ARG_VALUE.RangeError('size', size);
  return number;
}

/**
 * Calls a method of an underlying object; what it throws becomes a rejection.
 * @returns {Promise<unknown>}
 */
function callAsync(method, object, a, b) {
  try {
    return toPromise(Reflect.apply(method, object, b === undefined ? [a] : [a, b]));
  } catch (error) {
    return Promise.reject(error);
  }
}

const toPromise = (value) => new Promise((resolve) => resolve(value));

/** util.inspect() of the public objects: a class name and a few properties. */
function customInspect(depth, options, name, data) {
  if (depth < 0) return this;
  return `${name} ${inspect(data, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`;
}

/** Properties of a class as WebIDL has them: enumerable, and a toStringTag. */
function describeClass(Class, enumerable) {
  for (const key of enumerable) {
    Object.defineProperty(Class.prototype, key, { __proto__: null, enumerable: true });
  }
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    __proto__: null,
    configurable: true,
    value: Class.name,
  });
}

/** Makes the objects of a class of streams transferable, by a function of stream/web/transfer. */
function makeTransferable(Class, transfer) {
  const { kClone, kTransfer } = require('web/clone_symbols');
  Object.defineProperty(Class.prototype, kClone, { __proto__: null, value: null });
  Object.defineProperty(Class.prototype, kTransfer, {
    __proto__: null,
    value() {
      return require('stream/web/transfer')[transfer](this);
    },
  });
}

/** Given to a constructor to tell that the runtime itself calls. */
const kInternal = Symbol('internal');

function checkInternal(token) {
  if (token !== kInternal) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
}

module.exports = {
  kState,
  kInspect,
  kInternal,
  makeTransferable,
  Queue,
  callAsync,
  checkDictionary,
  checkInternal,
  checkUnderlying,
  checkedSize,
  customInspect,
  describeClass,
  highWaterMarkOf,
  methodOf,
  noop,
  rejectedHandled,
  setHandled,
  sizeOf,
  stateOf,
  then,
  toPromise,
};
