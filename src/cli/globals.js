// The global object as Node 24 has it: which names, where they come from, enumerable or not, at once or on first use.
'use strict';

const native = binding('errors');

function define(target, name, value, enumerable = false) {
  Object.defineProperty(target, name, { __proto__: null, value, writable: true, configurable: true, enumerable });
}

/** A global that costs something: made when first read, replaced when written. */
function defineLazy(target, id, name, { enumerable = false, key = name } = {}) {
  const get = {
    get [name]() {
      const value = require(id)[key];
      define(target, name, value, enumerable);
      return value;
    },
  };
  const set = {
    set [name](value) {
      define(target, name, value, enumerable);
    },
  };
  Object.defineProperty(target, name, {
    __proto__: null,
    get: Object.getOwnPropertyDescriptor(get, name).get,
    set: Object.getOwnPropertyDescriptor(set, name).set,
    configurable: true,
    enumerable,
  });
}

// [module id, names, enumerable, key in the module's exports ('' for the whole module)]
const EAGER = [
  [
    'timers/timers',
    ['clearImmediate', 'setImmediate', 'clearInterval', 'clearTimeout', 'setInterval', 'setTimeout'],
    true,
  ],
  ['process/next_tick', ['queueMicrotask'], true],
  ['url/url', ['URL', 'URLSearchParams'], false],
  ['web/event_target', ['Event', 'EventTarget'], false],
  ['web/abort', ['AbortController', 'AbortSignal'], false],
  ['web/encoding', ['TextEncoder', 'TextDecoder'], false],
];

const LAZY = [
  ['web/structured_clone', ['structuredClone'], true],
  ['buffer/buffer', ['atob', 'btoa'], true],
  ['web/blob', ['Blob', 'File'], false],
  ['web/dom_exception', ['DOMException'], false],
  ['web/event_target', ['CustomEvent'], false],
  ['perf_hooks/perf_hooks', ['performance'], true],
  [
    'perf_hooks/perf_hooks',
    [
      'Performance',
      'PerformanceEntry',
      'PerformanceMark',
      'PerformanceMeasure',
      'PerformanceObserver',
      'PerformanceObserverEntryList',
      'PerformanceResourceTiming',
    ],
    false,
  ],
  [
    'stream/web',
    [
      'ReadableStream',
      'ReadableStreamDefaultReader',
      'ReadableStreamBYOBReader',
      'ReadableStreamBYOBRequest',
      'ReadableByteStreamController',
      'ReadableStreamDefaultController',
      'TransformStream',
      'TransformStreamDefaultController',
      'WritableStream',
      'WritableStreamDefaultController',
      'WritableStreamDefaultWriter',
      'ByteLengthQueuingStrategy',
      'CountQueuingStrategy',
      'TextEncoderStream',
      'TextDecoderStream',
      'CompressionStream',
      'DecompressionStream',
    ],
    false,
  ],
  ['url/url_pattern', ['URLPattern'], false],
  ['fetch/fetch', ['fetch'], true],
  ['worker/message_port', ['MessageChannel', 'MessageEvent', 'MessagePort'], false],
  ['worker/broadcast_channel', ['BroadcastChannel'], false],
  ['web/close_event', ['CloseEvent'], false],
  ['fetch/form_data', ['FormData'], false],
  ['fetch/headers', ['Headers'], false],
  ['fetch/request', ['Request'], false],
  ['fetch/response', ['Response'], false],
  ['websocket/websocket', ['WebSocket'], false],
  ['web/navigator', ['navigator'], true],
  ['crypto/webcrypto/crypto', ['crypto'], true],
  ['crypto/webcrypto/crypto', ['Crypto', 'SubtleCrypto'], false],
  ['crypto/keys', ['CryptoKey'], false],
  ['web/navigator', ['Navigator'], false],
];

/** `process` and `Buffer` are accessors in Node: a replacement is stored, and enumeration does not show them. */
function defineAccessor(target, name, value) {
  Object.defineProperty(target, name, {
    __proto__: null,
    get() {
      return value;
    },
    set(replacement) {
      value = replacement;
    },
    enumerable: false,
    configurable: true,
  });
}

/** Error.prepareStackTrace is there from the start, so that what replaces it can call it. */
function installPrepareStackTrace(Error) {
  function ErrorPrepareStackTrace(error, trace) {
    return native.defaultStack(error, trace);
  }
  Object.defineProperty(Error, 'prepareStackTrace', {
    __proto__: null,
    value: ErrorPrepareStackTrace,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  native.setPrepareStackTrace(ErrorPrepareStackTrace);
}

/** V8 puts WebAssembly into a context after it has come out of the snapshot. */
function installStreaming() {
  if (typeof WebAssembly === 'undefined') return;
  for (const name of ['compileStreaming', 'instantiateStreaming']) {
    const method = {
      [name](source) {
        return Reflect.apply(require('web/wasm_streaming')[name], WebAssembly, arguments);
      },
    }[name];
    define(WebAssembly, name, method, true);
  }
}

module.exports = {
  /** --experimental-eventsource */
  installEventSource(target) {
    defineLazy(target, 'fetch/event_source', 'EventSource');
  },

  /** Installs every global that this build has; called while the snapshot is made. */
  install(target) {
    Object.defineProperty(target, Symbol.toStringTag, {
      __proto__: null,
      value: 'global',
      writable: false,
      enumerable: false,
      configurable: true,
    });
    define(target, 'global', target, true);
    for (const [id, names, enumerable] of EAGER) {
      for (const name of names) {
        const value = require(id)[name];
        if (value !== undefined) define(target, name, value, enumerable);
      }
    }
    for (const [id, names, enumerable] of LAZY) {
      for (const name of names) defineLazy(target, id, name, { enumerable });
    }
    define(target, 'console', require('console/console'));
    require('engine/lifecycle').onStart(installStreaming);
    installPrepareStackTrace(target.Error);
    defineAccessor(target, 'process', process);
    defineAccessor(target, 'Buffer', require('buffer/buffer').Buffer);
  },
};
