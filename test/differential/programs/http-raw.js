// What a server answers to bytes that are not quite HTTP.
const http = require('http');
const net = require('net');
const server = http.createServer((req, res) => { req.resume(); req.on('error', () => {}); res.end('ok'); });
server.on('clientError', (error, socket) => { console.log('clientError', error.code); if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'); });
const inputs = [
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 'NOPE / HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20000)}\r\n\r\n`,
  'GET / HTTP/1.1\nHost: a\nConnection: close\n\n', 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'GET / HTTP/1.0\r\n\r\n', '\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n',
];
server.listen(0, '127.0.0.1', async () => {
  for (const input of inputs) {
    const answer = await new Promise((resolve) => {
      let text = '';
      const socket = net.connect(server.address().port, '127.0.0.1', () => socket.write(input));
      socket.on('data', (chunk) => (text += chunk)).on('close', () => resolve(text)).on('error', () => {});
    });
    console.log(JSON.stringify(input.slice(0, 60)), JSON.stringify(answer.replace(/Date: [^\r]*/, 'Date: D')));
  }
  server.close();
});
