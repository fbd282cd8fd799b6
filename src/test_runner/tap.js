'use strict';

/** Test Anything Protocol, version 13. */

const { inspect } = require('util/inspect');
const { isNativeError, isDate } = require('util/types');

const indent = (nesting) => '    '.repeat(nesting);
const CONTROL = { __proto__: null, '\b': '\\b', '\f': '\\f', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\v': '\\v' };

function escape(text) {
  return String(text)
    .replace(/[\b\f\t\n\r\v]/g, (character) => CONTROL[character])
    .replaceAll('\\', '\\\\')
    .replaceAll('#', '\\#');
}

function directive(data) {
  if (data.skip !== undefined) return ` # SKIP${note(data.skip)}`;
  if (data.todo !== undefined) return ` # TODO${note(data.todo)}`;
  if (data.expectFailure !== undefined) return ` # EXPECTED FAILURE${note(data.expectFailure)}`;
  return '';
}

function note(value) {
  return typeof value === 'string' && value !== '' ? ` ${escape(value)}` : '';
}

function result(data, word) {
  return `${indent(data.nesting)}${word} ${data.testNumber}${data.name ? ` - ${escape(data.name)}` : ''}${directive(data)}\n`;
}

/** A value as YAML. */
function yaml(margin, name, value, seen = new Set()) {
  if (value === undefined) return '';
  const head = `${margin}  ${name}:`;
  if (value === null) return `${head} ~\n`;
  if (typeof value === 'string') {
    if (!value.includes('\n') && !value.includes('\r')) return `${head} '${value.replaceAll("'", "\\'")}'\n`;
    return `${head} |-\n${value
      .split(/\r?\n/)
      .map((line) => `${margin}    ${line}`)
      .join('\n')}\n`;
  }
  if (typeof value !== 'object') return `${head} ${inspect(value)}\n`;
  if (isDate(value)) return `${head} ${value.toISOString()}\n`;
  if (seen.has(value)) return `${head} <Circular>\n`;
  if (isNativeError(value)) return errorYaml(margin, value);
  seen.add(value);
  const names = Object.keys(value);
  let text = `${head}\n`;
  for (const key of names) text += yaml(`${margin}  `, key, value[key], seen);
  seen.delete(value);
  return text;
}

function textOf(cause) {
  try {
    return inspect(cause, { colors: false, breakLength: Infinity });
  } catch {
    return inspect(cause, { colors: false, breakLength: Infinity, customInspect: false });
  }
}

/** The facts of ERR_TEST_FAILURE and what caused it. */
function errorYaml(margin, failure) {
  let error = failure;
  let failureType;
  if (failure.code === 'ERR_TEST_FAILURE') {
    ({ failureType } = failure);
    error =
      failureType === 'unhandledRejection' || failureType === 'uncaughtException' || isNativeError(failure.cause)
        ? failure.cause
        : failure;
  }
  let text = yaml(margin, 'failureType', failureType);
  if (!isNativeError(error) && !(error instanceof Error))
    return text + yaml(margin, 'error', textOf(error)) + yaml(margin, 'code', failure.code);
  const message =
    error === failure && !isNativeError(failure.cause) && typeof failure.cause !== 'string'
      ? textOf(failure.cause)
      : error.message;
  text += yaml(margin, 'error', message);
  text += yaml(margin, 'code', error.code ?? failure.code);
  if (error.name && error.name !== 'Error') text += yaml(margin, 'name', error.name);
  if (error.code === 'ERR_ASSERTION') {
    text +=
      yaml(margin, 'expected', error.expected) +
      yaml(margin, 'actual', error.actual) +
      yaml(margin, 'operator', error.operator);
  }
  const stack = typeof error.stack === 'string' ? frames(error.stack) : '';
  if (stack !== '') text += yaml(margin, 'stack', stack.includes('\n') ? stack : `${stack}\n`).replace(/\n +\n$/, '\n');
  return text;
}

function frames(stack) {
  const lines = [];
  for (const line of stack.split('\n')) {
    const match = /^\s+at (.*)$/.exec(line);
    if (match !== null) lines.push(match[1]);
  }
  return lines.join('\n');
}

function details(data) {
  const margin = `${indent(data.nesting)}  `;
  let text = `${margin}---\n`;
  text += `${margin}duration_ms: ${data.details.duration_ms}\n`;
  const inner = indent(data.nesting);
  text += yaml(inner, 'type', data.details.type);
  if (data.details.error !== undefined) {
    if (data.file) text += yaml(inner, 'location', `${data.file}:${data.line}:${data.column}`);
    text += errorYaml(inner, data.details.error);
  }
  return `${text}${margin}...\n`;
}

module.exports = async function* tap(source) {
  yield 'TAP version 13\n';
  for await (const { type, data } of source) {
    switch (type) {
      case 'test:start':
        yield `${indent(data.nesting)}# Subtest: ${escape(data.name)}\n`;
        break;
      case 'test:pass':
        yield result(data, 'ok');
        yield details(data);
        break;
      case 'test:fail':
        yield result(data, 'not ok');
        yield details(data);
        break;
      case 'test:plan':
        yield `${indent(data.nesting)}1..${data.count}\n`;
        break;
      case 'test:stderr':
      case 'test:stdout':
        for (const line of data.message.trimEnd().split(/\r?\n/)) yield `# ${escape(line)}\n`;
        break;
      case 'test:diagnostic':
        yield `${indent(data.nesting)}# ${escape(data.message)}\n`;
        break;
    }
  }
};
