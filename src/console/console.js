// node:console and the global `console`: https://nodejs.org/api/console.html
'use strict';

const diagnostics = require('async/diagnostics_channel');
const { codes } = require('errors/errors');
const { validateArray, validateInteger, validateObject, validateOneOf } = require('errors/validators');
const { formatWithOptions, inspect } = require('util/inspect');
const types = require('util/types');

const { ERR_CONSOLE_WRITABLE_STREAM, ERR_INCOMPATIBLE_OPTION_PAIR } = codes;

const kState = Symbol('kState');
const nop = () => {};

/** What a Console remembers; not visible from outside. */
class State {
  constructor() {
    this.stdout = undefined;
    this.stderr = undefined;
    this.ignoreErrors = true;
    this.colorMode = 'auto';
    this.inspectOptions = undefined;
    this.groupIndentation = 2;
    this.indent = '';
    this.counts = new Map();
    this.timers = new Map();
  }
}

function Console(options /* or: stdout, stderr, ignoreErrors */) {
  if (!new.target) return Reflect.construct(Console, arguments);
  if (!options || typeof options.write === 'function') {
    options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] };
  }
  const {
    stdout,
    stderr = stdout,
    ignoreErrors = true,
    colorMode = 'auto',
    inspectOptions,
    groupIndentation,
  } = options;
  if (!stdout || typeof stdout.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stdout');
  if (!stderr || typeof stderr.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stderr');
  validateOneOf(colorMode, 'colorMode', ['auto', true, false]);
  if (groupIndentation !== undefined) validateInteger(groupIndentation, 'groupIndentation', 0, 1000);
  if (inspectOptions !== undefined) {
    if (!types.isMap(inspectOptions)) validateObject(inspectOptions, 'options.inspectOptions');
    if (inspectOptions.colors !== undefined && options.colorMode !== undefined) {
      throw new ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode');
    }
  }
  const state = new State();
  state.stdout = stdout;
  state.stderr = stderr;
  state.ignoreErrors = Boolean(ignoreErrors);
  state.colorMode = colorMode;
  state.inspectOptions = inspectOptions;
  if (groupIndentation !== undefined) state.groupIndentation = groupIndentation;
  bindMethods(this, state, new.target);
}

/** Every instance has its own bound methods: `const { log } = console` works. */
function bindMethods(target, state, NewTarget) {
  Object.defineProperty(target, kState, { __proto__: null, value: state });
  for (const key of Object.keys(methods)) {
    // A subclass may have overridden a method.
    const method =
      NewTarget && NewTarget.prototype[key] !== Console.prototype[key] ? NewTarget.prototype[key] : methods[key];
    const bound = method.bind(target);
    Object.defineProperty(bound, 'name', { __proto__: null, value: key, configurable: true });
    Object.defineProperty(target, key, {
      __proto__: null,
      value: bound,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  for (const [key, get, set] of [
    ['_stdout', () => state.stdout, (value) => (state.stdout = value)],
    ['_stderr', () => state.stderr, (value) => (state.stderr = value)],
  ]) {
    Object.defineProperty(target, key, { __proto__: null, get, set, enumerable: false, configurable: true });
  }
  Object.defineProperty(target, '_ignoreErrors', {
    __proto__: null,
    value: state.ignoreErrors,
    writable: true,
    enumerable: false,
    configurable: true,
  });
  Object.defineProperty(target, '_times', {
    __proto__: null,
    value: state.timers,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

// --- output -------------------------------------------------------------------------------------------------------------

function write(target, toStderr, text) {
  const state = target[kState];
  const stream = toStderr ? state.stderr : state.stdout;
  if (state.indent !== '') {
    if (text.includes('\n')) text = text.replaceAll('\n', `\n${state.indent}`);
    text = state.indent + text;
  }
  text += '\n';
  if (!target._ignoreErrors) {
    stream.write(text);
    return;
  }
  // A console must not bring the program down because its reader has gone.
  if (stream.listenerCount === undefined) {
    stream.write(text, nop);
    return;
  }
  try {
    if (stream.listenerCount('error') === 0) stream.once('error', nop);
    stream.write(text, writtenTo(stream));
  } catch (error) {
    if (require('errors/errors').isStackOverflowError(error)) throw error;
  } finally {
    stream.removeListener('error', nop);
  }
}

let lastStream;
let lastCallback;

/** The callback of writes to `stream`: an error that comes later must still find a listener. */
function writtenTo(stream) {
  if (lastStream === stream) return lastCallback;
  lastStream = stream;
  lastCallback = (error) => {
    if (error && stream._writableState && !stream._writableState.errorEmitted && stream.listenerCount('error') === 0)
      stream.once('error', nop);
  };
  return lastCallback;
}

const COLORED = { __proto__: null, colors: true };
const PLAIN = { __proto__: null };

function inspectOptionsFor(target, stream) {
  const state = target[kState];
  const options = types.isMap(state.inspectOptions) ? state.inspectOptions.get(stream) : state.inspectOptions;
  if (options?.colors !== undefined) return options;
  let color = state.colorMode;
  if (color === 'auto') {
    const { shouldColorize } = require('util/colors');
    color = shouldColorize(stream);
  }
  if (options) return { ...options, colors: color };
  return color ? COLORED : PLAIN;
}

function formatFor(target, stream, args) {
  // One string is what nearly every call is: nothing to format.
  if (args.length === 1 && typeof args[0] === 'string') return args[0];
  if (args.length === 0) return '';
  return formatWithOptions(inspectOptionsFor(target, stream), ...args);
}

// --- methods ------------------------------------------------------------------------------------------------------------

// What is published is the list of arguments itself: subscribers may change it before it is formatted.
const channels = {
  log: diagnostics.channel('console.log'),
  info: diagnostics.channel('console.info'),
  debug: diagnostics.channel('console.debug'),
  warn: diagnostics.channel('console.warn'),
  error: diagnostics.channel('console.error'),
};

const methods = {
  log(...args) {
    if (channels.log.hasSubscribers) channels.log.publish(args);
    write(this, false, formatFor(this, this[kState].stdout, args));
  },
  info(...args) {
    if (channels.info.hasSubscribers) channels.info.publish(args);
    write(this, false, formatFor(this, this[kState].stdout, args));
  },
  debug(...args) {
    if (channels.debug.hasSubscribers) channels.debug.publish(args);
    write(this, false, formatFor(this, this[kState].stdout, args));
  },
  warn(...args) {
    if (channels.warn.hasSubscribers) channels.warn.publish(args);
    write(this, true, formatFor(this, this[kState].stderr, args));
  },
  error(...args) {
    if (channels.error.hasSubscribers) channels.error.publish(args);
    write(this, true, formatFor(this, this[kState].stderr, args));
  },
  dir(object, options) {
    write(
      this,
      false,
      inspect(object, { customInspect: false, ...inspectOptionsFor(this, this[kState].stdout), ...options }),
    );
  },
  time(label = 'default') {
    label = `${label}`;
    const { timers } = this[kState];
    if (timers.has(label)) {
      process.emitWarning(`Label '${label}' already exists for console.time()`);
      return;
    }
    timers.set(label, process.hrtime());
  },
  timeEnd(label = 'default') {
    label = `${label}`;
    if (timeLog(this, 'timeEnd', label)) this[kState].timers.delete(label);
  },
  timeLog(label = 'default', ...data) {
    timeLog(this, 'timeLog', `${label}`, data);
  },
  trace: function trace(...args) {
    const error = { name: 'Trace', message: formatFor(this, this[kState].stderr, args) };
    Error.captureStackTrace(error, trace);
    const lines = error.stack.split('\n');
    lines[0] = error.message === '' ? 'Trace' : `Trace: ${error.message}`;
    write(this, true, lines.join('\n').replace(/^Error(?=\n|$)/, lines[0]));
  },
  assert(expression, ...args) {
    if (expression) return;
    args[0] = `Assertion failed${args.length === 0 ? '' : `: ${args[0]}`}`;
    Reflect.apply(this.warn, this, args);
  },
  clear() {
    const { stdout } = this[kState];
    if (stdout.isTTY && process.env.TERM !== 'dumb') {
      const { cursorTo, clearScreenDown } = require('readline/cursor');
      cursorTo(stdout, 0, 0);
      clearScreenDown(stdout);
    }
  },
  count(label = 'default') {
    label = `${label}`;
    const { counts } = this[kState];
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    this.log(`${label}: ${count}`);
  },
  countReset(label = 'default') {
    label = `${label}`;
    const { counts } = this[kState];
    if (!counts.has(label)) {
      process.emitWarning(`Count for '${label}' does not exist`);
      return;
    }
    counts.delete(label);
  },
  group(...data) {
    if (data.length > 0) Reflect.apply(this.log, this, data);
    const state = this[kState];
    state.indent += ' '.repeat(state.groupIndentation);
  },
  groupEnd() {
    const state = this[kState];
    state.indent = state.indent.slice(0, state.indent.length - state.groupIndentation);
  },
  table(data, properties) {
    if (data === null || typeof data !== 'object') {
      this.log(data);
      return;
    }
    if (properties !== undefined) validateArray(properties, 'properties');
    const { renderTable } = require('console/table');
    const options = {
      ...inspectOptionsFor(this, this[kState].stdout),
      maxArrayLength: 3,
      breakLength: Infinity,
    };
    this.log(renderTable(data, properties, options));
  },
};
methods.dirxml = methods.log;
methods.groupCollapsed = methods.group;

/** Prints the time since `label` was started; false when it was not. */
function timeLog(target, name, label, data) {
  const started = target[kState].timers.get(label);
  if (started === undefined) {
    process.emitWarning(`No such label '${label}' for console.${name}()`);
    return false;
  }
  const [seconds, nanoseconds] = process.hrtime(started);
  const text = formatDuration(seconds * 1000 + nanoseconds / 1e6);
  if (data === undefined) target.log('%s: %s', label, text);
  else target.log('%s: %s', label, text, ...data);
  return true;
}

const pad = (value) => `${value}`.padStart(2, '0');

/** 1.234ms, 12.345s, 1:02.345 (m:ss.mmm), 1:01:01 (h:mm:ss) */
function formatDuration(ms) {
  let hours = 0;
  let minutes = 0;
  let seconds = 0;
  if (ms >= 1000) {
    if (ms >= 60_000) {
      if (ms >= 3_600_000) {
        hours = Math.floor(ms / 3_600_000);
        ms %= 3_600_000;
      }
      minutes = Math.floor(ms / 60_000);
      ms %= 60_000;
    }
    seconds = ms / 1000;
  }
  if (hours !== 0 || minutes !== 0) {
    const [whole, rest] = seconds.toFixed(3).split('.');
    const time = hours !== 0 ? `${hours}:${pad(minutes)}` : minutes;
    return `${time}:${pad(whole)}.${rest} (${hours !== 0 ? 'h:m' : ''}m:ss.mmm)`;
  }
  if (seconds !== 0) return `${seconds.toFixed(3)}s`;
  return `${Number(ms.toFixed(3))}ms`;
}

for (const key of Object.keys(methods)) {
  Object.defineProperty(Console.prototype, key, {
    __proto__: null,
    value: methods[key],
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
Object.defineProperty(Console, Symbol.hasInstance, {
  __proto__: null,
  value: (instance) => instance?.[kState] !== undefined && instance !== null,
});

// --- the global console -------------------------------------------------------------------------------------------------

// A namespace object by the Console standard: its prototype is an empty object.
const globalConsole = Object.create({});
const globalState = new State();
for (const name of ['stdout', 'stderr']) {
  // Made when something is printed: nothing is opened at start.
  Object.defineProperty(globalState, name, {
    __proto__: null,
    get: () => process[name],
    set(value) {
      Object.defineProperty(globalState, name, { __proto__: null, value, writable: true, configurable: true });
    },
    configurable: true,
  });
}
bindMethods(globalConsole, globalState, undefined);
Object.defineProperty(globalConsole, 'Console', {
  __proto__: null,
  value: Console,
  writable: true,
  enumerable: false,
  configurable: true,
});
Object.defineProperty(globalConsole, Symbol.toStringTag, {
  __proto__: null,
  value: 'console',
  writable: false,
  enumerable: false,
  configurable: true,
});
// What V8's own console has for inspectors; without one they do nothing.
const forInspectors = {
  profile() {},
  profileEnd() {},
  timeStamp() {},
  /** A console for one context of an inspector: here, one that prints nothing. */
  context(name) {
    const silent = {};
    for (const key of [
      'dir',
      'dirXml',
      'table',
      'groupEnd',
      'clear',
      'count',
      'countReset',
      'profile',
      'profileEnd',
      'debug',
      'error',
      'info',
      'log',
      'warn',
      'trace',
      'group',
      'groupCollapsed',
      'assert',
      'time',
      'timeLog',
      'timeEnd',
      'timeStamp',
    ])
      silent[key] = { [key]() {} }[key];
    return silent;
  },
  /** A task whose stack an inspector would show; `run(f)` calls `f`. */
  createTask() {
    const [name] = arguments;
    if (typeof name !== 'string' || name === '') throw new Error('First argument must be a non-empty string.');
    return {
      run(f) {
        if (typeof f !== 'function') throw new TypeError('First argument must be a function.');
        return f();
      },
    };
  },
};
for (const name of Object.keys(forInspectors)) {
  Object.defineProperty(globalConsole, name, {
    __proto__: null,
    value: forInspectors[name],
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
for (const name of ['assert', 'dir', 'table'])
  Object.defineProperty(globalConsole[name], 'length', { __proto__: null, value: 0, configurable: true });

module.exports = globalConsole;
