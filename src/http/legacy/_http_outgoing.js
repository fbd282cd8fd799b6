'use strict';

const { OutgoingMessage, parseUniqueHeadersOption, validateHeaderName, validateHeaderValue } = require('http/outgoing');
const { kHighWaterMark, kUniqueHeaders } = require('http/common');

module.exports = {
  kHighWaterMark,
  kUniqueHeaders,
  parseUniqueHeadersOption,
  validateHeaderName,
  validateHeaderValue,
  OutgoingMessage,
};
