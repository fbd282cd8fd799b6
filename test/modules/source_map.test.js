'use strict';
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { SourceMap, findSourceMap, getSourceMapsSupport, setSourceMapsSupport } = require('node:module');

const MAP = { version: 3, sources: ['a.ts'], names: ['n'], mappings: 'AAAAA;EACA,CAAC', file: 'a.js' };

test('findEntry() and findOrigin()', () => {
  const map = new SourceMap(MAP, { lineLengths: [3, 4] });
  assert.deepStrictEqual(map.findEntry(1, 2), {
    generatedLine: 1,
    generatedColumn: 2,
    originalSource: 'a.ts',
    originalLine: 1,
    originalColumn: 0,
    name: undefined,
  });
  assert.strictEqual(map.findEntry(0, 5).name, 'n');
  assert.strictEqual(map.findOrigin(2, 3).columnNumber, 1);
  assert.deepStrictEqual(map.lineLengths, [3, 4]);
  assert.deepStrictEqual(map.payload, MAP);
  assert.notStrictEqual(map.payload, MAP);
  assert.throws(() => new SourceMap('x'), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('mappings that make no sense give nothing', () => {
  for (const mappings of ['', ';;;']) {
    const map = new SourceMap({ ...MAP, mappings });
    assert.deepStrictEqual(map.findEntry(0, 5), {});
    assert.deepStrictEqual(map.findOrigin(1, 5), {});
  }
});

test('setSourceMapsSupport(): stacks speak of the original', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'maps-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const before = getSourceMapsSupport();
  t.after(() => setSourceMapsSupport(before.enabled, before));
  setSourceMapsSupport(true);
  const file = path.join(folder, 'made.js');
  const data = Buffer.from(JSON.stringify({ ...MAP, mappings: 'AAIA' })).toString('base64');
  const link = `//# sourceMapping` + `URL=data:application/json;base64,${data}`;
  fs.writeFileSync(file, `throw new Error('x');\n${link}\n`);
  assert.throws(
    () => require(file),
    (error) => error.stack.includes(`${path.join(folder, 'a.ts')}:5:1`),
  );
  assert.throws(() => setSourceMapsSupport(1), { code: 'ERR_INVALID_ARG_TYPE' });
  fs.writeFileSync(file, `exports.a = 1;\n${link}\n`);
  const { a } = require(file);
  assert.strictEqual(a, 1);
  assert.ok(findSourceMap(file) instanceof SourceMap);
});

test('the compile cache', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cache-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'main.js');
  fs.writeFileSync(file, "console.log(require('module').getCompileCacheDir() !== undefined, 7)");
  const env = { ...process.env, NODE_COMPILE_CACHE: path.join(folder, 'cache') };
  delete env.NODE_DISABLE_COMPILE_CACHE;
  const run = () => spawnSync(process.execPath, [file], { env, encoding: 'utf8' }).stdout;
  assert.strictEqual(run(), 'true 7\n');
  const [version] = fs.readdirSync(env.NODE_COMPILE_CACHE);
  const [entry] = fs.readdirSync(path.join(env.NODE_COMPILE_CACHE, version));
  assert.strictEqual(run(), 'true 7\n');
  // What is damaged is not used.
  fs.writeFileSync(path.join(env.NODE_COMPILE_CACHE, version, entry), Buffer.alloc(100, 1));
  assert.strictEqual(run(), 'true 7\n');
});
