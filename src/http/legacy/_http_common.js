'use strict';

const { hasInvalidChar, isLenient, isToken, methods } = require('http/common');
const { HTTPParser } = require('http/legacy/http_parser');

module.exports = {
  _checkInvalidHeaderChar: hasInvalidChar,
  _checkIsHttpToken: isToken,
  chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
  continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
  CRLF: '\r\n',
  methods,
  HTTPParser,
  isLenient,
};
