// The compatibility API: requests as node:http has them, out of streams.
'use strict';

/**
 * A listener of 'stream', its first arguments bound. `this` is the server.
 * @param {typeof Http2ServerRequest} ServerRequest
 * @param {typeof Http2ServerResponse} ServerResponse
 */
function onServerStream(ServerRequest, ServerResponse, stream, headers, flags, rawHeaders) {
  const request = new ServerRequest(stream, headers, undefined, rawHeaders);
  const response = new ServerResponse(stream);
  if (headers[':method'] === 'CONNECT') {
    if (!this.emit('connect', request, response)) {
      response.statusCode = 405;
      response.end();
    }
    return;
  }
  const { expect } = headers;
  if (expect === undefined) {
    this.emit('request', request, response);
  } else if (expect === '100-continue') {
    if (this.listenerCount('checkContinue') > 0) {
      this.emit('checkContinue', request, response);
    } else {
      response.writeContinue();
      this.emit('request', request, response);
    }
  } else if (this.listenerCount('checkExpectation') > 0) {
    this.emit('checkExpectation', request, response);
  } else {
    response.statusCode = 417;
    response.end();
  }
}

module.exports = { onServerStream };
