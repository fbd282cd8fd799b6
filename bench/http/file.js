// A file through a pipeline: FILE.
const fs = require('node:fs');
const http = require('node:http');
const { pipeline } = require('node:stream');

const server = http.createServer((req, res) => {
  res.writeHead(200, { 'Content-Length': fs.statSync(process.env.FILE).size });
  pipeline(fs.createReadStream(process.env.FILE), res, () => {});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
