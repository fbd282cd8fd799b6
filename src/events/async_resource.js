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
    return this.#emitter;
  }
}

/** An EventEmitter whose listeners run in an async context of its own. */
class EventEmitterAsyncResource extends EventEmitter {
  #asyncResource;

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
    this.#asyncResource = new EventEmitterReferencingAsyncResource(this, name, options);
  }

  emit(event, ...args) {
    return this.#asyncResource.runInAsyncScope(super.emit, this, event, ...args);
  }

  emitDestroy() {
    this.#asyncResource.emitDestroy();
  }

  get asyncId() {
    return this.#asyncResource.asyncId();
  }

  get triggerAsyncId() {
    return this.#asyncResource.triggerAsyncId();
  }

  get asyncResource() {
    return this.#asyncResource;
  }
}

module.exports = { EventEmitterAsyncResource };
