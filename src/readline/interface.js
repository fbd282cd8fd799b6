// What Interface of node:readline and of node:readline/promises share: lines from an input, with or without a terminal.
// https://nodejs.org/api/readline.html#class-interfaceconstructor
'use strict';

const { codes } = require('errors/errors');
const { validateAbortSignal, validateString, validateUint32 } = require('errors/validators');
const EventEmitter = require('events/events');
const { nextTick } = require('process/next_tick');
const { StringDecoder } = require('buffer/string_decoder');
const { cursorTo, clearScreenDown, moveCursor } = require('readline/cursor');
const editing = require('readline/editing');
const { History } = require('readline/history');
const { emitKeypressEvents } = require('readline/keys');

const { ERR_INVALID_ARG_VALUE, ERR_USE_AFTER_CLOSE } = codes;

const MIN_CRLF_DELAY = 100; // ms
const ESCAPE_CODE_TIMEOUT = 500; // ms
const LINE_END = /\r\n|\n|\r(?!\n)|\u2028|\u2029/;

const kHistory = Symbol('kHistory');
const kIterator = Symbol('kIterator');
const kQuestion = Symbol('kQuestion');

/** Options, or input, output, completer and terminal one by one. */
function optionsOf(input, output, completer, terminal) {
  if (input?.input === undefined) return { input, output, completer, terminal };
  return input;
}

function InterfaceConstructor(...args) {
  const options = optionsOf(...args);
  const { input, output, completer, signal, crlfDelay, escapeCodeTimeout = ESCAPE_CODE_TIMEOUT, tabSize = 8 } = options;
  let { prompt = '> ', terminal } = options;

  if (completer !== undefined && typeof completer !== 'function')
    throw new ERR_INVALID_ARG_VALUE('completer', completer);
  if (signal) validateAbortSignal(signal, 'options.signal');
  if (!Number.isFinite(escapeCodeTimeout))
    throw new ERR_INVALID_ARG_VALUE('input.escapeCodeTimeout', escapeCodeTimeout);
  if (terminal === undefined && output != null) terminal = output.isTTY;
  validateUint32(tabSize, 'tabSize', true);
  EventEmitter.call(this);

  this.terminal = Boolean(terminal);
  this.line = '';
  this.cursor = 0;
  this.isCompletionEnabled = true;
  this.closed = false;
  this.paused = false;
  this.prevRows = 0;
  this.input = input;
  this.output = output;
  this.completer = completer;
  this.crlfDelay = crlfDelay ? Math.max(MIN_CRLF_DELAY, crlfDelay) : MIN_CRLF_DELAY;
  this.escapeCodeTimeout = escapeCodeTimeout;
  this.tabSize = tabSize;
  this[kHistory] = new History(options);
  this[kIterator] = undefined;
  this[kQuestion] = null;
  this._sawReturnAt = 0;
  this._sawKeyPress = false;
  this._lineBuffer = '';
  this._decoder = new StringDecoder('utf8');
  this._oldPrompt = '';
  this.setPrompt(prompt);
  if (this.terminal) editing.start(this);

  const onError = (error) => this.emit('error', error);
  const listeners = this.terminal ? listenToTerminal(this) : listenToStream(this);
  listeners.push([input, 'error', onError]);
  for (const [target, event, listener] of listeners) target.on(event, listener);
  this.once('close', () => {
    for (const [target, event, listener] of listeners) target.removeListener(event, listener);
  });
  if (this.terminal) {
    this._setRawMode(true);
    // The history can be moved through from here on.
    this[kHistory].index = -1;
  }

  if (signal) {
    const onAborted = () => this.close();
    if (signal.aborted) {
      nextTick(onAborted);
    } else {
      const disposable = require('events/events').addAbortListener(signal, onAborted);
      this.once('close', () => disposable[Symbol.dispose]());
    }
  }
  input.resume();
}
Object.setPrototypeOf(InterfaceConstructor.prototype, EventEmitter.prototype);
Object.setPrototypeOf(InterfaceConstructor, EventEmitter);

/** The listeners for an input that is no terminal: bytes, cut into lines. */
function listenToStream(iface) {
  const onEnd = () => {
    const rest = iface._lineBuffer + iface._decoder.end();
    iface._lineBuffer = '';
    if (rest !== '') iface._onLine(rest);
    iface.close();
  };
  return [
    [iface.input, 'data', (data) => iface._normalWrite(data)],
    [iface.input, 'end', onEnd],
  ];
}

/** The listeners for a terminal: keys. */
function listenToTerminal(iface) {
  const { input, output } = iface;
  emitKeypressEvents(input, iface);
  const onEnd = () => {
    if (iface.line !== '') iface._onLine(iface.line);
    iface.close();
  };
  const onKey = (text, key) => {
    iface._ttyWrite(text, key);
    // A surrogate pair may arrive in halves.
    if (key?.sequence && /^[\ud800-\udbff]$/.test(key.sequence)) iface._refreshLine();
  };
  const listeners = [
    [input, 'keypress', onKey],
    [input, 'end', onEnd],
  ];
  if (output != null) listeners.push([output, 'resize', () => iface._refreshLine()]);
  return listeners;
}

const proto = InterfaceConstructor.prototype;

/** Columns of the output; without bound when it has none to tell. */
Object.defineProperty(proto, 'columns', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return this.output?.columns || Infinity;
  },
});
for (const [name, field] of [
  ['history', 'lines'],
  ['historyIndex', 'index'],
  ['historySize', 'size'],
  ['removeHistoryDuplicates', 'removeDuplicates'],
]) {
  Object.defineProperty(proto, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return this[kHistory][field];
    },
    set(value) {
      this[kHistory][field] = value;
    },
  });
}

proto.setPrompt = function setPrompt(prompt) {
  this._prompt = prompt;
};

proto.getPrompt = function getPrompt() {
  return this._prompt;
};

/** Shows the prompt, on a line of its own; with `preserveCursor` the cursor stays where it is in the text. */
proto.prompt = function prompt(preserveCursor) {
  if (this.paused) this.resume();
  if (this.terminal && process.env.TERM !== 'dumb') {
    if (!preserveCursor) this.cursor = 0;
    this._refreshLine();
  } else {
    this._writeToOutput(`${this._prompt}`);
  }
};

/** Asks: the next line goes to `callback` and not to 'line'. */
proto._ask = function (query, callback) {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (this[kQuestion] !== null) {
    this.prompt();
    return;
  }
  this._oldPrompt = this._prompt;
  this.setPrompt(query);
  this[kQuestion] = callback;
  this.prompt();
};

proto._cancelQuestion = function () {
  if (this[kQuestion] === null) return;
  this[kQuestion] = null;
  this.setPrompt(this._oldPrompt);
  this.clearLine();
};

proto._onLine = function _onLine(line) {
  const callback = this[kQuestion];
  if (callback === null) {
    this.emit('line', line);
    return;
  }
  this[kQuestion] = null;
  this.setPrompt(this._oldPrompt);
  callback(line);
};

proto.close = function close() {
  if (this.closed) return;
  this.pause();
  if (this.terminal) this._setRawMode(false);
  this.closed = true;
  this.emit('close');
};

proto.pause = function pause() {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (this.paused) return this;
  this.input.pause();
  this.paused = true;
  this.emit('pause');
  return this;
};

proto.resume = function resume() {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (!this.paused) return this;
  this.input.resume();
  this.paused = false;
  this.emit('resume');
  return this;
};

/** Takes text, or a key, as if it had been typed. */
proto.write = function write(data, key) {
  if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline');
  if (this.paused) this.resume();
  if (this.terminal) this._ttyWrite(data, key);
  else this._normalWrite(data);
};

proto._writeToOutput = function _writeToOutput(text) {
  validateString(text, 'stringToWrite');
  if (this.output != null) this.output.write(text);
};

proto._setRawMode = function _setRawMode(mode) {
  const { input } = this;
  const was = input.isRaw;
  if (typeof input.setRawMode === 'function') input.setRawMode(mode);
  return was;
};

/** Text without a terminal: complete lines are told, the rest waits. */
proto._normalWrite = function _normalWrite(data) {
  if (data === undefined) return;
  let text = typeof data === 'string' ? data : this._decoder.write(data);
  if (this._sawReturnAt !== 0 && Date.now() - this._sawReturnAt <= this.crlfDelay) {
    // The other half of a \r\n.
    if (text[0] === '\n') text = text.slice(1);
    if (text !== '') this._sawReturnAt = 0;
  }
  const first = text.search(LINE_END);
  if (first === -1) {
    this._lineBuffer += text;
    return;
  }
  this._sawReturnAt = text.endsWith('\r') ? Date.now() : 0;
  const lines = (this._lineBuffer + text).split(LINE_END);
  this._lineBuffer = lines.pop();
  for (const line of lines) this._onLine(line);
};

/** Ends the line on the screen. */
proto.clearLine = function clearLine() {
  this._moveCursor(+Infinity);
  this._writeToOutput('\r\n');
  this.line = '';
  this.cursor = 0;
  this.prevRows = 0;
};

/** Draws prompt and line anew, where they stand. */
proto._refreshLine = function _refreshLine() {
  const text = this._prompt + this.line;
  const shown = this._getDisplayPos(text);
  const cursor = this.getCursorPos();
  const { output } = this;
  if (this.prevRows > 0) moveCursor(output, 0, -this.prevRows);
  cursorTo(output, 0);
  clearScreenDown(output);
  this._writeToOutput(text);
  // A terminal goes to the next row when there is something to show there.
  if (shown.cols === 0) this._writeToOutput(' ');
  cursorTo(output, cursor.cols);
  const above = shown.rows - cursor.rows;
  if (above > 0) moveCursor(output, 0, -above);
  this.prevRows = cursor.rows;
};

/** Where the end of `text` stands, when it begins in the first column: rows down and columns. */
proto._getDisplayPos = function _getDisplayPos(text) {
  const { getStringWidth, stripVTControlCharacters } = require('util/strings');
  const { columns } = this;
  let offset = 0;
  let rows = 0;
  for (const character of stripVTControlCharacters(text)) {
    if (character === '\n') {
      rows += Math.ceil(offset / columns) || 1;
      offset = 0;
    } else if (character === '\t') {
      offset += this.tabSize - (offset % this.tabSize);
    } else {
      const width = getStringWidth(character, false);
      // A wide character does not begin in the last column.
      if (width === 2 && (offset + 1) % columns === 0) offset++;
      offset += width;
    }
  }
  const cols = offset % columns;
  return { cols, rows: rows + (offset - cols) / columns };
};

proto.getCursorPos = function getCursorPos() {
  return this._getDisplayPos(this._prompt + this.line.slice(0, this.cursor));
};
proto._getCursorPos = proto.getCursorPos;

/** Moves the cursor in the line, and on the screen. */
proto._moveCursor = function _moveCursor(by) {
  if (by === 0) return;
  const before = this.getCursorPos();
  this.cursor = Math.min(Math.max(this.cursor + by, 0), this.line.length);
  const after = this.getCursorPos();
  if (before.rows === after.rows) moveCursor(this.output, after.cols - before.cols, 0);
  else this._refreshLine();
};

/** The line is done. */
proto._line = function _line() {
  const line = this._addHistory();
  editing.forget(this);
  this.clearLine();
  this._onLine(line);
};

proto._addHistory = function _addHistory() {
  const { line } = this;
  if (line === '') return '';
  const history = this[kHistory];
  if (!history.add(line)) return line;
  // A listener may take it out again, or put something else there.
  const added = history.lines[0];
  this.emit('history', history.lines);
  return added;
};

proto._historyPrev = function _historyPrev() {
  editing.showHistory(this, this[kHistory].move(1, this.line));
};

proto._historyNext = function _historyNext() {
  if (this[kHistory].index >= 0) editing.showHistory(this, this[kHistory].move(-1, this.line));
};

editing.addMethods(proto, kHistory);

proto[Symbol.asyncIterator] = function () {
  if (this[kIterator] === undefined) {
    const { kFirstEventParam, on } = require('events/iterator');
    this[kIterator] = on(this, 'line', { close: ['close'], highWaterMark: 1024, [kFirstEventParam]: true });
    const iterator = this[kIterator];
    const end = iterator.return;
    iterator.return = () => {
      if (!this.closed) this.close();
      return end.call(iterator);
    };
  }
  return this[kIterator];
};

proto[Symbol.dispose] = function () {
  this.close();
};

module.exports = { InterfaceConstructor };
