// What a server answers by itself to malformed and to slow requests, and that it serves on.
const http = require('http');
const net = require('net');
const server = http.createServer({ headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 30 }, (req, res) => {
  req.on('error', (error) => console.log('request error', error.code)).on('data', () => {}).on('end', () => res.end('ok'));
});
const GOOD = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const inputs = {
  'bad method': 'NOPE / HTTP/1.1\r\nHost: a\r\n\r\n',
  'header injection': 'GET / HTTP/1.1\r\nHost: a\r\nX: a\rInjected: b\r\n\r\n',
  'space before colon': 'GET / HTTP/1.1\r\nHost : a\r\n\r\n',
  'length and chunked': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'chunked and length': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n',
  'chunked not last': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n',
  'negative length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
  'huge length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n',
  'huge header': `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(17000)}\r\n\r\n`,
  'many headers': `GET / HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(3000)}\r\n`,
  'huge target': `GET /${'y'.repeat(17000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  'chunk size overflow': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n',
  'truncated chunk': ['POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'],
  'truncated length': ['POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab'],
  'truncated head': ['GET / HTTP/1.1\r\nHost'],
  'slow head': 'GET / HTTP/1.1\r\nHost: a\r\n',
  'slow body': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab',
  'nothing': [''],
};
const exchange = (input) =>
  new Promise((resolve) => {
    let text = '';
    const ends = Array.isArray(input);
    const socket = net.connect(server.address().port, '127.0.0.1', () => (ends ? socket.end(input[0]) : socket.write(input)));
    socket.on('data', (chunk) => (text += chunk)).on('close', () => resolve(text)).on('error', (error) => (text += error.code));
  });
server.listen(0, '127.0.0.1', async () => {
  for (const [name, input] of Object.entries(inputs)) {
    console.log(`${name}:`, JSON.stringify((await exchange(input)).replace(/Date: [^\r]*/, 'Date: D').replace(/ECONNRESET$/, '')));
  }
  console.log('serves on:', (await exchange(GOOD)).split('\r\n')[0]);
  server.close();
});
