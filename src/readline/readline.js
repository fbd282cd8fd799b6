// node:readline: https://nodejs.org/api/readline.html
'use strict';

const { validateAbortSignal } = require('errors/validators');
const { kCustomPromisify } = require('util/internal');
const cursor = require('readline/cursor');
const { InterfaceConstructor } = require('readline/interface');
const { emitKeypressEvents } = require('readline/keys');

/**
 * @param {object|import('stream').Readable} input options, or the input
 * @param {import('stream').Writable} [output]
 * @param {Function} [completer]
 * @param {boolean} [terminal]
 */
function Interface(input, output, completer, terminal) {
  if (!(this instanceof Interface)) return new Interface(input, output, completer, terminal);
  Reflect.apply(InterfaceConstructor, this, [input, output, completer, terminal]);
}
Object.setPrototypeOf(Interface.prototype, InterfaceConstructor.prototype);
Object.setPrototypeOf(Interface, InterfaceConstructor);

/**
 * Shows `query`; the next line goes to `callback(answer)`.
 * @param {string} query
 * @param {{signal?: AbortSignal}} [options]
 * @param {(answer: string) => void} callback
 */
Interface.prototype.question = function question(query, options, callback) {
  callback = typeof options === 'function' ? options : callback;
  if (options === null || typeof options !== 'object') options = {};
  const { signal } = options;
  if (signal) {
    validateAbortSignal(signal, 'options.signal');
    if (signal.aborted) return;
    const onAbort = () => this._cancelQuestion();
    const disposable = require('events/events').addAbortListener(signal, onAbort);
    const answered = callback;
    callback =
      typeof answered === 'function'
        ? (answer) => {
            disposable[Symbol.dispose]();
            answered(answer);
          }
        : onAbort;
  }
  if (typeof callback === 'function') this._ask(query, callback);
};
Object.defineProperty(Interface.prototype.question, kCustomPromisify, {
  __proto__: null,
  configurable: true,
  writable: true,
  value: function question(query, options) {
    const signal = options?.signal;
    if (signal?.aborted)
      return Promise.reject(new (require('errors/errors').AbortError)(undefined, { cause: signal.reason }));
    return new Promise((resolve, reject) => {
      let done = resolve;
      if (signal) {
        const onAbort = () => reject(new (require('errors/errors').AbortError)(undefined, { cause: signal.reason }));
        signal.addEventListener('abort', onAbort, { once: true });
        done = (answer) => {
          signal.removeEventListener('abort', onAbort);
          resolve(answer);
        };
      }
      this.question(query, options, done);
    });
  },
});

function createInterface(input, output, completer, terminal) {
  return new Interface(input, output, completer, terminal);
}

module.exports = {
  Interface,
  ...cursor,
  createInterface,
  emitKeypressEvents,
};
Object.defineProperty(module.exports, 'promises', {
  __proto__: null,
  get: () => require('readline/promises'),
  configurable: true,
  enumerable: true,
});
