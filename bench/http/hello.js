// What everybody measures first.
const http = require('node:http');

const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end('Hello, World!');
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
