// Messages between a primary and a worker: each has a number, and an answer names the number of its question.
'use strict';

const COMMAND = 'NODE_CLUSTER';

/** One side of the conversation with `target` (a ChildProcess, or `process`). */
class Conversation {
  #target;
  #number = 0;
  #waiting = new Map();

  /**
   * @param {ChildProcess|NodeJS.Process} target
   * @param {(message: object, handle: object) => void} onMessage what is no answer
   */
  constructor(target, onMessage) {
    this.#target = target;
    target.on('internalMessage', (message, handle) => {
      if (message.cmd !== COMMAND) return;
      const { ack } = message;
      if (ack === undefined) {
        onMessage(message, handle);
        return;
      }
      const callback = this.#waiting.get(ack);
      this.#waiting.delete(ack);
      callback?.(message, handle);
    });
  }

  /**
   * @param {object} message `act` says what it is about, or `ack` which message it answers
   * @param {object} [handle] a native handle that goes along
   * @param {(answer: object, handle: object) => void} [onAnswer]
   * @returns {boolean} false: the other side has gone
   */
  send(message, handle, onAnswer) {
    if (!this.#target.connected) return false;
    const seq = this.#number++;
    if (onAnswer !== undefined) this.#waiting.set(seq, onAnswer);
    // Not past a program that has put a function of its own in place of send().
    return this.#target.send({ cmd: COMMAND, ...message, seq }, handle, { keepOpen: true, swallowErrors: true });
  }
}

module.exports = { Conversation };
