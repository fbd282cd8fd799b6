'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Readable, Transform, Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');

// Memory, where there is some to write to: the disk is not what is measured.
const root = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'vireo-bench-'));
process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));
const small = path.join(root, 'small');
const large = path.join(root, 'large');
const out = path.join(root, 'out');
fs.writeFileSync(small, 'x'.repeat(1000));
fs.writeFileSync(large, Buffer.alloc(8 << 20, 'x'));
const tree = path.join(root, 'tree');
for (let i = 0; i < 20; i++) {
  fs.mkdirSync(path.join(tree, `d${i}`), { recursive: true });
  for (let j = 0; j < 20; j++) fs.writeFileSync(path.join(tree, `d${i}`, `f${j}`), '');
}
const ROUNDS = 5;
/** A tree of 1,000 modules in a folder of its own for each round: no runtime has seen it before. */
function makeModules() {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const folder = path.join(root, `modules${round}`);
    fs.mkdirSync(folder);
    for (let i = 0; i < 1000; i++) {
      const next = [2 * i + 1, 2 * i + 2].filter((n) => n < 1000).map((n) => `require('./m${n}').count`);
      const text = `'use strict';\nexports.id = '${round}-${i}';\nexports.count = 1 + ${next.join(' + ') || 0};\n`;
      fs.writeFileSync(path.join(folder, `m${i}.js`), text);
    }
    return folder;
  });
}
const chunk = Buffer.alloc(65536);

module.exports = {
  'fs.readFileSync, 1 kB': () => void fs.readFileSync(small),
  'fs.readFileSync, 1 kB, utf8': () => void fs.readFileSync(small, 'utf8'),
  'fs.promises.readFile, 1 kB': () => fs.promises.readFile(small),
  'fs.readFile, 1 kB': () => new Promise((resolve) => fs.readFile(small, resolve)),
  'fs.promises.readFile, 8 MiB': () => fs.promises.readFile(large),
  'fs.writeFileSync, 1 kB': () => void fs.writeFileSync(out, chunk.subarray(0, 1000)),
  'fs.promises.writeFile, 1 kB': () => fs.promises.writeFile(out, chunk.subarray(0, 1000)),
  'fs.statSync': () => void fs.statSync(small),
  'fs.promises.stat': () => fs.promises.stat(small),
  'fs.existsSync': () => void fs.existsSync(small),
  'fs.readdirSync, recursive, 420': () => void fs.readdirSync(tree, { recursive: true }),
  'fs.promises.readdir, 20 entries': () => fs.promises.readdir(path.join(tree, 'd1')),
  'createReadStream, 8 MiB': () =>
    new Promise((resolve) =>
      fs
        .createReadStream(large)
        .on('data', () => {})
        .on('close', resolve),
    ),
  'pipeline, file to file, 8 MiB': () => pipeline(fs.createReadStream(large), fs.createWriteStream(out)),
  'pipeline, 256 chunks, Transform': () => {
    let left = 256;
    return pipeline(
      new Readable({
        read() {
          this.push(left-- > 0 ? chunk : null);
        },
      }),
      new Transform({
        transform(data, encoding, callback) {
          callback(null, data);
        },
      }),
      new Writable({
        write(data, encoding, callback) {
          callback();
        },
      }),
    );
  },
  'require of 1,000 files': {
    ops: 1000,
    rounds: ROUNDS,
    setup: makeModules,
    run: (folders, round) => {
      if (require(path.join(folders[round], 'm0.js')).count !== 1000) throw new Error('count');
    },
  },
};
