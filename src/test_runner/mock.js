'use strict';

/** mock: functions, methods, accessors and properties that are watched or replaced. */

const { validateBoolean, validateFunction, validateInteger, validateObject } = require('errors/validators');
const { codes } = require('errors/errors');

const noop = () => {};

/** What a mock knows: `fn.mock`. */
class MockFunctionContext {
  #calls = [];
  #mocks = new Map();
  #implementation;
  #restore;
  #times;

  constructor(implementation, restore, times) {
    this.#implementation = implementation;
    this.#restore = restore;
    this.#times = times;
  }

  /** A copy of what is known of each call. */
  get calls() {
    return this.#calls.slice();
  }

  callCount() {
    return this.#calls.length;
  }

  mockImplementation(implementation) {
    validateFunction(implementation, 'implementation');
    this.#implementation = implementation;
  }

  /** @param {number} [onCall] defaults to the next call */
  mockImplementationOnce(implementation, onCall) {
    validateFunction(implementation, 'implementation');
    const next = this.#calls.length;
    const call = onCall ?? next;
    validateInteger(call, 'onCall', next);
    this.#mocks.set(call, implementation);
  }

  restore() {
    const { target, name, descriptor, original, wrapper } = this.#restore;
    if (target !== undefined) restoreProperty(target, name, descriptor);
    else if (original !== undefined) this.#implementation = original;
    void wrapper;
  }

  resetCalls() {
    this.#calls = [];
  }

  static nextImplementation(context) {
    const next = context.#calls.length;
    const once = context.#mocks.get(next);
    const implementation = once ?? context.#implementation;
    if (next + 1 === context.#times) context.restore();
    context.#mocks.delete(next);
    return implementation;
  }

  static track(context, call) {
    context.#calls.push(call);
  }
}

const { nextImplementation, track } = MockFunctionContext;
delete MockFunctionContext.nextImplementation;
delete MockFunctionContext.track;

function restoreProperty(target, name, descriptor) {
  if (descriptor === undefined) delete target[name];
  else Object.defineProperty(target, name, descriptor);
}

/** The property of an object or of what it inherits from. */
function findDescriptor(object, name) {
  for (let target = object; target !== null && target !== undefined; target = Object.getPrototypeOf(target)) {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** A function that looks like `original` and writes down each call. */
function watch(original, implementation, restore, times) {
  const context = new MockFunctionContext(implementation, restore, times);
  return new Proxy(original, {
    __proto__: null,
    apply(target, self, args) {
      const fn = nextImplementation(context);
      let result;
      let error;
      try {
        result = Reflect.apply(fn, self, args);
        return result;
      } catch (thrown) {
        error = thrown;
        throw thrown;
      } finally {
        track(context, { arguments: args, error, result, stack: new Error(), target: undefined, this: self });
      }
    },
    construct(target, args, newTarget) {
      const fn = nextImplementation(context);
      let result;
      let error;
      let made;
      try {
        result = Reflect.construct(fn, args, newTarget === context.proxy ? fn : newTarget);
        made = result;
        return result;
      } catch (thrown) {
        error = thrown;
        throw thrown;
      } finally {
        track(context, { arguments: args, error, result, stack: new Error(), target, this: made });
      }
    },
    get(target, key, receiver) {
      return key === 'mock' ? context : Reflect.get(target, key, receiver);
    },
  });
}

function validateTimes(value, name) {
  if (value === undefined) return Infinity;
  validateInteger(value, name, 1);
  return value;
}

function validateKey(value) {
  if (typeof value !== 'string' && typeof value !== 'symbol') {
    throw new codes.ERR_INVALID_ARG_TYPE('methodName', ['string', 'symbol'], value);
  }
}

/** `mock.property()`: reads and writes of a property. */
class MockPropertyContext {
  #object;
  #name;
  #descriptor;
  #value;
  #once = new Map();
  #accesses = [];

  constructor(object, name, ...value) {
    this.#object = object;
    this.#name = name;
    this.#descriptor = Object.getOwnPropertyDescriptor(object, name);
    this.#value = value.length > 0 ? value[0] : object[name];
    const { configurable = true, enumerable = true } = this.#descriptor ?? {};
    Object.defineProperty(object, name, {
      __proto__: null,
      configurable,
      enumerable,
      get: () => {
        const result = this.#take(this.#value);
        this.#accesses.push({ type: 'get', value: result, stack: new Error() });
        return result;
      },
      set: (next) => {
        const result = this.#take(next);
        this.#accesses.push({ type: 'set', value: result, stack: new Error() });
        this.#value = result;
      },
    });
  }

  #take(otherwise) {
    const next = this.#accesses.length;
    if (!this.#once.has(next)) return otherwise;
    const value = this.#once.get(next);
    this.#once.delete(next);
    return value;
  }

  get accesses() {
    return this.#accesses.slice();
  }

  accessCount() {
    return this.#accesses.length;
  }

  mockImplementation(value) {
    this.#value = value;
  }

  mockImplementationOnce(value, onAccess) {
    const next = this.#accesses.length;
    const access = onAccess ?? next;
    validateInteger(access, 'onAccess', next);
    this.#once.set(access, value);
  }

  resetAccesses() {
    this.#accesses = [];
  }

  restore() {
    restoreProperty(this.#object, this.#name, this.#descriptor);
  }
}

class MockTracker {
  #mocks = [];
  #timers;

  get timers() {
    this.#timers ??= new (require('test_runner/mock_timers').MockTimers)();
    return this.#timers;
  }

  /** A watched function. @param {{times?: number}} [options] */
  fn(original = noop, implementation = original, options = {}) {
    if (original !== null && typeof original === 'object') {
      options = original;
      original = noop;
      implementation = original;
    } else if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = original;
    }
    validateFunction(original, 'original');
    validateFunction(implementation, 'implementation');
    validateObject(options, 'options');
    const times = validateTimes(options.times, 'options.times');
    return this.#keep(watch(original, implementation, { original }, times));
  }

  /** Replaces a method, or one half of an accessor. */
  method(object, name, implementation, options = {}) {
    validateKey(name);
    if (object === null || (typeof object !== 'object' && typeof object !== 'function'))
      validateObject(object, 'object');
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    validateObject(options, 'options');
    const { getter = false, setter = false } = options;
    validateBoolean(getter, 'options.getter');
    validateBoolean(setter, 'options.setter');
    const times = validateTimes(options.times, 'options.times');
    if (getter && setter)
      throw new codes.ERR_INVALID_ARG_VALUE('options.setter', setter, "cannot be used with 'options.getter'");
    const descriptor = findDescriptor(object, name);
    const original = getter ? descriptor?.get : setter ? descriptor?.set : descriptor?.value;
    if (typeof original !== 'function')
      throw new codes.ERR_INVALID_ARG_VALUE('methodName', original, 'must be a method');
    if (implementation !== undefined) validateFunction(implementation, 'implementation');
    const own = Object.getOwnPropertyDescriptor(object, name);
    const mock = watch(original, implementation ?? original, { target: object, name, descriptor: own }, times);
    const { configurable, enumerable } = descriptor;
    const replaced = { __proto__: null, configurable, enumerable };
    if (getter || setter) {
      replaced.get = getter ? mock : descriptor.get;
      replaced.set = setter ? mock : descriptor.set;
    } else {
      replaced.value = mock;
      replaced.writable = descriptor.writable;
    }
    Object.defineProperty(object, name, replaced);
    return this.#keep(mock);
  }

  getter(object, name, implementation = undefined, options = {}) {
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    validateObject(options, 'options');
    if (options.getter === false)
      throw new codes.ERR_INVALID_ARG_VALUE('options.getter', options.getter, 'cannot be false');
    return this.method(object, name, implementation, { ...options, getter: true });
  }

  setter(object, name, implementation = undefined, options = {}) {
    if (implementation !== null && typeof implementation === 'object') {
      options = implementation;
      implementation = undefined;
    }
    validateObject(options, 'options');
    if (options.setter === false)
      throw new codes.ERR_INVALID_ARG_VALUE('options.setter', options.setter, 'cannot be false');
    return this.method(object, name, implementation, { ...options, setter: true });
  }

  /** An object like `object` whose property is watched. */
  property(object, name, ...value) {
    if (object === null || typeof object !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('object', 'object', object);
    if (typeof name !== 'string' && typeof name !== 'symbol')
      throw new codes.ERR_INVALID_ARG_TYPE('propertyName', ['string', 'symbol'], name);
    const context = new MockPropertyContext(object, name, ...value);
    this.#mocks.push(context);
    return new Proxy(object, {
      __proto__: null,
      get(target, key, receiver) {
        return key === 'mock' ? context : Reflect.get(target, key, receiver);
      },
    });
  }

  module() {
    throw new codes.ERR_METHOD_NOT_IMPLEMENTED('mock.module');
  }

  /** Restores everything and forgets it. */
  reset() {
    this.restoreAll();
    this.#timers?.reset();
    this.#mocks = [];
  }

  /** Gives every mocked thing its own behaviour back. */
  restoreAll() {
    for (const context of this.#mocks) context.restore();
  }

  #keep(mock) {
    this.#mocks.push(mock.mock);
    return mock;
  }
}

module.exports = { MockTracker };
