'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { pipeline } = require('node:stream/promises');

function temporary(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vireo-fs-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return (...names) => path.join(directory, ...names);
}

test('what a WriteStream wrote, a ReadStream reads, in part', async (t) => {
  const at = temporary(t);
  const events = [];
  const writer = fs.createWriteStream(at('f'));
  for (const name of ['open', 'ready', 'finish', 'close']) writer.on(name, () => events.push(name));
  writer.write('hello');
  writer.end(' world');
  await once(writer, 'close');
  assert.deepStrictEqual(events, ['open', 'ready', 'finish', 'close']);
  assert.strictEqual(writer.bytesWritten, 11);
  let text = '';
  for await (const chunk of fs.createReadStream(at('f'), { start: 2, end: 7, highWaterMark: 2 })) text += chunk;
  assert.strictEqual(text, 'llo wo');
});

test('a FileHandle makes streams and is closed by them', async (t) => {
  const at = temporary(t);
  fs.writeFileSync(at('f'), 'abc'.repeat(100_000));
  const source = await fs.promises.open(at('f'));
  const target = await fs.promises.open(at('g'), 'w');
  await pipeline(source.createReadStream(), target.createWriteStream({ flush: true }));
  assert.strictEqual(fs.statSync(at('g')).size, 300_000);
  assert.strictEqual(source.fd, -1);
});

test('FileHandle: reads, writes, options, closed handles', async (t) => {
  const at = temporary(t);
  await using handle = await fs.promises.open(at('f'), 'w+');
  assert.strictEqual((await handle.write('hello', 0)).bytesWritten, 5);
  assert.strictEqual((await handle.read({ buffer: Buffer.alloc(3), position: 1 })).buffer.toString(), 'ell');
  assert.strictEqual(await handle.readFile('utf8'), 'hello');
  assert.strictEqual((await handle.stat()).size, 5);
  await handle.close();
  await assert.rejects(handle.read(Buffer.alloc(1)), { code: 'EBADF', syscall: 'read', message: 'file closed' });
});

test('watchers tell of changes and end', async (t) => {
  const at = temporary(t);
  const abort = new AbortController();
  const timer = setInterval(() => fs.writeFileSync(at('new'), `${Date.now()}`), 20);
  try {
    for await (const { filename } of fs.promises.watch(at(), { signal: abort.signal })) {
      assert.strictEqual(filename, 'new');
      abort.abort();
    }
  } catch (error) {
    assert.strictEqual(error.name, 'AbortError');
  } finally {
    clearInterval(timer);
  }
});
