const fastify = require('fastify')();

fastify.get('/', (request, reply) => reply.send({ hello: 'world' }));
fastify.listen({ port: 0, host: '127.0.0.1' }).then((address) => console.log(new URL(address).port));
