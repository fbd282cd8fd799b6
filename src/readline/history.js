// The lines that were entered before, newest first, and the search through them.
'use strict';

const { validateArray, validateNumber } = require('errors/validators');

const DEFAULT_SIZE = 30;

class History {
  /** @param {{history?: string[], historySize?: number, removeHistoryDuplicates?: boolean}} options */
  constructor({ history, historySize, removeHistoryDuplicates = false }) {
    if (history === undefined) history = [];
    else validateArray(history, 'history');
    if (historySize === undefined) historySize = DEFAULT_SIZE;
    validateNumber(historySize, 'size', 0);
    this.lines = history;
    this.size = historySize;
    this.removeDuplicates = Boolean(removeHistoryDuplicates);
    this.index = -1;
    /** What lines must begin with, while somebody searches. */
    this.search = null;
  }

  /** Puts a line in front; false when it is not worth keeping. */
  add(line) {
    if (this.size === 0 || line.trim() === '') return false;
    const { lines } = this;
    if (lines[0] !== line) {
      if (this.removeDuplicates) {
        const at = lines.indexOf(line);
        if (at !== -1) lines.splice(at, 1);
      }
      lines.unshift(line);
      if (lines.length > this.size) lines.pop();
    }
    this.index = -1;
    return true;
  }

  /** The next older line (step 1) or newer one (step -1) that begins as searched and is not `current`; undefined for none. */
  move(step, current) {
    const search = this.search ?? '';
    let at = this.index + step;
    while (at >= 0 && at < this.lines.length && (!this.lines[at].startsWith(search) || this.lines[at] === current))
      at += step;
    // Beyond both ends stands what was being typed.
    if (step > 0 && this.index >= this.lines.length) return undefined;
    this.index = at;
    return at < 0 || at >= this.lines.length ? search : this.lines[at];
  }
}

module.exports = { History };
