// For bench/soak.mjs: what a mixed load asks of a server. A line on standard input asks for the memory in use; SIGTERM ends it.
const http = require('node:http');

const piece = Buffer.alloc(16 * 1024, 'x');
const server = http.createServer((request, response) => {
  if (request.url === '/stream') {
    let left = 64;
    const more = () => {
      while (left > 0) {
        left--;
        if (!response.write(piece)) return response.once('drain', more);
      }
      response.end();
    };
    more();
    return;
  }
  if (request.url === '/slow') {
    setTimeout(() => response.end('slow'), 5);
    return;
  }
  if (request.method === 'GET') {
    if (request.url === '/socket') response.setHeader('x-port', request.socket.remotePort);
    response.end('Hello World\n');
    return;
  }
  let length = 0;
  request.on('data', (chunk) => (length += chunk.length));
  request.on('end', () => response.end(String(length)));
});
server.on('upgrade', (request, socket) => {
  socket.on('error', () => {});
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.pipe(socket);
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  console.log(JSON.stringify({ port: server.address().port }));
});
process.stdin.on('data', () => {
  const { rss, heapTotal } = process.memoryUsage();
  console.log(JSON.stringify({ rss, heap: heapTotal }));
});
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
});
