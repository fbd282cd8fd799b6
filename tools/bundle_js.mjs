// Build tool: bundle_js.mjs OUT collects every src/**/*.js, and the npm packages of deps.json as `deps/<name>`, into the
// table format of src/engine/blob.h. Checks that ids are unique and sources parse.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

const root = path.resolve(path.dirname(new URL(import.meta.url).pathname), '..');
const out = process.argv[2];
if (!out) {
  console.error('usage: bundle_js.mjs OUT');
  process.exit(2);
}

const PARAMETERS = ['exports', 'require', 'module', 'binding', 'process'];
const modules = new Map();

function collect(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) collect(file);
    else if (entry.name.endsWith('.js')) {
      const id = path.relative(path.join(root, 'src'), file).slice(0, -3);
      modules.set(id, fs.readFileSync(file, 'utf8'));
    }
  }
}
collect(path.join(root, 'src'));

const depsFolder = path.join(path.dirname(path.resolve(out)), 'deps');
if (fs.existsSync(depsFolder)) {
  for (const name of fs.readdirSync(depsFolder)) {
    if (name.endsWith('.js'))
      modules.set(`deps/${name.slice(0, -3)}`, fs.readFileSync(path.join(depsFolder, name), 'utf8'));
  }
}

let failed = false;
for (const [id, source] of modules) {
  if (id.startsWith('deps/')) continue;
  try {
    vm.compileFunction(source, PARAMETERS, { filename: `src/${id}.js` });
  } catch (error) {
    // This Node may be older than our V8: syntax it does not know is left to mkblob to judge.
    if (!/Unexpected|Invalid/.test(error.message)) {
      failed = true;
    }
    console.error(`${error.stack.split('\n').slice(0, 4).join('\n')}\n  (src/${id}.js)`);
  }
}
if (failed) process.exit(1);

const pad = (n) => (8 - (n % 8)) % 8;
const chunks = [];
const u32 = (n) => {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(n);
  chunks.push(b);
};
u32(modules.size);
u32(0);
for (const id of [...modules.keys()].sort()) {
  const name = Buffer.from(id);
  const source = Buffer.from(modules.get(id));
  u32(name.length);
  u32(source.length);
  chunks.push(name, Buffer.alloc(pad(name.length)), source, Buffer.alloc(pad(source.length)));
}
const bytes = Buffer.concat(chunks);
// Unchanged sources keep their time stamp, so that nothing after them is made again.
if (!fs.existsSync(out) || !fs.readFileSync(out).equals(bytes)) fs.writeFileSync(out, bytes);
