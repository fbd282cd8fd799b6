'use strict';

/**
 * Event and CustomEvent (DOM 2.2, 2.4). There is no tree, so an event has one target and no capture or bubble phase.
 * @see https://dom.spec.whatwg.org/#events
 */

const kType = Symbol('type');
const kTarget = Symbol('kTarget');
const kIsBeingDispatched = Symbol('kIsBeingDispatched');
const kInPassiveListener = Symbol('kInPassiveListener');
/** Option of the constructor: the event comes from the runtime (isTrusted). */
const kTrustEvent = Symbol('kTrustEvent');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

const { now } = require('perf_hooks/clock');

function invalidThis(name) {
  const {
    codes: { ERR_INVALID_THIS },
  } = require('errors/errors');
  return new ERR_INVALID_THIS(name);
}

function missingType() {
  const {
    codes: { ERR_MISSING_ARGS },
  } = require('errors/errors');
  return new ERR_MISSING_ARGS('type');
}

/** Whether stopImmediatePropagation was called, for the dispatcher. */
let stopped;

class Event {
  static {
    stopped = (event) => event.#stop;
  }

  #cancelable = false;
  #bubbles = false;
  #composed = false;
  #defaultPrevented = false;
  #timestamp = now();
  #propagationStopped = false;
  #stop = false;
  #trusted = false;

  /**
   * @param {string} type
   * @param {{bubbles?: boolean, cancelable?: boolean, composed?: boolean}} [options]
   */
  constructor(type, options = undefined) {
    if (arguments.length === 0) throw missingType();
    if (options != null) {
      require('errors/validators').validateObject(options, 'options');
      this.#bubbles = !!options.bubbles;
      this.#cancelable = !!options.cancelable;
      this.#composed = !!options.composed;
      this.#trusted = options[kTrustEvent] === true;
    }
    this[kType] = `${type}`;
    this[kTarget] = null;
    this[kIsBeingDispatched] = false;
    this[kInPassiveListener] = false;
  }

  static #check(event) {
    if (typeof event !== 'object' || event === null || !(#cancelable in event)) throw invalidThis('Event');
  }

  /** @deprecated */
  initEvent(type, bubbles = false, cancelable = false) {
    if (arguments.length === 0) throw missingType();
    Event.#check(this);
    if (this[kIsBeingDispatched]) return;
    this[kType] = `${type}`;
    this.#bubbles = !!bubbles;
    this.#cancelable = !!cancelable;
  }

  [kInspect](depth, options) {
    Event.#check(this);
    const { name } = this.constructor;
    if (depth < 0) return name;
    const nested = { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth };
    return `${name} ${require('util/inspect').inspect(
      {
        type: this[kType],
        defaultPrevented: this.#defaultPrevented,
        cancelable: this.#cancelable,
        timeStamp: this.#timestamp,
      },
      nested,
    )}`;
  }

  stopImmediatePropagation() {
    Event.#check(this);
    this.#stop = true;
    this.#propagationStopped = true;
  }

  preventDefault() {
    Event.#check(this);
    if (this.#cancelable && !this[kInPassiveListener]) this.#defaultPrevented = true;
  }

  get target() {
    Event.#check(this);
    return this[kTarget];
  }

  get currentTarget() {
    Event.#check(this);
    return this[kIsBeingDispatched] ? this[kTarget] : null;
  }

  get srcElement() {
    Event.#check(this);
    return this[kTarget];
  }

  get type() {
    Event.#check(this);
    return this[kType];
  }

  get cancelable() {
    Event.#check(this);
    return this.#cancelable;
  }

  get defaultPrevented() {
    Event.#check(this);
    return this.#cancelable && this.#defaultPrevented;
  }

  get timeStamp() {
    Event.#check(this);
    return this.#timestamp;
  }

  composedPath() {
    Event.#check(this);
    return this[kIsBeingDispatched] ? [this[kTarget]] : [];
  }

  get returnValue() {
    Event.#check(this);
    return !this.#cancelable || !this.#defaultPrevented;
  }

  set returnValue(value) {
    Event.#check(this);
    if (!value) this.preventDefault();
  }

  get bubbles() {
    Event.#check(this);
    return this.#bubbles;
  }

  get composed() {
    Event.#check(this);
    return this.#composed;
  }

  get eventPhase() {
    Event.#check(this);
    return this[kIsBeingDispatched] ? Event.AT_TARGET : Event.NONE;
  }

  get cancelBubble() {
    Event.#check(this);
    return this.#propagationStopped;
  }

  set cancelBubble(value) {
    Event.#check(this);
    if (value) this.#propagationStopped = true;
  }

  stopPropagation() {
    Event.#check(this);
    this.#propagationStopped = true;
  }

  get isTrusted() {
    return #trusted in this && this.#trusted;
  }
}

const enumerable = { __proto__: null, enumerable: true };

Object.defineProperties(Event.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'Event' },
  initEvent: enumerable,
  stopImmediatePropagation: enumerable,
  preventDefault: enumerable,
  target: enumerable,
  currentTarget: enumerable,
  srcElement: enumerable,
  type: enumerable,
  cancelable: enumerable,
  defaultPrevented: enumerable,
  timeStamp: enumerable,
  composedPath: enumerable,
  returnValue: enumerable,
  bubbles: enumerable,
  composed: enumerable,
  eventPhase: enumerable,
  cancelBubble: enumerable,
  stopPropagation: enumerable,
  // LegacyUnforgeable
  isTrusted: { __proto__: null, enumerable: true, configurable: false },
});

Object.defineProperties(Event, {
  NONE: { __proto__: null, enumerable: true, value: 0 },
  CAPTURING_PHASE: { __proto__: null, enumerable: true, value: 1 },
  AT_TARGET: { __proto__: null, enumerable: true, value: 2 },
  BUBBLING_PHASE: { __proto__: null, enumerable: true, value: 3 },
});

class CustomEvent extends Event {
  #detail;

  /**
   * @param {string} type
   * @param {{bubbles?: boolean, cancelable?: boolean, composed?: boolean, detail?: unknown}} [options]
   */
  constructor(type, options = undefined) {
    if (arguments.length === 0) throw missingType();
    super(type, options);
    this.#detail = options?.detail ?? null;
  }

  get detail() {
    if (typeof this !== 'object' || this === null || !(#detail in this)) throw invalidThis('CustomEvent');
    return this.#detail;
  }
}

Object.defineProperties(CustomEvent.prototype, {
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'CustomEvent' },
  detail: enumerable,
});

module.exports = { Event, CustomEvent, stopped, kType, kTarget, kIsBeingDispatched, kInPassiveListener, kTrustEvent };
