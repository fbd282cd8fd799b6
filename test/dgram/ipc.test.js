// A UDP socket sent to a child process.
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const dgram = require('node:dgram');
const { fork } = require('node:child_process');
const { once } = require('node:events');

if (process.argv[2] === 'child') {
  process.on('message', (message, socket) => {
    assert.strictEqual(socket.address().port, message.port);
    socket.on('message', (bytes, peer) => {
      socket.send(`${bytes} heard`, peer.port, peer.address, () => {
        socket.close();
        process.disconnect();
      });
    });
    process.send('ready');
  });
} else {
  test('the child hears what comes to the socket', async () => {
    const child = fork(__filename, ['child']);
    const socket = dgram.createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    child.send({ port }, socket);
    await once(child, 'message');
    socket.close();
    const client = dgram.createSocket('udp4');
    const answered = once(client, 'message');
    client.send('ping', port, '127.0.0.1');
    const [answer] = await answered;
    assert.strictEqual(answer.toString(), 'ping heard');
    client.close();
    const [code] = await once(child, 'exit');
    assert.strictEqual(code, 0);
  });
}
