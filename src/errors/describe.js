// How error messages name a value that was not expected, and lists of what was.
'use strict';

const inspect = (value, options) => require('util/inspect').inspect(value, options);

/**
 * "undefined", "function foo", "an instance of Foo", "type string ('x')": what follows "Received " in messages.
 * @param {unknown} value
 * @returns {string}
 */
function describeReceived(value) {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'function':
      return value.name ? `function ${value.name}` : 'function ';
    case 'object':
      if (value.constructor?.name) return `an instance of ${value.constructor.name}`;
      return inspect(value, { depth: -1 });
    case 'bigint':
      return `type bigint (${value}n)`;
    case 'number':
      if (value === 0) return Object.is(value, -0) ? 'type number (-0)' : 'type number (0)';
      return `type number (${value})`;
    case 'boolean':
      return `type boolean (${value})`;
    case 'symbol':
      return `type symbol (${String(value)})`;
    default: {
      const shown = value.length > 28 ? `${value.slice(0, 25)}...` : value;
      return shown.includes("'") ? `type string (${JSON.stringify(shown)})` : `type string ('${shown}')`;
    }
  }
}

/** "a", "a or b", "a, b, or c". */
function formatList(items, word = 'and') {
  if (items.length < 2) return `${items[0]}`;
  if (items.length === 2) return `${items[0]} ${word} ${items[1]}`;
  return `${items.slice(0, -1).join(', ')}, ${word} ${items[items.length - 1]}`;
}

const TYPES = ['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol'];

/** "must be of type string or an instance of Buffer or URL": Node's grammar of ERR_INVALID_ARG_TYPE. */
function describeExpected(expected) {
  const types = [];
  const instances = [];
  const others = [];
  for (const item of Array.isArray(expected) ? expected : [expected]) {
    if (TYPES.includes(item)) types.push(item.toLowerCase());
    else if (/^([A-Z][a-z0-9]*)+$/.test(item)) instances.push(item);
    else others.push(item === 'object' ? 'Object' : item);
  }
  // "an object" and instances of classes: the object counts as a class.
  if (instances.length > 0 && types.includes('object')) {
    types.splice(types.indexOf('object'), 1);
    instances.push('Object');
  }
  let text = '';
  if (types.length > 0) {
    text += `${types.length > 1 ? 'one of type' : 'of type'} ${formatList(types, 'or')}`;
    if (instances.length > 0 || others.length > 0) text += ' or ';
  }
  if (instances.length > 0) {
    text += `an instance of ${formatList(instances, 'or')}`;
    if (others.length > 0) text += ' or ';
  }
  if (others.length > 1) text += `one of ${formatList(others, 'or')}`;
  else if (others.length === 1) text += `${others[0].toLowerCase() !== others[0] ? 'an ' : ''}${others[0]}`;
  return text;
}

/** 1234567 -> "1_234_567", as Node shows numbers out of range. */
function groupDigits(value) {
  const text = String(value);
  const start = text[0] === '-' ? 1 : 0;
  let result = '';
  let i = text.length;
  for (; i >= start + 4; i -= 3) result = `_${text.slice(i - 3, i)}${result}`;
  return `${text.slice(0, i)}${result}`;
}

module.exports = { describeExpected, describeReceived, formatList, groupDigits, inspect };
