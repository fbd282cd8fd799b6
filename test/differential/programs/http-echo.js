const http = require('http');
const server = http.createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
    res.setHeader('X-Multi', ['a', 'b']);
    res.writeHead(req.method === 'POST' ? 201 : 200, 'Fine', { 'content-type': 'text/plain' });
    res.end(`${req.method} ${req.url} ${req.httpVersion} ${req.headers['x-in']} ${Buffer.concat(chunks)}`);
  });
}).listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const req = http.request({ port, method: 'POST', path: '/p?q', headers: { 'X-In': 'v' } }, (res) => {
    console.log(res.statusCode, res.statusMessage, res.headers['x-multi'], res.rawHeaders.filter((h) => /^x-/i.test(h)), res.headers.date !== undefined);
    res.setEncoding('utf8').on('data', (text) => console.log(text)).on('end', () => http.get({ port }, (second) => { console.log(second.statusCode, second.headers['transfer-encoding'], second.headers.connection); second.resume().on('end', () => server.close(() => console.log('closed'))); }));
  });
  req.write('body ');
  req.end('end');
});
