// For bench/soak.mjs: with SOCKETS=1 every tenth request touches its socket; a line on standard input asks for the memory in use.
const http = require('node:http');

const touches = process.env.SOCKETS === '1';
let count = 0;
const server = http.createServer((request, response) => {
  if (touches && ++count % 10 === 0) response.setHeader('x-port', request.socket.remotePort);
  response.end('Hello World\n');
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.on('data', () => {
  const { rss, heapTotal } = process.memoryUsage();
  console.log(JSON.stringify({ rss, heap: heapTotal }));
});
