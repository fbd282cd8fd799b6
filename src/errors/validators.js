// Checks of arguments, with Node's errors. Each takes (value, name, ...) and gives nothing, unless it says otherwise.
'use strict';

const { codes, hideStackFrames } = require('errors/errors');

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_OUT_OF_RANGE,
  ERR_SOCKET_BAD_PORT,
  ERR_UNKNOWN_SIGNAL,
  ERR_INVALID_THIS,
} = codes;

const isInt32 = (value) => value === (value | 0);
const isUint32 = (value) => value === value >>> 0;

const validateString = hideStackFrames((value, name) => {
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, 'string', value);
});

const validateNumber = hideStackFrames((value, name, min = undefined, max = undefined) => {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (
    (min != null && value < min) ||
    (max != null && value > max) ||
    ((min != null || max != null) && Number.isNaN(value))
  ) {
    const range = `${min != null ? `>= ${min}` : ''}${min != null && max != null ? ' && ' : ''}${max != null ? `<= ${max}` : ''}`;
    throw new ERR_OUT_OF_RANGE(name, range, value);
  }
});

const validateInteger = hideStackFrames((value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) => {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (!Number.isInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value);
  if (value < min || value > max) throw new ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value);
});

const validateInt32 = hideStackFrames((value, name, min = -2147483648, max = 2147483647) => {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (!Number.isInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value);
  if (value < min || value > max) throw new ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value);
});

const validateUint32 = hideStackFrames((value, name, positive = false) => {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value);
  if (!Number.isInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value);
  const min = positive ? 1 : 0;
  if (value < min || value > 4294967295) throw new ERR_OUT_OF_RANGE(name, `>= ${min} && <= 4294967295`, value);
});

const validateBoolean = hideStackFrames((value, name) => {
  if (typeof value !== 'boolean') throw new ERR_INVALID_ARG_TYPE(name, 'boolean', value);
});

const validateFunction = hideStackFrames((value, name) => {
  if (typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(name, 'Function', value);
});

/** A function that is neither async nor a generator. */
const validatePlainFunction = hideStackFrames((value, name) => {
  if (typeof value !== 'function' || Object.prototype.toString.call(value) === '[object AsyncFunction]')
    throw new ERR_INVALID_ARG_TYPE(name, 'Function', value);
});

// Bits of validateObject's `options`.
const kValidateObjectNone = 0;
const kValidateObjectAllowNullable = 1;
const kValidateObjectAllowArray = 2;
const kValidateObjectAllowFunction = 4;
const kValidateObjectAllowObjects = kValidateObjectAllowArray | kValidateObjectAllowFunction;
const kValidateObjectAllowObjectsAndNull = kValidateObjectAllowObjects | kValidateObjectAllowNullable;

/** `options`: a sum of the bits above, or {nullable, allowArray, allowFunction}. */
const validateObject = hideStackFrames((value, name, options = kValidateObjectNone) => {
  let bits = options;
  if (typeof options === 'object' && options !== null) {
    bits =
      (options.nullable ? kValidateObjectAllowNullable : 0) |
      (options.allowArray ? kValidateObjectAllowArray : 0) |
      (options.allowFunction ? kValidateObjectAllowFunction : 0);
  }
  if (value === null) {
    if ((bits & kValidateObjectAllowNullable) === 0) throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
    return;
  }
  if ((bits & kValidateObjectAllowArray) === 0 && Array.isArray(value))
    throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
  if (typeof value !== 'object' && ((bits & kValidateObjectAllowFunction) === 0 || typeof value !== 'function'))
    throw new ERR_INVALID_ARG_TYPE(name, 'Object', value);
});

/** What a WebIDL dictionary accepts: objects, functions, null, undefined. */
const validateDictionary = hideStackFrames((value, name) => {
  if (value != null && typeof value !== 'object' && typeof value !== 'function')
    throw new ERR_INVALID_ARG_TYPE(name, 'a dictionary', value);
});

const validateArray = hideStackFrames((value, name, minLength = 0) => {
  if (!Array.isArray(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Array', value);
  if (value.length < minLength) throw new ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${minLength}`);
});

function validateElements(check) {
  return hideStackFrames((value, name) => {
    validateArray(value, name);
    for (let i = 0; i < value.length; i++) check(value[i], `${name}[${i}]`);
  });
}
const validateStringArray = validateElements(validateString);
const validateBooleanArray = validateElements(validateBoolean);

const validateOneOf = hideStackFrames((value, name, oneOf) => {
  if (oneOf.includes(value)) return;
  const allowed = oneOf.map((v) => (typeof v === 'string' ? `'${v}'` : String(v))).join(', ');
  throw new ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${allowed}`);
});

const validateUnion = hideStackFrames((value, name, union) => {
  if (!union.includes(value)) throw new ERR_INVALID_ARG_TYPE(name, `('${union.join('|')}')`, value);
});

const validateUndefined = hideStackFrames((value, name) => {
  if (value !== undefined) throw new ERR_INVALID_ARG_TYPE(name, 'undefined', value);
});

const validateAbortSignal = hideStackFrames((signal, name) => {
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal)))
    throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal);
});

const validateAbortSignalArray = validateElements((signal, name) => {
  if (signal == null) throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal);
  validateAbortSignal(signal, name);
});

const validateBuffer = hideStackFrames((value, name = 'buffer') => {
  if (!ArrayBuffer.isView(value)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value);
});

/** Hex needs an even number of digits. */
const validateEncoding = hideStackFrames((data, encoding) => {
  const normalized = typeof encoding === 'string' ? encoding.toLowerCase() : encoding;
  if (normalized === 'hex' && data.length % 2 !== 0)
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${data.length}`);
});

/** Gives the port as a number. */
const validatePort = hideStackFrames((port, name = 'Port', allowZero = true) => {
  if (
    (typeof port !== 'number' && typeof port !== 'string') ||
    (typeof port === 'string' && port.trim().length === 0) ||
    +port !== +port >>> 0 ||
    port > 0xffff ||
    (port === 0 && !allowZero)
  ) {
    throw new ERR_SOCKET_BAD_PORT(name, port, allowZero);
  }
  return port | 0;
});

const validateSignalName = hideStackFrames((signal, name = 'signal') => {
  validateString(signal, name);
  const { signals } = require('os/os').constants;
  if (signals[signal] !== undefined) return;
  if (signals[signal.toUpperCase()] !== undefined)
    throw new ERR_UNKNOWN_SIGNAL(`${signal} (signals must use all capital letters)`);
  throw new ERR_UNKNOWN_SIGNAL(signal);
});

/** A file mode: an octal string or a number; gives the number. */
const parseFileMode = hideStackFrames((value, name, otherwise = undefined) => {
  let mode = value ?? otherwise;
  if (typeof mode === 'string') {
    if (!/^[0-7]+$/.test(mode))
      throw new ERR_INVALID_ARG_VALUE(name, mode, 'must be a 32-bit unsigned integer or an octal string');
    mode = Number.parseInt(mode, 8);
  }
  validateUint32(mode, name);
  return mode;
});

/** A finite number in [lower, upper]; false for undefined or NaN, which stand for the default. */
const validateFiniteNumber = hideStackFrames((number, name) => {
  if (number === undefined) return false;
  if (Number.isFinite(number)) return true;
  if (Number.isNaN(number)) return false;
  validateNumber(number, name);
  throw new ERR_OUT_OF_RANGE(name, 'a finite number', number);
});

/** `number` when it is given and in range, `otherwise` when it is not given. */
const checkRangesOrGetDefault = hideStackFrames((number, name, lower, upper, otherwise) => {
  if (!validateFiniteNumber(number, name)) return otherwise;
  if (number < lower || number > upper) throw new ERR_OUT_OF_RANGE(name, `>= ${lower} and <= ${upper}`, number);
  return number;
});

const validateThisInternalField = hideStackFrames((object, fieldKey, className) => {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, fieldKey))
    throw new ERR_INVALID_THIS(className);
});

const LINK_VALUE = /^(?:<[^>]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/;

function validateLinkHeaderFormat(value, name) {
  if (value === undefined || !LINK_VALUE.test(value)) {
    throw new ERR_INVALID_ARG_VALUE(
      name,
      value,
      'must be an array or string of format "</styles.css>; rel=preload; as=style"',
    );
  }
}

/** The value of a Link header: one string, or an array of them; gives the joined text. */
const validateLinkHeaderValue = hideStackFrames((hints) => {
  if (typeof hints === 'string') {
    validateLinkHeaderFormat(hints, 'hints');
    return hints;
  }
  if (Array.isArray(hints)) {
    for (const link of hints) validateLinkHeaderFormat(link, 'hints');
    return hints.join(', ');
  }
  throw new ERR_INVALID_ARG_VALUE(
    'hints',
    hints,
    'must be an array or string of format "</styles.css>; rel=preload; as=style"',
  );
});

module.exports = {
  checkRangesOrGetDefault,
  isInt32,
  isUint32,
  kValidateObjectAllowArray,
  kValidateObjectAllowFunction,
  kValidateObjectAllowNullable,
  kValidateObjectAllowObjects,
  kValidateObjectAllowObjectsAndNull,
  kValidateObjectNone,
  parseFileMode,
  validateAbortSignal,
  validateAbortSignalArray,
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateBuffer,
  validateDictionary,
  validateEncoding,
  validateFiniteNumber,
  validateFunction,
  validateInt32,
  validateInteger,
  validateLinkHeaderFormat,
  validateLinkHeaderValue,
  validateNumber,
  validateObject,
  validateOneOf,
  validatePlainFunction,
  validatePort,
  validateSignalName,
  validateString,
  validateStringArray,
  validateThisInternalField,
  validateUint32,
  validateUndefined,
  validateUnion,
};
