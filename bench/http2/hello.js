'use strict';
// The least that an HTTP/2 server does, cleartext, by the compatibility API.
const http2 = require('node:http2');

const server = http2.createServer((req, res) => {
  res.setHeader('content-type', 'text/plain');
  res.end('Hello, World!');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
