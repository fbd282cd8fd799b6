// assert.CallTracker (deprecated): https://nodejs.org/api/assert.html#class-assertcalltracker
'use strict';

const AssertionError = require('assert/assertion_error');
const { codes } = require('errors/errors');
const { validateUint32 } = require('errors/validators');

/** One tracked function. */
class Tracked {
  #calls = [];
  #expected;
  #name;
  #stack;

  constructor(expected, name, stack) {
    this.#expected = expected;
    this.#name = name;
    this.#stack = stack;
  }

  note(thisArg, args) {
    this.#calls.push(Object.freeze({ thisArg, arguments: Object.freeze(args.slice()) }));
  }

  reset() {
    this.#calls = [];
  }

  calls() {
    return Object.freeze(this.#calls.slice());
  }

  /** What is wrong, or undefined. */
  report() {
    const actual = this.#calls.length;
    const expected = this.#expected;
    if (actual === expected) return undefined;
    return {
      message: `Expected the ${this.#name} function to be executed ${expected} time(s) but was executed ${actual} time(s).`,
      actual,
      expected,
      operator: this.#name,
      stack: this.#stack,
    };
  }
}

class CallTracker {
  #tracked = new Map(); // proxy -> Tracked

  #of(fn) {
    const tracked = this.#tracked.get(fn);
    if (tracked === undefined) throw new codes.ERR_INVALID_ARG_VALUE('tracked', fn, 'is not a tracked function');
    return tracked;
  }

  reset(tracked) {
    if (tracked === undefined) for (const each of this.#tracked.values()) each.reset();
    else this.#of(tracked).reset();
  }

  getCalls(tracked) {
    return this.#of(tracked).calls();
  }

  /** A function that calls `fn` and must be called `expected` times. */
  calls(fn, expected = 1) {
    if (process._exiting) throw new codes.ERR_UNAVAILABLE_DURING_EXIT();
    if (typeof fn === 'number') {
      expected = fn;
      fn = () => {};
      Object.defineProperty(fn, 'name', { __proto__: null, value: '' });
    } else if (fn === undefined) {
      fn = () => {};
      Object.defineProperty(fn, 'name', { __proto__: null, value: '' });
    }
    validateUint32(expected, 'expected', true);
    const tracked = new Tracked(expected, fn.name || 'calls', new Error());
    const proxy = new Proxy(fn, {
      __proto__: null,
      apply(target, thisArg, args) {
        tracked.note(thisArg, args);
        return Reflect.apply(target, thisArg, args);
      },
    });
    this.#tracked.set(proxy, tracked);
    return proxy;
  }

  report() {
    const wrong = [];
    for (const tracked of this.#tracked.values()) {
      const report = tracked.report();
      if (report !== undefined) wrong.push(report);
    }
    return wrong;
  }

  verify() {
    const details = this.report();
    if (details.length === 0) return;
    const message =
      details.length === 1 ? details[0].message : 'Functions were not called the expected number of times';
    throw new AssertionError({ message, details });
  }
}

module.exports = { CallTracker };
