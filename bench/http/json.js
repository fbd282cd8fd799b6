// A small JSON API: reads the URL and a header, sets two headers.
const http = require('node:http');

const server = http.createServer((req, res) => {
  const body = JSON.stringify({ url: req.url, agent: req.headers['user-agent'] ?? null, items: [1, 2, 3] });
  res.setHeader('Content-Type', 'application/json');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  res.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
