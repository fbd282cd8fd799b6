'use strict';

/**
 * node:domain (deprecated, still used). The active domain is a value of the async context, so it follows callbacks by
 * itself; the stack of domains that were entered and not left lives beside it and is only good for the running callback.
 * @see https://nodejs.org/docs/latest-v24.x/api/domain.html
 */

const EventEmitter = require('events/events');
const shared = require('process/state');
const { setContext, withValue, without, lookup } = require('async/context');
const { codes } = require('errors/errors');

/** Key of the active domain in the async context. */
const storage = {};
const stack = [];
/** What process.domain is where there is none: null at first and in error handlers, undefined after an exit(). */
let none = null;

/** The stack of the code that runs now: another callback may have left its own. */
function currentStack() {
  const active = lookup(storage, undefined);
  if (stack.at(-1) !== active) {
    stack.length = 0;
    if (active !== undefined) stack.push(active);
  }
  return stack;
}

function activeDomain() {
  return lookup(storage, none);
}

function activate(domain) {
  setContext(domain ? withValue(storage, domain) : without(storage));
}

function clearStack() {
  stack.length = 0;
  none = null;
  activate(undefined);
}

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function setDomain(object, domain) {
  Object.defineProperty(object, 'domain', {
    __proto__: null,
    value: domain,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

class Domain extends EventEmitter {
  constructor() {
    super();
    this.members = [];
  }
}

Domain.prototype.members = undefined;

/** An exception was thrown under this domain; gives whether it was handled. */
Domain.prototype._errorHandler =
  (0,
  function (error) {
    if (isObject(error)) {
      setDomain(error, this);
      error.domainThrown = true;
    }
    let handled = false;
    try {
      const stack = currentStack();
      while (stack.length > 0 && stack.at(-1) === this) stack.pop();
      if (stack.length === 0) {
        if (this.listenerCount('error') === 0) return false;
        // Nobody is above: an error in the handler is the end.
        none = null;
        activate(undefined);
        return this.emit('error', error);
      }
      activate(stack.at(-1));
      try {
        handled = this.emit('error', error);
      } catch (second) {
        // The handler failed: that is the business of the domain around this one.
        activate(stack.at(-1));
        handled = capture(second) ?? process._fatalException(second);
      }
    } finally {
      clearStack();
    }
    return handled;
  });

Domain.prototype.enter =
  (0,
  function () {
    currentStack().push(this);
    activate(this);
  });

Domain.prototype.exit =
  (0,
  function () {
    const stack = currentStack();
    const at = stack.lastIndexOf(this);
    if (at === -1) return;
    stack.length = at;
    none = undefined;
    activate(stack.at(-1));
  });

/** @param {EventEmitter} emitter whose errors are to come here */
Domain.prototype.add =
  (0,
  function (emitter) {
    if (emitter.domain === this) return;
    if (emitter.domain) emitter.domain.remove(emitter);
    // A domain in itself would hand its errors round for ever.
    if (this.domain && emitter instanceof Domain) {
      for (let outer = this.domain; outer; outer = outer.domain) {
        if (outer === emitter) return;
      }
    }
    setDomain(emitter, this);
    this.members.push(emitter);
  });

Domain.prototype.remove =
  (0,
  function (emitter) {
    emitter.domain = null;
    const at = this.members.indexOf(emitter);
    if (at !== -1) this.members.splice(at, 1);
  });

/** Not left by an exception: the handler of uncaught exceptions must find it. */
function runInside(domain, fn, thisArg, args) {
  domain.enter();
  const result = Reflect.apply(fn, thisArg, args);
  domain.exit();
  return result;
}

Domain.prototype.run =
  (0,
  function (fn, ...args) {
    return runInside(this, fn, this, args);
  });
Object.defineProperty(Domain.prototype.run, 'length', { __proto__: null, value: 1, configurable: true });

/** @returns {Function} that calls `callback` with all but its first argument, an error that goes to the domain */
Domain.prototype.intercept =
  (0,
  function (callback) {
    const domain = this;
    function runIntercepted(error, ...args) {
      if (error && error instanceof Error) {
        error.domainBound = callback;
        error.domainThrown = false;
        setDomain(error, domain);
        domain.emit('error', error);
        return undefined;
      }
      return runInside(domain, callback, domain, args);
    }
    return runIntercepted;
  });

/** @returns {Function} that calls `callback` under this domain */
Domain.prototype.bind =
  (0,
  function (callback) {
    const domain = this;
    function runBound(...args) {
      return runInside(domain, callback, this, args);
    }
    setDomain(runBound, domain);
    return runBound;
  });

// ---- Event emitters ----

const { init } = EventEmitter;
const { emit } = EventEmitter.prototype;

EventEmitter.usingDomains = true;

EventEmitter.init = function (options) {
  setDomain(this, null);
  const active = activeDomain();
  if (active && !(this instanceof Domain)) this.domain = active;
  return Reflect.apply(init, this, [options]);
};

/** An unhandled 'error' of an emitter goes to its domain. */
function emitToDomain(emitter, args) {
  const { domain } = emitter;
  const error = args.length > 0 && args[0] ? args[0] : new codes.ERR_UNHANDLED_ERROR(args[0]);
  if (isObject(error)) {
    error.domainEmitter = emitter;
    setDomain(error, domain);
    error.domainThrown = false;
  }
  // The handler runs in what is around the domain, the code after it under the domain again.
  const saved = currentStack().slice();
  const savedNone = none;
  while (stack.length > 0 && stack.at(-1) === domain) stack.pop();
  none = null;
  activate(stack.at(-1));
  domain.emit('error', error);
  stack.splice(0, stack.length, ...saved);
  none = savedNone;
  activate(saved.at(-1));
  return false;
}

EventEmitter.prototype.emit = function emitUnderDomain(...args) {
  const [type] = args;
  const { domain } = this;
  if (domain === null || domain === undefined || this === process) return Reflect.apply(emit, this, args);
  if (type === 'error') {
    if (this.listenerCount('error') > 0) return Reflect.apply(emit, this, args);
    return emitToDomain(this, args.slice(1));
  }
  return runInside(domain, emit, this, args);
};
Object.defineProperty(EventEmitter.prototype.emit, 'name', { __proto__: null, value: 'emit', configurable: true });

// ---- Uncaught exceptions ----

/** Offers an uncaught exception to the domains; undefined when none of them listens. */
function capture(error) {
  const stack = currentStack();
  if (!stack.some((domain) => domain.listenerCount('error') > 0)) {
    clearStack();
    return undefined;
  }
  return stack.at(-1)._errorHandler(error);
}

if (shared.captureUncaught !== null) throw new codes.ERR_DOMAIN_CALLBACK_NOT_AVAILABLE();
shared.domainCapture = capture;
shared.domainLoadedAt = new Error('require(`domain`) at this point').stack;

Object.defineProperty(process, 'domain', {
  __proto__: null,
  enumerable: true,
  configurable: true,
  get() {
    return activeDomain();
  },
  set(domain) {
    none = domain ? none : domain;
    activate(domain);
  },
});

function createDomain() {
  return new Domain();
}

module.exports = { Domain, createDomain, create: createDomain };

Object.defineProperties(module.exports, {
  _stack: { __proto__: null, enumerable: true, configurable: true, get: currentStack },
  active: { __proto__: null, enumerable: true, configurable: true, get: activeDomain },
});
