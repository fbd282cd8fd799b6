// What goes wrong on the network, with the names and codes that programs look for in `error.cause`.
'use strict';

/** @param {string} name of the class @param {string} code */
function make(name, code) {
  const Class = class extends Error {
    constructor(message, options = undefined) {
      super(message, options);
      Object.defineProperty(this, 'name', {
        __proto__: null,
        value: name,
        writable: true,
        configurable: true,
        enumerable: false,
      });
      if (code !== undefined) this.code = code;
    }
  };
  Object.defineProperty(Class, 'name', { __proto__: null, value: name, configurable: true });
  return Class;
}

const SocketError = make('SocketError', 'UND_ERR_SOCKET');
const HTTPParserError = make('HTTPParserError', undefined);
const ConnectTimeoutError = make('ConnectTimeoutError', 'UND_ERR_CONNECT_TIMEOUT');
const HeadersTimeoutError = make('HeadersTimeoutError', 'UND_ERR_HEADERS_TIMEOUT');
const BodyTimeoutError = make('BodyTimeoutError', 'UND_ERR_BODY_TIMEOUT');
const InvalidArgumentError = make('InvalidArgumentError', 'UND_ERR_INVALID_ARG');
const NotSupportedError = make('NotSupportedError', 'UND_ERR_NOT_SUPPORTED');
const RequestAbortedError = make('RequestAbortedError', 'UND_ERR_ABORTED');
const ContentLengthMismatchError = make('RequestContentLengthMismatchError', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH');

module.exports = {
  BodyTimeoutError,
  ConnectTimeoutError,
  ContentLengthMismatchError,
  HTTPParserError,
  HeadersTimeoutError,
  InvalidArgumentError,
  NotSupportedError,
  RequestAbortedError,
  SocketError,
};
