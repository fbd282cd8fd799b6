'use strict';

const hooks = require('async/hooks_internal');
const { getContext, runIn } = require('async/context');

const { state } = hooks;

/**
 * Base class and helper of what runs callbacks later: gives them their ids and their async context.
 * @see https://nodejs.org/docs/latest-v24.x/api/async_context.html#class-asyncresource
 */
class AsyncResource {
  #asyncId;
  #triggerAsyncId;
  #context;
  #status;

  /**
   * @param {string} type
   * @param {number|{triggerAsyncId?: number, requireManualDestroy?: boolean}} [options]
   */
  constructor(type, options = {}) {
    const { codes } = require('errors/errors');
    require('errors/validators').validateString(type, 'type');
    let triggerAsyncId = options;
    let requireManualDestroy = false;
    if (typeof options !== 'number') {
      triggerAsyncId = options.triggerAsyncId === undefined ? hooks.triggerId() : options.triggerAsyncId;
      requireManualDestroy = !!options.requireManualDestroy;
    }
    if (!Number.isSafeInteger(triggerAsyncId) || triggerAsyncId < -1) {
      throw new codes.ERR_INVALID_ASYNC_ID('triggerAsyncId', triggerAsyncId);
    }
    this.#asyncId = hooks.newAsyncId();
    this.#triggerAsyncId = triggerAsyncId;
    this.#context = getContext();
    if (state.init !== 0) {
      if (type.length === 0) throw new codes.ERR_ASYNC_TYPE(type);
      hooks.emitInit(this.#asyncId, type, triggerAsyncId, this);
    }
    if (!requireManualDestroy && state.destroy !== 0) {
      this.#status = { destroyed: false };
      hooks.destroyWhenCollected(this, this.#asyncId, this.#status);
    }
  }

  runInAsyncScope(fn, thisArg, ...args) {
    return runIn(this.#context, hooks.run, undefined, [this.#asyncId, this.#triggerAsyncId, this, fn, thisArg, args]);
  }

  emitDestroy() {
    if (this.#status !== undefined) this.#status.destroyed = true;
    hooks.emitDestroy(this.#asyncId);
    return this;
  }

  asyncId() {
    return this.#asyncId;
  }

  triggerAsyncId() {
    return this.#triggerAsyncId;
  }

  /**
   * @param {Function} fn
   * @param {unknown} [thisArg] `this` of the calls; that of the caller when missing
   */
  bind(fn, thisArg) {
    require('errors/validators').validateFunction(fn, 'fn');
    const resource = this;
    let bound;
    if (thisArg === undefined) {
      bound = function (...args) {
        return resource.runInAsyncScope(fn, this, ...args);
      };
    } else {
      bound = (...args) => resource.runInAsyncScope(fn, thisArg, ...args);
    }
    Object.defineProperty(bound, 'length', {
      __proto__: null,
      configurable: true,
      enumerable: false,
      value: fn.length,
      writable: false,
    });
    return bound;
  }

  static bind(fn, type, thisArg) {
    return new AsyncResource(type || fn.name || 'bound-anonymous-fn').bind(fn, thisArg);
  }
}

module.exports = { AsyncResource };
