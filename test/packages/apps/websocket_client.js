'use strict';
// The global WebSocket against a server of ws.
const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/echo`);
const big = new Uint8Array(1 << 20).map((_, i) => i * i);
socket.binaryType = 'arraybuffer';
let messages = 0;
socket.onmessage = ({ data }) => {
  messages++;
  if (messages === 1) {
    console.log(data, socket.extensions.includes('permessage-deflate'));
    socket.send('grüße');
  } else if (messages === 2) {
    console.log(data);
    socket.send(big);
  } else {
    console.log(
      data.byteLength,
      new Uint8Array(data).every((byte, i) => byte === big[i]),
    );
    socket.close(3000, 'done');
  }
};
socket.onclose = ({ code, reason, wasClean }) => console.log('closed', code, reason, wasClean);
socket.onerror = ({ error }) => console.log(error);
