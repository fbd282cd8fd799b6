'use strict';

const EventEmitter = require('events/events');
const { AsyncResource } = require('async/async_resource');

class EventEmitterReferencingAsyncResource extends AsyncResource {
  #emitter;

  constructor(emitter, type, options) {
    super(type, options);
    this.#emitter = emitter;
  }

  /** @returns {EventEmitterAsyncResource} */
  get eventEmitter() {
    if (!(#emitter in this)) {
      const { codes: { ERR_INVALID_THIS } } = require('errors/errors');
      throw new ERR_INVALID_THIS('EventEmitterReferencingAsyncResource');
    }
    return this.#emitter;
  }
}

/** An EventEmitter whose listeners run in an async context of its own. */
class EventEmitterAsyncResource extends EventEmitter {
  #resource;

  /**
   * @param {{name?: string, triggerAsyncId?: number, requireManualDestroy?: boolean}|string} [options]
   */
  constructor(options = undefined) {
    let name;
    if (typeof options === 'string') {
      name = options;
      options = undefined;
    } else {
      if (new.target === EventEmitterAsyncResource) {
        require('errors/validators').validateString(options?.name, 'options.name');
      }
      name = options?.name || new.target.name;
    }
    super(options);
    this.#resource = new EventEmitterReferencingAsyncResource(this, name, options);
  }

  emit(event, ...args) {
    return EventEmitterAsyncResource.#of(this).runInAsyncScope(super.emit, this, event, ...args);
  }

  emitDestroy() {
    EventEmitterAsyncResource.#of(this).emitDestroy();
  }

  get asyncId() {
    return EventEmitterAsyncResource.#of(this).asyncId();
  }

  get triggerAsyncId() {
    return EventEmitterAsyncResource.#of(this).triggerAsyncId();
  }

  get asyncResource() {
    return EventEmitterAsyncResource.#of(this);
  }

  static #of(emitter) {
    if (#resource in emitter) return emitter.#resource;
    const { codes: { ERR_INVALID_THIS } } = require('errors/errors');
    throw new ERR_INVALID_THIS('EventEmitterAsyncResource');
  }
}

module.exports = { EventEmitterAsyncResource };
