'use strict';

/** The reporter for people. */

const { Transform } = require('stream/stream');
const { SYMBOLS, formatResult, indent, palette } = require('test_runner/report_format');
const path = require('path/path');

class SpecReporter extends Transform {
  #open = [];
  #failed = [];
  #colors;
  #cwd;

  constructor() {
    super({ __proto__: null, writableObjectMode: true });
    this.#colors = palette();
    this.#cwd = process.cwd();
  }

  /** The lines "▶ parent" for tests whose first subtest is told now. */
  #parents(nesting) {
    let text = '';
    for (const entry of this.#open) {
      if (entry.nesting < nesting && !entry.shown) {
        entry.shown = true;
        text += `${indent(entry.nesting)}${SYMBOLS['arrow:right']}${entry.name}\n`;
      }
    }
    return text;
  }

  #started(data) {
    while (this.#open.length > 0 && this.#open.at(-1).nesting >= data.nesting) this.#open.pop();
    this.#open.push({ name: data.name, nesting: data.nesting, shown: false });
  }

  #result(type, data) {
    if (type === 'test:fail' && data.details?.error?.failureType !== 'subtestsFailed') this.#failed.push(data);
    const text = this.#parents(data.nesting);
    if (this.#open.at(-1)?.nesting >= data.nesting)
      this.#open.length = Math.max(
        0,
        this.#open.findIndex((entry) => entry.nesting >= data.nesting),
      );
    return `${text}${formatResult(type, data, this.#colors)}\n`;
  }

  #event(type, data) {
    switch (type) {
      case 'test:start':
        this.#started(data);
        return '';
      case 'test:pass':
      case 'test:fail':
        return this.#result(type, data);
      case 'test:stderr':
      case 'test:stdout':
        return data.message;
      case 'test:diagnostic': {
        const color =
          data.level === 'error' ? this.#colors.red : data.level === 'warn' ? this.#colors.yellow : this.#colors.blue;
        return `${color}${indent(data.nesting)}${SYMBOLS[type]}${data.message}${this.#colors.reset}\n`;
      }
      case 'test:summary':
        return data.file === undefined ? this.#failures() : '';
      case 'test:interrupted':
        return `\n${this.#colors.yellow}Interrupted while running:${this.#colors.reset}\n${data.tests.map((test) => `${SYMBOLS['warning:alert']}${test.name}\n`).join('')}`;
      default:
        return '';
    }
  }

  #failures() {
    if (this.#failed.length === 0) return '';
    let text = `\n${this.#colors.red}${SYMBOLS['test:fail']}failing tests:${this.#colors.reset}\n`;
    for (const data of this.#failed) {
      if (data.file) text += `\ntest at ${path.relative(this.#cwd, data.file)}:${data.line}:${data.column}\n`;
      else text += '\n';
      text += formatResult('test:fail', data, this.#colors, { nesting: 0, showError: true });
    }
    return text;
  }

  _transform({ type, data }, encoding, callback) {
    callback(null, this.#event(type, data));
  }
}

module.exports = { SpecReporter };
