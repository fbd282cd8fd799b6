'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

function temporary(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-fs-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return (...names) => path.join(directory, ...names);
}

test('a file is written and read in every form', async (t) => {
  const at = temporary(t);
  const file = at('text');
  const text = 'Grüße, 🌍\n';
  fs.writeFileSync(file, text);
  assert.strictEqual(fs.readFileSync(file, 'utf8'), text);
  assert.strictEqual(fs.readFileSync(Buffer.from(file), 'utf8'), text);
  assert.strictEqual(fs.readFileSync(pathToFileURL(file)).toString(), text);
  assert.strictEqual(fs.readFileSync(file, 'hex'), Buffer.from(text).toString('hex'));
  await fs.promises.appendFile(file, 'ff', 'hex');
  assert.strictEqual((await fs.promises.readFile(file)).at(-1), 0xff);
  await new Promise((resolve, reject) => fs.readFile(file, (error, data) => (error ? reject(error) : resolve(data))));
});

test('errors carry code, errno, syscall and path', async (t) => {
  const at = temporary(t);
  const expected = {
    code: 'ENOENT',
    errno: -2,
    syscall: 'open',
    path: at('no'),
    message: `ENOENT: no such file or directory, open '${at('no')}'`,
  };
  assert.throws(() => fs.readFileSync(at('no')), expected);
  await assert.rejects(fs.promises.readFile(at('no')), expected);
  assert.throws(() => fs.readFileSync(at()), {
    code: 'EISDIR',
    syscall: 'read',
    message: 'EISDIR: illegal operation on a directory, read',
  });
  assert.throws(() => fs.renameSync(at('a'), at('b')), { syscall: 'rename', path: at('a'), dest: at('b') });
});

test('arguments are checked before anything is done', () => {
  assert.throws(() => fs.openSync('a\0b'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => fs.openSync('a', 'zz'), {
    code: 'ERR_INVALID_ARG_VALUE',
    message: "The argument 'flags' is invalid. Received 'zz'",
  });
  assert.throws(() => fs.readSync(0, new Uint8Array(4), 2, 5), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => fs.chmodSync('a', '9'), { code: 'ERR_INVALID_ARG_VALUE' });
  assert.throws(() => fs.readFile('a'), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => fs.closeSync(-1), { code: 'ERR_OUT_OF_RANGE' });
});

test('positions, vectors and truncation', (t) => {
  const at = temporary(t);
  const fd = fs.openSync(at('f'), 'w+');
  assert.strictEqual(fs.writevSync(fd, [Buffer.from('hello '), Buffer.from('world')]), 11);
  assert.strictEqual(fs.writeSync(fd, 'W', 6), 1);
  const buffer = Buffer.alloc(5);
  assert.strictEqual(fs.readSync(fd, buffer, { position: 6n }), 5);
  assert.strictEqual(buffer.toString(), 'World');
  const parts = [Buffer.alloc(2), Buffer.alloc(3)];
  assert.strictEqual(fs.readvSync(fd, parts, 0), 5);
  assert.deepStrictEqual(parts.map(String), ['he', 'llo']);
  fs.ftruncateSync(fd, 5);
  assert.strictEqual(fs.fstatSync(fd).size, 5);
  fs.closeSync(fd);
});

test('stats: dates are lazy, bigint keeps nanoseconds, missing files may be undefined', (t) => {
  const at = temporary(t);
  fs.writeFileSync(at('f'), 'x');
  fs.utimesSync(at('f'), 1.5, new Date(2500));
  const stats = fs.statSync(at('f'));
  assert.strictEqual(stats.atimeMs, 1500);
  assert.deepStrictEqual(stats.mtime, new Date(2500));
  assert.ok(!Object.hasOwn(fs.statSync(at('f')), 'mtime'));
  const big = fs.statSync(at('f'), { bigint: true });
  assert.strictEqual(big.mtimeNs, 2_500_000_000n);
  assert.ok(big.isFile());
  assert.strictEqual(fs.statSync(at('no'), { throwIfNoEntry: false }), undefined);
});

test('directories are made and listed, with all below them', async (t) => {
  const at = temporary(t);
  assert.strictEqual(fs.mkdirSync(at('a', 'b', 'c'), { recursive: true }), at('a'));
  assert.strictEqual(fs.mkdirSync(at('a', 'b', 'c'), { recursive: true }), undefined);
  fs.writeFileSync(at('a', 'f'), '');
  assert.deepStrictEqual(fs.readdirSync(at(), { recursive: true }).sort(), ['a', 'a/b', 'a/b/c', 'a/f']);
  const [entry] = await fs.promises.readdir(at(), { withFileTypes: true });
  assert.ok(entry.isDirectory());
  assert.strictEqual(entry.parentPath, at());
  const names = [];
  for await (const { name } of await fs.promises.opendir(at('a'))) names.push(name);
  assert.deepStrictEqual(names.sort(), ['b', 'f']);
  assert.throws(() => fs.mkdirSync(at('a', 'f', 'g'), { recursive: true }), { code: 'ENOTDIR' });
});

test('trees are copied and removed; links are not followed', (t) => {
  const at = temporary(t);
  fs.mkdirSync(at('from', 'deep'), { recursive: true });
  fs.mkdirSync(at('outside'));
  fs.writeFileSync(at('outside', 'kept'), '');
  fs.writeFileSync(at('from', 'deep', 'f'), 'x', { mode: 0o640 });
  fs.symlinkSync(at('outside'), at('from', 'link'));
  fs.cpSync(at('from'), at('to'), { recursive: true });
  assert.strictEqual(fs.readFileSync(at('to', 'deep', 'f'), 'utf8'), 'x');
  assert.strictEqual(fs.statSync(at('to', 'deep', 'f')).mode & 0o777, 0o640);
  assert.strictEqual(fs.readlinkSync(at('to', 'link')), at('outside'));
  assert.throws(() => fs.cpSync(at('from'), at('from', 'self'), { recursive: true }), { code: 'ERR_FS_CP_EINVAL' });
  assert.throws(() => fs.rmSync(at('to')), { code: 'ERR_FS_EISDIR' });
  fs.rmSync(at('to'), { recursive: true });
  assert.ok(!fs.existsSync(at('to')));
  assert.ok(fs.existsSync(at('outside', 'kept')));
  fs.rmSync(at('to'), { force: true });
});

test('an aborted signal stops reading and writing', async (t) => {
  const at = temporary(t);
  fs.writeFileSync(at('f'), 'x'.repeat(1000));
  const signal = AbortSignal.abort('why');
  await assert.rejects(fs.promises.readFile(at('f'), { signal }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
    cause: 'why',
  });
  await assert.rejects(fs.promises.writeFile(at('f'), 'y', { signal }), { name: 'AbortError' });
  assert.strictEqual(fs.statSync(at('f')).size, 1000);
});

test('globs', (t) => {
  const at = temporary(t);
  fs.mkdirSync(at('src', 'deep'), { recursive: true });
  for (const name of ['a.js', 'src/b.js', 'src/deep/c.js', 'src/d.txt']) fs.writeFileSync(at(name), '');
  assert.deepStrictEqual(fs.globSync('**/*.js', { cwd: at() }).sort(), ['a.js', 'src/b.js', 'src/deep/c.js']);
  assert.deepStrictEqual(fs.globSync('**/*.js', { cwd: at(), exclude: ['src/deep/**'] }).sort(), ['a.js', 'src/b.js']);
  assert.deepStrictEqual(fs.globSync('{a,src/b}.js', { cwd: at() }), ['a.js', 'src/b.js']);
});
