// An HTTPS application: express with helmet, passport and client certificates.
'use strict';
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const express = require('express');
const helmet = require('helmet');
const passport = require('passport');
const { Strategy } = require('passport-local');

const folder = process.env.CERTIFICATES;
const read = (name) => fs.readFileSync(path.join(folder, name));

passport.use(
  new Strategy((username, password, done) => {
    if (username !== 'ada' || password !== 'lovelace') return done(null, false, { message: 'who?' });
    return done(null, { name: username });
  }),
);

const app = express();
app.use(helmet());
app.use(express.json());
app.use(passport.initialize());
app.get('/', (req, res) => res.json({ secure: req.secure, protocol: req.socket.getProtocol(), url: req.url }));
app.get('/who', (req, res) => {
  if (!req.socket.authorized) return res.status(401).json({ error: `${req.socket.authorizationError}` });
  return res.json({ name: req.socket.getPeerCertificate().subject.CN });
});
app.post('/login', passport.authenticate('local', { session: false }), (req, res) => res.json(req.user));
app.post('/size', (req, res) => {
  let size = 0;
  req.on('data', (chunk) => (size += chunk.length)).on('end', () => res.json({ size }));
});
app.get('/large', (req, res) => res.type('bin').send(Buffer.alloc(5_000_000, 'x')));

const server = https.createServer(
  {
    key: read('server-key.pem'),
    cert: read('server.pem'),
    ca: read('ca.pem'),
    requestCert: true,
    rejectUnauthorized: false,
  },
  app,
);
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)).closeAllConnections());
