'use strict';

/**
 * CloseEvent and ErrorEvent, as WebSocket and EventSource dispatch them.
 * @see https://websockets.spec.whatwg.org/#the-closeevent-interface
 */

const { Event } = require('web/event');
const webidl = require('fetch/webidl');

class CloseEvent extends Event {
  #wasClean;
  #code;
  #reason;

  /** @param {{wasClean?: boolean, code?: number, reason?: string}} [init] */
  constructor(type, init = undefined) {
    webidl.requireArguments(arguments.length, 1, 'CloseEvent constructor');
    const dictionary = webidl.dictionary(init);
    super(webidl.domString(type, 'CloseEvent constructor: type'), init ?? undefined);
    this.#wasClean = Boolean(dictionary.wasClean);
    this.#code = webidl.unsignedShort(dictionary.code ?? 0);
    this.#reason = webidl.usvString(dictionary.reason ?? '', 'CloseEvent constructor: reason');
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #code in object) return object;
    throw webidl.illegalInvocation();
  }

  get wasClean() {
    return CloseEvent.#of(this).#wasClean;
  }
  get code() {
    return CloseEvent.#of(this).#code;
  }
  get reason() {
    return CloseEvent.#of(this).#reason;
  }
}
webidl.describeClass(CloseEvent, ['wasClean', 'code', 'reason']);

/** Not a global in Node 24; what `onerror` of a WebSocket gets. */
class ErrorEvent extends Event {
  #init;

  constructor(type, init = undefined) {
    webidl.requireArguments(arguments.length, 1, 'ErrorEvent constructor');
    super(webidl.domString(type, 'ErrorEvent constructor: type'), init ?? undefined);
    this.#init = webidl.dictionary(init);
  }

  static #of(object) {
    if (typeof object === 'object' && object !== null && #init in object) return object.#init;
    throw webidl.illegalInvocation();
  }

  get message() {
    return webidl.domString(ErrorEvent.#of(this).message ?? '', 'ErrorEvent: message');
  }
  get filename() {
    return webidl.usvString(ErrorEvent.#of(this).filename ?? '', 'ErrorEvent: filename');
  }
  get lineno() {
    return Number(ErrorEvent.#of(this).lineno ?? 0) >>> 0;
  }
  get colno() {
    return Number(ErrorEvent.#of(this).colno ?? 0) >>> 0;
  }
  get error() {
    return ErrorEvent.#of(this).error;
  }
}
webidl.describeClass(ErrorEvent, ['message', 'filename', 'lineno', 'colno', 'error']);

module.exports = { CloseEvent, ErrorEvent };
