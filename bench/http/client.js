// A client with a keep-alive agent: 32 requests at a time to PORT for SECONDS; prints how many a second.
const http = require('node:http');

const port = Number(process.env.PORT);
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
let done = 0;
let running = true;

function next() {
  if (!running) return;
  const req = http.get({ host: '127.0.0.1', port, path: '/', agent }, (res) => {
    let length = 0;
    res.on('data', (chunk) => (length += chunk.length));
    res.on('end', () => {
      if (length === 0) throw new Error('an empty answer');
      done++;
      next();
    });
  });
  req.on('error', (error) => {
    throw error;
  });
}
for (let i = 0; i < 32; i++) next();
setTimeout(() => {
  done = 0;
  const started = process.hrtime.bigint();
  setTimeout(
    () => {
      running = false;
      console.log(Math.round((done * 1e9) / Number(process.hrtime.bigint() - started)));
      process.exit();
    },
    Number(process.env.SECONDS) * 1000,
  );
}, 1000);
