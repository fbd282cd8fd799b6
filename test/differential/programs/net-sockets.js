const net = require('net');
const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  console.log('connection', socket.remoteFamily, socket.readyState);
  socket.setEncoding('utf8').on('data', (text) => socket.write(text.toUpperCase())).on('end', () => { console.log('server end'); socket.end('bye'); });
}).listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  for (const name of ['lookup', 'connect', 'ready', 'data', 'end', 'finish', 'close']) client.on(name, (value) => console.log('client', name, name === 'data' ? String(value) : name === 'close' ? value : ''));
  client.on('connect', () => client.end('hello'));
  client.on('close', () => server.close(() => {
    console.log('server closed', client.bytesRead, client.bytesWritten, server.listening);
    net.connect(1, '127.0.0.1').on('error', (error) => console.log(error.message, error.code, error.syscall, error.port));
  }));
});
console.log(net.isIP('::1'), net.isIP('1.2.3.4'), net.isIP('x'), net.isIPv6('::ffff:1.2.3.4'));
