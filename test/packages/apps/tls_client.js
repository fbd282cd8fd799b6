// Connects to URL or HOST:PORT of the arguments and prints what became of it as JSON.
'use strict';
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const tls = require('node:tls');

const read = (name) => fs.readFileSync(path.join(process.env.CERTIFICATES, name));
const credentials = { ca: read('ca.pem') };
if (process.env.AS)
  Object.assign(credentials, { key: read(`${process.env.AS}-key.pem`), cert: read(`${process.env.AS}.pem`) });
if (process.env.CA) credentials.ca = read(process.env.CA);

const print = (result) => console.log(JSON.stringify(result));
const [target, repeat = '1'] = process.argv.slice(2);

if (target.startsWith('https:')) {
  const agent = new https.Agent({ ...credentials, maxCachedSessions: 10 });
  const once = (left) =>
    https
      .get(target, { agent }, (response) => {
        const { statusCode, socket } = response;
        let body = '';
        response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
        response.on('end', () => {
          print({ statusCode, body, protocol: socket.getProtocol(), reused: socket.isSessionReused() });
          if (left > 1) setImmediate(once, left - 1);
        });
      })
      .on('error', ({ code, message }) => print({ code, message }));
  once(Number(repeat));
} else {
  const [host, port] = target.split(':');
  const socket = tls.connect({ host, port, ...credentials }, () => {
    socket.setEncoding('utf8');
    socket.end('hello\n');
  });
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.on('end', () => print({ protocol: socket.getProtocol(), authorized: socket.authorized, text }));
  socket.on('error', ({ code, message }) => print({ code, message }));
}
