// vireo:serve: servers written to the Fetch standard. docs/serve.md is its page.
'use strict';

const { ServeHandle, serve } = require('serve/server');
const { directory, file } = require('serve/file_response');

module.exports = { ServeHandle, directory, file, serve };
