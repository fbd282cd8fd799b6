// Text for terminals: widths, escape sequences, quoting.
'use strict';

// CSI, OSC (links, titles) and single escapes.
const CONTROL =
  /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/\#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/\#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-ntqry=><~]))/g;

/** Without the escape sequences of terminals. */
function stripVTControlCharacters(text) {
  require('errors/validators').validateString(text, 'str');
  return text.includes('\u001B') || text.includes('\u009B') ? text.replace(CONTROL, '') : text;
}

function isFullWidth(code) {
  return (
    code >= 0x1100 &&
    (code <= 0x115f ||
      code === 0x2329 ||
      code === 0x232a ||
      (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f) ||
      (code >= 0x3250 && code <= 0x4dbf) ||
      (code >= 0x4e00 && code <= 0xa4c6) ||
      (code >= 0xa960 && code <= 0xa97c) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe10 && code <= 0xfe19) ||
      (code >= 0xfe30 && code <= 0xfe6b) ||
      (code >= 0xff01 && code <= 0xff60) ||
      (code >= 0xffe0 && code <= 0xffe6) ||
      (code >= 0x1b000 && code <= 0x1b001) ||
      (code >= 0x1f200 && code <= 0x1f251) ||
      (code >= 0x1f300 && code <= 0x1f64f) ||
      (code >= 0x1f900 && code <= 0x1f9ff) ||
      (code >= 0x20000 && code <= 0x3fffd))
  );
}

function isZeroWidth(code) {
  return (
    code <= 0x1f ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x300 && code <= 0x36f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x20d0 && code <= 0x20ff) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    (code >= 0xfe20 && code <= 0xfe2f) ||
    (code >= 0xe0100 && code <= 0xe01ef)
  );
}

/** Columns that `text` takes on a terminal. */
function getStringWidth(text, removeControlCharacters = true) {
  if (removeControlCharacters) text = stripVTControlCharacters(text);
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 127) {
      width = 0;
      for (const char of text.normalize('NFC')) {
        const code = char.codePointAt(0);
        if (isFullWidth(code)) width += 2;
        else if (!isZeroWidth(code)) width++;
      }
      return width;
    }
    if (unit >= 32) width++;
  }
  return width;
}

const META = [
  '\\x00',
  '\\x01',
  '\\x02',
  '\\x03',
  '\\x04',
  '\\x05',
  '\\x06',
  '\\x07',
  '\\b',
  '\\t',
  '\\n',
  '\\x0B',
  '\\f',
  '\\r',
  '\\x0E',
  '\\x0F',
];

function escapeUnit(unit) {
  if (unit < 16) return META[unit];
  if (unit === 39) return "\\'";
  if (unit === 92) return '\\\\';
  if (unit < 256) return `\\x${unit.toString(16).padStart(2, '0').toUpperCase()}`;
  return `\\u${unit.toString(16)}`;
}

// Lone surrogates, quotes, backslashes and control characters.
const NEEDS_ESCAPE =
  /[\x00-\x1f\x27\x5c\x7f-\x9f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const NEEDS_ESCAPE_ALL = new RegExp(NEEDS_ESCAPE, 'g');
const NEEDS_ESCAPE_BUT_QUOTE = new RegExp(NEEDS_ESCAPE.source.replace('\\x27', ''), 'g');

/** As a string literal, in the quotes that need the least escaping: ' then " then `. */
function quote(text) {
  let mark = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"';
    else if (!text.includes('`') && !text.includes('${')) mark = '`';
  }
  if (!NEEDS_ESCAPE.test(text)) return `'${text}'`;
  return `${mark}${text.replace(mark === "'" ? NEEDS_ESCAPE_ALL : NEEDS_ESCAPE_BUT_QUOTE, (c) => escapeUnit(c.charCodeAt(0)))}${mark}`;
}

module.exports = { getStringWidth, quote, stripVTControlCharacters };
