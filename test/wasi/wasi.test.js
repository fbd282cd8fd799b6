// node:wasi: https://nodejs.org/api/wasi.html. Calls are made as a program makes them: with places in its memory.
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, test } = require('node:test');

process.removeAllListeners('warning');
const { WASI } = require('node:wasi');

const SUCCESS = 0;
const ENOENT = 44;
const EBADF = 8;
const ELOOP = 32;
const ENOTCAPABLE = 76;

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'wasi-'));
const sandbox = path.join(root, 'sandbox');
fs.mkdirSync(path.join(sandbox, 'deep', 'er'), { recursive: true });
fs.writeFileSync(path.join(sandbox, 'in.txt'), 'inside');
fs.writeFileSync(path.join(root, 'secret.txt'), 'outside');
fs.symlinkSync('in.txt', path.join(sandbox, 'link'));
fs.symlinkSync('../secret.txt', path.join(sandbox, 'escape'));
fs.symlinkSync(path.join(root, 'secret.txt'), path.join(sandbox, 'absolute'));
fs.symlinkSync('..', path.join(sandbox, 'up'));
fs.symlinkSync('loop', path.join(sandbox, 'loop'));
after(() => fs.rmSync(root, { recursive: true }));

/** A program's memory with helpers, and the calls. */
function program(options = {}) {
  const wasi = new WASI({ version: 'preview1', preopens: { '/sandbox': sandbox }, returnOnExit: true, ...options });
  const memory = new WebAssembly.Memory({ initial: 1 });
  wasi.finalizeBindings({ exports: { memory } });
  const bytes = Buffer.from(memory.buffer);
  const put = (at, text) => bytes.write(text, at);
  const rights = (1n << 29n) - 1n;
  const calls = wasi.wasiImport;
  return {
    calls,
    bytes,
    put,
    open(name, { follow = 1, how = 0, wanted = 2n } = {}) {
      const error = calls.path_open(3, follow, 1000, put(1000, name), how, wanted, wanted, 0, 900);
      return error === SUCCESS ? bytes.readUInt32LE(900) : -error;
    },
    read(fd) {
      bytes.writeUInt32LE(2000, 800);
      bytes.writeUInt32LE(100, 804);
      assert.strictEqual(calls.fd_read(fd, 800, 1, 900), SUCCESS);
      return bytes.toString('utf8', 2000, 2000 + bytes.readUInt32LE(900));
    },
    write(fd, text) {
      bytes.writeUInt32LE(2000, 800);
      bytes.writeUInt32LE(put(2000, text), 804);
      return calls.fd_write(fd, 800, 1, 900);
    },
    rights,
  };
}

test('arguments and environment', () => {
  const { calls, bytes } = program({ args: ['prog', 'ä'], env: { A: '1' } });
  calls.args_sizes_get(0, 4);
  assert.deepStrictEqual([bytes.readUInt32LE(0), bytes.readUInt32LE(4)], [2, 8]);
  calls.args_get(100, 200);
  assert.strictEqual(bytes.toString('utf8', 200, 208), 'prog\0ä\0');
  calls.environ_get(100, 200);
  assert.strictEqual(bytes.toString('utf8', 200, 204), 'A=1\0');
});

test('files within the preopened directory', () => {
  const { open, read, write, calls, put, bytes } = program();
  assert.strictEqual(read(open('in.txt')), 'inside');
  assert.strictEqual(read(open('link')), 'inside');
  assert.strictEqual(read(open('deep/er/../../in.txt')), 'inside');
  const fd = open('new.txt', { how: 1, wanted: 0x46n });
  assert.strictEqual(write(fd, 'hello'), SUCCESS);
  assert.strictEqual(calls.fd_seek(fd, 1n, 0, 900), SUCCESS);
  assert.strictEqual(read(fd), 'ello');
  assert.strictEqual(calls.fd_close(fd), SUCCESS);
  assert.strictEqual(calls.fd_close(fd), EBADF);
  assert.strictEqual(fs.readFileSync(path.join(sandbox, 'new.txt'), 'utf8'), 'hello');
  assert.strictEqual(calls.path_filestat_get(3, 1, 1000, put(1000, 'new.txt'), 0), SUCCESS);
  assert.strictEqual(bytes.readBigUInt64LE(32), 5n);
  assert.strictEqual(calls.path_unlink_file(3, 1000, put(1000, 'new.txt')), SUCCESS);
  assert.strictEqual(open('new.txt'), -ENOENT);
});

test('nothing outside of it', () => {
  const { open, calls, put } = program();
  const names = ['../secret.txt', 'deep/../../secret.txt', 'escape', 'absolute'];
  // Node lets a link to the parent through.
  if (process.versions.vireo) names.push('up/secret.txt');
  for (const name of names) assert.strictEqual(open(name), -ENOTCAPABLE, name);
  assert.strictEqual(open('loop'), -ELOOP);
  assert.notStrictEqual(calls.path_symlink(1000, put(1000, '/etc'), 3, 1200, put(1200, 'etc')), SUCCESS);
  assert.strictEqual(calls.path_create_directory(3, 1000, put(1000, '../x')), ENOTCAPABLE);
  assert.strictEqual(calls.path_rename(3, 1000, put(1000, 'in.txt'), 3, 1200, put(1200, '../x')), ENOTCAPABLE);
});

test('memory ends', () => {
  const { calls } = program();
  assert.notStrictEqual(calls.random_get(65530, 100), SUCCESS);
  assert.notStrictEqual(calls.args_sizes_get(2 ** 32 - 4, 0), SUCCESS);
  assert.strictEqual(calls.random_get(0, 65536), SUCCESS);
});

test('clocks and waiting for them', () => {
  const { calls, bytes } = program();
  assert.strictEqual(calls.clock_time_get(0, 1n, 0), SUCCESS);
  assert.ok(Math.abs(Number(bytes.readBigUInt64LE(0) / 1000000n) - Date.now()) < 60_000);
  bytes.fill(0, 0, 48);
  bytes.writeBigUInt64LE(7n, 0); // userdata
  bytes.writeUInt32LE(1, 16); // monotonic
  bytes.writeBigUInt64LE(1000000n, 24);
  assert.strictEqual(calls.poll_oneoff(0, 100, 1, 200), SUCCESS);
  assert.strictEqual(bytes.readUInt32LE(200), 1);
  assert.strictEqual(bytes.readBigUInt64LE(100), 7n);
});

test('start gives the exit code', () => {
  const wasi = new WASI({ version: 'preview1', returnOnExit: true });
  const memory = new WebAssembly.Memory({ initial: 1 });
  assert.strictEqual(wasi.start({ exports: { memory, _start: () => wasi.wasiImport.proc_exit(5) } }), 5);
  assert.throws(() => wasi.start({ exports: { memory, _start() {} } }), { code: 'ERR_WASI_ALREADY_STARTED' });
  assert.throws(() => new WASI({ version: 'preview1', preopens: { '/': '/no/such' } }), { code: 'UVWASI_ENOENT' });
});
