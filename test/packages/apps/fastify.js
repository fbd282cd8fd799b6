'use strict';
const fastify = require('fastify');

const app = fastify({ logger: { level: 'info' } });

app.decorate('answer', 42);
app.register(
  async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('x-scope', 'inner');
    });
    scope.get('/inner', async () => ({ answer: scope.answer }));
  },
  { prefix: '/scoped' },
);
app.addHook('onSend', async (request, reply, payload) => {
  reply.header('x-hook', 'sent');
  return payload;
});
app.get('/', async () => ({ hello: 'fastify' }));
app.get('/stream', (request, reply) => reply.type('text/plain').send(require('node:fs').createReadStream(__filename)));
app.post(
  '/items/:id',
  {
    schema: {
      params: { type: 'object', properties: { id: { type: 'integer' } } },
      body: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: { name: { type: 'string', minLength: 2 }, count: { type: 'integer', default: 1 } },
      },
      response: {
        200: {
          type: 'object',
          properties: { id: { type: 'integer' }, name: { type: 'string' }, count: { type: 'integer' } },
        },
      },
    },
  },
  async (request) => ({ id: request.params.id, ...request.body, secret: 'left out by the response schema' }),
);
app.get('/fails', async () => {
  throw Object.assign(new Error('on purpose'), { statusCode: 409 });
});
app.setErrorHandler((error, request, reply) =>
  reply.status(error.statusCode ?? 500).send({ failed: error.message, code: error.code }),
);

async function main() {
  // inject() runs a request through the server without a socket.
  const injected = await app.inject({ method: 'GET', url: '/scoped/inner' });
  if (injected.json().answer !== 42) throw new Error(`inject: ${injected.payload}`);
  await app.listen({ port: 0, host: '127.0.0.1' });
  console.log(`listening ${app.server.address().port}`);
}
main();
process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
