// Keeps its connections for as long as the clients like.
const http = require('node:http');

const server = http.createServer((req, res) => res.end('Hello, World!'));
server.keepAliveTimeout = 0;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));
