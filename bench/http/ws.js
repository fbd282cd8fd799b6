// Echo of WebSocket messages, by the package `ws`.
const http = require('node:http');
const { WebSocketServer } = require('ws');

const server = http.createServer();
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
