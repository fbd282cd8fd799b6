'use strict';

const { hasInvalidChar, isLenient, isToken, methods } = require('http/common');
const { idle } = require('http/client_connection');
const { HTTPParser } = require('http/legacy/http_parser');

/** Parsers for whoever asks `_http_common` for one. Its `max` is the limit for those of client connections, too. */
const parsers = {
  name: 'parsers',
  list: [],
  ctor: () => new HTTPParser(),
  get max() {
    return idle.max;
  },
  set max(value) {
    idle.max = value;
  },
  alloc(...args) {
    return this.list.pop() ?? Reflect.apply(this.ctor, this, args);
  },
  free(parser) {
    if (this.list.length >= this.max) return false;
    this.list.push(parser);
    return true;
  },
};

/** Gives a parser back. */
function freeParser(parser, req, socket) {
  if (parser) {
    parser.free();
    if (parser instanceof HTTPParser && !parsers.free(parser)) parser.close();
  }
  if (req) req.parser = null;
  if (socket) socket.parser = null;
}

module.exports = {
  _checkInvalidHeaderChar: hasInvalidChar,
  _checkIsHttpToken: isToken,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF: '\r\n',
  freeParser,
  methods,
  parsers,
  HTTPParser,
  isLenient,
};
