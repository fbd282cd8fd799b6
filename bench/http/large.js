// A body of 16 KiB, as a page or an answer of an API has it.
const http = require('node:http');

const body = 'x'.repeat(16 * 1024);
const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
  res.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
