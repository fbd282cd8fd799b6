'use strict';
const path = require('node:path');
const express = require('express');
const cookieParser = require('cookie-parser');
const compression = require('compression');
const morgan = require('morgan');

const app = express();
app.use(morgan(':method :url :status'));
app.use(cookieParser('a secret'));
app.use(compression({ threshold: 100 }));
app.use(express.json({ limit: '10kb' }));
app.use(express.urlencoded({ extended: true }));
app.use('/static', express.static(path.join(__dirname, 'public'), { maxAge: '1h' }));

app.get('/', (req, res) => res.send('hello express'));
app.get('/users/:id', (req, res) => res.json({ id: req.params.id, query: req.query, host: req.hostname, ip: req.ip }));
app.post('/echo', (req, res) => res.status(201).json(req.body));
app.get('/cookies', (req, res) => {
  res.cookie('plain', 'x y', { httpOnly: true });
  res.cookie('signed', 'value', { signed: true });
  res.json({ cookies: req.cookies, signed: req.signedCookies });
});
app.get('/long', (req, res) => res.type('text').send('compress me. '.repeat(500)));
app.get('/redirect', (req, res) => res.redirect('/'));
app.get('/throws', () => {
  throw new Error('thrown in a handler');
});
app.get('/rejects', async () => {
  throw Object.assign(new Error('rejected in a handler'), { status: 418 });
});
app.get('/chunks', (req, res) => {
  res.write('one,');
  setTimeout(() => {
    res.write('two,');
    res.end('three');
  }, 10);
});

const router = express.Router();
router.use((req, res, next) => {
  res.set('x-router', 'yes');
  next();
});
router.get('/things/:kind', (req, res) => res.send(`${req.baseUrl} ${req.params.kind}`));
router.all('/any', (req, res) => res.send(req.method));
app.use('/api', router);

app.use((error, req, res, next) => {
  res.status(error.status ?? 500).json({ error: error.message });
});

const server = app.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
process.on('SIGTERM', () => server.close(() => process.exit(0)));
