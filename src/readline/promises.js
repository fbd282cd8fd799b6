// node:readline/promises: https://nodejs.org/api/readline.html#promises-api
'use strict';

const { AbortError, codes } = require('errors/errors');
const { validateAbortSignal, validateBoolean, validateInteger } = require('errors/validators');
const { nextTick } = require('process/next_tick');
const { InterfaceConstructor } = require('readline/interface');

const ESC = '\u001b[';

class Interface extends InterfaceConstructor {
  /**
   * Shows `query`; gives the next line. Rejects with AbortError on `options.signal`.
   * @param {string} query
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<string>}
   */
  question(query, options = {}) {
    return new Promise((resolve, reject) => {
      let done = resolve;
      const { signal } = options ?? {};
      if (signal) {
        validateAbortSignal(signal, 'options.signal');
        if (signal.aborted) {
          reject(new AbortError(undefined, { cause: signal.reason }));
          return;
        }
        const disposable = require('events/events').addAbortListener(signal, () => {
          this._cancelQuestion();
          reject(new AbortError(undefined, { cause: signal.reason }));
        });
        done = (answer) => {
          disposable[Symbol.dispose]();
          resolve(answer);
        };
      }
      this._ask(query, done);
    });
  }
}

/** A completer may give a promise here, and is always waited for. */
Interface.prototype._askCompleter = async function (text, callback) {
  let value;
  try {
    value = await this.completer(text);
  } catch (error) {
    callback(error);
    return;
  }
  callback(null, value);
};

/** Actions on a terminal, collected and sent together by commit(). */
class Readline {
  #autoCommit = false;
  #stream;
  #pending = [];

  /**
   * @param {import('stream').Writable} stream
   * @param {{autoCommit?: boolean}} [options]
   */
  constructor(stream, options = undefined) {
    if (!require('stream/stream').isWritable(stream) && typeof stream?.write !== 'function')
      throw new codes.ERR_INVALID_ARG_TYPE('stream', 'Writable', stream);
    this.#stream = stream;
    if (options?.autoCommit != null) {
      validateBoolean(options.autoCommit, 'options.autoCommit');
      this.#autoCommit = options.autoCommit;
    }
  }

  #add(data) {
    if (this.#autoCommit) nextTick(() => this.#stream.write(data));
    else this.#pending.push(data);
    return this;
  }

  cursorTo(x, y = undefined) {
    validateInteger(x, 'x');
    if (y != null) validateInteger(y, 'y');
    return this.#add(y == null ? `${ESC}${x + 1}G` : `${ESC}${y + 1};${x + 1}H`);
  }

  moveCursor(dx, dy) {
    if (!dx && !dy) return this;
    validateInteger(dx, 'dx');
    validateInteger(dy, 'dy');
    let data = '';
    if (dx < 0) data += `${ESC}${-dx}D`;
    else if (dx > 0) data += `${ESC}${dx}C`;
    if (dy < 0) data += `${ESC}${-dy}A`;
    else if (dy > 0) data += `${ESC}${dy}B`;
    return this.#add(data);
  }

  clearLine(dir) {
    validateInteger(dir, 'dir', -1, 1);
    return this.#add(dir < 0 ? `${ESC}1K` : dir > 0 ? `${ESC}0K` : `${ESC}2K`);
  }

  clearScreenDown() {
    return this.#add(`${ESC}0J`);
  }

  /** Sends what was collected. */
  commit() {
    return new Promise((resolve) => {
      this.#stream.write(this.#pending.join(''), () => resolve());
      this.#pending = [];
    });
  }

  /** Forgets what was collected. */
  rollback() {
    this.#pending = [];
    return this;
  }
}

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = { Interface, Readline, createInterface };
