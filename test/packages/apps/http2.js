// HTTP/2 servers for curl, nghttp and h2load: cleartext, or TLS when KEY and CERT name files.
const fs = require('node:fs');
const http2 = require('node:http2');

const { KEY, CERT } = process.env;
const server = KEY
  ? http2.createSecureServer({ key: fs.readFileSync(KEY), cert: fs.readFileSync(CERT), allowHTTP1: true })
  : http2.createServer();

server.on('request', (req, res) => {
  if (req.url === '/upload') {
    let size = 0;
    req.on('data', (chunk) => (size += chunk.length));
    req.on('end', () => res.end(String(size)));
  } else if (req.url === '/large') {
    res.end(Buffer.alloc(5_000_000, 'x'));
  } else if (req.url === '/push' && res.stream?.pushAllowed) {
    res.createPushResponse({ ':path': '/pushed.css' }, (error, pushed) => {
      if (!error) pushed.end('body {}');
      res.end('page');
    });
  } else if (req.url === '/file') {
    res.stream.respondWithFile(__filename, { 'content-type': 'text/javascript' });
  } else {
    res.setHeader('x-version', req.httpVersion);
    res.addTrailers?.({ 'x-end': 'yes' });
    res.end(`hello over ${req.httpVersion}`);
  }
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
