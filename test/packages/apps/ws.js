'use strict';
const http = require('node:http');
const { WebSocketServer } = require('ws');

const server = http.createServer((req, res) => res.end('plain http'));
const sockets = new WebSocketServer({
  server,
  path: '/echo',
  perMessageDeflate: { threshold: 0 },
  maxPayload: 4 << 20,
});
sockets.on('connection', (socket, req) => {
  socket.send(`welcome ${req.url}`);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.on('SIGTERM', () => {
  for (const client of sockets.clients) client.terminate();
  server.close(() => process.exit(0));
});
