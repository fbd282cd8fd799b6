'use strict';

/** PerformanceEntry and the entry of what Node itself measures. */

const {
  codes: { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS },
} = require('errors/errors');

/** Token that lets our own code construct what users may not. */
const kMake = Symbol('kMake');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

class PerformanceEntry {
  #name;
  #entryType;
  #startTime;
  #duration;

  constructor(token = undefined, name = undefined, entryType = undefined, startTime = undefined, duration = undefined) {
    if (token !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR();
    this.#name = name;
    this.#entryType = entryType;
    this.#startTime = startTime;
    this.#duration = duration;
  }

  static #check(entry) {
    if (typeof entry !== 'object' || entry === null || !(#name in entry))
      throw new ERR_INVALID_THIS('PerformanceEntry');
  }

  get name() {
    PerformanceEntry.#check(this);
    return this.#name;
  }

  get entryType() {
    PerformanceEntry.#check(this);
    return this.#entryType;
  }

  get startTime() {
    PerformanceEntry.#check(this);
    return this.#startTime;
  }

  get duration() {
    PerformanceEntry.#check(this);
    return this.#duration;
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `${this.constructor.name} ${require('util/inspect').inspect(this.toJSON(), nested)}`;
  }

  toJSON() {
    PerformanceEntry.#check(this);
    return { name: this.#name, entryType: this.#entryType, startTime: this.#startTime, duration: this.#duration };
  }
}

/** Makes properties of a class enumerable, as Web IDL attributes are. */
function makeEnumerable(Class, names) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { __proto__: null, enumerable: true });
}

makeEnumerable(PerformanceEntry, ['name', 'entryType', 'startTime', 'duration', 'toJSON']);

/** Entries of types that only Node knows: function, gc, http, http2, net, dns. */
class PerformanceNodeEntry extends PerformanceEntry {
  #detail;

  constructor(token, name, type, start, duration, detail) {
    super(token, name, type, start, duration);
    this.#detail = detail;
  }

  get detail() {
    if (!(#detail in this)) throw new ERR_INVALID_THIS('NodePerformanceEntry');
    return this.#detail;
  }

  toJSON() {
    return { ...super.toJSON(), detail: this.detail };
  }
}

/**
 * An entry of Node's own for the observers: `enqueue(createNodeEntry('http', 'HttpClient', start, duration, detail))`.
 * @param {string} name
 * @param {string} type
 * @param {number} start milliseconds since the time origin
 * @param {number} duration milliseconds
 * @param {unknown} detail
 */
function createNodeEntry(name, type, start, duration, detail) {
  return new PerformanceNodeEntry(kMake, name, type, start, duration, detail);
}

module.exports = { PerformanceEntry, PerformanceNodeEntry, createNodeEntry, kMake, makeEnumerable };
