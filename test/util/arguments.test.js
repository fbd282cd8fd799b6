// Odd arguments of small functions all over the core, as Node 24 takes them.
'use strict';
const { test } = require('node:test');
const assert = require('node:assert');
const { AssertionError } = assert;
const buffer = require('node:buffer');
const events = require('node:events');
const fs = require('node:fs');
const stream = require('node:stream');
const url = require('node:url');
const util = require('node:util');
const vm = require('node:vm');
const zlib = require('node:zlib');

const badType = { code: 'ERR_INVALID_ARG_TYPE' };

test('refused', () => {
  assert.throws(() => util.formatWithOptions(() => {}, 'x'), badType);
  assert.throws(() => util.getCallSites(1.5), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => util.toUSVString(Symbol('s')), TypeError);
  assert.throws(() => util.styleText('nothing', 'x'), /'format' must be one of/);
  assert.throws(() => vm.createContext(() => {}), badType);
  assert.throws(() => vm.isContext(() => {}), badType);
  assert.throws(() => events.listenerCount({}, 'x'), badType);
  assert.throws(() => fs.truncate(1, () => {}), badType);
  for (const make of [
    () => new stream.Readable({ signal: 1 }),
    () => new stream.Writable({ signal: 1 }),
    () => stream.duplexPair({ signal: 1 }),
    () => zlib.createGzip({ signal: 1 }),
    () => stream.compose(null),
    () => stream.pipeline('x', {}, () => {}),
  ])
    assert.throws(make, badType);
  assert.throws(() => new (require('node:string_decoder').StringDecoder)(Symbol('s')), {
    code: 'ERR_UNKNOWN_ENCODING',
  });
  assert.throws(() => require('node:module')._load(1), badType);
});

test('accepted', () => {
  assert.strictEqual(url.fileURLToPathBuffer('file:///a%2Fb').toString(), '/a/b');
  assert.strictEqual(fs.realpathSync(''), process.cwd());
  assert.strictEqual(zlib.crc32('', 7), 7);
  assert.deepStrictEqual(buffer.transcode(Buffer.from([0x61, 0x80]), 'ascii', 'latin1'), Buffer.from('a?'));
  assert.deepStrictEqual(buffer.transcode(Buffer.from('\u00e9'), undefined, 'latin1'), Buffer.from([0xe9]));
});

test('messages of assertions need not be texts', () => {
  const message = (value) => {
    try {
      assert.strictEqual(1, 2, value);
    } catch (error) {
      assert.ok(error instanceof AssertionError);
      return [error.message, error.generatedMessage];
    }
  };
  const generated = ['Expected values to be strictly equal:\n\n1 !== 2\n', true];
  for (const value of [undefined, null, 0, '', false]) assert.deepStrictEqual(message(value), generated);
  assert.deepStrictEqual(message(1), ['1\n\n1 !== 2\n', false]);
});

test('util.parseArgs() knows where the arguments of --eval=... begin', () => {
  const { execFileSync } = require('node:child_process');
  const code = "console.log(JSON.stringify(require('util').parseArgs({ strict: false }).values))";
  const text = execFileSync(process.execPath, [`--eval=${code}`, '--', '--foo', '--bar'], { encoding: 'utf8' });
  assert.deepStrictEqual(JSON.parse(text), { foo: true, bar: true });
});

test('how a thrown object is printed', (t) => {
  const { spawnSync } = require('node:child_process');
  const { tmpdir } = require('node:os');
  const path = require('node:path');
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'vireo-thrown-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'throw.js');
  const stderrOf = (args) => spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr;
  fs.writeFileSync(file, 'throw { a: 1 };');
  assert.ok(stderrOf([file]).startsWith(`\n${file}:1\nthrow { a: 1 };\n^\n{ a: 1 }\n`));
  fs.writeFileSync(file, 'throw new Error("x");');
  assert.ok(stderrOf([file]).startsWith(`${file}:1\nthrow new Error("x");\n^\n\nError: x\n`));
  assert.ok(stderrOf(['-e', 'throw { a: 1 }']).startsWith('[eval]:1\nthrow { a: 1 }\n^\n\n{ a: 1 }\n'));
});
