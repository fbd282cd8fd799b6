// Source maps of version 3, and index maps: https://tc39.es/ecma426/
// The class is public: https://nodejs.org/api/module.html#class-modulesourcemap
'use strict';

const { validateObject } = require('errors/validators');

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < DIGITS.length; i++) VALUES[DIGITS.charCodeAt(i)] = i;

const COMMA = 44;
const SEMICOLON = 59;

/** Reads the numbers of a mappings string. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** Whether a segment ends here. */
  get isAtEnd() {
    const c = this.text.charCodeAt(this.at);
    return Number.isNaN(c) || c === COMMA || c === SEMICOLON;
  }

  /** A variable-length quantity. */
  number() {
    let result = 0;
    let shift = 0;
    for (;;) {
      const value = VALUES[this.text.charCodeAt(this.at++)] ?? 0;
      result |= (value & 31) << shift;
      shift += 5;
      if ((value & 32) === 0 || this.at >= this.text.length) break;
    }
    const magnitude = result >>> 1;
    return result & 1 ? -2147483648 | -magnitude : magnitude;
  }
}

/**
 * One mapping.
 * @typedef {[line: number, column: number, source: string|undefined, sourceLine: number, sourceColumn: number, name: string|undefined]} Mapping
 */

/** Adds the mappings of `map` to `out`; its generated code begins at the given place. */
function parse(map, firstLine, firstColumn, out) {
  const { sources, names = [], mappings } = map;
  if (!Array.isArray(sources) || typeof mappings !== 'string') return;
  const reader = new Reader(mappings);
  let line = firstLine;
  let column = firstColumn;
  let source = 0;
  let sourceLine = 0;
  let sourceColumn = 0;
  let name = 0;
  while (reader.at < mappings.length) {
    const c = mappings.charCodeAt(reader.at);
    if (c === COMMA) {
      reader.at++;
      continue;
    }
    if (c === SEMICOLON) {
      reader.at++;
      line++;
      column = 0;
      continue;
    }
    column += reader.number();
    if (reader.isAtEnd) {
      out.push([line, column, undefined, undefined, undefined, undefined]);
      continue;
    }
    source += reader.number();
    sourceLine += reader.number();
    sourceColumn += reader.number();
    let named;
    if (!reader.isAtEnd) {
      name += reader.number();
      named = names[name];
    }
    out.push([line, column, sources[source], sourceLine, sourceColumn, named]);
  }
}

function clone(payload) {
  const copy = { ...payload };
  if (Array.isArray(payload.sources)) copy.sources = [...payload.sources];
  if (Array.isArray(payload.names)) copy.names = [...payload.names];
  if (Array.isArray(payload.sourcesContent)) copy.sourcesContent = [...payload.sourcesContent];
  if (Array.isArray(payload.sections))
    copy.sections = payload.sections.map((section) => ({ ...section, map: clone(section.map) }));
  return copy;
}

class SourceMap {
  #payload;
  #lineLengths;
  /** Sorted by place; made when first asked for. @type {Mapping[]|undefined} */
  #mappings;

  constructor(payload, { lineLengths } = {}) {
    validateObject(payload, 'payload');
    this.#payload = clone(payload);
    this.#lineLengths = lineLengths === undefined ? undefined : [...lineLengths];
  }

  get payload() {
    return clone(this.#payload);
  }

  /** Lengths of the lines of the generated code, when they are known. */
  get lineLengths() {
    return this.#lineLengths === undefined ? undefined : [...this.#lineLengths];
  }

  #all() {
    if (this.#mappings !== undefined) return this.#mappings;
    const mappings = [];
    const { sections } = this.#payload;
    if (Array.isArray(sections)) {
      for (const { map, offset } of sections) parse(map, offset.line, offset.column, mappings);
    } else {
      parse(this.#payload, 0, 0, mappings);
    }
    mappings.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return (this.#mappings = mappings);
  }

  /** The mapping that a place of the generated code, counted from 0, belongs to; {} when there is none. */
  findEntry(lineOffset, columnOffset) {
    const mappings = this.#all();
    let low = 0;
    let high = mappings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const [line, column] = mappings[middle];
      if (line < lineOffset || (line === lineOffset && column <= columnOffset)) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return {};
    const [generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name] = mappings[low - 1];
    return { generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name };
  }

  /** The original place of a line and column of the generated code, both counted from 1; {} when there is none. */
  findOrigin(lineNumber, columnNumber) {
    const range = this.findEntry(lineNumber - 1, columnNumber - 1);
    if (
      range.originalSource === undefined ||
      range.originalLine === undefined ||
      range.originalColumn === undefined ||
      range.generatedLine === undefined ||
      range.generatedColumn === undefined
    ) {
      return {};
    }
    return {
      name: range.name,
      fileName: range.originalSource,
      lineNumber: range.originalLine + lineNumber - range.generatedLine,
      columnNumber: range.originalColumn + columnNumber - range.generatedColumn,
    };
  }
}

module.exports = { SourceMap };
