// Errors of nghttp2 and of the peer as JavaScript sees them.
'use strict';

const { codes } = require('errors/errors');

const { ERR_HTTP2_ERROR, ERR_HTTP2_TOO_MANY_INVALID_FRAMES } = codes;

/**
 * @param {number} errno nghttp2's, negative
 * @param {string} [code] one of Node's own for it
 */
function nghttpError(errno, code) {
  if (code === 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES')
    return Object.assign(new ERR_HTTP2_TOO_MANY_INVALID_FRAMES(), { errno });
  const error = new ERR_HTTP2_ERROR(binding('http2').errorText(errno));
  error.errno = errno;
  Error.captureStackTrace(error, nghttpError);
  return error;
}

module.exports = { nghttpError };
