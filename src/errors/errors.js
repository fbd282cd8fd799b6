// The one table of Node's coded errors: `new codes.ERR_X(...)`. Codes, base classes and wording are Node 24's, as its
// documentation (errors.html) and behaviour show them.
//
// A coded error is an instance of its base class whose prototype in between gives `toString()` as "Name [CODE]: message";
// the first line of its `stack` says the same (src/errors/stack.cc), while `name` stays "TypeError".
'use strict';

const { describeReceived, formatList } = require('errors/describe');
const table = require('errors/table');

const { markCoded } = binding('errors');

const codes = { __proto__: null };

/** "%s" and "%d" replaced in order, for messages given as text. */
function interpolate(text, args) {
  if (args.length === 0) return text;
  let at = 0;
  return text.replace(/%[sdij]/g, (match) => {
    const value = args[at++];
    // Objects are shown as util.format shows them; what is simple needs no inspect.
    if (typeof value === 'object' && value !== null) return require('util/inspect').format(match, value);
    if (typeof value === 'bigint') return `${value}n`;
    return match === '%j' ? JSON.stringify(value) : String(value);
  });
}

function codedToString() {
  return `${this.name} [${this.code}]: ${this.message}`;
}

function hideProperty(error, name, value) {
  Object.defineProperty(error, name, { __proto__: null, value, writable: true, enumerable: false, configurable: true });
}

/** A class of coded errors on `Base`. `message`: text with %s, or a function of the constructor's arguments. */
function makeClass(Base, code, message) {
  const prototype = Object.create(Base.prototype, {
    constructor: { __proto__: null, value: Base, writable: true, configurable: true, enumerable: false },
    toString: { __proto__: null, value: codedToString, writable: true, configurable: true, enumerable: false },
  });
  markCoded(prototype);
  function NodeError(...args) {
    const error = Reflect.construct(
      Base,
      [],
      new.target === undefined || new.target === NodeError ? NodeError : new.target,
    );
    error.code = code;
    const text = typeof message === 'function' ? message.apply(error, args) : interpolate(message, args);
    hideProperty(error, 'message', text);
    Error.captureStackTrace(error, NodeError);
    return error;
  }
  NodeError.prototype = prototype;
  Object.defineProperty(NodeError, 'name', { __proto__: null, value: Base.name, configurable: true });
  /** An error of this code with a finished message: what C++ throws. */
  NodeError.fromMessage = (text, FromBase = Base) => {
    if (FromBase !== Base) return alternative(NodeError, FromBase, code).fromMessage(text);
    const error = Reflect.construct(Base, [], NodeError);
    error.code = code;
    hideProperty(error, 'message', text);
    Error.captureStackTrace(error, NodeError.fromMessage);
    return error;
  };
  return NodeError;
}

/** The same code on another base class (ERR_INVALID_ARG_VALUE.RangeError), made on first use. */
function alternative(NodeError, Base, code) {
  const name = Base.name;
  if (!Object.hasOwn(NodeError, name)) NodeError[name] = makeClass(Base, code, table.MESSAGES[code]?.[0] ?? '%s');
  return NodeError[name];
}

/**
 * Marks a validator: the stack of what it throws begins at its caller. Nested ones hide below the outermost.
 * @template {Function} F
 * @param {F} fn
 * @returns {F}
 */
function hideStackFrames(fn) {
  function hidden(...args) {
    try {
      return Reflect.apply(fn, this, args);
    } catch (error) {
      if (error !== null && typeof error === 'object' && Error.stackTraceLimit) Error.captureStackTrace(error, hidden);
      throw error;
    }
  }
  Object.defineProperty(hidden, 'name', { __proto__: null, value: fn.name, configurable: true });
  hidden.withoutStackTrace = fn;
  return hidden;
}

for (const [code, [message, Base, ...others]] of Object.entries(table.MESSAGES)) {
  codes[code] = makeClass(Base, code, message);
  for (const Other of others) alternative(codes[code], Other, code);
}

/** What an aborted operation throws: name 'AbortError', code 'ABORT_ERR'. */
class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object')
      throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

const systemErrors = { __proto__: null };

/** [name, description] of a libuv error number. */
function uvError(errno) {
  return (systemErrors[errno] ??= binding('errors').uvError(errno));
}

/**
 * A system error as libuv's are shown: "ENOENT: no such file or directory, open 'x' -> 'y'".
 * @param {{errno: number, code?: string, message?: string, syscall: string, path?: string|Buffer, dest?: string|Buffer}} context
 */
function uvException(context) {
  const [name, description] = uvError(context.errno);
  const code = context.code ?? name;
  let message = `${code}: ${context.message ?? description}, ${context.syscall}`;
  const path = context.path === undefined ? undefined : context.path.toString();
  const dest = context.dest === undefined ? undefined : context.dest.toString();
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error = new Error(message);
  for (const key of Object.keys(context)) {
    if (key !== 'message' && key !== 'path' && key !== 'dest') error[key] = context[key];
  }
  error.code = code;
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  Error.captureStackTrace(error, uvException);
  return error;
}

/** "connect ECONNREFUSED 127.0.0.1:80 - Local (...)" with errno, code, syscall, address and port. */
class ExceptionWithHostPort extends Error {
  constructor(errno, syscall, address, port, additional) {
    const [code] = uvError(errno);
    let details = '';
    if (port && port > 0) details = ` ${address}:${port}`;
    else if (address) details = ` ${address}`;
    if (additional) details += ` - Local (${additional})`;
    super(`${syscall} ${code}${details}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
    this.address = address;
    if (port) this.port = port;
  }
  get ['constructor']() {
    return Error;
  }
}

/** "listen EADDRINUSE: address already in use 127.0.0.1:80". */
class UVExceptionWithHostPort extends Error {
  constructor(errno, syscall, address, port) {
    const [code, description] = uvError(errno);
    let details = '';
    if (port && port > 0) details = ` ${address}:${port}`;
    else if (address) details = ` ${address}`;
    super(`${syscall} ${code}: ${description}${details}`);
    this.code = code;
    this.errno = errno;
    this.syscall = syscall;
    this.address = address;
    if (port) this.port = port;
  }
  get ['constructor']() {
    return Error;
  }
}

/** "kill ESRCH" with errno, code and syscall. */
class ErrnoException extends Error {
  constructor(errno, syscall, original) {
    const [code] = uvError(errno);
    super(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
  }
  get ['constructor']() {
    return Error;
  }
}

/** "getaddrinfo ENOTFOUND host": `code` is a name or a libuv number. */
class DNSException extends Error {
  constructor(code, syscall, hostname) {
    let errno;
    if (typeof code === 'number') {
      errno = code;
      // ENOTFOUND is no libuv name, but what programs have always checked for.
      code = errno === -3008 || errno === -3007 ? 'ENOTFOUND' : uvError(errno)[0];
    }
    super(`${syscall} ${code}${hostname ? ` ${hostname}` : ''}`);
    this.errno = errno;
    this.code = code;
    this.syscall = syscall;
    if (hostname) this.hostname = hostname;
  }
  get ['constructor']() {
    return Error;
  }
}

/** The peer has gone: "socket hang up" and friends, code ECONNRESET. */
class ConnResetException extends Error {
  constructor(message) {
    super(message);
    this.code = 'ECONNRESET';
  }
  get ['constructor']() {
    return Error;
  }
}

/** Properties that a SystemError takes from and keeps in its context. */
class SystemErrorBase extends Error {
  constructor(code, prefix, context) {
    let message = `${prefix}: ${context.syscall} returned ${context.code} (${context.message})`;
    if (context.path !== undefined) message += ` ${context.path}`;
    if (context.dest !== undefined) message += ` => ${context.dest}`;
    super(message);
    this.code = code;
    this.name = 'SystemError';
    Object.defineProperty(this, 'info', { __proto__: null, value: context, enumerable: true, configurable: true });
    for (const key of ['errno', 'syscall', 'path', 'dest']) {
      if (context[key] === undefined) continue;
      Object.defineProperty(this, key, {
        __proto__: null,
        get: () => (key === 'path' || key === 'dest' ? context[key]?.toString() : context[key]),
        set(value) {
          context[key] = value;
        },
        enumerable: true,
        configurable: true,
      });
    }
  }
  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}

for (const [code, prefix] of Object.entries(table.SYSTEM_ERRORS)) {
  codes[code] = class SystemError extends SystemErrorBase {
    constructor(context) {
      super(code, prefix, context);
    }
  };
}

/** Joins an inner error with the one that came while it was being handled. */
function aggregateTwoErrors(inner, outer) {
  if (!inner || !outer || inner === outer) return inner || outer;
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner);
    return outer;
  }
  const error = new AggregateError([outer, inner], outer.message);
  Object.defineProperty(error, 'code', {
    __proto__: null,
    value: outer.code,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return error;
}

/** A plain Error with further properties. */
function genericNodeError(message, properties) {
  const error = new Error(message);
  Object.assign(error, properties);
  Error.captureStackTrace(error, genericNodeError);
  return error;
}

/** Whether a stack overflow is what `error` tells of. */
function isStackOverflowError(error) {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

module.exports = {
  codes,
  AbortError,
  ConnResetException,
  DNSException,
  ErrnoException,
  ExceptionWithHostPort,
  UVExceptionWithHostPort,
  SystemErrorBase,
  aggregateTwoErrors,
  connResetException: (message) => new ConnResetException(message),
  describeReceived,
  determineSpecificType: describeReceived,
  formatList,
  genericNodeError,
  hideStackFrames,
  isErrorLike: (value) => typeof value === 'object' && value !== null && Object.hasOwn(value, 'message'),
  isStackOverflowError,
  uvError,
  uvException,
};
