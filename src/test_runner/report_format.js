'use strict';

/** What the reporters for people share: symbols, colours, errors. */

const { inspect } = require('util/inspect');

const SYMBOLS = {
  __proto__: null,
  'test:fail': '\u2716 ',
  'test:pass': '\u2714 ',
  'test:diagnostic': '\u2139 ',
  'test:coverage': '\u2139 ',
  'arrow:right': '\u25B6 ',
  'hyphen:minus': '\uFE63 ',
  'warning:alert': '\u26A0 ',
};

function usesColors() {
  if (process.env.FORCE_COLOR !== undefined) return require('tty/tty').WriteStream.prototype.getColorDepth() > 2;
  return (
    Boolean(process.stdout?.isTTY) &&
    (typeof process.stdout.getColorDepth !== 'function' || process.stdout.getColorDepth() > 2)
  );
}

function palette() {
  if (!usesColors())
    return { __proto__: null, red: '', green: '', blue: '', yellow: '', gray: '', white: '', reset: '', on: false };
  return {
    __proto__: null,
    red: '\u001b[31m',
    green: '\u001b[32m',
    blue: '\u001b[34m',
    yellow: '\u001b[33m',
    gray: '\u001b[90m',
    white: '\u001b[39m',
    reset: '\u001b[0m',
    on: true,
  };
}

const indent = (nesting) => '  '.repeat(nesting);

/** An error as text, every line indented. */
function formatError(error, margin, colors) {
  const cause = error?.code === 'ERR_TEST_FAILURE' ? error.cause : error;
  let text;
  try {
    text = inspect(cause, { colors: colors.on, breakLength: Infinity });
  } catch {
    text = inspect(cause, { colors: colors.on, breakLength: Infinity, customInspect: false });
  }
  return text
    .split(/\r?\n/)
    .map((line) => `${margin}  ${line}`)
    .join('\n');
}

/** One line (and an error) about a test that has ended. */
function formatResult(
  type,
  data,
  colors,
  { prefix = '', nesting = data.nesting, showError = false, arrow = false } = {},
) {
  let color = type === 'test:fail' ? colors.red : colors.green;
  let symbol = SYMBOLS[type];
  let note = '';
  if (data.skip !== undefined) {
    color = colors.gray;
    symbol = SYMBOLS['hyphen:minus'];
    note = ` # ${typeof data.skip === 'string' && data.skip !== '' ? data.skip : 'SKIP'}`;
  } else if (data.todo !== undefined) {
    if (type === 'test:fail') {
      color = colors.yellow;
      symbol = SYMBOLS['warning:alert'];
    }
    note = ` # ${typeof data.todo === 'string' && data.todo !== '' ? data.todo : 'TODO'}`;
  } else if (data.expectFailure !== undefined) {
    note = ' # EXPECTED FAILURE';
    if (typeof data.expectFailure === 'string') note = ` # EXPECTED FAILURE ${data.expectFailure}`;
  }
  if (arrow) symbol = SYMBOLS['arrow:right'];
  const margin = indent(nesting);
  const duration =
    data.details?.duration_ms === undefined ? '' : ` ${colors.gray}(${data.details.duration_ms}ms)${colors.reset}`;
  const title = `${data.name}${duration}${note}`;
  const error = data.details?.error;
  const trailer = showError && error ? `\n${formatError(error, margin, colors)}\n` : '';
  return `${prefix}${margin}${color}${symbol}${colors.on ? color : ''}${title}${colors.reset}${trailer}`;
}

module.exports = { SYMBOLS, formatResult, indent, palette };
