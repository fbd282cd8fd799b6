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

// The texts are Latin-1: V8 reads them where they lie in the executable. What is beyond is written as escapes, which string
// literals, templates and regular expressions take, and comments do not mind.
const latin1 = (text) =>
  text.replace(/[^\x00-\xff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const pad = (n) => (8 - (n % 8)) % 8;
const u32s = (...numbers) => Buffer.from(new Uint32Array(numbers).buffer);
const ids = [...modules.keys()].sort();
const sources = ids.map((id) => Buffer.from(latin1(modules.get(id)), 'latin1'));
const names = Buffer.from(ids.join(''));
let nameAt = 8 + ids.length * 16;
let sourceAt = nameAt + names.length;
const chunks = [names, Buffer.alloc(pad(sourceAt))];
sourceAt += pad(sourceAt);
const index = [ids.length, 0];
sources.forEach((source, i) => {
  index.push(nameAt, ids[i].length, sourceAt, source.length);
  nameAt += ids[i].length;
  chunks.push(source, Buffer.alloc(pad(source.length)));
  sourceAt += source.length + pad(source.length);
});
chunks.unshift(u32s(...index));
const bytes = Buffer.concat(chunks);
// Unchanged sources keep their time stamp, so that nothing after them is made again.
if (!fs.existsSync(out) || !fs.readFileSync(out).equals(bytes)) fs.writeFileSync(out, bytes);
