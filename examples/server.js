// A small Express application: `make run` serves it.
import { readFile } from 'node:fs/promises';
import express from 'express';

const app = express();
app.use(express.json());

const notes = new Map([[1, { id: 1, text: 'Written to be read by Vireo' }]]);

app.get('/', async (req, res) => {
  res.type('html').send(await readFile(new URL('index.html', import.meta.url)));
});
app.get('/notes', (req, res) => res.json([...notes.values()]));
app.get('/notes/:id', (req, res, next) => {
  const note = notes.get(Number(req.params.id));
  if (note) res.json(note);
  else next();
});
app.post('/notes', (req, res) => {
  const id = notes.size + 1;
  notes.set(id, { id, text: String(req.body.text ?? '') });
  res.status(201).location(`/notes/${id}`).json(notes.get(id));
});
app.get('/runtime', (req, res) => res.json({ versions: process.versions, memory: process.memoryUsage() }));

const server = app.listen(Number(process.env.PORT ?? process.argv[2] ?? 3000), () => {
  console.log(`Listening on http://localhost:${server.address().port}/ (Ctrl-C ends it)`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
