// MessagePort, MessageChannel and MessageEvent.
'use strict';

const native = binding('messaging');
const { codes } = require('errors/errors');
const {
  Event,
  NodeEventTarget,
  defineEventHandler,
  kCreateEvent,
  kHybridDispatch,
  kNewListener,
  kRemoveListener,
} = require('web/event_target');
const { kClone, kTransfer } = require('web/clone_symbols');
const { prepare, readTransferArgument, writeWith } = require('worker/messaging');
const { validateObject } = require('errors/validators');

const customInspect = Symbol.for('nodejs.util.inspect.custom');
const kNative = Symbol('kNative');
const kPorts = Symbol('kPorts');

const shown = (value) => require('util/inspect').inspect(value);

function checkPort(value, name) {
  if (nativeOf(value) !== undefined) return;
  throw new TypeError(
    `MessageEvent constructor: Expected eventInitDict.${name} ("${shown(value)}") to be an instance of MessagePort.`,
  );
}

/** https://html.spec.whatwg.org/#messageevent */
class MessageEvent extends Event {
  #data;
  #origin;
  #lastEventId;
  #source;
  #ports;

  constructor(type, init = undefined) {
    require('fetch/webidl').requireArguments(arguments.length, 1, 'MessageEvent constructor');
    if (init !== undefined && init !== null) validateObject(init, 'eventInitDict');
    const { data = null, origin = '', lastEventId = '', source = null, ports = [] } = init ?? {};
    super(`${type}`, init ?? undefined);
    if (source !== null && source !== undefined) checkPort(source, 'source');
    if (typeof ports?.[Symbol.iterator] !== 'function')
      throw new TypeError(`MessageEvent constructor: eventInitDict.ports (${shown(ports)}) is not iterable.`);
    const list = [...ports];
    list.forEach((port, i) => checkPort(port, `ports[${i}]`));
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    this.#source = source ?? null;
    this.#ports = Object.freeze(list);
  }

  #check() {}

  get data() {
    this.#check();
    return this.#data;
  }
  get origin() {
    this.#check();
    return this.#origin;
  }
  get lastEventId() {
    this.#check();
    return this.#lastEventId;
  }
  get source() {
    this.#check();
    return this.#source;
  }
  get ports() {
    this.#check();
    return this.#ports;
  }

  /** @deprecated by the standard */
  initMessageEvent(
    type,
    bubbles = false,
    cancelable = false,
    data = null,
    origin = '',
    lastEventId = '',
    source = null,
    ports = [],
  ) {
    this.#check();
    this.initEvent?.(`${type}`, bubbles, cancelable);
    this.#data = data;
    this.#origin = `${origin}`;
    this.#lastEventId = `${lastEventId}`;
    this.#source = source;
    this.#ports = Object.freeze([...ports]);
  }
}
Object.defineProperties(MessageEvent.prototype, {
  [Symbol.toStringTag]: { __proto__: null, value: 'MessageEvent', configurable: true },
  data: { __proto__: null, enumerable: true },
  origin: { __proto__: null, enumerable: true },
  lastEventId: { __proto__: null, enumerable: true },
  source: { __proto__: null, enumerable: true },
  ports: { __proto__: null, enumerable: true },
  initMessageEvent: { __proto__: null, enumerable: true },
});

/** https://nodejs.org/api/worker_threads.html#class-messageport */
class PortMethods extends NodeEventTarget {
  postMessage() {
    if (arguments.length === 0) {
      const error = new codes.ERR_MISSING_ARGS('value');
      error.message = 'Not enough arguments to MessagePort.postMessage';
      throw error;
    }
    const [value, transfer] = arguments;
    const port = this[kNative];
    const list = readTransferArgument(transfer);
    const wasOpen = port.isOpen();
    const sent = writeWith((...args) => port.post(...args), value, list, port);
    if (!sent && wasOpen && !port.isOpen() && list.length > 0)
      process.emitWarning('The target port was posted to itself, and the communication channel was lost');
    return sent;
  }

  start() {
    this[kNative].start();
  }

  ref() {
    this[kNative].ref();
  }

  unref() {
    this[kNative].unref();
  }

  hasRef() {
    const port = this[kNative];
    return Boolean(port?.isOpen() && port.hasRef());
  }

  close(callback) {
    if (typeof callback === 'function') this.once('close', callback);
    this[kNative].close();
  }

  [kNewListener](size, type, ...rest) {
    if (type === 'message' && size === 1) {
      this.ref();
      this.start();
    }
    return super[kNewListener](size, type, ...rest);
  }

  [kRemoveListener](size, type, ...rest) {
    if (type === 'message' && size === 0) {
      this.unref();
      this[kNative].stop();
    }
    return super[kRemoveListener](size, type, ...rest);
  }

  [kCreateEvent](value, type) {
    if (type !== 'message' && type !== 'messageerror') return super[kCreateEvent](value, type);
    return new MessageEvent(type, { data: value, ports: this[kPorts] });
  }

  [customInspect](depth, options) {
    if (depth < 0) return 'MessagePort [EventTarget]';
    const { inspect } = require('util/inspect');
    const shown = { active: this[kNative] === undefined || Boolean(this[kNative].isOpen()), refed: this.hasRef() };
    return `MessagePort [EventTarget] ${inspect(shown, options)}`;
  }
}
/** Neither with `new` nor without: ports come from a MessageChannel, or in messages. */
function MessagePort() {
  throw new codes.ERR_CONSTRUCT_CALL_INVALID();
}
Object.setPrototypeOf(MessagePort, NodeEventTarget);
MessagePort.prototype = PortMethods.prototype;
Object.defineProperty(MessagePort.prototype, 'constructor', {
  __proto__: null,
  value: MessagePort,
  writable: true,
  configurable: true,
});
defineEventHandler(MessagePort.prototype, 'message');
defineEventHandler(MessagePort.prototype, 'messageerror');
Object.defineProperty(MessagePort.prototype, kClone, { __proto__: null, value: null });
Object.defineProperty(MessagePort.prototype, kTransfer, {
  __proto__: null,
  value() {
    throw new codes.ERR_INTERNAL_ASSERTION('ports are moved by C++');
  },
});
Object.defineProperty(MessagePort.prototype.close, 'length', { __proto__: null, value: 1, configurable: true });

/** The native side of a MessagePort; undefined for everything else. */
function nativeOf(value) {
  return value instanceof MessagePort ? value[kNative] : undefined;
}

/** The MessagePort of a native Port. */
function wrap(port) {
  prepare();
  const target = new PortMethods();
  attach(target, port);
  return target;
}

/** Gives what comes at `port` to the listeners of `target`. */
function attach(target, port) {
  const hidden = (value) => ({ __proto__: null, value, writable: true, enumerable: false });
  Object.defineProperty(target, kNative, hidden(port));
  Object.defineProperty(target, kPorts, hidden([]));
  port.owner = target;
  port.onmessage = (value, ports) => {
    target[kPorts] = ports;
    target[kHybridDispatch](value, 'message', undefined);
    target[kPorts] = [];
  };
  port.onmessageerror = (error) => target[kHybridDispatch](error, 'messageerror', undefined);
  port.onclose = () => target[kHybridDispatch](undefined, 'close', undefined);
}

/** Two ports, each of which receives what is posted to the other. */
function MessageChannel() {
  if (new.target === undefined) {
    const error = new codes.ERR_CONSTRUCT_CALL_REQUIRED('MessageChannel');
    error.message = 'Cannot call constructor without `new`';
    throw error;
  }
  const [first, second] = native.makeChannel();
  this.port1 = wrap(first);
  this.port2 = wrap(second);
}

/** @returns {{message: any}|undefined} the next message, without waiting */
function receiveMessageOnPort(port) {
  const source = nativeOf(port) ?? require('worker/broadcast_channel').nativeOf(port);
  if (source === undefined) {
    const error = new codes.ERR_INVALID_ARG_TYPE('port', 'MessagePort', port);
    error.message = 'The "port" argument must be a MessagePort instance';
    throw error;
  }
  const received = source.receive();
  return received === undefined ? undefined : { message: received[0] };
}

module.exports = {
  MessageChannel,
  MessageEvent,
  MessagePort,
  attach,
  kNative,
  kPorts,
  nativeOf,
  receiveMessageOnPort,
  wrap,
};
