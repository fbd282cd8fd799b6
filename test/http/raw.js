'use strict';

// Talks to a server in bytes.
const net = require('node:net');
const http = require('node:http');
const { once } = require('node:events');

/** Starts a server on a free port; `t.after` closes it. */
async function serve(t, options, listener) {
  const server = http.createServer(options, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return server;
}

/** Sends `text` in pieces of `step` bytes; gives all that comes back until the server closes, or `until(text)` is true. */
function exchange(server, text, { step = Infinity, until = () => false } = {}) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.address().port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
      if (until(answer)) socket.destroy();
    });
    socket.on('error', (error) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(answer.replace(/Date: [^\r]*/g, 'Date: now')));
    const bytes = Buffer.from(text, 'latin1');
    let at = 0;
    const send = () => {
      if (socket.destroyed || at >= bytes.length) return;
      socket.write(bytes.subarray(at, at + step));
      at += step;
      if (at < bytes.length) setImmediate(send);
    };
    send();
  });
}

module.exports = { exchange, serve };
