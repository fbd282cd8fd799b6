'use strict';
const { WebSocket } = require('ws');

const socket = new WebSocket(`ws://127.0.0.1:${process.argv[2]}/echo`);
let messages = 0;
socket.on('message', (data) => {
  console.log(String(data));
  if (++messages === 1) socket.send('from vireo');
  else socket.close();
});
socket.on('close', (code) => console.log('closed', code));
