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
    const fds = [];
    const codes = [];
    try { for (;;) fds.push(fs.openSync('/dev/null')); } catch (error) { codes.push(error.code); }
    const sync = (fn) => { try { fn(); } catch (error) { codes.push(error.code); } };
    sync(() => fs.readFileSync('/etc/passwd'));
    sync(() => fs.writeFileSync('/tmp/never', 'x'));
    sync(() => fs.readdirSync('/'));
    sync(() => fs.opendirSync('/'));
    sync(() => fs.cpSync('/etc/passwd', '/tmp/never'));
    const done = (error) => codes.push(error.code);
    (async () => {
      await new Promise((resolve) => fs.readFile('/etc/passwd', (error) => resolve(done(error))));
      await fs.promises.readFile('/etc/passwd').catch(done);
      await fs.promises.open('/etc/passwd').catch(done);
      await new Promise((resolve) => fs.createReadStream('/etc/passwd').on('error', (error) => resolve(done(error))));
      for (const fd of fds) fs.closeSync(fd);
      console.log([...new Set(codes)].join(), codes.length, fs.readFileSync('/etc/passwd').length > 0);
    })();`;
  const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -n 64; exec "$0" -e "$1"', process.execPath, program]);
  assert.strictEqual(stdout.toString(), 'EMFILE 10 true\n', stderr.toString());
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
