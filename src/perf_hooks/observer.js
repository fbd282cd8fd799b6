'use strict';

/**
 * PerformanceObserver and the global buffers of entries.
 * Rooms that measure something ask `hasObserver(type)` first, so that nothing is made for nobody.
 * @see https://w3c.github.io/performance-timeline/
 */

const { codes } = require('errors/errors');
const { validateFunction, validateObject } = require('errors/validators');
const { makeEnumerable, createNodeEntry } = require('perf_hooks/entry');
const { origin } = require('perf_hooks/clock');

const kInspect = Symbol.for('nodejs.util.inspect.custom');
const kMake = Symbol('kMake');
const kMaybeBuffer = Symbol('kMaybeBuffer');
const kDispatch = Symbol('kDispatch');

const supportedEntryTypes = Object.freeze([
  'dns',
  'function',
  'gc',
  'http',
  'http2',
  'mark',
  'measure',
  'net',
  'quic',
  'resource',
]);

/** Buffers beyond this size are most likely forgotten. */
const kWarnAt = 1e6;

let marks = [];
let measures = [];
let resources = [];
/** Resource entries that wait for room in the buffer. */
let overflow = [];
let resourceLimit = 250;
let resourceEventPending = false;
const warned = new Set();

const observers = new Set();
const pending = new Set();
let dispatchQueued = false;
/** entry type → number of observers */
const observerCounts = new Map();

function hasObserver(type) {
  return observerCounts.has(type);
}

let gcWatcher;

function countObserver(type, change) {
  const count = (observerCounts.get(type) ?? 0) + change;
  if (count === 0) observerCounts.delete(type);
  else observerCounts.set(type, count);
  if (type !== 'gc') return;
  if (count > 0 && gcWatcher === undefined) {
    gcWatcher = new (binding('gc_watcher').GcWatcher)();
    gcWatcher.ongc = onGc;
  } else if (count === 0) {
    gcWatcher?.stop();
    gcWatcher = undefined;
  }
}

function onGc(seen) {
  for (let i = 0; i < seen.length; i += 4) {
    const start = seen[i + 2] - origin();
    enqueue(createNodeEntry('gc', 'gc', start, seen[i + 3] - seen[i + 2], { kind: seen[i], flags: seen[i + 1] }));
  }
}

function queueDispatch() {
  if (dispatchQueued) return;
  dispatchQueued = true;
  require('timers/timers').setImmediate(() => {
    dispatchQueued = false;
    const waiting = [...pending];
    pending.clear();
    for (const observer of waiting) observer[kDispatch]();
  });
}

/** Hands an entry to all observers of its type. */
function enqueue(entry) {
  for (const observer of observers) observer[kMaybeBuffer](entry);
}

function warnAboutSize(buffer, type, advice) {
  if (buffer.length <= kWarnAt || warned.has(type)) return;
  warned.add(type);
  const warning = new Error(
    `Possible perf_hooks memory leak detected. ${buffer.length} ${type} entries added to the global performance entry ` +
      `buffer. Use ${advice} to clear the buffer.`,
  );
  warning.name = 'MaxPerformanceEntryBufferExceededWarning';
  warning.entryType = type;
  warning.count = buffer.length;
  process.emitWarning(warning);
}

function bufferUserTiming(entry) {
  if (entry.entryType === 'mark') {
    marks.push(entry);
    warnAboutSize(marks, 'mark', 'performance.clearMarks');
  } else {
    measures.push(entry);
    warnAboutSize(measures, 'measure', 'performance.clearMeasures');
  }
}

/** Resource Timing 4.4: "add a PerformanceResourceTiming entry" */
function bufferResourceTiming(entry, dispatchFull) {
  if (resources.length < resourceLimit && !resourceEventPending) {
    resources.push(entry);
    return;
  }
  if (!resourceEventPending) {
    resourceEventPending = true;
    require('timers/timers').setImmediate(() => {
      while (overflow.length > 0) {
        const before = overflow.length;
        // The listener may make room.
        if (resources.length >= resourceLimit) dispatchFull();
        resources.push(...overflow.splice(0, Math.max(resourceLimit - resources.length, 0)));
        if (overflow.length >= before) overflow = [];
      }
      resourceEventPending = false;
    });
  }
  overflow.push(entry);
}

function setResourceLimit(limit) {
  resourceLimit = limit;
}

function clear(type, name) {
  const keep = name === undefined ? () => false : (entry) => entry.name !== name;
  if (type === 'mark') marks = marks.filter(keep);
  else if (type === 'measure') measures = measures.filter(keep);
  else if (type === 'resource') resources = resources.filter(keep);
}

const byStart = (a, b) => a.startTime - b.startTime;

/** Buffered entries in the order of their start. */
function bufferedEntries(name, type) {
  let list;
  if (type === 'mark') list = marks.slice();
  else if (type === 'measure') list = measures.slice();
  else if (type === 'resource') list = resources.slice();
  else if (type !== undefined) return [];
  else list = [...marks, ...measures, ...resources];
  if (name !== undefined) list = list.filter((entry) => entry.name === name);
  return list.sort(byStart);
}

class PerformanceObserverEntryList {
  #entries;

  constructor(token = undefined, entries = undefined) {
    if (token !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
    this.#entries = entries.sort(byStart);
  }

  static #check(list) {
    if (typeof list !== 'object' || list === null || !(#entries in list)) {
      throw new codes.ERR_INVALID_THIS('PerformanceObserverEntryList');
    }
  }

  getEntries() {
    PerformanceObserverEntryList.#check(this);
    return this.#entries.slice();
  }

  getEntriesByType(type) {
    PerformanceObserverEntryList.#check(this);
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('type');
    type = `${type}`;
    return this.#entries.filter((entry) => entry.entryType === type);
  }

  getEntriesByName(name, type = undefined) {
    PerformanceObserverEntryList.#check(this);
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('name');
    name = `${name}`;
    if (type !== undefined) {
      type = `${type}`;
      return this.#entries.filter((entry) => entry.name === name && entry.entryType === type);
    }
    return this.#entries.filter((entry) => entry.name === name);
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `PerformanceObserverEntryList ${require('util/inspect').inspect(this.#entries, nested)}`;
  }
}

makeEnumerable(PerformanceObserverEntryList, ['getEntries', 'getEntriesByType', 'getEntriesByName']);
Object.defineProperty(PerformanceObserverEntryList.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'PerformanceObserverEntryList',
});

class PerformanceObserver {
  #buffer = [];
  #entryTypes = new Set();
  /** Which way observe() was called first; it must stay so. */
  #mode;
  #callback;

  /** @param {(list: PerformanceObserverEntryList, observer: PerformanceObserver) => void} callback */
  constructor(callback) {
    validateFunction(callback, 'callback');
    this.#callback = callback;
  }

  /** @param {{entryTypes?: string[], type?: string, buffered?: boolean}} options */
  observe(options = {}) {
    validateObject(options, 'options');
    const { entryTypes, type, buffered } = options;
    if (entryTypes === undefined && type === undefined) {
      throw new codes.ERR_MISSING_ARGS('options.entryTypes', 'options.type');
    }
    if (entryTypes != null && type != null) {
      throw new codes.ERR_INVALID_ARG_VALUE(
        'options.entryTypes',
        entryTypes,
        'options.entryTypes can not set with options.type together',
      );
    }
    this.#setMode(entryTypes ? 'multiple' : 'single');
    if (this.#mode === 'multiple') {
      if (!Array.isArray(entryTypes))
        throw new codes.ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', entryTypes);
      this.#forgetTypes();
      for (const each of entryTypes) this.#addType(each);
    } else {
      this.#addType(type);
      if (buffered) {
        this.#buffer.push(...bufferedEntries(undefined, type));
        pending.add(this);
        queueDispatch();
      }
    }
    if (this.#entryTypes.size > 0) observers.add(this);
    else this.disconnect();
  }

  disconnect() {
    this.#forgetTypes();
    observers.delete(this);
    pending.delete(this);
    this.#buffer = [];
    this.#mode = undefined;
  }

  takeRecords() {
    const records = this.#buffer;
    this.#buffer = [];
    return records;
  }

  static get supportedEntryTypes() {
    return supportedEntryTypes;
  }

  #setMode(mode) {
    if (this.#mode !== undefined && this.#mode !== mode) {
      const { DOMException } = require('web/dom_exception');
      const observations = mode === 'multiple' ? 'multiple observations' : 'single observation';
      throw new DOMException(`PerformanceObserver can not change to ${observations}`, 'InvalidModificationError');
    }
    this.#mode = mode;
  }

  #addType(type) {
    if (!supportedEntryTypes.includes(type) || this.#entryTypes.has(type)) return;
    this.#entryTypes.add(type);
    countObserver(type, 1);
  }

  #forgetTypes() {
    for (const type of this.#entryTypes) countObserver(type, -1);
    this.#entryTypes.clear();
  }

  [kMaybeBuffer](entry) {
    if (!this.#entryTypes.has(entry.entryType)) return;
    this.#buffer.push(entry);
    pending.add(this);
    queueDispatch();
  }

  [kDispatch]() {
    const records = this.takeRecords();
    if (records.length === 0) return;
    this.#callback(new PerformanceObserverEntryList(kMake, records), this);
  }

  [kInspect](depth, options) {
    if (depth < 0) return this;
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `PerformanceObserver ${require('util/inspect').inspect(
      {
        connected: observers.has(this),
        pending: pending.has(this),
        entryTypes: [...this.#entryTypes],
        buffer: this.#buffer,
      },
      nested,
    )}`;
  }
}

makeEnumerable(PerformanceObserver, ['observe', 'disconnect', 'takeRecords']);
Object.defineProperty(PerformanceObserver.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'PerformanceObserver',
});

module.exports = {
  PerformanceObserver,
  PerformanceObserverEntryList,
  bufferResourceTiming,
  bufferUserTiming,
  bufferedEntries,
  clear,
  enqueue,
  hasObserver,
  setResourceLimit,
};
