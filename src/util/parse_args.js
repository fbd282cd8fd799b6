// util.parseArgs: https://nodejs.org/api/util.html#utilparseargsconfig
'use strict';

const { codes } = require('errors/errors');
const {
  validateArray,
  validateBoolean,
  validateBooleanArray,
  validateObject,
  validateString,
  validateStringArray,
  validateUnion,
} = require('errors/validators');

const {
  ERR_INVALID_ARG_VALUE,
  ERR_PARSE_ARGS_INVALID_OPTION_VALUE,
  ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL,
  ERR_PARSE_ARGS_UNKNOWN_OPTION,
} = codes;

/** The program's own arguments. */
function programArguments() {
  const { argv, execArgv } = process;
  const evaluates = execArgv.some((arg) => /^(?:-e|-p|-pe|--print|--eval(?:=.*)?)$/s.test(arg));
  return argv.slice(evaluates ? 1 : 2);
}

const isOptionLike = (value) => value != null && value.length > 1 && value[0] === '-';
const longName = (options, short) => Object.keys(options).find((name) => options[name].short === short) ?? short;

/** What the words mean: [{kind: 'option'|'positional'|'option-terminator', index, ...}] */
function tokenize(args, options) {
  const tokens = [];
  const queue = [...args];
  let index = -1;
  let group = 0;
  while (queue.length > 0) {
    const word = queue.shift();
    const next = queue[0];
    if (group > 0) group--;
    else index++;
    if (word === '--') {
      tokens.push({ kind: 'option-terminator', index });
      for (const value of queue) tokens.push({ kind: 'positional', index: ++index, value });
      break;
    }
    const isShort = word.length === 2 && word[0] === '-' && word[1] !== '-';
    if (isShort) {
      const name = longName(options, word[1]);
      let value;
      let inlineValue;
      if (options[name]?.type === 'string' && next != null) {
        value = queue.shift();
        inlineValue = false;
      }
      tokens.push({ kind: 'option', name, rawName: word, index, value, inlineValue });
      if (value != null) ++index;
      continue;
    }
    const isGroup = word.length > 2 && word[0] === '-' && word[1] !== '-';
    if (isGroup && options[longName(options, word[1])]?.type !== 'string') {
      // -abc is -a -b -c, as long as they take no values.
      const expanded = [];
      for (let i = 1; i < word.length; i++) {
        const name = longName(options, word[i]);
        if (options[name]?.type !== 'string' || i === word.length - 1) {
          expanded.push(`-${word[i]}`);
        } else {
          expanded.push(`-${word.slice(i)}`);
          break;
        }
      }
      queue.unshift(...expanded);
      group = expanded.length; // they share the index of the word they stood in
      continue;
    }
    if (isGroup) {
      const name = longName(options, word[1]);
      tokens.push({ kind: 'option', name, rawName: `-${word[1]}`, index, value: word.slice(2), inlineValue: true });
      continue;
    }
    const isLong = word.length > 2 && word.startsWith('--');
    if (isLong && !word.includes('=', 3)) {
      const name = word.slice(2);
      let value;
      let inlineValue;
      if (options[name]?.type === 'string' && next != null) {
        value = queue.shift();
        inlineValue = false;
      }
      tokens.push({ kind: 'option', name, rawName: word, index, value, inlineValue });
      if (value != null) ++index;
      continue;
    }
    if (isLong) {
      const equals = word.indexOf('=');
      tokens.push({
        kind: 'option',
        name: word.slice(2, equals),
        rawName: word.slice(0, equals),
        index,
        value: word.slice(equals + 1),
        inlineValue: true,
      });
      continue;
    }
    tokens.push({ kind: 'positional', index, value: word });
  }
  return tokens;
}

function checkValue(token) {
  // "--file --other": was a value forgotten?
  if (!token.inlineValue && isOptionLike(token.value)) {
    const example = token.rawName.startsWith('--')
      ? `'${token.rawName}=-XYZ'`
      : `'--${token.name}=-XYZ' or '${token.rawName}-XYZ'`;
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
      `Option '${token.rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${token.rawName}'?\nTo specify an option argument starting with a dash use ${example}.`,
    );
  }
}

function checkOption(config, token) {
  const known = Object.hasOwn(config.options, token.name);
  if (!known) {
    if (
      config.allowNegative &&
      token.name.startsWith('no-') &&
      Object.hasOwn(config.options, token.name.slice(3)) &&
      config.options[token.name.slice(3)].type === 'boolean'
    ) {
      if (token.value != null)
        throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '--${token.name.slice(3)}' does not take an argument`);
      return;
    }
    throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, config.allowPositionals);
  }
  const { short, type } = config.options[token.name];
  const shown = `${short ? `-${short}, ` : ''}--${token.name}`;
  if (type === 'string' && typeof token.value !== 'string')
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown} <value>' argument missing`);
  if (type === 'boolean' && token.value != null)
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown}' does not take an argument`);
}

function store(token, options, values, allowNegative) {
  let { name, value } = token;
  if (name === '__proto__') return;
  let result = value ?? true;
  if (allowNegative && name.startsWith('no-') && value == null && !Object.hasOwn(options, name)) {
    name = name.slice(3);
    result = false;
  }
  if (options[name]?.multiple) {
    if (Object.hasOwn(values, name)) values[name].push(result);
    else values[name] = [result];
  } else {
    values[name] = result;
  }
}

/**
 * @param {{args?: string[], options?: object, strict?: boolean, allowPositionals?: boolean, allowNegative?: boolean, tokens?: boolean}} [config]
 * @returns {{values: object, positionals: string[], tokens?: object[]}}
 */
function parseArgs(config = {}) {
  const own = (name, otherwise) => (Object.hasOwn(config, name) ? config[name] : undefined) ?? otherwise;
  validateObject(config, 'config');
  const args = own('args', undefined) ?? programArguments();
  const strict = own('strict', true);
  const allowPositionals = own('allowPositionals', !strict);
  const returnTokens = own('tokens', false);
  const allowNegative = own('allowNegative', false);
  const options = own('options', { __proto__: null });

  validateArray(args, 'args');
  validateBoolean(strict, 'strict');
  validateBoolean(allowPositionals, 'allowPositionals');
  validateBoolean(returnTokens, 'tokens');
  validateBoolean(allowNegative, 'allowNegative');
  validateObject(options, 'options');
  for (const [name, option] of Object.entries(options)) {
    validateObject(option, `options.${name}`);
    validateUnion(Object.hasOwn(option, 'type') ? option.type : undefined, `options.${name}.type`, [
      'string',
      'boolean',
    ]);
    if (Object.hasOwn(option, 'short')) {
      validateString(option.short, `options.${name}.short`);
      if (option.short.length !== 1)
        throw new ERR_INVALID_ARG_VALUE(`options.${name}.short`, option.short, 'must be a single character');
    }
    const multiple = Object.hasOwn(option, 'multiple') ? option.multiple : undefined;
    if (Object.hasOwn(option, 'multiple')) validateBoolean(multiple, `options.${name}.multiple`);
    const otherwise = Object.hasOwn(option, 'default') ? option.default : undefined;
    if (otherwise !== undefined) {
      const check = { string: [validateString, validateStringArray], boolean: [validateBoolean, validateBooleanArray] }[
        option.type
      ][multiple ? 1 : 0];
      check(otherwise, `options.${name}.default`);
    }
  }

  const tokens = tokenize(args, options);
  const result = { values: { __proto__: null }, positionals: [] };
  if (returnTokens) result.tokens = tokens;
  for (const token of tokens) {
    if (token.kind === 'option') {
      if (strict) {
        checkOption({ options, allowPositionals, allowNegative }, token);
        if (token.value != null) checkValue(token);
      }
      store(token, options, result.values, allowNegative);
    } else if (token.kind === 'positional') {
      if (!allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value);
      result.positionals.push(token.value);
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (
      Object.hasOwn(option, 'default') &&
      option.default !== undefined &&
      !Object.hasOwn(result.values, name) &&
      name !== '__proto__'
    )
      result.values[name] = option.default;
  }
  return result;
}

module.exports = { parseArgs };
