// BroadcastChannel: https://html.spec.whatwg.org/#broadcasting-to-other-browsing-contexts, between the threads of a process.
'use strict';

const native = binding('messaging');
const { codes } = require('errors/errors');
const { EventTarget, defineEventHandler, kCreateEvent, kHybridDispatch, kTrustEvent } = require('web/event_target');
const { MessageEvent } = require('worker/message_port');
const { prepare, writeWith, dataCloneError } = require('worker/messaging');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

/** The native side of a BroadcastChannel; undefined for everything else. */
let nativeOf;
let check;

class BroadcastChannel extends EventTarget {
  #name;
  #port;

  constructor(name) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('name');
    super();
    prepare();
    this.#name = `${name}`;
    this.#port = native.joinBroadcast(this.#name);
    this.#port.onmessage = (value) => this[kHybridDispatch](value, 'message', undefined);
    this.#port.onmessageerror = (error) => this[kHybridDispatch](error, 'messageerror', undefined);
    this.#port.ref();
    this.#port.start();
  }

  static {
    nativeOf = (value) => (typeof value === 'object' && value !== null && #port in value ? value.#port : undefined);
    check = (value) => {
      if (typeof value !== 'object' || value === null || !(#port in value))
        throw new codes.ERR_INVALID_THIS('BroadcastChannel');
    };
  }

  get name() {
    check(this);
    return this.#name;
  }

  close() {
    check(this);
    this.#port?.close();
    this.#port = undefined;
  }

  postMessage(message) {
    check(this);
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('message');
    const port = this.#port;
    if (port === undefined) {
      const { DOMException } = require('web/dom_exception');
      throw new DOMException('BroadcastChannel is closed.', 'InvalidStateError');
    }
    if (writeWith((...args) => port.post(...args), message, []) === undefined)
      throw dataCloneError('Message could not be posted.');
  }

  ref() {
    check(this);
    this.#port?.ref();
    return this;
  }

  unref() {
    check(this);
    this.#port?.unref();
    return this;
  }

  [kCreateEvent](value, type) {
    return new MessageEvent(type, { data: value, [kTrustEvent]: true });
  }

  [customInspect](depth, options) {
    check(this);
    if (depth < 0) return 'BroadcastChannel';
    const { inspect } = require('util/inspect');
    const inner = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    return `BroadcastChannel ${inspect({ name: this.#name, active: this.#port !== undefined }, inner)}`;
  }
}
for (const name of ['name', 'close', 'postMessage'])
  Object.defineProperty(BroadcastChannel.prototype, name, { __proto__: null, enumerable: true });
Object.defineProperty(BroadcastChannel.prototype, Symbol.toStringTag, {
  __proto__: null,
  value: 'BroadcastChannel',
  configurable: true,
});
defineEventHandler(BroadcastChannel.prototype, 'message');
defineEventHandler(BroadcastChannel.prototype, 'messageerror');

module.exports = { BroadcastChannel, nativeOf };
