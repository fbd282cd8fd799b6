// assert.AssertionError: what failed, with a difference in lines. https://nodejs.org/api/assert.html#class-assertassertionerror
'use strict';

const { validateObject, validateOneOf } = require('errors/validators');
const { customInspect, inspect } = require('util/inspect');
const { isError } = require('util/internal');
const { DELETE, INSERT, myersDiff } = require('util/diff');

const HEADINGS = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: 'Values have same structure but are not reference-equal:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
};
const LONGEST_SHORT = 12;
const MAX_LONG_STRING = 512;

const paint = { green: '', red: '', white: '', gray: '', clear: '' };

/** Colours when stderr shows them. */
function refreshColors() {
  const { shouldColorize } = require('util/colors');
  const on = process.stderr?.isTTY && shouldColorize(process.stderr);
  Object.assign(
    paint,
    on
      ? { green: '\u001b[32m', red: '\u001b[31m', white: '\u001b[39m', gray: '\u001b[90m', clear: '\u001b[39m' }
      : { green: '', red: '', white: '', gray: '', clear: '' },
  );
}

/** Everything, in lines that compare well. */
function inspectValue(value) {
  return inspect(value, {
    compact: false,
    customInspect: false,
    depth: 1000,
    maxArrayLength: Infinity,
    showHidden: false,
    showProxy: false,
    sorted: true,
    getters: true,
  });
}

function copyError(source) {
  const target = Object.assign({ __proto__: Object.getPrototypeOf(source) }, source);
  Object.defineProperty(target, 'message', { __proto__: null, value: source.message });
  if (Object.hasOwn(source, 'cause')) {
    let { cause } = source;
    if (isError(cause)) cause = copyError(cause);
    Object.defineProperty(target, 'cause', { __proto__: null, value: cause });
  }
  return target;
}

function isSimple(actual, inspectedActual, expected, inspectedExpected) {
  if (inspectedActual.length > 1 || inspectedExpected.length > 1) return false;
  return typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null;
}

function createDiff(actual, expected, operator, customMessage, diffType) {
  let skipped = false;
  let message = customMessage;
  const actualLines = inspectValue(actual).split('\n');
  const expectedLines = inspectValue(expected).split('\n');
  let header = `${paint.green}+ actual${paint.white} ${paint.red}- expected${paint.white}`;
  const partial = operator === 'partialDeepStrictEqual';

  if (
    operator === 'strictEqual' &&
    ((typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) ||
      (typeof actual === 'function' && typeof expected === 'function'))
  ) {
    operator = 'strictEqualObject';
  }

  if (isSimple(actual, actualLines, expected, expectedLines)) {
    const simple = oneLineDiff(actualLines[0], expectedLines[0], actual, expected);
    message = simple.message;
    header = simple.header ?? '';
    skipped = false;
    if (simple.header === undefined) {
      const heading = customMessage ?? HEADINGS[operator];
      return `${heading}\n\n${message}\n`;
    }
  } else if (inspectValue(actual) === inspectValue(expected)) {
    // Nothing to see: the same text, other identity.
    operator = 'notIdentical';
    if (actualLines.length > 50 && diffType !== 'full') {
      message = `${actualLines.slice(0, 50).join('\n')}\n...}`;
      skipped = true;
    } else {
      message = actualLines.join('\n');
    }
    header = '';
  } else {
    const commas = actual != null && (typeof actual === 'object' || typeof actual === 'function');
    const changes = myersDiff(actualLines, expectedLines, commas);
    const printed = printDiff(changes, partial);
    message = printed.message;
    skipped = printed.skipped;
    if (partial) header = `${paint.gray}${paint.clear}${header}`;
  }
  const headerMessage = `${customMessage ?? HEADINGS[operator]}\n${header}`;
  const skippedMessage = skipped ? '\n... Skipped lines' : '';
  return `${headerMessage}${skippedMessage}\n${message}\n`;
}

function oneLineDiff(actualLine, expectedLine, actual, expected) {
  const quotes = (typeof actual === 'string' ? 2 : 0) + (typeof expected === 'string' ? 2 : 0);
  const total = actualLine.length + expectedLine.length - quotes;
  // 0 and -0 need a second look.
  if (total <= LONGEST_SHORT && (actual !== 0 || expected !== 0))
    return { message: `${actualLine} !== ${expectedLine}` };
  const maxLength = (process.stderr?.isTTY && process.stderr.columns) || 80;
  let indicator = '';
  if (total < maxLength * 2) {
    let i = 0;
    while (i < actualLine.length && i < expectedLine.length && actualLine[i] === expectedLine[i]) i++;
    // The first character needs no pointer, the last no explanation.
    if (i > 2 && i < maxLength && i < actualLine.length && i < expectedLine.length)
      indicator = `\n${' '.repeat(i + 2)}^`;
  }
  return {
    header: `${paint.green}+ actual${paint.white} ${paint.red}- expected${paint.white}\n`,
    message: `${paint.green}+${paint.white} ${actualLine}\n${paint.red}-${paint.white} ${expectedLine}${indicator}`,
  };
}

/** How many lines of a run of equal ones are shown. */
const SHOWN = 5;

/** Lines with + and -, long runs of equal ones left out. */
function printDiff(changes, partial) {
  let message = '';
  let skipped = false;
  let equalRun = 0;
  for (let i = changes.length - 1; i >= 0; i--) {
    const [operation, value] = changes[i];
    const previous = i < changes.length - 1 ? changes[i + 1][0] : null;
    if (previous === 0 && operation !== previous) {
      // The run of equal lines ends: what was left out is marked.
      if (equalRun === SHOWN + 1) message += `  ${changes[i + 1][1]}\n`;
      else if (equalRun === SHOWN + 2) message += `  ${changes[i + 2][1]}\n  ${changes[i + 1][1]}\n`;
      else if (equalRun > SHOWN + 2) {
        message += `${paint.gray}...${paint.white}\n  ${changes[i + 1][1]}\n`;
        skipped = true;
      }
      equalRun = 0;
    }
    if (operation === INSERT)
      message += partial ? `${paint.gray}+ ${value}${paint.white}\n` : `${paint.green}+${paint.white} ${value}\n`;
    else if (operation === DELETE) message += `${paint.red}-${paint.white} ${value}\n`;
    else {
      if (equalRun < SHOWN) message += `  ${value}\n`;
      equalRun++;
    }
  }
  message = message.trimEnd();
  return { message: `\n${message}`, skipped };
}

/** A value in a message that shows no diff: whole only if the whole diff was asked for. */
function shorten(text, diff) {
  return diff === 'simple' && text.length > MAX_LONG_STRING ? `${text.slice(0, MAX_LONG_STRING - 3)}...` : text;
}

class AssertionError extends Error {
  constructor(options) {
    validateObject(options, 'options');
    const { message, operator, stackStartFn, details, stackStartFunction, diff = 'simple' } = options;
    let { actual, expected } = options;
    if (diff !== 'simple') validateOneOf(diff, 'options.diff', ['simple', 'full']);
    const limit = Error.stackTraceLimit;
    if (Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')?.writable) Error.stackTraceLimit = 0;
    refreshColors();
    const isDiff =
      operator === 'deepStrictEqual' || operator === 'strictEqual' || operator === 'partialDeepStrictEqual';
    if (message != null) {
      super(isDiff ? createDiff(actual, expected, operator, message || undefined, diff) : String(message));
    } else {
      // The message of an error must not show its stack.
      if (
        typeof actual === 'object' &&
        actual !== null &&
        typeof expected === 'object' &&
        expected !== null &&
        isError(actual) &&
        isError(expected)
      ) {
        actual = copyError(actual);
        expected = copyError(expected);
      }
      if (isDiff) {
        super(createDiff(actual, expected, operator, undefined, diff));
      } else if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
        let base = HEADINGS[operator];
        const lines = inspectValue(actual).split('\n');
        if (
          operator === 'notStrictEqual' &&
          ((typeof actual === 'object' && actual !== null) || typeof actual === 'function')
        )
          base = HEADINGS.notStrictEqualObject;
        if (lines.length > 50 && diff !== 'full') {
          lines[46] = `${paint.gray}...${paint.white}`;
          while (lines.length > 47) lines.pop();
        }
        if (lines.length === 1) super(`${base}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}`);
        else super(`${base}\n\n${lines.join('\n')}\n`);
      } else {
        let left = inspectValue(actual);
        let right = inspectValue(expected);
        const known = HEADINGS[operator];
        if (operator === 'notDeepEqual' && left === right) {
          left = `${known}\n\n${left}`;
          if (left.length > 1024 && diff !== 'full') left = `${left.slice(0, 1021)}...`;
          super(left);
        } else {
          left = shorten(left, diff);
          right = shorten(right, diff);
          if (operator === 'deepEqual') {
            left = `${known}\n\n${left}\n\nshould loosely deep-equal\n\n`;
          } else if (operator === 'notDeepEqual') {
            left = `${HEADINGS.notDeepEqualUnequal}\n\n${left}\n\nshould not loosely deep-equal\n\n`;
          } else {
            right = ` ${operator} ${right}`;
          }
          super(`${left}${right}`);
        }
      }
    }
    Error.stackTraceLimit = limit;
    this.generatedMessage = !message;
    Object.defineProperty(this, 'name', {
      __proto__: null,
      value: 'AssertionError [ERR_ASSERTION]',
      enumerable: false,
      writable: true,
      configurable: true,
    });
    this.code = 'ERR_ASSERTION';
    if (details) {
      this.actual = undefined;
      this.expected = undefined;
      this.operator = undefined;
      for (let i = 0; i < details.length; i++) {
        this[`message ${i}`] = details[i].message;
        this[`actual ${i}`] = details[i].actual;
        this[`expected ${i}`] = details[i].expected;
        this[`operator ${i}`] = details[i].operator;
        this[`stack trace ${i}`] = details[i].stack;
      }
    } else {
      this.actual = options.actual;
      this.expected = options.expected;
      this.operator = operator;
    }
    Error.captureStackTrace(this, stackStartFn || stackStartFunction);
    this.stack; // formed with the name that has the code in it
    this.name = 'AssertionError';
    this.diff = diff;
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [customInspect](recurseTimes, options) {
    const { actual, expected } = this;
    // Long strings would drown the message, which shows them already.
    if (typeof actual === 'string') this.actual = addEllipsis(actual);
    if (typeof expected === 'string') this.expected = addEllipsis(expected);
    const text = inspect(this, { ...options, customInspect: false, depth: 0 });
    this.actual = actual;
    this.expected = expected;
    return text;
  }
}

function addEllipsis(text) {
  const lines = text.split('\n', 11);
  if (lines.length > 10) {
    lines.length = 10;
    return `${lines.join('\n')}\n...`;
  }
  // What is left out is the beginning: as in Node.
  return text.length > MAX_LONG_STRING ? `${text.slice(MAX_LONG_STRING)}...` : text;
}

module.exports = AssertionError;
