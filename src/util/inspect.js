// util.inspect and util.format: https://nodejs.org/api/util.html#utilinspectobject-options
'use strict';

const native = binding('types');
const types = require('util/types');
const { getStringWidth, quote, stripVTControlCharacters } = require('util/strings');
const { kValidateObjectAllowArray, validateObject } = require('errors/validators');
const { isStackOverflowError } = require('errors/errors');

const { getOwnNonIndexProperties, getPromiseDetails, getProxyDetails, previewEntries, getConstructorName } = native;

const customInspect = Symbol.for('nodejs.util.inspect.custom');

const defaultOptions = Object.seal({
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: 80,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
});

const kObject = 0;
const kArray = 1;
const kArrayExtras = 2;

const KEY = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
const NUMBER_KEY = /^(0|[1-9][0-9]*)$/;

const builtInNames = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => /^[A-Z][a-zA-Z0-9]+$/.test(name)));
builtInNames.add('AggregateError');

/** How deep the tree of one value has been printed, what has been seen, how to print. */
function makeContext(options) {
  return {
    budget: {},
    indentationLvl: 0,
    seen: [],
    currentDepth: 0,
    stylize: noColor,
    ...defaultOptions,
    circular: undefined,
    userOptions: options,
  };
}

function inspect(value, opts) {
  const ctx = {
    budget: {},
    indentationLvl: 0,
    seen: [],
    currentDepth: 0,
    stylize: noColor,
    showHidden: defaultOptions.showHidden,
    depth: defaultOptions.depth,
    colors: defaultOptions.colors,
    customInspect: defaultOptions.customInspect,
    showProxy: defaultOptions.showProxy,
    maxArrayLength: defaultOptions.maxArrayLength,
    maxStringLength: defaultOptions.maxStringLength,
    breakLength: defaultOptions.breakLength,
    compact: defaultOptions.compact,
    sorted: defaultOptions.sorted,
    getters: defaultOptions.getters,
    numericSeparator: defaultOptions.numericSeparator,
    userOptions: undefined,
    circular: undefined,
  };
  if (arguments.length > 1) {
    if (arguments.length > 2) {
      // The old form: inspect(value, showHidden, depth, colors).
      if (arguments[2] !== undefined) ctx.depth = arguments[2];
      if (arguments.length > 3 && arguments[3] !== undefined) ctx.colors = arguments[3];
    }
    if (typeof opts === 'boolean') {
      ctx.showHidden = opts;
    } else if (opts) {
      for (const key of Object.keys(opts)) {
        if (Object.hasOwn(defaultOptions, key) || key === 'stylize') ctx[key] = opts[key];
        else if (ctx.userOptions === undefined) ctx.userOptions = opts;
      }
    }
  }
  if (ctx.colors) ctx.stylize = withColor;
  if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity;
  if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity;
  return formatValue(ctx, value, 0);
}
inspect.custom = customInspect;

Object.defineProperty(inspect, 'defaultOptions', {
  __proto__: null,
  get: () => defaultOptions,
  set(options) {
    validateObject(options, 'options');
    Object.assign(defaultOptions, options);
  },
});

inspect.colors = Object.assign(
  { __proto__: null },
  {
    reset: [0, 0],
    bold: [1, 22],
    dim: [2, 22],
    italic: [3, 23],
    underline: [4, 24],
    blink: [5, 25],
    inverse: [7, 27],
    hidden: [8, 28],
    strikethrough: [9, 29],
    doubleunderline: [21, 24],
    black: [30, 39],
    red: [31, 39],
    green: [32, 39],
    yellow: [33, 39],
    blue: [34, 39],
    magenta: [35, 39],
    cyan: [36, 39],
    white: [37, 39],
    bgBlack: [40, 49],
    bgRed: [41, 49],
    bgGreen: [42, 49],
    bgYellow: [43, 49],
    bgBlue: [44, 49],
    bgMagenta: [45, 49],
    bgCyan: [46, 49],
    bgWhite: [47, 49],
    framed: [51, 54],
    overlined: [53, 55],
    gray: [90, 39],
    redBright: [91, 39],
    greenBright: [92, 39],
    yellowBright: [93, 39],
    blueBright: [94, 39],
    magentaBright: [95, 39],
    cyanBright: [96, 39],
    whiteBright: [97, 39],
    bgGray: [100, 49],
    bgRedBright: [101, 49],
    bgGreenBright: [102, 49],
    bgYellowBright: [103, 49],
    bgBlueBright: [104, 49],
    bgMagentaBright: [105, 49],
    bgCyanBright: [106, 49],
    bgWhiteBright: [107, 49],
  },
);

function alias(target, name) {
  Object.defineProperty(inspect.colors, name, {
    __proto__: null,
    get() {
      return this[target];
    },
    set(value) {
      this[target] = value;
    },
    configurable: true,
    enumerable: false,
  });
}
alias('gray', 'grey');
alias('gray', 'blackBright');
alias('bgGray', 'bgGrey');
alias('bgGray', 'bgBlackBright');
alias('dim', 'faint');
alias('strikethrough', 'crossedout');
alias('strikethrough', 'strikeThrough');
alias('strikethrough', 'crossedOut');
alias('hidden', 'conceal');
alias('inverse', 'swapColors');
alias('inverse', 'swapcolors');
alias('doubleunderline', 'doubleUnderline');

inspect.styles = Object.assign(
  { __proto__: null },
  {
    special: 'cyan',
    number: 'yellow',
    bigint: 'yellow',
    boolean: 'yellow',
    undefined: 'grey',
    null: 'bold',
    string: 'green',
    symbol: 'green',
    date: 'magenta',
    regexp: 'red',
    module: 'underline',
  },
);

function withColor(text, styleType) {
  const style = inspect.styles[styleType];
  if (style === undefined) return text;
  if (typeof style === 'function') return style(text);
  const color = inspect.colors[style];
  return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
}

const noColor = (text) => text;

/** The options as a custom inspect function gets them. */
function optionsForUser(ctx, isCrossContext) {
  const options = { stylize: ctx.stylize, showHidden: ctx.showHidden, depth: ctx.depth, ...ctx.userOptions };
  for (const key of Object.keys(defaultOptions)) options[key] = ctx[key];
  if (isCrossContext) {
    Object.setPrototypeOf(options, null);
    options.stylize = Object.setPrototypeOf((value, flavour) => {
      try {
        return `${ctx.stylize(String(value), flavour)}`;
      } catch {
        return value;
      }
    }, null);
  }
  return options;
}

// --- one value ------------------------------------------------------------------------------------------------------------

function formatValue(ctx, value, recurseTimes, typedArray = undefined) {
  if (typeof value !== 'object' && typeof value !== 'function') return formatPrimitive(ctx.stylize, value, ctx);
  if (value === null) return ctx.stylize('null', 'null');
  const context = value;
  const proxy = getProxyDetails(value, ctx.showProxy === true || ctx.showProxy === 1);
  if (proxy !== undefined) {
    if (ctx.showProxy) return formatProxy(ctx, proxy, recurseTimes);
    if (proxy === null) return ctx.stylize('<Revoked Proxy>', 'special');
    let target = proxy;
    // The target of a proxy may be one itself.
    for (let next = getProxyDetails(target, false); next !== undefined; next = getProxyDetails(target, false)) {
      if (next === null) return ctx.stylize('<Revoked Proxy>', 'special');
      target = next;
    }
    value = target;
  }
  if (ctx.customInspect) {
    const maybeCustom = value[customInspect];
    if (
      typeof maybeCustom === 'function' &&
      maybeCustom !== inspect &&
      // A prototype object inherits what is meant for its instances.
      (Object.getOwnPropertyDescriptor(value, 'constructor') === undefined || value.constructor?.prototype !== value)
    ) {
      const depth = ctx.depth === null ? null : ctx.depth - recurseTimes;
      const isCrossContext = proxy !== undefined || !(context instanceof Object);
      const result = Reflect.apply(maybeCustom, context, [depth, optionsForUser(ctx, isCrossContext), inspect]);
      if (result !== context) {
        if (typeof result !== 'string') return formatValue(ctx, result, recurseTimes);
        return result.replaceAll('\n', `\n${' '.repeat(ctx.indentationLvl)}`);
      }
    }
  }
  if (ctx.seen.includes(value)) {
    let index = 1;
    if (ctx.circular === undefined) {
      ctx.circular = new Map();
      ctx.circular.set(value, index);
    } else {
      index = ctx.circular.get(value);
      if (index === undefined) {
        index = ctx.circular.size + 1;
        ctx.circular.set(value, index);
      }
    }
    return ctx.stylize(`[Circular *${index}]`, 'special');
  }
  return formatRaw(ctx, value, recurseTimes, typedArray);
}

function formatProxy(ctx, proxy, recurseTimes) {
  if (recurseTimes > ctx.depth && ctx.depth !== null) return ctx.stylize('Proxy [Array]', 'special');
  recurseTimes += 1;
  ctx.indentationLvl += 2;
  const result = [formatValue(ctx, proxy[0], recurseTimes), formatValue(ctx, proxy[1], recurseTimes)];
  ctx.indentationLvl -= 2;
  return reduceToSingleString(ctx, result, '', ['Proxy [', ']'], kArrayExtras, recurseTimes);
}

function formatPrimitive(fn, value, ctx) {
  switch (typeof value) {
    case 'string': {
      let trailer = '';
      if (value.length > ctx.maxStringLength) {
        const rest = value.length - ctx.maxStringLength;
        value = value.slice(0, ctx.maxStringLength);
        trailer = `... ${rest} more character${rest > 1 ? 's' : ''}`;
      }
      if (
        ctx.compact !== true &&
        // A long text with line breaks is shown a line each.
        value.length > 16 &&
        value.length > ctx.breakLength - ctx.indentationLvl - 4
      ) {
        return (
          value
            .split(/(?<=\n)/)
            .map((line) => fn(quote(line), 'string'))
            .join(` +\n${' '.repeat(ctx.indentationLvl + 2)}`) + trailer
        );
      }
      return fn(quote(value), 'string') + trailer;
    }
    case 'number':
      return formatNumber(fn, value, ctx.numericSeparator);
    case 'bigint':
      return formatBigInt(fn, value, ctx.numericSeparator);
    case 'boolean':
      return fn(`${value}`, 'boolean');
    case 'undefined':
      return fn('undefined', 'undefined');
    default:
      return fn(Symbol.prototype.toString.call(value), 'symbol');
  }
}

function groupInteger(text) {
  const start = text.startsWith('-') ? 1 : 0;
  let result = '';
  let i = text.length;
  for (; i >= start + 4; i -= 3) result = `_${text.slice(i - 3, i)}${result}`;
  return i === text.length ? text : `${text.slice(0, i)}${result}`;
}

function groupFraction(text) {
  let result = '';
  let i = 0;
  for (; i < text.length - 3; i += 3) result += `${text.slice(i, i + 3)}_`;
  return i === 0 ? text : `${result}${text.slice(i)}`;
}

function formatNumber(fn, number, numericSeparator) {
  if (!numericSeparator) return fn(Object.is(number, -0) ? '-0' : `${number}`, 'number');
  const text = String(number);
  const integer = Math.trunc(number);
  if (integer === number) {
    if (!Number.isFinite(number) || text.includes('e')) return fn(Object.is(number, -0) ? '-0' : text, 'number');
    return fn(Object.is(number, -0) ? '-0' : groupInteger(text), 'number');
  }
  if (Number.isNaN(number)) return fn(text, 'number');
  const at = text.indexOf('.');
  if (text.includes('e') || at < 0) return fn(text, 'number');
  return fn(`${groupInteger(text.slice(0, at))}.${groupFraction(text.slice(at + 1))}`, 'number');
}

function formatBigInt(fn, value, numericSeparator) {
  const text = String(value);
  return fn(`${numericSeparator ? groupInteger(text) : text}n`, 'bigint');
}

// --- names and prefixes -----------------------------------------------------------------------------------------------------

function isInstanceof(object, constructor) {
  try {
    return object instanceof constructor;
  } catch {
    return false;
  }
}

/** "Foo", "Foo <Complex prototype> ...", or null for objects without any prototype. */
function constructorName(object, ctx, recurseTimes, protoProps) {
  let firstProto;
  const original = object;
  while (object) {
    const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
    if (
      descriptor !== undefined &&
      typeof descriptor.value === 'function' &&
      descriptor.value.name !== '' &&
      isInstanceof(original, descriptor.value)
    ) {
      if (protoProps !== undefined && (firstProto !== object || !builtInNames.has(descriptor.value.name))) {
        addPrototypeProperties(ctx, original, firstProto || original, recurseTimes, protoProps);
      }
      return String(descriptor.value.name);
    }
    object = Object.getPrototypeOf(object);
    if (firstProto === undefined) firstProto = object;
  }
  if (firstProto === null) return null;
  const name = getConstructorName(original);
  if (recurseTimes > ctx.depth && ctx.depth !== null) return `${name} <Complex prototype>`;
  const proto = constructorName(firstProto, ctx, recurseTimes + 1, protoProps);
  if (proto === null) return `${name} <${inspect(firstProto, { ...ctx, customInspect: false, depth: -1 })}>`;
  return `${name} <${proto}>`;
}

/** With showHidden: what classes of users put on their prototypes. */
function addPrototypeProperties(ctx, main, object, recurseTimes, output) {
  let depth = 0;
  let keys;
  let keySet;
  do {
    if (depth !== 0 || main === object) {
      object = Object.getPrototypeOf(object);
      if (object === null) break;
      const descriptor = Object.getOwnPropertyDescriptor(object, 'constructor');
      if (descriptor !== undefined && typeof descriptor.value === 'function' && builtInNames.has(descriptor.value.name))
        break;
    }
    if (depth === 0) keySet = new Set();
    else for (const key of keys) keySet.add(key);
    keys = Reflect.ownKeys(object);
    ctx.seen.push(main);
    for (const key of keys) {
      if (key === 'constructor' || Object.hasOwn(main, key) || (depth !== 0 && keySet.has(key))) continue;
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (typeof descriptor.value === 'function') continue;
      const value = formatProperty(ctx, object, recurseTimes, key, kObject, descriptor, main);
      output.push(ctx.colors ? `\u001b[2m${value}\u001b[22m` : value);
    }
    ctx.seen.pop();
  } while (++depth !== 3);
}

function getPrefix(constructor, tag, fallback, size = '') {
  if (constructor === null) {
    if (tag !== '' && fallback !== tag) return `[${fallback}${size}: null prototype] [${tag}] `;
    return `[${fallback}${size}: null prototype] `;
  }
  if (tag !== '' && constructor !== tag) return `${constructor}${size} [${tag}] `;
  return `${constructor}${size} `;
}

function getKeys(value, showHidden) {
  const symbols = Object.getOwnPropertySymbols(value);
  if (showHidden) {
    const keys = Object.getOwnPropertyNames(value);
    if (symbols.length !== 0) keys.push(...symbols);
    return keys;
  }
  let keys;
  try {
    keys = Object.keys(value);
  } catch {
    // A module namespace with bindings that are not initialised yet.
    keys = Object.getOwnPropertyNames(value);
  }
  if (symbols.length !== 0)
    keys.push(...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)));
  return keys;
}

// --- objects ----------------------------------------------------------------------------------------------------------------

let isURL = (value) => {
  ({ isURL } = require('url/whatwg'));
  return isURL(value);
};

function formatRaw(ctx, value, recurseTimes, typedArray) {
  let keys;
  let protoProps;
  if (ctx.showHidden && (recurseTimes <= ctx.depth || ctx.depth === null)) protoProps = [];
  const constructor = constructorName(value, ctx, recurseTimes, protoProps);
  if (protoProps !== undefined && protoProps.length === 0) protoProps = undefined;

  let tag = value[Symbol.toStringTag];
  // Only a tag that says more than the class is shown; own, non-enumerable ones with showHidden alone.
  if (
    typeof tag !== 'string' ||
    constructor?.includes(tag) ||
    (tag !== '' && (ctx.showHidden ? Object.hasOwn : enumerableOwn)(value, Symbol.toStringTag))
  )
    tag = '';
  let base = '';
  let formatter = () => [];
  let braces;
  let noEntries = false;
  let ownFirst = []; // accessors of the prototype that are shown like properties
  let i = 0;
  const filterHidden = !ctx.showHidden;
  let extrasType = kObject;

  if (Symbol.iterator in value || constructor === null) {
    noEntries = false;
    if (Array.isArray(value)) {
      const prefix =
        constructor !== 'Array' || tag !== '' ? getPrefix(constructor, tag, 'Array', `(${value.length})`) : '';
      keys = getOwnNonIndexProperties(value, filterHidden);
      braces = [`${prefix}[`, ']'];
      if (value.length === 0 && keys.length === 0 && protoProps === undefined) return `${braces[0]}]`;
      extrasType = kArrayExtras;
      formatter = formatArray;
    } else if (types.isSet(value)) {
      const size = setSize(value);
      const prefix = getPrefix(constructor, tag, 'Set', `(${size})`);
      keys = getKeys(value, ctx.showHidden);
      formatter = constructor !== null ? (c, v, r) => formatSet(v, c, r) : (c, v, r) => formatSet(setValues(v), c, r);
      if (size === 0 && keys.length === 0 && protoProps === undefined) return `${prefix}{}`;
      braces = [`${prefix}{`, '}'];
    } else if (types.isMap(value)) {
      const size = mapSize(value);
      const prefix = getPrefix(constructor, tag, 'Map', `(${size})`);
      keys = getKeys(value, ctx.showHidden);
      formatter = constructor !== null ? (c, v, r) => formatMap(v, c, r) : (c, v, r) => formatMap(mapEntries(v), c, r);
      if (size === 0 && keys.length === 0 && protoProps === undefined) return `${prefix}{}`;
      braces = [`${prefix}{`, '}'];
    } else if (types.isTypedArray(value)) {
      keys = getOwnNonIndexProperties(value, filterHidden);
      let bound = value;
      let fallback = '';
      if (constructor === null) {
        fallback = typedArrayName(value);
        bound = new globalThis[fallback](value);
      }
      const size = typedArrayLength(value);
      const prefix = getPrefix(constructor, tag, fallback, `(${size})`);
      braces = [`${prefix}[`, ']'];
      if (value.length === 0 && keys.length === 0 && !ctx.showHidden) return `${braces[0]}]`;
      formatter = (c, v, r) => formatTypedArray(bound, size, c, v, r);
      extrasType = kArrayExtras;
    } else if (types.isMapIterator(value)) {
      keys = getKeys(value, ctx.showHidden);
      braces = iteratorBraces('Map', tag);
      formatter = (c, v, r) => formatIterator(braces, c, v, r);
    } else if (types.isSetIterator(value)) {
      keys = getKeys(value, ctx.showHidden);
      braces = iteratorBraces('Set', tag);
      formatter = (c, v, r) => formatIterator(braces, c, v, r);
    } else {
      noEntries = true;
    }
  } else {
    noEntries = true;
  }

  if (noEntries) {
    keys = getKeys(value, ctx.showHidden);
    braces = ['{', '}'];
    if (types.isArgumentsObject(value)) {
      braces[0] = `${constructor === null ? '[Arguments: null prototype]' : '[Arguments]'} {`;
      if (keys.length === 0 && protoProps === undefined) return `${braces[0]}}`;
    } else if (constructor === 'Object') {
      if (tag !== '') braces[0] = `${getPrefix(constructor, tag, 'Object')}{`;
      if (keys.length === 0 && protoProps === undefined) return `${braces[0]}}`;
    } else if (typeof value === 'function') {
      base = functionBase(ctx, value, constructor, tag);
      if (keys.length === 0 && protoProps === undefined) return ctx.stylize(base, 'special');
    } else if (types.isRegExp(value)) {
      base = RegExp.prototype.toString.call(constructor !== null ? value : new RegExp(value));
      const prefix = getPrefix(constructor, tag, 'RegExp');
      if (prefix !== 'RegExp ') base = `${prefix}${base}`;
      if ((keys.length === 0 && protoProps === undefined) || (recurseTimes > ctx.depth && ctx.depth !== null))
        return ctx.stylize(base, 'regexp');
    } else if (types.isDate(value)) {
      const time = Date.prototype.getTime.call(value);
      base = Number.isNaN(time) ? Date.prototype.toString.call(value) : Date.prototype.toISOString.call(value);
      const prefix = getPrefix(constructor, tag, 'Date');
      if (prefix !== 'Date ') base = `${prefix}${base}`;
      if (keys.length === 0 && protoProps === undefined) return ctx.stylize(base, 'date');
    } else if (types.isNativeError(value) || value instanceof Error) {
      base = formatError(value, constructor, tag, ctx, keys);
      if (keys.length === 0 && protoProps === undefined) return base;
    } else if (types.isAnyArrayBuffer(value)) {
      const name = types.isArrayBuffer(value) ? 'ArrayBuffer' : 'SharedArrayBuffer';
      const prefix = getPrefix(constructor, tag, name);
      if (typedArray === undefined) {
        formatter = formatArrayBuffer;
      } else if (keys.length === 0 && protoProps === undefined) {
        return `${prefix}{ [byteLength]: ${formatNumber(ctx.stylize, value.byteLength, false)} }`;
      }
      braces[0] = `${prefix}{`;
      ownFirst = ['byteLength'];
    } else if (types.isDataView(value)) {
      braces[0] = `${getPrefix(constructor, tag, 'DataView')}{`;
      ownFirst = ['byteLength', 'byteOffset', 'buffer'];
    } else if (types.isPromise(value)) {
      braces[0] = `${getPrefix(constructor, tag, 'Promise')}{`;
      formatter = formatPromise;
    } else if (types.isWeakSet(value)) {
      braces[0] = `${getPrefix(constructor, tag, 'WeakSet')}{`;
      formatter = ctx.showHidden ? formatWeakSet : formatWeakCollection;
    } else if (types.isWeakMap(value)) {
      braces[0] = `${getPrefix(constructor, tag, 'WeakMap')}{`;
      formatter = ctx.showHidden ? formatWeakMap : formatWeakCollection;
    } else if (types.isModuleNamespaceObject(value)) {
      braces[0] = `${getPrefix(constructor, tag, 'Module')}{`;
      formatter = (c, v, r) => formatNamespace(keys, c, v, r);
    } else if (types.isBoxedPrimitive(value)) {
      base = boxedBase(value, ctx, keys, constructor, tag);
      if (keys.length === 0 && protoProps === undefined) return base;
    } else if (isURL(value) && !(recurseTimes > ctx.depth && ctx.depth !== null)) {
      // Without custom inspection, as in the messages of assert.
      base = value.href;
      if (keys.length === 0 && protoProps === undefined) return base;
      braces[0] = `${getPrefix(constructor, tag, 'Object')}{`;
    } else {
      if (keys.length === 0 && protoProps === undefined) {
        if (types.isExternal(value))
          return ctx.stylize(`[External: ${native.getExternalValue(value).toString(16)}]`, 'special');
        return `${getPrefix(constructor, tag, constructor === null ? getConstructorName(value) : 'Object')}{}`;
      }
      braces[0] = `${getPrefix(constructor, tag, constructor === null ? getConstructorName(value) : 'Object')}{`;
    }
  }
  return finishRaw();

  function finishRaw() {
    if (recurseTimes > ctx.depth && ctx.depth !== null) {
      const name = getPrefix(constructor, tag, Array.isArray(value) ? 'Array' : 'Object').slice(0, -1);
      return ctx.stylize(`[${name}]`, 'special');
    }
    recurseTimes += 1;
    ctx.seen.push(value);
    ctx.currentDepth = recurseTimes;
    let output;
    i = 0;
    try {
      output = formatter(ctx, value, recurseTimes);
      for (const key of ownFirst)
        output.push(`${ctx.stylize(`[${key}]`, 'string')}: ${formatHiddenAccessor(ctx, value[key], recurseTimes)}`);
      for (i = 0; i < keys.length; i++) output.push(formatProperty(ctx, value, recurseTimes, keys[i], extrasType));
      if (protoProps !== undefined) output.push(...protoProps);
    } catch (error) {
      if (!isStackOverflowError(error)) throw error;
      const name = getPrefix(constructor, tag, 'Object').slice(0, -1);
      ctx.seen.pop();
      ctx.indentationLvl = 0;
      return ctx.stylize(`[${name}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`, 'special');
    }
    if (ctx.circular !== undefined) {
      const index = ctx.circular.get(value);
      if (index !== undefined) {
        const reference = ctx.stylize(`<ref *${index}>`, 'special');
        if (ctx.compact !== true) base = base === '' ? reference : `${reference} ${base}`;
        else braces[0] = `${reference} ${braces[0]}`;
      }
    }
    ctx.seen.pop();
    if (ctx.sorted) {
      const comparator = ctx.sorted === true ? undefined : ctx.sorted;
      if (extrasType === kObject) {
        output.sort(comparator);
      } else if (keys.length > 1) {
        const sorted = output.slice(output.length - keys.length).sort(comparator);
        output.splice(output.length - keys.length, keys.length, ...sorted);
      }
    }
    const result = reduceToSingleString(ctx, output, base, braces, extrasType, recurseTimes, value);
    const budget = ctx.budget[ctx.indentationLvl] || 0;
    const newLength = budget + result.length;
    ctx.budget[ctx.indentationLvl] = newLength;
    // More than 128 MiB of text: stop going deeper.
    if (newLength > 2 ** 27) ctx.depth = -1;
    return result;
  }
}

const enumerableOwn = (value, key) => Object.prototype.propertyIsEnumerable.call(value, key);

const iteratorBraces = (type, tag) => {
  if (tag !== `${type} Iterator`) {
    if (tag !== '') tag += '] [';
    tag += `${type} Iterator`;
  }
  return [`[${tag}] {`, '}'];
};

const setSize = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Set.prototype, 'size').get);
const mapSize = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(Map.prototype, 'size').get);
const setValues = Function.prototype.call.bind(Set.prototype.values);
const mapEntries = Function.prototype.call.bind(Map.prototype.entries);
const typedArrayProto = Object.getPrototypeOf(Uint8Array.prototype);
const typedArrayLength = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(typedArrayProto, 'length').get);
const typedArrayName = Function.prototype.call.bind(
  Object.getOwnPropertyDescriptor(typedArrayProto, Symbol.toStringTag).get,
);

const CLASS_SOURCE = /^(\s+[^(]*?)\s*{/;
const COMMENTS = /(\/\/.*?\n)|(\/\*(.|\n)*?\*\/)/g;

function classBase(value, constructor, tag) {
  const hasName = Object.hasOwn(value, 'name');
  const name = (hasName && value.name) || '(anonymous)';
  let base = `class ${name}`;
  if (constructor !== 'Function' && constructor !== null) base += ` [${constructor}]`;
  if (tag !== '' && constructor !== tag) base += ` [${tag}]`;
  if (constructor !== null) {
    const superName = Object.getPrototypeOf(value).name;
    if (superName) base += ` extends ${superName}`;
  } else {
    base += ' extends [null prototype]';
  }
  return `[${base}]`;
}

function functionBase(ctx, value, constructor, tag) {
  const source = Function.prototype.toString.call(value);
  if (source.startsWith('class') && source.endsWith('}')) {
    const slice = source.slice(5, -1);
    const bracket = slice.indexOf('{');
    if (
      bracket !== -1 &&
      (!slice.slice(0, bracket).includes('(') || CLASS_SOURCE.exec(slice.replace(COMMENTS, '')) !== null)
    ) {
      return classBase(value, constructor, tag);
    }
  }
  let type = 'Function';
  if (types.isGeneratorFunction(value)) type = `Generator${type}`;
  if (types.isAsyncFunction(value)) type = `Async${type}`;
  let base = `[${type}`;
  if (constructor === null) base += ' (null prototype)';
  if (value.name === '') base += ' (anonymous)';
  else base += `: ${typeof value.name === 'string' ? value.name : formatValue(ctx, value.name)}`;
  base += ']';
  if (constructor !== type && constructor !== null) base += ` ${constructor}`;
  if (tag !== '' && constructor !== tag) base += ` [${tag}]`;
  return base;
}

function boxedBase(value, ctx, keys, constructor, tag) {
  let fn;
  let type;
  if (types.isNumberObject(value)) [fn, type] = [Number.prototype.valueOf, 'Number'];
  else if (types.isStringObject(value)) {
    [fn, type] = [String.prototype.valueOf, 'String'];
    keys.splice(0, value.length); // the characters
  } else if (types.isBooleanObject(value)) [fn, type] = [Boolean.prototype.valueOf, 'Boolean'];
  else if (types.isBigIntObject(value)) [fn, type] = [BigInt.prototype.valueOf, 'BigInt'];
  else [fn, type] = [Symbol.prototype.valueOf, 'Symbol'];
  let base = `[${type}`;
  if (type !== constructor) base += constructor === null ? ' (null prototype)' : ` (${constructor})`;
  base += `: ${formatPrimitive(noColor, fn.call(value), ctx)}]`;
  if (tag !== '' && tag !== constructor) base += ` [${tag}]`;
  if (keys.length !== 0 || ctx.stylize === noColor) return base;
  return ctx.stylize(base, type.toLowerCase());
}

// --- errors -----------------------------------------------------------------------------------------------------------------

/** The stack, with the class's name put right, grey runtime frames when colours are on, and the cause among the keys. */
function formatError(error, constructor, tag, ctx, keys) {
  let name;
  let stack;
  try {
    name = error.name != null ? String(error.name) : 'Error';
  } catch {
    name = 'Error';
  }
  stack = errorStack(error);
  removeDuplicateKeys(ctx, keys, error, stack);
  if ('cause' in error && (keys.length === 0 || !keys.includes('cause'))) keys.push('cause');
  // AggregateError keeps its errors in a property that is not enumerable.
  if (Array.isArray(error.errors) && (keys.length === 0 || !keys.includes('errors'))) keys.push('errors');
  stack = improveStack(stack, constructor, name, tag);
  // The message may span lines that look like frames: leave it alone.
  let at = error.message && typeof error.message === 'string' ? stack.indexOf(error.message) : -1;
  if (at !== -1) at += error.message.length;
  const stackStart = stack.indexOf('\n    at', at);
  if (stackStart === -1) {
    stack = `[${stack}]`;
  } else {
    let newStack = stack.slice(0, stackStart);
    const lines = stack.slice(stackStart + 1).split('\n');
    hideSharedFrames(ctx, lines, error);
    if (ctx.colors) {
      const workingDirectory = safeCwd();
      for (let line of lines) {
        const core = /^ {4}at (?:[^/\\(]+ \(|)node:(.+):\d+:\d+(?:\)|$)/.exec(line);
        if (core !== null) {
          newStack += `\n${ctx.stylize(line, 'undefined')}`;
        } else {
          newStack += '\n';
          line = markNodeModules(ctx, line);
          if (workingDirectory !== undefined) line = markCwd(ctx, line, workingDirectory);
          newStack += line;
        }
      }
    } else {
      newStack += `\n${lines.join('\n')}`;
    }
    stack = newStack;
  }
  if (ctx.indentationLvl !== 0) {
    stack = stack.replaceAll('\n', `\n${' '.repeat(ctx.indentationLvl)}`);
  }
  return stack;
}

/** Frames that the cause's stack shows, too, are left out here. */
function hideSharedFrames(ctx, lines, error) {
  const cause = error.cause;
  if (cause == null || !(types.isNativeError(cause) || cause instanceof Error)) return;
  const causeStack = errorStack(cause);
  const start = causeStack.indexOf('\n    at');
  if (start === -1) return;
  const causeLines = causeStack.slice(start + 1).split('\n');
  // The longest run of equal lines.
  let longest = 0;
  let offset = 0;
  for (let i = 0; i < lines.length; i++) {
    const at = causeLines.indexOf(lines[i]);
    if (at === -1) continue;
    let length = 1;
    while (
      i + length < lines.length &&
      at + length < causeLines.length &&
      lines[i + length] === causeLines[at + length]
    )
      length++;
    if (length > longest) {
      longest = length;
      offset = i;
    }
  }
  if (longest <= 3) return;
  const skipped = longest - 2;
  lines.splice(
    offset + 1,
    skipped,
    ctx.stylize(`    ... ${skipped} lines matching cause stack trace ...`, 'undefined'),
  );
}

function errorStack(error) {
  try {
    if (error.stack) return typeof error.stack === 'string' ? error.stack : formatValue(makeContext(), error.stack, 0);
    return Error.prototype.toString.call(error);
  } catch {
    return '[object Error]';
  }
}

/** Properties whose text the stack shows already. */
function removeDuplicateKeys(ctx, keys, error, stack) {
  if (ctx.showHidden || keys.length === 0) return;
  for (const name of ['name', 'message', 'stack']) {
    const index = keys.indexOf(name);
    if (index === -1) continue;
    if (typeof error[name] !== 'string' || stack.includes(error[name])) keys.splice(index, 1);
  }
}

function improveStack(stack, constructor, name, tag) {
  let length = name.length;
  if (typeof name !== 'string') return stack;
  if (
    constructor === null ||
    (name.endsWith('Error') &&
      stack.startsWith(name) &&
      (stack.length === length || stack[length] === ':' || stack[length] === '\n'))
  ) {
    let fallback = 'Error';
    if (constructor === null) {
      const start = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/.exec(stack) || /^([a-z_A-Z0-9-]*Error)$/.exec(stack);
      fallback = (start && start[1]) || '';
      length = fallback.length;
      fallback ||= 'Error';
    }
    const prefix = getPrefix(constructor, tag, fallback).slice(0, -1);
    if (name !== prefix) {
      if (prefix.includes(name)) {
        stack = length === 0 ? `${prefix}: ${stack}` : `${prefix}${stack.slice(length)}`;
      } else {
        stack = `${prefix} [${name}]${stack.slice(length)}`;
      }
    }
  }
  return stack;
}

function safeCwd() {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function markNodeModules(ctx, line) {
  let result = '';
  let last = 0;
  let at = line.indexOf('node_modules');
  while (at !== -1) {
    const before = line[at - 1];
    const after = line[at + 12];
    if ((after !== '/' && after !== '\\') || (before !== '/' && before !== '\\')) {
      at = line.indexOf('node_modules', at + 12);
      continue;
    }
    const start = at + 13;
    let end = line.indexOf(after, start);
    if (line[start] === '@') end = line.indexOf(after, end + 1);
    if (end < 0) end = line.length;
    result += line.slice(last, start) + ctx.stylize(line.slice(start, end), 'module');
    last = end;
    at = line.indexOf('node_modules', end);
  }
  return last === 0 ? line : result + line.slice(last);
}

function markCwd(ctx, line, cwd) {
  let start = line.indexOf(cwd);
  let length = cwd.length;
  if (start === -1) return line;
  if (line.slice(start - 7, start) === 'file://') {
    start -= 7;
    length += 7;
  }
  const from = line[start - 1] === '(' ? start - 1 : start;
  const end = from !== start && line.endsWith(')') ? -1 : line.length;
  const cwdEnd = start + length + 1;
  return (
    line.slice(0, from) +
    ctx.stylize(line.slice(from, cwdEnd), 'undefined') +
    line.slice(cwdEnd, end) +
    (end === -1 ? ctx.stylize(')', 'undefined') : '')
  );
}

// --- contents ---------------------------------------------------------------------------------------------------------------

const remainingText = (count) => `... ${count} more item${count > 1 ? 's' : ''}`;

function formatArray(ctx, value, recurseTimes) {
  const length = Math.min(Math.max(0, ctx.maxArrayLength), value.length);
  const remaining = value.length - length;
  const output = [];
  for (let i = 0; i < length; i++) {
    if (!Object.hasOwn(value, i)) return formatSparseArray(ctx, value, recurseTimes, length, output, i);
    output.push(formatProperty(ctx, value, recurseTimes, i, kArray));
  }
  if (remaining > 0) output.push(remainingText(remaining));
  return output;
}

function formatSparseArray(ctx, value, recurseTimes, maxLength, output, i) {
  const keys = Object.keys(value);
  let index = i;
  for (; i < keys.length && output.length < maxLength; i++) {
    const key = keys[i];
    if (`${index}` !== key) {
      if (!NUMBER_KEY.test(key)) break;
      const empty = key - index;
      output.push(ctx.stylize(`<${empty} empty item${empty > 1 ? 's' : ''}>`, 'undefined'));
      index = Number(key);
      if (output.length === maxLength) break;
    }
    output.push(formatProperty(ctx, value, recurseTimes, key, kArray));
    index++;
  }
  const remaining = value.length - index;
  if (output.length !== maxLength) {
    if (remaining > 0) output.push(ctx.stylize(`<${remaining} empty item${remaining > 1 ? 's' : ''}>`, 'undefined'));
  } else if (remaining > 0) {
    output.push(remainingText(remaining));
  }
  return output;
}

function formatTypedArray(value, length, ctx, ignored, recurseTimes) {
  const maxLength = Math.min(Math.max(0, ctx.maxArrayLength), length);
  const remaining = value.length - maxLength;
  const output = new Array(maxLength);
  const format = value.length > 0 && typeof value[0] === 'number' ? formatNumber : formatBigInt;
  for (let i = 0; i < maxLength; ++i) output[i] = format(ctx.stylize, value[i], ctx.numericSeparator);
  if (remaining > 0) output[maxLength] = remainingText(remaining);
  if (ctx.showHidden) {
    ctx.indentationLvl += 2;
    for (const key of ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer']) {
      output.push(`[${key}]: ${formatValue(ctx, value[key], recurseTimes, true)}`);
    }
    ctx.indentationLvl -= 2;
  }
  return output;
}

let hexSlice;
function formatArrayBuffer(ctx, value) {
  let bytes;
  try {
    bytes = new Uint8Array(value);
  } catch {
    return [ctx.stylize('(detached)', 'special')];
  }
  hexSlice ??= require('buffer/buffer').Buffer.prototype.hexSlice;
  let text = hexSlice
    .call(bytes, 0, Math.min(ctx.maxArrayLength, bytes.length))
    .replace(/(.{2})/g, '$1 ')
    .trim();
  const remaining = bytes.length - ctx.maxArrayLength;
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? 's' : ''}`;
  return [`${ctx.stylize('[Uint8Contents]', 'special')}: <${text}>`];
}

function formatSet(value, ctx, recurseTimes) {
  const length = mapLikeLength(value, setSize);
  const maxLength = Math.min(Math.max(0, ctx.maxArrayLength), length);
  const remaining = length - maxLength;
  const output = [];
  ctx.indentationLvl += 2;
  let i = 0;
  for (const item of value) {
    if (i >= maxLength) break;
    output.push(formatValue(ctx, item, recurseTimes));
    i++;
  }
  if (remaining > 0) output.push(remainingText(remaining));
  ctx.indentationLvl -= 2;
  return output;
}

function formatMap(value, ctx, recurseTimes) {
  const length = mapLikeLength(value, mapSize);
  const maxLength = Math.min(Math.max(0, ctx.maxArrayLength), length);
  const remaining = length - maxLength;
  const output = [];
  ctx.indentationLvl += 2;
  let i = 0;
  for (const [key, item] of value) {
    if (i >= maxLength) break;
    output.push(`${formatValue(ctx, key, recurseTimes)} => ${formatValue(ctx, item, recurseTimes)}`);
    i++;
  }
  if (remaining > 0) output.push(remainingText(remaining));
  ctx.indentationLvl -= 2;
  return output;
}

function mapLikeLength(value, size) {
  try {
    return size(value);
  } catch {
    return Infinity; // an iterator, of a collection without a prototype
  }
}

function formatSetIterInner(ctx, recurseTimes, entries, isMap) {
  const maxLength = Math.max(ctx.maxArrayLength, 0);
  const output = [];
  ctx.indentationLvl += 2;
  if (isMap) {
    const pairs = entries.length / 2;
    const shown = Math.min(maxLength, pairs);
    for (let i = 0; i < shown; i++) {
      const parts = [
        formatValue(ctx, entries[2 * i], recurseTimes),
        formatValue(ctx, entries[2 * i + 1], recurseTimes),
      ];
      output.push(
        isMap === 'weak'
          ? `${parts[0]} => ${parts[1]}`
          : reduceToSingleString(ctx, parts, '', ['[', ']'], kArrayExtras, recurseTimes),
      );
    }
    if (isMap === 'weak') output.sort();
    if (pairs > shown) output.push(remainingText(pairs - shown));
  } else {
    const shown = Math.min(maxLength, entries.length);
    for (let i = 0; i < shown; i++) output.push(formatValue(ctx, entries[i], recurseTimes));
    if (entries.length > shown) output.push(remainingText(entries.length - shown));
  }
  ctx.indentationLvl -= 2;
  return output;
}

function formatIterator(braces, ctx, value, recurseTimes) {
  const [entries, isKeyValue] = previewEntries(value, true);
  if (isKeyValue) {
    braces[0] = braces[0].replace(/ Iterator] {$/, ' Entries] {');
    return formatSetIterInner(ctx, recurseTimes, entries, true);
  }
  return formatSetIterInner(ctx, recurseTimes, entries, false);
}

function formatWeakCollection(ctx) {
  return [ctx.stylize('<items unknown>', 'special')];
}

function formatWeakSet(ctx, value, recurseTimes) {
  return formatSetIterInner(ctx, recurseTimes, previewEntries(value), false).sort();
}

function formatWeakMap(ctx, value, recurseTimes) {
  return formatSetIterInner(ctx, recurseTimes, previewEntries(value), 'weak');
}

function formatPromise(ctx, value, recurseTimes) {
  const [state, result] = getPromiseDetails(value);
  if (state === 0) return [ctx.stylize('<pending>', 'special')];
  ctx.indentationLvl += 2;
  const text = formatValue(ctx, result, recurseTimes);
  ctx.indentationLvl -= 2;
  return [state === 2 ? `${ctx.stylize('<rejected>', 'special')} ${text}` : text];
}

function formatNamespace(keys, ctx, value, recurseTimes) {
  const output = new Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    try {
      output[i] = formatProperty(ctx, value, recurseTimes, keys[i], kObject);
    } catch (error) {
      if (!(types.isNativeError(error) && error.name === 'ReferenceError')) throw error;
      // In the temporal dead zone.
      const placeholder = { [keys[i]]: '' };
      output[i] = formatProperty(ctx, placeholder, recurseTimes, keys[i], kObject);
      const at = output[i].lastIndexOf(' ');
      output[i] = output[i].slice(0, at + 1) + ctx.stylize('<uninitialized>', 'special');
    }
  }
  keys.length = 0; // printed here
  return output;
}

function formatHiddenAccessor(ctx, value, recurseTimes) {
  ctx.indentationLvl += 2;
  const text = formatValue(ctx, value, recurseTimes);
  ctx.indentationLvl -= 2;
  return text;
}

function formatProperty(ctx, value, recurseTimes, key, type, desc, original = value) {
  let text;
  let separator = ' ';
  desc = desc ||
    Object.getOwnPropertyDescriptor(value, key) || { value: value[key], configurable: true, enumerable: true };
  if (desc.value !== undefined) {
    const diff = ctx.compact !== true || type !== kObject ? 2 : 3;
    ctx.indentationLvl += diff;
    text = formatValue(ctx, desc.value, recurseTimes);
    if (diff === 3 && ctx.breakLength < getStringWidth(text, ctx.colors))
      separator = `\n${' '.repeat(ctx.indentationLvl)}`;
    ctx.indentationLvl -= diff;
  } else if (desc.get !== undefined) {
    const label = desc.set !== undefined ? 'Getter/Setter' : 'Getter';
    const style = 'special';
    if (
      ctx.getters &&
      (ctx.getters === true ||
        (ctx.getters === 'get' && desc.set === undefined) ||
        (ctx.getters === 'set' && desc.set !== undefined))
    ) {
      try {
        const got = Reflect.apply(desc.get, original, []);
        ctx.indentationLvl += 2;
        if (got === null)
          text = `${ctx.stylize(`[${label}:`, style)} ${ctx.stylize('null', 'null')}${ctx.stylize(']', style)}`;
        else if (typeof got === 'object')
          text = `${ctx.stylize(`[${label}]`, style)} ${formatValue(ctx, got, recurseTimes)}`;
        else
          text = `${ctx.stylize(`[${label}:`, style)} ${formatPrimitive(ctx.stylize, got, ctx)}${ctx.stylize(']', style)}`;
        ctx.indentationLvl -= 2;
      } catch (error) {
        const message = `<Inspection threw (${error.message})>`;
        text = `${ctx.stylize(`[${label}:`, style)} ${message}${ctx.stylize(']', style)}`;
      }
    } else {
      text = ctx.stylize(`[${label}]`, style);
    }
  } else if (desc.set !== undefined) {
    text = ctx.stylize('[Setter]', 'special');
  } else {
    text = ctx.stylize('undefined', 'undefined');
  }
  if (type === kArray) return text;
  let name;
  if (typeof key === 'symbol') {
    name = ctx.stylize(symbolName(key), 'symbol');
  } else if (key === '__proto__') {
    name = desc.enumerable === false ? "[['__proto__']]" : "['__proto__']";
  } else if (desc.enumerable === false) {
    name = `[${key.includes("'") || /[\x00-\x1f]/.test(key) ? quote(key).slice(1, -1) : key}]`;
  } else if (KEY.test(key)) {
    name = ctx.stylize(key, 'name');
  } else {
    name = ctx.stylize(quote(key), 'string');
  }
  if (typeof key === 'symbol' && desc.enumerable === false) name = `[${name}]`;
  return `${name}:${separator}${text}`;
}

function symbolName(key) {
  return Symbol.prototype.toString.call(key).replace(/[\x00-\x1f\x7f-\x9f]/g, (c) => quote(c).slice(1, -1));
}

// --- layout -----------------------------------------------------------------------------------------------------------------

function isBelowBreakLength(ctx, output, start, base) {
  let total = output.length + start;
  if (total + output.length > ctx.breakLength) return false;
  for (let i = 0; i < output.length; i++) {
    total += ctx.colors ? stripVTControlCharacters(output[i]).length : output[i].length;
    if (total > ctx.breakLength) return false;
  }
  return base === '' || !base.includes('\n');
}

/** Array.prototype.join by concatenation: a deep object's text is copied once, at the end, not at every level. */
function concat(parts, separator) {
  if (parts.length === 0) return '';
  let text = parts[0];
  for (let i = 1; i < parts.length; i++) text += separator + parts[i];
  return text;
}

function reduceToSingleString(ctx, output, base, braces, extrasType, recurseTimes, value) {
  if (ctx.compact !== true) {
    if (typeof ctx.compact === 'number' && ctx.compact >= 1) {
      const entries = output.length;
      if (extrasType === kArrayExtras && entries > 6) output = groupArrayElements(ctx, output, value);
      if (ctx.currentDepth - recurseTimes < ctx.compact && entries === output.length) {
        // One line, when it fits and holds no line breaks.
        const start = output.length + ctx.indentationLvl + braces[0].length + base.length + 10;
        if (isBelowBreakLength(ctx, output, start, base)) {
          const joined = output.join(', ');
          if (!joined.includes('\n')) return `${base ? `${base} ` : ''}${braces[0]} ${joined} ${braces[1]}`;
        }
      }
    }
    const indentation = `\n${' '.repeat(ctx.indentationLvl)}`;
    return `${base ? `${base} ` : ''}${braces[0]}${indentation}  ${concat(output, `,${indentation}  `)}${indentation}${braces[1]}`;
  }
  if (isBelowBreakLength(ctx, output, 0, base)) {
    return `${braces[0]}${base ? ` ${base}` : ''} ${output.join(', ')} ${braces[1]}`;
  }
  const indentation = `\n${' '.repeat(ctx.indentationLvl)}`;
  const line =
    base === '' && braces[0].length === 1 ? ' ' : `${base ? ` ${base}` : ''}\n${' '.repeat(ctx.indentationLvl)}  `;
  return `${braces[0]}${line}${concat(output, `,${indentation}  `)} ${braces[1]}`;
}

/** Short elements of long arrays in columns. */
function groupArrayElements(ctx, output, value) {
  let totalLength = 0;
  let maxLength = 0;
  let i = 0;
  let outputLength = output.length;
  if (ctx.maxArrayLength < output.length) outputLength--; // "... more items" stays out
  const separatorSpace = 2;
  const lengths = new Array(outputLength);
  for (; i < outputLength; i++) {
    const length = ctx.colors ? getStringWidth(output[i], true) : getStringWidth(output[i], false);
    lengths[i] = length;
    totalLength += length + separatorSpace;
    if (maxLength < length) maxLength = length;
  }
  const actualMax = maxLength + separatorSpace;
  if (actualMax * 3 + ctx.indentationLvl < ctx.breakLength && (totalLength / actualMax > 5 || maxLength <= 6)) {
    // About square, given that a character is 2.5 times as high as wide, biased towards the average width.
    const averageBias = Math.sqrt(actualMax - totalLength / output.length);
    const biasedMax = Math.max(actualMax - 3 - averageBias, 1);
    const columns = Math.min(
      Math.round(Math.sqrt(2.5 * biasedMax * outputLength) / biasedMax),
      Math.floor((ctx.breakLength - ctx.indentationLvl) / actualMax),
      ctx.compact * 4,
      15,
    );
    if (columns <= 1) return output;
    const widths = [];
    const maxLineLength = [];
    for (let c = 0; c < columns; c++) {
      let width = 0;
      for (let j = c; j < output.length; j += columns) if (lengths[j] > width) width = lengths[j];
      maxLineLength.push(width + separatorSpace);
    }
    let pad = String.prototype.padStart;
    if (value !== undefined) {
      for (let j = 0; j < output.length; j++) {
        if (typeof value[j] !== 'number' && typeof value[j] !== 'bigint') {
          pad = String.prototype.padEnd;
          break;
        }
      }
    }
    for (let row = 0; row < outputLength; row += columns) {
      const max = Math.min(row + columns, outputLength);
      let text = '';
      let j = row;
      for (; j < max - 1; j++) {
        const padding = maxLineLength[j - row] + output[j].length - lengths[j];
        text += pad.call(`${output[j]}, `, padding, ' ');
      }
      if (pad === String.prototype.padStart) {
        const padding = maxLineLength[j - row] + output[j].length - lengths[j] - separatorSpace;
        text += output[j].padStart(padding, ' ');
      } else {
        text += output[j];
      }
      widths.push(text);
    }
    if (ctx.maxArrayLength < output.length) widths.push(output[outputLength]);
    output = widths;
  }
  return output;
}

// --- format -----------------------------------------------------------------------------------------------------------------

function hasBuiltInToString(value) {
  const proxy = getProxyDetails(value, false);
  if (proxy !== undefined) {
    if (proxy === null) return true;
    value = proxy;
  }
  // A toString of the user's own counts, one on a built-in prototype does not.
  if (
    typeof value[Symbol.toPrimitive] === 'function' &&
    !(value instanceof Date && !Object.hasOwn(value, Symbol.toPrimitive))
  )
    return false;
  if (typeof value.toString !== 'function') return true;
  if (Object.hasOwn(value, 'toString')) return false;
  let pointer = value;
  do {
    pointer = Object.getPrototypeOf(pointer);
  } while (!Object.hasOwn(pointer, 'toString'));
  const descriptor = Object.getOwnPropertyDescriptor(pointer, 'constructor');
  return descriptor !== undefined && typeof descriptor.value === 'function' && builtInNames.has(descriptor.value.name);
}

function format(...args) {
  return formatWithOptionsInternal(undefined, args);
}

function formatWithOptions(inspectOptions, ...args) {
  validateObject(inspectOptions, 'inspectOptions', kValidateObjectAllowArray);
  return formatWithOptionsInternal(inspectOptions, args);
}

const firstErrorLine = (error) => error.message.split('\n', 1)[0];
let circularMessage;

function tryStringify(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!circularMessage) {
      const a = {};
      a.a = a;
      try {
        JSON.stringify(a);
      } catch (inner) {
        circularMessage = firstErrorLine(inner);
      }
    }
    if (error.name === 'TypeError' && firstErrorLine(error) === circularMessage) return '[Circular]';
    throw error;
  }
}

const formatNumberOf = (value, options) =>
  formatNumber(noColor, value, options?.numericSeparator ?? defaultOptions.numericSeparator);
const formatBigIntOf = (value, options) =>
  formatBigInt(noColor, value, options?.numericSeparator ?? defaultOptions.numericSeparator);

function formatWithOptionsInternal(inspectOptions, args) {
  const first = args[0];
  if (args.length === 1 && typeof first === 'string') return first;
  let a = 0;
  let result = '';
  let join = '';
  if (typeof first === 'string') {
    if (args.length === 1) return first;
    let lastPos = 0;
    for (let i = 0; i < first.length - 1; i++) {
      if (first.charCodeAt(i) !== 37) continue;
      const next = first.charCodeAt(++i);
      if (a + 1 !== args.length) {
        let text;
        switch (next) {
          case 115: {
            // %s
            const arg = args[++a];
            if (typeof arg === 'number') text = formatNumberOf(arg, inspectOptions);
            else if (typeof arg === 'bigint') text = formatBigIntOf(arg, inspectOptions);
            else if (typeof arg !== 'object' || arg === null || !hasBuiltInToString(arg)) text = String(arg);
            else text = inspect(arg, { ...inspectOptions, depth: 0, colors: false, compact: 3 });
            break;
          }
          case 106: // %j
            text = tryStringify(args[++a]);
            break;
          case 100: {
            // %d
            const arg = args[++a];
            if (typeof arg === 'bigint') text = formatBigIntOf(arg, inspectOptions);
            else if (typeof arg === 'symbol') text = formatNumberOf(NaN, inspectOptions);
            else text = formatNumberOf(Number(arg), inspectOptions);
            break;
          }
          case 79: // %O
            text = inspect(args[++a], inspectOptions);
            break;
          case 111: // %o
            text = inspect(args[++a], { ...inspectOptions, showHidden: true, showProxy: true, depth: 4 });
            break;
          case 105: {
            // %i
            const arg = args[++a];
            if (typeof arg === 'bigint') text = formatBigIntOf(arg, inspectOptions);
            else if (typeof arg === 'symbol') text = formatNumberOf(NaN, inspectOptions);
            else text = formatNumberOf(Number.parseInt(arg, 10), inspectOptions);
            break;
          }
          case 102: {
            // %f
            const arg = args[++a];
            text = formatNumberOf(typeof arg === 'symbol' ? NaN : Number.parseFloat(arg), inspectOptions);
            break;
          }
          case 99: // %c, CSS: has no meaning here
            a += 1;
            text = '';
            break;
          case 37:
            result += first.slice(lastPos, i);
            lastPos = i + 1;
            continue;
          default:
            continue;
        }
        if (lastPos !== i - 1) result += first.slice(lastPos, i - 1);
        result += text;
        lastPos = i + 1;
      } else if (next === 37) {
        result += first.slice(lastPos, i);
        lastPos = i + 1;
      }
    }
    if (lastPos !== 0) {
      a++;
      join = ' ';
      if (lastPos < first.length) result += first.slice(lastPos);
    }
  }
  while (a < args.length) {
    const value = args[a];
    result += join;
    result += typeof value !== 'string' ? inspect(value, inspectOptions) : value;
    join = ' ';
    a++;
  }
  return result;
}

module.exports = {
  customInspect,
  format,
  formatProperty,
  formatWithOptions,
  getStringWidth,
  inspect,
  inspectDefaultOptions: defaultOptions,
  stripVTControlCharacters,
};
