'use strict';

/**
 * AbortController and AbortSignal (DOM 3).
 * Signals are made by the thousand in servers, so nothing but the object itself is made until someone listens.
 * @see https://dom.spec.whatwg.org/#aborting-ongoing-activities
 */

const {
  Event,
  EventTarget,
  defineEventHandler,
  kNewListener,
  kRemoveListener,
  kTrustEvent,
  kWeakHandler,
} = require('web/event_target');
const { kMaxEventTargetListeners } = require('events/events');
const { DOMException } = require('web/dom_exception');
const { codes } = require('errors/errors');

const kAborted = Symbol('kAborted');
const kReason = Symbol('kReason');
const kComposite = Symbol('kComposite');
const kTimeout = Symbol('kTimeout');
/** The signals this one follows / those that follow it: sets of WeakRefs. */
const kSources = Symbol('kSourceSignals');
const kDependants = Symbol('kDependantSignals');
/** Pending timeouts that this one follows, which nobody else may hold. */
const kHeld = Symbol('kHeld');
const kMake = Symbol('kMake');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

// Made on first use: neither may be in a start-up snapshot.
let timeoutRegistry;
let dependantRegistry;
/** Signals that somebody listens to and that may still abort by themselves: not to be collected. */
const pinned = new Set();

function isSignal(value) {
  return typeof value === 'object' && value !== null && kAborted in value;
}

function checkSignal(signal) {
  if (!isSignal(signal)) throw new codes.ERR_INVALID_THIS('AbortSignal');
}

function inspectAs(name, fields, depth, options) {
  if (depth < 0) return `[${name}]`;
  const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
  return `${name} ${require('util/inspect').inspect(fields, nested)}`;
}

class AbortSignal extends EventTarget {
  constructor(token = undefined, aborted = false, reason = undefined, composite = false) {
    if (token !== kMake) throw new codes.ERR_ILLEGAL_CONSTRUCTOR();
    super();
    this[kMaxEventTargetListeners] = 0;
    this[kAborted] = aborted;
    this[kReason] = reason;
    this[kComposite] = composite;
  }

  /** @returns {boolean} */
  get aborted() {
    checkSignal(this);
    return this[kAborted];
  }

  /** @returns {unknown} */
  get reason() {
    checkSignal(this);
    return this[kReason];
  }

  throwIfAborted() {
    checkSignal(this);
    if (this[kAborted]) throw this[kReason];
  }

  [kInspect](depth, options) {
    return inspectAs('AbortSignal', { aborted: this.aborted }, depth, options);
  }

  /**
   * @param {unknown} [reason]
   * @returns {AbortSignal}
   */
  static abort(reason = new DOMException('This operation was aborted', 'AbortError')) {
    return new AbortSignal(kMake, true, reason);
  }

  /**
   * @param {number} delay milliseconds
   * @returns {AbortSignal}
   */
  static timeout(delay) {
    require('errors/validators').validateUint32(delay, 'delay', false);
    const signal = new AbortSignal(kMake);
    signal[kTimeout] = true;
    startTimeout(new WeakRef(signal), signal, delay);
    return signal;
  }

  /**
   * @param {Iterable<AbortSignal>} signals
   * @returns {AbortSignal} aborted as soon as one of `signals` is
   */
  static any(signals) {
    const list = toSequence(signals);
    const aborted = list.find((signal) => signal[kAborted]);
    if (aborted !== undefined) return new AbortSignal(kMake, true, aborted[kReason], true);
    const result = new AbortSignal(kMake, false, undefined, true);
    if (list.length > 0) follow(result, list);
    return result;
  }

  [kNewListener](size, type, listener, once, capture, passive, weak) {
    super[kNewListener](size, type, listener, once, capture, passive, weak);
    const selfAborting = this[kTimeout] || (this[kComposite] && this[kSources] !== undefined);
    if (selfAborting && type === 'abort' && !this[kAborted] && !weak && size === 1) pinned.add(this);
  }

  [kRemoveListener](size, type, listener, capture) {
    super[kRemoveListener](size, type, listener, capture);
    if (type === 'abort' && size === 0) pinned.delete(this);
  }
}

function toSequence(signals) {
  if (signals === null || typeof signals !== 'object' || typeof signals[Symbol.iterator] !== 'function') {
    throw typeError('signals cannot be converted to sequence.');
  }
  const list = Array.from(signals);
  list.forEach((signal, index) => {
    if (!isSignal(signal)) throw typeError(`signals[${index}] is not of type AbortSignal.`);
  });
  return list;
}

/** Web IDL's wording, Node's code. */
function typeError(message) {
  const error = new TypeError(message);
  error.code = 'ERR_INVALID_ARG_TYPE';
  return error;
}

/** Lets `result` follow `signals`, or what those follow: never a chain. */
function follow(result, signals) {
  const resultRef = new WeakRef(result);
  result[kSources] = new Set();
  dependantRegistry ??= new FinalizationRegistry(({ source, dependant }) => {
    source.deref()?.[kDependants]?.delete(dependant);
  });
  const seen = new Set();
  for (const signal of signals) {
    const sources = signal[kComposite] ? [...(signal[kSources] ?? [])].map((ref) => ref.deref()) : [signal];
    for (const source of sources) {
      if (source === undefined || seen.has(source)) continue;
      seen.add(source);
      const sourceRef = new WeakRef(source);
      result[kSources].add(sourceRef);
      (source[kDependants] ??= new Set()).add(resultRef);
      dependantRegistry.register(result, { source: sourceRef, dependant: resultRef });
      if (source[kTimeout]) (result[kHeld] ??= []).push(source);
    }
  }
}

function startTimeout(ref, signal, delay) {
  const { setTimeout, clearTimeout } = require('timers/timers');
  const timeout = setTimeout(() => {
    const target = ref.deref();
    if (target === undefined) return;
    abortSignal(target, new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  }, delay);
  timeout.unref();
  timeoutRegistry ??= new FinalizationRegistry(clearTimeout);
  timeoutRegistry.register(signal, timeout);
}

Object.defineProperties(AbortSignal.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'AbortSignal' },
  aborted: { __proto__: null, enumerable: true },
});

defineEventHandler(AbortSignal.prototype, 'abort');

/**
 * Aborts `signal` and all that follow it. All have their reason before any listener runs.
 * @param {AbortSignal} signal
 * @param {unknown} reason
 */
function abortSignal(signal, reason) {
  if (signal[kAborted]) return;
  signal[kAborted] = true;
  signal[kReason] = reason;
  let dependants;
  for (const ref of signal[kDependants] ?? []) {
    const dependant = ref.deref();
    if (dependant === undefined || dependant[kAborted]) continue;
    dependant[kAborted] = true;
    dependant[kReason] = reason;
    (dependants ??= []).push(dependant);
  }
  dispatchAbort(signal);
  if (dependants !== undefined) dependants.forEach(dispatchAbort);
}

function dispatchAbort(signal) {
  signal.dispatchEvent(new Event('abort', { [kTrustEvent]: true }));
  pinned.delete(signal);
  signal[kDependants]?.clear();
}

class AbortController {
  #signal;

  /** @returns {AbortSignal} */
  get signal() {
    return (this.#signal ??= new AbortSignal(kMake));
  }

  /** @param {unknown} [reason] */
  abort(reason = new DOMException('This operation was aborted', 'AbortError')) {
    abortSignal((this.#signal ??= new AbortSignal(kMake)), reason);
  }

  [kInspect](depth, options) {
    return inspectAs('AbortController', { signal: this.signal }, depth, options);
  }
}

Object.defineProperties(AbortController.prototype, {
  signal: { __proto__: null, enumerable: true },
  abort: { __proto__: null, enumerable: true },
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'AbortController' },
});

/** A signal without a controller, which `abortSignal` aborts; for messaging. */
function makeAbortSignal(aborted = false, reason = undefined) {
  return new AbortSignal(kMake, aborted, reason);
}

/**
 * util.aborted(): resolves when `signal` aborts; never, when `resource` is collected first.
 * @param {AbortSignal} signal
 * @param {object} resource
 * @returns {Promise<void>}
 */
async function aborted(signal, resource) {
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  require('errors/validators').validateAbortSignal(signal, 'signal');
  if (resource === null || (typeof resource !== 'object' && typeof resource !== 'function')) {
    throw new codes.ERR_INVALID_ARG_TYPE('resource', 'Object', resource);
  }
  if (signal.aborted) return undefined;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { __proto__: null, [kWeakHandler]: resource, once: true });
  });
}

module.exports = { AbortController, AbortSignal, abortSignal, aborted, makeAbortSignal };
