// Requests with 100 headers, of which the program reads some.
const http = require('node:http');

const server = http.createServer((req, res) => {
  const { headers } = req;
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end(headers['x-header-1'] + headers['x-header-97']);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
