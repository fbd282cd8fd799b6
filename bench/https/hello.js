'use strict';
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');

const read = (name) => fs.readFileSync(path.join(process.env.CERTIFICATES, name));
const server = https.createServer({ key: read('key.pem'), cert: read('cert.pem') }, (request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end('hello world\n');
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
