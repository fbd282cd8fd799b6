'use strict';
// What apps/ws.js does, without a package: vireo:serve's own WebSockets.
const { serve, upgradeWebSocket } = require('vireo:serve');

const server = serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch(request) {
    if (request.headers.get('upgrade') !== 'websocket') return new Response('plain http');
    const { pathname } = new URL(request.url);
    if (pathname !== '/echo') return new Response(null, { status: 400 });
    const { response } = upgradeWebSocket(request, {
      perMessageDeflate: true,
      maxPayload: 4 << 20,
      open: (socket) => socket.send(`welcome ${pathname}`),
      message: (socket, data) => socket.send(data),
    });
    return response;
  },
  onListen: ({ port }) => console.log(`listening ${port}`),
});
process.on('SIGTERM', () => server.stop().then(() => process.exit(0)));
