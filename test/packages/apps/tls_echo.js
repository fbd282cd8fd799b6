// A TLS server that says what it knows of a connection, and then gives back what it gets.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const tls = require('node:tls');

const read = (name) => fs.readFileSync(path.join(process.env.CERTIFICATES, name));
const server = tls.createServer(
  {
    key: read('server-key.pem'),
    cert: read('server.pem'),
    ca: read('ca.pem'),
    requestCert: true,
    rejectUnauthorized: process.env.REQUIRE === '1',
    ALPNProtocols: ['echo/1'],
  },
  (socket) => {
    const { name } = socket.getCipher();
    const peer = socket.getPeerCertificate().subject?.CN;
    const facts = {
      protocol: socket.getProtocol(),
      cipher: name,
      alpn: socket.alpnProtocol,
      servername: socket.servername,
    };
    socket.write(`${JSON.stringify({ ...facts, peer, reused: socket.isSessionReused() })}\n`);
    socket.on('error', () => {});
    socket.pipe(socket);
  },
);
server.on('tlsClientError', (error) => console.log(`client error ${error.code}`));
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
