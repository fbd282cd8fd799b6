// Options that change the global object, before the program starts. https://nodejs.org/api/cli.html
'use strict';

const { codes } = require('errors/errors');
const { getOptionValue } = require('cli/options');

/** Globals that an option takes away. */
const GLOBALS = [
  ['--experimental-global-navigator', ['navigator', 'Navigator']],
  ['--experimental-websocket', ['WebSocket', 'CloseEvent']],
];

/** --disable-proto ("delete" or "throw") for one context's Object.prototype. */
function disableProto(prototype, mode) {
  if (mode === 'delete') {
    delete prototype.__proto__;
    return;
  }
  const fail = () => {
    throw new codes.ERR_PROTO_ACCESS();
  };
  Object.defineProperty(prototype, '__proto__', { __proto__: null, enumerable: false, get: fail, set: fail });
}

/** Where an inherited method may still be overridden by assignment, as programs do: these become accessors. */
const OVERRIDABLE = [
  [Object.prototype, ['constructor', 'hasOwnProperty', 'toString', 'valueOf', 'toLocaleString']],
  [Array.prototype, ['constructor', 'toString', 'concat', 'join', 'push']],
  [Function.prototype, ['constructor', 'toString', 'name', 'apply', 'call', 'bind']],
  [Error.prototype, ['constructor', 'message', 'name', 'toString']],
  [TypeError.prototype, ['constructor', 'message', 'name']],
  [RangeError.prototype, ['constructor', 'message', 'name']],
  [SyntaxError.prototype, ['constructor', 'message', 'name']],
  [ReferenceError.prototype, ['constructor', 'message', 'name']],
  [Promise.prototype, ['constructor', 'then', 'catch']],
];

function makeOverridable(object, name) {
  const descriptor = Object.getOwnPropertyDescriptor(object, name);
  if (descriptor === undefined || !descriptor.configurable || !('value' in descriptor)) return undefined;
  const { value, enumerable } = descriptor;
  Object.defineProperty(object, name, {
    __proto__: null,
    get: () => value,
    set(replacement) {
      if (this === object) throw new TypeError(`Cannot assign to read only property '${name}' of object '${this}'`);
      Object.defineProperty(this, name, {
        __proto__: null,
        value: replacement,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    },
    enumerable,
    configurable: false,
  });
  return value;
}

/** --frozen-intrinsics: what the language brings cannot be changed any more. */
function freezeIntrinsics() {
  require('util/internal').emitExperimentalWarning('Frozen intristics');
  const hidden = []; // values behind accessors, which are frozen as well
  for (const [object, names] of OVERRIDABLE) for (const name of names) hidden.push(makeOverridable(object, name));
  const seen = new Set();
  const freeze = (value) => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value)) return;
    seen.add(value);
    Object.freeze(value);
    freeze(Object.getPrototypeOf(value));
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(value)))
      for (const each of [inner, get, set]) freeze(each);
  };
  const errors = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError];
  for (const each of errors) seen.add(each); // `Error.stackTraceLimit` and the like stay settable
  for (const each of errors) freeze(each.prototype);
  const names = ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Date', 'RegExp'];
  names.push('Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Promise', 'Proxy', 'Reflect');
  names.push('JSON', 'Math', 'Atomics', 'Intl', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Iterator');
  names.push('Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array');
  names.push('Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'WebAssembly', 'eval', 'parseInt');
  names.push('parseFloat', 'isNaN', 'isFinite', 'escape', 'unescape', 'encodeURI', 'decodeURI');
  names.push('encodeURIComponent', 'decodeURIComponent');
  for (const name of names) freeze(globalThis[name]);
  for (const each of hidden) freeze(each);
  freeze(Object.getPrototypeOf([][Symbol.iterator]()));
  freeze(Object.getPrototypeOf(async function () {}));
  freeze(Object.getPrototypeOf(function* () {}));
  freeze(Object.getPrototypeOf(async function* () {}));
}

/** --trace-exit: who ended the process. */
function traceExit() {
  const { exit } = process;
  process.exit = function (...args) {
    const code = Number((args.length > 0 ? args[0] : process.exitCode) ?? 0);
    const holder = {};
    Error.captureStackTrace(holder, process.exit);
    const stack = holder.stack.slice(holder.stack.indexOf('\n') + 1);
    binding('process').rawDebug(
      `(node:${process.pid}) WARNING: Exited the environment with code ${code}\n    at exit (node:internal/process/exit)\n${stack}\n`,
    );
    return Reflect.apply(exit, process, args);
  };
  Object.defineProperty(process.exit, 'name', { __proto__: null, value: 'exit', configurable: true });
}

/** Called once, before anything of the program is loaded. */
function applyFlags() {
  for (const [option, names] of GLOBALS) {
    if (getOptionValue(option)) continue;
    for (const name of names) delete globalThis[name];
  }
  if (getOptionValue('--experimental-eventsource')) require('cli/globals').installEventSource(globalThis);
  const proto = getOptionValue('--disable-proto');
  if (proto) disableProto(Object.prototype, proto);
  if (getOptionValue('--trace-exit')) traceExit();
}

module.exports = { applyFlags, disableProto, freezeIntrinsics };
