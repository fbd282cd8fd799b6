'use strict';

/**
 * node:diagnostics_channel: named channels on which libraries report what they do.
 * A channel without listeners has another prototype than one with: publishing to nobody is an empty function.
 * @see https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html
 */

const {
  codes: { ERR_INVALID_ARG_TYPE },
} = require('errors/errors');
const { validateFunction } = require('errors/validators');
const lifecycle = require('engine/lifecycle');

/** A subscriber's mistake is an uncaught exception of its own, not the publisher's. */
function reportLater(error) {
  process.nextTick(() => binding('loop').reportUncaught(error, false));
}

class Channel {
  constructor(name) {
    this._subscribers = undefined;
    this._stores = undefined;
    this.name = name;
    this._index = undefined;
    registry.add(name, this);
  }

  static [Symbol.hasInstance](instance) {
    const prototype = Object.getPrototypeOf(instance);
    return prototype === Channel.prototype || prototype === ActiveChannel.prototype;
  }

  /** @param {(message: unknown, name: string|symbol) => void} subscription */
  subscribe(subscription) {
    activate(this);
    this.subscribe(subscription);
  }

  unsubscribe() {
    return false;
  }

  /**
   * @param {AsyncLocalStorage} store
   * @param {(message: unknown) => unknown} [transform] message → value of the store
   */
  bindStore(store, transform) {
    activate(this);
    this.bindStore(store, transform);
  }

  unbindStore() {
    return false;
  }

  get hasSubscribers() {
    return false;
  }

  publish() {}

  runStores(data, fn, thisArg, ...args) {
    return Reflect.apply(fn, thisArg, args);
  }
}

/** The prototype of channels that somebody listens to. */
class ActiveChannel {
  subscribe(subscription) {
    validateFunction(subscription, 'subscription');
    // Replaced, not changed: a publish may be under way.
    this._subscribers = [...this._subscribers, subscription];
    registry.keep(this);
  }

  unsubscribe(subscription) {
    const at = this._subscribers.indexOf(subscription);
    if (at === -1) return false;
    this._subscribers = this._subscribers.toSpliced(at, 1);
    deactivateIfIdle(this);
    return true;
  }

  bindStore(store, transform) {
    this._stores.set(store, transform);
    registry.keep(this);
  }

  unbindStore(store) {
    if (!this._stores.delete(store)) return false;
    deactivateIfIdle(this);
    return true;
  }

  get hasSubscribers() {
    return true;
  }

  publish(data) {
    const subscribers = this._subscribers;
    if (subscribers === undefined) return;
    for (let i = 0; i < subscribers.length; i++) {
      try {
        const subscriber = subscribers[i];
        subscriber(data, this.name);
      } catch (error) {
        reportLater(error);
      }
    }
  }

  /** Publishes `data` and calls `fn`, both with every bound store set to its value for `data`. */
  runStores(data, fn, thisArg, ...args) {
    let run = () => {
      this.publish(data);
      return Reflect.apply(fn, thisArg, args);
    };
    for (const [store, transform] of this._stores.entries()) {
      const inner = run;
      run = () => {
        let value = data;
        if (transform !== undefined) {
          try {
            value = transform(data);
          } catch (error) {
            reportLater(error);
            return inner();
          }
        }
        return store.run(value, inner);
      };
    }
    return run();
  }
}

function activate(channel) {
  Object.setPrototypeOf(channel, ActiveChannel.prototype);
  channel._subscribers = [];
  channel._stores = new Map();
}

function deactivateIfIdle(channel) {
  if (channel._subscribers.length > 0 || channel._stores.size > 0) return;
  Object.setPrototypeOf(channel, Channel.prototype);
  channel._subscribers = undefined;
  channel._stores = undefined;
  registry.release(channel);
}

/**
 * Channels by name. One that nobody listens to and nobody holds is forgotten; those of our own modules, made while the
 * start-up snapshot is, live for ever (a snapshot holds no weak references).
 */
const registry = {
  /** name → channel, or a WeakRef of one */
  entries: new Map(),
  collected: undefined,

  get(name) {
    const entry = this.entries.get(name);
    return entry instanceof WeakRef ? entry.deref() : entry;
  },

  add(name, channel) {
    if (lifecycle.state === undefined) {
      this.entries.set(name, channel);
      return;
    }
    this.collected ??= new FinalizationRegistry((name) => {
      const entry = this.entries.get(name);
      if (entry instanceof WeakRef && entry.deref() === undefined) this.entries.delete(name);
    });
    this.entries.set(name, new WeakRef(channel));
    this.collected.register(channel, name);
  },

  keep(channel) {
    this.entries.set(channel.name, channel);
  },

  release(channel) {
    if (this.collected !== undefined) this.entries.set(channel.name, new WeakRef(channel));
  },
};

/**
 * @param {string|symbol} name
 * @returns {Channel}
 */
function channel(name) {
  const known = registry.get(name);
  if (known !== undefined) return known;
  if (typeof name !== 'string' && typeof name !== 'symbol') {
    throw new ERR_INVALID_ARG_TYPE('channel', ['string', 'symbol'], name);
  }
  return new Channel(name);
}

function subscribe(name, subscription) {
  return channel(name).subscribe(subscription);
}

function unsubscribe(name, subscription) {
  return channel(name).unsubscribe(subscription);
}

function hasSubscribers(name) {
  return registry.get(name)?.hasSubscribers ?? false;
}

const traceEvents = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

function traceChannel(nameOrChannels, event) {
  if (typeof nameOrChannels === 'string') return channel(`tracing:${nameOrChannels}:${event}`);
  if (typeof nameOrChannels === 'object' && nameOrChannels !== null) {
    const given = nameOrChannels[event];
    if (!(given instanceof Channel)) throw new ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ['Channel'], given);
    return given;
  }
  throw new ERR_INVALID_ARG_TYPE('nameOrChannels', ['string', 'object', 'TracingChannel'], nameOrChannels);
}

/** The five channels of one traced operation. */
class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of traceEvents) {
      Object.defineProperty(this, event, { __proto__: null, value: traceChannel(nameOrChannels, event) });
    }
  }

  get hasSubscribers() {
    return traceEvents.some((event) => this[event]?.hasSubscribers);
  }

  /** @param {Record<'start'|'end'|'asyncStart'|'asyncEnd'|'error', Function>} handlers */
  subscribe(handlers) {
    for (const event of traceEvents) {
      if (handlers[event]) this[event]?.subscribe(handlers[event]);
    }
  }

  /** @returns {boolean} whether all handlers were there */
  unsubscribe(handlers) {
    let all = true;
    for (const event of traceEvents) {
      if (handlers[event] && !this[event]?.unsubscribe(handlers[event])) all = false;
    }
    return all;
  }

  traceSync(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    return this.start.runStores(context, () => {
      try {
        return (context.result = Reflect.apply(fn, thisArg, args));
      } catch (error) {
        this.#failed(context, error);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  tracePromise(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const onFulfilled = (result) => {
      context.result = result;
      this.#settled(context);
      return result;
    };
    const onRejected = (reason) => {
      this.#failed(context, reason);
      this.#settled(context);
      throw reason;
    };
    return this.start.runStores(context, () => {
      try {
        const result = Reflect.apply(fn, thisArg, args);
        const promise = result instanceof Promise ? result : Promise.resolve(result);
        return promise.then(onFulfilled, onRejected);
      } catch (error) {
        this.#failed(context, error);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  /** @param {number} [position] of the callback among `args`, from the end when negative */
  traceCallback(fn, position = -1, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const callback = args.at(position);
    validateFunction(callback, 'callback');
    const channels = this;
    function traced(error, result) {
      if (error) channels.#failed(context, error);
      else context.result = result;
      return channels.asyncStart.runStores(context, () => {
        try {
          return Reflect.apply(callback, this, arguments);
        } finally {
          channels.asyncEnd.publish(context);
        }
      });
    }
    args.splice(position, 1, traced);
    return this.start.runStores(context, () => {
      try {
        return Reflect.apply(fn, thisArg, args);
      } catch (error) {
        this.#failed(context, error);
        throw error;
      } finally {
        this.end.publish(context);
      }
    });
  }

  #failed(context, error) {
    context.error = error;
    this.error.publish(context);
  }

  #settled(context) {
    this.asyncStart.publish(context);
    this.asyncEnd.publish(context);
  }
}

/**
 * @param {string|TracingChannel} nameOrChannels
 * @returns {TracingChannel}
 */
function tracingChannel(nameOrChannels) {
  return new TracingChannel(nameOrChannels);
}

module.exports = { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, Channel };
