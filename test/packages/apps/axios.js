'use strict';
const http = require('node:http');
const axios = require('axios');

const server = http.createServer((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    if (req.url === '/missing') res.writeHead(404, { 'content-type': 'application/json' }).end('{"no":"such thing"}');
    else if (req.url === '/moved') res.writeHead(302, { location: '/final' }).end();
    else if (req.url === '/gzip')
      res.writeHead(200, { 'content-encoding': 'gzip' }).end(require('node:zlib').gzipSync('unzipped'));
    else if (req.url !== '/slow')
      res.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          url: req.url,
          method: req.method,
          type: req.headers['content-type'],
          body: Buffer.concat(chunks).toString(),
        }),
      );
  });
});

async function main() {
  const client = axios.create({
    baseURL: `http://127.0.0.1:${server.address().port}`,
    headers: { 'x-client': 'axios' },
  });
  const results = {};
  results.get = (await client.get('/a', { params: { q: 'x y', list: [1, 2] } })).data;
  results.post = (await client.post('/b', { some: 'json' })).data;
  results.form = (await client.post('/c', new URLSearchParams({ a: '1' }))).data;
  results.moved = (await client.get('/moved')).data.url;
  results.gzip = (await client.get('/gzip')).data;
  results.missing = await client.get('/missing').catch((error) => [error.response.status, error.response.data]);
  results.timeout = await client.get('/slow', { timeout: 50 }).catch((error) => error.code);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  results.aborted = await client.get('/slow', { signal: controller.signal }).catch((error) => error.code);
  results.refused = await axios.get('http://127.0.0.1:1/').catch((error) => error.code);
  const stream = (await client.get('/stream', { responseType: 'stream' })).data;
  results.stream = '';
  for await (const chunk of stream) results.stream += chunk.length > 0 ? 'x' : '';
  console.log(JSON.stringify(results));
  server.closeAllConnections();
  server.close();
}
server.listen(0, '127.0.0.1', main);
