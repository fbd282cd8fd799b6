// What must give errors rather than crash or leak: no descriptors left, a full disk, files that vanish, many at once.
'use strict';

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

function directory(t) {
  const name = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-robust-'));
  t.after(() => fs.rmSync(name, { recursive: true, force: true }));
  return name;
}

const openDescriptors = () => fs.readdirSync('/proc/self/fd').length;

test('ulimit -n reached: every form gives EMFILE, and all is well afterwards', () => {
  const program = `
    const fs = require('fs');
    const { pipeline } = require('stream/promises');
    const { spawn } = require('child_process');
    const dir = process.argv[1];
    const file = dir + '/file';
    const codes = {};
    const note = (name, error) => { codes[name] = error?.code ?? 'no error'; };
    const emitted = (emitter) => new Promise((resolve) => {
      emitter.on('error', resolve);
      emitter.on('close', () => resolve());
    });
    const held = [];
    try { for (;;) held.push(fs.openSync('/dev/null')); } catch (error) { note('openSync', error); }
    const sync = {
      readFileSync: () => fs.readFileSync(file),
      writeFileSync: () => fs.writeFileSync(dir + '/new', 'x'),
      appendFileSync: () => fs.appendFileSync(file, 'x'),
      readdirSync: () => fs.readdirSync(dir),
      opendirSync: () => fs.opendirSync(dir),
      cpSync: () => fs.cpSync(file, dir + '/copy'),
      copyFileSync: () => fs.copyFileSync(file, dir + '/copy'),
      truncateSync: () => fs.truncateSync(file),
    };
    const callback = (fn) => new Promise((resolve) => fn(resolve));
    const later = {
      readFile: () => callback((done) => fs.readFile(file, done)),
      writeFile: () => callback((done) => fs.writeFile(dir + '/new', 'x', done)),
      open: () => callback((done) => fs.open(file, done)),
      readdir: () => callback((done) => fs.readdir(dir, done)),
      opendir: () => callback((done) => fs.opendir(dir, done)),
      copyFile: () => callback((done) => fs.copyFile(file, dir + '/copy', done)),
      'promises.readFile': () => fs.promises.readFile(file),
      'promises.writeFile': () => fs.promises.writeFile(dir + '/new', 'x'),
      'promises.open': () => fs.promises.open(file),
      'promises.opendir': () => fs.promises.opendir(dir),
      'promises.readdir': () => fs.promises.readdir(dir, { recursive: true }),
      'promises.cp': () => fs.promises.cp(file, dir + '/copy'),
      createReadStream: () => emitted(fs.createReadStream(file)),
      createWriteStream: () => emitted(fs.createWriteStream(dir + '/new')),
      pipeline: () => pipeline(fs.createReadStream(file), fs.createWriteStream(dir + '/new')),
      spawn: () => emitted(spawn('true')),
    };
    (async () => {
      for (const [name, fn] of Object.entries(sync)) {
        try { note(name, fn() && undefined); } catch (error) { note(name, error); }
      }
      for (const [name, fn] of Object.entries(later)) {
        try { note(name, await fn()); } catch (error) { note(name, error); }
      }
      for (const fd of held) fs.closeSync(fd);
      const open = fs.readdirSync('/proc/self/fd').length;
      const others = Object.entries(codes).filter(([, code]) => code !== 'EMFILE');
      console.log(JSON.stringify({ others, count: Object.keys(codes).length, text: fs.readFileSync(file, 'utf8') }));
      if (open > 40) console.log('descriptors are left:', open);
    })();`;
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-robust-'));
  try {
    fs.writeFileSync(path.join(root, 'file'), 'content');
    const command = ['-c', 'ulimit -n 64; exec "$0" -e "$1" "$2"', process.execPath, program, root];
    const { stdout, stderr } = spawnSync('sh', command);
    assert.deepStrictEqual(
      JSON.parse(stdout.toString() || '{}'),
      { others: [], count: 25, text: 'content' },
      `${stderr}`,
    );
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});

test('a full tmpfs: what was written is there, the rest is an error, and nothing stays open', (t) => {
  const program = `
    const fs = require('fs');
    const { pipeline } = require('stream/promises');
    const { Readable } = require('stream');
    const dir = process.argv[1] + '/';
    const big = Buffer.alloc(1 << 20, 'x');
    const codes = {};
    const note = (name, error) => { codes[name] = error?.code ?? 'no error'; };
    const callback = (fn) => new Promise((resolve) => fn(resolve));
    const open = () => fs.readdirSync('/proc/self/fd').length;
    const before = open();
    fs.writeFileSync(dir + 'small', 'fits');
    const sync = {
      writeFileSync: () => fs.writeFileSync(dir + 'a', big),
      appendFileSync: () => fs.appendFileSync(dir + 'a', big),
      copyFileSync: () => fs.copyFileSync(process.execPath, dir + 'b'),
      cpSync: () => fs.cpSync(process.execPath, dir + 'b'),
    };
    const later = {
      writeFile: () => callback((done) => fs.writeFile(dir + 'a', big, done)),
      'promises.writeFile': () => fs.promises.writeFile(dir + 'a', big),
      'promises.appendFile': () => fs.promises.appendFile(dir + 'a', big),
      'promises.writeFile of a stream': () => fs.promises.writeFile(dir + 'a', Readable.from([big, big])),
      'promises.copyFile': () => fs.promises.copyFile(process.execPath, dir + 'b'),
      'FileHandle.writeFile': async () => {
        await using handle = await fs.promises.open(dir + 'a', 'w');
        await handle.writeFile(big);
      },
      createWriteStream: () => pipeline(Readable.from([big]), fs.createWriteStream(dir + 'a')),
    };
    (async () => {
      for (const [name, fn] of Object.entries(sync)) {
        try { note(name, fn()); } catch (error) { note(name, error); }
      }
      for (const [name, fn] of Object.entries(later)) {
        try { note(name, await fn()); } catch (error) { note(name, error); }
      }
      const others = Object.entries(codes).filter(([, code]) => code !== 'ENOSPC');
      fs.rmSync(dir + 'a', { force: true });
      fs.rmSync(dir + 'b', { force: true });
      fs.writeFileSync(dir + 'again', 'room');
      console.log(JSON.stringify({
        others,
        count: Object.keys(codes).length,
        left: open() - before,
        texts: [fs.readFileSync(dir + 'small', 'utf8'), fs.readFileSync(dir + 'again', 'utf8')],
      }));
    })();`;
  const root = directory(t);
  const script = 'mount -t tmpfs -o size=256k tmpfs "$2" && exec "$0" -e "$1" "$2"';
  const mounted = (options) =>
    spawnSync('unshare', [...options, 'sh', '-c', script, process.execPath, program, root], { encoding: 'utf8' });
  let result = mounted(['-m']);
  if (result.status !== 0 && result.stdout === '') result = mounted(['-Urm']);
  if (result.error || (result.stdout === '' && /unshare|mount/.test(result.stderr))) {
    t.skip('no right to mount a tmpfs');
    return;
  }
  const expected = { others: [], count: 11, left: 0, texts: ['fits', 'room'] };
  assert.deepStrictEqual(JSON.parse(result.stdout || '{}'), expected, result.stderr);
});

test('a full disk: every form gives ENOSPC, and closes what it opened', async () => {
  const before = openDescriptors();
  const full = { code: 'ENOSPC' };
  assert.throws(() => fs.writeFileSync('/dev/full', 'x'), full);
  assert.throws(() => fs.appendFileSync('/dev/full', Buffer.alloc(1 << 20)), full);
  await assert.rejects(fs.promises.writeFile('/dev/full', 'x'), full);
  const error = await new Promise((resolve) => fs.writeFile('/dev/full', Buffer.alloc(100_000), resolve));
  assert.strictEqual(error.code, 'ENOSPC');
  const stream = fs.createWriteStream('/dev/full');
  stream.end('x');
  assert.strictEqual((await new Promise((resolve) => stream.on('error', resolve))).code, 'ENOSPC');
  await new Promise((resolve) => (stream.closed ? resolve() : stream.on('close', resolve)));
  assert.strictEqual(openDescriptors(), before);
});

test('files that vanish while they are listed or removed', async (t) => {
  const root = directory(t);
  const tree = path.join(root, 'tree');
  for (let i = 0; i < 40; i++) {
    fs.mkdirSync(path.join(tree, `d${i}`), { recursive: true });
    for (let k = 0; k < 10; k++) fs.writeFileSync(path.join(tree, `d${i}`, `f${k}`), '');
  }
  const listings = Array.from({ length: 5 }, () =>
    fs.promises.readdir(tree, { recursive: true, withFileTypes: true }).catch((error) => error),
  );
  const removals = Promise.allSettled(
    Array.from({ length: 5 }, () => fs.promises.rm(tree, { recursive: true, force: true })),
  );
  for (const result of await Promise.all(listings))
    assert.ok(Array.isArray(result) || ['ENOENT', 'ENOTDIR'].includes(result.code), String(result));
  for (const result of await removals)
    assert.ok(
      result.status === 'fulfilled' || ['ENOENT', 'ENOTEMPTY'].includes(result.reason.code),
      String(result.reason),
    );
  fs.rmSync(tree, { recursive: true, force: true });
  assert.strictEqual(fs.existsSync(tree), false);
});

test('a tree that another process removes and makes again while it is walked', async (t) => {
  const root = directory(t);
  const busy = `
    const fs = require('fs');
    const root = process.argv[1];
    process.stdin.resume().on('end', () => process.exit());
    (function turn() {
      try {
        for (let i = 0; i < 20; i++) {
          fs.mkdirSync(root + '/tree/d' + i, { recursive: true });
          for (let k = 0; k < 5; k++) fs.writeFileSync(root + '/tree/d' + i + '/f' + k, 'x');
        }
        fs.rmSync(root + '/tree', { recursive: true, force: true });
      } catch {
        // The other side is at it, too.
      }
      setImmediate(turn);
    })();`;
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', busy, root], { stdio: ['pipe', 'ignore', 'inherit'] });
  const closed = new Promise((resolve) => child.on('close', resolve));
  const before = openDescriptors();
  const gone = ['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'EINVAL', 'ERR_FS_CP_NON_DIR_TO_DIR', 'EPERM'];
  const tree = path.join(root, 'tree');
  const walks = [
    () => fs.promises.readdir(tree, { recursive: true, withFileTypes: true }),
    async () => {
      for await (const entry of await fs.promises.opendir(tree, { recursive: true })) void entry.name;
    },
    () => Array.fromAsync(fs.promises.glob('**/f*', { cwd: root })),
    () => fs.promises.cp(tree, path.join(root, 'copy'), { recursive: true, force: true }),
    () => fs.promises.rm(path.join(root, 'copy'), { recursive: true, force: true }),
    () => fs.promises.rm(tree, { recursive: true, force: true, maxRetries: 2, retryDelay: 1 }),
    async () => fs.readdirSync(tree, { recursive: true }),
    async () => fs.rmSync(tree, { recursive: true, force: true }),
    async () => fs.globSync('**', { cwd: root }),
  ];
  for (let round = 0; round < 20; round++) {
    const results = await Promise.allSettled(walks.map((walk) => walk()));
    for (const { reason } of results) assert.ok(reason === undefined || gone.includes(reason.code), reason?.stack);
  }
  child.stdin.end();
  await closed;
  assert.strictEqual(openDescriptors(), before - 1); // the child's stdin
});

test('10,000 files written, copied, read and removed at once', async (t) => {
  const root = directory(t);
  const before = openDescriptors();
  const names = Array.from({ length: 10_000 }, (_, i) => path.join(root, `${i}`));
  await Promise.all(names.map((name, i) => fs.promises.writeFile(name, `${i}`)));
  assert.strictEqual((await fs.promises.readdir(root)).length, 10_000);
  const texts = await Promise.all(names.map((name) => fs.promises.readFile(name, 'utf8')));
  assert.ok(texts.every((text, i) => text === `${i}`));
  await Promise.all(names.map((name) => new Promise((resolve) => fs.unlink(name, resolve))));
  assert.deepStrictEqual(await fs.promises.readdir(root), []);
  assert.strictEqual(openDescriptors(), before);
});

test('10,000 operations at once', async (t) => {
  const root = directory(t);
  const file = path.join(root, 'file');
  fs.writeFileSync(file, 'content');
  const before = openDescriptors();
  const reads = Array.from({ length: 10_000 }, (_, i) =>
    i % 2 === 0
      ? fs.promises.readFile(file, 'utf8')
      : new Promise((resolve, reject) =>
          fs.stat(file, (error, stats) => (error ? reject(error) : resolve(stats.size))),
        ),
  );
  const results = await Promise.all(reads);
  assert.ok(results.every((result, i) => (i % 2 === 0 ? result === 'content' : result === 7)));
  const missing = await Promise.allSettled(
    Array.from({ length: 10_000 }, (_, i) => fs.promises.open(path.join(root, `no-${i}`))),
  );
  assert.ok(missing.every(({ reason }) => reason.code === 'ENOENT'));
  assert.strictEqual(openDescriptors(), before);
});
