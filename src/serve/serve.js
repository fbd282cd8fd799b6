// vireo:serve: servers written to the Fetch standard. docs/serve.md is its page.
'use strict';

const { ServeHandle, serve } = require('serve/server');

module.exports = { ServeHandle, serve };
