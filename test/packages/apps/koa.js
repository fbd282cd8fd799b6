'use strict';
const Koa = require('koa');

const app = new Koa({ keys: ['one', 'two'] });

app.use(async (ctx, next) => {
  const order = [];
  ctx.state.order = order;
  order.push('outer in');
  try {
    await next();
  } catch (error) {
    ctx.status = error.status ?? 500;
    ctx.body = { error: error.message };
  }
  order.push('outer out');
  ctx.set('x-order', order.join(', '));
});
app.use(async (ctx, next) => {
  ctx.state.order.push('inner in');
  await next();
  ctx.state.order.push('inner out');
});
app.use(async (ctx) => {
  if (ctx.path === '/') ctx.body = 'hello koa';
  else if (ctx.path === '/json')
    ctx.body = { query: ctx.query, accepts: ctx.accepts('json', 'text'), fresh: ctx.fresh };
  else if (ctx.path === '/throw') ctx.throw(403, 'forbidden here');
  else if (ctx.path === '/stream') {
    ctx.type = 'text';
    ctx.body = require('node:fs').createReadStream(__filename);
  } else if (ctx.path === '/cookie') {
    ctx.cookies.set('session', 'abc', { signed: true });
    ctx.body = String(ctx.cookies.get('session', { signed: true }));
  } else if (ctx.path === '/echo') {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    ctx.body = Buffer.concat(chunks);
  }
});

const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
