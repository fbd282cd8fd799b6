'use strict';

/**
 * node:events — EventEmitter and its helpers.
 *
 * `emit` and `on` are the hottest functions of the runtime, so this file keeps them flat: one listener is stored bare,
 * several as an array, and `emit` copies that array only when there is one. `_events` has no prototype, so any name is
 * a legal event. The property names (`_events`, `_eventsCount`, `_maxListeners`) are public in practice: packages read
 * them.
 * @see https://nodejs.org/docs/latest-v24.x/api/events.html
 */

const { kEnhanceStack, isEventTarget, addTo, removeFrom, stackWithEmitSite } = require('events/internals');

const kCapture = Symbol('kCapture');
const kShapeMode = Symbol('shapeMode');
const kErrorMonitor = Symbol('events.errorMonitor');
const kRejection = Symbol.for('nodejs.rejection');
const kMaxEventTargetListeners = Symbol('events.maxEventTargetListeners');
const kMaxEventTargetListenersWarned = Symbol('events.maxEventTargetListenersWarned');

const { apply } = Reflect;

let defaultMaxListeners = 10;

function errors() {
  return require('errors/errors');
}

function checkListener(listener) {
  if (typeof listener !== 'function') {
    const {
      codes: { ERR_INVALID_ARG_TYPE },
    } = errors();
    throw new ERR_INVALID_ARG_TYPE('listener', 'Function', listener);
  }
}

function validateMaxListeners(n, name) {
  require('errors/validators').validateNumber(n, name, 0);
}

/**
 * @param {{captureRejections?: boolean}} [options]
 */
function EventEmitter(options) {
  EventEmitter.init.call(this, options);
}

EventEmitter.prototype._events = undefined;
EventEmitter.prototype._eventsCount = 0;
EventEmitter.prototype._maxListeners = undefined;

Object.defineProperty(EventEmitter.prototype, kCapture, {
  __proto__: null,
  value: false,
  writable: true,
  enumerable: false,
  configurable: false,
});

// Anonymous, as Node's is.
const init =
  (0,
  function (options) {
    const events = this._events;
    if (events === undefined || events === Object.getPrototypeOf(this)._events) {
      this._events = { __proto__: null };
      this._eventsCount = 0;
      this[kShapeMode] = false;
    } else {
      // A constructor laid the events out in advance (streams do, for a stable shape).
      this[kShapeMode] = true;
    }
    this._maxListeners ||= undefined;
    if (options?.captureRejections) {
      require('errors/validators').validateBoolean(options.captureRejections, 'options.captureRejections');
      this[kCapture] = options.captureRejections;
    } else {
      // The default lives on the prototype; an own property keeps all emitters in one shape.
      this[kCapture] = EventEmitter.prototype[kCapture];
    }
  });

EventEmitter.prototype.setMaxListeners = function setMaxListeners(n) {
  validateMaxListeners(n, 'setMaxListeners');
  this._maxListeners = n;
  return this;
};

function maxListenersOf(emitter) {
  return emitter._maxListeners === undefined ? defaultMaxListeners : emitter._maxListeners;
}

EventEmitter.prototype.getMaxListeners = function getMaxListeners() {
  return maxListenersOf(this);
};

/** What a promise returned by a listener does when it rejects (the captureRejections option). */
function catchRejection(emitter, result, type, args) {
  if (!emitter[kCapture]) return;
  try {
    const then = result.then;
    if (typeof then !== 'function') return;
    apply(then, result, [
      undefined,
      function (error) {
        // Out of the promise's reach, so that a throwing handler is an uncaught exception.
        process.nextTick(routeRejection, emitter, error, type, args);
      },
    ]);
  } catch (error) {
    emitter.emit('error', error);
  }
}

function routeRejection(emitter, error, type, args) {
  if (typeof emitter[kRejection] === 'function') {
    emitter[kRejection](error, type, ...args);
    return;
  }
  const previous = emitter[kCapture];
  try {
    // A rejecting 'error' listener would come back here for ever.
    emitter[kCapture] = false;
    emitter.emit('error', error);
  } finally {
    emitter[kCapture] = previous;
  }
}

/** emit('error') that nobody listens to. */
function throwUnhandled(emitter, args) {
  const error = args.length > 0 ? args[0] : undefined;
  if (error instanceof Error) {
    try {
      const site = {};
      Error.captureStackTrace(site, EventEmitter.prototype.emit);
      Object.defineProperty(error, kEnhanceStack, {
        __proto__: null,
        value: () => stackWithEmitSite(emitter, error, site),
        configurable: true,
      });
    } catch {
      // A frozen error goes as it is.
    }
    throw error;
  }
  let text;
  try {
    text = require('util/inspect').inspect(error);
  } catch {
    text = error;
  }
  const {
    codes: { ERR_UNHANDLED_ERROR },
  } = errors();
  const wrapper = new ERR_UNHANDLED_ERROR(text);
  wrapper.context = error;
  throw wrapper;
}

EventEmitter.prototype.emit = function emit(type, ...args) {
  const events = this._events;
  if (type === 'error') {
    if (events !== undefined && events[kErrorMonitor] !== undefined) this.emit(kErrorMonitor, ...args);
    if (events === undefined || events.error === undefined) throwUnhandled(this, args);
  } else if (events === undefined) {
    return false;
  }

  const handler = events[type];
  if (handler === undefined) return false;

  if (typeof handler === 'function') {
    const result = apply(handler, this, args);
    if (result !== undefined && result !== null) catchRejection(this, result, type, args);
    return true;
  }

  const listeners = handler.slice();
  const { length } = listeners;
  for (let i = 0; i < length; ++i) {
    const result = apply(listeners[i], this, args);
    if (result !== undefined && result !== null) catchRejection(this, result, type, args);
  }
  return true;
};

function warnOfLeak(emitter, type, list, max) {
  list.warned = true;
  const { inspect } = require('util/inspect');
  const warning = new Error(
    `Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ` +
      `${inspect(emitter, { depth: -1 })}. MaxListeners is ${max}. ` +
      'Use emitter.setMaxListeners() to increase limit',
  );
  warning.name = 'MaxListenersExceededWarning';
  warning.emitter = emitter;
  warning.type = type;
  warning.count = list.length;
  process.emitWarning(warning);
}

function add(emitter, type, listener, prepend) {
  checkListener(listener);
  let events = emitter._events;
  let existing;
  if (events === undefined) {
    events = emitter._events = { __proto__: null };
    emitter._eventsCount = 0;
  } else {
    if (events.newListener !== undefined) {
      emitter.emit('newListener', type, listener.listener ?? listener);
      // The listener may have replaced the table.
      events = emitter._events;
    }
    existing = events[type];
  }

  if (existing === undefined) {
    events[type] = listener;
    ++emitter._eventsCount;
    return emitter;
  }
  let list = existing;
  if (typeof existing === 'function') {
    list = events[type] = prepend ? [listener, existing] : [existing, listener];
  } else if (prepend) {
    existing.unshift(listener);
  } else {
    existing.push(listener);
  }
  const max = maxListenersOf(emitter);
  if (max > 0 && list.length > max && !list.warned) warnOfLeak(emitter, type, list, max);
  return emitter;
}

EventEmitter.prototype.addListener = function addListener(type, listener) {
  return add(this, type, listener, false);
};

EventEmitter.prototype.on = EventEmitter.prototype.addListener;

EventEmitter.prototype.prependListener = function prependListener(type, listener) {
  return add(this, type, listener, true);
};

function wrapOnce(emitter, type, listener) {
  let fired = false;
  const wrapper = function (...args) {
    if (fired) return undefined;
    emitter.removeListener(type, wrapper);
    fired = true;
    return apply(listener, emitter, args);
  };
  wrapper.listener = listener;
  return wrapper;
}

EventEmitter.prototype.once = function once(type, listener) {
  checkListener(listener);
  this.on(type, wrapOnce(this, type, listener));
  return this;
};

EventEmitter.prototype.prependOnceListener = function prependOnceListener(type, listener) {
  checkListener(listener);
  this.prependListener(type, wrapOnce(this, type, listener));
  return this;
};

/** Forgets `type`; the last name to go takes the whole (dictionary) table with it. */
function dropType(emitter, events, type) {
  emitter._eventsCount -= 1;
  if (emitter[kShapeMode]) {
    events[type] = undefined;
  } else if (emitter._eventsCount === 0) {
    emitter._events = { __proto__: null };
  } else {
    delete events[type];
  }
}

EventEmitter.prototype.removeListener = function removeListener(type, listener) {
  checkListener(listener);
  const events = this._events;
  if (events === undefined) return this;
  const list = events[type];
  if (list === undefined) return this;

  if (list === listener || list.listener === listener) {
    dropType(this, events, type);
    if (events.removeListener) this.emit('removeListener', type, list.listener || listener);
    return this;
  }
  if (typeof list === 'function') return this;

  let position = list.length - 1;
  while (position >= 0 && list[position] !== listener && list[position].listener !== listener) position--;
  if (position < 0) return this;

  if (position === 0) list.shift();
  else if (position === list.length - 1) list.pop();
  else list.splice(position, 1);
  if (list.length === 1) events[type] = list[0];
  if (events.removeListener !== undefined) this.emit('removeListener', type, listener);
  return this;
};

EventEmitter.prototype.off = EventEmitter.prototype.removeListener;

/** Drops everything without a word; from here on the table is an ordinary one. */
function dropAll(emitter) {
  emitter._events = { __proto__: null };
  emitter._eventsCount = 0;
  emitter[kShapeMode] = false;
}

EventEmitter.prototype.removeAllListeners = function removeAllListeners(type) {
  const events = this._events;
  if (events === undefined) return this;

  if (events.removeListener === undefined) {
    // Nobody wants to know.
    if (arguments.length === 0) dropAll(this);
    else if (events[type] !== undefined) dropType(this, events, type);
    return this;
  }

  if (arguments.length === 0) {
    for (const key of Reflect.ownKeys(events)) {
      if (key !== 'removeListener') this.removeAllListeners(key);
    }
    this.removeAllListeners('removeListener');
    dropAll(this);
    return this;
  }

  const listeners = events[type];
  if (typeof listeners === 'function') {
    this.removeListener(type, listeners);
  } else if (listeners !== undefined) {
    for (let i = listeners.length - 1; i >= 0; i--) this.removeListener(type, listeners[i]);
  }
  return this;
};

function unwrapped(listener) {
  return listener.listener || listener;
}

function listenersOf(emitter, type, unwrap) {
  const found = emitter._events?.[type];
  if (found === undefined) return [];
  if (typeof found === 'function') return [unwrap ? unwrapped(found) : found];
  return unwrap ? found.map(unwrapped) : found.slice();
}

EventEmitter.prototype.listeners = function listeners(type) {
  return listenersOf(this, type, true);
};

EventEmitter.prototype.rawListeners = function rawListeners(type) {
  return listenersOf(this, type, false);
};

function listenerCount(type, listener) {
  const found = this._events?.[type];
  if (found === undefined) return 0;
  if (listener === undefined || listener === null) return typeof found === 'function' ? 1 : found.length;
  if (typeof found === 'function') return found === listener || found.listener === listener ? 1 : 0;
  let count = 0;
  for (const each of found) {
    if (each === listener || each.listener === listener) count++;
  }
  return count;
}

EventEmitter.prototype.listenerCount = listenerCount;

EventEmitter.prototype.eventNames = function eventNames() {
  if (this._eventsCount <= 0) return [];
  const events = this._events;
  const keys = Reflect.ownKeys(events);
  // Tables laid out in advance hold names without listeners.
  return this[kShapeMode] ? keys.filter((key) => events[key] !== undefined) : keys;
};

// ---- Static helpers ----

/** The EventTarget machinery, loaded when something that is not an emitter comes by. */
function eventTargets() {
  return require('web/event_target');
}

function getEventListeners(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listeners === 'function') return emitterOrTarget.listeners(type);
  if (isEventTarget(emitterOrTarget)) return eventTargets().listenersOf(emitterOrTarget, type);
  const {
    codes: { ERR_INVALID_ARG_TYPE },
  } = errors();
  throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitterOrTarget);
}

function getMaxListeners(emitterOrTarget) {
  if (typeof emitterOrTarget?.getMaxListeners === 'function') return maxListenersOf(emitterOrTarget);
  if (typeof emitterOrTarget?.[kMaxEventTargetListeners] === 'number') {
    return emitterOrTarget[kMaxEventTargetListeners];
  }
  const {
    codes: { ERR_INVALID_ARG_TYPE },
  } = errors();
  throw new ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitterOrTarget);
}

function staticListenerCount(emitterOrTarget, type) {
  if (typeof emitterOrTarget.listenerCount === 'function') return emitterOrTarget.listenerCount(type);
  if (isEventTarget(emitterOrTarget)) return eventTargets().listenerCount(emitterOrTarget, type);
  if (emitterOrTarget instanceof EventEmitter) return listenerCount.call(emitterOrTarget, type);
  const { codes } = errors();
  throw new codes.ERR_INVALID_ARG_TYPE('emitter', ['EventEmitter', 'EventTarget'], emitterOrTarget);
}

/**
 * A promise of the arguments of the next `name` event; rejects on 'error' (unless that is the name) and on abort.
 * @param {EventEmitter|EventTarget} emitter
 * @param {string|symbol} name
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<unknown[]>}
 */
async function once(emitter, name, options = {}) {
  const { validateObject, validateAbortSignal } = require('errors/validators');
  validateObject(options, 'options');
  const { signal } = options;
  validateAbortSignal(signal, 'options.signal');
  const { AbortError } = errors();
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason });
  return new Promise((resolve, reject) => {
    const watchErrors = name !== 'error' && typeof emitter.once === 'function';
    const settle = () => {
      if (watchErrors) emitter.removeListener('error', onError);
      if (signal != null) removeFrom(signal, 'abort', onAbort);
    };
    const onEvent = (...args) => {
      settle();
      resolve(args);
    };
    const onError = (error) => {
      emitter.removeListener(name, onEvent);
      if (signal != null) removeFrom(signal, 'abort', onAbort);
      reject(error);
    };
    const onAbort = () => {
      removeFrom(emitter, name, onEvent);
      if (watchErrors) removeFrom(emitter, 'error', onError);
      reject(new AbortError(undefined, { cause: signal?.reason }));
    };
    addTo(emitter, name, onEvent, { __proto__: null, once: true });
    if (watchErrors) emitter.once('error', onError);
    if (signal != null) {
      addTo(signal, 'abort', onAbort, { __proto__: null, once: true, [eventTargets().kResistStopPropagation]: true });
    }
  });
}

/** An async iterator over `event`; see events/iterator. */
function on(emitter, event, options = {}) {
  return require('events/iterator').on(emitter, event, options);
}

/**
 * Listens once for `signal`'s abort in a way that stopImmediatePropagation cannot defeat.
 * @param {AbortSignal} signal
 * @param {(event: Event) => void} listener
 * @returns {Disposable}
 */
function addAbortListener(signal, listener) {
  return eventTargets().addAbortListener(signal, listener);
}

let EventEmitterAsyncResource;

module.exports = EventEmitter;

Object.defineProperty(staticListenerCount, 'name', { __proto__: null, value: 'listenerCount', configurable: true });

Object.assign(EventEmitter, {
  addAbortListener,
  once,
  on,
  getEventListeners,
  getMaxListeners,
  listenerCount: staticListenerCount,
  EventEmitter,
  usingDomains: false,
  captureRejectionSymbol: kRejection,
});

Object.defineProperties(EventEmitter, {
  captureRejections: {
    __proto__: null,
    enumerable: true,
    get() {
      return EventEmitter.prototype[kCapture];
    },
    set(value) {
      require('errors/validators').validateBoolean(value, 'EventEmitter.captureRejections');
      EventEmitter.prototype[kCapture] = value;
    },
  },
  EventEmitterAsyncResource: {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get: function lazyEventEmitterAsyncResource() {
      return (EventEmitterAsyncResource ??= require('events/async_resource').EventEmitterAsyncResource);
    },
    set: undefined,
  },
});

EventEmitter.errorMonitor = kErrorMonitor;

Object.defineProperties(EventEmitter, {
  defaultMaxListeners: {
    __proto__: null,
    enumerable: true,
    get() {
      return defaultMaxListeners;
    },
    set(n) {
      validateMaxListeners(n, 'defaultMaxListeners');
      defaultMaxListeners = n;
    },
  },
  kMaxEventTargetListeners: { __proto__: null, value: kMaxEventTargetListeners },
  kMaxEventTargetListenersWarned: { __proto__: null, value: kMaxEventTargetListenersWarned },
});

EventEmitter.setMaxListeners = function (n = defaultMaxListeners, ...eventTargets) {
  validateMaxListeners(n, 'setMaxListeners');
  if (eventTargets.length === 0) {
    defaultMaxListeners = n;
    return;
  }
  for (const target of eventTargets) {
    if (isEventTarget(target)) {
      target[kMaxEventTargetListeners] = n;
      target[kMaxEventTargetListenersWarned] = false;
    } else if (typeof target.setMaxListeners === 'function') {
      target.setMaxListeners(n);
    } else {
      const {
        codes: { ERR_INVALID_ARG_TYPE },
      } = errors();
      throw new ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], target);
    }
  }
};

EventEmitter.init = init;
