// UDP on loopback: a socket that answers and one that asks, in one process.
'use strict';

const dgram = require('node:dgram');

const MESSAGES = 2000;
const IN_FLIGHT = 50;

function bind(socket) {
  return new Promise((resolve) => socket.bind(0, '127.0.0.1', () => resolve(socket)));
}

function echo(size) {
  return {
    ops: MESSAGES,
    async setup() {
      const server = await bind(dgram.createSocket('udp4'));
      server.on('message', (message, peer) => server.send(message, peer.port, peer.address));
      const client = await bind(dgram.createSocket('udp4'));
      return { server, client, message: Buffer.alloc(size, 1), port: server.address().port };
    },
    run({ client, message, port }) {
      return new Promise((resolve) => {
        let sent = 0;
        let received = 0;
        const send = () => {
          sent++;
          client.send(message, port, '127.0.0.1');
        };
        client.removeAllListeners('message');
        client.on('message', () => {
          if (++received === MESSAGES) resolve();
          else if (sent < MESSAGES) send();
        });
        while (sent < IN_FLIGHT) send();
      });
    },
    teardown({ server, client }) {
      server.close();
      client.close();
    },
  };
}

module.exports = { 'UDP echo, 64 bytes': echo(64), 'UDP echo, 1400 bytes': echo(1400) };
