// Line editing on a terminal: words, kill ring, undo, completion, and which key does what.
// https://nodejs.org/api/readline.html#tty-keybindings
'use strict';

const { clearScreenDown, cursorTo } = require('readline/cursor');

const MOST_UNDO = 2048;
const MOST_KILLS = 32;
const LINE_END = /\r\n|\n|\r/;

const kEdit = Symbol('kEdit');

/** What editing remembers of one Interface. */
class EditState {
  undo = [];
  redo = [];
  kills = [];
  killAt = 0;
  isYanking = false;
  previousKey = undefined;
}

function start(iface) {
  iface[kEdit] = new EditState();
}

/** A new line begins: nothing of the old one can be undone. */
function forget(iface) {
  const edit = iface[kEdit];
  if (edit === undefined) return;
  edit.undo = [];
  edit.redo = [];
}

/** Before the line changes: for undo. */
function remember(iface) {
  const { undo } = iface[kEdit];
  undo.push({ line: iface.line, cursor: iface.cursor });
  if (undo.length > MOST_UNDO) undo.shift();
  iface[kEdit].redo = [];
}

function restore(iface, from, to) {
  const state = from.pop();
  if (state === undefined) return;
  to.push({ line: iface.line, cursor: iface.cursor });
  iface.line = state.line;
  iface.cursor = state.cursor;
  iface._refreshLine();
}

/** Replaces `count` units at `at` by `text`; the cursor ends behind that. */
function splice(iface, at, count, text = '') {
  remember(iface);
  const removed = iface.line.slice(at, at + count);
  iface.line = iface.line.slice(0, at) + text + iface.line.slice(at + count);
  iface.cursor = at + text.length;
  iface._refreshLine();
  return removed;
}

function kill(iface, text) {
  const edit = iface[kEdit];
  if (text === '' || text === edit.kills[0]) return;
  edit.kills.unshift(text);
  if (edit.kills.length > MOST_KILLS) edit.kills.pop();
  edit.killAt = 0;
}

function showHistory(iface, line) {
  if (line === undefined) return;
  if (iface[kEdit] !== undefined) remember(iface);
  iface.line = line;
  iface.cursor = line.length;
  iface._refreshLine();
}

// --- characters and words -------------------------------------------------------------------------------------------------

/** UTF-16 units of the character before `at`, and of the one there. */
function unitsBefore(text, at) {
  if (at <= 0) return 0;
  return at > 1 && text.codePointAt(at - 2) > 0xffff ? 2 : 1;
}
function unitsAt(text, at) {
  return at < text.length && text.codePointAt(at) > 0xffff ? 2 : 1;
}

/** A word, or a run of signs, with the space on the far side of it. */
function wordLengthLeft(iface) {
  const before = iface.line.slice(0, iface.cursor);
  return /(?:\w+|[^\w\s]+)?\s*$/.exec(before)[0].length;
}
function wordLengthRight(iface) {
  const after = iface.line.slice(iface.cursor);
  return /^(?:\w+|[^\w\s]+|\s+)?\s*/.exec(after)[0].length;
}

// --- completion -----------------------------------------------------------------------------------------------------------

function commonPrefix(texts) {
  if (texts.length === 0) return '';
  let prefix = texts[0];
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}

/** The completions in columns, an empty one between groups. */
function columnsOf(iface, completions) {
  const { getStringWidth } = require('util/strings');
  const widths = completions.map((text) => getStringWidth(text));
  const width = Math.max(...widths) + 2;
  let columns = Math.floor(iface.columns / width) || 1;
  if (columns === Infinity) columns = 1;
  let shown = '\r\n';
  let inRow = 0;
  let padding = 0;
  completions.forEach((text, i) => {
    if (text === '') {
      // The end of a group.
      if (inRow !== 0) shown += '\r\n\r\n';
      inRow = padding = 0;
      return;
    }
    if (inRow === columns) {
      shown += '\r\n';
      inRow = padding = 0;
    } else {
      shown += ' '.repeat(padding);
    }
    shown += text;
    padding = width - widths[i];
    inRow++;
  });
  return inRow === 0 ? shown : `${shown}\r\n\r\n`;
}

function complete(iface, completions, completed, isSecondTab) {
  if (completions.length === 0) return;
  const prefix = commonPrefix(completions.filter((text) => text !== ''));
  if (prefix.startsWith(completed) && prefix.length > completed.length) {
    iface._insertString(prefix.slice(completed.length));
  } else if (!completed.startsWith(prefix)) {
    splice(iface, iface.cursor - completed.length, completed.length, prefix);
  } else if (isSecondTab) {
    remember(iface);
    iface._writeToOutput(columnsOf(iface, completions));
    iface._refreshLine();
  }
}

/** Asks a completer: with a callback, or at once. */
function ask(completer, text, callback) {
  if (completer.length === 2) {
    completer(text, callback);
    return;
  }
  let result;
  try {
    result = completer(text);
  } catch (error) {
    callback(error);
    return;
  }
  callback(null, result);
}

// --- keys -----------------------------------------------------------------------------------------------------------------

const toStart = (iface) => iface._moveCursor(-Infinity);
const toEnd = (iface) => iface._moveCursor(+Infinity);
const left = (iface) => iface._moveCursor(-unitsBefore(iface.line, iface.cursor));
const right = (iface) => iface._moveCursor(unitsAt(iface.line, iface.cursor));

function interrupt(iface) {
  if (iface.listenerCount('SIGINT') > 0) iface.emit('SIGINT');
  else iface.close();
}

/** Ctrl-Z: to the shell's background, unless somebody listens; back in front the line is drawn anew. */
function suspend(iface) {
  if (process.platform === 'win32') return;
  if (iface.listenerCount('SIGTSTP') > 0) {
    iface.emit('SIGTSTP');
    return;
  }
  process.once('SIGCONT', () => {
    // Whoever stopped us may have left the terminal as they like.
    if (!iface.paused) {
      iface.pause();
      iface.emit('SIGCONT');
    }
    iface._setRawMode(true);
    iface._refreshLine();
  });
  iface._setRawMode(false);
  process.kill(process.pid, 'SIGTSTP');
}

function endOfInput(iface) {
  if (iface.cursor === 0 && iface.line === '') iface.close();
  else if (iface.cursor < iface.line.length) iface._deleteRight();
}

function clearScreen(iface) {
  cursorTo(iface.output, 0, 0);
  clearScreenDown(iface.output);
  iface.prevRows = 0;
  iface._refreshLine();
}

const WITH_CTRL_SHIFT = {
  __proto__: null,
  backspace: (iface) => iface._deleteLineLeft(),
  delete: (iface) => iface._deleteLineRight(),
};

const WITH_CTRL = {
  __proto__: null,
  c: interrupt,
  h: (iface) => iface._deleteLeft(),
  d: endOfInput,
  u: (iface) => iface._deleteLineLeft(),
  k: (iface) => iface._deleteLineRight(),
  a: toStart,
  e: toEnd,
  b: left,
  f: right,
  l: clearScreen,
  n: (iface) => iface._historyNext(),
  p: (iface) => iface._historyPrev(),
  y: (iface) => yank(iface),
  z: suspend,
  w: (iface) => iface._deleteWordLeft(),
  backspace: (iface) => iface._deleteWordLeft(),
  delete: (iface) => iface._deleteWordRight(),
  left: (iface) => iface._wordLeft(),
  right: (iface) => iface._wordRight(),
};

const WITH_META = {
  __proto__: null,
  b: (iface) => iface._wordLeft(),
  f: (iface) => iface._wordRight(),
  d: (iface) => iface._deleteWordRight(),
  delete: (iface) => iface._deleteWordRight(),
  backspace: (iface) => iface._deleteWordLeft(),
  y: (iface) => yankPop(iface),
};

const PLAIN = {
  __proto__: null,
  return(iface) {
    iface._sawReturnAt = Date.now();
    iface._line();
  },
  enter(iface) {
    // A \n after \r is the same key, unless it comes late.
    if (iface._sawReturnAt === 0 || Date.now() - iface._sawReturnAt > iface.crlfDelay) iface._line();
    iface._sawReturnAt = 0;
  },
  backspace: (iface) => iface._deleteLeft(),
  delete: (iface) => iface._deleteRight(),
  left,
  right,
  home: toStart,
  end: toEnd,
  up: (iface) => iface._historyPrev(),
  down: (iface) => iface._historyNext(),
};

function yank(iface) {
  const edit = iface[kEdit];
  if (edit.kills.length === 0) return;
  edit.isYanking = true;
  iface._insertString(edit.kills[edit.killAt]);
}

/** Replaces what was just yanked by the kill before it. */
function yankPop(iface) {
  const edit = iface[kEdit];
  if (!edit.isYanking || edit.kills.length < 2) return;
  const last = edit.kills[edit.killAt];
  edit.killAt = (edit.killAt + 1) % edit.kills.length;
  splice(iface, iface.cursor - last.length, last.length, edit.kills[edit.killAt]);
}

/** Typed or pasted text; every end of line in it is Return. */
function insert(iface, text) {
  const lines = text.split(LINE_END);
  lines.forEach((line, i) => {
    if (line !== '') iface._insertString(line);
    if (i < lines.length - 1) iface._line();
  });
}

function addMethods(proto, kHistory) {
  proto._insertString = function _insertString(text) {
    remember(this);
    if (this.cursor < this.line.length) {
      this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor);
      this.cursor += text.length;
      this._refreshLine();
      return;
    }
    const before = this.getCursorPos();
    this.line += text;
    this.cursor += text.length;
    if (before.rows < this.getCursorPos().rows) this._refreshLine();
    else this._writeToOutput(text);
  };

  proto._wordLeft = function _wordLeft() {
    if (this.cursor > 0) this._moveCursor(-wordLengthLeft(this));
  };

  proto._wordRight = function _wordRight() {
    if (this.cursor < this.line.length) this._moveCursor(wordLengthRight(this));
  };

  proto._deleteLeft = function _deleteLeft() {
    const units = unitsBefore(this.line, this.cursor);
    if (units > 0) splice(this, this.cursor - units, units);
  };

  proto._deleteRight = function _deleteRight() {
    if (this.cursor < this.line.length) splice(this, this.cursor, unitsAt(this.line, this.cursor));
  };

  proto._deleteWordLeft = function _deleteWordLeft() {
    if (this.cursor === 0) return;
    const length = wordLengthLeft(this);
    splice(this, this.cursor - length, length);
  };

  proto._deleteWordRight = function _deleteWordRight() {
    if (this.cursor < this.line.length) splice(this, this.cursor, wordLengthRight(this));
  };

  proto._deleteLineLeft = function _deleteLineLeft() {
    kill(this, splice(this, 0, this.cursor));
  };

  proto._deleteLineRight = function _deleteLineRight() {
    kill(this, splice(this, this.cursor, this.line.length - this.cursor));
  };

  proto._askCompleter = function (text, callback) {
    ask(this.completer, text, callback);
  };

  proto._tabComplete = function _tabComplete(isSecondTab) {
    this.pause();
    const text = this.line.slice(0, this.cursor);
    this._askCompleter(text, (error, value) => {
      if (this.closed) return;
      this.resume();
      if (error) this._writeToOutput(`Tab completion error: ${require('util/inspect').inspect(error)}`);
      else if (Array.isArray(value)) complete(this, value[0], value[1] ?? text, isSecondTab);
    });
  };

  /** A key was pressed: `text` is what it writes, `key` what it is. */
  proto._ttyWrite = function _ttyWrite(text, key = {}) {
    const edit = this[kEdit];
    const { previousKey } = edit;
    edit.previousKey = key;
    const { name, ctrl = false, meta = false, shift = false, sequence } = key;
    if (!(meta && name === 'y') && !(ctrl && name === 'y')) edit.isYanking = false;

    const history = this[kHistory];
    if ((name === 'up' || name === 'down') && !ctrl && !meta && !shift) {
      history.search ??= this.line.slice(0, this.cursor);
    } else if (history.search !== null) {
      history.search = null;
      if (history.index === history.lines.length) history.index = -1;
    }

    if (sequence === '\u001f') return restore(this, edit.undo, edit.redo);
    if (sequence === '\u001e') return restore(this, edit.redo, edit.undo);
    if (name === 'escape') return;
    // A \n right after \r only counts as its other half.
    if (this._sawReturnAt !== 0 && name !== 'enter') this._sawReturnAt = 0;

    if (ctrl && shift) return WITH_CTRL_SHIFT[name]?.(this);
    if (ctrl) return WITH_CTRL[name]?.(this);
    if (meta) return WITH_META[name]?.(this);
    if (name === 'tab' && typeof this.completer === 'function' && this.isCompletionEnabled) {
      this._tabComplete(previousKey?.name === 'tab');
    } else if (name !== undefined && PLAIN[name] !== undefined) {
      PLAIN[name](this);
    } else if (typeof text === 'string' && text !== '') {
      insert(this, text);
    }
  };
}

module.exports = { addMethods, forget, showHistory, start };
