// vireo:serve: servers written to the Fetch standard. docs/serve.md is its page.
'use strict';

const { ServeHandle, serve } = require('serve/server');
const { directory, file } = require('serve/file_response');

/** Loaded with the first WebSocket. */
function upgradeWebSocket(request, options = {}) {
  return require('serve/websocket').upgradeWebSocket(request, options);
}

module.exports = { ServeHandle, directory, file, serve, upgradeWebSocket };
