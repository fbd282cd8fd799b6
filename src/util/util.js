// node:util: https://nodejs.org/api/util.html
'use strict';

const { codes, uvError, ExceptionWithHostPort, ErrnoException } = require('errors/errors');
const {
  validateBoolean,
  validateFunction,
  validateInteger,
  validateNumber,
  validateObject,
  validateString,
  validateOneOf,
} = require('errors/validators');
const { format, formatWithOptions, inspect, stripVTControlCharacters } = require('util/inspect');
const { kCustomPromisify, kCustomPromisifyArgs } = require('util/internal');
const types = require('util/types');
const { debuglog } = require('util/debuglog');
const { deprecate } = require('util/deprecate');

const { ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = codes;

/** A function that gives a promise instead of calling back. */
function promisify(original) {
  validateFunction(original, 'original');
  if (original[kCustomPromisify]) {
    const fn = original[kCustomPromisify];
    validateFunction(fn, 'util.promisify.custom');
    return Object.defineProperty(fn, kCustomPromisify, {
      __proto__: null,
      value: fn,
      enumerable: false,
      writable: false,
      configurable: true,
    });
  }
  const names = original[kCustomPromisifyArgs];
  function fn(...args) {
    return new Promise((resolve, reject) => {
      const result = Reflect.apply(original, this, [
        ...args,
        (error, ...values) => {
          if (error) return reject(error);
          if (names !== undefined && values.length > 1) {
            const object = {};
            for (let i = 0; i < names.length; i++) object[names[i]] = values[i];
            return resolve(object);
          }
          return resolve(values[0]);
        },
      ]);
      if (types.isPromise(result)) {
        process.emitWarning(
          'Calling promisify on a function that returns a Promise is likely a mistake.',
          'DeprecationWarning',
          'DEP0174',
        );
      }
    });
  }
  Object.setPrototypeOf(fn, Object.getPrototypeOf(original));
  Object.defineProperty(fn, kCustomPromisify, {
    __proto__: null,
    value: fn,
    enumerable: false,
    writable: false,
    configurable: true,
  });
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    try {
      Object.defineProperty(fn, key, descriptor);
    } catch {
      // Not configurable on the new function.
    }
  }
  return fn;
}
promisify.custom = kCustomPromisify;

/** A function that calls back instead of giving a promise. */
function callbackify(original) {
  validateFunction(original, 'original');
  function callbackified(...args) {
    const callback = args.pop();
    validateFunction(callback, 'last argument');
    const bound = callback.bind(this);
    const { nextTick } = require('process/next_tick');
    Reflect.apply(original, this, args).then(
      (value) => nextTick(bound, null, value),
      (reason) => nextTick(rejected, reason, bound),
    );
  }
  const descriptors = Object.getOwnPropertyDescriptors(original);
  if (typeof descriptors.length.value === 'number') descriptors.length.value++;
  if (typeof descriptors.name.value === 'string') descriptors.name.value += 'Callbackified';
  for (const key of Reflect.ownKeys(descriptors))
    Object.defineProperty(callbackified, key, { __proto__: null, ...descriptors[key] });
  return callbackified;
}

function rejected(reason, callback) {
  if (!reason) {
    const error = new ERR_FALSY_VALUE_REJECTION(reason);
    Error.captureStackTrace(error, rejected);
    reason = error;
  }
  return callback(reason);
}

/** Prototypal inheritance of constructor functions. */
function inherits(ctor, superCtor) {
  if (ctor === undefined || ctor === null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor);
  if (superCtor === undefined || superCtor === null) throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor);
  if (superCtor.prototype === undefined)
    throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superCtor.prototype);
  Object.defineProperty(ctor, 'super_', { __proto__: null, value: superCtor, writable: true, configurable: true });
  Object.setPrototypeOf(ctor.prototype, superCtor.prototype);
}

function _extend(target, source) {
  if (source === null || typeof source !== 'object') return target;
  for (const key of Object.keys(source).reverse()) target[key] = source[key];
  return target;
}

/** Text with the escape sequences of one or more formats around it. */
function styleText(style, text, options) {
  const { validateStream = true, stream = process.stdout } = options ?? {};
  validateString(text, 'text');
  if (options !== undefined) validateObject(options, 'options');
  validateBoolean(validateStream, 'options.validateStream');
  const list = Array.isArray(style) ? style : [style];
  let skip = false;
  if (validateStream) {
    const { isReadableStream, isWritableStream, isNodeStream } = require('stream/state');
    if (!isReadableStream(stream) && !isWritableStream(stream) && !isNodeStream(stream)) {
      throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream);
    }
    skip = !shouldColorize(stream);
  }
  let open = '';
  let close = '';
  for (const name of list) {
    if (name === 'none') continue;
    const codes_ = inspect.colors[name];
    if (codes_ === undefined) validateOneOf(name, 'format', Object.keys(inspect.colors));
    const [start, end] = codes_;
    open += `\u001b[${start}m`;
    close = `\u001b[${end}m${close}`;
    if (!skip)
      text = text.replaceAll(
        `\u001b[${end}m`,
        `\u001b[${end}m\u001b[${start}m`.replace(
          /^(.*)$/s,
          end === 22 ? `\u001b[${end}m\u001b[${start}m` : `\u001b[${start}m`,
        ),
      );
  }
  return skip ? text : `${open}${text}${close}`;
}

function shouldColorize(stream) {
  const { env } = process;
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== '') return false;
  return Boolean(stream?.isTTY && (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true));
}

/** Frames above the caller. */
function getCallSites(frameCount = 10, options) {
  if (options === undefined && typeof frameCount === 'object') {
    options = frameCount;
    frameCount = 10;
  }
  if (options !== undefined) {
    validateObject(options, 'options');
    if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap');
  }
  validateInteger(frameCount, 'frameCount', 1, 200);
  return binding('types').getCallSites(frameCount);
}

function getSystemErrorName(errno) {
  validateErrno(errno);
  const [name] = uvError(errno);
  return name;
}

function getSystemErrorMessage(errno) {
  validateErrno(errno);
  return uvError(errno)[1];
}

/** errno -> [name, message] of every error of libuv. */
function getSystemErrorMap() {
  const map = new Map();
  for (const [errno, name, message] of binding('errors').uvErrors()) map.set(errno, [name, message]);
  return map;
}

function validateErrno(errno) {
  validateNumber(errno, 'err');
  if (errno >= 0 || !Number.isSafeInteger(errno)) throw new ERR_OUT_OF_RANGE('err', 'a negative integer', errno);
}

/** @deprecated in use by packages, though internal */
function _errnoException(errno, ...rest) {
  validateErrno(errno);
  return new ErrnoException(errno, ...rest);
}

function _exceptionWithHostPort(errno, ...rest) {
  validateErrno(errno);
  return new ExceptionWithHostPort(errno, ...rest);
}

function toUSVString(text) {
  return `${text}`.toWellFormed();
}

function isArray(value) {
  return Array.isArray(value);
}

/** A promise that is fulfilled when `signal` aborts; does not keep `resource` alive. */
function aborted(signal, resource) {
  return require('web/abort').aborted(signal, resource);
}

/** The difference of two texts or lists: [[operation, value], ...]: 0 same, 1 inserted, -1 deleted. */
function diff(actual, expected) {
  if (actual === expected) return [];
  const lines = (value, name) => {
    if (Array.isArray(value)) {
      value.forEach((each, i) => validateString(each, `${name}[${i}]`));
      return value;
    }
    validateString(value, name);
    return value.split('');
  };
  const { myersDiff } = require('util/diff');
  return myersDiff(lines(actual, 'actual'), lines(expected, 'expected')).reverse();
}

function parseEnv(content) {
  validateString(content, 'content');
  return require('util/dotenv').parse(content);
}

function setTraceSigInt(enable) {
  validateBoolean(enable, 'enable');
}

function convertProcessSignalToExitCode(signal) {
  const { signals } = require('os/os').constants;
  require('errors/validators').validateOneOf(signal, 'signalCode', Object.keys(signals));
  return 128 + signals[signal];
}

module.exports = {
  _errnoException,
  _exceptionWithHostPort,
  _extend: deprecate(_extend, 'The `util._extend` API is deprecated. Please use Object.assign() instead.', 'DEP0060'),
  callbackify,
  convertProcessSignalToExitCode,
  debug: debuglog,
  debuglog,
  deprecate,
  diff,
  format,
  formatWithOptions,
  getCallSites,
  getSystemErrorMap,
  getSystemErrorMessage,
  getSystemErrorName,
  inherits,
  inspect,
  isArray: deprecate(isArray, 'The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.', 'DEP0044'),
  isDeepStrictEqual(a, b, skipPrototype) {
    return require('util/comparisons').isDeepStrictEqual(a, b, skipPrototype);
  },
  parseEnv,
  promisify,
  setTraceSigInt,
  stripVTControlCharacters,
  styleText,
  toUSVString,
  transferableAbortController() {
    return require('web/abort').transferableAbortController();
  },
  transferableAbortSignal(signal) {
    return require('web/abort').transferableAbortSignal(signal);
  },
  aborted,
  types,
};

for (const [name, id] of [
  ['MIMEType', 'util/mime'],
  ['MIMEParams', 'util/mime'],
  ['parseArgs', 'util/parse_args'],
  ['TextDecoder', 'web/encoding'],
  ['TextEncoder', 'web/encoding'],
]) {
  Object.defineProperty(module.exports, name, {
    __proto__: null,
    get: () => require(id)[name],
    set(value) {
      Object.defineProperty(module.exports, name, {
        __proto__: null,
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    },
    enumerable: true,
    configurable: true,
  });
}
