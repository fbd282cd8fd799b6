// An echo server in each runtime's own way; Node's is the package ws.
if (globalThis.Bun) {
  const server = globalThis.Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response()),
    websocket: { message: (socket, data) => void socket.send(data) },
  });
  console.log(server.port);
} else if (globalThis.Deno) {
  globalThis.Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log(port) }, (request) => {
    const { socket, response } = globalThis.Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
} else if (process.versions.vireo === undefined) {
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => console.log(server.address().port));
  server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
} else {
  const { serve, upgradeWebSocket } = await import('vireo:serve');
  serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => upgradeWebSocket(request, { message: (socket, data) => socket.send(data) }).response,
    onListen: ({ port }) => console.log(port),
  });
}
