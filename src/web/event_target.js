'use strict';

/**
 * EventTarget (DOM 2.7) and NodeEventTarget, its cousin with emitter methods (MessagePort is one).
 * The listeners of a type are an array that is replaced, never changed, so that a dispatch can walk it as it was.
 * @see https://dom.spec.whatwg.org/#interface-eventtarget
 */

const {
  Event,
  CustomEvent,
  stopped,
  kType,
  kTarget,
  kIsBeingDispatched,
  kInPassiveListener,
  kTrustEvent,
} = require('web/event');
const EventEmitter = require('events/events');
const { isEventTarget } = require('events/internals');
const { codes } = require('errors/errors');
const { validateObject, validateAbortSignal, validateFunction, validateString } = require('errors/validators');

const { kMaxEventTargetListeners, kMaxEventTargetListenersWarned } = EventEmitter;
const kIsEventTarget = Symbol.for('nodejs.event_target');
const kIsNodeEventTarget = Symbol('kIsNodeEventTarget');
const kEvents = Symbol('kEvents');
const kHandlers = Symbol('kHandlers');
/** Overridable: (size, type, listener, once, capture, passive, weak) after a listener was added. */
const kNewListener = Symbol('kNewListener');
/** Overridable: (size, type, listener, capture) after a listener was removed. */
const kRemoveListener = Symbol('kRemoveListener');
const kRemoveWeakListenerHelper = Symbol('kRemoveWeakListenerHelper');
const kCreateEvent = Symbol('kCreateEvent');
/** Dispatch a plain value: emitter-style listeners get the value, the others an Event made of it. */
const kHybridDispatch = Symbol.for('nodejs.internal.kHybridDispatch');
/** Option of addEventListener: the listener is called as an emitter's, with the bare value. */
const kIsNodeStyleListener = Symbol('kIsNodeStyleListener');
/** Option of addEventListener: hold the listener only as long as this object lives. */
const kWeakHandler = Symbol('kWeak');
/** Option of addEventListener: be called even after stopImmediatePropagation. */
const kResistStopPropagation = Symbol('kResistStopPropagation');
const kInspect = Symbol.for('nodejs.util.inspect.custom');

const noListeners = [];

// Made on first use: neither may be in a start-up snapshot.
let weakRegistry;
/** handler object → listeners kept alive by it. */
let weakHandlers;

class Listener {
  constructor(callback, options) {
    this.once = options.once;
    this.capture = options.capture;
    this.passive = options.passive;
    this.isNodeStyle = options.isNodeStyle;
    this.resistsStop = options.resistsStop;
    this.removed = false;
    this.weak = options.weak !== undefined;
    this.callback = this.weak ? new WeakRef(callback) : callback;
  }

  /** The function or object, or undefined when it was held weakly and is gone. */
  get() {
    return this.weak ? this.callback.deref() : this.callback;
  }
}

function holdWhile(holder, callback, target, type, listener) {
  weakRegistry ??= new FinalizationRegistry(({ target, type, listener }) => {
    target.deref()?.[kRemoveWeakListenerHelper](type, listener);
  });
  weakHandlers ??= new WeakMap();
  weakRegistry.register(callback, { target: new WeakRef(target), type, listener }, listener);
  const held = weakHandlers.get(holder);
  if (held === undefined) weakHandlers.set(holder, [callback]);
  else held.push(callback);
}

class ListenerOptions {
  constructor(once, capture, passive, signal, isNodeStyle, weak, resistsStop) {
    this.once = once;
    this.capture = capture;
    this.passive = passive;
    this.signal = signal;
    this.isNodeStyle = isNodeStyle;
    this.weak = weak;
    this.resistsStop = resistsStop;
  }
}

const defaultOptions = new ListenerOptions(false, false, false, undefined, false, undefined, false);

function parseOptions(options) {
  if (options === undefined || options === null) return defaultOptions;
  if (typeof options === 'boolean') {
    return new ListenerOptions(false, options, false, undefined, false, undefined, false);
  }
  if (typeof options !== 'function') validateObject(options, 'options');
  return new ListenerOptions(
    !!options.once,
    !!options.capture,
    !!options.passive,
    options.signal,
    !!options[kIsNodeStyleListener],
    options[kWeakHandler],
    options[kResistStopPropagation] ?? false,
  );
}

/** Whether `listener` can be one; null and undefined cannot, but are no error. */
function isListener(listener) {
  if (typeof listener === 'function' || (typeof listener === 'object' && listener !== null)) return true;
  if (listener === undefined || listener === null) return false;
  throw new codes.ERR_INVALID_ARG_TYPE('listener', 'EventListener', listener);
}

function checkThis(target) {
  if (!isEventTarget(target)) throw new codes.ERR_INVALID_THIS('EventTarget');
}

/** Gives `target` the fields of an EventTarget, for objects that were not made by its constructor. */
function initEventTarget(target) {
  target[kEvents] = undefined;
  target[kMaxEventTargetListeners] = EventEmitter.defaultMaxListeners;
  target[kMaxEventTargetListenersWarned] = false;
  target[kHandlers] = undefined;
}

function throwLater(error) {
  process.nextTick(() => {
    throw error;
  });
}

function warnOfLeak(target, type, size) {
  target[kMaxEventTargetListenersWarned] = true;
  const { inspect } = require('util/inspect');
  const warning = new Error(
    `Possible EventTarget memory leak detected. ${size} ${type} listeners added to ` +
      `${inspect(target, { depth: -1 })}. MaxListeners is ${target[kMaxEventTargetListeners]}. ` +
      'Use events.setMaxListeners() to increase limit',
  );
  warning.name = 'MaxListenersExceededWarning';
  warning.target = target;
  warning.type = type;
  warning.count = size;
  process.emitWarning(warning);
}

function warnOfNoListener(target, type, listener) {
  const warning = new Error(`addEventListener called with ${listener} which has no effect.`);
  warning.name = 'AddEventListenerArgumentTypeWarning';
  warning.target = target;
  warning.type = type;
  process.emitWarning(warning);
}

class EventTarget {
  // A brand for those who have only the object.
  static [kIsEventTarget] = true;

  constructor() {
    initEventTarget(this);
  }

  [kNewListener](size, type, listener, once, capture, passive, weak) {
    const max = this[kMaxEventTargetListeners];
    if (max > 0 && size > max && !this[kMaxEventTargetListenersWarned]) warnOfLeak(this, type, size);
  }

  [kRemoveListener](size, type, listener, capture) {}

  /**
   * @param {string} type
   * @param {((event: Event) => void)|{handleEvent(event: Event): void}|null} listener
   * @param {boolean|{once?: boolean, capture?: boolean, passive?: boolean, signal?: AbortSignal}} [options]
   */
  addEventListener(type, listener, options = undefined) {
    checkThis(this);
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('type', 'listener');
    const parsed = parseOptions(options);
    const { signal } = parsed;
    validateAbortSignal(signal, 'options.signal');
    if (!isListener(listener)) {
      warnOfNoListener(this, type, listener);
      return;
    }
    type = `${type}`;
    if (signal !== undefined && signal !== null) {
      if (signal.aborted) return;
      // Held weakly: a long-lived signal must not keep the target alive.
      signal.addEventListener(
        'abort',
        () => {
          this.removeEventListener(type, listener, options);
        },
        { __proto__: null, once: true, [kWeakHandler]: this, [kResistStopPropagation]: true },
      );
    }

    const events = (this[kEvents] ??= new Map());
    const list = events.get(type) ?? noListeners;
    for (let i = 0; i < list.length; i++) {
      if (list[i].capture === parsed.capture && list[i].get() === listener) return;
    }
    const added = new Listener(listener, parsed);
    if (added.weak) holdWhile(parsed.weak, listener, this, type, added);
    events.set(type, list.length === 0 ? [added] : [...list, added]);
    this[kNewListener](list.length + 1, type, listener, parsed.once, parsed.capture, parsed.passive, parsed.weak);
  }

  removeEventListener(type, listener, options = undefined) {
    checkThis(this);
    if (arguments.length < 2) throw new codes.ERR_MISSING_ARGS('type', 'listener');
    if (!isListener(listener)) return;
    type = `${type}`;
    const capture = typeof options === 'boolean' ? options : !!options?.capture;
    const list = this[kEvents]?.get(type);
    if (list === undefined) return;
    const found = list.find((each) => each.capture === capture && each.get() === listener);
    if (found !== undefined) removeRecord(this, type, found, listener);
  }

  [kRemoveWeakListenerHelper](type, record) {
    removeRecord(this, type, record, undefined);
  }

  /**
   * @param {Event} event
   * @returns {boolean} false when a listener prevented the default
   */
  dispatchEvent(event) {
    checkThis(this);
    if (arguments.length < 1) throw new codes.ERR_MISSING_ARGS('event');
    if (!(event instanceof Event)) throw new codes.ERR_INVALID_ARG_TYPE('event', 'Event', event);
    if (event[kIsBeingDispatched]) throw new codes.ERR_EVENT_RECURSION(event.type);
    this[kHybridDispatch](event, event.type, event);
    return !event.defaultPrevented;
  }

  [kHybridDispatch](nodeValue, type, event) {
    if (event !== undefined) {
      event[kTarget] = this;
      event[kIsBeingDispatched] = true;
    }
    const list = this[kEvents]?.get(type);
    if (list !== undefined) event = dispatch(this, list, nodeValue, type, event);
    if (event !== undefined) event[kIsBeingDispatched] = false;
  }

  [kCreateEvent](nodeValue, type) {
    return new CustomEvent(type, { detail: nodeValue });
  }

  [kInspect](depth, options) {
    const { name } = this.constructor;
    if (depth < 0) return name;
    const nested = { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth };
    return `${name} ${require('util/inspect').inspect({}, nested)}`;
  }
}

function removeRecord(target, type, record, callback) {
  const events = target[kEvents];
  const list = events?.get(type);
  if (list === undefined || !list.includes(record)) return;
  record.removed = true;
  if (record.weak) weakRegistry.unregister(record);
  if (list.length === 1) events.delete(type);
  else
    events.set(
      type,
      list.filter((each) => each !== record),
    );
  target[kRemoveListener](list.length - 1, type, callback, record.capture);
}

/** Calls the listeners; gives the event, which is made when a listener needs one and there is none. */
function dispatch(target, list, nodeValue, type, event) {
  for (let i = 0; i < list.length; i++) {
    const record = list[i];
    if (record.removed) continue;
    if (event !== undefined && stopped(event) && !record.resistsStop) continue;
    const callback = record.get();
    if (record.once) removeRecord(target, type, record, callback);
    if (callback === undefined) continue;
    let argument = nodeValue;
    if (!record.isNodeStyle) {
      if (event === undefined) {
        event = target[kCreateEvent](nodeValue, type);
        event[kTarget] = target;
        event[kIsBeingDispatched] = true;
      }
      argument = event;
    }
    if (event !== undefined) event[kInPassiveListener] = record.passive;
    try {
      const result =
        typeof callback === 'function' ? Reflect.apply(callback, target, [argument]) : callback.handleEvent(argument);
      if (result !== undefined && result !== null) catchRejection(result);
    } catch (error) {
      throwLater(error);
    }
    if (event !== undefined) event[kInPassiveListener] = false;
  }
  return event;
}

/** An async listener that fails is an uncaught exception, as a failing synchronous one is. */
function catchRejection(promise) {
  const { then } = promise;
  if (typeof then === 'function') Reflect.apply(then, promise, [undefined, throwLater]);
}

const enumerable = { __proto__: null, enumerable: true };

Object.defineProperties(EventTarget.prototype, {
  addEventListener: enumerable,
  removeEventListener: enumerable,
  dispatchEvent: enumerable,
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'EventTarget' },
});

function checkNodeThis(target) {
  if (target?.constructor?.[kIsNodeEventTarget] !== true) throw new codes.ERR_INVALID_THIS('NodeEventTarget');
}

/** An EventTarget with the methods of an EventEmitter; its emitter-style listeners get one plain argument. */
class NodeEventTarget extends EventTarget {
  static [kIsNodeEventTarget] = true;
  static defaultMaxListeners = 10;

  setMaxListeners(n) {
    checkNodeThis(this);
    EventEmitter.setMaxListeners(n, this);
  }

  getMaxListeners() {
    checkNodeThis(this);
    return this[kMaxEventTargetListeners];
  }

  eventNames() {
    checkNodeThis(this);
    return [...(this[kEvents]?.keys() ?? noListeners)];
  }

  listenerCount(type) {
    checkNodeThis(this);
    return listenerCount(this, type);
  }

  off(type, listener, options) {
    checkNodeThis(this);
    this.removeEventListener(type, listener, options);
    return this;
  }

  removeListener(type, listener, options) {
    checkNodeThis(this);
    this.removeEventListener(type, listener, options);
    return this;
  }

  on(type, listener) {
    checkNodeThis(this);
    this.addEventListener(type, listener, { [kIsNodeStyleListener]: true });
    return this;
  }

  addListener(type, listener) {
    checkNodeThis(this);
    this.addEventListener(type, listener, { [kIsNodeStyleListener]: true });
    return this;
  }

  emit(type, value) {
    checkNodeThis(this);
    validateString(type, 'type');
    const had = listenerCount(this, type) > 0;
    this[kHybridDispatch](value, type);
    return had;
  }

  once(type, listener) {
    checkNodeThis(this);
    this.addEventListener(type, listener, { once: true, [kIsNodeStyleListener]: true });
    return this;
  }

  removeAllListeners(type) {
    checkNodeThis(this);
    const events = this[kEvents];
    if (events === undefined) return this;
    const types = type === undefined ? [...events.keys()] : [String(type)];
    for (const name of types) {
      for (const record of events.get(name) ?? noListeners) removeRecord(this, name, record, record.get());
    }
    return this;
  }
}

Object.defineProperties(NodeEventTarget.prototype, {
  setMaxListeners: enumerable,
  getMaxListeners: enumerable,
  eventNames: enumerable,
  listenerCount: enumerable,
  off: enumerable,
  removeListener: enumerable,
  on: enumerable,
  addListener: enumerable,
  once: enumerable,
  emit: enumerable,
  removeAllListeners: enumerable,
});

/** One listener for the life of an `on...` property, so that a changed handler keeps its place in the order. */
function makeHandler(handler) {
  function eventHandler(...args) {
    if (typeof eventHandler.handler !== 'function') return undefined;
    return Reflect.apply(eventHandler.handler, this, args);
  }
  eventHandler.handler = handler;
  return eventHandler;
}

function setHandler(target, event, value) {
  const handlers = (target[kHandlers] ??= new Map());
  const wrapped = handlers.get(event);
  const isHandler = typeof value === 'function';
  if (wrapped === undefined) {
    if (!isHandler) return;
    const made = makeHandler(value);
    handlers.set(event, made);
    target.addEventListener(event, made);
    return;
  }
  const size = listenerCount(target, event);
  const wasHandler = typeof wrapped.handler === 'function';
  wrapped.handler = value;
  // Objects that live as long as somebody listens must hear of it, though the listener itself stays.
  if (wasHandler && !isHandler) target[kRemoveListener](size - 1, event, wrapped, false);
  else if (!wasHandler && isHandler) target[kNewListener](size, event, wrapped, false, false, false, undefined);
}

/**
 * Defines the property `on<name>` (an event handler IDL attribute) on `target`, usually a prototype.
 * @param {object} target
 * @param {string} name
 * @param {string} [event] the event type, when it is not `name`
 */
function defineEventHandler(target, name, event = name) {
  const property = `on${name}`;
  function get() {
    checkThis(this);
    if (this === target) throw new codes.ERR_INVALID_THIS('EventTarget'); // the prototype is no target
    return this[kHandlers]?.get(event)?.handler ?? null;
  }
  function set(value) {
    checkThis(this);
    setHandler(this, event, value);
  }
  Object.defineProperty(get, 'name', { __proto__: null, value: `get ${property}` });
  Object.defineProperty(set, 'name', { __proto__: null, value: `set ${property}` });
  Object.defineProperty(target, property, { __proto__: null, get, set, configurable: true, enumerable: true });
}

/** The functions and objects that listen to `type`, as events.getEventListeners gives them. */
function listenersOf(target, type) {
  const found = [];
  for (const record of target[kEvents]?.get(String(type)) ?? noListeners) {
    const callback = record.get();
    if (callback !== undefined) found.push(typeof callback.handler === 'function' ? callback.handler : callback);
  }
  return found;
}

function listenerCount(target, type) {
  return target[kEvents]?.get(String(type))?.length ?? 0;
}

/** events.addAbortListener */
function addAbortListener(signal, listener) {
  if (signal === undefined) throw new codes.ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
  validateAbortSignal(signal, 'signal');
  validateFunction(listener, 'listener');
  let remove;
  if (signal.aborted) {
    require('process/next_tick').queueMicrotask(() => listener());
  } else {
    signal.addEventListener('abort', listener, { __proto__: null, once: true, [kResistStopPropagation]: true });
    remove = () => signal.removeEventListener('abort', listener);
  }
  return {
    __proto__: null,
    [Symbol.dispose]() {
      remove?.();
    },
  };
}

module.exports = {
  Event,
  CustomEvent,
  EventTarget,
  NodeEventTarget,
  addAbortListener,
  defineEventHandler,
  initEventTarget,
  isEventTarget,
  listenerCount,
  listenersOf,
  kCreateEvent,
  kEvents,
  kHybridDispatch,
  kIsNodeStyleListener,
  kNewListener,
  kRemoveListener,
  kResistStopPropagation,
  kTarget,
  kTrustEvent,
  kType,
  kWeakHandler,
};
