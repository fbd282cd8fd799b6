// Hello world in each runtime's own way; Node has none but http.
const handler = () => new Response('Hello, World!', { headers: { 'Content-Type': 'text/plain' } });
if (globalThis.Bun) console.log(globalThis.Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: handler }).port);
else if (globalThis.Deno)
  globalThis.Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: ({ port }) => console.log(port) }, handler);
else if (process.versions.vireo === undefined) {
  const { createServer } = await import('node:http');
  const server = createServer((req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/plain' });
    res.end('Hello, World!');
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
} else {
  const { serve } = await import('vireo:serve');
  serve({ port: 0, hostname: '127.0.0.1', fetch: handler, onListen: ({ port }) => console.log(port) });
}
