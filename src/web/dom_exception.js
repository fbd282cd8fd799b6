'use strict';

/**
 * DOMException (Web IDL 2.8.1): a real Error object whose name, message and code are getters of its prototype.
 * @see https://webidl.spec.whatwg.org/#idl-DOMException
 */

/** Names with a legacy code, in the order of the codes (1 is the first); the constants' names beside them. */
const legacyNames = [
  ['IndexSizeError', 'INDEX_SIZE_ERR'],
  [undefined, 'DOMSTRING_SIZE_ERR'],
  ['HierarchyRequestError', 'HIERARCHY_REQUEST_ERR'],
  ['WrongDocumentError', 'WRONG_DOCUMENT_ERR'],
  ['InvalidCharacterError', 'INVALID_CHARACTER_ERR'],
  [undefined, 'NO_DATA_ALLOWED_ERR'],
  ['NoModificationAllowedError', 'NO_MODIFICATION_ALLOWED_ERR'],
  ['NotFoundError', 'NOT_FOUND_ERR'],
  ['NotSupportedError', 'NOT_SUPPORTED_ERR'],
  ['InUseAttributeError', 'INUSE_ATTRIBUTE_ERR'],
  ['InvalidStateError', 'INVALID_STATE_ERR'],
  ['SyntaxError', 'SYNTAX_ERR'],
  ['InvalidModificationError', 'INVALID_MODIFICATION_ERR'],
  ['NamespaceError', 'NAMESPACE_ERR'],
  ['InvalidAccessError', 'INVALID_ACCESS_ERR'],
  [undefined, 'VALIDATION_ERR'],
  ['TypeMismatchError', 'TYPE_MISMATCH_ERR'],
  ['SecurityError', 'SECURITY_ERR'],
  ['NetworkError', 'NETWORK_ERR'],
  ['AbortError', 'ABORT_ERR'],
  ['URLMismatchError', 'URL_MISMATCH_ERR'],
  ['QuotaExceededError', 'QUOTA_EXCEEDED_ERR'],
  ['TimeoutError', 'TIMEOUT_ERR'],
  ['InvalidNodeTypeError', 'INVALID_NODE_TYPE_ERR'],
  ['DataCloneError', 'DATA_CLONE_ERR'],
];

const codeOf = new Map();
legacyNames.forEach(([name], index) => {
  if (name !== undefined) codeOf.set(name, index + 1);
});

class Identity {
  constructor(object) {
    return object;
  }
}

/** Stamps private fields on an Error that the engine made, so that it is an error to the engine, too. */
class State extends Identity {
  #name;
  #message;

  constructor(error, name, message) {
    super(error);
    this.#name = name;
    this.#message = message;
  }

  static name(error) {
    State.#check(error);
    return error.#name;
  }

  static message(error) {
    State.#check(error);
    return error.#message;
  }

  static has(error) {
    return typeof error === 'object' && error !== null && #name in error;
  }

  static #check(error) {
    if (State.has(error)) return;
    const {
      codes: { ERR_INVALID_THIS },
    } = require('errors/errors');
    throw new ERR_INVALID_THIS('DOMException');
  }
}

class DOMException {
  /**
   * @param {string} [message]
   * @param {string|{name?: string, cause?: unknown}} [options] the name, or name and cause
   */
  constructor(message = '', options = 'Error') {
    const error = Reflect.construct(Error, [], new.target);
    if (options !== null && typeof options === 'object') {
      const { name = 'Error' } = options;
      new State(error, `${name}`, `${message}`);
      if ('cause' in options) {
        Object.defineProperty(error, 'cause', {
          __proto__: null,
          value: options.cause,
          configurable: true,
          writable: true,
          enumerable: false,
        });
      }
    } else {
      new State(error, `${options}`, `${message}`);
    }
    return error;
  }

  get name() {
    return State.name(this);
  }

  get message() {
    return State.message(this);
  }

  get code() {
    return codeOf.get(State.name(this)) ?? 0;
  }
}

Object.setPrototypeOf(DOMException.prototype, Error.prototype);
Object.defineProperties(DOMException.prototype, {
  name: { __proto__: null, enumerable: true },
  message: { __proto__: null, enumerable: true },
  code: { __proto__: null, enumerable: true },
});
legacyNames.forEach(([, constant], index) => {
  const descriptor = { __proto__: null, enumerable: true, value: index + 1 };
  Object.defineProperty(DOMException, constant, descriptor);
  Object.defineProperty(DOMException.prototype, constant, descriptor);
});
Object.defineProperty(DOMException.prototype, Symbol.toStringTag, {
  __proto__: null,
  configurable: true,
  value: 'DOMException',
});

Object.defineProperty(DOMException.prototype, require('web/clone_symbols').kClone, {
  __proto__: null,
  // What only inherits from it is cloned as any other object.
  get() {
    return State.has(this) ? describe : undefined;
  },
});

/** For a message: what a DOMException is made of. */
function describe() {
  const { name, message, stack } = this;
  return ['DOMException', { name, message, stack }];
}

/** What another thread sent. */
function revive({ name, message, stack }) {
  const error = new DOMException(message, name);
  Object.defineProperty(error, 'stack', {
    __proto__: null,
    value: stack,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return error;
}

module.exports = { DOMException, revive };
