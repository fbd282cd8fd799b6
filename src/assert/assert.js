// node:assert: https://nodejs.org/api/assert.html
'use strict';

const { codes } = require('errors/errors');
const { validateFunction, validateObject, validateOneOf } = require('errors/validators');
const AssertionError = require('assert/assertion_error');
const { isDeepEqual, isDeepStrictEqual, isPartialStrictEqual } = require('util/comparisons');
const { format, inspect } = require('util/inspect');
const types = require('util/types');
const { isError } = require('util/internal');

const {
  ERR_AMBIGUOUS_ARGUMENT,
  ERR_CONSTRUCT_CALL_REQUIRED,
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_RETURN_VALUE,
  ERR_MISSING_ARGS,
} = codes;

const NO_EXCEPTION = Symbol('no exception');
const kOptions = Symbol('kOptions');

/** A message may be a text, an error to throw instead, a function that makes it, or text with format specifiers. */
function messageOf(args, actual, expected) {
  const [message] = args;
  if (typeof message === 'function') {
    const result = message(actual, expected);
    return typeof result === 'string' ? result : undefined;
  }
  if (args.length > 1 && typeof message === 'string') return format(...args);
  return message;
}

function fail(options, args = []) {
  const message = messageOf(args, options.actual, options.expected);
  if (isError(message)) throw message;
  throw new AssertionError({ ...options, message });
}

function innerOk(stackStartFn, argumentCount, value, args, diff) {
  if (value) return;
  let message = args[0];
  let generated = false;
  if (argumentCount === 0) {
    generated = true;
    message = 'No value argument passed to `assert.ok()`';
  } else if (message == null) {
    generated = true;
    message = require('assert/call_text').describeFailedCall(stackStartFn);
  } else if (isError(message)) {
    throw message;
  } else {
    message = messageOf(args, value, true);
    if (message === undefined) {
      generated = true;
      message = require('assert/call_text').describeFailedCall(stackStartFn);
    }
  }
  const error = new AssertionError({ actual: value, expected: true, message, operator: '==', stackStartFn, diff });
  error.generatedMessage = generated;
  throw error;
}

const twoArguments = (count) => {
  if (count < 2) throw new ERR_MISSING_ARGS('actual', 'expected');
};

/** The methods; `this[kOptions]` of an Assert instance, or none, tells how to show differences. */
const methods = {
  fail(message, ...rest) {
    let internal = false;
    if (message == null && rest.length === 0) internal = 'Failed';
    if (rest.length > 0) {
      // The old form: fail(actual, expected, message, operator, stackStartFn).
      process.emitWarning(
        'assert.fail() with more than one argument is deprecated. Please use assert.strictEqual() instead or only pass a message.',
        'DeprecationWarning',
        'DEP0094',
      );
      const [expected, text, operator = rest.length === 1 ? '!=' : 'fail', stackStartFn = methods.fail] = rest;
      if (isError(text)) throw text;
      const options = { actual: message, expected, operator, stackStartFn };
      if (text !== undefined) options.message = text;
      throw new AssertionError(options);
    }
    if (isError(message)) throw message;
    const error = new AssertionError({ message: internal || message, operator: 'fail', stackStartFn: methods.fail });
    if (internal !== false) error.generatedMessage = true;
    throw error;
  },
  equal(actual, expected, ...message) {
    twoArguments(arguments.length);

    if (actual != expected && (!Number.isNaN(actual) || !Number.isNaN(expected))) {
      fail({ actual, expected, operator: '==', stackStartFn: methods.equal, diff: this?.[kOptions]?.diff }, message);
    }
  },
  notEqual(actual, expected, ...message) {
    twoArguments(arguments.length);

    if (actual == expected || (Number.isNaN(actual) && Number.isNaN(expected))) {
      fail({ actual, expected, operator: '!=', stackStartFn: methods.notEqual, diff: this?.[kOptions]?.diff }, message);
    }
  },
  deepEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (!isDeepEqual(actual, expected))
      fail(
        { actual, expected, operator: 'deepEqual', stackStartFn: methods.deepEqual, diff: this?.[kOptions]?.diff },
        message,
      );
  },
  notDeepEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (isDeepEqual(actual, expected))
      fail(
        {
          actual,
          expected,
          operator: 'notDeepEqual',
          stackStartFn: methods.notDeepEqual,
          diff: this?.[kOptions]?.diff,
        },
        message,
      );
  },
  deepStrictEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (!isDeepStrictEqual(actual, expected, this?.[kOptions]?.skipPrototype)) {
      fail(
        {
          actual,
          expected,
          operator: 'deepStrictEqual',
          stackStartFn: methods.deepStrictEqual,
          diff: this?.[kOptions]?.diff,
        },
        message,
      );
    }
  },
  notDeepStrictEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (isDeepStrictEqual(actual, expected, this?.[kOptions]?.skipPrototype)) {
      fail(
        {
          actual,
          expected,
          operator: 'notDeepStrictEqual',
          stackStartFn: methods.notDeepStrictEqual,
          diff: this?.[kOptions]?.diff,
        },
        message,
      );
    }
  },
  partialDeepStrictEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (!isPartialStrictEqual(actual, expected)) {
      fail(
        {
          actual,
          expected,
          operator: 'partialDeepStrictEqual',
          stackStartFn: methods.partialDeepStrictEqual,
          diff: this?.[kOptions]?.diff,
        },
        message,
      );
    }
  },
  strictEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (!Object.is(actual, expected))
      fail(
        { actual, expected, operator: 'strictEqual', stackStartFn: methods.strictEqual, diff: this?.[kOptions]?.diff },
        message,
      );
  },
  notStrictEqual(actual, expected, ...message) {
    twoArguments(arguments.length);
    if (Object.is(actual, expected))
      fail(
        {
          actual,
          expected,
          operator: 'notStrictEqual',
          stackStartFn: methods.notStrictEqual,
          diff: this?.[kOptions]?.diff,
        },
        message,
      );
  },
  throws(fn, ...args) {
    expectsError(methods.throws, getActual(fn), ...args);
  },
  async rejects(promiseFn, ...args) {
    expectsError(methods.rejects, await waitForActual(promiseFn), ...args);
  },
  doesNotThrow(fn, ...args) {
    expectsNoError(methods.doesNotThrow, getActual(fn), ...args);
  },
  async doesNotReject(fn, ...args) {
    expectsNoError(methods.doesNotReject, await waitForActual(fn), ...args);
  },
  ifError(error) {
    if (error === null || error === undefined) return;
    let message = 'ifError got unwanted exception: ';
    if (typeof error === 'object' && typeof error.message === 'string') {
      message += error.message.length === 0 && error.constructor ? error.constructor.name : error.message;
    } else {
      message += inspect(error);
    }
    const made = new AssertionError({
      actual: error,
      expected: null,
      operator: 'ifError',
      message,
      stackStartFn: methods.ifError,
    });
    const { stack } = error;
    if (typeof stack === 'string') {
      // The frames of the original, without those that both have.
      const start = stack.indexOf('\n    at');
      if (start !== -1) {
        const original = stack.slice(start + 1).split('\n');
        let own = made.stack.split('\n');
        for (const line of original) {
          const at = own.indexOf(line);
          if (at !== -1) {
            own = own.slice(0, at);
            break;
          }
        }
        made.stack = `${own.join('\n')}\n${original.join('\n')}`;
      }
    }
    throw made;
  },
  match(text, regexp, ...message) {
    matches(text, regexp, message, methods.match, true);
  },
  doesNotMatch(text, regexp, ...message) {
    matches(text, regexp, message, methods.doesNotMatch, false);
  },
};

function matches(text, regexp, args, fn, wanted) {
  if (!types.isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp);
  if (typeof text === 'string' && (RegExp.prototype.exec.call(regexp, text) !== null) === wanted) return;
  const message = messageOf(args, text, regexp);
  if (isError(message)) throw message;
  const generated = !message;
  const shown =
    message ||
    (typeof text !== 'string'
      ? `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`
      : `${wanted ? 'The input did not match the regular expression ' : 'The input was expected to not match the regular expression '}${inspect(regexp)}. Input:\n\n${inspect(text)}\n`);
  const error = new AssertionError({
    actual: text,
    expected: regexp,
    message: shown,
    operator: fn.name,
    stackStartFn: fn,
  });
  error.generatedMessage = generated;
  throw error;
}

// --- throws, rejects ----------------------------------------------------------------------------------------------------

function getActual(fn) {
  validateFunction(fn, 'fn');
  try {
    fn();
  } catch (error) {
    return error;
  }
  return NO_EXCEPTION;
}

const isPromiseLike = (value) =>
  types.isPromise(value) ||
  (value !== null &&
    typeof value === 'object' &&
    typeof value.then === 'function' &&
    typeof value.catch === 'function');

async function waitForActual(promiseFn) {
  let promise;
  if (typeof promiseFn === 'function') {
    promise = promiseFn();
    if (!isPromiseLike(promise)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise);
  } else if (isPromiseLike(promiseFn)) {
    promise = promiseFn;
  } else {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], promiseFn);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NO_EXCEPTION;
}

/** Keys of both, for a message that shows only what was compared. */
class Comparison {
  constructor(source, keys, actual) {
    for (const key of keys) {
      if (!(key in source)) continue;
      if (
        actual !== undefined &&
        typeof actual[key] === 'string' &&
        types.isRegExp(source[key]) &&
        RegExp.prototype.exec.call(source[key], actual[key]) !== null
      )
        this[key] = actual[key];
      else this[key] = source[key];
    }
  }
}

function compareKey(actual, expected, key, message, keys, fn) {
  if (key in actual && isDeepStrictEqual(actual[key], expected[key])) return;
  if (message === undefined) {
    const a = new Comparison(actual, keys);
    const b = new Comparison(expected, keys, actual);
    const error = new AssertionError({ actual: a, expected: b, operator: 'deepStrictEqual', stackStartFn: fn });
    error.actual = actual;
    error.expected = expected;
    error.operator = fn.name;
    throw error;
  }
  if (isError(message)) throw message;
  throw new AssertionError({ actual, expected, message, operator: fn.name, stackStartFn: fn });
}

function checkExpected(actual, expected, message, fn) {
  let generated = false;
  let throwError = false;
  if (typeof expected !== 'function') {
    if (types.isRegExp(expected)) {
      const text = String(actual);
      if (RegExp.prototype.exec.call(expected, text) !== null) return;
      if (!message) {
        generated = true;
        message = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`;
      }
      throwError = true;
    } else if (typeof actual !== 'object' || actual === null) {
      const error = new AssertionError({ actual, expected, message, operator: 'deepStrictEqual', stackStartFn: fn });
      error.operator = fn.name;
      throw error;
    } else {
      const keys = Object.keys(expected);
      // name and message of an expected error count although they are not enumerable.
      if (expected instanceof Error) keys.push('name', 'message');
      else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object');
      for (const key of keys) {
        if (
          typeof actual[key] === 'string' &&
          types.isRegExp(expected[key]) &&
          RegExp.prototype.exec.call(expected[key], actual[key]) !== null
        )
          continue;
        compareKey(actual, expected, key, message, keys, fn);
      }
      return;
    }
  } else if (expected.prototype !== undefined && actual instanceof expected) {
    return;
  } else if (Object.prototype.isPrototypeOf.call(Error, expected)) {
    if (!message) {
      generated = true;
      message = `The error is expected to be an instance of "${expected.name}". Received `;
      if (isError(actual)) message += `"${actual.name}"`;
      else message += `"${inspect(actual, { depth: -1 })}"`;
    }
    throwError = true;
  } else {
    const result = Reflect.apply(expected, {}, [actual]);
    if (result !== true) {
      if (!message) {
        generated = true;
        const name = expected.name ? `"${expected.name}" ` : '';
        message = `The ${name}validation function is expected to return "true". Received ${inspect(result)}`;
        if (isError(actual)) message += `\n\nCaught error:\n\n${actual}`;
      }
      throwError = true;
    }
  }
  if (!throwError) return;
  if (isError(message)) throw message;
  const error = new AssertionError({ actual, expected, message, operator: fn.name, stackStartFn: fn });
  error.generatedMessage = generated;
  throw error;
}

function expectsError(fn, actual, expected, message) {
  if (typeof expected === 'string') {
    if (arguments.length === 4)
      throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], expected);
    if (typeof actual === 'object' && actual !== null) {
      if (actual.message === expected)
        throw new ERR_AMBIGUOUS_ARGUMENT(
          'error/message',
          `The error message "${actual.message}" is identical to the message.`,
        );
    } else if (actual === expected) {
      throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error "${actual}" is identical to the message.`);
    }
    message = expected;
    expected = undefined;
  } else if (expected != null && typeof expected !== 'object' && typeof expected !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], expected);
  }
  if (actual === NO_EXCEPTION) {
    let details = '';
    if (expected?.name) details += ` (${expected.name})`;
    details += message ? `: ${message}` : '.';
    const type = fn === methods.rejects ? 'rejection' : 'exception';
    fail({ actual: undefined, expected, operator: fn.name, stackStartFn: fn }, [`Missing expected ${type}${details}`]);
  }
  if (!expected) return;
  checkExpected(actual, expected, message, fn);
}

function hasMatchingError(actual, expected) {
  if (typeof expected !== 'function') {
    if (types.isRegExp(expected)) return RegExp.prototype.exec.call(expected, String(actual)) !== null;
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], expected);
  }
  if (expected.prototype !== undefined && actual instanceof expected) return true;
  if (Object.prototype.isPrototypeOf.call(Error, expected)) return false;
  return Reflect.apply(expected, {}, [actual]) === true;
}

function expectsNoError(fn, actual, expected, message) {
  if (actual === NO_EXCEPTION) return;
  if (typeof expected === 'string') {
    message = expected;
    expected = undefined;
  }
  if (!expected || hasMatchingError(actual, expected)) {
    const details = message ? `: ${message}` : '.';
    const type = fn === methods.doesNotReject ? 'rejection' : 'exception';
    fail({ actual, expected, operator: fn.name, stackStartFn: fn }, [
      `Got unwanted ${type}${details}\nActual message: "${actual?.message}"`,
    ]);
  }
  throw actual;
}

// --- the module ---------------------------------------------------------------------------------------------------------

function assert(value, ...message) {
  innerOk(assert, arguments.length, value, message);
}
assert.ok = function ok(...args) {
  const [value, ...message] = args;
  innerOk(ok, args.length, value, message);
};

// Node declares the message as a single argument.
for (const name of Object.keys(methods)) {
  if (methods[name].length === 2)
    Object.defineProperty(methods[name], 'length', { __proto__: null, value: 3, configurable: true });
}
Object.defineProperty(methods.fail, 'length', { __proto__: null, value: 5, configurable: true });

for (const [name, method] of Object.entries(methods)) assert[name] = method;
assert.AssertionError = AssertionError;

/** Assertions with options of their own. */
function Assert(options) {
  if (!new.target) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert');
  options = { strict: true, skipPrototype: false, ...options };
  validateObject(options, 'options');
  if (options.diff !== undefined) validateOneOf(options.diff, 'options.diff', ['simple', 'full']);
  Object.defineProperty(this, kOptions, { __proto__: null, value: options });
  this.AssertionError = AssertionError;
  if (options.strict) {
    this.equal = this.strictEqual;
    this.deepEqual = this.deepStrictEqual;
    this.notEqual = this.notStrictEqual;
    this.notDeepEqual = this.notDeepStrictEqual;
  }
}
Assert.prototype.ok = function ok(...args) {
  const [value, ...message] = args;
  innerOk(this.ok, args.length, value, message, this?.[kOptions]?.diff);
};
for (const [name, method] of Object.entries(methods)) Assert.prototype[name] = method;
assert.Assert = Assert;

assert.CallTracker = require('util/deprecate').deprecate(
  require('assert/call_tracker').CallTracker,
  'assert.CallTracker is deprecated.',
  'DEP0173',
);

function strict(...args) {
  innerOk(strict, args.length, args[0], args.slice(1));
}
assert.strict = Object.assign(strict, assert, {
  equal: assert.strictEqual,
  deepEqual: assert.deepStrictEqual,
  notEqual: assert.notStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
assert.strict.Assert = Assert;
assert.strict.strict = assert.strict;

module.exports = assert;
