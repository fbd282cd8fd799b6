'use strict';

const { getContext, setContext, withValue, without, lookup, runIn } = require('async/context');

/** What AsyncLocalStorage.withScope() gives: disposing of it brings the old context back. */
class RunScope {
  #previous;
  #disposed = false;

  constructor(context) {
    this.#previous = getContext();
    setContext(context);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    setContext(this.#previous);
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

/**
 * A value that follows the asynchronous flow of a program.
 * @see https://nodejs.org/docs/latest-v24.x/api/async_context.html
 */
class AsyncLocalStorage {
  #name;
  #defaultValue;

  /**
   * @param {{name?: string, defaultValue?: unknown}} [options]
   */
  constructor(options = {}) {
    const { validateObject, validateString } = require('errors/validators');
    validateObject(options, 'options');
    this.#defaultValue = options.defaultValue;
    if (options.name !== undefined) {
      validateString(options.name, 'options.name');
      this.#name = options.name;
    }
  }

  /** @returns {string} */
  get name() {
    return this.#name ?? '';
  }

  /**
   * @template T
   * @param {T} fn
   * @returns {T} a function that calls `fn` in the context of now
   */
  static bind(fn) {
    return require('async/async_resource').AsyncResource.bind(fn);
  }

  /** @returns {(fn: Function, ...args: unknown[]) => unknown} runs a function in the context of now */
  static snapshot() {
    return AsyncLocalStorage.bind((fn, ...args) => fn(...args));
  }

  disable() {
    setContext(without(this));
  }

  enterWith(data) {
    setContext(withValue(this, data));
  }

  run(data, fn, ...args) {
    const previous = getContext();
    // The same value again is the same context.
    if (previous !== undefined && Object.is(lookup(this, this), data)) return Reflect.apply(fn, null, args);
    setContext(withValue(this, data));
    try {
      return Reflect.apply(fn, null, args);
    } finally {
      setContext(previous);
    }
  }

  exit(fn, ...args) {
    return runIn(withValue(this, undefined), fn, null, args);
  }

  getStore() {
    return lookup(this, this.#defaultValue);
  }

  /**
   * Sets the value until the result is disposed of: `using _ = storage.withScope(value)`.
   * @returns {Disposable}
   */
  withScope(data) {
    return new RunScope(withValue(this, data));
  }
}

module.exports = { AsyncLocalStorage };
