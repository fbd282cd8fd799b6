// console.table
'use strict';

const { getStringWidth, inspect } = require('util/inspect');
const types = require('util/types');

const INDEX = '(index)';
const ITERATION = '(iteration index)';
const KEY = 'Key';
const VALUES = 'Values';

/** The table as text; `columns`: names of the properties to show. */
function renderTable(data, columns, options) {
  const format = (value) => {
    const depth =
      value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0;
    return inspect(value, { ...options, depth });
  };

  if (types.isMap(data) || types.isMapIterator(data)) {
    let entries;
    let isKeyValue = true;
    if (types.isMap(data)) entries = [...data].flat(1);
    else [entries, isKeyValue] = binding('types').previewEntries(data, true);
    if (isKeyValue) {
      const keys = [];
      const values = [];
      for (let i = 0; i < entries.length; i += 2) {
        keys.push(format(entries[i]));
        values.push(format(entries[i + 1]));
      }
      return draw([ITERATION, KEY, VALUES], [keys.map((_, i) => `${i}`), keys, values]);
    }
    return draw([ITERATION, VALUES], [entries.map((_, i) => `${i}`), entries.map(format)]);
  }
  if (types.isSet(data) || types.isSetIterator(data)) {
    const values = types.isSet(data) ? [...data] : binding('types').previewEntries(data, true)[0];
    return draw([ITERATION, VALUES], [values.map((_, i) => `${i}`), values.map(format)]);
  }

  const map = { __proto__: null };
  let hasPrimitives = false;
  const primitives = [];
  const rows = Object.keys(data);
  rows.forEach((row, i) => {
    const item = data[row];
    const isPrimitive = item === null || (typeof item !== 'function' && typeof item !== 'object');
    if (isPrimitive) {
      hasPrimitives = true;
      primitives[i] = format(item);
      return;
    }
    for (const key of columns ?? Object.keys(item)) {
      map[key] ??= [];
      if (Object.hasOwn(item, key)) map[key][i] = format(item[key]);
      else map[key][i] = '';
    }
  });
  const keys = columns ?? Object.keys(map);
  for (const key of keys) map[key] ??= [];
  const heads = [INDEX, ...keys];
  const cells = [rows, ...keys.map((key) => map[key])];
  if (hasPrimitives && columns === undefined) {
    heads.push(VALUES);
    cells.push(primitives);
  }
  return draw(heads, cells);
}

function draw(heads, columns) {
  const rowCount = Math.max(...columns.map((column) => column.length));
  const widths = heads.map((head, i) => {
    let width = getStringWidth(head);
    for (let row = 0; row < rowCount; row++) width = Math.max(width, getStringWidth(columns[i][row] ?? ''));
    return width + 2;
  });
  const line = (left, middle, right) => left + widths.map((width) => '─'.repeat(width)).join(middle) + right;
  const row = (cells) =>
    `│${cells.map((cell, i) => ` ${cell}${' '.repeat(widths[i] - getStringWidth(cell) - 1)}`).join('│')}│`;
  let text = `${line('┌', '┬', '┐')}\n${row(heads)}\n${line('├', '┼', '┤')}\n`;
  for (let i = 0; i < rowCount; i++) text += `${row(columns.map((column) => column[i] ?? ''))}\n`;
  return text + line('└', '┴', '┘');
}

module.exports = { renderTable };
